"""Tell whoever watches this process whether it lives and whether it can serve, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from temporalio.client import Client
from temporalio.service import RPCError

from console.probing import Part, Told
from law.edition import Watch
from store.engine import Engine
from store.errors import RegisterNotPreparedError, StoreError
from store.gauges import version_of
from store.migrate import newest_version
from workflows.pulse import SILENCE, answers

_KEPT_SECONDS = 2.0
"""How long an answer is given again, so that many probes are one question."""
_MOST_SECONDS = 3.0
_BEAT = 1.0
_STILL = 30.0
"""Seconds without a beat after which the process's loop counts as standing still."""


@dataclass
class Probes:
    """What a process knows of itself: set while it starts, and read by every probe.

    `polls` asks Temporal whether it hears this worker. A worker is not to be ended because a
    server is away: then its life is judged by its loop alone.
    """

    stop: asyncio.Event
    law: Watch
    client: Client | None = None
    register: Engine | None = None
    polls: Callable[[], Awaitable[bool]] | None = None
    serving: bool = False

    def __post_init__(self) -> None:
        """Begin to count time."""
        self._newest = newest_version()
        self._beat = self._heard = monotonic()
        self.lag = 0.0
        self._told: dict[str, tuple[float, Told]] = {}
        self._lock = asyncio.Lock()

    async def beat(self) -> None:
        """Feel that the loop moves, until cancelled."""
        while True:
            await asyncio.sleep(_BEAT)
            now = monotonic()
            self.lag = max(now - self._beat - _BEAT, 0.0)
            self._beat = now

    async def health(self) -> Told:
        """Tell whether this process lives: its loop moves and Temporal hears it."""
        return await self._kept("health", self._health)

    async def readiness(self) -> Told:
        """Tell whether this process can serve: servers, migrations, law, and no stop under way."""
        return await self._kept("readiness", self._readiness)

    async def _kept(self, name: str, ask: Callable[[], Awaitable[Told]]) -> Told:
        async with self._lock:
            at, told = self._told.get(name, (-_KEPT_SECONDS, {}))
            if monotonic() - at >= _KEPT_SECONDS:
                told = await ask()
                self._told[name] = (monotonic(), told)
            return told

    async def _health(self) -> Told:
        still = monotonic() - self._beat
        return {"loop": Part(ok=still < _STILL), "polling": await self._polling()}

    async def _polling(self) -> Part:
        if self.polls is None or not self.serving or self.stop.is_set():
            self._heard = monotonic()
            return Part(ok=True, reason="not serving")
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                heard = await self.polls()
        except (RPCError, RuntimeError, TimeoutError):
            self._heard = monotonic()
            return Part(ok=True, reason="Temporal does not answer")
        if heard:
            self._heard = monotonic()
            return Part(ok=True)
        silent = monotonic() - self._heard
        return Part(ok=silent < SILENCE.total_seconds(), reason="not heard by Temporal")

    async def _readiness(self) -> Told:
        temporal, register = await asyncio.gather(self._temporal(), self._register())
        book, _ = self.law.edition.hashes
        stopping = self.stop.is_set()
        return {
            "temporal": temporal,
            "register": register[0],
            "migrations": register[1],
            "law": Part(ok=True, reason=book[:12]),
            "serving": Part(
                ok=self.serving and not stopping,
                reason="stopping" if stopping else "" if self.serving else "starting",
            ),
        }

    async def _temporal(self) -> Part:
        if self.client is None:
            return Part(ok=False, reason="not connected yet")
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                there = await answers(self.client)
        except TimeoutError:
            there = False
        return Part(ok=there, reason="" if there else "does not answer")

    async def _register(self) -> tuple[Part, Part]:
        unknown = Part(ok=False, reason="not known")
        if self.register is None:
            return Part(ok=False, reason="not connected yet"), unknown
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                version = await version_of(self.register)
        except RegisterNotPreparedError:
            return Part(ok=True), Part(ok=False, reason="none")
        except (StoreError, TimeoutError):
            return Part(ok=False, reason="does not answer"), unknown
        # A newer release may have gone ahead: its migrations leave what this one needs.
        return Part(ok=True), Part(ok=version >= self._newest, reason=version)
