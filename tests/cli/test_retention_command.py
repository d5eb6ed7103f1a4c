from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from cases.dossier import read_dossier
from cases.intake import letter_number
from cli import indicators, ops, ops_retention
from cli.app import REFUSALS, build, run
from cli.live import NotRunningError
from law.calendar import Calendar
from law.corpus import Corpus
from law.errors import SpokenError
from store.chain import find_breaks
from store.engine import Engine, open_engine
from store.letter_rows import NewLetter, NewStep
from store.letters import LetterBook
from store.register import Register
from store.sealing import Seal
from tests.conftest import free_port
from tests.store import dossiers

Shown = Callable[..., tuple[int, str, str]]
T = TypeVar("T")
NOW = dossiers.moment("2028-06-01T08:00:00")
WRITE = ("--write", "--by", "tt.nghe-an", "--reason", "12/QĐ-TH")
RULES = """
[[rule]]
id = "petitions"
kinds = ["petition", "complaint"]
years = 1
then = "erase"
confidence = "default"
source = { vi = "Danh mục của cơ quan", en = "The agency's own list" }

[[rule]]
id = "letters"
kinds = ["letter"]
years = 1
then = "erase"
confidence = "secondary"
source = { vi = "Thông tư 13/2021/TT-BTP", en = "Circular 13/2021/TT-BTP" }
"""
ANSWERED = (
    {"event": "petition_received", "on": "2026-09-01"},
    {"event": "petition_answered", "on": "2026-09-04"},
)


def petition(number: int, *facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "kind": "petition", "id": f"petition/{number}", "office": "nghe-an/kv1",
        "title": "Đơn của ông Bí Mật", "facts": list(facts or ANSWERED), **more,
    }  # fmt: skip


class Shredder:
    """Stands where the erasing of dossiers will be wired."""

    def __init__(self) -> None:
        self.erased: list[tuple[str, str, str]] = []
        self.refuses: set[str] = set()

    async def erase(self, dossier: str, by: str, reason: str, at: datetime) -> object:
        assert at.tzinfo is not None
        if dossier in self.refuses:
            raise SpokenError(f"{dossier} is locked", f"{dossier} đang khóa")
        self.erased.append((dossier, by, reason))
        return None


def at_register(database: str, act: Callable[[Engine], Awaitable[T]]) -> T:
    async def go() -> T:
        engine = open_engine(database, statement_seconds=10)
        try:
            return await act(engine)
        finally:
            await engine.dispose()

    return asyncio.run(go())


def asked(database: str, question: str) -> list[Any]:
    with psycopg.connect(database, autocommit=True) as connection:
        return connection.execute(question.encode()).fetchall()


async def book_letter(engine: Engine, content: str, decision: str, day: str) -> str:
    book = LetterBook(engine, Seal([b"k" * 32]))
    at = dossiers.moment(f"{day}T09:00:00")
    new = NewLetter(office="nghe-an/kv1", year=2026, booked_at=at, actor="vt.mau")
    number, _ = await book.book(new, content.encode(), b"ai", letter_number)
    step = NewStep(part=1, step="proposed", actor="vt.mau", at=at, command_id=f"{number}p")
    decided = NewStep(
        part=1, step="decided", decision=decision, on=at.date(), actor="tt", at=at,
        command_id=f"{number}d",
    )  # fmt: skip
    await book.note(number, [step, decided])
    return number


@pytest.fixture(name="shredder")
def _shredder(monkeypatch: pytest.MonkeyPatch) -> Shredder:
    made = Shredder()

    @asynccontextmanager
    async def lend(*_: object) -> AsyncIterator[Shredder]:
        yield made

    monkeypatch.setattr(ops_retention, "lend_eraser", lend)
    return made


@pytest.fixture(name="keep")
def _keep(database: str, book: Corpus, calendar: Calendar) -> Callable[..., None]:
    assessed = dossiers.Assessor(book, calendar)

    def keep(*files: dict[str, Any], as_of: datetime = NOW) -> None:
        async def project(engine: Engine) -> None:
            for file in files:
                dossier = read_dossier(file)
                await Register(engine).project(dossier, assessed(dossier, as_of), 1)

        at_register(database, project)

    return keep


