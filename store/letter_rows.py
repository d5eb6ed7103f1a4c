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
        taken = {step.step for step in self.steps}
        if self.replaced_by is not None:
            return "replaced"
        parts = {s.part for s in self.steps if s.step == "proposed"}
        if "decided" in taken and parts <= {s.part for s in self.steps if s.step == "decided"}:
            return "decided"
        if "refused" in taken:
            return "unread"
        wanted = {s.part for s in self.steps if s.step == "proposed" and s.detail.get("opens")}
        done = {s.part for s in self.steps if s.step == "opened"}
        return "open" if parts and wanted <= done else "booked"

    @property
    def dossiers(self) -> tuple[str, ...]:
        """List what was opened, or told of it, in order."""
        found = [s.dossier for s in self.steps if s.step == "opened" and s.dossier]
        return tuple(dict.fromkeys(found))

    def last(self, part: int, step: Step) -> LetterStep | None:
        """Give the last step of a kind that a content came to."""
        return next((s for s in reversed(self.steps) if (s.part, s.step) == (part, step)), None)


class Viewing(_Row):
    """Who opened an identity, when and why; `allowed` is False where the right was missing."""

    letter: str
    person: str
    actor: str
    reason: str
    allowed: bool
    at: datetime


class RightLine(_Row):
    """A right as it was last given or taken back: for an office and those below it."""

    person: str
    right: str
    office: str
    given: bool
    by_person: str
    reason: str
    at: datetime
