from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from cases.dossier import Dossier
from i18n.texts import LANGS, texts
from store.audit import ACTIONS, Asked, Audit, AuditLine, Entry, note_in
from store.chain import Break, find_breaks
from store.engine import Engine, open_engine
from store.register import Register
from tests.store.dossiers import NOTIFIED, NOW, Assessor, build

ID = "NA-2026-000001"
REPORTED = {
    "event": "means_verified", "on": "2026-10-09", "outcome": "with_means", "command_id": "c-6",
    "actor": "cv.an", "received_at": "2026-10-09T09:15:00+07:00",
}  # fmt: skip


_SWAP = """
update record.audit a set (at, actor, action, dossier, detail, previous, hash) = (
  select at, actor, action, dossier, detail, previous, hash from record.audit b
  where b.id = 5 - a.id)
where id in (2, 3)
"""
_REHASH = """
update record.audit set detail = '{}',
  hash = record.audit_hash(previous, id, at, actor, action, dossier, '{}')
where id = 2
"""


@pytest.fixture(name="audit")
def _audit(engine: Engine) -> Audit:
    return Audit(engine)


async def breaks(engine: Engine, head: str | None = None, page: int = 2) -> list[tuple[int, str]]:
    return [(one.id, one.fault) async for one in find_breaks(engine, head, page)]


async def rows(audit: Audit) -> list[AuditLine]:
    return await audit.lines(after=0)


async def write(audit: Audit, many: int) -> None:
    for number in range(many):
        detail = {"n": number, "tên": 'dấu "ngoặc" \\ \n\t\x01 đỏ', "b": None, "aa": [1.50, True]}
        await audit.note("exported", f"an.{number}", NOW, "A", detail)


@pytest.fixture(name="tamper")
async def _tamper(database: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Lend a superuser's connection on which nothing keeps a record as it is."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute("set session_replication_role = replica")
        yield connection


async def test_each_row_hangs_on_the_one_before_and_the_chain_is_whole(
    audit: Audit, engine: Engine
) -> None:
    assert await audit.head() is None
    await write(audit, 5)
    written = await rows(audit)
    assert [row.id for row in written] == [1, 2, 3, 4, 5]
    assert written[0].previous == ""
    assert all(later.previous == row.hash for row, later in pairwise(written))
    assert await breaks(engine) == []
    head = await audit.head()
    assert head == written[-1]


async def test_eight_writers_at_once_make_one_chain(database: str, audit: Audit) -> None:
    async def write_some(writer: int) -> None:
        own = open_engine(database, statement_seconds=10)
        for number in range(25):
            entry = Entry(action="exported", actor=f"w{writer}", at=NOW, detail={"n": number})
            if number % 3:
                await Audit(own).note_all([entry])
                continue
            async with own.connected() as connection, connection.transaction():
                await note_in(connection, [entry])
                await asyncio.sleep(0.001)
                await note_in(connection, [entry])
        await own.dispose()

    await asyncio.gather(*(write_some(writer) for writer in range(8)))
    written = await rows(audit)
    assert [row.id for row in written] == list(range(1, 8 * (25 + 9) + 1))
    assert len({row.previous for row in written}) == len(written)
    own = open_engine(database)
    assert await breaks(own, page=50) == []
    await own.dispose()


async def test_what_is_rolled_back_leaves_no_hole(audit: Audit, engine: Engine) -> None:
    await write(audit, 2)
    async with engine.connected() as connection, connection.transaction(force_rollback=True):
        await note_in(connection, [Entry(action="exported", actor="x", at=NOW)])
    await write(audit, 1)
    assert [row.id for row in await rows(audit)] == [1, 2, 3]
    assert await breaks(engine) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update record.audit set actor = 'khác'",
        "delete from record.audit",
        "truncate record.audit",
    ],
)
async def test_nothing_in_it_is_changed_or_taken_out(
    audit: Audit, engine: Engine, statement: str
) -> None:
    await write(audit, 1)
    with pytest.raises(psycopg.errors.RaiseException, match=r"record\.audit is a record"):
        await engine.fetch(text(statement))
    assert [row.actor for row in await rows(audit)] == ["an.0"]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update record.audit set actor = 'khác' where id = 3", [(3, "changed")]),
        ("update record.audit set at = at - interval '1 day' where id = 5", [(5, "changed")]),
        ("update record.audit set detail = detail - 'n' where id = 1", [(1, "changed")]),
        ("update record.audit set dossier = null where id = 2", [(2, "changed")]),
        ("delete from record.audit where id = 3", [(4, "missing")]),
        ("delete from record.audit where id in (1, 2)", [(3, "missing")]),
        ("delete from record.audit where id in (2, 4)", [(3, "missing"), (5, "missing")]),
        (_SWAP, [(2, "changed"), (3, "changed")]),
        (_REHASH, [(3, "not_following")]),
        (
            "update record.audit set id = case id when 2 then 200 else id end where id = 2",
            [(3, "missing"), (200, "missing"), (200, "changed")],
        ),
    ],
)
async def test_each_row_that_was_tampered_with_is_named(
    audit: Audit,
    engine: Engine,
    tamper: psycopg.AsyncConnection[Any],
    statement: str,
    found: list[tuple[int, str]],
) -> None:
    await write(audit, 5)
    await tamper.execute(statement.encode())
    for page in (1, 2, 100):
        assert await breaks(engine, page=page) == found


