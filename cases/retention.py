"""Say how long a closed dossier or a filed letter is kept, and what becomes of it then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cases.kinds import Kind
from cases.stages import STATUS, stages_of
from law.calendar import Words
from law.errors import DataFileError
from law.sources import misfit, read_model

FILE = Path(__file__).parent / "retention.toml"
LETTER = "letter"
FILED = "file"
"""How a letter ends that opened no dossier: it is filed (lưu đơn)."""

Kept = Kind | Literal["letter"]
Then = Literal["erase", "anonymise"]
"""erase: names and free texts go with the dossier's key; anonymise: names alone."""


class RetentionRule(BaseModel):
    """How long one kind is kept, of those that were closed in one of some ways, or in any.

    `years` count from the day of closing; without them nothing is ever erased by the rule.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    kinds: tuple[Kept, ...] = Field(min_length=1)
    closed_as: tuple[str, ...] = ()
    years: int | None = Field(default=None, ge=1, le=100)
    then: Then
    confidence: Literal["verbatim", "secondary", "default", "not_at_hand"]
    source: Words

    def fits(self, kind: str, closed_as: str) -> bool:
        """Tell whether it is the rule of a kind that was closed so."""
        return kind in self.kinds and (not self.closed_as or closed_as in self.closed_as)


Rules = tuple[RetentionRule, ...]


def _check(rules: Rules) -> Rules:
    names = [rule.id for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise misfit(
            f"two rules have the id {min(twice)}; keep one",
            f"hai quy tắc có cùng mã {min(twice)}; chỉ giữ một",
        )
    for rule in rules:
        known = {way for kind in rule.kinds for way in ways_of(kind)}
        if strange := [way for way in rule.closed_as if way not in known]:
            listed = ", ".join(sorted(known))
            raise misfit(
                f"no dossier of the rule {rule.id} is closed as {strange[0]}; allowed: {listed}",
                f"không có hồ sơ nào của quy tắc {rule.id} kết thúc là {strange[0]}; "
                f"cho phép: {listed}",
            )
    return rules


class Retention(BaseModel):
    """All rules, in the order in which they are asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Annotated[Rules, AfterValidator(_check)]

    def find(self, kind: str, closed_as: str) -> RetentionRule | None:
        """Give the rule of a kind that was closed so: the first that fits."""
        return next((rule for rule in self.rule if rule.fits(kind, closed_as)), None)

    def cuts(self, as_of: date) -> Sequence[Cut]:
        """List every kind and way of closing with the day before which its closing is old."""
        return [
            Cut(kind=kind, closed_as=way, rule=rule, before=_back(as_of, rule.years))
            for kind, way in _every_way()
            if (rule := self.find(kind, way)) is not None and rule.years is not None
        ]


class Cut(BaseModel):
    """What a rule says on one day: a dossier closed earlier than `before` is due to go."""

    model_config = ConfigDict(frozen=True)

    kind: Kept
    closed_as: str
    rule: RetentionRule
    before: date


def read_retention(path: Path | None = None) -> Retention:
    """Read the rules, else the shipped ones; raise `DataFileError` naming file, line and field."""
    name = f"cases/{FILE.name}" if path is None else path.name
    return read_model(Retention, path or FILE, name, DataFileError)


def ways_of(kind: str) -> tuple[str, ...]:
    """List how a dossier of a kind, or a letter, can have been closed."""
    if kind == LETTER:
        return (FILED,)
    return tuple(way for known, way in _every_way() if known == kind)


def due_from(closed_on: date, years: int) -> date:
    """Give the first day on which what was closed is kept no longer."""
    return _same_day(closed_on, closed_on.year + years) + timedelta(days=1)


def _every_way() -> Iterable[tuple[Kept, str]]:
    kinds: tuple[Kind, ...] = (
        "enforcement_case", "complaint", "denunciation", "petition", "administrative_judgment",
        "reception",
    )  # fmt: skip
    for kind in kinds:
        yield from ((kind, stage) for stage in stages_of(kind) if STATUS[stage] == "closed")
    yield "letter", FILED


def _back(day: date, years: int) -> date:
    """Give the day of closing from which on files are still kept on `day`."""
    first = _same_day(day, day.year - years)
    # The last day of February stands for every day that its year lacks.
    return first if due_from(first, years) > day else first + timedelta(days=1)


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
