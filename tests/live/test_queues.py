"""Processes share the work by queue, and a setting that does not fit is refused."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.worker import PollerBehaviorAutoscaling, PollerBehaviorSimpleMaximum, Worker

from activities.delivery import DELIVER, Delivered, DeliverRequest
from activities.digest import DIGEST, Digested, DigestRequest
from activities.ports import BULK_QUEUE, URGENT_QUEUE
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from settings import Settings, SettingsError, read_settings
from tests.conftest import free_port
from tests.workflows.conftest import make_dossier
from tuning import Workers, pollers_of
from workflows.client import connect, digest_now, start_case
from workflows.deliver_alerts import DeliverAlerts
from workflows.messages import workflow_id
from workflows.priorities import of_office
from workflows.pulse import is_polling
from workflows.registration import ensure_search_attributes
from workflows.releases import lead
from workflows.schedules import deliver_now
from workflows.send_digests import SendDigests


@pytest.fixture(name="temporal")
async def _temporal() -> AsyncIterator[Client]:
    with tempfile.TemporaryDirectory(prefix="thads-queues-") as folder:
        ports = Ports(
            postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
            metrics=free_port(),
        )  # fmt: skip
        supervisor = Supervisor(Path(folder) / "var", ports=ports)
        state = await supervisor.start(postgres=False)
        client = await connect(state.temporal_address)
        await ensure_search_attributes(client)
        yield client
        await asyncio.sleep(0.2)
        await supervisor.stop()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge gives the present


DONE: list[tuple[str, str]] = []


def _note() -> None:
    about = activity.info()
    DONE.append((about.activity_type, about.task_queue))


@activity.defn(name=DELIVER)
async def deliver(request: DeliverRequest) -> Delivered:
    _note()
    return Delivered()


@activity.defn(name=DIGEST)
async def digest(request: DigestRequest) -> Digested:
    _note()
    return Digested()


def workers_for(client: Client, queues: str) -> Workers:
    settings = Settings(queues=queues, grace_seconds=1, slots="resources")
    return Workers(client, settings, [DeliverAlerts, SendDigests], [deliver, digest])


@pytest.mark.parametrize("processes", [("urgent,routine,bulk",), ("routine", "urgent", "bulk")])
async def test_alerts_and_digests_are_done_where_their_queue_is_served(
    temporal: Client, processes: tuple[str, ...]
) -> None:
    DONE.clear()
    serving = [workers_for(temporal, queues) for queues in processes]
    for workers in serving:
        await workers.__aenter__()
    await lead(temporal, _now())
    async with asyncio.timeout(20):
        await deliver_now(temporal)
        await temporal.get_workflow_handle("deliver-alerts-at-once").result()
        await digest_now(temporal, datetime(2026, 8, 3, 7, 30, tzinfo=UTC))
    for workers in serving:
        assert await is_polling(temporal, _now(), workers.felt)
        await workers.__aexit__()
    assert sorted(set(DONE)) == [(DELIVER, URGENT_QUEUE), (DIGEST, BULK_QUEUE)]


async def test_a_process_without_the_routine_queue_carries_no_workflow(temporal: Client) -> None:
    async with workers_for(temporal, "bulk") as workers:
        assert not workers.has_workflows
        assert workers.felt == BULK_QUEUE
        assert not await is_polling(temporal, _now()), "nobody serves dossiers"


async def test_a_dossier_waits_in_turn_with_those_of_its_office(temporal: Client) -> None:
    dossier = make_dossier("request_received 2026-07-06")
    await start_case(temporal, dossier)
    about = await temporal.get_workflow_handle(workflow_id(dossier.id)).describe()
    told = about.raw_description.workflow_execution_info.priority
    assert (told.priority_key, told.fairness_key) == (3, dossier.office)


def test_an_office_with_a_long_key_has_a_key_that_the_server_takes() -> None:
    long = of_office("nghe-an/" + "phòng-khu-vực-" * 9)
    assert long.fairness_key is not None
    assert len(long.fairness_key.encode()) <= 64
    assert of_office("nghe-an/kv1") == Priority(priority_key=3, fairness_key="nghe-an/kv1")


SERVED: list[str] = []


@workflow.defn(name="Turn", sandboxed=False)
class Turn:
    @workflow.run
    async def run(self, office: str) -> str:
        SERVED.append(office)
        return office


async def test_an_office_does_not_wait_behind_the_thousands_of_another(temporal: Client) -> None:
    for n in range(120):
        await temporal.start_workflow(
            Turn.run, "large", id=f"large-{n}", task_queue="turns", priority=of_office("large")
        )
    for n in range(5):
        await temporal.start_workflow(
            Turn.run, "small", id=f"small-{n}", task_queue="turns", priority=of_office("small")
        )
    worker = Worker(temporal, task_queue="turns", workflows=[Turn], max_concurrent_workflow_tasks=2,
                    max_cached_workflows=2)  # fmt: skip
    async with worker, asyncio.timeout(60):
        for n in range(5):
            await temporal.get_workflow_handle(f"small-{n}").result()
        for n in range(120):
            await temporal.get_workflow_handle(f"large-{n}").result()
    last = max(turn for turn, office in enumerate(SERVED) if office == "small")
    assert len(SERVED) == 125
    # Each of four partitions takes turns by itself, so a little of the large office goes first.
    assert last < 110, "the small office came last and was not served last"


def test_pollers_are_as_many_as_the_settings_say() -> None:
    assert pollers_of(Settings()) == PollerBehaviorAutoscaling()
    assert pollers_of(Settings(pollers=7)) == PollerBehaviorSimpleMaximum(7)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("THADS_QUEUES", "urgent,slow", "a list of urgent, routine, bulk"),
        ("THADS_QUEUES", "", "a list of urgent, routine, bulk"),
        ("THADS_QUEUES", "bulk,bulk", "a list of urgent, routine, bulk"),
        ("THADS_POLLERS", "many", "'auto'"),
        ("THADS_POLLERS", "1", "greater than or equal to 2"),
        ("THADS_SLOTS", "0", "greater than or equal to 2"),
        ("THADS_TARGET_MEMORY", "1.5", "less than or equal to 1"),
        ("THADS_GRACE_SECONDS", "-1", "greater than or equal to 0"),
    ],
)
def test_a_tuning_that_does_not_fit_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert variable in str(refused.value)
    assert said in str(refused.value)


def test_queues_are_told_in_the_order_of_their_urgency() -> None:
    assert Settings(queues=" bulk, urgent").queue_names == ("urgent", "bulk")
    with pytest.raises(ValidationError):
        Settings(grace_seconds=timedelta(days=-1).total_seconds())
