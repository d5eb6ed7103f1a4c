"""The nightly check: register and Temporal compared both ways, each difference raised once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from temporalio import activity
from temporalio.client import ScheduleOverlapPolicy
from temporalio.common import WorkflowIDReusePolicy
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.checks import Checked, CheckRequest, Condition, Found, OpenCase, Run
from activities.cross_checking import CrossCheckingActivities
from activities.ports import BULK_QUEUE, TASK_QUEUE
from cases.assess import assess
from cases.stuck import the_norms
from cli import check as cli_check
from cli.app import build, run
from crosscheck import CheckPost, TemporalRuns
from store.findings import FindingRow, FindingRows
from store.register import Register
from tests.seals import SEAL
from tests.workflows.conftest import PASSED_THROUGH, Stage, beside, eventually, make_dossier
from workflows.client import (
    CommandError,
    check_now,
    count_by_query,
    ensure_schedules,
    look,
    nudge,
)
from workflows.cross_check import CrossCheck

QUEUE = "checks"
FACTS = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")


async def ask(stage: Stage, statement: str, *values: object) -> None:
    url = stage.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(statement.encode(), values or None)


@pytest.fixture(name="checking")
async def _checking(stage: Stage) -> AsyncIterator[Stage]:
    """Run a worker of cases and one of checks; no case of another test runs any more."""
    async for one in stage.client.list_workflows("ExecutionStatus = 'Running'"):
        await stage.client.get_workflow_handle(one.id).terminate("another test's")
    doing = CrossCheckingActivities(
        CheckPost(FindingRows(stage.engine)), TemporalRuns(stage.client), the_norms()
    )
    worker = Worker(
        stage.client,
        task_queue=QUEUE,
        workflows=[CrossCheck],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
        max_cached_workflows=0,
    )
    async with stage.worker(), worker, beside(stage.client, BULK_QUEUE, *doing.all):
        yield stage


async def check(stage: Stage, *, after: timedelta = timedelta(hours=1)) -> Checked:
    now = datetime.now().astimezone()  # noqa: TID251 - what is begun now is looked at later
    checked: Checked = await stage.client.execute_workflow(
        CrossCheck.run,
        now + after,
        id=f"cross-check-{uuid4().hex[:8]}",
        task_queue=QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    return checked


async def found(stage: Stage) -> dict[tuple[str, str], FindingRow]:
    rows = await FindingRows(stage.engine).standing()
    return {(row.dossier, row.reason): row for row in rows}


async def opened(stage: Stage, *names: str) -> list[str]:
    """Open cases one after another, and wait until both sides show all of them."""
    cases = []
    for name in names:
        case = await stage.open(*FACTS, id=f"{name}-{uuid4().hex[:8]}")
        await eventually(partial(_is_assessed, stage, case), 20)
        cases.append(case)
    running = "WorkflowType = 'EnforcementCase' AND ExecutionStatus = 'Running'"

    async def shown() -> bool:
        query = f"{running} AND Stage = 'decided'"
        return await count_by_query(stage.client, query) == len(cases)

    await eventually(shown, 20)
    return cases


async def _is_assessed(stage: Stage, case: str) -> bool:
    return (await look(stage.client, case))[0].assessed


async def test_two_sides_that_agree_differ_in_nothing(checking: Stage) -> None:
    await opened(checking, "A", "B")
    checked = await check(checking, after=timedelta(minutes=20))
    assert (checked.opened, checked.runs, checked.raised, checked.standing) == (2, 2, 0, {})


async def test_every_difference_is_raised_once_and_cleared_when_it_is_none_any_more(
    checking: Stage,
) -> None:
    dead, moved, gone, late = await opened(checking, "DEAD", "MOVED", "GONE", "LATE")
    await checking.handle(dead).terminate("by hand")
    await ask(checking, "update projection.dossiers set stage = 'coercion' where id = %s", moved)
    await ask(checking, "delete from projection.dossiers where id = %s", gone)
    await ask(
        checking, "update projection.dossiers set next_wake = now() - interval '1 day'"
        " where id = %s", late,
    )  # fmt: skip
    checked = await check(checking)
    assert checked.standing == {"differs": 1, "not_registered": 1, "not_running": 1, "not_woken": 1}
    assert (checked.raised, checked.opened, checked.runs) == (4, 3, 3)
    raised = await found(checking)
    assert raised[dead, "not_running"].detail == {"status": "TERMINATED"}
    assert raised[moved, "differs"].detail == {"stage": "coercion / decided"}
    assert raised[gone, "not_registered"].detail["office"] == "nghe-an/kv1"
    assert {row.holder for row in raised.values()} == {"administrator"}
    assert (await check(checking)).raised == 0, "what stands is not raised again"

    await nudge(checking.client, [moved, gone, late])
    checked = await eventually(lambda: _settled(checking), 20)
    assert checked.standing == {"not_running": 1}


async def _settled(stage: Stage) -> Checked | None:
    checked = await check(stage)
    return checked if len(checked.standing) == 1 else None


async def test_what_was_just_begun_is_no_difference(checking: Stage) -> None:
    dead, gone = await opened(checking, "DEAD", "GONE")
    await checking.handle(dead).terminate("by hand")
    await ask(checking, "delete from projection.dossiers where id = %s", gone)
    checked = await check(checking, after=timedelta(minutes=5))
    assert checked.standing == {}


class _Away:
    async def project(self, *_: Any, **__: Any) -> None:
        raise ConnectionRefusedError("the register is away")


async def test_an_activity_that_keeps_retrying_is_named_with_its_attempts(stage: Stage) -> None:
    book, runs = CheckPost(FindingRows(stage.engine)), TemporalRuns(stage.client)
    shipped = the_norms()
    few = shipped.activity_retrying.model_copy(update={"attempts": 2})
    norms = shipped.model_copy(update={"activity_retrying": few})
    doing = CrossCheckingActivities(book, runs, norms)
    now = datetime.now().astimezone()  # noqa: TID251 - a case that runs is described now
    async with stage.worker(_Away()):
        case = await stage.open(*FACTS)
        await eventually(lambda: _retries(runs, case), 40)
        doubt = Found(dossier=case, reason="not_woken", holder="administrator", since=now)
        await book.raise_found([doubt], now)
        await ActivityEnvironment().run(doing.check_faults, CheckRequest(as_of=now))
    detail = (await found(stage))[case, "activity_retrying"].detail
    assert (detail["activity"], detail["failure"]) == ("assess", "ConnectionRefusedError")
    assert int(detail["attempts"]) >= 2
    await stage.handle(case).terminate()


async def _retries(runs: TemporalRuns, case: str) -> bool:
    return (await runs.describe(case)).attempts >= 2


async def test_a_case_that_temporal_does_not_know_runs_nowhere(stage: Stage) -> None:
    assert await TemporalRuns(stage.client).describe("nobody-knows-it") == Condition(
        status="NOT_FOUND"
    )


class _Book:
    """A register of many cases that is held in memory, to count what is asked of it."""

    def __init__(self, cases: Sequence[OpenCase], died_after: int = 10**9) -> None:
        self.cases = list(cases)
        self.raised: dict[tuple[str, str], Found] = {}
        self.pages = 0
        self.died_after = died_after

    async def open_cases(self, _now: datetime, after: str, most: int) -> Sequence[OpenCase]:
        if self.pages >= self.died_after:
            raise ConnectionError("the process ends here")
        self.pages += 1
        return [case for case in self.cases if case.id > after][:most]

    async def known(self, ids: Any) -> set[str]:
        return {case.id for case in self.cases} & set(ids)

    async def in_files(self, *_: Any) -> Sequence[Found]:
        return []

    async def undelivered(self, _now: datetime) -> Sequence[Found]:
        return []

    async def doubtful(self, reasons: Any, most: int) -> Sequence[str]:
        return [d for d, reason in self.raised if reason in reasons][:most]

    async def tally(self) -> dict[str, int]:
        return {}

    async def raise_found(self, found: Sequence[Found], _now: datetime) -> int:
        new = {(one.dossier, one.reason): one for one in found}
        fresh = len(new.keys() - self.raised.keys())
        self.raised |= new
        return fresh

    async def clear_before(self, _now: datetime) -> int:
        return 0


class _Runs:
    """A Temporal in which nothing runs, that counts what it is asked for."""

    def __init__(self, condition: Condition | None = None) -> None:
        self.described: list[str] = []
        self.condition = condition or Condition()

    async def running(self, _cases: Sequence[str]) -> dict[str, Run]:
        return {}

    async def page(self, _token: str) -> tuple[Sequence[Run], str]:
        return [], ""

    async def failing(self, _most: int) -> Sequence[str]:
        return ["FAILING"]

    async def describe(self, case: str) -> Condition:
        self.described.append(case)
        return self.condition


NOW = datetime(2026, 11, 24, 2, tzinfo=datetime.now().astimezone().tzinfo)  # noqa: TID251


def _open(number: int) -> OpenCase:
    then = NOW - timedelta(days=1)
    return OpenCase(
        id=f"C-{number:05d}", office="nghe-an", officer=None, stage="decided", next_wake=None,
        next_due_at=None, assessed_at=then, started_at=then, revision=1,
    )  # fmt: skip


async def test_a_check_asks_about_few_workflows_one_by_one_and_goes_on_where_it_died() -> None:
    cases = [_open(number) for number in range(1700)]
    book, runs = _Book(cases, died_after=2), _Runs()
    beats: list[tuple[Any, ...]] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *told: beats.append(told)
    doing = CrossCheckingActivities(book, runs, the_norms())
    with pytest.raises(ConnectionError):
        await environment.run(doing.check_register, CheckRequest(as_of=NOW))
    assert len(runs.described) == 500
    book.died_after = 10**9
    again = ActivityEnvironment()
    again.info = _with_details(again.info, beats[-1])
    looked = await again.run(doing.check_register, CheckRequest(as_of=NOW))
    assert (looked.cases, looked.raised) == (1700, 1700)
    assert book.pages == 5, "two before, two after, and the empty one"
    assert len(runs.described) == 500
    other = ActivityEnvironment()
    other.info = _with_details(other.info, beats[-1])
    whole = await other.run(doing.check_register, CheckRequest(as_of=NOW + timedelta(days=1)))
    assert whole.cases == 1700, "the place of another check is not gone on from"


def _with_details(info: activity.Info, details: tuple[Any, ...]) -> activity.Info:
    return replace(info, heartbeat_details=list(details))


async def test_faults_of_the_engine_are_named_by_codes_alone() -> None:
    told = Condition(
        status="RUNNING", attempts=12, activity="assess", failure="RegisterAwayError",
        problem="category=WorkflowTaskFailed",
    )  # fmt: skip
    book = _Book([])
    doing = CrossCheckingActivities(book, _Runs(told), the_norms())
    await ActivityEnvironment().run(doing.check_faults, CheckRequest(as_of=NOW))
    failing = book.raised["FAILING", "task_failing"]
    assert failing.detail == {"problem": "category=WorkflowTaskFailed"}
    assert failing.severity == "serious"
    retrying = book.raised["FAILING", "activity_retrying"]
    assert retrying.detail == {
        "activity": "assess", "attempts": "12", "failure": "RegisterAwayError",
    }  # fmt: skip


async def test_the_command_shows_what_differs_and_ends_with_1(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = stage.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("THADS_DATABASE_URL", url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", stage.client.service_client.config.target_host)

    async def call(*tokens: str) -> tuple[int, str]:
        code = await asyncio.to_thread(run, build((cli_check.add_to,)), ("check", *tokens))
        return code, capsys.readouterr().out

    doing = CrossCheckingActivities(
        CheckPost(FindingRows(stage.engine)), TemporalRuns(stage.client), the_norms()
    )
    dossier = make_dossier(*FACTS, id="NOWHERE")
    now = datetime.now().astimezone()  # noqa: TID251 - the command looks at the present
    assessment = assess(dossier, stage.corpus, stage.calendar, now)
    await Register(stage.engine, SEAL).project(dossier, assessment, 1)
    await ask(stage, "update projection.dossiers set started_at = now() - interval '1 day'")
    async for one in stage.client.list_workflows("ExecutionStatus = 'Running'"):
        await stage.client.get_workflow_handle(one.id).terminate("another test's")
    worker = Worker(
        stage.client, task_queue=TASK_QUEUE, workflows=[CrossCheck],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
    )  # fmt: skip
    async with worker, beside(stage.client, BULK_QUEUE, *doing.all):
        code, out = await call()
        assert code == 1
        assert "1 sai khác" in out
        assert "NOWHERE" in out
        assert "Việc đang mở nhưng không còn được theo dõi tự động →" in out
        code, out = await call("--json")
        told = json.loads(out[out.index("{") :])  # after what the worker logs
        assert (code, told["standing"]) == (1, {"not_running": 1})
        assert [row["dossier"] for row in told["findings"]] == ["NOWHERE"]
        await ask(stage, "update projection.dossiers set status = 'closed'")
        code, out = await call("--lang", "en")
        assert code == 0
        assert out.endswith("The register and Temporal agree: 0 open cases, 0 watched.\n")


async def test_the_schedule_starts_it_at_two_at_night_in_viet_nam_and_is_made_once(
    stage: Stage,
) -> None:
    await ensure_schedules(stage.client)
    await ensure_schedules(stage.client)
    about = await stage.client.get_schedule_handle("cross-check").describe()
    moments = about.info.next_action_times[:2]
    assert {(at.hour, at.minute, at.second) for at in moments} == {(19, 0, 0)}, "UTC"
    assert moments[1] - moments[0] == timedelta(days=1)
    assert about.schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
    for name in ("archive", "cross-check", "deliver-alerts", "send-digests"):
        await stage.client.get_schedule_handle(name).delete()


async def test_without_a_worker_a_check_says_so(stage: Stage) -> None:
    with pytest.raises(CommandError, match="see whether a worker runs") as told:
        await check_now(stage.client, timedelta(seconds=1))
    assert "hãy xem worker" in told.value.say("vi")
    await stage.client.get_workflow_handle("cross-check-now").terminate()
