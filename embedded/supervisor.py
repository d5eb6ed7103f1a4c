"""Own a folder and keep its PostgreSQL, its Temporal server and a worker running."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Self

import structlog
from pydantic import BaseModel, ConfigDict, Field

from embedded.child import Child, Service, Worker
from embedded.errors import EmbeddedError
from embedded.ports import Ports, choose_ports
from embedded.postgres import DATABASE, POSTGRES_ENDINGS, Postgres, clear_pid_file
from embedded.processes import Ending, Program, end_stranger
from embedded.state import (
    ChildRecord,
    FolderLock,
    RunState,
    ServiceName,
    describe_ports,
    read_state,
    remove_state,
    write_state,
)
from embedded.temporal import TEMPORAL_ENDINGS, Temporal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

WORKER_ENDINGS = (Ending(signal.SIGTERM, 20.0),)
# In the order of starting; they are ended from the last to the first.
_ENDINGS: dict[ServiceName, tuple[Ending, ...]] = {
    "postgres": POSTGRES_ENDINGS,
    "temporal": TEMPORAL_ENDINGS,
    "worker": WORKER_ENDINGS,
}
_TEMPORAL_PORTS = ("temporal", "ui", "http", "metrics")
_log = structlog.get_logger("embedded")


class WorkerCommand(BaseModel):
    """The worker to keep running: its command line, its whole environment, its folder and log.

    Without a log the worker writes to ``log/worker.log`` under the supervisor's folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    argv: tuple[str, ...] = Field(min_length=1)
    env: dict[str, str]
    cwd: Path
    log: Path | None = None


class Supervisor:
    """Start, watch, restart and stop the servers of one folder."""

    def __init__(
        self,
        var: Path,
        *,
        ports: Ports | None = None,
        dynamic_config: Mapping[str, str] | None = None,
        on_temporal_restart: Callable[[], Awaitable[None]] | None = None,
        codec: str | None = None,
    ) -> None:
        """Keep the wishes; nothing is started or locked yet."""
        self._var = Path(var).resolve()
        self._wanted = ports or Ports()
        self._dynamic_config = dict(dynamic_config or {})
        self._on_temporal_restart = on_temporal_restart
        self._codec = codec
        self._lock = FolderLock(self._var)
        self._children: list[Child] = []
        self._state: RunState | None = None

    @property
    def state(self) -> RunState:
        """What runs, as other processes read it; raises EmbeddedError before the start."""
        if self._state is None:
            what = f"nothing runs under {self._var}"
            raise EmbeddedError(what, "start the supervisor first")
        return self._state

    async def start(self, *, postgres: bool = True, temporal: bool = True) -> RunState:
        """Take the folder and start the servers; on any failure stop what was started.

        Raises FolderBusyError, BinaryMissingError, ServerDiedError, ServerSilentError.
        """
        # Passable for the account of PostgreSQL when run as root, not listable by anybody else.
        self._var.mkdir(mode=0o711, parents=True, exist_ok=True)
        (self._var / "log").mkdir(mode=0o700, exist_ok=True)
        self._lock.acquire()
        try:
            await self._end_leftovers()
            if postgres:
                await clear_pid_file(self._var)
            wanted = (("postgres",) if postgres else ()) + (_TEMPORAL_PORTS if temporal else ())
            ports, moved = choose_ports(self._wanted, wanted)
            for notice in moved:
                _log.warning("port_taken", says=str(notice), **notice.model_dump())
            state = describe_ports(
                postgres=postgres, temporal=temporal, ports=ports, database=DATABASE
            )
            self._state = state.model_copy(update={"moved": moved})
            if postgres:
                self._add("postgres", Postgres(self._var, ports.postgres))
            if temporal:
                server = Temporal(self._var, ports, self._dynamic_config, self._codec)
                self._add("temporal", server, self._follow_temporal)
            await self._start_together()
        except BaseException:
            await self.stop()
            raise
        return self.state

    async def start_worker(self, command: WorkerCommand) -> None:
        """Keep a worker running too; it is started anew when it dies or Temporal came back."""
        if self._find("worker") is not None:
            what = "this supervisor already keeps a worker"
            raise EmbeddedError(what, "give a second worker its own supervisor or start it by hand")
        program = Program(
            name="worker",
            argv=command.argv,
            log=command.log or self._var / "log" / "worker.log",
            cwd=command.cwd,
            env=command.env,
            endings=WORKER_ENDINGS,
        )
        if self._state is None:
            what = "the servers have not been started"
            raise EmbeddedError(what, "call start first")
        await self._add("worker", Worker(program)).start()

    async def stop(self) -> None:
        """End the worker, Temporal and PostgreSQL, in this order, and give the folder back."""
        while self._children:
            child = self._children[-1]
            await child.stop()
            _log.info("server_stopped", service=child.name)
            self._children.pop()
        if self._state is not None:
            remove_state(self._var)
            self._state = None
        self._lock.release()

    def find_pid(self, name: ServiceName) -> int | None:
        """Find the number of a service's living process."""
        child = self._find(name)
        return None if child is None else child.pid

    async def __aenter__(self) -> Self:
        """Start PostgreSQL and Temporal."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything."""
        await self.stop()

    def _find(self, name: ServiceName) -> Child | None:
        return next((child for child in self._children if child.name == name), None)

    def _add(
        self,
        name: ServiceName,
        service: Service,
        returned: Callable[[], Awaitable[None]] | None = None,
    ) -> Child:
        child = Child(name, service, self._record, returned)
        self._children.append(child)
        return child

    def _record(self, record: ChildRecord) -> None:
        self._state = self.state.put(record)
        write_state(self._var, self._state)

    async def _follow_temporal(self) -> None:
        worker = self._find("worker")
        if worker is not None:
            # A worker that lived through an outage may hang on its old connection.
            await worker.restart()
        if self._on_temporal_restart is not None:
            await self._on_temporal_restart()

    async def _start_together(self) -> None:
        starts = (child.start() for child in self._children)
        # All are waited for, so that no start goes on behind the stop that follows a failure.
        for result in await asyncio.gather(*starts, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _end_leftovers(self) -> None:
        state = read_state(self._var)
        if state is None:
            return
        for name, endings in reversed(_ENDINGS.items()):
            record = state.find(name)
            if record is None or not record.is_alive():
                continue
            _log.warning("server_left_running", service=name, pid=record.pid)
            await end_stranger(record.pid, record.command, endings)
            if record.is_alive():
                what = f"an earlier {name} (process {record.pid}) does not end"
                raise EmbeddedError(what, f"end it: kill -9 {record.pid}", record.log)
        remove_state(self._var)
