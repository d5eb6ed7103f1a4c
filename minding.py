"""Mind what lies beside a worker's tasks: what was left behind, the law's files, its own pulse."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from cli.importing import start_unstarted
from cli.reception_book import open_books
from recount import Recount
from renewal import Renewal
from services import Services
from store.errors import RegisterAwayError, RegisterNotPreparedError
from workflows.client import deliver_now, move_all
from workflows.pulse import is_polling

log = structlog.get_logger("worker")

PASSING = (OSError, RuntimeError, RPCError, RegisterAwayError, RegisterNotPreparedError)
"""What may pass by itself: a server that is not there yet, or not there for a while."""

_BETWEEN = 60.0
_LAST_GRACE = 20.0
"""Seconds that work in flight has before a worker that hangs ends itself."""
_MOST_SILENT = 5
_MOVED_TOGETHER = 200
_MOVED_EACH = 2.0


class Minding:
    """One worker's duties beside its tasks, each a task of the event loop."""

    def __init__(
        self, services: Services, client: Client, recount: Recount, queue: str, *, moves: bool
    ) -> None:
        """Take what is minded; `queue` is whose polls are felt, `moves` whether releases move."""
        self._services = services
        self._client = client
        self._recount = recount
        self._queue = queue
        self._moves = moves
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, renewal: Renewal, look_seconds: float, stop: asyncio.Event) -> None:
        """Mind from now on; a worker that hangs sets `stop` and ends itself."""
        self._tasks = [
            asyncio.create_task(self._watch(stop)),
            asyncio.create_task(self._renew(renewal, look_seconds)),
            asyncio.create_task(self._seal_names()),
        ]
        if self._moves:
            self._tasks.append(asyncio.create_task(self._move()))

    def end(self) -> None:
        """Mind nothing any more."""
        self._recount.stop()
        for task in self._tasks:
            task.cancel()

    async def mind(self) -> bool:
        """Do what does not wait for a schedule or a case; tell whether the worker polls.

        News of a passed grave limit is sent, what an interrupted import left is started, a new
        year's books of citizen reception are opened, what is outdated is recounted.
        """
        register = self._services.register
        if await self._services.alerts.urgent_waits(datetime.now(UTC)):
            await deliver_now(self._client)
        await start_unstarted(register, self._client)
        await open_books(self._client, register, datetime.now(UTC))
        self._recount.begin()
        return await is_polling(self._client, datetime.now(UTC), self._queue)

    async def _watch(self, stop: asyncio.Event) -> None:
        """Mind now and then, and end a worker that hangs, to be restarted."""
        silent = 0
        while True:
            try:
                silent = 0 if await self.mind() else silent + 1
            except PASSING as error:
                log.warning("not minded", reason=str(error)[:200])
            if silent >= _MOST_SILENT:
                log.critical("hanging", remedy="this worker ends itself, to be started anew")
                stop.set()
                await asyncio.sleep(_LAST_GRACE)
                os._exit(os.EX_SOFTWARE)
            await asyncio.sleep(_BETWEEN)

    async def _renew(self, renewal: Renewal, seconds: float) -> None:
        """Look now and then whether the law's files hold another book or calendar."""
        while True:
            try:
                if await renewal.look(datetime.now(UTC)):
                    self._recount.begin()
            except PASSING as error:
                log.warning("not renewed", reason=str(error)[:200], again_in_s=_BETWEEN)
            except Exception:
                log.exception("law not looked at", remedy="the worker goes on with the law it has")
            await asyncio.sleep(seconds)

    async def _move(self) -> None:
        """Move what runs under other versions to this one, until nothing is left there."""
        while True:
            try:
                rounds = move_all(
                    self._client, lambda: datetime.now(UTC), _MOVED_TOGETHER, _MOVED_EACH
                )
                async for moved in rounds:
                    if moved.nudged or moved.taken:
                        log.info("moved", nudged=moved.nudged, taken_over=moved.taken,
                                 remaining=moved.remaining)  # fmt: skip
            except PASSING as error:
                log.warning("not moved", reason=str(error)[:200], again_in_s=_BETWEEN)
            else:
                return
            await asyncio.sleep(_BETWEEN)

    async def _seal_names(self) -> None:
        """Seal the names that the register of an earlier release shows in clear."""
        while True:
            try:
                while rows := await self._services.parties.take_over():
                    log.info("names sealed", dossiers=rows)
            except PASSING as error:
                log.warning("names not sealed", reason=str(error)[:200], again_in_s=_BETWEEN)
            else:
                return
            await asyncio.sleep(_BETWEEN)
