"""A worker process is replaced by one of another release in the middle of the caseload."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.client import Client
from temporalio.service import RPCError

from cases.dossier import Dossier
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from settings import Settings
from store.engine import open_engine
from store.migrate import upgrade
from tests.conftest import free_port
from tests.workflows.conftest import eventually, make_dossier, new_fact
from workflows.client import CommandError, connect, count_by_query, dossier_of, report, start_case
from workflows.dossiers import OF_ANY_KIND

ROOT = Path(__file__).parents[2]
CASES = 100
FACTS = 4
_LIVE = "async def live(self) -> CaseState:\n"
_DOC = '        """Assess what is new or due, wait for the next moment, and end when at rest."""\n'
OTHER_ORDER = "        await workflow.sleep(timedelta(milliseconds=1))\n"
ANOTHER_BUILD = "        if False:\n            await workflow.sleep(timedelta(milliseconds=1))\n"
"""A command more in the code, and none in any history: another version that replays all."""


def later_release(folder: Path, added: str, behaviour: str) -> Path:
    """Write a copy of this release with another order of commands in its dossiers."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in listed:
        if (
            name.endswith((".py", ".toml", ".mako", ".ini", ".xlsx", ".sql"))
            and (ROOT / name).exists()
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    life = folder / "workflows" / "dossier_life.py"
    code = life.read_text("utf-8")
    assert _LIVE + _DOC in code
    life.write_text(code.replace(_LIVE + _DOC, _LIVE + _DOC + added), "utf-8")
    release = folder / "workflows" / "release.toml"
    told = release.read_text("utf-8")
    assert '\nbehaviour = "auto_upgrade"' in told
    release.write_text(
        told.replace('\nbehaviour = "auto_upgrade"', f'\nbehaviour = "{behaviour}"'), "utf-8"
    )
    return folder


@dataclass
class House:
    """Servers, and one worker process at a time."""

    var: Path
    env: dict[str, str]
    client: Client
    database: str
    acknowledged: dict[str, list[str]] = field(default_factory=dict)

    async def start(self, root: Path) -> asyncio.subprocess.Process:
        ready = self.var / "ready"
        ready.unlink(missing_ok=True)
        with (self.var / "worker.log").open("ab") as log:
            worker = await asyncio.create_subprocess_exec(
                sys.executable, str(root / "worker.py"), "--ready-file", str(ready),
                cwd=root, env=self.env | {"PYTHONPATH": str(root)}, stdout=log, stderr=log,
            )  # fmt: skip
        for _ in range(400):
            if ready.exists():
                return worker
            await asyncio.sleep(0.1)
        raise AssertionError((self.var / "worker.log").read_text("utf-8")[-3000:])

    async def stop(self, worker: asyncio.subprocess.Process) -> None:
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(worker.wait(), 40) == 0

    async def thads(self, root: Path, *tokens: str) -> tuple[int, str, str]:
        command = await asyncio.create_subprocess_exec(
            sys.executable, str(root / "starter.py"), *tokens, cwd=root,
            env=self.env | {"PYTHONPATH": str(root), "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(command.communicate(), 60)
        return command.returncode or 0, out.decode(), err.decode()

    async def tell(self, dossier: Dossier, text_of: str) -> None:
        """Report until it is acknowledged, as an officer would; keep it in the ledger."""
        for _ in range(20):
            try:
                await report(self.client, dossier.id, [new_fact(text_of)])
            except (RPCError, CommandError, OSError):
                await asyncio.sleep(0.5)
            else:
                self.acknowledged.setdefault(dossier.id, []).append(text_of)
                return
        raise AssertionError(f"{dossier.id} takes no facts")

    async def report_all(self, dossiers: list[Dossier], note: str) -> None:
        """Let eight officers report to all cases, one fact after another."""
        waiting = asyncio.Queue[Dossier]()
        for dossier in dossiers:
            waiting.put_nowait(dossier)

        async def officer() -> None:
            while not waiting.empty():
                await self.tell(waiting.get_nowait(), note)

        await asyncio.gather(*(officer() for _ in range(8)))


@pytest.fixture(name="house")
async def _house() -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory(prefix="thads-upgrade-") as folder:
        var = Path(folder) / "var"
        ports = Ports(
            postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
            metrics=free_port(),
        )  # fmt: skip
        supervisor = Supervisor(var, ports=ports)
        state = await supervisor.start()
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
        env |= {
            "THADS_VAR": str(var),
            "THADS_CONSOLE_PORT": "0",
            "THADS_DATABASE_URL": state.database_url or "",
            "TEMPORAL_ADDRESS": state.temporal_address or "",
        }
        assert state.database_url is not None
        await asyncio.to_thread(upgrade, state.database_url)
        codec = open_codec(Settings(var=var), state.database_url)
        client = await connect(state.temporal_address, codec=codec)
        yield House(var, env, client, state.database_url or "")
        await codec.dispose()
        await asyncio.sleep(0.2)
        await supervisor.stop()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("added", "behaviour"),
    [(ANOTHER_BUILD, "auto_upgrade"), (OTHER_ORDER, "pinned")],
    ids=["auto-upgrade", "pinned"],
)
async def test_an_upgrade_in_the_middle_of_the_caseload_loses_and_doubles_nothing(
    house: House, tmp_path: Path, added: str, behaviour: str
) -> None:
    later = later_release(tmp_path / "later", added, behaviour)
    old = await house.start(ROOT)
    dossiers = [make_dossier("request_received 2026-07-06") for _ in range(CASES)]
    for dossier in dossiers:
        await start_case(house.client, dossier)
    notes = [f"means_verified 2026-07-{day} outcome=without_means" for day in range(10, 10 + FACTS)]
    await house.report_all(dossiers, notes[0])
    flowing = asyncio.create_task(house.report_all(dossiers, notes[1]))
    await eventually(lambda: any(notes[1] in told for told in house.acknowledged.values()))
    await house.stop(old)
    assert not flowing.done(), "reports were still flowing"
    new = await house.start(later)
    await flowing
    for note in notes[2:]:
        await house.report_all(dossiers, note)
    running = f"{OF_ANY_KIND} AND ExecutionStatus = 'Running'"
    assert await count_by_query(house.client, running) == CASES
    engine = open_engine(house.database, statement_seconds=5)
    for dossier in dossiers:
        kept = [f.command_id for f in (await dossier_of(house.client, dossier.id)).facts]
        told = Counter(house.acknowledged[dossier.id])
        assert Counter(c for c in kept if c in notes) == told == Counter(notes)
        query = text("select count(*) n from projection.facts where dossier = :id")
        (row,) = await engine.fetch(query.bindparams(id=dossier.id))
        assert row["n"] == 1 + FACTS
    await engine.dispose()
    log = (house.var / "worker.log").read_text("utf-8")
    assert ("TMPRL1100" in log) is False, "no history was replayed by code it does not fit"
    assert ('"taken_over"' in log) == (behaviour == "pinned")
    await _release_by_command(house, later)
    await house.stop(new)


async def _release_by_command(house: House, later: Path) -> None:
    """The command of this release moves what is left, and says when no worker of its own runs."""
    code, out, _ = await house.thads(later, "ops", "release", "--pause", "0.2", "--json")
    done = json.loads(out)
    assert (code, done["moved"]["remaining"]) == (0, 0)
    (current,) = [one for one in done["versions"] if one["standing"] == "current"]
    assert (current["ours"], current["polled"], current["running"] >= CASES) == (True, True, True)
    code, out, _ = await house.thads(later, "ops", "release", "status")
    assert code == 0
    assert "hiện hành" in out
    assert current["build"] in out
    code, out, err = await house.thads(later, "ops", "release", "--ramp", "20", "--lang", "en")
    assert (code, out) == (2, "")
    assert "is the current one already" in err
    code, out, err = await house.thads(later, "ops", "release", "--batch", "0")
    assert (code, out) == (2, "")
    assert "từ 1 đến 10000" in err
