"""Name what the nightly check needs and what it takes and gives: both sides, and findings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import Field

from activities.ports import Message

CHECK_REGISTER = "check_register"
"""Go through the register's open cases and look for each among the running workflows."""
CHECK_RUNS = "check_runs"
"""Go through the running workflows and look for each in the register."""
CHECK_FAULTS = "check_faults"
"""Look for the engine's own faults: tasks that fail, activities that retry, dead letters."""
SETTLE_CHECK = "settle_check"
"""Clear what was found before and does not hold any more."""


class CheckRequest(Message):
    """Ask for one part of a check as of a moment."""

    as_of: datetime


class Looked(Message):
    """How much one part looked at, and how many findings it raised that did not stand already."""

    cases: int = 0
    raised: int = 0


class Checked(Message):
    """What a whole check did: cases in the register, workflows, findings raised and cleared.

    `opened` counts the open cases of the register; `standing` the findings that stand, by reason.
    """

    as_of: datetime
    opened: int = 0
    runs: int = 0
    raised: int = 0
    cleared: int = 0
    standing: dict[str, int] = Field(default_factory=dict)


class Found(Message):
    """Something that no file tells: a case, the reason, who holds the ball, since when.

    `occurrence` names the limit it is about, or is empty; `detail` holds codes and moments, no
    personal data.
    """

    dossier: str
    reason: str
    occurrence: str = ""
    holder: str
    since: datetime
    severity: str | None = None
    detail: dict[str, str] = Field(default_factory=dict)


class OpenCase(Message):
    """A case as the register has it: started, and not closed.

    `next_due_at` is the nearest breach as the last assessment saw it.
    """

    id: str
    office: str
    officer: str | None
    stage: str
    next_wake: datetime | None
    next_due_at: datetime | None
    assessed_at: datetime
    started_at: datetime
    revision: int


class Run(Message):
    """A running workflow of a case as Temporal's visibility has it."""

    id: str
    office: str | None = None
    officer: str | None = None
    stage: str | None = None
    next_due_at: datetime | None = None
    started_at: datetime


class Condition(Message):
    """A case's workflow as Temporal describes it: its run, and what is not done yet.

    `run` is None where none runs, and `status` then says how the last one ended; `attempts` is
    the highest among its pending activities, whose `failure` is told by its type; `problem` is
    what Temporal reports of its tasks.
    """

    run: Run | None = None
    status: str = ""
    attempts: int = 0
    activity: str = ""
    failure: str = ""
    problem: str = ""


class CheckBook(Protocol):
    """The register's side of a check, and the record of what it found."""

    async def open_cases(self, now: datetime, after: str, most: int) -> Sequence[OpenCase]:
        """List started cases not closed, by id, those after an id."""
        ...

    async def known(self, ids: Collection[str]) -> set[str]:
        """Give those of the ids that the register has."""
        ...

    async def in_files(self, now: datetime, ids: Sequence[str], rungs: int) -> Sequence[Found]:
        """Find what the register tells of these cases: limits unarmed, alerts unacknowledged."""
        ...

    async def undelivered(self, now: datetime) -> Sequence[Found]:
        """Find alerts that were given up and reached nobody."""
        ...

    async def doubtful(self, reasons: Collection[str], most: int) -> Sequence[str]:
        """Name cases that have findings of these reasons which are not cleared."""
        ...

    async def tally(self) -> Mapping[str, int]:
        """Count the findings that are not cleared, by reason."""
        ...

    async def raise_found(self, found: Sequence[Found], now: datetime) -> int:
        """Record findings, each once while it stands; tell how many are new."""
        ...

    async def clear_before(self, now: datetime) -> int:
        """Clear what stands and was not found at `now` or later; tell how many."""
        ...


class Runs(Protocol):
    """Temporal's side of a check; every method raises what Temporal raises when it is away."""

    async def running(self, cases: Sequence[str]) -> Mapping[str, Run]:
        """Find the running workflows of these cases, as visibility has them."""
        ...

    async def page(self, token: str) -> tuple[Sequence[Run], str]:
        """List running workflows, those after a token; the token that comes back empty ends it."""
        ...

    async def failing(self, most: int) -> Sequence[str]:
        """List cases of whose tasks Temporal reports a problem."""
        ...

    async def describe(self, case: str) -> Condition:
        """Describe a case's workflow, as it is now and not as visibility has it."""
        ...