@pytest.fixture(name="shown")
def _shown(
    database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:
    """Run commands on 1 June 2028, with rules of one year."""
    (tmp_path / "years.toml").write_text(RULES, "utf-8")
    monkeypatch.setenv("THADS_RETENTION", str(tmp_path / "years.toml"))
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("THADS_ACTOR", "vt.mau")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(ops_retention, "read_now", lambda: NOW)

    def call(*tokens: str, group: tuple[str, ...] = ("ops", "retention")) -> tuple[int, str, str]:
        parts = (ops.add_to, indicators.add_to)
        code = run(build(parts), (*group, *tokens), (*REFUSALS, NotRunningError))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def listed(shown: Shown, *tokens: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown(*tokens, "--json")[1])
    return found


def state(database: str) -> list[Any]:
    tables = ("record.audit", "record.sealed", "projection.dossiers", "projection.facts")
    return [asked(database, f"select t::text from {table} t order by 1") for table in tables]


def test_a_dry_run_says_what_is_due_by_which_rule_and_writes_nothing(
    shown: Shown, keep: Callable[..., None], database: str, shredder: Shredder
) -> None:
    keep(petition(1))
    before = state(database)
    code, out, err = shown()
    assert (code, err) == (0, "")
    assert "1 hồ sơ và 0 đơn" in out
    assert "petition/1" in out
    assert "Danh mục của cơ quan" in out
    assert "mức của phần mềm" in out
    assert "xem thử, chưa xóa gì" in out
    assert "Bí Mật" not in out
    assert state(database) == before
    assert shredder.erased == []


def test_what_is_due_goes_once_with_who_and_why_on_record(
    shown: Shown, keep: Callable[..., None], database: str, shredder: Shredder
) -> None:
    keep(petition(1), petition(2))
    told = listed(shown, *WRITE)
    assert told["gone"] == ["petition/1", "petition/2"]
    assert shredder.erased == [
        ("petition/1", "tt.nghe-an", "12/QĐ-TH"), ("petition/2", "tt.nghe-an", "12/QĐ-TH"),
    ]  # fmt: skip
    rows = asked(
        database,
        "select actor, dossier, detail ->> 'rule', detail ->> 'by', detail ->> 'reason' "
        "from record.audit where action = 'retention_applied' order by id",
    )
    assert rows == [
        ("vt.mau", f"petition/{n}", "petitions", "tt.nghe-an", "12/QĐ-TH") for n in (1, 2)
    ]
    assert listed(shown, *WRITE)["due"] == []
    assert len(shredder.erased) == 2


def test_nothing_is_due_on_its_last_day_and_everything_after_it(
    shown: Shown, keep: Callable[..., None]
) -> None:
    keep(petition(1))
    assert listed(shown, "--as-of", "2027-09-04")["due"] == []
    (one,) = listed(shown, "--as-of", "2027-09-05")["due"]
    assert (one["closed_on"], one["due_from"]) == ("2026-09-04", "2027-09-05")


def test_a_dossier_stays_while_anything_about_it_is_open(
    shown: Shown, keep: Callable[..., None], shredder: Shredder
) -> None:
    open_case = {
        "id": "NA-1", "office": "nghe-an/kv1", "origin": "on_request",
        "facts": [{"event": "request_received", "on": "2026-10-01"}],
    }  # fmt: skip
    received = {"event": "petition_received", "on": "2028-05-30"}
    keep(
        open_case,
        petition(1, about="NA-1"),
        petition(2, received),
        petition(3, about="NA-2"),
        petition(4, received, about="NA-2"),
    )
    told = listed(shown, *WRITE)
    assert [one["id"] for one in told["held"]] == ["petition/1", "petition/3"]
    assert told["due"] == []
    assert shredder.erased == []
    assert "2 hồ sơ đã đủ năm nhưng còn giữ" in shown()[1]


def test_a_dossier_with_a_running_limit_stays(
    shown: Shown, keep: Callable[..., None], database: str, shredder: Shredder
) -> None:
    keep(petition(1))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "update projection.limits set met_on = null, ended_on = null,"
            " breaches_at = '2029-01-01' where dossier = 'petition/1'"
        )
    told = listed(shown, *WRITE)
    assert ([one["id"] for one in told["held"]], told["due"]) == (["petition/1"], [])
    assert shredder.erased == []


