"""A handover: every case moves by one fact each, whatever stops, fails or is asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from temporalio.worker import Replayer, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import activities.handing_over
import workflows.client
from activities.assessing import AssessingActivities
from activities.handing_over import HandoverActivities
from activities.handover import CaseReports, Progress, ToldCase
from activities.ports import BULK_QUEUE, TASK_QUEUE, NewFact
from case_reports import TemporalCases
from cases.handover import Handover
from cases.replies import Reply
from law.calendar import ZONE
from law.edition import Edition
from store.alerts import AlertRows
from store.answering import Answering
from store.errors import RegisterAwayError
from store.handovers import HandoverCase, HandoverRows
from store.register import Register
from tests.seals import SEAL
from tests.workflows.conftest import PASSED_THROUGH, Stage, beside, eventually
from workflows.client import hand_over, handover_progress, look
from workflows.dossiers import EnforcementCase
from workflows.handover import HandOver
from workflows.messages import HandoverState

NEW_LAW = date(2026, 7, 1)


def _now() -> datetime:
    return datetime.now(ZONE)  # noqa: TID251 - the cases' workflows go by the real clock


def _day(ahead: int) -> date:
    return _now().date() + timedelta(days=ahead)


@pytest.fixture(name="officers")
def _officers() -> tuple[str, str]:
    """Give who leaves and who takes over: others in each test, for one Temporal serves all."""
    return f"cv.{uuid4().hex[:6]}", f"cv.{uuid4().hex[:6]}"


def ask(officers: tuple[str, str], **more: Any) -> Handover:
    plain = {
        "from_person": officers[0], "to_person": officers[1], "from_day": _day(0),
        "actor": "tt.nghe-an", "asked_at": _now(), "settling_to": _day(7), "decision": "12/QĐ",
    }  # fmt: skip
    return Handover.model_validate(plain | more)


@asynccontextmanager
async def working(
    stage: Stage, cases: CaseReports | None = None, book: Any = None
) -> AsyncIterator[None]:
    assessing = AssessingActivities(stage.corpus, stage.calendar, Register(stage.engine, SEAL))
    handing = HandoverActivities(
        book or HandoverRows(stage.engine), cases or TemporalCases(stage.client)
    )
    bulk = beside(stage.client, BULK_QUEUE, handing.plan, handing.move, handing.close)
    cases_worker = Worker(
        stage.client,
        task_queue=TASK_QUEUE,
        workflows=[EnforcementCase, HandOver],
        activities=[assessing.assess],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
        max_cached_workflows=100,
    )
    async with cases_worker, bulk:
        yield


async def open_cases(stage: Stage, officers: tuple[str, str], count: int, **more: Any) -> list[str]:
    opened = [
        await stage.open(
            f"request_received {_day(-8)}",
            f"enforcement_decision_issued {_day(-7)}",
            f"officer_assigned {_day(-6)} officer={officers[0]}",
            officer=officers[0],
            **more,
        )
        for _ in range(count)
    ]
    for case in opened:
        await eventually(partial(_assessed, stage, case))
    return sorted(opened)


async def _assessed(stage: Stage, case: str) -> bool:
    return await stage.reading.card(case, _now()) is not None


async def result(stage: Stage, handover: Handover) -> Progress:
    handle = stage.client.get_workflow_handle(handover.id, result_type=Progress)
    progress: Progress = await asyncio.wait_for(handle.result(), 60)
    return progress


async def facts_of(stage: Stage, case: str, event: str) -> list[dict[str, Any]]:
    _, facts, _ = await look(stage.client, case)
    return [dict(fact.fields) for fact in facts if fact.event == event]


async def cases_of(stage: Stage, handover: Handover) -> dict[str, HandoverCase]:
    return {case.dossier: case for case in await HandoverRows(stage.engine).cases(handover.id)}


async def test_every_case_moves_by_one_fact_and_the_decision_opens_its_clocks(
    stage: Stage, officers: tuple[str, str]
) -> None:
    assert _now().date() > NEW_LAW
    async with working(stage):
        cases = await open_cases(stage, officers, 3)
        other = await open_cases(stage, ("cv.other", "-"), 1)
        handover = ask(officers)
        await hand_over(stage.client, handover)
        assert await result(stage, handover) == Progress(total=3, moved=3)
        for case in cases:
            card = await stage.reading.card(case, _now())
            assert card is not None
            assert card.officer == officers[1]
            assert await facts_of(stage, case, "officer_assigned") == [
                {"officer": officers[0]}, {"officer": officers[1]},
            ]  # fmt: skip
            assert await facts_of(stage, case, "document_issued") == [
                {"document": "officer_change", "kind": "decision", "number": "12/QĐ"}
            ]
        assert await facts_of(stage, other[0], "document_issued") == []
        became = await cases_of(stage, handover)
    assert {case.opened for case in became.values()} == {
        ("notice.of_document#5", "procuracy.sending_of_document#5")
    }
    due = {row.rule: row for row in await stage.reading.limits(cases[0], _now())}
    notice = due["notice.of_document"]
    assert (notice.act, notice.article, notice.state) == ("106/2025/QH15", "35", "open")
    assert notice.due == stage.calendar.working_days_after(_day(0), 3).isoformat()


async def test_a_handover_asked_twice_is_one(stage: Stage, officers: tuple[str, str]) -> None:
    async with working(stage):
        (case,) = await open_cases(stage, officers, 1)
        for _ in range(2):
            handover = ask(officers)
            await hand_over(stage.client, handover)
            assert await result(stage, handover) == Progress(total=1, moved=1)
        assert len(await facts_of(stage, case, "officer_assigned")) == 2
        assert await handover_progress(stage.client, handover.id) == (
            Progress(total=1, moved=1), False,
        )  # fmt: skip
    assert await handover_progress(stage.client, "handover/nobody") is None


class _Hangs:
    """Take some reports, then never answer again, as a worker that is about to be killed."""

    def __init__(self, real: CaseReports, before: int) -> None:
        self.real, self.left = real, before
        self.hanging = asyncio.Event()

    async def report(self, case: str, facts: Sequence[NewFact]) -> ToldCase:
        told = await self.real.report(case, facts)
        self.left -= 1
        if self.left < 0:
            # The case took the facts; that it did is lost with this worker.
            self.hanging.set()
            await asyncio.Event().wait()
        return told


async def test_a_worker_killed_in_the_middle_leaves_each_case_one_fact(
    stage: Stage, officers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities.handing_over, "BATCH", 2)
    handover = ask(officers)
    hanging = _Hangs(TemporalCases(stage.client), before=3)
    async with working(stage, hanging):
        cases = await open_cases(stage, officers, 5)
        await hand_over(stage.client, handover)
        await asyncio.wait_for(hanging.hanging.wait(), 30)
        known = await handover_progress(stage.client, handover.id)
        assert known == (Progress(total=5, moved=2), True)
    assert sorted((await HandoverRows(stage.engine).count(handover.id)).items()) == [
        ("moved", 3), ("planned", 2),
    ]  # fmt: skip
    async with working(stage):
        assert await result(stage, handover) == Progress(total=5, moved=5)
        for case in cases:
            assert len(await facts_of(stage, case, "officer_assigned")) == 2
            assert len(await facts_of(stage, case, "document_issued")) == 1


class _Away:
    """A record of handovers whose database is away for its first settlements."""

    def __init__(self, real: HandoverRows) -> None:
        self.real, self.failures = real, 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def settle(self, *given: Any) -> bool:
        if self.failures:
            self.failures -= 1
            raise RegisterAwayError("the database is away")
        return await self.real.settle(*given)


async def test_a_register_that_goes_away_in_between_is_waited_for(
    stage: Stage, officers: tuple[str, str]
) -> None:
    async with working(stage, book=_Away(HandoverRows(stage.engine))):
        (case,) = await open_cases(stage, officers, 1)
        handover = ask(officers)
        await hand_over(stage.client, handover)
        assert await result(stage, handover) == Progress(total=1, moved=1)
        assert len(await facts_of(stage, case, "officer_assigned")) == 2


async def test_a_case_that_fails_is_named_with_its_reason_and_the_rest_goes_on(
    stage: Stage, officers: tuple[str, str]
) -> None:
    async with working(stage):
        cases = await open_cases(stage, officers, 2)
        await stage.handle(cases[0]).terminate("a test ends it")
        handover = ask(officers)
        await hand_over(stage.client, handover)
        assert await result(stage, handover) == Progress(total=2, moved=1, failed=1)
        became = await cases_of(stage, handover)
        assert became[cases[1]].state == "moved"
        assert "TERMINATED" in str(became[cases[0]].reason_en)
        assert "đã dừng" in str(became[cases[0]].reason_vi)


async def test_what_was_given_to_the_officer_after_the_day_moves_too(
    stage: Stage, officers: tuple[str, str]
) -> None:
    """Assigned on the handover's own day, with its hour: the change stands after it."""
    async with working(stage):
        hour = _now() - timedelta(minutes=5)
        case = await stage.open(
            f"request_received {_day(-8)}", f"enforcement_decision_issued {_day(-7)}"
        )
        await stage.tell(
            case, f"officer_assigned {hour.date()} at={hour.isoformat()} officer={officers[0]}"
        )
        handover = ask(officers, from_day=hour.date() - timedelta(days=3))
        await hand_over(stage.client, handover)
        assert await result(stage, handover) == Progress(total=1, moved=1)
        card = await stage.reading.card(case, _now())
        assert card is not None
        assert card.officer == officers[1]


