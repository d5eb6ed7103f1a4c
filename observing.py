"""Put together what a worker shows of itself: probes and figures, on a port of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.routing import Route
from temporalio.client import Client
from temporalio.plugin import SimplePlugin

from activities.assessing import AssessingActivities
from console.probing import build_watching, probe_routes
from console.serve import serve
from gauges import Gauges, Watched
from law.edition import Watch
from metrics import Measuring, Meters, Page
from probes import Probes
from settings import Settings
from store.engine import Engine, open_engine
from store.gauges import Editions
from workflows.client import connect_with
from workflows.pulse import is_polling
from workflows.versions import build_id

_STATEMENT_SECONDS = 2.0
"""What one count may take; a register that is slower than that is said to be away."""


class Observing:
    """The probes and the figures of one worker; served from before it connects to anything."""

    def __init__(
        self,
        settings: Settings,
        law: Watch,
        stop: asyncio.Event,
        clock: Callable[[], datetime],
        temporal: str | None,
    ) -> None:
        """Take where Temporal's library gives its own figures."""
        self._settings = settings
        self._clock = clock
        self.meters = Meters()
        self.probes = Probes(stop, law)
        self._gauges: Gauges | None = None
        self._engine: Engine | None = None
        self._page = Page(self.meters.registry, self._refresh, temporal)

    def measure_clients(self) -> None:
        """Have clients that this process makes from now on be measured, and their workers."""
        connect_with(SimplePlugin("thads-metrics", interceptors=[Measuring(self.meters)]))

    @property
    def routes(self) -> Sequence[Route]:
        """Give the probes for another port, such as that of the pages behind links."""
        return probe_routes(self.probes.health, self.probes.readiness)

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve /metrics, /healthz and /readyz until `stop` is set; nowhere at port 0."""
        beating = asyncio.create_task(self.probes.beat())
        settings, probes = self._settings, self.probes
        if settings.metrics_port == 0:
            await stop.wait()
        else:
            app = build_watching(probes.health, probes.readiness, self._page.read)
            where = (settings.metrics_host, settings.metrics_port)
            await serve(app, *where, stop, "THADS_METRICS_PORT")
        beating.cancel()

    def watch(self, client: Client, assessing: AssessingActivities) -> None:
        """Look at Temporal and at the register from now on; the worker is about to serve."""
        address = self._settings.database_url or ""
        self._engine = open_engine(address, statement_seconds=_STATEMENT_SECONDS, connections=2)
        watched = Watched(
            register=self._engine,
            client=client,
            editions=lambda: Editions(*assessing.edition.hashes, assessing.practice.hash),
            calendar=lambda: assessing.edition.calendar,
            clock=self._clock,
            build=build_id(),
            places={"var": self._settings.var},
        )
        self._gauges = Gauges(watched, self._settings.metrics_seconds)
        self.meters.registry.register(self._gauges)
        self.probes.client, self.probes.register = client, self._engine
        self.probes.polls = lambda: is_polling(client, self._clock())

    async def dispose(self) -> None:
        """Close the connections that were opened here."""
        if self._engine is not None:
            await self._engine.dispose()

    async def _refresh(self) -> None:
        if self._gauges is not None:
            await self._gauges.refresh()
