"""Keep what runs under a folder in one file, and let one supervisor own the folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from embedded.errors import EmbeddedError, FolderBusyError
from embedded.ports import HOST, MovedPort, Ports
from embedded.processes import is_running

if TYPE_CHECKING:
    from types import TracebackType

STATE_FILE = "run.json"
LOCK_FILE = "lock"
ServiceName = Literal["postgres", "temporal", "worker"]


class ChildRecord(BaseModel):
    """A process that a supervisor started, with the command line that proves it is that one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ServiceName
    pid: int
    command: str
    log: Path

    def is_alive(self) -> bool:
        """Tell whether the process still lives and still is that program."""
        return bool(self.command) and is_running(self.pid, self.command)


class RunState(BaseModel):
    """What a supervisor runs: addresses for clients, and its processes in order of their start.

    An address is absent when its server was not asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    supervisor: int
    ports: Ports
    moved: tuple[MovedPort, ...] = ()
    database_url: str | None = None
    temporal_address: str | None = None
    ui_url: str | None = None
    metrics_url: str | None = None
    children: tuple[ChildRecord, ...] = ()

    def find(self, name: ServiceName) -> ChildRecord | None:
        """Find the record of a service."""
        return next((child for child in self.children if child.name == name), None)

    def put(self, record: ChildRecord) -> RunState:
        """Give the state with a service's record added or replaced in its place."""
        names = [child.name for child in self.children]
        children = list(self.children)
        if record.name in names:
            children[names.index(record.name)] = record
        else:
            children.append(record)
        return self.model_copy(update={"children": tuple(children)})


def describe_ports(*, postgres: bool, temporal: bool, ports: Ports, database: str) -> RunState:
    """Give the state of servers that are about to start, with the addresses they will have."""
    url = f"postgresql://postgres@{HOST}:{ports.postgres}/{database}"
    return RunState(
        supervisor=os.getpid(),
        ports=ports,
        database_url=url if postgres else None,
        temporal_address=f"{HOST}:{ports.temporal}" if temporal else None,
        ui_url=f"http://{HOST}:{ports.ui}" if temporal else None,
        metrics_url=f"http://{HOST}:{ports.metrics}/metrics" if temporal else None,
    )


def write_state(var: Path, state: RunState) -> None:
    """Replace the state file whole; a reader sees the old one or the new one."""
    draft = var / f"{STATE_FILE}.new"
    with draft.open("w", encoding="utf-8") as file:
        file.write(state.model_dump_json(indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(var / STATE_FILE)


def read_state(var: Path) -> RunState | None:
    """Read the state file as it was left; nothing when there is none.

    Raises EmbeddedError when it is not readable.
    """
    path = Path(var, STATE_FILE)
    try:
        return RunState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        what = f"{path} cannot be read: {error}"
        remedy = "end the servers that it names, if any still run, then remove it"
        raise EmbeddedError(what, remedy) from error


def find_running(var: Path) -> RunState | None:
    """Find the servers that run under a folder now; nothing when none lives."""
    state = read_state(var)
    if state is None or not any(child.is_alive() for child in state.children):
        return None
    return state


def remove_state(var: Path) -> None:
    """Remove the state file."""
    (var / STATE_FILE).unlink(missing_ok=True)


class FolderLock:
    """Own a folder until released or until the process ends, however it ends."""

    def __init__(self, var: Path) -> None:
        """Name the lock file; nothing is taken yet."""
        self._path = var / LOCK_FILE
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the folder; raises FolderBusyError when another supervisor has it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            what = f"another supervisor (process {owner}) already runs {self._path.parent}"
            remedy = f"use the servers that run, end them (kill {owner}), or name another folder"
            raise FolderBusyError(what, remedy) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode("ascii"))
        self._file = file

    def release(self) -> None:
        """Give the folder back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        """Take the folder."""
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the folder back."""
        self.release()
