"""Serve the pages beside a worker, until it stops; a port that is taken is waited for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette

log = structlog.get_logger("console")

_AGAIN = 30.0
_GRACE = 5
_BACKLOG = 128


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the worker, which ends this too."""
        yield


async def serve(
    app: Starlette, host: str, port: int, stop: asyncio.Event, setting: str = "THADS_CONSOLE_PORT"
) -> None:
    """Serve until `stop` is set; while the port is taken, try again every half minute.

    `setting` names the variable that gives another port.
    """
    while not stop.is_set():
        try:
            bound = _bind(host, port)
        except OSError as error:
            log.warning(
                "no pages", host=host, port=port, reason=str(error), again_in_s=_AGAIN,
                remedy=f"set {setting}",
            )  # fmt: skip
            await _pause(stop)
            continue
        await _run(app, bound, stop)
        return


def _bind(host: str, port: int) -> socket.socket:
    # Bound here, because the server itself would end the whole process where it cannot.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(_BACKLOG)
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound


async def _run(app: Starlette, bound: socket.socket, stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, ws="none", lifespan="off",
        timeout_graceful_shutdown=_GRACE, limit_concurrency=_BACKLOG,
    )  # fmt: skip
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    stopped = asyncio.create_task(stop.wait())
    log.info("pages", host=bound.getsockname()[0], port=bound.getsockname()[1])
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    server.should_exit = True
    await running


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), _AGAIN)
    except TimeoutError:
        return