async def test_what_became_late_in_between_is_told_from_what_was_late_before(
    stage: Stage, officers: tuple[str, str]
) -> None:
    async with working(stage):
        (case,) = await open_cases(stage, officers, 1)
        rows = {row.rule: row for row in await stage.reading.limits(case, _now())}
        passed = rows["case_file.opening"]
        assert passed.breaches_at is not None
        assert passed.due_day is not None
        for from_day, expected in (
            (passed.due_day, "late"), (passed.due_day + timedelta(days=1), "overdue"),
        ):  # fmt: skip
            if from_day > _day(0):
                continue
            handover = ask(officers, from_day=from_day)
            (shown,) = await HandoverRows(stage.engine).preview(handover, _now())
            became = {limit.rule: limit.became for limit in shown.limits}
            assert became["case_file.opening"] == expected
        handover = ask(officers, from_day=passed.due_day)
        await hand_over(stage.client, handover)
        await result(stage, handover)
        moved = (await cases_of(stage, handover))[case]
    assert {limit.rule: limit.became for limit in moved.limits}["case_file.opening"] == "late"
    assert not {limit.occurrence for limit in moved.limits} & set(moved.opened)


async def test_answers_and_reminders_go_with_the_case_and_say_who_gave_them(
    stage: Stage, officers: tuple[str, str], database: str
) -> None:
    leaving, taking = officers
    law = Edition(stage.corpus, stage.calendar)
    answering = Answering(stage.engine, lambda: law)
    rows = AlertRows(stage.engine)
    async with working(stage):
        (case,) = await open_cases(stage, officers, 1)
        pending = [row for row in await rows.pending_rows(_now()) if row.dossier == case]
        keys = [row.key for row in pending if row.rule == "case_file.opening"]
        assert keys
        await rows.confirm("t1", keys, leaving, "mail", "<1@example.invalid>", _now())
        limit = await answering.find(case, "case_file.opening", _now())
        reply = Reply(person=leaving, action="ack", text="đang làm", actor=leaving, via="command")
        kept = await answering.answer(limit, reply, _now())
        handover = ask(officers)
        await hand_over(stage.client, handover)
        await result(stage, handover)
    lines = await answering.rows.lines(case, _now())
    assert [(x.person, x.action, x.text, x.until, x.standing) for x in lines] == [
        (leaving, "ack", "đang làm", kept.until, False),
        (taking, "moved", "đang làm", kept.until, True),
    ]
    reminders = await _ask(
        database,
        "select person, key like '%%handover%%', raised_at <= now() from record.alerts "
        "where kind = 'reminder' and state = 'raised' order by raised_at",
    )
    assert reminders == [(taking, True, True), (taking, False, False)], (
        "told once of what the other had been told, and reminded when the answer is over"
    )
    assert (await cases_of(stage, handover))[case].answers == 1
    audit = await _ask(
        database, "select action, actor from record.audit where action like 'hand%%' order by id"
    )
    assert audit == [
        ("handover_begun", "tt.nghe-an"), ("handed_over", "tt.nghe-an"),
        ("handover_ended", "tt.nghe-an"),
    ]  # fmt: skip


