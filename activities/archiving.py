"""Archive closed runs before Temporal's retention loses them: page by page, each once.

What was archived stays known, so that an attempt which was cut short is gone on with, and a run
that could not be read is tried again the next night.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from temporalio import activity

from activities.archive import (
    ARCHIVE_CLOSED,
    Archived,
    ArchiveRequest,
    Archives,
    ClosedRun,
    ClosedRuns,
)

log = structlog.get_logger(__name__)


class ArchivingActivities:
    """Temporal's closed runs, and the archive of this process."""

    def __init__(self, runs: ClosedRuns, archives: Archives) -> None:
        """Take both sides."""
        self._runs = runs
        self._archives = archives

    @property
    def all(self) -> tuple[Callable[..., Any], ...]:
        """Give every activity, for a worker to carry."""
        return (self.archive_closed,)

    @activity.defn(name=ARCHIVE_CLOSED)
    async def archive_closed(self, request: ArchiveRequest) -> Archived:
        """Archive every closed run that is not; one that fails is named and left for next time."""
        token, done = _resume()
        while True:
            page, following = await self._runs.page(token)
            for run in await self._archives.missing(page):
                done = await self._keep(run, done, request.as_of)
                activity.heartbeat(token, done.model_dump())
            done = done.model_copy(update={"closed": done.closed + len(page)})
            token = following
            activity.heartbeat(token, done.model_dump())
            if not token:
                break
        say = log.warning if done.failed else log.info
        say("archived", **done.model_dump())
        return done

    async def _keep(self, run: ClosedRun, done: Archived, now: datetime) -> Archived:
        try:
            written = await self._archives.keep(run, now)
        except ValueError as error:
            log.warning("not archived", dossier=run.dossier, run=run.run, reason=str(error)[:200])
            return done.model_copy(update={"failed": done.failed + 1})
        return done.model_copy(
            update={"archived": done.archived + 1, "bytes": done.bytes + written}
        )


def _resume() -> tuple[str, Archived]:
    """Give where the attempt before came to."""
    told = activity.info().heartbeat_details
    if len(told) == 2:  # noqa: PLR2004 - what is told
        return str(told[0]), Archived.model_validate(told[1])
    return "", Archived()
