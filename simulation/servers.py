"""Start everything that a run needs, of its own, under one folder: servers, worker, mail."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

import embedded.child
from activities.delivery import GatherRequest
from activities.ports import TASK_QUEUE
from codec import open_codec
from embedded.ports import HOST, Ports, choose_port
from embedded.processes import wait_until
from embedded.supervisor import Supervisor, WorkerCommand
from settings import Settings
from simulation.disk import Disk, children_of
from simulation.points import CLOCK, DEATHS, DIE, FOLDER, STRUCK
from store.engine import Engine, open_engine
from store.migrate import upgrade
from store.sealing import Seal, read_seal
from workflows.client import connect
from workflows.deliver_alerts import DeliverAlerts
from workflows.registration import ensure_search_attributes

ROOT = Path(__file__).parents[1]
Server = Literal["worker", "temporal", "postgres", "mail"]
SERVERS: tuple[Server, ...] = ("worker", "temporal", "postgres", "mail")
GATHERING = timedelta(seconds=2)
_HEALTHY_SECONDS = 1.0
"""A server that lived so long is started anew at once; the supervisor itself asks for a minute."""
_WORKER_READY_SECONDS, _MAIL_READY_SECONDS = 60.0, 20.0


class MailServer:
    """The mail server's process."""

    def __init__(self, folder: Path, port: int) -> None:
        """Name its folder and port."""
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()

    @property
    def pid(self) -> int | None:
        """Give its process, if it lives."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    async def start(self) -> None:
        """Start it and wait until it listens."""
        self._spawn()
        if not await wait_until(lambda: _listens(self.port), _MAIL_READY_SECONDS):
            raise RuntimeError(f"the mail server does not listen on port {self.port}")

    def _spawn(self) -> None:
        argv = (sys.executable, "-m", "simulation.post", str(self.port), str(self.folder))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def struck(self) -> int:
        """Count the mails that met a mood other than calm."""
        path = self.folder / STRUCK
        return len(path.read_text("utf-8").splitlines()) if path.exists() else 0

    def taken(self) -> Iterator[bytes]:
        """Give every mail that was ever taken, in order."""
        for path in sorted(self.folder.glob("*.eml")):
            yield path.read_bytes()


class Servers:
    """What runs, and the hands that strike it."""

    def __init__(  # noqa: PLR0913, PLR0917 - one of each server
        self, folder: Path, disk: Disk, ground: Supervisor, upper: Supervisor, mail: MailServer,
        client: Client, engine: Engine, seal: Seal,
    ) -> None:  # fmt: skip
        """Take what was started."""
        self.folder = folder
        self.disk = disk
        self._ground = ground
        self._upper = upper
        self.mail = mail
        self.client = client
        self.engine = engine
        self.seal = seal
        self._ahead = timedelta()

    def pid_of(self, server: Server) -> int | None:
        """Give a server's process, if it lives."""
        if server == "mail":
            return self.mail.pid
        return (self._ground if server == "postgres" else self._upper).find_pid(server)

    async def alive(self, server: Server, seconds: float = 60) -> int:
        """Wait for a server's process; raise `TimeoutError` where none comes."""
        await wait_until(lambda: self.pid_of(server) is not None, seconds)
        pid = self.pid_of(server)
        if pid is None:
            raise TimeoutError(f"{server} did not come back within {seconds:.0f} s")
        return pid

    def family(self, server: Server) -> list[int]:
        """Give a server's process and its children."""
        pid = self.pid_of(server)
        return [] if pid is None else [pid, *children_of(pid)]

    async def kill(self, server: Server, sign: signal.Signals = signal.SIGKILL) -> None:
        """Kill a server, once it lives."""
        pid = await self.alive(server)
        if server == "mail":
            self.mail.kill()
        else:
            os.kill(pid, sign)

    def now(self) -> datetime:
        """Read the clock of the edge, as it is moved."""
        return datetime.now(UTC) + self._ahead

    @property
    def is_moved(self) -> bool:
        """Tell whether clocks are moved."""
        return bool(self._ahead)

    def move_clocks(self, ahead: timedelta) -> None:
        """Move the clocks of the edge and of the worker's process."""
        self._ahead = ahead
        draft = self.folder / f"{CLOCK}.part"
        draft.write_text(str(ahead.total_seconds()), "utf-8")
        draft.replace(self.folder / CLOCK)

    def order_death(self) -> Path:
        """Have the worker die after its next commit within a workflow task; give the order."""
        order = self.folder / DIE
        order.touch()
        return order

    def last_death(self) -> str:
        """Give the dossier in whose workflow task the worker died last."""
        lines = (self.folder / DEATHS).read_text("utf-8").splitlines()
        return str(json.loads(lines[-1])["dossier"])


