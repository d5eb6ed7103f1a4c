"""Define the answer of an assessment: stage, limits with receipts, irregularities, plans, stuck."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict

State = Literal["open", "met", "late", "breached", "not_at_once", "expired", "paused", "void"]
"""open: to the end of the due day; met, late: done by then, done after; breached: past and not
done; not_at_once: an "ngay" duty not done that day; expired: a party's own period ran out;
paused: stands still on a named ground; void: made pointless."""

Verdict = Literal["open", "not_at_once", "done_late", "reported_late", "never_done"]
"""What came of a passed limit."""


def read_due(value: object) -> object:
    """Keep a day a day and a moment a moment when they come back as text."""
    if isinstance(value, str):
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value


Due = Annotated[date | datetime, BeforeValidator(read_due)]
"""A due date: a day, or for a term in hours a moment."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def computed(cls, values: dict[str, Any]) -> Self:
        """Make one of values that the engine itself has computed, without checking them again.

        To check them takes a fifth of an assessment; the tests check whole answers instead.
        """
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", _blank(cls) | values)
        object.__setattr__(made, "__pydantic_fields_set__", _names(cls))
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made


@cache
def _blank(kind: type[BaseModel]) -> dict[str, Any]:
    """Give every field in its order, with its default; what is written keeps that order."""
    fields = kind.model_fields.items()
    return {name: None if field.is_required() else field.default for name, field in fields}


@cache
def _names(kind: type[BaseModel]) -> set[str]:
    """Name every field; a copy of a model takes a copy of it."""
    return set(kind.model_fields)


class Day(_Answer):
    """A day that was passed over or counted against its weekday, with the notice that says so."""

    date: date
    vi: str
    en: str
    notice: str


class Excluded(_Answer):
    """Days that did not count: after `first`, up to and including `last`; `fact` names them."""

    first: date
    last: date
    ground: str
    fact: int | None = None


class Reading(_Answer):
    """A date that the texts admit: the way to read them, its ground, whether it is acted on.

    `question` is what is open and `reason` the way to read it, both by id; of each question
    one way is `acted` on, and says `why`: `earlier` for a duty, `later` for others, `declared`
    with words of its own, `only` where no other gives a date, `not_at_hand` where that is the
    number of the text before one that is not at hand, or `settled`.
    """

    due: Due | None
    reason: str
    question: str = ""
    vi: str = ""
    en: str = ""
    ground_vi: str = ""
    ground_en: str = ""
    act: str | None = None
    article: str | None = None
    clause: str | None = None
    acted: bool = False
    why: str | None = None
    why_vi: str | None = None
    why_en: str | None = None
    settled_for: str | None = None
    settled_by: str | None = None
    settled_on: date | None = None


