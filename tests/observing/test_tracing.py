"""Spans say what was done and where it failed, and never what was said or typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from observe import traced
from store.engine import Engine, open_engine
from store.errors import RegisterAwayError
from store.spans import span, trace_with
from tracing import Tracing, WithoutWords, current_ids

PLANTED = "Trồng Thử Tên"


@pytest.fixture(name="exporter")
def _exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture(name="tracing")
def _tracing(exporter: InMemorySpanExporter) -> Iterator[Tracing]:
    made = Tracing(SimpleSpanProcessor(WithoutWords(exporter)))
    trace_with(made.span)
    yield made
    trace_with(None)


def test_an_error_keeps_its_type_and_loses_its_words(
    tracing: Tracing, exporter: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match=PLANTED), tracing.span("outer"), tracing.span("inner"):
        raise ValueError(f"not a date: {PLANTED}")
    for sent in exporter.get_finished_spans():
        assert sent.status.status_code.name == "ERROR"
        assert sent.status.description is None
        assert [dict(e.attributes or {}) for e in sent.events] == [{"exception.type": "ValueError"}]
        assert PLANTED not in sent.to_json()


def test_what_goes_well_is_sent_as_it_is(tracing: Tracing, exporter: InMemorySpanExporter) -> None:
    with tracing.span("outer"):
        ids = current_ids()
    (sent,) = exporter.get_finished_spans()
    assert ids == (f"{sent.context.trace_id:032x}", f"{sent.context.span_id:016x}")
    assert sent.status.status_code.name == "UNSET"
    assert sent.resource.attributes["service.name"] == "thads"
    assert current_ids() is None


async def test_an_exchange_with_the_register_is_a_span_that_names_its_statement(
    tracing: Tracing, exporter: InMemorySpanExporter, database: str
) -> None:
    engine = open_engine(database)
    await _ask(engine, "Select")
    await engine.dispose()
    (sent,) = exporter.get_finished_spans()
    assert (sent.name, dict(sent.attributes or {})) == (
        "register", {"thads.statements": ("select",)},
    )  # fmt: skip
    assert tracing is not None


async def test_a_register_that_is_away_shows_in_its_span_without_its_address(
    tracing: Tracing, exporter: InMemorySpanExporter
) -> None:
    engine = open_engine("postgresql://nobody:geheim@127.0.0.1:1/nothing")
    with pytest.raises(RegisterAwayError):
        await _ask(engine, "select")
    (sent,) = exporter.get_finished_spans()
    assert sent.status.status_code.name == "ERROR"
    assert "geheim" not in sent.to_json()
    assert "127.0.0.1" not in sent.to_json()
    assert tracing is not None


def test_without_an_endpoint_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    with traced("thads case report"), span("register", ("select",)):
        assert current_ids() is None


@pytest.mark.parametrize("value", ["true", "TRUE"])
def test_opentelemetrys_own_switch_turns_it_off(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_SDK_DISABLED", value)
    with traced("thads case report"):
        assert current_ids() is None


async def _ask(engine: Engine, verb: str) -> None:
    async with engine.connected(verb.lower()) as connection:
        await connection.execute(f"{verb} 'a value that is not told'".encode())
