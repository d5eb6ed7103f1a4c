"""Measure what one worker process does, and give it with Temporal's own figures as one page.

Labels are words of ours alone: no dossier, no office, no person ever is one.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from time import perf_counter
from typing import Any

import httpx2
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from temporalio import activity
from temporalio.runtime import PrometheusConfig
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.delivery import Gathered, Proof
from activities.ports import ASSESS, Register
from adapters import AlertPost
from cases.assessment import Assessment
from cases.dossier import Dossier
from observe import start_runtime
from store.alerts import AlertRows
from store.breaches import BreachRows

_LOOPBACK = "127.0.0.1"
_FETCH_SECONDS = 2.0
_TRIES = 5
_FAST = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_PATIENT = (60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0, 86400.0, 259200.0, 864000.0)
_STARTS = (0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
_OF_TEMPORAL = ("workflow_task_schedule_to_start_latency", "activity_schedule_to_start_latency")


class Meters:
    """The counters and histograms of this process, in a registry of their own."""

    def __init__(self) -> None:
        """Begin at nothing."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.assessments = Histogram(
            "thads_assessment_seconds", "One assessment: counting by the law, and the register.",
            ["outcome"], buckets=_FAST, registry=self.registry,
        )  # fmt: skip
        self.writing = Histogram(
            "thads_projection_seconds", "Writing one assessment to the register.",
            buckets=_FAST, registry=self.registry,
        )  # fmt: skip
        self.projections = Counter(
            "thads_projections", "Assessments written to the register, or not.",
            ["outcome"], registry=self.registry,
        )  # fmt: skip
        self.latency = Histogram(
            "thads_alert_latency_seconds", "From the moment an alert was due to its message's.",
            ["severity"], buckets=_PATIENT, registry=self.registry,
        )  # fmt: skip
        self.messages = Counter(
            "thads_messages", "Messages about alerts, by channel and what became of them.",
            ["outcome", "channel"], registry=self.registry,
        )  # fmt: skip
        for outcome in ("written", "failed"):
            self.projections.labels(outcome)


class MeasuredRegister:
    """The register that assessments are written to, with every writing measured."""

    def __init__(self, register: Register, meters: Meters) -> None:
        """Take what writes."""
        self._register = register
        self._meters = meters

    async def project(
        self,
        dossier: Dossier,
        assessment: Assessment,
        revision: int,
        answer: dict[str, Any] | None = None,
    ) -> None:
        """Write as the register does, and raise what it raises."""
        begun = perf_counter()
        try:
            await self._register.project(dossier, assessment, revision, answer)
        except BaseException:
            self._meters.projections.labels("failed").inc()
            raise
        self._meters.projections.labels("written").inc()
        self._meters.writing.observe(perf_counter() - begun)


class MeasuredPost(AlertPost):
    """The alert book, with what became of each message counted."""

    def __init__(
        self,
        rows: AlertRows,
        breaches: BreachRows | None,
        meters: Meters,
        clock: Callable[[], datetime],
    ) -> None:
        """Take the rows and what they are counted with."""
        super().__init__(rows, breaches)
        self._meters = meters
        self._clock = clock

    async def confirm(self, gathered: Gathered, proof: Proof, now: datetime) -> None:
        """Record the proof; an alert's latency ends when that is done."""
        await super().confirm(gathered, proof, now)
        self._meters.messages.labels("sent", proof.channel).inc()
        sent = self._clock()
        for alert in gathered.alerts:
            due = max(alert.raised_at, alert.inserted_at or alert.raised_at)
            waited = max((sent - due).total_seconds(), 0.0)
            self._meters.latency.labels(alert.severity).observe(waited)

    async def fail(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record a failed attempt."""
        await super().fail(gathered, reason, now, again_at)
        self._meters.messages.labels("refused", "").inc()

    async def leave_open(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record an attempt whose end nobody knows."""
        await super().leave_open(gathered, reason, now, again_at)
        self._meters.messages.labels("unanswered", "").inc()

    async def give_up(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record a dead letter."""
        await super().give_up(gathered, reason, now, again_at)
        self._meters.messages.labels("dead", "").inc()


class Measuring(Interceptor):
    """Have workers measure their assessments."""

    def __init__(self, meters: Meters) -> None:
        """Take what is measured with."""
        self._meters = meters

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the library's name
        """Stand before every activity."""
        return _Timed(next, self._meters)


class _Timed(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, meters: Meters) -> None:
        super().__init__(inner)
        self._meters = meters

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the library's
        if activity.info().activity_type != ASSESS:
            return await self.next.execute_activity(input)
        begun, outcome = perf_counter(), "failed"
        try:
            answer = await self.next.execute_activity(input)
            outcome = "done"
        finally:
            self._meters.assessments.labels(outcome).observe(perf_counter() - begun)
        return answer


def temporal_metrics(address: str) -> PrometheusConfig:
    """Have Temporal's library give its figures at an address of this machine."""
    return PrometheusConfig(
        bind_address=address,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides=dict.fromkeys(_OF_TEMPORAL, _STARTS),
    )


def start_measured() -> str | None:
    """Start the library's runtime with its figures on loopback; tell where `Page` finds them.

    None where no port could be had; then there are none of them.
    """
    for _ in range(_TRIES):
        with socket.socket() as probe:
            probe.bind((_LOOPBACK, 0))
            address = f"{_LOOPBACK}:{probe.getsockname()[1]}"
        # Another process may take the port in between.
        with suppress(ValueError):
            start_runtime(temporal_metrics(address))
            return address
    start_runtime()
    return None


class Page:
    """All figures of a process in Prometheus's text form: ours, and those of Temporal's library."""

    def __init__(
        self,
        registry: CollectorRegistry,
        refresh: Callable[[], Awaitable[None]],
        temporal: str | None,
    ) -> None:
        """Take the registry, what counts the register anew, and where Temporal's figures are."""
        self._registry = registry
        self._refresh = refresh
        self._temporal = temporal
        # No proxy and no certificates: it is this very process that answers.
        self._client = httpx2.AsyncClient(timeout=_FETCH_SECONDS, trust_env=False, verify=False)

    async def read(self) -> bytes:
        """Give the page; without Temporal's figures where its library does not answer."""
        await self._refresh()
        return generate_latest(self._registry) + await self._of_temporal()

    async def _of_temporal(self) -> bytes:
        if self._temporal is None:
            return b""
        try:
            answer = await self._client.get(f"http://{self._temporal}/metrics")
        except httpx2.HTTPError:
            return b""
        return answer.content
