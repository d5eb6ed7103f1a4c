from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

import recount
from activities.assessing import AssessingActivities
from cases.practice import read_practice
from law.amendments import amend
from law.calendar import ZONE, Calendar
from law.notices import read_notice
from recount import Recount, Recounted
from store.outdated import OutdatedRows
from store.register import Register
from tests.seals import SEAL
from tests.workflows.conftest import Stage, eventually, new_fact, worker_of
from workflows.client import look, nudge, report

OLD = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")


def _now() -> datetime:
    return datetime.now(ZONE)  # noqa: TID251 - cases run now


def _with_a_day_off(calendar: Calendar, day: date) -> Calendar:
    name = '{ vi = "Nghỉ mẫu", en = "Sample day off" }'
    text = f"""
number = "1/TB-MAU"
issued = {day - timedelta(days=30)}
about = {name}
years = [{day.year}]

[[off]]
date = {day}
name = {name}
"""
    return amend(calendar, read_notice(text, "notice.toml", day), "notice.toml").after


def _next_working_day(calendar: Calendar, after: date) -> date:
    day = after + timedelta(days=1)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def _recount(stage: Stage, calendar: Calendar, book: Any = None) -> Recount:
    register = Register(stage.engine, SEAL)
    assessing = AssessingActivities(book or stage.corpus, calendar, register)
    return Recount(stage.client, stage.engine, assessing)


async def _opened(stage: Stage, *facts: str) -> str:
    parties = {"debtor": [{"name": "Người mẫu Thi hành"}]}
    case = await stage.open(*facts, parties=parties)
    await eventually(lambda: _is_assessed(stage, case))
    return case


async def _is_assessed(stage: Stage, case: str) -> bool:
    return (await look(stage.client, case))[0].assessed


async def _length(stage: Stage, case: str) -> int:
    about = await stage.handle(case).describe()
    return about.history_length


async def _outdated(stage: Stage, calendar: Calendar) -> list[str]:
    practice = read_practice().hash
    rows = await OutdatedRows(stage.engine).page(
        stage.corpus.hash, calendar.hash, practice, most=10
    )
    return [row.id for row in rows]


async def test_a_day_off_far_away_is_written_to_every_receipt_and_wakes_nobody(
    stage: Stage,
) -> None:
    far = _next_working_day(stage.calendar, date(2029, 8, 1))
    calendar = _with_a_day_off(stage.calendar, far)
    async with stage.worker():
        cases = sorted([await _opened(stage, *OLD), await _opened(stage, *OLD)])
        lengths = [await _length(stage, case) for case in cases]
        before = [await stage.reading.card(case, _now()) for case in cases]
        assert await _outdated(stage, stage.calendar) == []
        assert await _outdated(stage, calendar) == cases
        recount = _recount(stage, calendar)
        assert await recount.run() == Recounted(written=2, woken=0)
        assert await recount.run() == Recounted()
        assert [await _length(stage, case) for case in cases] == lengths
    for case, old in zip(cases, before, strict=True):
        card = await stage.reading.card(case, _now())
        assert old is not None
        assert card == old.model_copy(update={"calendar": calendar.hash})
        lines = await stage.reading.limits(case, _now())
        assert {line.receipt.calendar for line in lines} == {calendar.hash}


async def test_a_day_off_within_a_running_term_wakes_its_case_alone(stage: Stage) -> None:
    today = _now().date()
    calendar = _with_a_day_off(stage.calendar, _next_working_day(stage.calendar, today))
    register = Register(stage.engine, SEAL)
    async with stage.worker():
        still = await _opened(stage, *OLD)
        running = await _opened(stage, f"request_received {today}")
        card = await stage.reading.card(running, _now())
        assert card is not None
        told = await _recount(stage, calendar).run()
        assert (told.written, told.woken) == (1, 1)
        await eventually(lambda: _revision_above(stage, running, card.revision))
        assert await _outdated(stage, calendar) == [running], "the worker goes by the old calendar"
    async with worker_of(stage.client, stage.corpus, calendar, register):
        assert await _recount(stage, calendar).run() == Recounted(0, 1)
        await eventually(lambda: _is_current(stage, calendar))
        after = await stage.reading.card(running, _now())
        assert after is not None
        assert card.next_due is not None
        assert after.next_due is not None
        assert after.next_due > card.next_due, "a working day later"
        await report(stage.client, still, [new_fact("officer_assigned 2026-07-13")])


