"""Sealed texts open with their key, at their place, unchanged; and in no other way."""

from __future__ import annotations

import base64
import secrets
import stat
from pathlib import Path

import pytest

import keyfile
from keyfile import SEAL_KEY, KeyFileError
from settings import Settings, SettingsError, read_settings
from store.sealing import Seal, Sealed, SealError, read_seal

TEXT = "Người tố cáo mẫu: Trần Thị Mẫu Hoa".encode()


def key() -> bytes:
    return secrets.token_bytes(32)


def test_a_text_opens_where_it_belongs_and_is_nowhere_readable() -> None:
    seal = Seal([key()])
    sealed = seal.close(TEXT, "letter A-1 file")
    assert seal.open(sealed, "letter A-1 file") == TEXT
    assert not any(TEXT[:12] in part for part in sealed[1:] if isinstance(part, bytes))


def test_a_text_moved_to_another_letter_does_not_open() -> None:
    seal = Seal([key()])
    with pytest.raises(SealError, match="belongs elsewhere"):
        seal.open(seal.close(TEXT, "letter A-1 file"), "letter A-2 file")


@pytest.mark.parametrize("part", ["wrapped_key", "nonce", "ciphertext"])
def test_a_text_of_which_one_bit_changed_does_not_open(part: str) -> None:
    seal = Seal([key()])
    sealed = seal.close(TEXT, "letter A-1 file")
    value = bytearray(getattr(sealed, part))
    value[-1] ^= 1
    changed = Sealed(**{**sealed._asdict(), part: bytes(value)})
    with pytest.raises(SealError):
        seal.open(changed, "letter A-1 file")


def test_equal_texts_are_sealed_differently() -> None:
    seal = Seal([key()])
    first, second = seal.close(TEXT, "a"), seal.close(TEXT, "a")
    assert first.ciphertext != second.ciphertext
    assert first.wrapped_key != second.wrapped_key


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, new = key(), key()
    before = Seal([old]).close(TEXT, "a")
    both = Seal([new, old])
    assert both.open(before, "a") == TEXT
    assert both.close(TEXT, "a").key_id != before.key_id
    with pytest.raises(SealError, match=before.key_id):
        Seal([new]).open(before, "a")


def test_a_mark_tells_a_text_again_under_every_key_and_nothing_without_one() -> None:
    old, new = key(), key()
    assert Seal([old]).mark("x") in Seal([new, old]).marks("x")
    assert Seal([old]).mark("x") != Seal([new]).mark("x")
    assert Seal([old]).mark("x") != Seal([old]).mark("y")


def test_the_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    sealed = read_seal(None, tmp_path).close(TEXT, "a")
    kept = tmp_path / SEAL_KEY
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert read_seal(None, tmp_path).open(sealed, "a") == TEXT
    assert [path.name for path in tmp_path.iterdir()] == [SEAL_KEY]


@pytest.mark.parametrize("given", ["", "nonsense", base64.b64encode(b"too short").decode(), "*"])
def test_what_is_no_key_is_refused_and_not_repeated(given: str, tmp_path: Path) -> None:
    with pytest.raises(SealError) as refused:
        read_seal(given, tmp_path)
    assert "THADS_SEAL_KEY" in str(refused.value)
    assert not given or given not in str(refused.value) + refused.value.say("vi")
    assert list(tmp_path.iterdir()) == []


def test_a_kept_key_that_is_damaged_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / SEAL_KEY).write_text("damaged\n")
    with pytest.raises(SealError, match="does not hold a key"):
        read_seal(None, tmp_path)
    assert (tmp_path / SEAL_KEY).read_text() == "damaged\n"


def test_keys_come_from_a_file_with_white_space_between(tmp_path: Path) -> None:
    first, second = (base64.b64encode(key()).decode() for _ in range(2))
    path = tmp_path / "keys"
    path.write_text(f"{first}\n  {second}\n")
    settings = Settings(seal_key_file=path)
    assert (
        read_seal(settings.sealing_key, tmp_path / "var").ids
        == Seal([base64.b64decode(first), base64.b64decode(second)]).ids
    )
    assert not (tmp_path / "var").exists()


def test_keys_come_from_a_command_that_no_shell_reads(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(base64.b64encode(key()).decode())
    settings = Settings(seal_key_command=f"cat {tmp_path / 'keys'}")
    assert len(read_seal(settings.sealing_key, tmp_path).ids) == 1
    with pytest.raises(KeyFileError, match="ended with 1"):
        _ = Settings(seal_key_command=f"cat {tmp_path / 'keys'} | cat").sealing_key


@pytest.mark.parametrize("command", ["", "no-such-program-anywhere", "'unclosed", "false"])
def test_a_command_that_gives_no_key_says_so_in_both_languages(command: str) -> None:
    with pytest.raises(KeyFileError, match="THADS_SEAL_KEY_COMMAND") as refused:
        _ = Settings(seal_key_command=command).sealing_key
    assert "THADS_SEAL_KEY_COMMAND" in refused.value.say("vi")


def test_a_command_that_prints_something_else_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SealError) as refused:
        read_seal(Settings(seal_key_command="echo a-secret-phrase").sealing_key, tmp_path)
    assert "a-secret-phrase" not in str(refused.value) + refused.value.say("vi")


def test_a_command_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "_COMMAND_SECONDS", 0.2)
    with pytest.raises(KeyFileError, match="longer than"):
        _ = Settings(seal_key_command="sleep 30").sealing_key


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be read"):
        _ = Settings(seal_key_file=tmp_path / "none").sealing_key


def test_two_sources_of_keys_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both set"):
        _ = Settings(seal_key_file=tmp_path / "a", seal_key_command="cat b").sealing_key


def test_a_secret_setting_that_is_refused_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THADS_CODEC_TOKEN", "too-short-a-token")
    with pytest.raises(SettingsError, match="THADS_CODEC_TOKEN") as refused:
        read_settings()
    assert "too-short-a-token" not in str(refused.value) + refused.value.say("vi")
