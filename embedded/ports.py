"""Choose ports on the loopback address, and say which were taken and by whom."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from embedded.errors import EmbeddedError
from embedded.processes import read_command

if TYPE_CHECKING:
    from collections.abc import Collection

HOST = "127.0.0.1"
_TRIES = 200
_LAST_PORT = 65535
_SHOWN = 80
_LISTENS = "0A"  # state column of the kernel's socket table


class Ports(BaseModel):
    """The port of each service."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    postgres: int = Field(default=54329, ge=1, le=_LAST_PORT)
    temporal: int = Field(default=7233, ge=1, le=_LAST_PORT)
    ui: int = Field(default=8233, ge=1, le=_LAST_PORT)
    http: int = Field(default=7243, ge=1, le=_LAST_PORT)
    metrics: int = Field(default=7253, ge=1, le=_LAST_PORT)


class MovedPort(BaseModel):
    """A service that did not get the port it wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    wanted: int
    holder: str | None
    given: int

    def __str__(self) -> str:
        """Say it in one sentence."""
        by = self.holder or "another program"
        return f"port {self.wanted} ({self.service}) is taken by {by}; {self.given} is used instead"


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: without it, connections that just ended would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose_port(service: str, wanted: int, avoid: Collection[int]) -> tuple[int, MovedPort | None]:
    """Choose the wanted port or the next free one; with a notice when it is another.

    Raises EmbeddedError when none of the next two hundred is free.
    """
    for port in range(wanted, min(wanted + _TRIES, _LAST_PORT + 1)):
        if port not in avoid and is_free(port):
            if port == wanted:
                return port, None
            holder = "another service of ours" if wanted in avoid else find_holder(wanted)
            return port, MovedPort(service=service, wanted=wanted, holder=holder, given=port)
    what = f"no port from {wanted} to {wanted + _TRIES - 1} is free for {service}"
    raise EmbeddedError(what, "name another port in the environment, such as THADS_POSTGRES_PORT")


def choose_ports(wanted: Ports, services: Collection[str]) -> tuple[Ports, tuple[MovedPort, ...]]:
    """Choose a port for each of the named services; the others keep theirs."""
    chosen: dict[str, int] = {}
    moved: list[MovedPort] = []
    for service in services:
        port, notice = choose_port(service, getattr(wanted, service), chosen.values())
        chosen[service] = port
        if notice is not None:
            moved.append(notice)
    return wanted.model_copy(update=chosen), tuple(moved)


def find_holder(port: int) -> str | None:
    """Find the process that listens on a port, as far as the system lets us see it."""
    inodes = _find_inodes(port)
    if not inodes:
        return None
    for folder in Path("/proc").glob("[0-9]*"):
        if _list_open_files(folder / "fd") & inodes:
            command = read_command(int(folder.name)) or "unknown"
            shown = command if len(command) <= _SHOWN else f"{command[:_SHOWN]}…"
            return f"process {folder.name} ({shown})"
    return None


def _list_open_files(folder: Path) -> set[str]:
    found: set[str] = set()
    try:
        for link in folder.iterdir():
            # One that was closed meanwhile must not hide the others.
            with suppress(FileNotFoundError):
                found.add(link.readlink().name)
    except OSError:
        return found
    return found


def _find_inodes(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
