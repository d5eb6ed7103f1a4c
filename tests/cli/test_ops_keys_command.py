"""The command shows which master keys are needed, and brings everything under the first one."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import cli.app
from cli import ops
from cli.app import build, run
from store.away_seals import AwaySeals
from store.dossier_keys import DossierKeys
from store.engine import open_engine
from store.sealing import Seal, SealError
from tests.conftest import free_port

OLD, NEW = b"o" * 32, b"n" * 32
OLD_ID, NEW_ID = Seal([OLD]).ids[0], Seal([NEW]).ids[0]
Told = Callable[..., tuple[int, str, str]]


def given(*keys: bytes) -> str:
    return " ".join(base64.b64encode(key).decode() for key in keys)


@pytest.fixture(name="keys")
def _keys(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Told:  # fmt: skip
    """Run `thads ops keys` on a register with three keys under the old master key."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("THADS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "160")

    async def fill() -> None:
        engine = open_engine(database)
        await DossierKeys(engine, Seal([OLD])).of(["A", "B", "C"])
        await engine.dispose()

    asyncio.run(fill())

    def call(*tokens: str, keys: tuple[bytes, ...]) -> tuple[int, str, str]:
        monkeypatch.setenv("THADS_SEAL_KEY", given(*keys))
        code = run(build((ops.add_to,)), ("ops", "keys", *tokens), (*cli.app.REFUSALS, SealError))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_list_says_which_key_guards_what(keys: Told) -> None:
    code, out, err = keys("list", keys=(NEW, OLD))
    assert (code, err) == (0, "")
    (old,) = (line for line in out.splitlines() if OLD_ID in line)
    assert "khóa cũ, còn mở được" in old
    assert "khóa hồ sơ" in old
    assert "3" in old
    (new,) = (line for line in out.splitlines() if NEW_ID in line)
    assert "đang dùng" in new


def test_a_key_that_is_not_at_hand_is_wrong_and_named(keys: Told) -> None:
    code, out, _ = keys("list", "--lang", "en", keys=(NEW,))
    assert code == 1
    assert f"{OLD_ID}   NOT AT HAND" in out
    code, out, _ = keys("rotate", "--lang", "en", keys=(NEW,))
    assert code == 1
    assert f"3 keys of dossiers are left under key {OLD_ID}, which is not at hand" in out


def test_after_a_rotation_the_old_key_may_go(keys: Told) -> None:
    code, out, _ = keys("rotate", "--batch", "2", keys=(NEW, OLD))
    assert code == 0
    assert f"Đã bọc lại 3 khóa, văn bản và hồ sơ lưu trữ bằng khóa chủ {NEW_ID}." in out
    assert f"Khóa {OLD_ID} không còn bảo vệ gì" in out
    assert keys("list", keys=(NEW,))[0] == 0
    told = json.loads(keys("rotate", "--json", keys=(NEW, OLD))[1])
    assert (told["rotated"], told["removable"]) == (0, [OLD_ID])


def test_a_key_that_reports_need_stays(keys: Told, database: str) -> None:
    async def note() -> None:
        engine = open_engine(database)
        await AwaySeals(engine).note("A", OLD_ID)
        await engine.dispose()

    asyncio.run(note())
    code, out, _ = keys("rotate", "--lang", "en", keys=(NEW, OLD))
    assert code == 1
    assert f"sealed with key {OLD_ID} itself; keep it" in out
    assert "may be taken out" not in out


def test_ids_are_shown_without_any_server_and_without_a_key(
    keys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THADS_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{free_port()}/x")
    code, out, _ = keys("show-id", keys=(NEW, OLD))
    assert (code, out.split()) == (0, [NEW_ID, OLD_ID])
    assert given(NEW) not in out


def test_a_bad_key_is_refused_in_one_sentence(keys: Told) -> None:
    code, out, err = keys("rotate", keys=(b"short",))
    assert (code, out) == (2, "")
    assert "THADS_SEAL_KEY" in err
    assert given(b"short") not in err
