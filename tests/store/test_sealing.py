"""Sealed texts open with their key, at their place, unchanged; and in no other way."""

from __future__ import annotations

import base64
import secrets
import stat
from pathlib import Path

import pytest

from store.sealing import KEPT_IN, Seal, Sealed, SealError, read_seal

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
    kept = tmp_path / KEPT_IN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert read_seal(None, tmp_path).open(sealed, "a") == TEXT
    assert [path.name for path in tmp_path.iterdir()] == [KEPT_IN]


@pytest.mark.parametrize("given", ["", "nonsense", base64.b64encode(b"too short").decode(), "*"])
def test_what_is_no_key_is_refused_and_not_repeated(given: str, tmp_path: Path) -> None:
    with pytest.raises(SealError) as refused:
        read_seal(given, tmp_path)
    assert "THADS_SEAL_KEY" in str(refused.value)
    assert not given or given not in str(refused.value) + refused.value.say("vi")
    assert list(tmp_path.iterdir()) == []


def test_a_kept_key_that_is_damaged_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / KEPT_IN).write_text("damaged\n")
    with pytest.raises(SealError, match="does not hold a key"):
        read_seal(None, tmp_path)
    assert (tmp_path / KEPT_IN).read_text() == "damaged\n"
