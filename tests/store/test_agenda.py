"""What a person has to do, over dossiers of every kind, from the register alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.sql import ClauseElement

from cases.dossier import Dossier, read_dossier
from law.calendar import ZONE
from samples.people import sample_directory
from store.agenda import AgendaLine, AgendaRows, AgendaTally
from store.directory import AbsenceEntry, OfficeDirectory
from store.engine import Engine, compiled
from store.reading import Reading
from store.register import Register
from tests.store.dossiers import NOTIFIED, Assessor, build, moment

NOW = moment("2026-10-12T08:00:00")
TODAY = NOW.astimezone(ZONE).date()
COMPLAINT = (
    {"event": "complaint_received", "on": "2026-10-01", "object": "coercion", "instance": "first"},
)
SECOND = ({**COMPLAINT[0], "instance": "second"},)
DENUNCIATION = ({"event": "denunciation_received", "on": "2026-10-01"},)


def other(kind: str, id: str, *facts: dict[str, Any], officer: str | None = None) -> Dossier:  # noqa: A002
    return read_dossier(
        {"kind": kind, "id": id, "office": "nghe-an/kv1", "officer": officer, "facts": list(facts)}
    )


def directory(*absences: AbsenceEntry) -> OfficeDirectory:
    entries = sample_directory(TODAY)
    return OfficeDirectory(entries.model_copy(update={"absences": absences, "delegations": ()}))


@pytest.fixture(name="rows")
def _rows(engine: Engine) -> AgendaRows:
    return AgendaRows(engine)


@pytest.fixture(name="filled")
async def _filled(register: Register, assessed: Assessor) -> list[Dossier]:
    dossiers = [
        build(id="NA-1"),
        build(id="NA-2", officer="cv.binh"),
        build(id="NA-3", office="nghe-an/kv2", officer="cv.chi"),
        build(NOTIFIED[:2], id="NA-4", officer="cv.an"),
        other("complaint", "complaint/KN-1", *COMPLAINT),
        other("complaint", "complaint/KN-2", *SECOND),
        other("denunciation", "denunciation/TC-1", *DENUNCIATION),
    ]
    dossiers[1] = dossiers[1].with_facts(
        tuple(f.model_copy(update={"fields": {**f.fields, "officer": "cv.binh"}})
              if f.event == "officer_assigned" else f for f in dossiers[1].facts)
    )  # fmt: skip
    dossiers[2] = dossiers[2].with_facts(
        tuple(f.model_copy(update={"fields": {**f.fields, "officer": "cv.chi"}})
              if f.event == "officer_assigned" else f for f in dossiers[2].facts)
    )  # fmt: skip
    await register.project_many([(one, assessed(one, NOW), 1, None) for one in dossiers])
    return dossiers


async def agenda(
    rows: AgendaRows, person: str, known: OfficeDirectory | None = None, **asked: Any
) -> list[AgendaLine]:
    known = known or directory()
    seats = await rows.seats(known, person, NOW)
    found = await rows.lines(known, seats, NOW, **asked)
    tally = await rows.tally(known, seats, NOW, until=asked.get("until"))
    every = tally.dated + (tally.standing if asked.get("every") else 0)
    assert len(found) == min(every, asked.get("most", every))
    return found


async def every_duty(reading: Reading) -> set[tuple[str, str, str, str | None]]:
    """Give what the register's own list of limits holds: open duties with a date."""
    return {
        (card.id, line.occurrence, line.holder, card.officer)
        for card in await reading.cards(NOW)
        for line in await reading.limits(card.id, NOW)
        if line.state in ("open", "breached", "not_at_once")
        and not line.upcoming
        and line.due is not None
    }


def keys(found: list[AgendaLine]) -> set[tuple[str, str]]:
    return {(line.dossier, line.occurrence) for line in found}


@pytest.mark.usefixtures("filled")
async def test_each_has_what_the_register_shows_to_be_theirs_and_no_more(
    rows: AgendaRows, reading: Reading
) -> None:
    duties = await every_duty(reading)
    assert {holder for _, _, holder, _ in duties} >= {"officer", "head"}
    assert keys(await agenda(rows, "cv.an")) == {
        (dossier, occurrence)
        for dossier, occurrence, holder, officer in duties
        if holder in ("officer", "agency") and officer == "cv.an"
    }
    assert keys(await agenda(rows, "tt.nghe-an")) == {
        (dossier, occurrence)
        for dossier, occurrence, holder, _ in duties
        if holder in ("head", "agency")
    }
    superior = {(d, o) for d, o, holder, _ in duties if holder == "superior"}
    assert keys(await agenda(rows, "ql.cuc")) == superior
    assert {dossier for dossier, _ in superior} == {"complaint/KN-2"}


