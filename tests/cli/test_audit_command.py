from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from cli import agenda, breaches, digest, judgment, officer, ops, people, stuck
from cli.app import REFUSALS, Part, build, run
from cli.live import NotRunningError
from law.calendar import Calendar
from law.corpus import Corpus
from store.audit import Audit, AuditLine
from store.chain import hash_of
from store.engine import Engine, open_engine
from store.errors import StoreError
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

Shown = Callable[..., tuple[int, str, str]]
T = TypeVar("T")
PARTS: Sequence[Part] = (
    ops.add_to, agenda.add_to, breaches.add_to, digest.add_to, judgment.add_to, officer.add_to,
    people.add_to, stuck.add_to,
)  # fmt: skip


def at_register(database: str, act: Callable[[Engine], Awaitable[T]]) -> T:
    async def go() -> T:
        engine = open_engine(database, statement_seconds=10)
        try:
            return await act(engine)
        finally:
            await engine.dispose()

    return asyncio.run(go())


def audited(database: str) -> list[AuditLine]:
    return at_register(database, lambda engine: Audit(engine).lines(after=0))


def tamper(database: str, statement: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement.encode())


@pytest.fixture(name="shown")
def _shown(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:
    """Run commands over two cases of October 2026, as tt.nghe-an."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("THADS_ACTOR", "tt.nghe-an")
    monkeypatch.delenv("COLUMNS", raising=False)
    assessed = dossiers.Assessor(book, calendar)

    async def fill(engine: Engine) -> None:
        for number in (1, 2):
            dossier = dossiers.build(id=f"NA-{number}", debtor="Nguyễn Văn Bí Mật")
            await Register(engine, SEAL).project(dossier, assessed(dossier), 1)

    at_register(database, fill)

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build(PARTS), tokens, (*REFUSALS, NotRunningError, StoreError))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_list_says_who_did_what_in_both_languages(shown: Shown) -> None:
    code, out, err = shown("ops", "audit", "list")
    assert (code, err) == (0, "")
    assert "Mở hồ sơ" in out
    assert out.index("NA-2") < out.index("NA-1"), "the latest first"
    assert "Opened a dossier" in shown("ops", "audit", "list", "--lang", "en")[1]


def test_the_list_is_narrowed_and_says_when_it_is_empty(shown: Shown) -> None:
    rows = json.loads(shown("ops", "audit", "list", "--dossier", "NA-1", "--json")[1])
    assert [(row["action"], row["dossier"], row["detail"]["facts"]) for row in rows] == [
        ("dossier_opened", "NA-1", 5)
    ]
    for option in (("--actor", "ai"), ("--action", "exported"), ("--since", "2027-01-01")):
        assert "không có dòng nào" in shown("ops", "audit", "list", *option)[1]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("list", "--action", "stolen"), "--action là 'stolen'"),
        (("list", "--since", "hôm qua"), "--since là 'hôm qua'"),
        (("list", "--most", "0"), "--most"),
        (("verify", "--head", "abc"), "--head là 'abc'"),
        (("export", "x.xlsx"), ".jsonl"),
        (("export", "/nowhere/x.jsonl"), ".jsonl"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_one_sentence(
    shown: Shown, tokens: tuple[str, ...], said: str
) -> None:
    code, out, err = shown("ops", "audit", *tokens)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_whole_chain_is_said_to_be_whole_and_a_broken_one_where(
    shown: Shown, database: str
) -> None:
    assert shown("ops", "audit", "verify") == (
        0, "Nhật ký nguyên vẹn: 2 dòng nối tiếp nhau từ dòng đầu đến dòng 2.\n", "",
    )  # fmt: skip
    tamper(database, "update record.audit set actor = 'khác' where id = 1")
    code, out, _ = shown("ops", "audit", "verify")
    assert code == 1
    assert "dòng 1 của nhật ký đã bị sửa sau khi ghi" in out
    told = json.loads(shown("ops", "audit", "verify", "--json")[1])
    assert [(one["row"], one["fault"]) for one in told["breaks"]] == [(1, "changed")]


def test_a_head_that_was_kept_shows_that_the_end_was_cut(shown: Shown, database: str) -> None:
    kept = json.loads(shown("ops", "audit", "head", "--json")[1])
    assert kept["hash"] in shown("ops", "audit", "head")[1]
    assert shown("ops", "audit", "verify", "--head", kept["hash"])[0] == 0
    tamper(database, "delete from record.audit where id = 2")
    assert shown("ops", "audit", "verify")[0] == 0
    code, out, _ = shown("ops", "audit", "verify", "--head", kept["hash"], "--lang", "en")
    assert code == 1
    assert kept["hash"] in out


def test_an_export_holds_every_row_so_that_its_hashes_can_be_made_again(
    shown: Shown, database: str, tmp_path: Path
) -> None:
    file = tmp_path / "audit.jsonl"
    assert shown("ops", "audit", "export", str(file))[0] == 0
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == [1, 2]
    for row in rows:
        line = AuditLine.model_validate(row)
        plain = line.model_dump() | {"detail": json.dumps(row["detail"], ensure_ascii=False)}
        assert hash_of(plain) == row["hash"]
    last = audited(database)[-1]
    assert (last.action, last.actor) == ("exported", "tt.nghe-an")
    assert last.detail == {
        "what": "audit", "form": "jsonl", "rows": 2,
        "sha256": sha256(file.read_bytes()).hexdigest(),
    }  # fmt: skip


def test_an_export_that_cannot_be_noted_is_not_written(
    shown: Shown, database: str, tmp_path: Path
) -> None:
    tamper(database, "alter table record.audit rename to elsewhere")
    for tokens in (("ops", "audit", "export", "a.jsonl"), ("breaches", "--xlsx", "b.xlsx")):
        *command, name = tokens
        assert shown(*command, str(tmp_path / name))[0] == 2
    assert list(tmp_path.iterdir()) == []


EXPORTS = [
    (("agenda", "--person", "cv.an", "--xlsx"), "x.xlsx", "agenda"),
    (("breaches", "--xlsx"), "x.xlsx", "breaches"),
    (("digest", "show", "--xlsx"), "x.xlsx", "digest"),
    (("digest", "show", "--html"), "x.html", "digest"),
    (("people", "export"), "x.xlsx", "directory"),
    (("judgment", "list", "--xlsx"), "x.xlsx", "judgments"),
]


@pytest.mark.parametrize(("tokens", "name", "what"), EXPORTS)
def test_whoever_writes_a_file_is_noted_with_its_hash(
    shown: Shown, database: str, tmp_path: Path, tokens: tuple[str, ...], name: str, what: str
) -> None:
    file = tmp_path / name
    code, _, err = shown(*tokens, str(file))
    assert (code, err) == (0, "")
    last: Any = audited(database)[-1]
    assert (last.action, last.actor, last.detail["what"]) == ("exported", "tt.nghe-an", what)
    assert last.detail["sha256"] == sha256(file.read_bytes()).hexdigest()
    assert str(file) not in json.dumps(last.detail)


def test_what_is_only_shown_is_not_an_export(shown: Shown, database: str) -> None:
    assert shown("breaches")[0] == 0
    assert [row.action for row in audited(database)] == ["dossier_opened"] * 2


def test_no_row_names_a_party(shown: Shown, database: str) -> None:
    assert shown("ops", "audit", "list")[0] == 0
    assert all("Bí Mật" not in row.model_dump_json() for row in audited(database))
