"""The library's own figures are found on loopback, also when a port was taken meanwhile."""

from __future__ import annotations

import socket

import pytest
from prometheus_client import CollectorRegistry

import metrics
from metrics import Page, start_measured, temporal_metrics
from tests.conftest import free_port


@pytest.fixture(name="started")
def _started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the addresses at which a runtime was to be started; none is."""
    asked: list[str] = []

    def start(config: object = None) -> None:
        if config is not None:
            asked.append(config.bind_address)  # type: ignore[attr-defined]
        if len(asked) == 1:
            raise ValueError("Failed starting Prometheus exporter: Address already in use")

    monkeypatch.setattr(metrics, "start_runtime", start)
    return asked


def test_a_port_that_was_taken_meanwhile_is_let_go(started: list[str]) -> None:
    address = start_measured()
    assert len(started) == 2
    assert started[1] == address
    assert str(address).startswith("127.0.0.1:")


def test_figures_are_in_seconds_and_named_as_prometheus_names_them() -> None:
    config = temporal_metrics("127.0.0.1:1")
    assert config.durations_as_seconds
    assert config.unit_suffix
    assert config.counters_total_suffix


async def _nothing() -> None:
    return


@pytest.mark.parametrize("mute", [False, True], ids=["closed", "mute"])
async def test_a_library_that_does_not_answer_costs_its_own_figures_alone(
    mute: bool,  # noqa: FBT001 - what the port does
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics, "_FETCH_SECONDS", 0.3)
    with socket.socket() as listening:
        port = free_port()
        if mute:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            port = listening.getsockname()[1]
        page = Page(metrics.Meters().registry, _nothing, f"127.0.0.1:{port}")
        read = (await page.read()).decode()
    assert "thads_projections_total" in read
    assert "temporal_" not in read


async def test_without_a_library_there_are_our_own() -> None:
    assert await Page(CollectorRegistry(), _nothing, None).read() == b""
