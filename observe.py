"""Set logs, metrics and traces up: ids on every line, once under replay, nothing personal."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

_OTLP = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_CORE_IDS = ("run_id", "workflow_id", "workflow_type", "activity_type", "task_queue", "attempt")
"""What of a line of the SDK's own core is told; a failure in it would repeat what was typed."""

_INPUT = "input_value="
_INPUT_VALUE = re.compile(r"input_value=.*?(?=, input_type=\w+\])", re.DOTALL)
_CORE_CLIENT = "temporalio_client"

_Ids = tuple[str, str]
_tracers: list[Callable[[], _Ids | None]] = []
_PERSONAL = frozenset({"name", "names", "address", "parties", "email", "note", "evidence"})


def drop_on_replay(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say each line once: not again while a workflow's history is replayed."""
    if workflow.in_workflow() and workflow.unsafe.is_replaying_history_events():
        raise structlog.DropEvent
    return event


def add_ids(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the workflow's and the case's ids on the line."""
    workflow_id: str | None = None
    if workflow.in_workflow():
        info = workflow.info()
        workflow_id = info.workflow_id
        event.setdefault("run_id", info.run_id)
    elif activity.in_activity():
        about = activity.info()
        workflow_id = about.workflow_id
        event.setdefault("attempt", about.attempt)
    if workflow_id:
        event.setdefault("workflow_id", workflow_id)
        _, slash, case = workflow_id.partition("/")
        if slash:
            event.setdefault("case_id", case)
    return event


def add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the ids of the trace and the span under way on the line, where there are traces."""
    for current_ids in _tracers:
        if (ids := current_ids()) is not None:
            event.setdefault("trace_id", ids[0])
            event.setdefault("span_id", ids[1])
    return event


def hide_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank the fields that could name a person, whoever logs them."""
    for key in _PERSONAL.intersection(event):
        event[key] = "(hidden)"
    return event


def hide_inputs(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank what pydantic repeats of a value that does not fit, in a line and in its traceback."""
    for key in ("event", "exception", "reason"):
        said = event.get(key)
        if isinstance(said, str) and _INPUT in said:
            event[key] = _INPUT_VALUE.sub(f"{_INPUT}(hidden)", said)
    return event


def _add_core_fields(record: logging.LogRecord) -> bool:
    """Add to a line of the core what names no person; a failure's own words may."""
    told = getattr(record, "temporal_log", None)
    if told is not None:
        fields, wanted = told.fields, list(_CORE_IDS)
        if told.target.startswith(_CORE_CLIENT):
            wanted.append("error")
        known = [f"{name}={fields[name]}" for name in wanted if name in fields]
        record.msg = " ".join([str(record.msg), *known])
    return True


def start_runtime(metrics: PrometheusConfig | None = None) -> None:
    """Send the lines of the SDK's own core through these logs too, warnings and worse alone.

    With `metrics` its figures are given there. Called once, before anything connects.
    """
    logger = logging.getLogger("temporal.core")
    forwarded = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logger, append_log_fields_to_message=False),
    )
    logger.addFilter(_add_core_fields)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=forwarded, metrics=metrics)))


@contextmanager
def traced(name: str | None = None) -> Iterator[None]:
    """Trace what is done within, under a span where a name is given, and send it at the end.

    Only where OpenTelemetry's own variables name an endpoint; elsewhere nothing is loaded.
    """
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or not any(os.environ.get(variable) for variable in _OTLP):
        yield
        return
    from tracing import Tracing, current_ids  # noqa: PLC0415 - loaded only where it is asked for

    tracing = Tracing()
    tracing.start()
    _tracers[:] = [current_ids]
    try:
        with tracing.span(name) if name is not None else nullcontext():
            yield
    finally:
        tracing.end()


def configure_logs(*, form: str | None = None, level: str = "info", stream: Any = None) -> None:  # noqa: ANN401
    """Send structlog's and the standard library's lines to `stream`, standard error by default.

    `form` is json or console; left out, console on a terminal and JSON elsewhere.
    """
    out = stream or sys.stderr
    console = form == "console" or (form is None and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        drop_on_replay,
        add_ids,
        add_trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_personal,
    ]
    # A prettier traceback would show the values of variables.
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if console
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    last: list[Processor] = [structlog.processors.format_exc_info, hide_inputs, renderer]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
