"""Rebuild the register from what the workflows and the archive remember.

Each dossier is assessed anew by this process's law and written under the revision that its
workflow remembers, so that whatever the workflow writes meanwhile stands. A rebuild that was cut
short goes on where it was; writing a dossier twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from temporalio import activity

from activities.assessing import AssessingActivities
from activities.rebuild import (
    EMPTY_PROJECTION,
    REBUILD_FROM_ARCHIVE,
    REBUILD_FROM_WORKFLOWS,
    RebuildBook,
    RebuildRequest,
    Rebuilt,
    Remembered,
    Shelf,
    Source,
)
from law.errors import SpokenError

log = structlog.get_logger(__name__)

BATCH = 25
"""Dossiers read together and written in one transaction; a report waits no longer than for it."""
_LAG = timedelta(minutes=10)
"""How late visibility may list a workflow that was started."""


class RebuildingActivities:
    """What assesses, where dossiers are remembered, and the register of this process."""

    def __init__(
        self,
        assessing: AssessingActivities,
        source: Source,
        shelf: Shelf,
        book: RebuildBook,
        clock: Callable[[], datetime],
    ) -> None:
        """Take what a rebuild needs; the law is that of `assessing` at each moment."""
        self._assessing = assessing
        self._source = source
        self._shelf = shelf
        self._book = book
        self._clock = clock

    @property
    def all(self) -> tuple[Callable[..., Any], ...]:
        """Give every activity, for a worker to carry."""
        return (self.empty, self.from_workflows, self.from_archive)

    @activity.defn(name=EMPTY_PROJECTION)
    async def empty(self, request: RebuildRequest) -> Rebuilt:
        """Empty the projection, once for a rebuild; count what is to come."""
        total = await self._source.count()
        await self._book.begin(request, total)
        log.warning("rebuilding", by=request.by, total=total)
        return Rebuilt(total=total)

    @activity.defn(name=REBUILD_FROM_WORKFLOWS)
    async def from_workflows(self, request: RebuildRequest, so_far: Rebuilt) -> Rebuilt:
        """Write what Temporal has; then what was started too late to be listed and is lacking."""
        place, done = _resume("0 ", so_far)
        number, _, token = place.partition(" ")
        for turn, since in list(enumerate((None, request.began - _LAG)))[int(number) :]:
            more = True
            while more:
                page, following = await self._source.page(token, since)
                if since is not None:
                    page = await self._book.lacking(page)
                place = f"{turn} {token}"
                done = await self._take(page, self._source, request, "workflows", done, place)
                token, more = following, bool(following)
                activity.heartbeat(f"{turn if more else turn + 1} {token}", done.model_dump())
        return done

    @activity.defn(name=REBUILD_FROM_ARCHIVE)
    async def from_archive(self, request: RebuildRequest, so_far: Rebuilt) -> Rebuilt:
        """Write what the archive alone has, and note the end."""
        after, done = _resume("", so_far)
        while page := await self._shelf.page(after):
            done = await self._take(page, self._shelf, request, "archive", done, after)
            after = page[-1]
            activity.heartbeat(after, done.model_dump())
        done = done.model_copy(update={"total": done.done + done.failed})
        await self._book.note(request, "finished", done)
        say = log.warning if done.failed else log.info
        say("rebuilt", **done.model_dump())
        return done

    async def _take(
        self,
        page: Sequence[str],
        origin: Source | Shelf,
        request: RebuildRequest,
        phase: str,
        done: Rebuilt,
        place: str,
    ) -> Rebuilt:
        ids = list(dict.fromkeys(page))
        for at in range(0, len(ids), BATCH):
            found, unread = await origin.read(ids[at : at + BATCH])
            items = [item for item in map(self._assess, found) if item is not None]
            await self._book.write(items)
            for dossier in unread:
                log.error("not rebuilt", dossier=dossier, remedy="thads ops verify")
            failed = done.failed + len(unread) + len(found) - len(items)
            many = done.done + len(items)
            done = Rebuilt(done=many, failed=failed, total=max(done.total, many + failed))
            await self._book.note(request, phase, done)
            activity.heartbeat(place, done.model_dump())
        return done

    def _assess(self, found: Remembered) -> tuple[Any, ...] | None:
        try:
            assessment, answer = self._assessing.work_out(found.dossier, self._clock())
        except SpokenError as error:
            log.error("not rebuilt", dossier=found.dossier.id, reason=str(error)[:200])  # noqa: TRY400 - the sentence says it
            return None
        return found.dossier, assessment, found.revision, answer.model_dump(mode="json")


def _resume(first: str, so_far: Rebuilt) -> tuple[str, Rebuilt]:
    """Give where the attempt before came to."""
    told = activity.info().heartbeat_details
    if len(told) == 2:  # noqa: PLR2004 - what is told
        return str(told[0]), Rebuilt.model_validate(told[1])
    return first, so_far
