"""Tell which cases are shown first: key, complex or prolonged ones, by criterion or by a mark."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from cases.dossier import Dossier
from cases.facts import Fact
from cases.timeline import Timeline
from law.calendar import midnight_after

FLAGS = ("key", "complex", "prolonged")
"""Việc trọng điểm, phức tạp, kéo dài: in the order in which they are shown."""
PROLONGED = "prolonged"
"""The flag that time brings by itself."""


class Size(BaseModel):
    """What makes a case key or complex: any of these, at least; None is no criterion."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount_vnd: int | None = Field(default=None, ge=1)
    parties: int | None = Field(default=None, ge=1)
    assets: int | None = Field(default=None, ge=1)


class Age(BaseModel):
    """Days since the enforcement decision after which a case is prolonged; None is never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days_open: int | None = Field(default=None, ge=1)


class Flagged(NamedTuple):
    """What a case is by its facts; `prolonged_at` the instant from which it is prolonged.

    `flags` holds what does not depend on time: "key" and "complex".
    """

    flags: tuple[str, ...]
    prolonged_at: datetime | None

    def at(self, now: datetime) -> tuple[str, ...]:
        """Give every flag that holds at a moment, in the order of `FLAGS`."""
        late = self.prolonged_at is not None and self.prolonged_at <= now
        return (*self.flags, PROLONGED) if late else self.flags


def amount_of(dossier: Dossier) -> int | None:
    """Give what is owed in whole đồng, all obligations together; None where none has an amount."""
    amounts = [o.amount_vnd for o in dossier.obligations if o.amount_vnd is not None]
    return sum(amounts) if amounts else None


def flag_case(line: Timeline, *, key: Size, complex_: Size, prolonged: Age) -> Flagged:
    """Flag a case by the criteria; what somebody said of a flag last counts more."""
    said: dict[str, Fact] = {
        str(fact.field("flag")): fact
        for fact in line.facts
        if fact.event in ("case_flagged", "case_unflagged")
    }
    flags = tuple(
        flag
        for flag, size in (("key", key), ("complex", complex_))
        if (said[flag].event == "case_flagged" if flag in said else _reaches(size, line))
    )
    mark = said.get(PROLONGED)
    if mark is None:
        return Flagged(flags, _grown_old(line, prolonged))
    return Flagged(flags, _moment(mark) if mark.event == "case_flagged" else None)


def _reaches(size: Size, line: Timeline) -> bool:
    counted = (
        (size.amount_vnd, amount_of(line.dossier) or 0),
        (size.parties, len(line.dossier.parties)),
        (size.assets, len({f.fields["asset"] for f in line.facts if "asset" in f.fields})),
    )
    return any(least is not None and found >= least for least, found in counted)


def _grown_old(line: Timeline, age: Age) -> datetime | None:
    decided = next((f for f in line.facts if f.event == "enforcement_decision_issued"), None)
    if decided is None or age.days_open is None:
        return None
    return midnight_after(decided.on + timedelta(days=age.days_open))


def _moment(fact: Fact) -> datetime:
    return fact.at or midnight_after(fact.on - timedelta(days=1))
