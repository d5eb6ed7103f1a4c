"""Fit Temporal's workflows, the archive and the register to what a rebuild asks for."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import structlog
from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.rebuild import RebuildRequest, Rebuilt, Remembered
from archiving import Archive
from cases.assessment import Assessment
from cases.dossier import Dossier
from law.errors import SpokenError
from store.rebuilds import RebuildRow, RebuildRows
from store.register import Register
from workflows.client import state_of
from workflows.dossiers import OF_ANY_KIND
from workflows.messages import CaseState, dossier_id

log = structlog.get_logger(__name__)

_OF_DOSSIERS = f"{OF_ANY_KIND} AND ExecutionStatus != 'ContinuedAsNew'"
_RUNNING = f"{OF_ANY_KIND} AND ExecutionStatus = 'Running'"
_PAGE = 500
_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.RESOURCE_EXHAUSTED)
_UNANSWERED = (WorkflowFailureError, WorkflowQueryFailedError, WorkflowQueryRejectedError)


class TemporalSource:
    """The dossiers that Temporal has, running or closed."""

    def __init__(self, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def count(self) -> int:
        """Count them; one that was closed and reopened counts twice."""
        return (await self._client.count_workflows(_OF_DOSSIERS)).count

    async def count_running(self) -> int:
        """Count those that run."""
        return (await self._client.count_workflows(_RUNNING)).count

    async def page(self, token: str, since: datetime | None) -> tuple[Sequence[str], str]:
        """List dossiers, started since a moment, after a token; an empty token ends it."""
        late = "" if since is None else f" AND StartTime >= '{_as_asked(since)}'"
        listed = self._client.list_workflows(
            _OF_DOSSIERS + late, page_size=_PAGE, next_page_token=base64.b64decode(token) or None
        )
        await listed.fetch_next_page()
        after = base64.b64encode(listed.next_page_token or b"").decode()
        return [dossier_id(found.id) for found in listed.current_page or ()], after

    async def read(self, dossiers: Sequence[str]) -> tuple[Sequence[Remembered], Sequence[str]]:
        """Give what their workflows remember; one that is lost meanwhile is left to the archive."""
        found = await self.states(dossiers)
        read = [_remembered(state) for state in found if isinstance(state, CaseState)]
        unread = [one for one, state in zip(dossiers, found, strict=True) if state is False]
        return read, unread

    async def states(self, dossiers: Sequence[str]) -> list[CaseState | Literal[False] | None]:
        """Give each dossier's state: None where there is none, False where it cannot be read."""
        return list(await asyncio.gather(*map(self._read, dossiers)))

    async def _read(self, dossier: str) -> CaseState | Literal[False] | None:
        """Give a dossier's state, None where there is none, False where it cannot be read."""
        try:
            return await state_of(self._client, dossier)
        except RPCError as error:
            if error.status in _AWAY:
                raise
            log.warning("no answer", dossier=dossier, reason=str(error)[:200])
        except _UNANSWERED as error:
            log.warning("no answer", dossier=dossier, reason=str(error)[:200])
        return False


class ArchiveShelf:
    """The dossiers that the archive alone has."""

    def __init__(self, archive: Archive) -> None:
        """Take the archive."""
        self._archive = archive

    async def page(self, after: str) -> Sequence[str]:
        """List archived dossiers that the register lacks, by id, those after an id."""
        return await self._archive.unprojected(after, _PAGE)

    async def read(self, dossiers: Sequence[str]) -> tuple[Sequence[Remembered], Sequence[str]]:
        """Give what was archived of dossiers, and those that could not be read."""
        read, unread = [], []
        for dossier in dossiers:
            try:
                state = await self._archive.left_by(dossier)
            except SpokenError as error:
                log.warning("no archive", dossier=dossier, reason=str(error)[:200])
                state = None
            if state is None:
                unread.append(dossier)
            else:
                read.append(_remembered(state))
        return read, unread


class RebuildPost:
    """The register as a rebuild writes it, and the record of the rebuild."""

    def __init__(
        self, rows: RebuildRows, register: Register, clock: Callable[[], datetime]
    ) -> None:
        """Take both."""
        self._rows = rows
        self._register = register
        self._clock = clock

    async def begin(self, request: RebuildRequest, total: int) -> None:
        """Empty the projection and note the rebuild, once."""
        await asyncio.to_thread(self._rows.begin, request.id, request.by, total, request.began)

    async def lacking(self, dossiers: Sequence[str]) -> Sequence[str]:
        """Give those of the dossiers that the register lacks."""
        known = await self._register.known(dossiers)
        return [dossier for dossier in dossiers if dossier not in known]

    async def note(self, request: RebuildRequest, phase: str, so_far: Rebuilt) -> None:
        """Note how far it is; phase `finished` ends it."""
        now = self._clock()
        row = RebuildRow(
            id=request.id, by=request.by, started_at=request.began, phase=phase, changed_at=now,
            finished_at=now if phase == "finished" else None, **so_far.model_dump(),
        )  # fmt: skip
        await self._rows.note(row)

    async def write(
        self, items: Sequence[tuple[Dossier, Assessment, int, dict[str, Any] | None]]
    ) -> None:
        """Write dossiers that are known to be started; a higher revision is left alone."""
        await self._register.project_many(items, started=True)


def _remembered(state: CaseState) -> Remembered:
    # A dossier whose first assessment waits for the register is of revision 0; it writes 1 itself.
    return Remembered(dossier=state.dossier, revision=state.revision)


def _as_asked(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
