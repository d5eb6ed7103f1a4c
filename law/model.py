"""Define what a rule of law can be: one of few kinds, each with its text and citation."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, model_validator

from law.calendar import Words
from law.terms import Term

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
Event = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Values = tuple[str | bool, ...]


class Holder(StrEnum):
    """Who must act, or whose period it is."""

    OFFICER = "officer"  #: Chấp hành viên
    HEAD = "head"  #: Thủ trưởng cơ quan thi hành án dân sự
    AGENCY = "agency"  #: cơ quan thi hành án dân sự
    SUPERIOR = "superior"  #: cơ quan cấp trên: whoever stands above the one who should have acted
    OTHER_BODY = "other_body"  #: another authority or holder of information
    DEBTOR = "debtor"  #: người phải thi hành án
    CREDITOR = "creditor"  #: người được thi hành án
    COMPLAINANT = "complainant"  #: người khiếu nại
    DENOUNCED = "denounced"  #: người bị tố cáo
    NOBODY = "nobody"  #: a time that must pass


DUTY_HOLDERS = frozenset(
    {Holder.OFFICER, Holder.HEAD, Holder.AGENCY, Holder.SUPERIOR, Holder.OTHER_BODY}
)
"""Only duties are breached and climb the ladder; a party's own period expires."""


class Confidence(StrEnum):
    """How far the encoded text may be trusted until a lawyer has signed the rule."""

    VERBATIM = "verbatim"  #: read word for word in one unofficial copy
    OCR = "ocr"  #: read by machine from a scan
    SECONDARY = "secondary"  #: known from another publication only
    INFERRED = "inferred"  #: our reading, the text does not say it


class Severity(StrEnum):
    """How much a passed limit costs; chooses the ladder's rungs."""

    ROUTINE = "routine"
    SERIOUS = "serious"  #: a right of a party, or money, depends on it
    GRAVE = "grave"  #: limitation, liberty, or an urgent measure


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Entry):
    """Where a text stands: article, clause and point as the act numbers them."""

    article: str
    clause: str | None = None
    point: str | None = None


class Cite(Place):
    """Where a text stands, with the number of its act such as 106/2025/QH15."""

    act: str


class Correction(_Entry):
    """Why a quote says otherwise than the machine-read text: what that `reads`, what is `meant`."""

    reads: str
    meant: str
    why: Words


class Rule(_Entry):
    """What every rule has: identity, citation, titles and the quoted text.

    `until` ends a single rule earlier than its topic file; `note` tells what the
    text does not; `successor` is the rule that follows it in the replacing act,
    where that has another id; `covers` names the rows of law/reference that it encodes;
    `corrected` owns up to a quote that no text at hand has letter for letter.
    """

    id: Id
    cite: Place
    title: Words
    text: str
    confidence: Confidence = Confidence.VERBATIM
    note: Words | None = None
    corrected: Correction | None = None
    successor: Id | None = None
    covers: tuple[Event, ...] = ()
    until: date | None = None


class Clock(Rule):
    """A rule that starts on an event and asks for something until a day or moment.

    `starts_on`: events, any of which starts it; `and_on`: events that must have come as
    well, the later day counts (an event never reported counts as having come along);
    `when` and `unless_when`: plain matches on the dossier, the starting fact, then the state;
    `when_on`: matches asked of one starting event alone; `while_state`: flags that must hold;
    `once`: only the first trigger starts it; `together`: one fulfilling fact fulfils every open
    occurrence, not the earliest alone; `same`: fields in which the fulfilling fact must agree
    with the starting one, such as the asset or the measure it is about (a field that neither has
    agrees); `unless`: events or named predicates that keep it from opening and make it void;
    `met_by`: events that fulfil it, with `met_when` on the fulfilling fact; `met_early_since`: a
    fulfilling fact since that event counts too; `only_with`: the row shows only once one of these
    events is reported; `alternative_to`: the events by which a holder decides the other way,
    which make it void; `pauses`: stands still while the case is postponed or suspended;
    `excludes`: events whose facts each name, from the day `first` to the day `last`, a time that
    does not count, whenever they are told; `counts_from`: the term counts from the last such
    event about the same and not from the starting one; `delivered_by`: an event about the same,
    whenever it comes, from whose day the term counts, since whoever must act received only then
    what starts it; `reaches_back`: what happened before the rule was in force starts it too,
    where the act says so; `outlives`: goes on after the case closed.
    """

    starts_on: tuple[Event, ...]
    and_on: tuple[Event, ...] = ()
    when: dict[str, Values] = {}
    unless_when: dict[str, Values] = {}
    when_on: dict[Event, dict[str, Values]] = {}
    while_state: tuple[Event, ...] = ()
    once: bool = False
    together: bool = False
    same: tuple[Event, ...] = ()
    unless: tuple[Event, ...] = ()
    met_by: tuple[Event, ...] = ()
    met_when: dict[str, Values] = {}
    met_early_since: Event | None = None
    only_with: tuple[Event, ...] = ()
    alternative_to: tuple[Event, ...] = ()
    pauses: bool = False
    excludes: tuple[Event, ...] = ()
    counts_from: Event | None = None
    delivered_by: Event | None = None
    reaches_back: bool = False
    outlives: bool = False
    holder: Holder
    severity: Severity = Severity.ROUTINE


