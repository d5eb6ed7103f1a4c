"""One worker replaced by the next: every dossier moves, with no old worker left."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

import workflows.versions
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.workflows.conftest import make_dossier, new_fact, worker_of
from workflows.client import connect, report, start_case
from workflows.registration import ensure_search_attributes
from workflows.versions import DEPLOYMENT, make_current


@pytest.fixture(name="temporal")
async def _temporal() -> AsyncIterator[Client]:
    with tempfile.TemporaryDirectory(prefix="thads-versions-") as folder:
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


def _version(build: str) -> WorkerDeploymentConfig:
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def test_a_dossier_of_the_old_version_goes_on_with_the_new_one_alone(
    temporal: Client,
    database: str,
    book: Corpus,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = open_engine(database, statement_seconds=5)
    register = Register(engine, SEAL)
    dossier = make_dossier("request_received 2026-07-06")
    for build, text in (
        ("old", "enforcement_decision_issued 2026-07-10"),
        ("new", "officer_assigned 2026-07-13"),
    ):
        monkeypatch.setattr(workflows.versions, "build_id", lambda build=build: build)
        async with worker_of(temporal, book, calendar, register, deployment_config=_version(build)):
            await make_current(temporal)
            await start_case(temporal, dossier)
            told = await report(temporal, dossier.id, [new_fact(text)])
            assert told.assessed
    assert told.numbers == (3,)
    await engine.dispose()


async def test_a_version_that_nobody_runs_is_said_to_be_missing(
    temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflows.versions, "build_id", lambda: "nobody")
    monkeypatch.setattr(workflows.versions, "_TRIES", 3)
    with pytest.raises(TimeoutError, match="is its worker running"):
        await make_current(temporal)
