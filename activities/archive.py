"""Name what archiving needs and what it takes and gives: closed runs, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from activities.ports import Message

ARCHIVE_CLOSED = "archive_closed"
"""Archive every closed run of a dossier that is not archived yet."""


class ArchiveRequest(Message):
    """Ask for the archiving of what is closed, as of a moment."""

    as_of: datetime


class ClosedRun(Message):
    """A closed run of a dossier's workflow, as Temporal's visibility has it."""

    dossier: str
    workflow: str
    run: str
    status: str
    started_at: datetime
    closed_at: datetime


class Archived(Message):
    """What an archiving did: closed runs looked at, archived now, failed, and the bytes written."""

    closed: int = 0
    archived: int = 0
    failed: int = 0
    bytes: int = 0


class ClosedRuns(Protocol):
    """Temporal's side; raises what Temporal raises when it is away."""

    async def page(self, token: str) -> tuple[Sequence[ClosedRun], str]:
        """List closed runs, those after a token; the token that comes back empty ends it."""
        ...


class Archives(Protocol):
    """Where closed runs are kept."""

    async def missing(self, runs: Sequence[ClosedRun]) -> Sequence[ClosedRun]:
        """Give those of the runs that are not archived."""
        ...

    async def keep(self, run: ClosedRun, now: datetime) -> int:
        """Archive a run and give the bytes written; raise `ValueError` where it cannot be read."""
        ...