@asynccontextmanager
async def standing(
    folder: Path, ports: int, variables: Mapping[str, str]
) -> AsyncIterator[Servers]:
    """Start everything from the port `ports` on, and stop it at the end."""
    patience = embedded.child._HEALTHY_SECONDS  # noqa: SLF001 - see there
    embedded.child._HEALTHY_SECONDS = _HEALTHY_SECONDS  # noqa: SLF001
    points = folder / "points"
    points.mkdir()
    chosen = choose(ports)
    disk, mail = Disk(folder / "disk"), MailServer(folder / "mail", chosen["mail"])
    numbers = Ports(**{name: chosen[name] for name in Ports.model_fields})
    ground = Supervisor(disk.folder / "var", ports=numbers)
    upper = Supervisor(folder / "var", ports=numbers)
    try:
        await mail.start()
        url = (await ground.start(temporal=False)).database_url or ""
        address = (await upper.start(postgres=False)).temporal_address or ""
        await asyncio.to_thread(upgrade, url)
        # What this process and the worker lock, each must open: whoever is first makes the key.
        codec = open_codec(Settings(var=folder / "var"), url)
        client = await connect(address, codec=codec)
        await ensure_search_attributes(client)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
        env |= {
            **variables,
            "TEMPORAL_ADDRESS": address,
            "THADS_DATABASE_URL": url,
            "THADS_SMTP_URL": f"smtp://{HOST}:{mail.port}",
            "THADS_CONSOLE_PORT": str(chosen["console"]),
            "THADS_METRICS_PORT": "0",
            "THADS_VAR": str(folder / "var"),
            "THADS_LOG_FORMAT": "json",
            FOLDER: str(points),
            "PYTHONPATH": str(ROOT),
        }
        ready = folder / "ready"
        argv = (sys.executable, "-m", "simulation.worker", "--ready-file", str(ready))
        await upper.start_worker(WorkerCommand(argv=argv, env=env, cwd=ROOT))
        await _until_ready(ready, folder)
        await _gather_often(client)
        engine = open_engine(url, statement_seconds=20)
        try:
            seal = read_seal(None, folder / "var")
            yield Servers(points, disk, ground, upper, mail, client, engine, seal)
        finally:
            await codec.dispose()
            await engine.dispose()
    finally:
        mail.kill()
        await upper.stop()
        await ground.stop()
        disk.close()
        embedded.child._HEALTHY_SECONDS = patience  # noqa: SLF001


def choose(first: int) -> dict[str, int]:
    """Choose a free port for everything that listens, from `first` on."""
    chosen: dict[str, int] = {}
    for name in (*Ports.model_fields, "mail", "console"):
        chosen[name], _ = choose_port(name, first, chosen.values())
    return chosen


async def _until_ready(ready: Path, folder: Path) -> None:
    if await wait_until(ready.exists, _WORKER_READY_SECONDS):
        return
    log = folder / "var" / "log" / "worker.log"
    shown = log.read_text("utf-8", "replace")[-2000:] if log.exists() else ""
    raise RuntimeError(f"the worker did not become ready\n{shown}")


async def _gather_often(client: Client) -> None:
    """Have alerts gathered every other second, at any hour, also beside a gathering that hangs."""
    run = ScheduleActionStartWorkflow(
        DeliverAlerts.run, GatherRequest(regardless=True), id="gather-often", task_queue=TASK_QUEUE
    )
    schedule = Schedule(
        action=run,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=GATHERING)]),
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.ALLOW_ALL, catchup_window=timedelta(seconds=10)
        ),
    )
    await client.create_schedule("gather-often", schedule)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def keep_logs(folder: Path, to: Path) -> None:
    """Copy the servers' logs beside the ledger, for whoever must understand a failure."""
    for place in (folder / "var" / "log", folder / "disk" / "var" / "log"):
        if place.exists():
            shutil.copytree(place, to, dirs_exist_ok=True)