async def test_one_office_alone_moves_and_its_handover_has_an_id_of_its_own(
    stage: Stage, officers: tuple[str, str]
) -> None:
    async with working(stage):
        (here,) = await open_cases(stage, officers, 1)
        (there,) = await open_cases(stage, officers, 1, office="nghe-an/kv2")
        handover = ask(officers, office="nghe-an/kv2")
        assert handover.id != ask(officers).id
        await hand_over(stage.client, handover)
        assert await result(stage, handover) == Progress(total=1, moved=1)
        assert len(await facts_of(stage, here, "officer_assigned")) == 1
        assert len(await facts_of(stage, there, "officer_assigned")) == 2


async def test_a_long_handover_continues_as_new_and_its_history_replays(
    stage: Stage, officers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities.handing_over, "BATCH", 1)
    async with working(stage):
        await open_cases(stage, officers, 3)
        handover = ask(officers)
        await stage.client.start_workflow(
            HandOver.run, HandoverState(handover=handover, most_events=12), id=handover.id,
            task_queue=TASK_QUEUE,
        )  # fmt: skip
        first = (await stage.client.get_workflow_handle(handover.id).describe()).run_id
        assert await result(stage, handover) == Progress(total=3, moved=3)
    handle = stage.client.get_workflow_handle(handover.id)
    last = await handle.describe()
    assert last.run_id != first
    replayer = Replayer(workflows=[HandOver], data_converter=stage.client.data_converter)
    for run in (first, last.run_id):
        history = await stage.client.get_workflow_handle(handover.id, run_id=run).fetch_history()
        await replayer.replay_workflow(history)


async def test_a_handover_that_no_worker_carries_is_known_to_run(
    stage: Stage, officers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflows.client, "_PATIENCE", timedelta(seconds=1))
    handover = ask(officers)
    await hand_over(stage.client, handover)
    assert await handover_progress(stage.client, handover.id) == (None, True)
    async with working(stage):
        assert await result(stage, handover) == Progress()


async def test_an_officer_without_cases_is_handed_over_at_once(
    stage: Stage, officers: tuple[str, str]
) -> None:
    async with working(stage):
        handover = ask(officers)
        await hand_over(stage.client, handover)
        assert await result(stage, handover) == Progress()


async def _ask(database: str, question: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(question.replace("%%", "%").encode())).fetchall()
