"""Figures and probes when a server is away, slow or asked at once by many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from temporalio.client import Client
from temporalio.service import ConnectConfig, ServiceClient

from cli.edition import shelf_of
from gauges import Gauges, Watched
from law.calendar import ZONE, Calendar
from law.edition import Watch
from probes import Probes
from settings import Settings
from store.engine import Engine, open_engine
from store.gauges import Editions
from tests.store.dossiers import NOW
from workflows.pulse import SILENCE

NOWHERE = "postgresql://nobody:geheim@127.0.0.1:1/nothing"


@pytest.fixture(name="engine")
async def _engine(database: str) -> AsyncIterator[Engine]:
    made = open_engine(database, statement_seconds=2)
    yield made
    await made.dispose()


@pytest.fixture(name="away")
async def _away() -> Client:
    """Give a client of a Temporal that does not answer."""
    config = ConnectConfig(target_host="127.0.0.1:1", lazy=True)
    return Client(await ServiceClient.connect(config))


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def _gauges(
    engine: Engine, client: Client, calendar: Calendar, clock: _Clock, seconds: float = 60
) -> tuple[Gauges, CollectorRegistry]:
    watched = Watched(
        register=engine, client=client, editions=lambda: Editions("b1", "c1", "p1"),
        calendar=lambda: calendar, clock=clock, build="x1",
        places={"var": Path("/tmp"), "gone": Path("/nowhere")},
    )  # fmt: skip
    gauges, registry = Gauges(watched, seconds), CollectorRegistry()
    registry.register(gauges)
    return gauges, registry


def _value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


async def test_a_register_and_a_temporal_that_are_away_are_said_to_be_so(
    away: Client, calendar: Calendar
) -> None:
    engine = open_engine(NOWHERE)
    gauges, registry = _gauges(engine, away, calendar, clock := _Clock())
    await gauges.refresh()
    clock.now += timedelta(hours=2)
    assert _value(registry, "thads_register_up") == 0
    assert _value(registry, "thads_temporal_up") == 0
    assert _value(registry, "thads_limits_unarmed") is None, "what is not known is not none"
    assert _value(registry, "thads_worker_polling") is None
    age = _value(registry, "thads_figures_age_seconds")
    assert age is not None
    assert age >= 7200, "figures that never came are as old as the worker"
    assert "geheim" not in generate_latest(registry).decode()


async def test_before_the_first_counting_nothing_is_claimed(
    engine: Engine, away: Client, calendar: Calendar
) -> None:
    _, registry = _gauges(engine, away, calendar, _Clock())
    assert _value(registry, "thads_register_up") is None
    assert _value(registry, "thads_temporal_up") is None


async def test_many_readers_at_once_are_one_counting_and_a_soon_one_is_none(
    engine: Engine, away: Client, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = 0
    fetch = Engine.fetch

    async def counting(self: Engine, statement: object) -> object:
        nonlocal counted
        counted += "projection.dossiers d where" in str(statement)
        return await fetch(self, statement)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "fetch", counting)
    gauges, registry = _gauges(engine, away, calendar, _Clock())
    await asyncio.gather(*(gauges.refresh() for _ in range(20)))
    await gauges.refresh()
    assert counted == 1
    assert _value(registry, "thads_register_up") == 1
    assert _value(registry, "thads_dossiers_stuck", reason="limit_passed") == 0


async def test_a_register_that_comes_back_is_counted_again(
    engine: Engine, away: Client, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    gauges, registry = _gauges(engine, away, calendar, _Clock(), seconds=0.0001)
    monkeypatch.setattr(engine, "_address", NOWHERE)
    await gauges.refresh()
    assert _value(registry, "thads_register_up") == 0
    monkeypatch.undo()
    await gauges.refresh()
    assert _value(registry, "thads_register_up") == 1


@pytest.mark.parametrize(
    ("day", "working"), [("2026-11-23", 1.0), ("2026-11-24", 0.0), ("2026-11-22", 0.0)]
)
async def test_a_day_off_is_told_by_the_calendar(
    engine: Engine, away: Client, calendar: Calendar, day: str, working: float
) -> None:
    clock = _Clock()
    clock.now = datetime.fromisoformat(f"{day}T00:30:00").replace(tzinfo=ZONE)
    _, registry = _gauges(engine, away, calendar, clock)
    assert _value(registry, "thads_working_day") == working


async def test_a_day_of_a_year_without_a_calendar_costs_that_figure_alone(
    engine: Engine, away: Client, calendar: Calendar
) -> None:
    clock = _Clock()
    clock.now = datetime(2090, 1, 5, tzinfo=ZONE)
    gauges, registry = _gauges(engine, away, calendar, clock)
    await gauges.refresh()
    assert _value(registry, "thads_working_day") is None
    assert _value(registry, "thads_register_up") == 1


async def test_the_disk_is_told_where_there_is_one(
    engine: Engine, away: Client, calendar: Calendar
) -> None:
    _, registry = _gauges(engine, away, calendar, _Clock())
    free = _value(registry, "thads_disk_free_bytes", place="var")
    size = _value(registry, "thads_disk_size_bytes", place="var")
    assert free is not None
    assert size is not None
    assert 0 < free <= size
    assert _value(registry, "thads_disk_free_bytes", place="gone") is None


@pytest.fixture(name="probes")
def _probes() -> Probes:
    return Probes(asyncio.Event(), Watch(shelf_of(Settings())))


async def test_a_worker_that_temporal_does_not_hear_for_minutes_is_not_well(
    probes: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unheard() -> bool:
        return False

    probes.polls, probes.serving = unheard, True
    assert (await probes.health())["polling"].ok, "it may have just begun"
    monkeypatch.setattr("probes._KEPT_SECONDS", 0.0)
    monkeypatch.setattr(probes, "_heard", probes._heard - SILENCE.total_seconds() - 1)
    told = (await probes.health())["polling"]
    assert (told.ok, told.reason) == (False, "not heard by Temporal")


async def test_a_stopping_worker_is_not_ready_and_still_well(probes: Probes) -> None:
    probes.serving = True
    probes.stop.set()
    ready, health = await probes.readiness(), await probes.health()
    assert (ready["serving"].ok, ready["serving"].reason) == (False, "stopping")
    assert all(part.ok for part in health.values())


async def test_an_older_register_is_not_ready_and_a_newer_one_is(
    probes: Probes, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes.register = engine
    monkeypatch.setattr("probes._KEPT_SECONDS", 0.0)
    assert (await probes.readiness())["migrations"].ok
    monkeypatch.setattr(probes, "_newest", "9999")
    assert not (await probes.readiness())["migrations"].ok
    monkeypatch.setattr(probes, "_newest", "0001")
    assert (await probes.readiness())["migrations"].ok, "a rolled-back worker serves"


async def test_a_temporal_that_is_away_makes_a_worker_unready_within_seconds(
    probes: Probes, away: Client
) -> None:
    probes.client = away
    async with asyncio.timeout(8):
        told = (await probes.readiness())["temporal"]
    assert (told.ok, told.reason) == (False, "does not answer")
