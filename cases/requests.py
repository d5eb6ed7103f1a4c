"""Follow requests to other bodies: what is waited for, until when, and which reminder is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from cases.assessment import Due, StuckReason
from cases.facts import Fact
from cases.timeline import Timeline
from law.calendar import ZONE, Calendar, WeekendsAlone, midnight_after
from law.errors import DataFileError
from law.model import Holder
from law.sources import read_model

FILE = Path(__file__).parent / "requests.toml"
SENT, DELIVERED, ANSWERED = "request_sent", "request_delivered", "request_answered"
REMINDED, WITHDRAWN = "request_reminded", "request_withdrawn"
OVERDUE = "other_body_overdue"
"""The reason for being stuck that another body's overdue answer is."""
Level = Literal[1, 2, 3]
LEVELS: tuple[Level, ...] = (1, 2, 3)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(_Entry):
    """Whom a request of an event of its own goes to, and for what."""

    body: str
    what: str


class Step(_Entry):
    """A reminder, due `after` so many working days beyond the time to answer."""

    level: Level
    after: PositiveInt


class Pace(_Entry):
    """Working days `between` two reminders, and those that one gives to `answer`."""

    between: PositiveInt
    answer: PositiveInt


class Quote(_Entry):
    """A text of law that a reminder quotes from a level on, for some requests or for all."""

    level: Level
    what: tuple[str, ...] = ()
    act: str
    article: str
    clause: str | None = None
    point: str | None = None
    text: str


class RequestNorms(_Entry):
    """Our defaults, not law: time to answer by what is asked for, and the ladder of reminders.

    `asked`: the events of their own that are a request too; `quote`: what reminders quote.
    """

    answer: dict[str, PositiveInt]
    reminder: Annotated[tuple[Step, ...], Field(min_length=len(LEVELS), max_length=len(LEVELS))]
    pace: Pace
    asked: dict[str, Asked]
    quote: tuple[Quote, ...] = ()

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        steps = [(step.level, step.after) for step in self.reminder]
        afters = [after for _, after in steps]
        if [level for level, _ in steps] != list(LEVELS) or afters != sorted(set(afters)):
            raise ValueError("[[reminder]] states the levels 1, 2 and 3, each due after the last")
        if "default" not in self.answer:
            raise ValueError("[answer] needs 'default', for what it does not name")
        return self

    def days_for(self, what: str) -> int:
        """Give the working days that an answer may take where the law gives no number."""
        return self.answer.get(what, self.answer["default"])

    def quotes_for(self, what: str, level: int) -> tuple[Quote, ...]:
        """Give what a reminder of a level quotes about such a request, as the file has it."""
        return tuple(q for q in self.quote if q.level <= level and (not q.what or what in q.what))


@lru_cache(maxsize=1)
def the_request_norms() -> RequestNorms:
    """Read the shipped norms once for a process."""
    return read_model(RequestNorms, FILE, "cases/requests.toml", DataFileError)


class AnswerLimit(BaseModel):
    """A time limit of another body: its rule, its text, the fact it runs from, if it still runs."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    occurrence: str
    rule: str
    kind: str
    act: str
    article: str
    clause: str | None = None
    point: str | None = None
    title_vi: str
    title_en: str
    text: str
    started: date
    due: Due | None = None
    starts_on: str
    trigger_fact: int
    running: bool = True


class Reminder(BaseModel):
    """A reminder that was sent: its level, its day, its number where told."""

    model_config = ConfigDict(frozen=True)

    level: Level
    on: date
    number: str | None = None


class Request(BaseModel):
    """What is waited for: whom we asked for what, since when, until when, what we did since.

    `due` is the day or moment by which the law asks for the answer, or where it gives none,
    `by_default`, the day of our own norm. `waited` counts the working days since the body had the
    request, `overdue` those since it was due; `level` is the reminder due now, 0 for none.
    `partly_on`: the day of an answer in part.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    fact: int
    event: str
    body: str
    what: str
    body_name: str | None
    sent: date
    delivered: date | None
    limit: AnswerLimit | None
    due: Due
    by_default: bool
    waited: int
    overdue: int
    reminders: tuple[Reminder, ...]
    partly_on: date | None
    level: Literal[0, 1, 2, 3]

    @property
    def due_day(self) -> date:
        """Give the day of the end of the time to answer, in Viet Nam."""
        return self.due.astimezone(ZONE).date() if isinstance(self.due, datetime) else self.due

    @property
    def reminded(self) -> int:
        """Give the level of the highest reminder sent, 0 for none."""
        return max((reminder.level for reminder in self.reminders), default=0)


def waiting_requests(
    facts: Iterable[Fact],
    limits: Iterable[AnswerLimit],
    calendar: Calendar,
    now: datetime,
    norms: RequestNorms | None = None,
) -> tuple[Request, ...]:
    """List the requests without a whole answer, the longest overdue first.

    `facts` are those that count, `limits` those of other bodies, over ones too. A request that
    starts no limit at all, such as one of before the law in force, is waited for too.
    """
    norms = norms or the_request_norms()
    days = WeekendsAlone(calendar)
    known = sorted((fact for fact in facts if fact.on <= now.astimezone(ZONE).date()), key=_order)
    of_fact: dict[int, list[AnswerLimit]] = defaultdict(list)
    for limit in limits:
        of_fact[limit.trigger_fact].append(limit)
    found: list[Request] = []
    for fact in known:
        own = of_fact.get(fact.number, [])
        running = sorted((limit for limit in own if limit.running), key=_urgency)
        if running and (fact.event == SENT or fact.event in norms.asked):
            found.append(_follow(fact, running[0], known, days, now, norms))
        elif not own and fact.event == SENT and not _is_over(fact, known):
            found.append(_follow(fact, None, known, days, now, norms))
    return tuple(
        sorted(found, key=lambda request: (-request.overdue, request.due_day, request.fact))
    )


