"""Read from a dossier's facts what was to be decided in it: each level of a complaint by itself.

A matter begins when it is received and ends with what came of it. One that a superior directs
to be taken up again, or that is denounced again, is another matter. So whatever the days asked
for, what was carried over and what came in is what was closed and what is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from cases.assessment import Due
from cases.kinds import LETTERS
from law.calendar import ZONE, midnight_after
from law.corpus import Version
from law.model import DUTY_HOLDERS, Clock

OPENS = frozenset(
    {
        "complaint_received", "complaint_lower_level_directed", "denunciation_received",
        "repeat_denunciation_received", "petition_received",
    }
)  # fmt: skip
ACCEPTS = frozenset({"complaint_accepted", "denunciation_accepted"})
OUTCOMES = {
    "complaint_resolved": "resolved",
    "complaint_terminated": "terminated",
    "complaint_refused": "refused",
    "complaint_guided": "guided",
    "complaint_transferred": "transferred",
    "complaint_filed": "filed",
    "denunciation_concluded": "resolved",
    "denunciation_terminated": "terminated",
    "denunciation_refused": "refused",
    "denunciation_transferred": "transferred",
    "denunciation_passed_to_inspection": "transferred",
    "denunciation_sent_to_criminal_bodies": "transferred",
    "denunciation_filed": "filed",
    "petition_answered": "resolved",
    "petition_guided": "guided",
    "petition_transferred": "transferred",
    "petition_filed": "filed",
}
"""What came of a matter, by the event that ended it."""
_EXAMINED = "repeat_denunciation_examined"
_JUDGMENT_ENDS = ("administrative_judgment_performed", "administrative_file_closed")
EVENTS = (*OPENS, *ACCEPTS, *OUTCOMES, _EXAMINED, "contested_act_known")
"""Every event that a count of letters reads."""
_RESOLVES = frozenset(event for event, outcome in OUTCOMES.items() if outcome == "resolved")
_HANDLES = ACCEPTS | {*OUTCOMES, _EXAMINED}


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ToldFact(_Given):
    """A fact that counts: its number, its event, its day, and what it says."""

    number: int
    event: str
    on: date
    fields: dict[str, Any] = {}


class SetLimit(_Given):
    """A time limit of a duty, with what became of it."""

    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None = None
    holder: str
    started: date
    due: Due | None = None
    met_on: date | None = None
    met_by_fact: int | None = None
    state: str
    ended_on: date | None = None
    paused_by: str | None = None

    @property
    def due_day(self) -> date | None:
        """Give the day on which it is due, in Viet Nam."""
        return self.due.astimezone(ZONE).date() if isinstance(self.due, datetime) else self.due

    def has_passed(self, moment: datetime) -> bool:
        """Tell whether its time had run out by a moment, done or not."""
        if self.due is None:
            return False
        over = self.due if isinstance(self.due, datetime) else midnight_after(self.due)
        return over <= moment

    def is_undone(self, moment: datetime) -> bool:
        """Tell whether it had passed by a moment, and was neither done nor made void by then."""
        day = day_of(moment)
        return (
            self.has_passed(moment)
            and (self.met_on is None or self.met_on > day)
            and (self.ended_on is None or self.ended_on > day)
            and (self.paused_by is None or self.met_on is not None)
        )


class DossierRow(_Given):
    """A dossier with what was told in it, in the order of the facts, and its time limits."""

    id: str
    kind: str
    office: str
    officer: str | None = None
    facts: tuple[ToldFact, ...] = ()
    limits: tuple[SetLimit, ...] = ()


class Matter(NamedTuple):
    """What was to be decided: of what kind, about what, at which level, from when to when.

    `ended_by` is the number of the fact that ended it; `until` the day on which the dossier's
    next matter was received. Both days and `outcome` are None while it is open.
    """

    dossier: DossierRow
    about: str
    level: str
    received: date
    over_level: bool = False
    accepted: date | None = None
    ended: date | None = None
    outcome: str | None = None
    ended_by: int | None = None
    until: date | None = None

    def is_open_on(self, day: date) -> bool:
        """Tell whether it was received and not ended by the end of a day."""
        return self.received <= day and (self.ended is None or self.ended > day)

    @property
    def limits(self) -> Iterator[SetLimit]:
        """Give the time limits that began while it was the dossier's matter."""
        for limit in self.dossier.limits:
            begun = limit.started >= self.received
            if begun and (self.until is None or limit.started < self.until):
                yield limit