@pytest.mark.usefixtures("filled")
async def test_what_has_passed_comes_first_then_by_due(rows: AgendaRows) -> None:
    found = await agenda(rows, "tt.nghe-an")
    moments = [line.breaches_at for line in found if line.breaches_at is not None]
    assert len(moments) == len(found) > 2
    assert moments == sorted(moments)
    seats = await rows.seats(directory(), "tt.nghe-an", NOW)
    passed = sum(at <= NOW for at in moments)
    assert 0 < passed < len(found)
    tally = await rows.tally(directory(), seats, NOW)
    assert tally == AgendaTally(len(found), tally.standing, passed)
    assert await agenda(rows, "tt.nghe-an", most=2) == found[:2]
    until = found[1].due_day
    assert await agenda(rows, "tt.nghe-an", until=until) == [
        line for line in found if line.due_day and until and line.due_day <= until
    ]


@pytest.mark.usefixtures("filled")
async def test_kinds_stand_side_by_side_with_their_stage(rows: AgendaRows) -> None:
    found = {line.dossier: line for line in await agenda(rows, "tt.nghe-an")}
    assert found["complaint/KN-1"].kind == "complaint"
    assert found["complaint/KN-1"].stage == "complaint_received"
    assert found["denunciation/TC-1"].kind == "denunciation"
    assert {line.role for line in found.values()} == {"head_of_agency"}


@pytest.mark.usefixtures("filled")
async def test_a_chief_puts_to_the_head_what_is_the_rooms_but_sees_no_denunciation(
    rows: AgendaRows,
) -> None:
    found = await agenda(rows, "cvt.kv1")
    assert {(line.dossier, line.role) for line in found} >= {("complaint/KN-1", "chief_officer")}
    assert "denunciation" not in {line.kind for line in found}
    assert "denunciation" in {line.kind for line in await agenda(rows, "tt.nghe-an")}
    assert {line.office for line in found} == {"nghe-an/kv1"}


@pytest.mark.usefixtures("filled")
async def test_a_deputy_has_the_officers_duties_marked_and_the_officer_keeps_them(
    rows: AgendaRows,
) -> None:
    away = directory(AbsenceEntry(person="cv.an", first=TODAY, last=TODAY, deputy="cv.binh"))
    own = await agenda(rows, "cv.an", away)
    assert own
    assert {line.why for line in own} == {None}
    deputy = await agenda(rows, "cv.binh", away)
    theirs = [line for line in deputy if line.instead_of == "cv.an"]
    assert keys(theirs) == keys(own)
    assert {line.why for line in theirs} == {"deputy"}
    assert keys(await agenda(rows, "cv.binh")) == keys(deputy) - keys(theirs)


@pytest.mark.usefixtures("filled")
async def test_an_officer_whom_nobody_replaces_is_answered_for_by_the_chief(
    rows: AgendaRows,
) -> None:
    away = directory(AbsenceEntry(person="cv.an", first=TODAY, last=TODAY))
    found = await agenda(rows, "cvt.kv1", away)
    theirs = [line for line in found if line.instead_of == "cv.an"]
    assert theirs
    assert {line.holder for line in theirs} == {"officer"}
    assert len(keys(found)) == len(found), "each duty once"


async def test_a_dossier_without_an_officer_or_of_one_unknown_is_the_chiefs(
    rows: AgendaRows, register: Register, assessed: Assessor, database: str
) -> None:
    for name, officer in (("NA-1", "null"), ("NA-2", "'gone.long.ago'")):
        dossier = build(id=name)
        await register.project(dossier, assessed(dossier, NOW), 1)
        await run(
            database, f"update projection.dossiers set officer = {officer} where id = '{name}'"
        )
    found = await agenda(rows, "cvt.kv1")
    officers = [line for line in found if line.holder == "officer"]
    assert {line.dossier for line in officers} == {"NA-1", "NA-2"}
    assert {line.why for line in officers} == {"fallback"}
    assert await agenda(rows, "cv.an") == []


