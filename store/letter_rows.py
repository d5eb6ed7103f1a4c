"""Hold what goes into the book of letters and comes out of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Step = Literal["refused", "proposed", "opened", "decided"]
"""refused: the file could not be worked with; proposed; dossier opened; decided by a person."""

Status = Literal["unread", "replaced", "booked", "open", "decided"]
"""unread: refused; booked: the command died before the dossiers were opened."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class NewLetter(_Row):
    """A letter to be booked; only the marks tell what stands in it."""

    office: str
    year: int
    booked_at: datetime
    actor: str
    received_on: date | None = None
    channel: str | None = None
    sent_to: str | None = None
    kinds: tuple[str, ...] = ()
    secret: bool = True
    marks: tuple[str, ...] = ()
    replaces: str | None = None


class NewStep(_Row):
    """Something that happened to a letter; equal command ids are one step."""

    part: int
    step: Step
    decision: str | None = None
    ground: str | None = None
    on: date | None = None
    dossier: str | None = None
    detail: dict[str, Any] = {}
    actor: str
    at: datetime
    command_id: str


class LetterStep(NewStep):
    """A step in the book."""

    letter: str


class BookedLetter(_Row):
    """A letter in the book, with the steps that were taken."""

    number: str
    office: str
    year: int
    place: int
    booked_at: datetime
    actor: str
    received_on: date | None
    channel: str | None
    sent_to: str | None
    kinds: tuple[str, ...]
    secret: bool
    replaces: str | None
    replaced_by: str | None = None
    steps: tuple[LetterStep, ...] = ()

    @property
    def status(self) -> Status:
        """Say how far the letter is."""
        if self.replaced_by is not None:
            return "replaced"
        parts = self._parts("proposed")
        decided = self._parts("decided")
        if decided and parts <= decided:
            return "decided"
        if not parts:
            return "unread" if self._parts("refused") else "booked"
        wanted = {s.part for s in self.steps if s.step == "proposed" and s.detail.get("of")}
        return "open" if wanted <= self._parts("opened") else "booked"

    def _parts(self, step: Step) -> set[int]:
        return {taken.part for taken in self.steps if taken.step == step}

    @property
    def dossiers(self) -> tuple[str, ...]:
        """List what was opened, or told of it, in order."""
        found = [s.dossier for s in self.steps if s.step == "opened" and s.dossier]
        return tuple(dict.fromkeys(found))

    def last(self, part: int, step: Step) -> LetterStep | None:
        """Give the last step of a kind that a content came to."""
        return next((s for s in reversed(self.steps) if (s.part, s.step) == (part, step)), None)


class Asking(_Row):
    """Who asks to see a sealed identity, when and why."""

    person: str
    actor: str
    reason: str
    at: datetime


class Viewing(Asking):
    """An asking on record; `allowed` is False where nothing was shown."""

    letter: str
    allowed: bool


class RightLine(_Row):
    """A right as it was last given or taken back: for an office and those below it."""

    person: str
    right: str
    office: str
    given: bool
    by_person: str
    reason: str
    at: datetime