def _order(fact: Fact) -> tuple[object, ...]:
    return fact.order


def reference_of(fact: Fact) -> str:
    """Give what a request is called: its reference, else its paper's number, else its fact's."""
    return str(fact.fields.get("request") or fact.fields.get("number") or fact.number)


def _urgency(limit: AnswerLimit) -> tuple[bool, str]:
    return limit.due is None, str(limit.due)


def _is_over(fact: Fact, known: Sequence[Fact]) -> bool:
    """Tell whether a request that no rule follows was answered in full, or withdrawn."""
    return any(
        later.event in (ANSWERED, WITHDRAWN) and later.field("extent") != "part"
        for later in _about(fact, known)
    )


def _about(fact: Fact, known: Sequence[Fact]) -> Iterator[Fact]:
    """List what was told of a request after it was sent, by its reference."""
    called = {reference_of(fact), str(fact.number)}
    for later in known:
        if later.number != fact.number and later.fields.get("request") in called:
            yield later


def _follow(
    fact: Fact,
    limit: AnswerLimit | None,
    known: Sequence[Fact],
    days: Calendar,
    now: datetime,
    norms: RequestNorms,
) -> Request:
    about = list(_about(fact, known))
    asked = norms.asked.get(fact.event)
    what = str(fact.fields.get("what") or (asked.what if asked else "other"))
    received = next((later.on for later in about if later.event == DELIVERED), None)
    start = max(filter(None, (fact.on, received)))
    legal = limit.due if limit is not None else None
    due = legal if legal is not None else days.working_days_after(start, norms.days_for(what))
    reminders = tuple(
        Reminder(level=_level(later), on=later.on, number=_text(later, "number"))
        for later in about
        if later.event == REMINDED
    )
    overdue = _working_days_over(due, now, days)
    return Request(
        reference=reference_of(fact),
        fact=fact.number,
        event=fact.event,
        body=str(fact.fields.get("body") or (asked.body if asked else "other")),
        what=what,
        body_name=_text(fact, "body_name") or _text(fact, "holder"),
        sent=fact.on,
        delivered=received,
        limit=limit,
        due=due,
        by_default=legal is None,
        waited=_working_days_over(start, now, days),
        overdue=overdue,
        reminders=reminders,
        partly_on=max((f.on for f in about if f.event == ANSWERED), default=None),
        level=_level_due(overdue, reminders, days, now, norms),
    )


def _text(fact: Fact, name: str) -> str | None:
    value = fact.fields.get(name)
    return str(value) if value else None


def _level(fact: Fact) -> Level:
    told = int(str(fact.fields["level"]))
    return next(level for level in LEVELS if level == told)


def _working_days_over(due: Due, now: datetime, days: Calendar) -> int:
    """Count the working days after the day due, up to today; a moment passed today counts none."""
    last = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
    return days.working_days_between(last, now.astimezone(ZONE).date())


def _level_due(
    overdue: int,
    reminders: Sequence[Reminder],
    days: Calendar,
    now: datetime,
    norms: RequestNorms,
) -> Literal[0, 1, 2, 3]:
    """Give the next level whose time has come; the first comes first, and none too soon."""
    sent = max((reminder.level for reminder in reminders), default=0)
    if reminders:
        latest = max(reminder.on for reminder in reminders)
        if days.working_days_between(latest, now.astimezone(ZONE).date()) < norms.pace.between:
            return 0
    following = next((step for step in norms.reminder if step.level == sent + 1), None)
    return following.level if following is not None and overdue >= following.after else 0


def overdue_answers(
    line: Timeline, calendar: Calendar, norms: RequestNorms | None = None
) -> Iterator[StuckReason]:
    """Say from when a request without a legal date is overdue by our own norm.

    What has a legal date is a passed limit like any other.
    """
    norms = norms or the_request_norms()
    for occurrence in line.live():
        fact = occurrence.trigger.fact
        if (
            fact is None
            or fact.event != SENT
            or occurrence.counted is not None
            or occurrence.rule.holder is not Holder.OTHER_BODY
        ):
            continue
        most = norms.days_for(str(fact.fields.get("what")))
        last = WeekendsAlone(calendar).working_days_after(occurrence.start, most)
        yield StuckReason(
            reason=OVERDUE, since=midnight_after(last), holder=Holder.OTHER_BODY.value,
            limit=occurrence.key, days=most,
        )  # fmt: skip


def astray(facts: Iterable[Fact], norms: RequestNorms | None = None) -> tuple[Fact, ...]:
    """List the facts that name a request which the file does not have: nothing hears them."""
    norms = norms or the_request_norms()
    known = list(facts)
    asked = [fact for fact in known if fact.event == SENT or fact.event in norms.asked]
    called = {name for fact in asked for name in (reference_of(fact), str(fact.number))}
    return tuple(
        fact
        for fact in known
        if fact not in asked and "request" in fact.fields and fact.fields["request"] not in called
    )