class Limit(Clock):
    """Someone must act within a term from a trigger.

    A party's own period (holder debtor or creditor) expires instead of being breached. `raises`
    names the event that its end is: of a duty, that it was not done in time.
    """

    kind: Literal["limit"] = "limit"
    term: Term
    raises: Event | None = None


class Immediate(Clock):
    """Someone must act "ngay": no number, shown as due that day."""

    kind: Literal["immediate"] = "immediate"


class Before(Clock):
    """Something must be done at least a term before a planned event; counts backwards."""

    kind: Literal["before"] = "before"
    term: Term


class Recurring(Clock):
    """Something must be done at least once in every period while a state lasts."""

    kind: Literal["recurring"] = "recurring"
    term: Term


class Limitation(Clock):
    """A right ends when its time has run out."""

    kind: Literal["limitation"] = "limitation"
    term: Term


class Waiting(Clock):
    """A time that must pass before the next step may come; `raises` is its end.

    Counted by `term`, or ends on the day that the fact's field `ends_by_field` names; with
    both, the term is the most that may be named, and a later day is an irregularity; or
    `at_once` ("có hiệu lực thi hành ngay").
    """

    kind: Literal["waiting"] = "waiting"
    term: Term | None = None
    ends_by_field: str | None = None
    at_once: bool = False
    raises: Event
    chain_late: bool = False


class Cap(Clock):
    """The most to which a limit may be lengthened by a decision.

    It takes the place of the latest running of one of `lengthens`, counted from that
    running's `start` or `end` as the text says. A day that the decision itself sets, in the
    field `until_field`, holds where it is earlier; a later one is irregular. `raises` names the
    event that its end is.
    """

    kind: Literal["cap"] = "cap"
    term: Term
    raises: Event | None = None
    lengthens: tuple[Id, ...]
    counted_from: Literal["start", "end"] = "end"
    until_field: str | None = None


class WayToRead(_Entry):
    """One way to read what a text leaves open: what it says, and the ground it rests on."""

    id: Event
    words: Words
    ground: Words


class TermReading(WayToRead):
    """A way to read that gives a date of its own.

    The `term` runs from the day of the trigger, or from the last effective day of the clock
    of `from_end_of` that the trigger ended; without `rolls` a last day off stays the last day.
    A way without a `term` gives no date.
    """

    term: Term | None = None
    from_end_of: tuple[Id, ...] = ()
    rolls: bool = True


R = TypeVar("R", bound=Rule)


def _ways_checked(rule: R, ways: tuple[WayToRead, ...], *, needed: bool) -> R:
    if needed != bool(ways) or (needed and len({way.id for way in ways}) < max(2, len(ways))):
        raise ValueError(
            f'{rule.id}: what can be read in several ways (why = "reading") names at least two '
            "of them, each with an id of its own; anything else names none"
        )
    return rule


class Gap(Clock):
    """The law gives no number, its text is not at hand, or can be read in several ways.

    With the ways in `reading` it is a clock with dates: it is due on the safer of them, the
    earliest for a duty, the latest for a party's period, until an agency settles which one.
    Where the text is not at hand, the ways may be the number of the text before it and none:
    the old number is acted on until the text is there. `raises`: the event that its end is.
    """

    kind: Literal["gap"] = "gap"
    why: Literal["no_number", "text_not_at_hand", "reading"]
    reading: tuple[TermReading, ...] = ()
    raises: Event | None = None

    @model_validator(mode="after")
    def _ways_differ(self) -> Self:
        if self.reading and all(way.term is None for way in self.reading):
            raise ValueError(f"{self.id}: no way to read it gives a date; give one a term")
        if self.raises is not None and not self.reading:
            raise ValueError(f"{self.id}: has no end without ways to read it; drop 'raises'")
        provisional = self.why == "text_not_at_hand" and bool(self.reading)
        return _ways_checked(self, self.reading, needed=provisional or self.why == "reading")


