"""Have outdated dossiers assessed again, a few at a time, so that a report never waits for long.

Each nudge is a task in the queue in which reports wait too, and the server cannot tell them apart.
So no more are asked for than are soon done: a report waits for these few, and not for all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from time import monotonic

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from activities.assessing import AssessingActivities
from store.engine import Engine
from store.errors import RegisterAwayError, RegisterNotPreparedError
from store.outdated import OutdatedRows
from store.register import Register
from workflows.client import nudge

TOGETHER = 8
"""Dossiers asked at once; a report waits for as many at the most."""
_LISTED = 1000
_PATIENCE = 10.0
"""Seconds after which one that does not answer is left for a later recount."""
_LOOK = 0.02
_PASSING = (OSError, RuntimeError, RPCError, RegisterAwayError, RegisterNotPreparedError)
log = structlog.get_logger("worker")


class Recount:
    """One process's recount; of several processes one does it."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        assessing: AssessingActivities,
        together: int = TOGETHER,
    ) -> None:
        """Take what is asked and where it shows; nothing is asked yet."""
        self._client = client
        self._rows = OutdatedRows(engine)
        self._register = Register(engine)
        self._assessing = assessing
        self._together = together
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Recount in the background; one that is under way goes on alone."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run_quietly())

    def stop(self) -> None:
        """End what was begun; what it left is found again by the next one."""
        if self._running is not None:
            self._running.cancel()

    async def _run_quietly(self) -> None:
        try:
            asked = await self.run()
        except _PASSING as error:
            log.warning("not renewed", reason=str(error)[:200], remedy="the next look tries again")
            return
        if asked:
            book, calendar, _ = self._hashes
            log.info("renewed", cases=asked, book=book, calendar=calendar)

    async def run(self) -> int:
        """Renew every outdated dossier that answers; give how many were asked."""
        async with self._rows.alone() as mine:
            return await self._renew() if mine else 0

    async def _renew(self) -> int:
        """Keep a few on their way, and ask for the next one as soon as one is done."""
        asked = 0
        silent: set[str] = set()
        while True:
            listed = await self._register.outdated(*self._hashes, _LISTED + len(silent))
            waiting = deque(case for case in listed if case not in silent)
            if not waiting:
                return asked
            asked += len(waiting)
            silent |= await self._go_through(waiting)

    async def _go_through(self, waiting: deque[str]) -> set[str]:
        """Ask for these, and wait until all are renewed; give those that were not in time."""
        silent: set[str] = set()
        on_way: dict[str, float] = {}
        while waiting or on_way:
            now = monotonic()
            next_ones = [waiting.popleft() for _ in range(min(self._room(on_way), len(waiting)))]
            await nudge(self._client, next_ones)
            on_way |= dict.fromkeys(next_ones, now)
            await asyncio.sleep(_LOOK)
            left = await self._rows.among(on_way, *self._hashes)
            late = {case for case in left if now - on_way[case] > _PATIENCE}
            silent |= late
            on_way = {case: at for case, at in on_way.items() if case in left - late}
        return silent

    def _room(self, on_way: Collection[str]) -> int:
        return self._together - len(on_way)

    @property
    def _hashes(self) -> tuple[str, str, str]:
        """Give what dossiers have to be assessed with now; it may change on the way."""
        book, calendar = self._assessing.edition.hashes
        return book, calendar, self._assessing.practice.hash