class Receipt(_Answer):
    """The working of one due date, so that it can be explained and checked.

    `request` is the reference of the request to another body that started it, `body` the kind
    of body and `body_name` its name.
    `why` is the code of the choice of law (see i18n), `gap` the reason why the law gives no term.
    `hash` covers everything here and `previous`, the hash of the receipt before it in the
    dossier; `confidence` tells how the text was read, `signed_by` which lawyer has signed it,
    nobody where there is no name.
    """

    rule: str
    trigger_event: str
    trigger_on: date
    trigger_at: datetime | None = None
    trigger_fact: int | None = None
    evidence: str | None = None
    request: str | None = None
    body: str | None = None
    body_name: str | None = None
    act: str
    article: str
    clause: str | None = None
    point: str | None = None
    text: str
    why: str
    why_act: str | None = None
    why_article: str | None = None
    why_clause: str | None = None
    gap: str | None = None
    length: int | None = None
    unit: str | None = None
    backwards: bool = False
    skipped: tuple[Day, ...] = ()
    added: tuple[Day, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    nominal: Due | None = None
    due: Due | None = None
    readings: tuple[Reading, ...] = ()
    note_vi: str | None = None
    note_en: str | None = None
    confidence: str | None = None
    signed_by: str | None = None
    signed_on: date | None = None
    book: str
    calendar: str
    previous: str = ""
    hash: str = ""


class LimitRow(_Answer):
    """One occurrence of a time limit: when it opened, when it is due, what became of it.

    `opens_at` and `breaches_at` are instants, so that a reader can compare them with now;
    `state` is the verdict at the moment of the assessment.
    """

    id: str
    occurrence: str
    kind: str
    act: str
    article: str
    clause: str | None
    point: str | None
    title_vi: str
    title_en: str
    starts_on: str
    started: date
    nominal: Due | None
    due: Due | None
    state: State
    met_on: date | None
    met_by_fact: int | None
    reported_late: bool = False
    holder: str
    severity: str
    provisional: bool
    confidence: str
    transition_review: bool
    readings: tuple[Reading, ...]
    paused_by: str | None
    ended_on: date | None
    opens_at: datetime
    breaches_at: datetime | None
    receipt: Receipt


class Irregularity(_Answer):
    """Something that happened against a rule; recorded, never refused."""

    event: str
    fact: int
    on: date
    at: datetime | None
    rule: str
    act: str
    article: str
    clause: str | None
    reason: str
    reason_en: str


class RefusedPlan(_Answer):
    """A plan that does not stand, with the next moment at which it lawfully could."""

    event: str
    fact: int
    at: datetime
    rule: str
    act: str
    article: str
    clause: str | None
    reason: str
    reason_en: str
    next_lawful: datetime | None


class StuckReason(_Answer):
    """Why a dossier is stuck from an instant on, who holds the ball, and about which limit.

    `severity`: that of the limit, or what our norms give the reason; None weighs least.
    """

    reason: str
    since: datetime
    holder: str
    limit: str | None = None
    days: int | None = None
    severity: str | None = None


class Moment(_Answer):
    """An instant at which something changes, and what."""

    at: datetime
    what: str
    key: str = ""


class AlertDue(_Answer):
    """A rung of the ladder that is present: whom to tell of which due date, since when."""

    key: str
    occurrence: str
    rule: str
    rung: int
    role: str
    channel: str
    severity: str
    due: Due
    raised_at: datetime
    missed: tuple[int, ...] = ()


class Breach(_Answer):
    """A duty whose limit has passed: since when, what came of it, and who had it then.

    `verdict`: `open` and `not_at_once` are not done yet, `never_done` fell away on `ended_on`,
    `reported_late` was done in time. `days_late`: working days from the due day to the day it
    was done, reported or fell away; None while it is not done.
    """

    occurrence: str
    due: Due
    breached_at: datetime
    verdict: Verdict
    officer: str | None
    done_on: date | None = None
    ended_on: date | None = None
    reported_at: datetime | None = None
    days_late: int | None = None


class Assessment(_Answer):
    """The pure answer about one dossier at one moment.

    `flags`: which of key, complex, prolonged it is; `prolonged_at` the instant from which it is
    prolonged; `amount_vnd` what is owed, in whole đồng.
    """

    dossier: str
    as_of: datetime
    stage: str
    status: Literal["open", "paused", "closed"]
    stage_since: date | None
    stage_until: datetime | None
    next_stage: str | None
    officer: str | None
    next_wake: datetime | None
    next_due: Due | None
    limits: tuple[LimitRow, ...]
    upcoming: tuple[LimitRow, ...]
    irregularities: tuple[Irregularity, ...]
    refused_plans: tuple[RefusedPlan, ...]
    stuck: tuple[StuckReason, ...]
    stuck_later: tuple[StuckReason, ...]
    alerts: tuple[AlertDue, ...]
    wakes: tuple[Moment, ...]
    breaches: tuple[Breach, ...] = ()
    book: str
    calendar: str
    practice: str = ""
    flags: tuple[str, ...] = ()
    prolonged_at: datetime | None = None
    amount_vnd: int | None = None