def test_what_has_no_number_of_years_stays_and_is_counted(
    shown: Shown, keep: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(petition(1))
    monkeypatch.delenv("THADS_RETENTION")
    told = listed(shown, "--as-of", "2099-01-01")
    assert (told["due"], told["without_years"]) == ([], 1)
    assert "chưa có quy tắc nào nêu số năm" in shown()[1]


def test_an_office_alone_is_looked_at(shown: Shown, keep: Callable[..., None]) -> None:
    keep(petition(1), petition(2, office="nghe-an/kv2"))
    assert len(listed(shown, "--office", "nghe-an")["due"]) == 2
    (one,) = listed(shown, "--office", "nghe-an/kv2")["due"]
    assert one["id"] == "petition/2"


def test_a_run_takes_no_more_than_it_is_told_and_the_next_goes_on(
    shown: Shown, keep: Callable[..., None], shredder: Shredder
) -> None:
    keep(*(petition(n) for n in range(1, 6)))
    assert len(listed(shown, *WRITE, "--most", "2")["gone"]) == 2
    assert "còn lại 1" in shown(*WRITE, "--most", "2")[1]
    assert listed(shown, *WRITE)["gone"] == ["petition/5"]
    assert len(shredder.erased) == 5


def test_one_that_cannot_be_erased_is_named_and_the_others_go(
    shown: Shown, keep: Callable[..., None], shredder: Shredder
) -> None:
    keep(petition(1), petition(2))
    shredder.refuses = {"petition/1"}
    code, out, _ = shown(*WRITE)
    assert code == 1
    assert "petition/1: petition/1 đang khóa" in out
    assert [one[0] for one in shredder.erased] == ["petition/2"]
    shredder.refuses = set()
    assert listed(shown, *WRITE)["gone"] == ["petition/1"]


def test_a_filed_letter_is_destroyed_after_a_year_and_its_entry_stays(
    shown: Shown, database: str, shredder: Shredder
) -> None:
    async def fill(engine: Engine) -> list[str]:
        return [
            await book_letter(engine, "cũ", "file", "2026-11-02"),
            await book_letter(engine, "mới", "file", "2028-05-02"),
            await book_letter(engine, "trả lời", "accept", "2026-11-02"),
        ]

    old, recent, accepted = at_register(database, fill)
    assert listed(shown, *WRITE)["gone"] == [old]
    assert shredder.erased == []

    async def look(engine: Engine) -> list[Any]:
        book = LetterBook(engine, Seal([b"k" * 32]))
        opened = [await book.open_sealed(n, "file") for n in (old, recent, accepted)]
        found = await book.find(old)
        return [*opened, await book.open_sealed(old, "sender"), await book.count(), found]

    *opened, sender, many, found = at_register(database, look)
    assert opened == [None, "mới".encode(), "trả lời".encode()]
    assert (sender, many, found.status) == (None, 3, "decided")
    ((left,),) = asked(
        database,
        "select sum(length(ciphertext) + length(wrapped_key) + length(nonce)) "
        f"from record.sealed where letter = '{old}'",
    )
    assert left == 0
    assert asked(database, "select action from record.audit") == [("letter_destroyed",)]
    assert listed(shown)["due"] == []


def test_a_destroyed_text_does_not_come_back(
    shredder: Shredder, shown: Shown, database: str
) -> None:
    number = at_register(database, lambda e: book_letter(e, "a", "file", "2026-11-02"))
    assert listed(shown, *WRITE)["gone"] == [number]
    with (
        psycopg.connect(database, autocommit=True) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="is a record"),
    ):
        connection.execute("update record.sealed set key_id = 'x', ciphertext = 'y'")


def test_the_letter_of_a_dossier_goes_with_it(
    shown: Shown, keep: Callable[..., None], database: str, shredder: Shredder
) -> None:
    number = at_register(database, lambda e: book_letter(e, "thư", "accept", "2026-09-01"))
    keep(petition(1, letter=number), petition(2))
    assert set(listed(shown, *WRITE)["gone"]) == {"petition/1", "petition/2"}
    rows = asked(database, "select detail ->> 'letter' from record.audit "
                 "where action = 'letter_destroyed'")  # fmt: skip
    assert rows == [(number,)]


def test_what_was_counted_is_counted_the_same_after_it(
    shown: Shown, keep: Callable[..., None], shredder: Shredder
) -> None:
    keep(*(petition(n) for n in range(1, 4)))
    asking = ("--from", "2026-08-01", "--to", "2026-11-01", "--json")
    before = shown(*asking, group=("indicators",))
    assert before[0] == 0
    assert '"received": 3' in before[1] or "3" in before[1]
    assert len(listed(shown, *WRITE)["gone"]) == 3
    assert shown(*asking, group=("indicators",)) == before


def test_the_chain_is_whole_after_a_run(
    shown: Shown, keep: Callable[..., None], database: str, shredder: Shredder
) -> None:
    keep(petition(1), petition(2))
    assert len(listed(shown, *WRITE)["gone"]) == 2

    async def breaks(engine: Engine) -> list[str]:
        return [str(one) async for one in find_breaks(engine)]

    assert at_register(database, breaks) == []


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("--write", "--reason", "x"), "--by còn thiếu"),
        (("--write", "--by", "ai", "--reason", "x"), "--by là 'ai'"),
        (("--write", "--by", "tt.nghe-an"), "--reason còn thiếu"),
        (("--write", "--by", "tt.nghe-an", "--reason", "  "), "--reason là ' '"),
        ((*WRITE, "--as-of", "2030-01-01"), "--as-of là '2030-01-01'"),
        (("--as-of", "mai"), "--as-of là 'mai'"),
        (("--office", "không có"), "không có"),
        (("--most", "0"), "--most"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_and_nothing_goes(
    shown: Shown, keep: Callable[..., None], shredder: Shredder, tokens: tuple[str, ...], said: str
) -> None:
    keep(petition(1))
    code, out, err = shown(*tokens)
    assert (code, out) == (2, "")
    assert said in err
    assert shredder.erased == []
