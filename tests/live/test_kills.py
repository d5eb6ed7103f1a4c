"""Kill -9 of the worker, Temporal or PostgreSQL in the middle of an import loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from cli.live import reach_register, reach_temporal
from embedded.ports import Ports
from embedded.supervisor import Supervisor, WorkerCommand
from law.calendar import ZONE
from samples.generate import write_register
from settings import Settings
from store.audit import Audit
from store.chain import find_breaks
from store.errors import StoreError
from tests.conftest import free_port
from tests.workflows.conftest import new_fact
from workflows.client import count_by_query, look, report
from workflows.messages import workflow_id

ROOT = Path(__file__).parents[2]
ROWS = 300


class Engine:
    """A supervised engine in a folder of its own."""

    def __init__(self, var: Path, supervisor: Supervisor, env: dict[str, str]) -> None:
        self.var = var
        self.supervisor = supervisor
        self.env = env
        self.settings = Settings(var=var)

    async def start_import(self, file: Path) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "starter.py"), "import", str(file), "--batch", "20",
            cwd=ROOT, env=self.env, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def counts(self) -> Any:
        async with reach_register(self.settings) as (_, reading):
            return await reading.counts(datetime.now(ZONE))  # noqa: TID251

    async def until(self, cases: int, seconds: float = 40) -> None:
        for _ in range(int(seconds / 0.1)):
            try:
                if (await self.counts()).dossiers >= cases:
                    return
            except StoreError:
                pass
            await asyncio.sleep(0.1)
        raise AssertionError(f"{cases} cases did not appear in {seconds} s")


@pytest.fixture(name="engine")
async def _engine() -> AsyncIterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="thads-kill-") as folder:
        var = Path(folder) / "var"
        ports = Ports(
            postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
            metrics=free_port(),
        )  # fmt: skip
        supervisor = Supervisor(var, ports=ports)
        state = await supervisor.start()
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
        env["THADS_VAR"] = str(var)
        worker_env = env | {
            "THADS_DATABASE_URL": state.database_url or "",
            "TEMPORAL_ADDRESS": state.temporal_address or "",
        }
        ready = var / "ready"
        argv = (sys.executable, str(ROOT / "worker.py"), "--ready-file", str(ready))
        await supervisor.start_worker(WorkerCommand(argv=argv, env=worker_env, cwd=ROOT))
        for _ in range(300):
            if ready.exists():
                break
            await asyncio.sleep(0.1)
        assert ready.exists(), (var / "log" / "worker.log").read_text("utf-8")[-2000:]
        yield Engine(var, supervisor, env)
        await supervisor.stop()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("victim", ["worker", "temporal", "postgres"])
async def test_a_kill_in_the_middle_of_an_import_loses_and_doubles_nothing(
    engine: Engine, tmp_path: Path, victim: Literal["worker", "temporal", "postgres"]
) -> None:
    file = tmp_path / "register.xlsx"
    today = datetime.now(ZONE).date()  # noqa: TID251
    write_register(file, today)
    running = await engine.start_import(file)
    await engine.until(60)
    pid = engine.supervisor.find_pid(victim)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert await asyncio.wait_for(running.wait(), 60) is not None, "the import does not hang"
    for _ in range(10):
        again = await engine.start_import(file)
        if await asyncio.wait_for(again.wait(), 60) == 0:
            break
        await asyncio.sleep(1)
    else:
        raise AssertionError("the import did not come through after the kill")
    counts = await engine.counts()
    assert counts.dossiers == ROWS
    async with reach_register(engine.settings) as (_, reading):
        cards = await reading.cards(datetime.now(ZONE), most=1000)  # noqa: TID251
    assert all(card.started_at is not None for card in cards)
    async with reach_temporal(engine.settings) as client:
        await _all_listed(client)
        written = "".join(p.read_text("utf-8", "replace") for p in (engine.var / "log").iterdir())
        assert "Người mẫu" not in written, "no party's name is logged"
        some = [card for card in cards if card.status == "open"][:3]
        for card in some:
            fact = new_fact(f"new_information_received {today - timedelta(days=1)}")
            told = await report(client, card.id, [fact])
            assert told.numbers == (card.facts_count + 1,), "nothing was doubled in its facts"
            again_told = await report(client, card.id, [fact])
            assert again_told.numbers == told.numbers
            shown, _, _ = await look(client, card.id)
            assert shown.facts == card.facts_count + 1
            assert workflow_id(card.id).endswith(card.id)
    async with reach_register(engine.settings) as (register, _):
        assert [str(one) async for one in find_breaks(register)] == [], "the audit is one chain"
        noted = await Audit(register).lines(after=0)
    actions = Counter(row.action for row in noted if row.dossier)
    assert actions == {"dossier_opened": ROWS, "fact_reported": len(some)}, "each stands once"


async def _all_listed(client: Any) -> None:
    for _ in range(100):
        found = await count_by_query(client, "WorkflowType = 'EnforcementCase'")
        if found == ROWS:
            return
        assert found < ROWS, f"{found} workflows for {ROWS} cases: something was doubled"
        await asyncio.sleep(0.1)
    raise AssertionError(f"{found} of {ROWS} workflows are listed")
