"""Name what a rebuild of the register needs and what it takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from activities.ports import Message
from cases.assessment import Assessment
from cases.dossier import Dossier

EMPTY_PROJECTION = "empty_projection"
"""Empty the projection and note that a rebuild is under way."""
REBUILD_FROM_WORKFLOWS = "rebuild_from_workflows"
"""Assess and write every dossier that Temporal has, running or closed."""
REBUILD_FROM_ARCHIVE = "rebuild_from_archive"
"""Assess and write every dossier that the archive alone has, and note the end."""


class RebuildOrder(Message):
    """Order a rebuild; `by` is who does it."""

    by: str


class RebuildRequest(Message):
    """Ask for one part of a rebuild, which began at `began`."""

    id: str
    by: str
    began: datetime


class Rebuilt(Message):
    """How far a rebuild is: dossiers written, those that could not be read, and how many in all."""

    done: int = 0
    failed: int = 0
    total: int = 0


class Remembered(Message):
    """A dossier as its workflow or the archive remembers it, with its last revision."""

    dossier: Dossier
    revision: int


class Source(Protocol):
    """Where dossiers are read from; raises what Temporal raises when it is away."""

    async def count(self) -> int:
        """Count the dossiers that Temporal has, running or closed."""
        ...

    async def page(self, token: str, since: datetime | None) -> tuple[Sequence[str], str]:
        """List dossiers, started since a moment, after a token; an empty token ends it."""
        ...

    async def read(self, dossiers: Sequence[str]) -> tuple[Sequence[Remembered], Sequence[str]]:
        """Give what the workflows of dossiers remember, and those that could not be read."""
        ...


class Shelf(Protocol):
    """The archive, for what Temporal does not have any more."""

    async def page(self, after: str) -> Sequence[str]:
        """List archived dossiers that the register lacks, by id, those after an id."""
        ...

    async def read(self, dossiers: Sequence[str]) -> tuple[Sequence[Remembered], Sequence[str]]:
        """Give what was archived of dossiers, and those that could not be read."""
        ...


class RebuildBook(Protocol):
    """The register as a rebuild writes it."""

    async def begin(self, request: RebuildRequest, total: int) -> None:
        """Empty the projection and note the rebuild, once."""
        ...

    async def lacking(self, dossiers: Sequence[str]) -> Sequence[str]:
        """Give those of the dossiers that the register lacks."""
        ...

    async def note(self, request: RebuildRequest, phase: str, so_far: Rebuilt) -> None:
        """Note how far it is; phase `finished` ends it."""
        ...

    async def write(
        self, items: Sequence[tuple[Dossier, Assessment, int, dict[str, Any] | None]]
    ) -> None:
        """Write dossiers that are known to be started; a higher revision is left alone."""
        ...
