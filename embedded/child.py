"""Keep one service running: start it, see it die, start it again, end it."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Protocol

import structlog

from embedded.errors import EmbeddedError, ServerDiedError
from embedded.processes import Program, end_child, rotate_log, settle, spawn, wait_until
from embedded.state import ChildRecord, ServiceName

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Awaitable, Callable

_GLANCE_SECONDS = 0.2
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 30.0
_HEALTHY_SECONDS = 60.0
_FIRST_TRIES = 2
_log = structlog.get_logger("embedded")


class Service(Protocol):
    """How a service is prepared, and how one sees that it answers."""

    async def prepare(self) -> Program:
        """Do what must be done before each start, and say what to run."""

    async def confirm(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the started process answers; raise EmbeddedError when it will not."""


class Worker:
    """A worker's program as a service: ready as soon as it runs."""

    def __init__(self, program: Program) -> None:
        """Keep the program."""
        self._program = program

    async def prepare(self) -> Program:
        """Say what to run."""
        return self._program

    async def confirm(self, process: subprocess.Popen[bytes]) -> None:
        """Accept at once; a worker that ends is started again like any other death."""


class Child:
    """One service under watch, at most one process of it at a time."""

    def __init__(
        self,
        name: ServiceName,
        service: Service,
        record: Callable[[ChildRecord], None],
        returned: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Keep how to start it, whom to tell of each process, and what follows a restart."""
        self.name: ServiceName = name
        self._service = service
        self._record = record
        self._returned = returned
        self._program: Program | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._follow: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._ready_at = 0.0
        self._failures = 0

    @property
    def pid(self) -> int | None:
        """The number of the process, when one lives."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    async def start(self) -> None:
        """Start it, wait until it answers, and watch it from then on."""
        for attempt in range(1, _FIRST_TRIES + 1):
            try:
                await self._launch()
                break
            except ServerDiedError as error:
                if attempt == _FIRST_TRIES:
                    raise
                # What a killed predecessor held (shared memory, a port) is free a moment later.
                _log.warning("server_start_repeated", service=self.name, why=error.what)
                await asyncio.sleep(1.0)
        self._watch = asyncio.create_task(self._keep(), name=f"watch-{self.name}")

    async def restart(self) -> None:
        """End the process so that the watch starts it again without a pause."""
        self._hurry.set()
        await self._end()

    async def stop(self) -> None:
        """End the watch, then the process within its time limits."""
        await _cancel(self._watch)
        await _cancel(self._follow)
        await self._end()

    async def _launch(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._program = await self._service.prepare()
        rotate_log(self._program.log)
        process = self._process = spawn(self._program)
        try:
            command = await settle(process)
            self._record(
                ChildRecord(name=self.name, pid=process.pid, command=command, log=self._program.log)
            )
            await self._service.confirm(process)
        except Exception:
            # Also when only its record could not be written: nothing unconfirmed stays.
            await self._end()
            self._process = None
            raise
        self._ready_at = loop.time()
        seconds = round(self._ready_at - begun, 2)
        _log.info("server_started", service=self.name, pid=process.pid, seconds=seconds)

    async def _keep(self) -> None:
        while True:
            await self._wait_for_death()
            await self._pause()
            try:
                await self._launch()
            except EmbeddedError as error:
                _log.error("server_not_started", service=self.name, why=str(error))
            except Exception:  # noqa: BLE001 - see below
                # A full disk or the like: the watch must outlive whatever stops this start.
                _log.exception("server_not_started", service=self.name)
            else:
                await self._announce()

    async def _wait_for_death(self) -> None:
        process = self._process
        if process is None:
            return
        await wait_until(lambda: process.poll() is not None, math.inf, _GLANCE_SECONDS)
        lived = asyncio.get_running_loop().time() - self._ready_at
        if lived >= _HEALTHY_SECONDS:
            self._failures = 0
        if not self._hurry.is_set():
            log = str(self._program.log) if self._program is not None else None
            _log.warning(
                "server_died",
                service=self.name,
                pid=process.pid,
                status=process.returncode,
                log=log,
            )
        self._process = None

    async def _pause(self) -> None:
        seconds = min(_FIRST_PAUSE_SECONDS * 2**self._failures, _LONGEST_PAUSE_SECONDS)
        # Counted up only as far as it matters, so that a long outage makes no huge power.
        self._failures = min(self._failures + 1, 16)
        await wait_until(self._hurry.is_set, seconds)
        self._hurry.clear()

    async def _announce(self) -> None:
        # Beside the watch, which must see the next death even while the caller is slow.
        await _cancel(self._follow)
        if self._returned is not None:
            self._follow = asyncio.create_task(self._tell(self._returned))

    async def _tell(self, returned: Callable[[], Awaitable[None]]) -> None:
        try:
            await returned()
        except Exception:  # noqa: BLE001 - the caller's fault is told, not passed on
            _log.exception("restart_callback_failed", service=self.name)

    async def _end(self) -> None:
        process, program = self._process, self._program
        if process is None or program is None or process.poll() is not None:
            return
        if not await end_child(process, program.endings):
            _log.warning("server_killed", service=self.name, pid=process.pid, log=str(program.log))


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