async def test_a_cut_at_the_end_is_seen_by_a_head_that_was_kept(
    audit: Audit, engine: Engine, tamper: psycopg.AsyncConnection[Any]
) -> None:
    await write(audit, 4)
    head = (await rows(audit))[-1].hash
    await tamper.execute("delete from record.audit where id > 2")
    assert await breaks(engine) == [], "a chain alone does not know how long it was"
    assert await breaks(engine, head) == [(2, "no_head")]
    await write(audit, 3)
    assert await breaks(engine, head) == [(5, "no_head")]


async def test_a_head_of_before_stands_while_the_chain_grows(audit: Audit, engine: Engine) -> None:
    await write(audit, 2)
    head = (await rows(audit))[-1].hash
    await write(audit, 3)
    assert await breaks(engine, head) == []


def test_a_break_says_in_both_languages_which_rows_it_is_about() -> None:
    gone = Break(7, "missing", first=4)
    assert gone.words.vi == "nhật ký mất các dòng từ 4 đến 6"
    assert str(gone) == "rows 4 to 6 of the audit are missing"


async def test_rows_are_asked_for_by_dossier_actor_action_and_day(audit: Audit) -> None:
    await write(audit, 3)
    late = NOW + timedelta(days=2)
    await audit.note("mended", "an.1", late, "B")
    assert [row.id for row in await audit.lines()] == [4, 3, 2, 1]
    assert [row.id for row in await audit.lines(Asked(dossier="A"), most=2)] == [3, 2]
    assert [row.id for row in await audit.lines(Asked(actor="an.1"))] == [4, 2]
    assert [row.id for row in await audit.lines(Asked(action="mended"))] == [4]
    assert [row.id for row in await audit.lines(Asked(since=late))] == [4]


async def told(audit: Audit) -> list[tuple[str, str, Any]]:
    return [(row.action, row.actor, row.detail.get("fact")) for row in await rows(audit)]


def reported(*facts: dict[str, Any]) -> Dossier:
    return build((*NOTIFIED, *facts))


async def test_what_a_case_is_opened_with_is_one_row_and_each_report_one_more(
    register: Register, audit: Audit, engine: Engine, assessed: Assessor
) -> None:
    dossier = reported()
    await register.project(dossier, assessed(dossier), 1)
    assert await told(audit) == [("dossier_opened", "import", None)]
    later = reported(REPORTED)
    await register.project(later, assessed(later), 2)
    (_, row) = await rows(audit)
    assert (row.action, row.actor, row.dossier) == ("fact_reported", "cv.an", ID)
    assert row.at.isoformat() == "2026-10-09T02:15:00+00:00"
    assert row.detail["fact"] == 6
    assert row.detail["event"] == "means_verified"
    assert "outcome" not in row.detail, "what was reported stands in the dossier alone"
    assert await breaks(engine) == []


async def test_a_report_stands_once_whatever_is_assessed_again_or_rebuilt(
    register: Register, audit: Audit, engine: Engine, assessed: Assessor
) -> None:
    dossier = reported(REPORTED)
    opened = reported()
    await register.project(opened, assessed(opened), 1)
    await register.project(dossier, assessed(dossier), 2)
    before = await rows(audit)
    await register.project(dossier, assessed(dossier), 2)
    await register.project(dossier, assessed(dossier), 5)
    for table in ("dossiers", "facts", "limits", "stuck"):
        await engine.fetch(text(f"truncate projection.{table}"))
    await register.project_many([(dossier, assessed(dossier), 1, None)])
    assert await rows(audit) == before
    await asyncio.gather(*(register.project(dossier, assessed(dossier), n) for n in range(6, 11)))
    assert await rows(audit) == before


async def test_a_revision_that_does_not_stand_notes_nothing(
    register: Register, audit: Audit, assessed: Assessor
) -> None:
    dossier = reported()
    await register.project(dossier, assessed(dossier), 9)
    before = await rows(audit)
    stale = reported(REPORTED)
    await register.project(stale, assessed(stale), 3)
    assert await rows(audit) == before


async def test_a_correction_and_a_retraction_are_told_apart(
    register: Register, audit: Audit, assessed: Assessor
) -> None:
    at = "2026-10-09T10:00:00+07:00"
    opened = reported()
    await register.project(opened, assessed(opened), 1)
    corrected = REPORTED | {"corrects": 6, "reason": "nhầm", "command_id": "c-7", "received_at": at}
    taken = REPORTED | {"retracts": 6, "reason": "nhầm", "command_id": "c-8", "received_at": at}
    dossier = reported(REPORTED, corrected, taken)
    await register.project(dossier, assessed(dossier), 2)
    assert await told(audit) == [
        ("dossier_opened", "import", None), ("fact_reported", "cv.an", 6),
        ("fact_corrected", "cv.an", 7), ("fact_retracted", "cv.an", 8),
    ]  # fmt: skip
    assert (await rows(audit))[-1].detail["retracts"] == 6
    assert all("nhầm" not in str(row.detail) for row in await rows(audit))


async def test_many_cases_opened_at_once_stand_in_one_chain(
    register: Register, audit: Audit, engine: Engine, assessed: Assessor
) -> None:
    cases = [build(id=f"NA-2026-{n:06}") for n in range(40)]
    batches = [[(one, assessed(one), 1, None) for one in cases[n::4]] for n in range(4)]
    singles = [register.project(one, assessed(one), 2) for one in cases[:5]]
    await asyncio.gather(*(register.project_many(batch) for batch in batches), *singles)
    opened = await rows(audit)
    assert sorted(row.dossier or "" for row in opened) == [one.id for one in cases]
    assert await breaks(engine) == []


def test_every_action_has_a_name_in_both_languages() -> None:
    for lang in LANGS:
        assert set(texts(lang)["audit_actions"]) == set(ACTIONS)
