"""Assess again, in bulk, what was assessed with another book, calendar or practice.

A new day off concerns every dossier and moves the dates of few. A dossier of which nothing moves
is written anew from here, as of the moment it was assessed, so that its receipts name the calendar
in use; its workflow sleeps on. Only what does move wakes its workflow, which then assesses for
itself, raises alerts and tells others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog
from temporalio.client import Client

from activities.answers import answer_of
from activities.assessing import AssessingActivities
from activities.ports import Answer
from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier, read_dossier
from cases.tidings import tidings_of
from store.register import Register
from store.rows import OutdatedRow
from workflows.client import nudge

log = structlog.get_logger("worker")

PAGE = 50
"""Dossiers written in one transaction."""

_UNSIGNED = {"receipt": "", "signed": False}
_Item = tuple[Dossier, Assessment, int, dict[str, Any] | None]


class Recounted(NamedTuple):
    """How many dossiers were written anew, and how many were woken since something moves."""

    written: int = 0
    woken: int = 0


class Recount:
    """The recount of one worker; of several workers one recounts at a time."""

    def __init__(self, register: Register, client: Client, assessing: AssessingActivities) -> None:
        """Take the register, Temporal, and what says which law is in use."""
        self._register = register
        self._client = client
        self._assessing = assessing

    async def run(self) -> Recounted:
        """Go through all that is outdated once; what was woken and waits is left to the next run.

        Raises RegisterAwayError, and what Temporal raises when it is away; what was done stays.
        """
        done = Recounted()
        async with self._register.recounting() as mine:
            after = ""
            while mine and (page := await self._outdated(after)):
                after = page[-1].id
                done = await self._recount(page, done)
        if any(done):
            book, calendar = self._assessing.edition.hashes
            log.info("recounted", **done._asdict(), book=book, calendar=calendar)
        return done

    async def _outdated(self, after: str) -> Sequence[OutdatedRow]:
        book, calendar = self._assessing.edition.hashes
        practice = self._assessing.practice.hash
        return await self._register.outdated(book, calendar, practice, after=after, most=PAGE)

    async def _recount(self, page: Sequence[OutdatedRow], done: Recounted) -> Recounted:
        still: list[_Item] = []
        moved: list[str] = []
        for row in page:
            item = self._assess(row)
            if item is None:
                moved.append(row.id)
            else:
                still.append(item)
            # Assessing is pure work; the worker has its tasks to do as well.
            await asyncio.sleep(0)
        if still:
            await self._register.project_many(still)
        woken = await nudge(self._client, moved)
        return Recounted(done.written + len(still), done.woken + woken)

    def _assess(self, row: OutdatedRow) -> _Item | None:
        """Assess as of the same moment as before; None where anything says otherwise than then."""
        edition, practice = self._assessing.edition, self._assessing.practice
        if row.answer is None or row.practice != practice.hash:
            return None
        dossier = read_dossier(row.dossier)
        assessment = assess(dossier, edition.book, edition.calendar, row.assessed_at, practice)
        answer = answer_of(assessment, tidings_of(dossier, assessment))
        if _told(answer) != _told(Answer.model_validate(row.answer)):
            return None
        return dossier, assessment, row.revision, answer.model_dump(mode="json")


def _told(answer: Answer) -> Answer:
    """Leave out what an answer says of the law it went by, and not of the dossier."""
    agenda = tuple(line.model_copy(update=_UNSIGNED) for line in answer.agenda)
    return answer.model_copy(update={"agenda": agenda, "book": "", "calendar": ""})
