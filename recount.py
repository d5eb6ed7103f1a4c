"""Assess again, in bulk, what was assessed with another book, calendar or practice.

A new day off concerns every dossier and moves the dates of few. A dossier of which nothing moves
is written anew from here, as of the moment it was assessed, so that its receipts name the calendar
in use; its workflow sleeps on. Only what does move wakes its workflow, which then assesses for
itself, raises alerts and tells others.

Each waking is a task in the queue in which reports wait too, and the server cannot tell them apart.
So no more are woken than are soon done: a report waits for these few, and not for all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from activities.answers import answer_of
from activities.assessing import AssessingActivities
from activities.ports import Answer
from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier, read_dossier
from cases.tidings import tidings_of
from store.engine import Engine
from store.errors import RegisterAwayError, RegisterNotPreparedError
from store.outdated import OutdatedRow, OutdatedRows
from store.register import Register
from workflows.client import nudge

log = structlog.get_logger("worker")

PAGE = 50
"""Dossiers written in one transaction."""
TOGETHER = 8
"""Dossiers woken at once; a report waits for as many at the most."""
_PATIENCE = 10.0
"""Seconds after which one that does not answer is left for a later recount."""
_LOOK = 0.02
_UNSIGNED = {"receipt": "", "signed": False}
_PASSING = (OSError, RuntimeError, RPCError, RegisterAwayError, RegisterNotPreparedError)

_Item = tuple[Dossier, Assessment, int, dict[str, Any] | None]


class Recounted(NamedTuple):
    """How many dossiers were written anew, and how many were woken since something moves."""

    written: int = 0
    woken: int = 0


class Recount:
    """The recount of one process; of several processes one recounts at a time."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        assessing: AssessingActivities,
        together: int = TOGETHER,
    ) -> None:
        """Take Temporal, the register, and what says which law is in use."""
        self._client = client
        self._rows = OutdatedRows(engine)
        self._register = Register(engine)
        self._assessing = assessing
        self._together = together
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Recount in the background; one that is under way goes on alone."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run_quietly())

    def stop(self) -> None:
        """End what was begun; what it left is found again by the next one."""
        if self._running is not None:
            self._running.cancel()

    async def _run_quietly(self) -> None:
        try:
            done = await self.run()
        except _PASSING as error:
            log.warning(
                "not recounted", reason=str(error)[:200], remedy="the next look tries again"
            )
            return
        except Exception:
            log.exception("not recounted", again="at the next look")
            return
        if any(done):
            book, calendar, _ = self._hashes
            log.info("recounted", **done._asdict(), book=book, calendar=calendar)

    async def run(self) -> Recounted:
        """Go through all that is outdated once; what does not answer is left to the next run.

        Raises RegisterAwayError, and what Temporal raises when it is away; what was done stays.
        """
        done = Recounted()
        async with self._rows.alone() as mine:
            after = ""
            while mine and (page := await self._rows.page(*self._hashes, after=after, most=PAGE)):
                after = page[-1].id
                done = await self._recount(page, done)
        return done

    async def _recount(self, page: Sequence[OutdatedRow], done: Recounted) -> Recounted:
        still: list[_Item] = []
        moved: deque[str] = deque()
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
        return Recounted(done.written + len(still), done.woken + await self._wake(moved))

    async def _wake(self, waiting: deque[str]) -> int:
        """Keep a few on their way, and wake the next one as soon as one is done."""
        woken = 0
        on_way: dict[str, float] = {}
        while waiting or on_way:
            now = monotonic()
            room = min(self._together - len(on_way), len(waiting))
            next_ones = [waiting.popleft() for _ in range(room)]
            woken += await nudge(self._client, next_ones)
            on_way |= dict.fromkeys(next_ones, now)
            await asyncio.sleep(_LOOK)
            left = await self._rows.among(on_way, *self._hashes)
            on_way = {
                case: at for case, at in on_way.items() if case in left and now - at <= _PATIENCE
            }
        return woken

    def _assess(self, row: OutdatedRow) -> _Item | None:
        """Assess as of the same moment as before; None where anything says otherwise than then."""
        edition, practice = self._assessing.edition, self._assessing.practice
        if row.answer is None or row.practice != practice.hash:
            return None
        dossier = read_dossier(row.dossier, masked=True)
        assessment = assess(dossier, edition.book, edition.calendar, row.assessed_at, practice)
        answer = answer_of(assessment, tidings_of(dossier, assessment))
        if _told(answer) != _told(Answer.model_validate(row.answer)):
            return None
        return dossier, assessment, row.revision, answer.model_dump(mode="json")

    @property
    def _hashes(self) -> tuple[str, str, str]:
        """Give what dossiers have to be assessed with now; it may change on the way."""
        book, calendar = self._assessing.edition.hashes
        return book, calendar, self._assessing.practice.hash


def _told(answer: Answer) -> Answer:
    """Leave out what an answer says of the law it went by, and not of the dossier."""
    agenda = tuple(line.model_copy(update=_UNSIGNED) for line in answer.agenda)
    return answer.model_copy(update={"agenda": agenda, "book": "", "calendar": ""})