def day_of(moment: datetime) -> date:
    """Give the day of a moment in Viet Nam."""
    return moment.astimezone(ZONE).date()


def matters_of(dossier: DossierRow) -> list[Matter]:
    """List a dossier's matters, in their order; one that is not a letter's has none."""
    if dossier.kind not in LETTERS:
        return []
    found: list[Matter] = []
    about = ""
    for fact in dossier.facts:
        about = str(fact.fields.get("object") or about)
        current = found[-1] if found and found[-1].ended is None else None
        if fact.event in OPENS:
            if current is None:
                found.append(Matter(dossier, about, _level(fact, found), fact.on))
                current = found[-1]
            over = current.over_level or fact.fields.get("over_level") is True
            found[-1] = current = current._replace(about=about, over_level=over)
        outcome = _outcome(fact)
        if current is None and not found and (outcome or fact.event in ACCEPTS):
            # Received at the latest then: what is not on file did happen.
            current = Matter(dossier, about, _level(fact, found), fact.on)
            found.append(current)
        if current is None:
            continue
        if _accepts(fact) and current.accepted is None:
            found[-1] = current = current._replace(accepted=fact.on)
        if outcome is not None:
            found[-1] = current._replace(ended=fact.on, outcome=outcome, ended_by=fact.number)
    for place, following in enumerate(found[1:]):
        found[place] = found[place]._replace(until=following.received)
    return found


def _level(fact: ToldFact, before: list[Matter]) -> str:
    """Tell the level: of complaints the first or second, of denunciations the first or again."""
    if fact.event == "repeat_denunciation_received":
        return "again"
    if fact.event == "complaint_received" and fact.fields.get("instance") == "second":
        return "second"
    if fact.event == "complaint_lower_level_directed" and before:
        return before[-1].level
    return "only" if fact.event.startswith("petition") else "first"


def _accepts(fact: ToldFact) -> bool:
    again = fact.fields.get("repeat_outcome") == "resolve_again"
    return fact.event in ACCEPTS or (fact.event == _EXAMINED and again)


def _outcome(fact: ToldFact) -> str | None:
    if fact.event == _EXAMINED:
        lawful = fact.fields.get("repeat_outcome") == "resolved_lawfully"
        return "refused" if lawful else None
    return OUTCOMES.get(fact.event)


class Rules(NamedTuple):
    """Which rules' limits count: `handling` a letter at all, and `resolving` it."""

    handling: frozenset[str]
    resolving: frozenset[str]


def rules_of_letters(versions: Iterable[Version]) -> Rules:
    """Find in the book the duties that are done by handling a letter, and by resolving it."""
    handling, resolving = set(), set()
    for version in versions:
        rule = version.rule
        if isinstance(rule, Clock) and rule.holder in DUTY_HOLDERS:
            if _HANDLES & {*rule.met_by}:
                handling.add(version.id)
            if _RESOLVES & {*rule.met_by}:
                resolving.add(version.id)
    return Rules(frozenset(handling), frozenset(resolving))


def followed_from(dossier: DossierRow) -> tuple[date, date | None] | None:
    """Give from when to when an administrative judgment is followed; None before any fact."""
    days = [fact.on for fact in dossier.facts]
    ends = [fact.on for fact in dossier.facts if fact.event in _JUDGMENT_ENDS]
    return (min(days), min(ends, default=None)) if days else None
