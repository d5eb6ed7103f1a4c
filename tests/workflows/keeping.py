"""Keep, rebuild and verify dossiers with a whole worker, on a Temporal that no other test uses."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.ports import BULK_QUEUE, TASK_QUEUE
from archiving import Archive, open_archive
from cli.app import build, run
from cli.edition import shelf_of
from codec import codec_over
from embedded.binaries import find_temporal
from law.calendar import Calendar
from law.corpus import Corpus
from law.edition import Watch
from observing import Observing
from services import WORKFLOWS, Services
from settings import Settings
from starter import ALL_REFUSALS, PARTS  # noqa: TID251 - every command, as it is called
from store.engine import Engine, open_engine
from store.records import metadata
from tests.seals import SEAL, SEAL_KEY
from tests.workflows.conftest import FAST, PASSED_THROUGH, Stage, beside, eventually, locked_client
from workflows.client import look
from workflows.messages import workflow_id
from workflows.registration import ensure_search_attributes

AT_ONCE = (
    *FAST[2:],
    'history.visibilityProcessorUpdateAckInterval="100ms"',
    'history.transferProcessorUpdateAckInterval="100ms"',
)
"""By default a deleted workflow goes when a queue has noted its progress, each half minute."""
INHERENT = {"projection.dossiers": {"assessed_at", "started_at"}}
"""What a rebuild cannot bring back: when a dossier was assessed, and noted as started."""
ABOUT_ITSELF = {"record.rebuilds"}


@dataclass
class Keeping(Stage):
    """A stage whose worker does all that the real one does."""

    settings: Settings = field(default_factory=Settings)

    @property
    def archive(self) -> Archive:
        return open_archive(self.settings, self.engine)

    @asynccontextmanager
    async def whole_worker(self, **options: Any) -> AsyncIterator[Services]:
        law = Watch(shelf_of(self.settings))
        observing = Observing(
            self.settings,
            law,
            asyncio.Event(),
            lambda: datetime.now().astimezone(),  # noqa: TID251 - cases run now
            None,
        )
        services = Services(self.settings, law, self.client, self.engine, observing)
        worker = Worker(
            self.client,
            task_queue=TASK_QUEUE,
            workflows=WORKFLOWS,
            activities=services.activities,
            workflow_runner=SandboxedWorkflowRunner(
                restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
            ),
            **{"max_cached_workflows": 100, **options},
        )
        async with worker, beside(self.client, BULK_QUEUE, *services.activities):
            yield services
        await services.dispose()

    async def call(self, *tokens: str) -> tuple[int, str, str]:
        """Run a command; give its exit code, what it printed, and what it said on stderr."""
        out, said = io.StringIO(), io.StringIO()

        def command() -> int:
            return run(build(PARTS), tokens, ALL_REFUSALS)

        with redirect_stdout(out), redirect_stderr(said):
            code = await asyncio.to_thread(command)
        return code, out.getvalue(), said.getvalue()

    async def call_json(self, *tokens: str) -> tuple[int, Any]:
        code, out, said = await self.call(*tokens, "--json")
        assert out, said
        # The worker of this process logs to the same place.
        return code, json.JSONDecoder().raw_decode(out[out.index("{") :])[0]

    async def assessed(self, case: str) -> bool:
        return (await look(self.client, case))[0].assessed

    async def close_petition(self, name: str) -> str:
        """Open a petition and answer it; give its id once its workflow has ended."""
        case = await self.open(
            "petition_received 2026-08-03", id=name, kind="petition", office="nghe-an", officer=None
        )
        await self.tell(case, "petition_answered 2026-08-06")
        await self.handle(case).result()
        return case

    async def lose(self, case: str) -> None:
        """Delete a dossier's closed workflow from Temporal, as its retention does."""
        handle = self.client.get_workflow_handle(workflow_id(case))
        about = await handle.describe()
        execution = WorkflowExecution(workflow_id=handle.id, run_id=about.run_id)
        await self.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self.client.namespace, workflow_execution=execution
            )
        )

        async def is_gone() -> bool:
            try:
                await handle.describe()
            except RPCError:
                return True
            return False

        await eventually(is_gone)

    async def rows(self, *schemas: str) -> dict[str, list[str]]:
        """Give all rows of all tables of schemas, what is inherent left out."""
        found: dict[str, list[str]] = {}
        for table in metadata.sorted_tables:
            name = f"{table.schema}.{table.name}"
            if table.schema not in schemas or name in ABOUT_ITSELF:
                continue
            left_out = INHERENT.get(name, set())
            columns = [column for column in table.columns if column.name not in left_out]
            read = await self.engine.fetch(select(*columns))
            found[name] = sorted(repr(row) for row in read if row.get("dossier") != "*")
        return found


@pytest.fixture(name="keeping")
async def keeping_fixture(
    database: str, book: Corpus, calendar: Calendar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Keeping]:
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(find_temporal()),
        dev_server_log_level="error",
        dev_server_extra_args=[x for d in AT_ONCE for x in ("--dynamic-config-value", d)],
        data_converter=pydantic_data_converter,
    )
    await ensure_search_attributes(environment.client)
    codec = codec_over(keys := open_engine(database, connections=2), SEAL)
    client = locked_client(environment.client, codec)
    for name, value in {
        "THADS_VAR": str(tmp_path / "var"),
        "THADS_DATABASE_URL": database,
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "THADS_CONSOLE_PORT": "0",
        "THADS_SEAL_KEY": SEAL_KEY,
    }.items():
        monkeypatch.setenv(name, value)
    engine: Engine = open_engine(database, statement_seconds=5)
    yield Keeping(environment, client, engine, book, calendar, database, Settings())
    await engine.dispose()
    await codec.dispose()
    await keys.dispose()
    await environment.shutdown()
    await asyncio.sleep(0.2)
