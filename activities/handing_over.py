"""Hand an officer's cases over: one fact each, however often a batch is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from temporalio import activity

from activities.handover import (
    BATCH,
    CLOSE,
    MOVE,
    PLAN,
    CaseRefusedError,
    CaseReports,
    HandoverBook,
    Progress,
    ToldCase,
)
from activities.ports import NewFact
from cases.handover import CaseToMove, Handover, facts_of

log = structlog.get_logger(__name__)


class HandoverActivities:
    """The record of handovers, and the way to the cases, of this process."""

    def __init__(self, book: HandoverBook, cases: CaseReports) -> None:
        """Take what a handover needs."""
        self._book = book
        self._cases = cases

    @activity.defn(name=PLAN)
    async def plan(self, handover: Handover) -> Progress:
        """List the cases to move; those moved before stay so, those that failed come again."""
        return _progress(await self._book.plan(handover, _now()))

    @activity.defn(name=MOVE)
    async def move(self, handover: Handover) -> Progress:
        """Move one batch of the cases that wait; what fails in a case is noted with its reason.

        Raises what the register or Temporal raises when it is away: the batch is then tried
        again, and a case that took the facts before takes them as the same.
        """
        for case in await self._book.waiting(handover.id, BATCH):
            activity.heartbeat(case.dossier)
            try:
                await self._move_one(handover, case)
            except CaseRefusedError as error:
                await self._book.fail(handover.id, case.dossier, error, _now())
                log.warning("not handed over", case=case.dossier, reason=str(error))
        return _progress(await self._book.count(handover.id))

    @activity.defn(name=CLOSE)
    async def close(self, handover: Handover) -> Progress:
        """Note the end; which limits became late stands with each case."""
        await self._book.close(handover, _now())
        progress = _progress(await self._book.count(handover.id))
        log.info("handed over", handover=handover.id, **progress.model_dump())
        return progress

    async def _move_one(self, handover: Handover, case: CaseToMove) -> None:
        facts = [
            NewFact(
                event=fact.event, on=case.on, at=case.at, fields=fact.fields,
                command_id=fact.command_id, actor=handover.actor, received_at=handover.asked_at,
            )
            for fact in facts_of(handover, case)
        ]  # fmt: skip
        told = await self._cases.report(case.dossier, facts)
        if not await self._book.settle(handover, case.dossier, _opened(told), _now()):
            raise CaseRefusedError(
                f"case {case.dossier!r} took the assignment, and another one of the same day or "
                "later stands in it; look at its facts with: thads case show",
                f"Việc {case.dossier!r} đã nhận việc phân công, nhưng có phân công khác cùng ngày "
                "hoặc sau đó; hãy xem các sự kiện bằng lệnh: thads case show",
            )


def _opened(told: ToldCase) -> list[str]:
    """List what the change itself started: an occurrence is named after the fact it starts on."""
    starts = {str(number) for number in told.numbers}
    return [
        line.occurrence
        for line in told.agenda
        if line.occurrence.rpartition("#")[2].rpartition(".")[2] in starts
    ]


def _progress(counted: Mapping[str, int]) -> Progress:
    return Progress(
        total=sum(counted.values()),
        moved=counted.get("moved", 0),
        failed=counted.get("failed", 0),
    )


def _now() -> datetime:
    return activity.info().started_time
