"""Trace a command to the register by OpenTelemetry; loaded only where traces are asked for.

Spans carry names of commands, workflows, activities and statements, and ids. What was said when
something failed may repeat what was typed, so the type of an error is kept and its words are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode, get_current_span, set_tracer_provider
from temporalio.contrib.opentelemetry import OpenTelemetryPlugin, create_tracer_provider

from store.spans import trace_with
from workflows.client import connect_with

_SERVICE = "thads"
_TYPE_OF_ERROR = "exception.type"
_FLUSH_MS = 2000


class WithoutWords(SpanExporter):
    """An exporter that sends no error's words and no stack, only its type."""

    def __init__(self, inner: SpanExporter) -> None:
        """Take the exporter that sends."""
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans without words."""
        return self._inner.export([_without_words(span) for span in spans])

    def shutdown(self) -> None:
        """Close the exporter that sends."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits."""
        return self._inner.force_flush(timeout_millis)


class Tracing:
    """The spans of one process, on their way out."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        """Send by OTLP to where the standard variables say, or through a processor of one's own."""
        resource = Resource({SERVICE_NAME: _SERVICE}).merge(OTELResourceDetector().detect())
        # Within workflows ids come from history, and what is replayed gives no span again.
        self._provider = create_tracer_provider(resource=resource)
        self._provider.add_span_processor(
            processor or BatchSpanProcessor(WithoutWords(OTLPSpanExporter()))
        )
        self._tracer = self._provider.get_tracer(_SERVICE)

    def start(self) -> None:
        """Have clients made from now on, their workers, and exchanges with the register traced.

        Once in a process: OpenTelemetry keeps its first provider.
        """
        set_tracer_provider(self._provider)
        connect_with(OpenTelemetryPlugin(add_temporal_spans=True))
        trace_with(self.span)

    def end(self) -> None:
        """Trace no further, and send what waits, for two seconds at most."""
        trace_with(None)
        self._provider.force_flush(_FLUSH_MS)

    @contextmanager
    def span(self, name: str, statements: Sequence[str] = ()) -> Iterator[None]:
        """Open a span; statements are named in it, and nothing of theirs is shown."""
        about = {"thads.statements": tuple(statements)} if statements else None
        with self._tracer.start_as_current_span(name, attributes=about):
            yield


def current_ids() -> tuple[str, str] | None:
    """Give the ids of the trace and the span that are under way, as log lines carry them."""
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


def _without_words(span: ReadableSpan) -> ReadableSpan:
    status = span.status
    if not span.events and status.description is None:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=[_type_alone(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(StatusCode.ERROR) if status.status_code is StatusCode.ERROR else Status(),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _type_alone(event: Event) -> Event:
    kind = (event.attributes or {}).get(_TYPE_OF_ERROR)
    return Event(
        event.name, {} if kind is None else {_TYPE_OF_ERROR: kind}, timestamp=event.timestamp
    )
