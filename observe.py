"""Set the logs up: JSON by structlog, ids on every line, once under replay, nothing personal."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

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


def hide_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank the fields that could name a person, whoever logs them."""
    for key in _PERSONAL.intersection(event):
        event[key] = "(hidden)"
    return event


def forward_core_logs() -> None:
    """Send the lines of the SDK's own core through these logs too, warnings and worse alone.

    Called once, before anything connects.
    """
    forwarded = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger("temporal.core")),
    )
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=forwarded)))


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
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_personal,
    ]
    last: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if console
        else [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
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