async def _revision_above(stage: Stage, case: str, revision: int) -> bool:
    return (await look(stage.client, case))[0].revision > revision


async def _is_current(stage: Stage, calendar: Calendar) -> bool:
    return not await _outdated(stage, calendar)


async def test_another_practice_is_for_the_workflow_to_assess(stage: Stage) -> None:
    async with stage.worker():
        case = await _opened(stage, *OLD)
        recount = _recount(stage, stage.calendar)
        ladder = read_practice().model_copy(update={"hash": "another"})
        recount._assessing.practice = ladder
        assert await recount.run() == Recounted(0, 1)
        await eventually(lambda: _revision_above(stage, case, 1))


async def test_of_two_workers_one_recounts(stage: Stage) -> None:
    far = _next_working_day(stage.calendar, date(2029, 8, 1))
    calendar = _with_a_day_off(stage.calendar, far)
    async with stage.worker():
        await _opened(stage, *OLD)
        recount = _recount(stage, calendar)
        async with OutdatedRows(stage.engine).alone() as mine:
            assert mine
            assert await recount.run() == Recounted()
        assert await recount.run() == Recounted(1, 0)


def recount_of(stage: Stage, together: int = 4) -> Recount:
    assessing = AssessingActivities(stage.corpus, stage.calendar, Register(stage.engine, SEAL))
    return Recount(stage.client, stage.engine, assessing, together)


async def open_outdated(stage: Stage, many: int) -> list[str]:
    """Open cases and let the register have them as assessed by a practice of before."""
    cases = [await stage.open("request_received 2026-07-06") for _ in range(many)]
    await eventually(lambda: _count(stage, "true", many), 30)
    await Register(stage.engine, SEAL).mark_started(cases)
    await stage.engine.fetch(
        text("update projection.dossiers set practice = 'before' returning id")
    )
    return cases


async def _count(stage: Stage, condition: str, wanted: int) -> bool:
    query = text(f"select count(*) n from projection.dossiers where {condition}")
    (row,) = await stage.engine.fetch(query)
    return bool(row["n"] == wanted)


async def test_every_outdated_dossier_is_renewed_a_few_at_a_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0

    async def counted(client: object, cases: list[str]) -> int:
        nonlocal most
        most = max(most, len(cases))
        return await nudge(stage.client, cases)

    monkeypatch.setattr(recount, "nudge", counted)
    async with stage.worker(max_cached_workflows=100):
        await open_outdated(stage, 12)
        assert await recount_of(stage).run() == Recounted(0, 12)
        assert await _count(stage, "practice = 'before'", 0)
        assert await recount_of(stage).run() == Recounted(), "nothing is left to do"
    assert 0 < most <= 4


async def test_a_report_is_answered_while_a_recount_runs(stage: Stage) -> None:
    async with stage.worker(max_cached_workflows=100):
        cases = await open_outdated(stage, 40)
        running = asyncio.create_task(recount_of(stage).run())
        told = await stage.tell(cases[-1], "enforcement_decision_issued 2026-07-10")
        assert told.assessed
        assert not running.done(), "the report did not wait for all"
        assert (await running).woken <= 40


async def test_a_dossier_that_does_not_answer_is_left_for_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "_PATIENCE", 1.0)
    async with stage.worker(max_cached_workflows=100):
        cases = await open_outdated(stage, 6)
        await stage.handle(cases[0]).terminate()
        async with asyncio.timeout(20):
            assert await recount_of(stage, 2).run() == Recounted(0, 5)
        assert await _count(stage, "practice = 'before'", 1)


async def test_a_recount_that_was_stopped_goes_on_with_the_next_look(stage: Stage) -> None:
    async with stage.worker(max_cached_workflows=100):
        await open_outdated(stage, 8)
        first = recount_of(stage, 1)
        first.begin()
        first.begin()
        await asyncio.sleep(0.1)
        first.stop()
        await asyncio.sleep(0.1)
        second = recount_of(stage)
        second.begin()
        await eventually(lambda: _count(stage, "practice = 'before'", 0), 20)
        second.stop()
