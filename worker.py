"""Run the worker, unattended: carry dossiers, assess them, deliver alerts.

With neither `TEMPORAL_ADDRESS` nor `THADS_DATABASE_URL` the embedded servers are started,
watched and restarted as well, and the worker with them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import structlog
import uvloop
from cyclopts import App, Parameter
from temporalio.client import Client

from channels.mail import MailAddressError
from channels.webhook import WebhookSecretError
from cli.directory_file import fill_directory
from cli.edition import practice_of, shelf_of
from cli.welcome import welcome
from codec import open_codec
from console.links import SecretError
from console.serve import serve as serve_pages
from embedded.errors import EmbeddedError
from embedded.ports import Ports
from embedded.supervisor import Supervisor, WorkerCommand
from i18n.places import learn_acts
from keyfile import KeyFileError
from law.calendar import ZONE
from law.edition import Edition, Watch
from law.errors import DataFileError, LawError, SpokenError
from metrics import start_measured
from minding import PASSING, Minding
from observe import configure_logs, start_runtime, traced
from observing import Observing
from recount import Recount
from renewal import Renewal
from services import WORKFLOWS, Services
from settings import Settings, SettingsError, read_settings
from store.engine import Engine, open_engine
from store.errors import DatabaseAddressError
from store.journal import Journal
from store.migrate import upgrade
from store.sealing import SealError
from tuning import Workers
from workflows.client import (
    build_id,
    connect,
    ensure_schedules,
    lead,
)
from workflows.registration import ensure_search_attributes

log = structlog.get_logger("worker")
T = TypeVar("T")

_LONGEST_PAUSE = 30.0
_READY = "ready"
_UNUSABLE = (
    EmbeddedError, LawError, DataFileError, MailAddressError, WebhookSecretError, SecretError,
    DatabaseAddressError, SealError, KeyFileError,
)  # fmt: skip
"""What no waiting mends: a file or a setting that does not read; each says what to do."""

app = App(name="worker.py", help_format="plaintext", version_flags=[])


async def wait_for(what: str, attempt: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """Try until it works, with growing pauses, and say so; a stop ends the waiting.

    Raises `asyncio.CancelledError` when `stop` is set first.
    """
    pause = 0.5
    while True:
        try:
            return await attempt()
        except PASSING as error:
            log.warning("waiting", what=what, reason=str(error)[:200], again_in_s=pause)
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            raise asyncio.CancelledError


async def serve(
    settings: Settings,
    law: Watch,
    stop: asyncio.Event,
    ready: Path | None,
    figures: str | None = None,
) -> None:
    """Serve one worker until `stop` is set; work in flight finishes first.

    `figures` is where Temporal's library gives its own, to be shown with ours.
    """
    observing = Observing(settings, law, stop, partial(datetime.now, ZONE), figures)
    observing.measure_clients()
    observed = asyncio.create_task(observing.serve(stop))
    address = settings.database_url
    if address is None:
        raise SystemExit("THADS_DATABASE_URL is missing; it names the PostgreSQL to use")
    codec = open_codec(settings, address)
    client: Client = await wait_for("Temporal", partial(connect, codec=codec), stop)
    await wait_for("PostgreSQL", lambda: asyncio.to_thread(upgrade, address), stop)
    await wait_for("search attributes", lambda: ensure_search_attributes(client), stop)
    engine = open_engine(address, statement_seconds=settings.statement_timeout_ms / 1000)
    if await wait_for("directory", lambda: _fill_directory(engine, settings), stop):
        log.info("directory taken", file=str(settings.directory))
    services = Services(settings, law, client, engine, observing)
    assessing, pages = services.assessing, services.pages
    observing.watch(client, assessing)
    workers = Workers(client, settings, WORKFLOWS, services.activities)
    book, calendar = assessing.edition.hashes
    log.info("starting", build=build_id(), book=book, calendar=calendar)
    leads = settings.make_current and workers.has_workflows
    async with workers:
        if leads:
            await lead(client, datetime.now(UTC))
        await ensure_schedules(client)
        log.info("serving", queues=settings.queue_names, namespace=client.namespace)
        observing.probes.serving = True
        if ready is not None:
            ready.write_text(f"{os.getpid()}\n", "utf-8")

        def turn_to(edition: Edition) -> None:
            assessing.turn_to(edition)
            learn_acts(edition.book.acts)

        renewal = Renewal(shelf_of(settings), law, Journal(engine), turn_to)
        recount = Recount(client, engine, assessing)
        minding = Minding(services, client, recount, workers.felt, moves=leads)
        minding.begin(renewal, settings.look_seconds, stop)
        if pages is not None:
            serving = serve_pages(pages, settings.console_host, settings.console_port, stop)
            showing = asyncio.create_task(serving)
        await stop.wait()
        minding.end()
        if pages is not None:
            await showing
        log.info("stopping")
    await observed
    await observing.dispose()
    await engine.dispose()
    await services.dispose()
    await codec.dispose()
    log.info("stopped")


async def _fill_directory(engine: Engine, settings: Settings) -> bool:
    """Take the directory's file into a register that has none; tell whether it was taken."""
    return bool(await fill_directory(engine, settings.directory, datetime.now(UTC), "worker"))


