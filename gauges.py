"""Show what stands in the register and at Temporal as gauges, counted now and then, never twice."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import structlog
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from temporalio.client import Client
from temporalio.service import RPCError

from cases.stuck import EVERY_REASON, FINDINGS
from law.calendar import ZONE, Calendar
from law.errors import CalendarNotKnownError
from store.engine import Engine
from store.errors import StoreError
from store.gauges import Counted, Editions, count_register
from workflows.pulse import count_failing, is_polling, last_ended

log = structlog.get_logger("gauges")

RUNS: Final = {
    "deliver-alerts": "DeliverAlerts",
    "send-digests": "SendDigests",
    "cross-check": "CrossCheck",
    "archive": "ArchiveClosed",
}
"""What runs by the clock, by its schedule's name, and the workflow that its runs are of."""

_SEVERITIES = ("grave", "serious", "routine")
_STATES = [(state, kind) for state in ("begun", "failed", "dead") for kind in ("alerts", "digest")]
_LONGEST = 10.0
"""Seconds that a scrape waits for figures; the counting itself goes on after them."""


@dataclass(frozen=True)
class Watched:
    """What gauges look at: register, Temporal, the law in use, the clock, and folders on disk.

    `places` are the folders of which the disk is watched, by the name that a label gives them.
    """

    register: Engine
    client: Client
    editions: Callable[[], Editions]
    calendar: Callable[[], Calendar]
    clock: Callable[[], datetime]
    build: str
    places: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class _Heard:
    """What Temporal told: whether it hears this worker, cases that fail, when runs ended."""

    polling: bool
    failing: int
    ended: Mapping[str, datetime]


