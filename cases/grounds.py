"""Know what a letter can come to, and by which text: the grounds and notes of intake.toml."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cases.errors import Words
from cases.letters import LetterKind
from law.errors import DataFileError
from law.sources import read_model

FILE = Path(__file__).parent / "intake.toml"

Decision = Literal["accept", "ask", "transfer", "guide", "refuse", "file"]
"""thụ lý, yêu cầu bổ sung, chuyển đơn, hướng dẫn, không thụ lý, lưu đơn."""

IN_ORDER = "in_order"
"""The ground of acceptance: nothing speaks against it."""

FIRST_OF: tuple[Decision, ...] = ("file", "transfer", "guide", "refuse", "ask", "accept")
"""Which decision is proposed where several could be: what ends the matter goes first."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cite(_Table):
    """The place of a text: act by its number, article, clause, point."""

    act: str
    article: str
    clause: str | None = None
    point: str | None = None


class Ground(_Table):
    """Why a letter comes to a decision."""

    id: str
    kinds: tuple[LetterKind, ...] = Field(min_length=1)
    decision: Decision
    cite: Cite
    vi: str
    en: str

    @property
    def words(self) -> Words:
        """Give its words."""
        return Words(vi=self.vi, en=self.en)


class Note(_Table):
    """What whoever decides should know; nothing is decided by it."""

    id: str
    vi: str
    en: str

    @property
    def words(self) -> Words:
        """Give its words."""
        return Words(vi=self.vi, en=self.en)


class Intake(_Table):
    """All grounds and notes."""

    ground: tuple[Ground, ...]
    note: tuple[Note, ...]

    @cached_property
    def _grounds(self) -> dict[tuple[str, str], Ground]:
        return {(ground.id, kind): ground for ground in self.ground for kind in ground.kinds}

    @cached_property
    def _notes(self) -> dict[str, Note]:
        return {note.id: note for note in self.note}

    def find(self, name: str, kind: LetterKind) -> Ground | None:
        """Give the ground that a kind of letter has under a name; not every kind has each."""
        return self._grounds.get((name, kind))

    def note_of(self, name: str) -> Note:
        """Give a note by its name."""
        return self._notes[name]


@lru_cache(maxsize=1)
def the_intake() -> Intake:
    """Read the shipped table once for a process."""
    return read_model(Intake, FILE, "cases/intake.toml", DataFileError)
