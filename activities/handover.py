"""Name what a handover needs, and what it takes and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from activities.ports import AgendaLine, Message, NewFact
from cases.handover import CaseToMove, Handover
from law.errors import SpokenError

PLAN = "plan_handover"
MOVE = "move_cases"
CLOSE = "close_handover"
BATCH = 50
"""How many cases one activity moves."""


class Progress(Message):
    """How far a handover is, in cases."""

    total: int = 0
    moved: int = 0
    failed: int = 0

    @property
    def waiting(self) -> int:
        """Give how many cases were not tried yet."""
        return self.total - self.moved - self.failed


class ToldCase(Message):
    """What a case answered: the numbers of the facts, and what is due in it now."""

    numbers: tuple[int, ...]
    agenda: tuple[AgendaLine, ...] = ()


class CaseRefusedError(SpokenError):
    """A case does not take the change; the others go on."""


class CaseReports(Protocol):
    """The way to report facts to a case."""

    async def report(self, case: str, facts: Sequence[NewFact]) -> ToldCase:
        """Report facts and wait for what follows; a repeated command id is one fact.

        Raises `CaseRefusedError` where this case alone does not take them.
        """
        ...


class HandoverBook(Protocol):
    """The record of handovers, case by case."""

    async def plan(self, handover: Handover, now: datetime) -> Mapping[str, int]:
        """List the officer's cases as to be moved, and those that failed anew; count by state."""
        ...

    async def waiting(self, handover: str, most: int) -> Sequence[CaseToMove]:
        """List cases that wait to be moved, by id."""
        ...

    async def settle(
        self, handover: Handover, dossier: str, opened: Sequence[str], now: datetime
    ) -> bool:
        """Note a case as moved, move answers and reminders with it; repeats change nothing.

        `opened` are the occurrences that the change opened. Gives False, and notes nothing,
        where the case has another officer after all.
        """
        ...

    async def fail(self, handover: str, dossier: str, reason: SpokenError, now: datetime) -> None:
        """Note why a case was not moved."""
        ...

    async def count(self, handover: str) -> Mapping[str, int]:
        """Count a handover's cases by state."""
        ...

    async def close(self, handover: Handover, now: datetime) -> None:
        """Note that every case was tried."""
        ...