@pytest.mark.usefixtures("filled")
async def test_what_is_done_closed_or_paused_is_gone_but_what_outlives_its_dossier_stays(
    rows: AgendaRows, database: str
) -> None:
    mine = await agenda(rows, "cv.an")
    one, two = mine[0], mine[-1]
    assert one.occurrence != two.occurrence
    where = f"dossier = '{one.dossier}' and occurrence = '{one.occurrence}'"
    await run(database, f"update projection.limits set paused_by = 'postponed' where {where}")
    assert keys(await agenda(rows, "cv.an")) == keys(mine[1:])
    every = await agenda(rows, "cv.an", every=True)
    assert keys(every) >= keys(mine)
    assert keys([one]) <= keys([line for line in every if line.paused_by])
    await run(database, "update projection.limits set met_on = '2026-10-12' where dossier = 'NA-1'")
    assert "NA-1" not in {line.dossier for line in await agenda(rows, "cv.an", every=True)}
    # Turned closed by itself, and not assessed since: nobody knows yet what outlives it.
    await run(
        database,
        "update projection.dossiers set stage_until = '2026-10-11', "
        "next_stage = 'closed' where id = 'NA-2'",
    )
    assert await agenda(rows, "cv.binh", every=True) == []
    await run(
        database,
        "update projection.dossiers set stage = 'closed', status = 'closed', "
        "stage_until = null, next_stage = null where id = 'NA-2'",
    )
    assert await agenda(rows, "cv.binh"), "left open by the assessment that closed it"


async def run(database: str, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(statement.encode())


@pytest.mark.usefixtures("filled")
async def test_what_has_not_begun_is_not_there_yet(rows: AgendaRows, database: str) -> None:
    mine = await agenda(rows, "cv.an")
    later = (NOW + timedelta(days=1)).isoformat()
    await run(database, f"update projection.limits set opens_at = '{later}' where dossier = 'NA-1'")
    assert keys(await agenda(rows, "cv.an")) == {key for key in keys(mine) if key[0] != "NA-1"}


async def test_no_page_reads_every_limit_of_the_register(engine: Engine, database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        for statement in (*_MANY, "vacuum analyze projection.dossiers, projection.limits"):
            await connection.execute(statement.encode())
    plans: list[str] = []

    class Explained(Engine):
        async def fetch(self, statement: ClauseElement) -> list[dict[str, Any]]:
            query, values = compiled(statement)
            async with engine.connected() as connection:
                told = await connection.execute(b"explain " + query, values)
                plans.append("\n".join(str(row[0]) for row in await told.fetchall()))
            return []

    rows, known = AgendaRows(engine), directory()
    explained = AgendaRows(Explained(engine.url, {}, 1))
    for person in ("cv.an", "cvt.kv1", "tt.nghe-an"):
        seats = await rows.seats(known, person, NOW)
        assert len(await rows.lines(known, seats, NOW, most=40)) == 40
        await explained.lines(known, seats, NOW, most=40)
        assert "Seq Scan on limits" not in plans[-1], plans[-1]
    assert "limits_of_offices" in plans[-1], plans[-1]


# Synthetic: every officer of the sample directory has a thousand cases of four duties each.
_MANY = (
    """
insert into projection.dossiers (id, kind, office, officer, origin, stage, status, revision,
  assessed_at, book, calendar, practice, facts_count, search, dossier)
select 'B-' || n, 'enforcement_case', 'nghe-an/kv' || 1 + n % 3,
  (array['cv.an', 'cv.chi', 'cv.giang', 'cv.binh', 'cv.dung', 'cv.ha'])[1 + n % 6], 'on_request',
  'verification', 'open', 1, '2026-10-01', 'book', 'calendar', 'practice', 8, 'b', '{}'
from generate_series(1, 6000) n
""",
    """
insert into projection.limits (dossier, occurrence, place, rule, kind, act, article, title_vi,
  title_en, starts_on, holder, severity, started, due, due_day, state, reported_late, opens_at,
  breaches_at, provisional, confidence, transition_review, readings, receipt, receipt_hash,
  upcoming)
select 'B-' || n, 'x#' || m, m, 'x', 'limit', '106/2025/QH15', '37', 'Xác minh', 'Verification',
  'x', case when m = 4 then 'head' else 'officer' end, 'routine', '2026-10-01', '2026-10-12',
  '2026-10-12', 'open', false, '2026-10-01',
  timestamptz '2026-10-01' + make_interval(mins => n * 7 % 60000), false, 'verbatim', false, '[]',
  '{}', 'hash', false
from generate_series(1, 6000) n, generate_series(1, 4) m
""",
)
