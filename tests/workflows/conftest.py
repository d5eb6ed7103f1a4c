"""Run cases against real servers: a Temporal that can skip time, and a PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from temporalio.client import Client, HeaderCodecBehavior, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import PayloadCodec
from temporalio.service import RPCError
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.assessing import AssessingActivities
from activities.ports import TASK_QUEUE, NewFact
from activities.telling import TellingActivities
from case_reports import TemporalCases
from cases.dossier import Dossier, read_dossier
from cases.facts import read_report
from cases.kinds import Kind, kind_of
from codec import codec_over
from embedded.binaries import find_temporal
from law.calendar import Calendar
from law.corpus import Corpus
from store.alerts import DeliveryRow
from store.engine import Engine, open_engine
from store.reading import Reading
from store.records import deliveries
from store.register import Register
from tests.conftest import fact_from
from tests.seals import SEAL, SEAL_KEY
from workflows.client import report, start_case
from workflows.dossiers import WORKFLOWS
from workflows.messages import CaseState, Reported, workflow_id
from workflows.payloads import converter_of
from workflows.registration import ensure_search_attributes

FAST = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    "frontend.WorkflowTimeSkippingMaxSkipPerSession=100000",
    'history.timerProcessorMaxTimeShift="1ms"',
    "history.timerProcessorMaxPollRPS=2000",
    "history.transferProcessorMaxPollRPS=2000",
    'history.workflowIdReuseMinimalInterval="-876000h"',
)
PASSED_THROUGH = ("law", "cases", "activities", "workflows", "structlog", "tests")


@pytest.fixture(name="skipping", scope="session")
async def _skipping() -> AsyncIterator[WorkflowEnvironment]:
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(find_temporal()),
        dev_server_log_level="error",
        dev_server_extra_args=[x for d in FAST for x in ("--dynamic-config-value", d)],
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,
    )
    await ensure_search_attributes(environment.client)
    yield environment
    await environment.shutdown()
    await asyncio.sleep(0.2)


def worker_of(
    client: Client,
    corpus: Corpus,
    calendar: Calendar,
    register: Any,
    *,
    more_workflows: Sequence[type] = (),
    more_activities: Sequence[Callable[..., Any]] = (),
    **options: Any,
) -> Worker:
    """Make a worker like the real one, that replays at every task."""
    chosen: dict[str, Any] = {
        "workflows": [*WORKFLOWS.values(), *more_workflows],
        "max_cached_workflows": 0,
        **options,
    }
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        activities=[
            AssessingActivities(corpus, calendar, register).assess,
            TellingActivities(TemporalCases(client)).tell,
            *more_activities,
        ],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
        **chosen,
    )


def beside(client: Client, queue: str, *activities: Callable[..., Any]) -> Worker:
    """Make a worker of a queue beside the dossiers', as every process has them."""
    return Worker(client, task_queue=queue, activities=activities)


@dataclass
class Stage:
    """A case's surroundings in a test."""

    environment: WorkflowEnvironment
    client: Client
    engine: Engine
    corpus: Corpus
    calendar: Calendar
    database: str = ""

    async def deliveries(self) -> list[DeliveryRow]:
        rows = await self.engine.fetch(select(deliveries).order_by(deliveries.c.begun_at))
        return [DeliveryRow.model_validate(row) for row in rows]

    @property
    def reading(self) -> Reading:
        return Reading(self.engine)

    def worker(self, register: Any = None, **options: Any) -> Worker:
        chosen = register or Register(self.engine, SEAL)
        return worker_of(self.client, self.corpus, self.calendar, chosen, **options)

    def handle(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(workflow_id(case), result_type=CaseState)

    async def open(self, *facts: str, **more: Any) -> str:
        dossier = make_dossier(*facts, **more)
        await start_case(self.client, dossier)
        return dossier.id

    async def tell(self, case: str, *texts: str, **more: Any) -> Reported:
        kind = kind_of(case)
        return await report(self.client, case, [new_fact(text, kind, **more) for text in texts])


def make_dossier(*facts: str, **more: Any) -> Dossier:
    plain = {
        "id": f"T-{uuid4().hex[:12]}", "office": "nghe-an/kv1", "officer": "cv.an",
        "facts": [fact_from(text) for text in facts], **more,
    }  # fmt: skip
    if "kind" not in more:
        plain.setdefault("origin", "on_request")
    return read_dossier(plain)


def new_fact(text: str, kind: Kind = "enforcement_case", **more: Any) -> NewFact:
    told = read_report(fact_from(text), "", kind)
    options = {
        "command_id": text,
        "actor": "tester",
        "received_at": datetime.now().astimezone(),  # noqa: TID251 - the edge stamps it
    } | more
    return NewFact(**told.model_dump(), **options)


@pytest.fixture(name="stage")
async def _stage(
    skipping: WorkflowEnvironment, database: str, book: Corpus, calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:  # fmt: skip
    # Commands that a test runs must open what its worker locks.
    monkeypatch.setenv("THADS_SEAL_KEY", SEAL_KEY)
    engine = open_engine(database, statement_seconds=5)
    codec = codec_over(keys := open_engine(database, connections=2), SEAL)
    client = locked_client(skipping.client, codec)
    yield Stage(skipping, client, engine, book, calendar, database)
    # The next test's worker would be handed what runs on, and has other keys.
    async for run in client.list_workflows("ExecutionStatus = 'Running'"):
        with suppress(RPCError):
            await client.get_workflow_handle(run.id).terminate("its test is over")
    await codec.dispose()
    await keys.dispose()
    await engine.dispose()


def locked_client(client: Client, codec: PayloadCodec) -> Client:
    """Give a client whose payloads are locked, as every process of the engine has one."""
    config = client.config(active_config=True)
    config["data_converter"] = converter_of(codec)
    config["header_codec_behavior"] = HeaderCodecBehavior.CODEC
    return Client(**config)


async def eventually(check: Callable[[], Any], seconds: float = 10) -> Any:
    """Wait until an awaitable check gives something true."""
    last: Any = None
    for _ in range(int(seconds / 0.05)):
        last = check()
        if asyncio.iscoroutine(last):
            last = await last
        if last:
            return last
        await asyncio.sleep(0.05)
    raise AssertionError(f"did not come about in {seconds} s; last: {last!r}")


DAY = timedelta(days=1)