class Gauges(Collector):
    """The figures of the register and of Temporal, as they were when last counted."""

    def __init__(self, watched: Watched, seconds: float) -> None:
        """Count at most every so many seconds, and only while somebody reads."""
        self._watched = watched
        self._seconds = seconds
        self._began = watched.clock()
        self._tried = -float("inf")
        self._counting: asyncio.Task[None] | None = None
        self._asked = False
        self._counted: Counted | None = None
        self._counted_at: float | None = None
        self._took = 0.0
        self._heard: _Heard | None = None
        self._ended: dict[str, datetime] = {}

    async def refresh(self) -> None:
        """Count where what is known is old; several readers wait for one counting."""
        if self._counting is None or self._counting.done():
            if monotonic() - self._tried < self._seconds:
                return
            self._tried = monotonic()
            self._counting = asyncio.create_task(self._count())
        await asyncio.wait({self._counting}, timeout=_LONGEST)

    def collect(self) -> Iterator[Metric]:
        """Give what is known; what could not be counted is left out, and its age grows."""
        yield from self._of_process()
        yield from self._of_temporal()
        yield from self._of_register()

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: reading the names must not count."""
        return iter(())

    async def _count(self) -> None:
        try:
            await asyncio.gather(self._count_register(), self._ask_temporal())
        except Exception:
            # Figures grow old, which is told; a scrape never fails by it.
            log.exception("not counted")
        self._asked = True

    async def _count_register(self) -> None:
        begun = monotonic()
        watched = self._watched
        try:
            now = watched.clock()
            self._counted = await count_register(watched.register, now, watched.editions())
        except StoreError as error:
            log.warning("register not counted", reason=type(error).__name__)
            self._counted = None
            return
        self._counted_at = monotonic()
        self._took = self._counted_at - begun

    async def _ask_temporal(self) -> None:
        client, now = self._watched.client, self._watched.clock()
        try:
            polling = await is_polling(client, now)
            failing = await count_failing(client)
            for run, workflow in RUNS.items():
                ended = await last_ended(client, workflow)
                if ended is not None:
                    self._ended[run] = max(ended, self._ended.get(run, ended))
        except (RPCError, RuntimeError) as error:
            log.warning("Temporal not asked", reason=type(error).__name__)
            self._heard = None
            return
        self._heard = _Heard(polling=polling, failing=failing, ended=dict(self._ended))

    def _of_process(self) -> Iterator[Metric]:
        watched, editions = self._watched, self._watched.editions()
        law = InfoMetricFamily("thads_law", "The hashes by which this worker assesses.")
        # An info's samples get their suffix when written: thads_law_info.
        law.add_metric((), editions._asdict())
        yield law
        build = InfoMetricFamily("thads_build", "The version of the workflows' code.")
        build.add_metric((), {"build": watched.build})
        yield build
        yield _gauge(
            "thads_figures_age_seconds",
            "How old the register's figures are; since the start, where none were counted.",
            monotonic() - self._counted_at
            if self._counted_at is not None
            else (watched.clock() - self._began).total_seconds(),
        )
        yield _gauge("thads_figures_seconds", "How long the last counting took.", self._took)
        yield self._of_today()
        yield from self._of_disk()

    def _of_today(self) -> Metric:
        today = GaugeMetricFamily(
            "thads_working_day", "1 on a working day by the calendar in use, where it has the year."
        )
        day = self._watched.clock().astimezone(ZONE).date()
        with suppress(CalendarNotKnownError):
            today.add_metric((), float(self._watched.calendar().is_working(day)))
        return today

    def _of_disk(self) -> Iterator[Metric]:
        free = GaugeMetricFamily("thads_disk_free_bytes", "Free on the disk.", labels=["place"])
        size = GaugeMetricFamily("thads_disk_size_bytes", "Size of the disk.", labels=["place"])
        for name, path in self._watched.places.items():
            try:
                disk = shutil.disk_usage(path)
            except OSError:
                continue
            free.add_metric([name], disk.free)
            size.add_metric([name], disk.total)
        yield from (free, size)

    def _of_temporal(self) -> Iterator[Metric]:
        heard = self._heard
        up = GaugeMetricFamily("thads_temporal_up", "1 where Temporal answered.")
        if self._asked:
            up.add_metric((), float(heard is not None))
        yield up
        polling = GaugeMetricFamily(
            "thads_worker_polling", "1 where Temporal heard this worker in the last minutes."
        )
        failing = GaugeMetricFamily(
            "thads_cases_failing", "Dossiers whose tasks keep failing, as Temporal reports."
        )
        if heard is not None:
            polling.add_metric((), float(heard.polling))
            failing.add_metric((), heard.failing)
        yield from (polling, failing)
        silence = GaugeMetricFamily(
            "thads_run_silence_seconds",
            "Since the last run of a schedule that ended well, or since this worker began to look.",
            labels=["run"],
        )
        for run in RUNS:
            since = self._watched.clock() - self._ended.get(run, self._began)
            silence.add_metric([run], max(since, timedelta()).total_seconds())
        yield silence

    def _of_register(self) -> Iterator[Metric]:
        counted = self._counted
        up = GaugeMetricFamily("thads_register_up", "1 where the register could be counted.")
        if self._asked:
            up.add_metric((), float(counted is not None))
        yield up
        if counted is not None:
            yield from _families(counted, self._watched.clock())


def _families(counted: Counted, now: datetime) -> Iterator[Metric]:
    """Turn one counting into gauges; what can be none is given as 0, so that it can be drawn."""
    none_stuck = dict.fromkeys(EVERY_REASON, 0)
    none_found = dict.fromkeys(("unarmed", *FINDINGS), 0)
    yield _by("thads_dossiers_open", "Open dossiers.", ["kind"], counted.dossiers)
    yield _gauge("thads_dossiers_unstarted", "Registered, not yet started.", counted.unstarted)
    yield _gauge("thads_cases_outdated", "Assessed by another book or calendar.", counted.outdated)
    yield _gauge("thads_limits_open", "Time limits that run or have passed undone.", counted.limits)
    yield _by(
        "thads_limits_overdue", "Duties that have passed and are not done.",
        ["severity", "kind"], {(s, "limit"): 0 for s in _SEVERITIES} | dict(counted.overdue),
    )  # fmt: skip
    yield _gauge("thads_limits_unarmed", "Duties that nothing will wake for.", counted.unarmed)
    stuck = none_stuck | dict(counted.stuck)
    yield _by("thads_dossiers_stuck", "Dossiers stuck, by reason.", ["reason"], stuck)
    waiting = dict.fromkeys(_SEVERITIES, 0) | dict(counted.waiting)
    yield _by("thads_alerts_waiting", "Alerts that are due to be sent.", ["severity"], waiting)
    yield _gauge(
        "thads_alerts_oldest_seconds", "How long the alert has waited that waits longest.",
        _since(counted.oldest, now),
    )  # fmt: skip
    yield _gauge(
        "thads_urgent_oldest_seconds", "The same of passed grave duties, which keep no hours.",
        _since(counted.urgent, now),
    )  # fmt: skip
    deliveries = dict.fromkeys(_STATES, 0) | dict(counted.deliveries)
    yield _by("thads_deliveries_open", "Messages not sent.", ["state", "kind"], deliveries)
    yield _gauge("thads_dead_letters_day", "Given up in the last day.", counted.dead_today)
    findings = none_found | dict(counted.findings)
    yield _by("thads_findings", "What the cross-check found.", ["reason"], findings)
    yield _gauge("thads_register_bytes", "Size of the register's database.", counted.size)


def _since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max((now - moment).total_seconds(), 0.0)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _by(
    name: str,
    about: str,
    labels: Sequence[str],
    values: Mapping[str, int] | Mapping[tuple[str, str], int],
) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family
