"""A recount renews every outdated dossier, one process does it, and reports pass it by."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

import recount
from activities.assessing import AssessingActivities
from recount import Recount
from store.outdated import OutdatedRows
from store.register import Register
from tests.workflows.conftest import Stage, eventually
from workflows.client import nudge


def recount_of(stage: Stage, together: int = 4) -> Recount:
    assessing = AssessingActivities(stage.corpus, stage.calendar, Register(stage.engine))
    return Recount(stage.client, stage.engine, assessing, together)


async def open_outdated(stage: Stage, many: int) -> list[str]:
    """Open cases and let the register have them as assessed with a book of before."""
    cases = [await stage.open("request_received 2026-07-06") for _ in range(many)]
    await eventually(lambda: _count(stage, "true", many), 30)
    await Register(stage.engine).mark_started(cases)
    await stage.engine.fetch(text("update projection.dossiers set book = 'before' returning id"))
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
        assert await recount_of(stage).run() == 12
        assert await _count(stage, "book = 'before'", 0)
        assert await recount_of(stage).run() == 0, "nothing is left to do"
    assert 0 < most <= 4


async def test_a_report_is_answered_while_a_recount_runs(stage: Stage) -> None:
    async with stage.worker(max_cached_workflows=100):
        cases = await open_outdated(stage, 40)
        running = asyncio.create_task(recount_of(stage).run())
        told = await stage.tell(cases[-1], "enforcement_decision_issued 2026-07-10")
        assert told.assessed
        assert not running.done(), "the report did not wait for all"
        assert await running <= 40


async def test_a_dossier_that_does_not_answer_is_left_for_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "_PATIENCE", 1.0)
    async with stage.worker(max_cached_workflows=100):
        cases = await open_outdated(stage, 6)
        await stage.handle(cases[0]).terminate()
        async with asyncio.timeout(20):
            assert await recount_of(stage, 2).run() == 6
        assert await _count(stage, "book = 'before'", 1)


async def test_of_two_recounts_one_does_it(stage: Stage) -> None:
    async with stage.worker(max_cached_workflows=100):
        await open_outdated(stage, 3)
        async with OutdatedRows(stage.engine).alone() as mine:
            assert mine
            assert await recount_of(stage).run() == 0
        assert await recount_of(stage).run() == 3


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
        await eventually(lambda: _count(stage, "book = 'before'", 0), 20)
        second.stop()
