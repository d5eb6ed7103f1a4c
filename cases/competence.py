"""Find who is competent for what a letter says, and whether it went over that level's head.

Law 106/2025, Arts. 98 and 110: two levels resolve complaints, the provincial head and the
managing authority; a regional room books a letter and passes it on.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from cases.letters import Content, LetterKind, Level

OfficeLevel = Literal["room", "division", "agency", "managing_authority"]

_LEVELS: dict[Level, int] = {
    "regional_room": 1, "agency": 1, "managing_authority": 2, "minister": 3, "other": 3,
}  # fmt: skip
"""How high each addressee stands; a regional room is no level of its own (Art. 98)."""

_BAILIFFS = ("bailiff", "bailiff_head")


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class FirstComplaint(_Told):
    """How the first complaint stands, as the register says: its stage, and whether it is late."""

    stage: str
    object: str | None = None
    overdue: bool = False

    @property
    def refused(self) -> bool:
        """Tell whether the lower level did not accept it."""
        return self.stage == "complaint_refused"


class Earlier(_Told):
    """An earlier letter of the same sender with the same content, and whether it was decided."""

    letter: str
    decided: bool


class Known(_Told):
    """What was looked up for a letter before it is examined.

    `office` receives the letter, `agency` is the provincial agency it belongs to (itself, or
    none for the managing authority); `managing` the managing authority. `cases` gives for each
    case that is named the agency it belongs to, None where nobody knows the case; `firsts` the
    first complaints that are named, None where there is none; `earlier` by content, from 1.
    """

    office: str
    level: OfficeLevel
    agency: str | None = None
    managing: str | None = None
    cases: dict[str, str | None] = {}
    firsts: dict[str, FirstComplaint | None] = {}
    earlier: dict[int, tuple[Earlier, ...]] = {}


class Competence(NamedTuple):
    """Who is competent: an office's key, or None outside; and which level that is."""

    office: str | None
    level: Level


def competence(content: Content, known: Known) -> Competence:
    """Give who resolves what a content says."""
    agency = known.cases.get(content.about or "") or known.agency
    if content.type == "complaint":
        if content.instance == "second":
            return Competence(known.managing, "managing_authority")
        if content.against in _BAILIFFS:
            return Competence(None, "other")
    if content.type == "denunciation" and content.against in ("head", *_BAILIFFS):
        return Competence(known.managing, "managing_authority")
    if content.type == "petition" and agency is None:
        return Competence(known.office, "managing_authority")
    return Competence(agency, "agency")


def is_own(found: Competence, known: Known) -> bool:
    """Tell whether the office that received a letter, or the agency it is part of, is competent."""
    return found.office is not None and found.office in (known.office, known.agency)


def is_over_level(
    kind: LetterKind, sent_to: Level, found: Competence, first: FirstComplaint | None
) -> bool:
    """Tell whether a complaint went above the competent level without a reason to.

    No act knows the word "vượt cấp"; the reasons are that the level below is late, or did not
    accept it.
    """
    if kind != "complaint" or _LEVELS[sent_to] <= _LEVELS[found.level]:
        return False
    return first is None or not (first.overdue or first.refused)
