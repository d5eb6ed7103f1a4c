"""Hold what is known while the facts of a dossier are walked through in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from cases.assessment import Reading
from cases.dossier import Dossier
from cases.facts import Fact
from cases.stages import STATUS
from cases.vocabulary import Value, vocabulary
from law.calendar import midnight_after
from law.corpus import Version
from law.model import DUTY_HOLDERS, Clock, Waiting
from law.settlements import Settled
from law.terms import Count, Span, Term

PERFORMED = "obligation_performed"

FLAGS = frozenset(
    {
        "any", "ended", "halted", "no_means", "postponed", "seizing_immovable", "separate_register",
        "suspended",
    }
)  # fmt: skip
"""Every flag that a rule may ask for: "any" always holds."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a clock: a fact, or an event that the engine derived from another clock.

    `about` is the fact from which the derived event's clock first started.
    """

    event: str
    on: date
    at: datetime | None
    fact: Fact | None
    source: str
    about: Fact | None = None

    @property
    def subject(self) -> Fact | None:
        """Give the fact that says which asset, measure or person it is about."""
        return self.fact or self.about

    @property
    def moment(self) -> datetime:
        """Give the instant from which it shows: its moment, its day, or the next midnight."""
        if self.at is not None:
            return self.at
        if self.fact is None:
            return midnight_after(self.on)
        return midnight_after(self.on - (date.resolution))


@dataclass(slots=True)
class Occurrence:
    """One running of a rule: its trigger, its count, and how it ended.

    `counted` is the reading acted on, by the wording `counted_by` and for `term`; `readings`
    are all of them, `first_end` and `last_end` the earliest and latest that is not settled.
    `left_out`: times that a fact names, or a text says, as not counted; `stood`: the pauses
    of which no text says so; `excluded`: what is left out by the reading acted on.
    `kept`: its rule is of a replaced act, kept for a case that ended before the change;
    `base`: the running that this one, an extension, takes the place of.
    """

    version: Version
    trigger: Trigger
    start: date
    start_at: datetime | None
    counted: Count | None = None
    counted_by: Version = field(init=False)
    term: Term | None = None
    readings: tuple[Reading, ...] = ()
    review: bool = False
    over_change: bool = False
    left_out: tuple[Span, ...] = ()
    stood: tuple[Span, ...] = ()
    excluded: tuple[Span, ...] = ()
    first_end: date | None = None
    last_end: date | None = None
    stands: str | None = None
    done: Fact | None = None
    ended_on: date | None = None
    ended_by: str | None = None
    paused_by: str | None = None
    kept: bool = False
    base: Occurrence | None = None
    stamp: int = 0
    rule: Clock = field(init=False)
    opens_at: datetime = field(init=False)
    """The instant from which it shows; not before its rule was in force."""

    def __post_init__(self) -> None:
        """Keep the rule and the instant at hand; only clocks occur."""
        rule = self.version.rule
        if not isinstance(rule, Clock):
            raise TypeError(f"{rule.id} is no clock")
        self.rule = rule
        self.counted_by = self.version
        self.opens_at = self.trigger.moment
        if rule.reaches_back:
            self.opens_at = max(self.opens_at, midnight_after(self.version.first - date.resolution))

    @property
    def key(self) -> str:
        """Give its identity, stable through corrections: the rule and what triggered it."""
        return f"{self.version.id}#{self.trigger.source}"

    @property
    def moot(self) -> bool:
        """Tell whether it was settled before its rule, which reaches back, was in force."""
        settled = self.done.on if self.done is not None else self.ended_on
        return settled is not None and settled < self.version.first

    @property
    def live(self) -> bool:
        """Tell whether it still asks for something."""
        return self.done is None and self.ended_on is None

    @property
    def is_duty(self) -> bool:
        """Tell whether someone must act; a party's own period and a waiting time only end."""
        return self.rule.holder in DUTY_HOLDERS

    @property
    def due(self) -> date | datetime | None:
        """Give the effective end, a day or (for hours) a moment."""
        return self.counted.due if self.counted else None

    @property
    def over_at(self) -> datetime | None:
        """Give the instant at which its time has run out."""
        due = self.due
        if due is None or isinstance(due, datetime):
            return due
        if isinstance(self.rule, Waiting) and self.rule.at_once:
            return self.trigger.moment
        return midnight_after(due)


@dataclass(slots=True)
class Timeline:
    """The state of the walk; `flags` are what rules may ask for by name.

    `remembered`: what an event said of the whole dossier, such as the object of a complaint;
    `case_ended`: the day on which the case ended that the dossier is, or is about.
    """

    dossier: Dossier
    facts: tuple[Fact, ...]
    stage: str
    settled: Settled = field(default_factory=dict)
    stage_since: date | None = None
    stage_before_pause: str = ""
    stage_before_end: str = ""
    case_ended: date | None = None
    officer: str | None = None
    situation: str = "ordinary"
    outcome: str = "without_means"
    urgent: bool = False
    flags: set[str] = field(default_factory=lambda: {"any"})
    remembered: dict[str, Value] = field(default_factory=dict)
    flags_before_end: frozenset[str] = frozenset()
    paused_on: date | None = None
    pause_ground: str = ""
    no_means_on: date | None = None
    wait_ended_on: date | None = None
    reverified: list[Fact] = field(default_factory=list)
    information_open: bool = False
    seen: list[Fact] = field(default_factory=list)
    seen_events: set[str] = field(default_factory=set)
    used: set[tuple[str, int]] = field(default_factory=set)
    once: set[str] = field(default_factory=set)
    occurrences: list[Occurrence] = field(default_factory=list)
    last_on: date | None = None

    def value(self, name: str, fact: Fact | None) -> Value | None:
        """Look a condition's name up: on the dossier, then on the fact, then in the state."""
        if name == "origin":
            return self.dossier.origin
        if fact is not None:
            value = fact.fields.get(name)
            if value is not None:
                return value
            if name in fact.kind.fields:
                return fact.field(name)
        if name in ("situation", "outcome"):
            return str(getattr(self, name))
        if name in self.remembered:
            return self.remembered[name]
        return vocabulary().defaults.get(name)

    def matches(self, conditions: dict[str, tuple[str | bool, ...]], fact: Fact | None) -> bool:
        """Tell whether every condition holds."""
        for name, wanted in conditions.items():  # noqa: SIM110 - a generator costs more
            if self.value(name, fact) not in wanted:
                return False
        return True

    def remember(self, fact: Fact) -> None:
        """Keep what a fact says of the whole dossier."""
        said = ((name, fact.field(name)) for name in fact.kind.remembers)
        self.remembered |= {name: value for name, value in said if value is not None}
        told = self.remembered.get("case_ended")
        self.case_ended = date.fromisoformat(str(told)) if told is not None else None

    def enter(self, stage: str, since: date) -> None:
        """Come to another stage; a case that is closed has ended."""
        self.stage, self.stage_since = stage, since
        if self.dossier.kind == "enforcement_case":
            self.case_ended = since if STATUS[stage] == "closed" else None

    def live(self) -> list[Occurrence]:
        """List what still asks for something."""
        return [o for o in self.occurrences if o.done is None and o.ended_on is None]

    def last(self, event: str) -> Fact | None:
        """Give the latest fact of an event seen so far."""
        return next((fact for fact in reversed(self.seen) if fact.event == event), None)
