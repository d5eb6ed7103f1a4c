"""Start and check one Temporal development server that keeps its state in a file.

Its file journal is durable at the speed of memory, closed workflows stay for ten years, and its
pages do not call anything outside this machine.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import structlog

from embedded.binaries import find_temporal
from embedded.errors import EmbeddedError, ServerDiedError, ServerSilentError
from embedded.ports import HOST, Ports
from embedded.processes import Ending, Program, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

NAMESPACE = "default"
RETENTION = "3653d"  # ten years with their leap days
TEMPORAL_ENDINGS = (Ending(signal.SIGTERM, 15.0),)
_DYNAMIC_CONFIG = {"matching.enableFairness": "true"}
"""Offices take turns where tasks wait; without it the server heeds no fairness key."""
_READY_SECONDS = 60.0
_COMMAND_SECONDS = 10.0
_PAUSE_SECONDS = 0.1
_log = structlog.get_logger("embedded")


class Temporal:
    """One server; the same object starts it again after its death."""

    def __init__(
        self, var: Path, ports: Ports, dynamic_config: Mapping[str, str], codec: str | None = None
    ) -> None:
        """Find the program; its pages open payloads at `codec`. Raises BinaryMissingError."""
        self._codec = () if codec is None else ("--ui-codec-endpoint", codec)
        self._binary = str(find_temporal())
        self._var = var
        self._log = var / "log" / "temporal.log"
        self._ports = ports
        self._dynamic_config = {**_DYNAMIC_CONFIG, **dynamic_config}
        # A person's own settings, by variable or file, would send our commands to another server.
        foreign = ("TEMPORAL_", "XDG_CONFIG_")
        self._env = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        self._env |= {"HOME": str(var), "TEMPORAL_VERSION_CHECK_DISABLED": "1"}

    async def prepare(self) -> Program:
        """Say what to run."""
        ports = self._ports
        flags = {
            "--ip": HOST,
            "--port": str(ports.temporal),
            "--ui-port": str(ports.ui),
            "--http-port": str(ports.http),
            "--metrics-port": str(ports.metrics),
            "--db-filename": str(self._var / "temporal.db"),
            "--log-level": "error",
        }
        pragmas = ("journal_mode=WAL", "synchronous=NORMAL")
        return self._program(
            "temporal",
            "server",
            "start-dev",
            *(part for flag in flags.items() for part in flag),
            *(part for pragma in pragmas for part in ("--sqlite-pragma", pragma)),
            "--ui-disable-news-fetch",
            *self._codec,
            *(
                part
                for key, value in self._dynamic_config.items()
                for part in ("--dynamic-config-value", f"{key}={value}")
            ),
        )

    async def confirm(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the server takes the namespace's retention, which is applied at each start."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + _READY_SECONDS
        while True:
            refusal = await self._apply_retention()
            # Looked at last, so that no other server's answer is taken for this one's.
            if process.poll() is not None:
                what = f"Temporal ended with status {process.returncode} before it answered"
                remedy = f"correct what the log says (port {self._ports.temporal}), start again"
                raise ServerDiedError(what, remedy, self._log)
            if refusal is None:
                return
            if loop.time() > limit:
                where = f"{HOST}:{self._ports.temporal}"
                what = f"Temporal did not answer on {where} in {_READY_SECONDS:g} s ({refusal})"
                raise ServerSilentError(what, "read the log and start again", self._log)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _apply_retention(self) -> str | None:
        if not await _accepts(self._ports.temporal):
            return "it does not listen"
        arguments = ("operator", "namespace", "update", "--namespace", NAMESPACE)
        where = ("--address", f"{HOST}:{self._ports.temporal}", "--disable-config-file")
        program = self._program("temporal-namespace", *arguments, "--retention", RETENTION, *where)
        try:
            await run(program, _COMMAND_SECONDS)
        except EmbeddedError as error:
            return error.what
        return None

    def _program(self, name: str, *arguments: str) -> Program:
        return Program(
            name=name,
            argv=(self._binary, *arguments),
            log=self._log,
            cwd=self._var,
            env=self._env,
            endings=TEMPORAL_ENDINGS,
            umask=0o077,
        )


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(HOST, port), 2.0)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
