"""Keep a dossier's clocks while its facts are walked through: open, meet, pause, end them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import count as counter

from cases.counting import set_too_late, spans_named
from cases.facts import Fact
from cases.judgment import Judgment
from cases.openings import may_open
from cases.readings import ended_before_change, read_occurrence, show_pause, stands_still
from cases.stages import PAUSES, RESUMES
from cases.subjects import (
    about_no_other,
    about_one,
    about_the_same,
    delivered_on,
    ends,
    in_its_month,
    nearest_first,
    of_months,
)
from cases.timeline import PERFORMED, Occurrence, Timeline, Trigger
from cases.vocabulary import vocabulary
from law.calendar import ZONE, Calendar, midnight_after
from law.corpus import Corpus, Version
from law.model import DUTY_HOLDERS, Before, Cap, Clock, Gap, Limit, Limitation, Waiting
from law.terms import Span

_ONE_DAY = timedelta(days=1)
_DECEMBER = 12
UNTOLD = "untold"
"""Ended by nothing that happened: whoever told of the case keeps no record of it."""

SAID_NOWHERE = frozenset({"postponed", "suspended", "terminated"})
"""The pauses of which no text says whether a clock stands still."""


class Clocks:
    """The occurrences of a timeline, and the ends among them that are events by themselves."""

    def __init__(
        self, line: Timeline, judgment: Judgment, corpus: Corpus, calendar: Calendar
    ) -> None:
        """Keep the clocks of `line`; its owner says what happens."""
        self._line = line
        self._judgment = judgment
        self._corpus = corpus
        self._calendar = calendar
        self._tellable = vocabulary().first_known.difference(line.dossier.untold)
        self._met_by: dict[str, list[Occurrence]] = defaultdict(list)
        self._ended_by: dict[str, list[Occurrence]] = defaultdict(list)
        self._ends: list[tuple[datetime, int, Occurrence, int]] = []
        self._ticket = counter()
        self._raised: set[str] = set()

    def next_end(self, moment: datetime) -> Trigger | None:
        """Give the earliest end, up to `moment`, that is an event by itself, if there is one."""
        while self._ends and self._ends[0][0] <= moment:
            _, _, occurrence, stamp = heapq.heappop(self._ends)
            if stamp != occurrence.stamp or not occurrence.live or occurrence.paused_by:
                continue
            rule = occurrence.rule
            event = _event_at_end(rule)
            if event is None or occurrence.due is None:
                continue
            end = self._end_that_chains(occurrence, event, occurrence.due)
            day = end.astimezone(ZONE).date() if isinstance(end, datetime) else end
            source, about = f"{event}.{occurrence.trigger.source}", occurrence.trigger.subject
            if of_months(rule):
                source = f"{event}.{day}"
            elif source in self._raised:  # by another clock that the same fact started
                source = f"{event}.{occurrence.version.id}.{occurrence.trigger.source}"
            self._raised.add(source)
            at_once = isinstance(rule, Waiting) and rule.at_once
            at = occurrence.trigger.moment if at_once else None
            return Trigger(event, day, at, None, source, about)
        return None

    def meet(self, fact: Fact) -> None:
        """Let a fact fulfil the open occurrences that are not later than it.

        Of each rule the earliest alone, one about the same asset or person before others, but
        all of them where the rule says `together`.
        """
        taken: set[str] = set()
        for occurrence in nearest_first(fact, self._met_by.get(fact.event, [])):
            rule = occurrence.rule
            if (
                occurrence.live
                and rule.id not in taken
                and self._fulfils(fact, rule)
                and about_the_same(fact, occurrence)
                and in_its_month(fact, occurrence)
                and fact.on >= min(occurrence.start, occurrence.trigger.on)
            ):
                if not rule.together:
                    taken.add(rule.id)
                self._finish(occurrence, fact)

    def end_by(self, trigger: Trigger) -> None:
        """End the clocks that this event makes pointless."""
        fact = trigger.fact
        if fact is not None and fact.event == PERFORMED and fact.field("extent") == "part":
            return
        for occurrence in self._ended_by.get(trigger.event, ()):
            if occurrence.live and ends(trigger, occurrence):
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def end_all(self, trigger: Trigger) -> None:
        """End what does not outlive the case; a time that has run out is over already."""
        self._line.flags_before_end = frozenset(self._line.flags)
        self._line.flags.add("ended")
        self._line.flags -= {"no_means", *PAUSES.values()}
        for occurrence in self._line.live():
            over = occurrence.over_at
            ran_out = not occurrence.is_duty and over is not None and over <= trigger.moment
            if not occurrence.rule.outlives and not ran_out:
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def reopen(self, trigger: Trigger) -> None:
        """Go on where the termination that is revoked ended the case (Law 106/2025, Art. 64.2).

        What it ended runs again, without the time in which nothing could be done.
        """
        line = self._line
        line.flags.discard("ended")
        line.flags |= line.flags_before_end & {"no_means"}
        paused_on, line.paused_on = line.paused_on, None
        for occurrence in line.occurrences:
            if occurrence.ended_by != "terminated" or occurrence.ended_on is None:
                continue
            since, over = occurrence.ended_on, occurrence.over_at
            if occurrence.paused_by and paused_on is not None:
                since = min(since, paused_on)
            occurrence.ended_on = occurrence.ended_by = occurrence.paused_by = None
            first = max(since, occurrence.start)
            if (over is None or over > midnight_after(since - _ONE_DAY)) and first < trigger.on:
                span = Span(first=first, last=trigger.on, ground="terminated")
                occurrence.stood = (*occurrence.stood, span)
            self._count(occurrence)

    def drop(self, flag: str, trigger: Trigger) -> None:
        """Let a flag go, and with it the clocks that ran only while it held."""
        self._line.flags.discard(flag)
        for occurrence in self._line.live():
            if flag in occurrence.rule.while_state and trigger.event not in occurrence.rule.met_by:
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def pause(self, trigger: Trigger) -> None:
        """Stop the clocks that stand still while the case is postponed or suspended."""
        line = self._line
        line.flags.add(PAUSES[trigger.event])
        line.pause_ground = PAUSES[trigger.event]
        if line.paused_on is None:
            line.paused_on = trigger.on
        for occurrence in line.live():
            over = occurrence.over_at
            if occurrence.rule.pauses and (over is None or over > trigger.moment):
                self._halt(occurrence, PAUSES[trigger.event])

    def resume(self, trigger: Trigger) -> None:
        """Run on: what stood still is lengthened by what the pause took."""
        line = self._line
        paused_on, line.paused_on = line.paused_on, None
        for flag in RESUMES[trigger.event]:
            if flag in line.flags:
                self.drop(flag, trigger)
        for occurrence in line.live():
            if occurrence.stands and paused_on is not None:
                ground, occurrence.stands, occurrence.paused_by = occurrence.stands, None, None
                for running in (occurrence.base, occurrence):
                    if running is not None:
                        _leave_out(running, paused_on, trigger.on, ground)
                self._count(occurrence)

    def open(self, trigger: Trigger) -> None:
        """Start the clocks that this event starts under the law of its day."""
        started = self._corpus.started_by(trigger.event, trigger.on, self._line.case_ended)
        for version in started:
            if may_open(version, trigger, self._line):
                self._start(version, trigger)

    def _fulfils(self, fact: Fact, rule: Clock) -> bool:
        if rule.met_when and not self._line.matches(rule.met_when, fact):
            return False
        return fact.field("extent") != "part"

    def _finish(self, occurrence: Occurrence, fact: Fact) -> None:
        due = occurrence.due
        if isinstance(occurrence.rule, Limitation) and isinstance(due, date) and fact.on > due:
            self._judgment.note(fact, occurrence.version)
        occurrence.done = fact
        occurrence.paused_by = None
        self._line.used.add((occurrence.version.id, fact.number))

    def _start(self, version: Version, trigger: Trigger) -> None:
        rule, line = version.rule, self._line
        if not isinstance(rule, Clock):
            return
        if rule.once:
            line.once.add(rule.id)
        occurrence = self._begin(version, rule, trigger)
        if isinstance(rule, Cap) and occurrence.base is None:
            return
        line.occurrences.append(occurrence)
        for event in rule.met_by:
            self._met_by[event].append(occurrence)
        for event in (*rule.unless, *rule.alternative_to):
            self._ended_by[event].append(occurrence)
        self._count(occurrence)
        if rule.pauses and line.paused_on is not None:
            self._halt(occurrence, line.pause_ground)
        if trigger.fact is not None and set_too_late(occurrence):
            self._judgment.note(trigger.fact, version)
        self._meet_early(occurrence)
        self._leave_unjudged(occurrence)

    def _begin(self, version: Version, rule: Clock, trigger: Trigger) -> Occurrence:
        line = self._line
        start = self._start_day(rule, trigger)
        start_at = trigger.at if start == trigger.on else None
        occurrence = Occurrence(version, trigger, start, start_at)
        if line.case_ended is not None:
            change = self._corpus.change_after(version)
            ended_before = change is not None and line.case_ended < change.day
            occurrence.kept = ended_before and any(k.keeps(version) for k in self._corpus.kept)
        if isinstance(rule, Cap):
            lengthened = (o for o in reversed(line.occurrences) if o.version.id in rule.lengthens)
            occurrence.base = next(lengthened, None)
        if isinstance(rule, Before):
            self._replace_earlier(rule.id, trigger)
            planned = trigger.fact
            at = planned.at if planned is not None else None
            day = planned.on if planned is not None else trigger.on
            occurrence.start = at.astimezone(ZONE).date() if at is not None else day
        if rule.excludes:
            occurrence.left_out = spans_named(occurrence, line.facts)
        return occurrence

    def _start_day(self, rule: Clock, trigger: Trigger) -> date:
        start = trigger.on
        if rule.counts_from is not None:
            origin = next(
                (
                    fact
                    for fact in reversed(self._line.seen)
                    if fact.event == rule.counts_from
                    and about_no_other(fact, trigger.subject, rule)
                ),
                None,
            )
            start = origin.on if origin is not None else start
        if rule.delivered_by is not None:
            start = max(start, delivered_on(trigger, rule, self._line.facts))
        for event in rule.and_on:
            also = next((f for f in self._line.facts if f.event == event), None)
            done = next((f for f in self._line.facts if f.event in rule.met_by), None)
            if also is not None and (done is None or also.on <= done.on):
                start = max(start, also.on)
        return start

    def _replace_earlier(self, rule_id: str, trigger: Trigger) -> None:
        for occurrence in self._line.live():
            if occurrence.version.id == rule_id and about_one(trigger, occurrence):
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def _count(self, occurrence: Occurrence) -> None:
        if occurrence.base is not None:
            self._chain(occurrence, occurrence.base)
        read_occurrence(occurrence, self._line, self._corpus, self._calendar)
        occurrence.stamp += 1
        rule = occurrence.rule
        event = _event_at_end(rule)
        if event is None or occurrence.due is None:
            return
        if of_months(rule) and occurrence.due.month == _DECEMBER:
            return  # What is kept by the year ends with it.
        end = self._end_that_chains(occurrence, event, occurrence.due)
        over = end if isinstance(end, datetime) else midnight_after(end)
        if isinstance(rule, Waiting) and rule.at_once:
            over = occurrence.trigger.moment
        heapq.heappush(self._ends, (over, next(self._ticket), occurrence, occurrence.stamp))

    def _chain(self, occurrence: Occurrence, base: Occurrence) -> None:
        """Let an extension start where the text says, at its base's start or end as it is now."""
        read_occurrence(base, self._line, self._corpus, self._calendar)
        due, rule = base.due, occurrence.rule
        end = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
        from_end = isinstance(rule, Cap) and rule.counted_from == "end"
        occurrence.start = end if from_end and end is not None else base.start
        occurrence.start_at = None

    def _halt(self, occurrence: Occurrence, ground: str) -> None:
        """Let a clock stand still, or only show that it might, as its office reads the law."""
        occurrence.stands = ground
        if ground not in SAID_NOWHERE:
            occurrence.paused_by = ground
            return
        if stands_still(self._line.settled):
            occurrence.paused_by = ground
        show_pause(occurrence, self._line.settled)

    def _end_that_chains(
        self, occurrence: Occurrence, event: str, due: date | datetime
    ) -> date | datetime:
        """Give the end from which what follows is counted: the safer one for that.

        The earliest where a duty follows, the latest where the rule or another's time does;
        never a day before the rule itself was in force.
        """
        first, last = occurrence.first_end, occurrence.last_end
        if isinstance(due, datetime):
            return due
        if first is not None and last is not None:
            late = isinstance(occurrence.rule, Waiting) and occurrence.rule.chain_late
            due = last if late or not self._starts_a_duty(event, first) else first
        return max(due, occurrence.version.first) if occurrence.rule.reaches_back else due

    def _starts_a_duty(self, event: str, day: date) -> bool:
        follows = [version.rule for version in self._corpus.started_by(event, day)]
        return any(isinstance(rule, Clock) and rule.holder in DUTY_HOLDERS for rule in follows)

    def conclude(self) -> None:
        """Read again what was done before the change of law that it could have run into."""
        for occurrence in self._line.occurrences:
            if occurrence.over_change and ended_before_change(occurrence, self._corpus):
                read_occurrence(occurrence, self._line, self._corpus, self._calendar)

    def _leave_unjudged(self, occurrence: Occurrence) -> None:
        """End what was over before anybody could tell of it.

        Its source had no column for it, or its facts were received, and its time was over,
        before the engine knew the events that would have met it.
        """
        met_by = occurrence.rule.met_by
        if not met_by or not self._tellable.isdisjoint(met_by):
            return
        fact, due = occurrence.trigger.subject, occurrence.due
        if fact is None or fact.received_at is None or due is None:
            return
        read = fact.received_at.astimezone(ZONE).date()
        over = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
        # What a register shows as running still, such as a postponement, it does tell of; and
        # of what it keeps no record of, somebody else told.
        reported, untold = occurrence.trigger.fact is not None, self._line.dossier.untold
        untold = untold if reported and over < read and fact.event not in untold else ()
        ended_on = read
        for event in met_by:
            known_from = vocabulary().kind(event).known_from
            if event not in untold:
                # Whoever could report what started it could report what meets it.
                if max(read, over, vocabulary().kind(fact.event).known_from) >= known_from:
                    return
                ended_on = max(ended_on, known_from)
        if occurrence.live and occurrence.is_duty:
            occurrence.ended_on, occurrence.ended_by = ended_on, UNTOLD

    def _meet_early(self, occurrence: Occurrence) -> None:
        """Let a fact of the same day, or since the event the rule names, fulfil it at once."""
        rule, line = occurrence.rule, self._line
        if rule.while_state and rule.met_early_since is None:
            return
        since = occurrence.start
        if rule.met_early_since is not None:
            first = line.last(rule.met_early_since)
            if first is not None:
                since = min(since, first.on)
        for fact in line.seen if rule.met_by else ():
            if (
                fact.event in rule.met_by
                and fact.on >= since
                and (fact.number != getattr(occurrence.trigger.fact, "number", None))
                and (occurrence.version.id, fact.number) not in line.used
                and self._fulfils(fact, rule)
                and about_the_same(fact, occurrence)
                and in_its_month(fact, occurrence)
            ):
                self._finish(occurrence, fact)
                return


def _leave_out(occurrence: Occurrence, paused_on: date, resumed_on: date, ground: str) -> None:
    first = max(paused_on, occurrence.start)
    if first >= resumed_on:
        return
    span = Span(first=first, last=resumed_on, ground=ground)
    if ground in SAID_NOWHERE:
        occurrence.stood = (*occurrence.stood, span)
    else:
        occurrence.left_out = (*occurrence.left_out, span)


def _event_at_end(rule: Clock) -> str | None:
    """Give the event that the end of a clock is, where it is one."""
    return rule.raises if isinstance(rule, (Limit, Cap, Waiting, Gap)) else None