async def host(settings: Settings, stop: asyncio.Event, *, sample: bool) -> None:
    """Run the embedded servers and a worker beside them, until `stop` is set."""
    ports = Ports(
        postgres=settings.postgres_port, temporal=settings.temporal_port, ui=settings.ui_port
    )
    supervisor = Supervisor(settings.var, ports=ports, codec=settings.codec_address)
    state = await supervisor.start(
        postgres=settings.database_url is None, temporal=not settings.temporal_is_given
    )
    try:
        env = dict(os.environ)
        if state.database_url is not None:
            env["THADS_DATABASE_URL"] = state.database_url
        if state.temporal_address is not None:
            env["TEMPORAL_ADDRESS"] = state.temporal_address
        if state.ui_url is not None:
            env.setdefault("THADS_CODEC_ORIGIN", state.ui_url.rstrip("/"))
        ready = settings.var.resolve() / _READY
        ready.unlink(missing_ok=True)
        root = Path(__file__).resolve().parent
        argv = (sys.executable, str(root / "worker.py"), "--ready-file", str(ready))
        await supervisor.start_worker(WorkerCommand(argv=argv, env=env, cwd=Path.cwd()))
        for moved in state.moved:
            print(moved, file=sys.stderr)  # noqa: T201 - told to whoever started us
        await _until_ready(ready, stop, settings.var)
        if not stop.is_set():
            try:
                await welcome(settings, env, state.ui_url, sample=sample, now=datetime.now(ZONE))
            except PASSING as error:
                log.warning("not greeted", reason=str(error)[:200], remedy="thads stuck")
        await stop.wait()
    finally:
        await supervisor.stop()


async def _until_ready(ready: Path, stop: asyncio.Event, var: Path) -> None:
    for _ in range(600):
        if stop.is_set() or ready.exists():
            return
        await asyncio.sleep(0.1)
    raise EmbeddedError(
        "the worker did not become ready in a minute", f"read {var}/log/worker.log", None
    )


@app.default
def main(
    *,
    with_sample: Annotated[bool, Parameter(negative="")] = False,
    ready_file: Annotated[Path | None, Parameter(show=False)] = None,
    log_format: Literal["json", "console"] | None = None,
) -> None:
    """Carry cases, assess them and deliver alerts, unattended, until SIGTERM or Ctrl-C.

    Work in flight is finished before it stops. With neither TEMPORAL_ADDRESS nor
    THADS_DATABASE_URL the embedded servers are started, watched and restarted as well, and
    the worker with them.

    Settings come from the environment: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
    TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE; THADS_DATABASE_URL, THADS_SMTP_URL,
    THADS_SMTP_SENDER, THADS_WEBHOOK_SECRET, THADS_DIRECTORY, THADS_STATUTES,
    THADS_CALENDARS, THADS_READINGS, THADS_LADDER, THADS_LOOK_SECONDS, THADS_VAR,
    THADS_LOG_FORMAT, THADS_LOG_LEVEL; THADS_METRICS_PORT, THADS_METRICS_HOST,
    THADS_METRICS_SECONDS, OTEL_EXPORTER_OTLP_ENDPOINT.

    Args:
        with_sample: Import the synthetic sample register if the store is empty.
        ready_file: Where to say that the worker serves.
        log_format: How log lines look; console on a terminal, else json.
    """
    try:
        settings = read_settings()
    except SettingsError as error:
        sys.exit(str(error))
    configure_logs(form=log_format or settings.log_format, level=settings.log_level)
    given = settings.database_url is not None and settings.temporal_is_given
    figures, code = None, 0
    if given and settings.metrics_port:
        figures = start_measured()
    else:
        start_runtime()
    try:
        with traced():
            uvloop.run(_run(settings, figures, given=given, sample=with_sample, ready=ready_file))
    except _UNUSABLE as error:
        _refuse(error)
        code = 1
    except asyncio.CancelledError:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    # The SDK's threads sometimes abort an interpreter that ends by itself, after all is safe.
    os._exit(code)


def _read_law(settings: Settings) -> Watch:
    """Read everything that assessments go by, so that a fault shows before anything is begun."""
    law = Watch(shelf_of(settings))
    learn_acts(law.edition.book.acts)
    practice_of(settings)
    return law


def _refuse(error: Exception) -> None:
    """Say in the log and on standard error, in both languages, why there is no start."""
    place = {"file": error.file, "line": error.line} if isinstance(error, DataFileError) else {}
    log.critical("not started", reason=str(error), **place)
    said = [error.say("vi")] if isinstance(error, SpokenError) else []
    for sentence in dict.fromkeys([*said, str(error)]):
        print(sentence, file=sys.stderr)  # noqa: T201 - told to whoever started us


async def _run(
    settings: Settings, figures: str | None, *, given: bool, sample: bool, ready: Path | None
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    law = _read_law(settings)
    if given:
        await serve(settings, law, stop, ready, figures)
        await asyncio.sleep(0.1)
    else:
        await host(settings, stop, sample=sample)


def run(argv: Sequence[str] | None = None) -> None:
    """Read the command line and serve."""
    app(argv)


if __name__ == "__main__":
    run()
