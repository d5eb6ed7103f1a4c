"""One release follows another: nothing is lost, nothing waits, nothing replays what it cannot."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import Worker

import workflows.releases
import workflows.versions
from cases.dossier import Dossier
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import Engine, open_engine
from store.reading import Reading
from store.register import Register
from tests.conftest import free_port
from tests.live.other_order import LATER
from tests.seals import SEAL
from tests.workflows.conftest import eventually, make_dossier, new_fact, worker_of
from workflows.client import connect, dossier_of, look, report, start_case
from workflows.messages import workflow_id
from workflows.registration import ensure_search_attributes
from workflows.releases import Moved, Version, lead, move_all, ramp, versions_of
from workflows.takeover import take_over
from workflows.versions import Behaviour, deployment_config, make_current

SOON_DRAINED = {
    "matching.wv.VersionDrainageStatusVisibilityGracePeriod": '"1s"',
    "matching.wv.VersionDrainageStatusRefreshInterval": '"1s"',
}


@pytest.fixture(name="temporal")
async def _temporal() -> AsyncIterator[Client]:
    with tempfile.TemporaryDirectory(prefix="thads-versions-") as folder:
        ports = Ports(
            postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
            metrics=free_port(),
        )  # fmt: skip
        supervisor = Supervisor(Path(folder) / "var", ports=ports, dynamic_config=SOON_DRAINED)
        state = await supervisor.start(postgres=False)
        client = await connect(state.temporal_address)
        await ensure_search_attributes(client)
        yield client
        await asyncio.sleep(0.2)
        await supervisor.stop()


@dataclass
class Office:
    """An office in a test: its Temporal and register, and the release that is at work."""

    client: Client
    engine: Engine
    book: Corpus
    calendar: Calendar
    patch: pytest.MonkeyPatch

    def be(self, build: str, behaviour: Behaviour) -> None:
        """Let the code that asks be this release."""
        self.patch.setattr(workflows.versions, "build_id", lambda: build)
        self.patch.setattr(workflows.releases, "build_id", lambda: build)
        self.patch.setattr(workflows.versions, "behaviour", lambda: behaviour)

    def worker(
        self, build: str, behaviour: Behaviour, **options: Any
    ) -> AbstractAsyncContextManager[Worker]:
        """Make a worker of a release; from now on the code that asks is of it too."""
        self.be(build, behaviour)
        return worker_of(
            self.client, self.book, self.calendar, Register(self.engine, SEAL),
            deployment_config=deployment_config(), identity=f"{build}@elsewhere",
            max_cached_workflows=100, **options,
        )  # fmt: skip

    async def versions(self) -> dict[str, Version]:
        return {one.build: one for one in await versions_of(self.client, _now())}

    async def move(self, most: int = 100) -> Moved:
        """Move all; give what was done together."""
        nudged = taken = 0
        moved = Moved()
        async with asyncio.timeout(60):
            async for moved in move_all(self.client, _now, most, 0.2):
                nudged, taken = nudged + moved.nudged, taken + moved.taken
        return Moved(nudged=nudged, taken=taken, remaining=moved.remaining)

    async def open(self, many: int, *texts: str) -> list[Dossier]:
        dossiers = [make_dossier("request_received 2026-07-06") for _ in range(many)]
        for dossier in dossiers:
            await start_case(self.client, dossier)
        await asyncio.gather(*(self.tell(dossier.id, *texts) for dossier in dossiers))
        return dossiers

    async def tell(self, case: str, *texts: str) -> None:
        for text in texts:
            told = await report(self.client, case, [new_fact(text)])
            assert told.assessed

    async def facts(self, case: str) -> list[str]:
        return [fact.event for fact in (await dossier_of(self.client, case)).facts]

    async def runs(self, case: str) -> list[str]:
        query = f"WorkflowId = '{workflow_id(case)}'"
        listed = [one async for one in self.client.list_workflows(query)]
        return sorted(one.status.name for one in listed if one.status is not None)

    async def failures(self, case: str) -> int:
        """Count the workflow tasks of every run of a case that failed, as replays would."""
        query = f"WorkflowId = '{workflow_id(case)}'"
        many = 0
        async for one in self.client.list_workflows(query):
            handle = self.client.get_workflow_handle(one.id, run_id=one.run_id)
            events = (await handle.fetch_history()).events
            many += sum(e.HasField("workflow_task_failed_event_attributes") for e in events)
        return many


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge gives the present


@pytest.fixture(name="office")
async def _office(
    temporal: Client,
    database: str,
    book: Corpus,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Office]:
    engine = open_engine(database, statement_seconds=5)
    yield Office(temporal, engine, book, calendar, monkeypatch)
    await engine.dispose()


ISSUED = "enforcement_decision_issued 2026-07-10"
ASSIGNED = "officer_assigned 2026-07-13"
TOGETHER = ["request_received", "enforcement_decision_issued", "officer_assigned"]


async def test_a_dossier_of_the_old_version_goes_on_with_the_new_one_alone(office: Office) -> None:
    async with office.worker("old", "auto_upgrade"):
        await make_current(office.client)
        (dossier,) = await office.open(1, ISSUED)
    async with office.worker("new", "auto_upgrade"):
        await make_current(office.client)
        assert await office.move() == Moved(), "what upgrades by itself is left alone"
        await office.tell(dossier.id, ASSIGNED)
    assert await office.runs(dossier.id) == ["RUNNING"]


async def test_idle_pinned_dossiers_move_to_a_release_with_another_order_of_commands(
    office: Office,
) -> None:
    async with office.worker("v1", "pinned"):
        await make_current(office.client)
        dossiers = await office.open(6, ISSUED)
        async with office.worker("v2", "pinned", workflows=LATER):
            await make_current(office.client)
            assert (await office.versions())["v1"].pinned == 6, "an idle dossier does not move"
            moved = await office.move(most=4)
            assert (moved.nudged >= 6, moved.taken, moved.remaining) == (True, 0, 0)
            versions = await office.versions()
            assert (versions["v1"].running, versions["v2"].pinned) == (0, 6)
            await eventually(lambda: _drained(office, "v1"), 30)
    async with office.worker("v2", "pinned", workflows=LATER):
        for dossier in dossiers:
            await office.tell(dossier.id, ASSIGNED)
            assert await office.facts(dossier.id) == TOGETHER
            assert await office.runs(dossier.id) == ["CONTINUED_AS_NEW", "RUNNING"]
            assert await office.failures(dossier.id) == 0, "v2 never replayed a history of v1"


async def _drained(office: Office, build: str) -> bool:
    return (await office.versions())[build].standing == "drained"


@pytest.mark.parametrize("before", ["pinned", "auto_upgrade"])
async def test_dossiers_of_a_version_that_nobody_runs_are_taken_over(
    office: Office, monkeypatch: pytest.MonkeyPatch, before: Behaviour
) -> None:
    async with office.worker("v1", before):
        await make_current(office.client)
        dossiers = await office.open(5, ISSUED)
    monkeypatch.setattr(workflows.releases, "_is_gone", lambda identity: identity.startswith("v1@"))
    async with office.worker("v2", "pinned", workflows=LATER):
        await make_current(office.client)
        assert await office.move(most=2) == Moved(taken=5)
        assert await office.move() == Moved(), "once is enough"
        for dossier in dossiers:
            await office.tell(dossier.id, ASSIGNED)
            assert await office.facts(dossier.id) == TOGETHER
            assert await office.runs(dossier.id) == ["RUNNING", "TERMINATED"]
            assert await office.failures(dossier.id) == 0
            card, _, _ = await look(office.client, dossier.id)
            row = await Reading(office.engine).card(dossier.id, _now())
            assert row is not None
            assert (row.stage, row.officer) == (card.stage, card.officer)
            assert row.revision == card.revision, "the register takes what the new run writes"


async def test_what_upgrades_by_itself_is_held_until_a_release_of_another_order_takes_it_over(
    office: Office,
) -> None:
    async with office.worker("v1", "auto_upgrade"):
        await make_current(office.client)
        dossiers = await office.open(4, ISSUED)
        async with office.worker("v2", "pinned", workflows=LATER):
            await lead(office.client, _now())
            versions = await office.versions()
            assert (versions["v1"].pinned, versions["v2"].standing) == (4, "current")
            await office.tell(dossiers[0].id, ASSIGNED)
            assert (await office.versions())["v1"].pinned == 4, "v1 still serves what it holds"
            await office.move()
            assert (await office.versions())["v2"].pinned == 4
            for dossier in dossiers:
                await office.tell(dossier.id, ASSIGNED)
                assert await office.facts(dossier.id) == TOGETHER
                assert await office.runs(dossier.id) == ["RUNNING", "TERMINATED"]
                assert await office.failures(dossier.id) == 0


async def test_a_worker_that_is_silent_but_may_live_is_waited_for(office: Office) -> None:
    async with office.worker("v1", "pinned"):
        await make_current(office.client)
        (dossier,) = await office.open(1, ISSUED)
    async with office.worker("v2", "pinned", workflows=LATER):
        await make_current(office.client)
        async for moved in move_all(office.client, _now, 10, 0.1):
            assert (moved.nudged, moved.taken, moved.remaining) == (1, 0, 1)
            break
        assert await office.runs(dossier.id) == ["RUNNING"]


async def test_a_report_in_flight_during_the_move_is_taken_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.worker("v1", "pinned"):
        await make_current(office.client)
        dossiers = await office.open(6, ISSUED)
    monkeypatch.setattr(workflows.releases, "_is_gone", lambda identity: identity.startswith("v1@"))
    waiting = [asyncio.create_task(office.tell(dossier.id, ASSIGNED)) for dossier in dossiers]
    await asyncio.sleep(0.5)
    async with office.worker("v2", "pinned", workflows=LATER):
        await make_current(office.client)
        moved = await office.move()
        assert moved.taken == 6
        await asyncio.gather(*waiting)
        for dossier in dossiers:
            assert await office.facts(dossier.id) == TOGETHER


async def test_two_that_take_the_same_dossier_over_begin_one_run(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.worker("v1", "pinned"):
        await make_current(office.client)
        (dossier,) = await office.open(1, ISSUED)
        listed = office.client.list_workflows("ExecutionStatus = 'Running'")
        (found,) = [one async for one in listed if one.id == workflow_id(dossier.id)]
    monkeypatch.setattr(workflows.releases, "_is_gone", lambda identity: identity.startswith("v1@"))
    async with office.worker("v2", "pinned", workflows=LATER):
        await make_current(office.client)
        await asyncio.gather(*(take_over(office.client, found) for _ in range(4)))
        assert await office.runs(dossier.id) == ["RUNNING", "TERMINATED"]
        await office.tell(dossier.id, ASSIGNED)
        assert not await take_over(office.client, found), "what has ended is let be"
        about = await office.client.get_workflow_handle(workflow_id(dossier.id)).describe()
        assert about.status is WorkflowExecutionStatus.RUNNING
        assert await office.facts(dossier.id) == TOGETHER


async def test_a_release_can_be_tried_on_a_share_first(office: Office) -> None:
    async with office.worker("v1", "auto_upgrade"):
        await make_current(office.client)
        async with office.worker("v2", "auto_upgrade"):
            await eventually(lambda: _polled(office, "v2"))
            await ramp(office.client, 25, _now())
            versions = await office.versions()
            assert (versions["v2"].standing, versions["v2"].percent) == ("ramping", 25)
            assert versions["v1"].standing == "current"
            await ramp(office.client, 0, _now())
            assert (await office.versions())["v2"].standing != "ramping"


async def _polled(office: Office, build: str) -> bool:
    found = (await office.versions()).get(build)
    return found is not None and found.polled


async def test_a_version_that_nobody_runs_is_said_to_be_missing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.be("nobody", "auto_upgrade")
    monkeypatch.setattr(workflows.versions, "_TRIES", 3)
    with pytest.raises(TimeoutError, match="is its worker running"):
        await make_current(office.client)
