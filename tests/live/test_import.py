"""Import the sample into a real register and a real Temporal, and import it again."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from cli.importing import ImportReport, import_register, start_unstarted
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law.calendar import Calendar
from law.corpus import Corpus
from settings import Settings
from store.engine import open_engine
from store.migrate import upgrade
from store.reading import Reading
from store.register import Register
from tests.cli.registers import NOW, ROOT, directory, row, table, write_csv
from tests.conftest import free_port
from tests.seals import SEAL
from workflows.client import connect
from workflows.registration import ensure_search_attributes

pytestmark = pytest.mark.timeout(180)
SAMPLE = ROOT / "samples" / "register.xlsx"


@asynccontextmanager
async def servers() -> AsyncIterator[tuple[str, Client]]:
    ports = Ports(**{name: free_port() for name in Ports.model_fields})
    with tempfile.TemporaryDirectory(prefix="thads-import-") as folder:
        supervisor = Supervisor(Path(folder) / "var", ports=ports)
        state = await supervisor.start()
        try:
            assert state.database_url is not None
            await asyncio.to_thread(upgrade, state.database_url)
            codec = open_codec(Settings(var=Path(folder) / "var"), state.database_url)
            client = await connect(state.temporal_address, codec=codec)
            await ensure_search_attributes(client)
            yield state.database_url, client
            await codec.dispose()
        finally:
            await supervisor.stop()


async def counted(client: Client, wanted: int) -> int:
    """Count running cases; visibility follows a little later."""
    count = 0
    for _ in range(100):
        count = (await client.count_workflows("WorkflowType = 'EnforcementCase'")).count
        if count >= wanted:
            break
        await asyncio.sleep(0.1)
    return count


async def test_the_sample_is_imported_once_however_often(
    book: Corpus, calendar: Calendar, tmp_path: Path
) -> None:
    async with servers() as (database, client):
        engine = open_engine(database, statement_seconds=30)
        register, reading = Register(engine, SEAL), Reading(engine)

        async def run(path: Path, **more: Any) -> ImportReport:
            given = {"register": register, "client": client, **more}
            return await import_register(
                path, directory=directory(), corpus=book, calendar=calendar, now=NOW, **given
            )

        dry = await run(SAMPLE, dry_run=True)
        assert (dry.imported, dry.started) == (300, 0)
        assert (await reading.counts(NOW)).dossiers == 0

        # Ended before any workflow was started, as by a kill.
        cut = await run(SAMPLE, client=None)
        assert (cut.imported, cut.started) == (300, 0)
        assert (await reading.counts(NOW)).dossiers == 300
        assert len(await register.unstarted(500)) == 300

        heard: list[tuple[str, int, int]] = []
        again = await run(SAMPLE, progress=lambda *told: heard.append(told))
        assert (again.imported, again.unchanged, again.started) == (0, 300, 300)
        assert heard[-1] == ("start", 300, 300)
        assert not await register.unstarted(1)
        assert await counted(client, 300) == 300

        third = await run(SAMPLE)
        assert (third.imported, third.unchanged, third.started) == (0, 300, 0)
        assert await start_unstarted(register, client) == 0

        lines = table(row(number="9001"), row(number="9002", office="x"))
        mixed = await run(write_csv(tmp_path / "r.csv", lines))
        assert (mixed.imported, mixed.started, mixed.exit_code) == (1, 1, 1)
        assert [p.row for p in mixed.refused] == [3]
        assert await counted(client, 301) == 301
        await engine.dispose()
        await asyncio.sleep(0.2)
