"""Define what can be read in several ways, and how an agency settles which way it goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from law.calendar import Words
from law.model import Event, Id, WayToRead

QUESTIONS = Path(__file__).parent / "readings.toml"
"""The questions of counting that are open for every time limit."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Entry):
    """What a text leaves open, where it does, and the ways to read it.

    `acted`: the way that is acted on until the question is settled, with its `why`; left out,
    it is the safer one by whose time it is: the earliest for a duty, the latest for others.
    `stays_open`: what starts at the end takes the date that is safer for itself all the same.
    """

    id: Id
    title: Words
    source: Words
    acted: Event | None = None
    why: Words | None = None
    stays_open: bool = False
    reading: tuple[WayToRead, ...] = Field(min_length=2)

    def way(self, reading: str) -> WayToRead:
        """Give one of its ways by its id."""
        return next(way for way in self.reading if way.id == reading)


class QuestionsFile(_Entry):
    """The questions of counting that are open for every time limit."""

    question: tuple[Question, ...]


class Settlement(_Entry):
    """An agency's decision on a question: which way, for which office, by whom, when, why.

    It holds for the office it names, such as nghe-an, and for those below it.
    """

    question: str
    reading: str
    office: str = Field(pattern=r"^[^\s/]+(/[^\s/]+)*$")
    by: str = Field(pattern=r"\S")
    on: date
    reason: str = Field(pattern=r"\S")

    def covers(self, office: str) -> bool:
        """Tell whether it holds for an office."""
        return office == self.office or office.startswith(f"{self.office}/")


class SettlementsFile(_Entry):
    """The file in which an agency keeps what it has settled, one block for each decision."""

    settled: tuple[Settlement, ...] = ()


Settled = Mapping[str, Settlement]
"""What is settled for one office, by question."""


def settled_for(settlements: tuple[Settlement, ...], office: str) -> Settled:
    """Give what holds for an office, by question; the decision of the nearest office wins."""
    nearest_last = sorted(settlements, key=lambda one: len(one.office))
    return {one.question: one for one in nearest_last if one.covers(office)}