class Hours(_Entry):
    """Barred hours of the day, from `start` to `end` of the next morning."""

    start: time
    end: time


class AroundTet(_Entry):
    """Barred days before the first and after the last day off of Tết."""

    before: NonNegativeInt
    after: NonNegativeInt


class TetReading(WayToRead):
    """A way to read from which days around Tết are counted."""

    counted_from: Literal["days_off", "tet_day"]


class Window(Rule):
    """An act is forbidden in a window of time.

    Exactly one of `hours`, `days_off`, `around_tet`, `during` (the id of a running
    period) says which; `unless` names predicates that lift the ban; `reading`: the ways to
    count the days around Tết, of which the widest bars until an agency settles which one.
    """

    kind: Literal["window"] = "window"
    bars: tuple[Event, ...]
    when: dict[str, Values] = {}
    unless: tuple[Event, ...] = ()
    hours: Hours | None = None
    days_off: bool = False
    around_tet: AroundTet | None = None
    during: Id | None = None
    reading: tuple[TetReading, ...] = ()

    @model_validator(mode="after")
    def _ways_differ(self) -> Self:
        return _ways_checked(self, self.reading, needed=bool(self.reading))


class Guard(Rule):
    """An act is regular only after certain events, outside certain states.

    `requires`: one of these events must have come; `barred_in`: flags under which the act
    is irregular; `after_waiting`: the waiting time that must have run out; `voids`: an act
    that breaks it has no effect at all. With none of the first three it forbids the act outright.
    """

    kind: Literal["guard"] = "guard"
    judges: tuple[Event, ...]
    when: dict[str, Values] = {}
    unless: tuple[Event, ...] = ()
    requires: tuple[Event, ...] = ()
    barred_in: tuple[Event, ...] = ()
    after_waiting: Id | None = None
    voids: bool = False


AnyClock = Limit | Immediate | Before | Recurring | Limitation | Waiting | Cap | Gap
AnyRule = AnyClock | Window | Guard


class TopicFile(_Entry):
    """One topic of an act from its file's day on, until the topic's next file or the act's end."""

    limit: tuple[Limit, ...] = ()
    immediate: tuple[Immediate, ...] = ()
    before: tuple[Before, ...] = ()
    recurring: tuple[Recurring, ...] = ()
    limitation: tuple[Limitation, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    cap: tuple[Cap, ...] = ()
    window: tuple[Window, ...] = ()
    guard: tuple[Guard, ...] = ()
    gap: tuple[Gap, ...] = ()

    def rules(self) -> tuple[AnyRule, ...]:
        """List every rule of the file."""
        return (
            *self.limit, *self.immediate, *self.before, *self.recurring, *self.limitation,
            *self.waiting, *self.cap, *self.window, *self.guard, *self.gap,
        )  # fmt: skip


class Transition(_Entry):
    """What a new act says of cases begun under the act it replaces.

    `ended_cases_keep`: the rules, by id or by the first part of one with its dot, that stay
    those of the replaced act where the case ended before the change; `ended_cases` says so.
    `ended_cases_keep_acts`: the acts that guided the replaced one and stay with it for that.
    `ended_cases_renew`: the rules that hold for such cases all the same, as `renewed_by` says.
    """

    steps_done_stand: Place
    goes_on_under_new_act: Place
    ended_cases: Place | None = None
    ended_cases_keep: tuple[str, ...] = ()
    ended_cases_keep_acts: tuple[str, ...] = ()
    renewed_by: Place | None = None
    ended_cases_renew: tuple[Id, ...] = ()


class ActFile(_Entry):
    """An act: number, names, days in force, and the acts it replaces."""

    number: str
    name: Words
    short: Words
    in_force: date
    ended: date | None = None
    replaces: tuple[str, ...] = ()
    source: str
    not_encoded: tuple[str, ...] = ()
    """Topics of the act that replaces it which are not encoded of this act yet."""
    begins: tuple[str, ...] = ()
    """Topics that the book knows from this act's first day on; the law before it is not in it."""
    transition: Transition | None = None
