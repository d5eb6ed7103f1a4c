"""Keep a dossier's clocks while its facts are walked through: open, meet, pause, end them."""

from __future__ import annotations

import heapq
from datetime import date, datetime, timedelta
from itertools import count as counter

from cases.counting import count_occurrence, readings_of, set_too_late, spans_named
from cases.facts import Fact
from cases.judgment import Judgment
from cases.predicates import PREDICATES
from cases.subjects import about_no_other, about_one, about_the_same, ends, nearest_first
from cases.timeline import PERFORMED, Occurrence, Timeline, Trigger
from cases.vocabulary import vocabulary
from law.calendar import ZONE, Calendar, midnight_after
from law.corpus import Corpus, Version
from law.model import Before, Cap, Clock, Limit, Limitation, Waiting
from law.terms import Span

_ONE_DAY = timedelta(days=1)
UNTOLD = "untold"
"""Ended by nothing that happened: whoever told of the case keeps no record of it."""

PAUSES = {
    "postponed": "postponed",
    "temporarily_suspended": "suspended",
    "complaint_suspended": "complaint_suspended",
    "denunciation_suspended": "denunciation_suspended",
}
"""The state that each event brings in which clocks may stand still."""
RESUMES = {
    "resumed": ("postponed", "suspended"),
    "complaint_resumed": ("complaint_suspended",),
    "denunciation_resumed": ("denunciation_suspended",),
}
"""The states that each event ends."""


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
        self._ends: list[tuple[datetime, int, Occurrence, int]] = []
        self._ticket = counter()
        self._raised: set[str] = set()

    def next_end(self, moment: datetime) -> Trigger | None:
        """Give the earliest end, up to `moment`, that is an event by itself, if there is one."""
        while self._ends and self._ends[0][0] <= moment:
            _, _, occurrence, stamp = heapq.heappop(self._ends)
            if stamp != occurrence.stamp or not occurrence.live or occurrence.paused_by:
                continue
            due, rule = occurrence.due, occurrence.rule
            event = _event_at_end(rule)
            if event is None or due is None:
                continue
            day = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
            if isinstance(rule, Waiting) and rule.chain_late and occurrence.later_reading:
                day = max(day, occurrence.later_reading)
            if rule.reaches_back:
                day = max(day, occurrence.version.first)
            source, about = f"{event}.{occurrence.trigger.source}", occurrence.trigger.subject
            if source in self._raised:  # by another clock that the same fact started
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
        event = fact.event
        for occurrence in nearest_first(fact, self._line.occurrences):
            rule = occurrence.rule
            if (
                event in rule.met_by
                and occurrence.live
                and rule.id not in taken
                and self._fulfils(fact, rule)
                and about_the_same(fact, occurrence)
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
        event = trigger.event
        for occurrence in self._line.live() if event in self._corpus.ending else ():
            rule = occurrence.rule
            if (event in rule.unless or event in rule.alternative_to) and ends(trigger, occurrence):
                occurrence.ended_on, occurrence.ended_by = trigger.on, event

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
                occurrence.excluded = (*occurrence.excluded, span)
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
                occurrence.paused_by = PAUSES[trigger.event]

    def resume(self, trigger: Trigger) -> None:
        """Run on: what stood still is lengthened by what the pause took."""
        line = self._line
        paused_on, line.paused_on = line.paused_on, None
        for flag in RESUMES[trigger.event]:
            if flag in line.flags:
                self.drop(flag, trigger)
        for occurrence in line.live():
            if occurrence.paused_by and paused_on is not None:
                ground, occurrence.paused_by = occurrence.paused_by, None
                for running in (occurrence.base, occurrence):
                    first = max(paused_on, running.start) if running else trigger.on
                    if running is not None and first < trigger.on:
                        span = Span(first=first, last=trigger.on, ground=ground)
                        running.excluded = (*running.excluded, span)
                self._count(occurrence)

    def open(self, trigger: Trigger) -> None:
        """Start the clocks that this event starts under the law of its day."""
        started = self._corpus.started_by(trigger.event, trigger.on, self._line.case_ended)
        for version in started:
            if self._may_open(version, trigger):
                self._start(version, trigger)

    def _fulfils(self, fact: Fact, rule: Clock) -> bool:
        if fact.event not in rule.met_by:
            return False
        return self._line.matches(rule.met_when, fact) and fact.field("extent") != "part"

    def _finish(self, occurrence: Occurrence, fact: Fact) -> None:
        due = occurrence.due
        if isinstance(occurrence.rule, Limitation) and isinstance(due, date) and fact.on > due:
            self._judgment.note(fact, occurrence.version)
        occurrence.done = fact
        occurrence.paused_by = None
        self._line.used.add((occurrence.version.id, fact.number))

    def _may_open(self, version: Version, trigger: Trigger) -> bool:
        rule, line, fact = version.rule, self._line, trigger.fact
        if not isinstance(rule, Clock) or rule.id in line.once:
            return False
        if "ended" in line.flags and not rule.outlives:
            return False
        if not line.matches(rule.when, fact) or not line.flags.issuperset(rule.while_state):
            return False
        if rule.unless_when and line.matches(rule.unless_when, fact):
            return False
        if rule.only_with and not any(f.event in rule.only_with for f in line.facts):
            return False
        if rule.unless and any(self._holds_off(name, trigger, rule) for name in rule.unless):
            return False
        if rule.kind == "waiting" and isinstance(rule, Waiting) and rule.ends_by_field:
            return fact is not None and rule.ends_by_field in fact.fields
        # A gap that stands open says all there is to say; a derived event starts nothing twice.
        if fact is None or rule.kind == "gap":
            return not any(o.version.id == rule.id and about_one(trigger, o) for o in line.live())
        return True

    def _holds_off(self, name: str, trigger: Trigger, rule: Clock) -> bool:
        predicate = PREDICATES.get(name)
        if predicate is not None:
            return predicate(self._line, trigger.fact)
        if name not in self._line.seen_events:
            return False
        return any(
            f.event == name
            and f.field("extent") != "part"
            and about_no_other(f, trigger.subject, rule)
            for f in self._line.seen
        )

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
        if rule.pauses and line.paused_on is not None:
            occurrence.paused_by = line.pause_ground
        self._count(occurrence)
        if trigger.fact is not None and set_too_late(occurrence):
            self._judgment.note(trigger.fact, version)
        self._meet_early(occurrence)
        self._leave_unjudged(occurrence)

    def _begin(self, version: Version, rule: Clock, trigger: Trigger) -> Occurrence:
        line = self._line
        start = self._start_day(rule, trigger)
        start_at = trigger.at if start == trigger.on else None
        occurrence = Occurrence(version, trigger, start, start_at)
        ended, change = line.case_ended, self._corpus.change_after(version)
        if ended is not None and change is not None and ended < change[0]:
            occurrence.kept = any(kept.keeps(version) for kept in self._corpus.kept)
        if isinstance(rule, Cap):
            lengthened = (o for o in reversed(line.occurrences) if o.version.id in rule.lengthens)
            occurrence.base = next(lengthened, None)
        if isinstance(rule, Before):
            self._replace_earlier(rule.id, trigger)
            at = trigger.fact.at if trigger.fact is not None else None
            occurrence.start = at.astimezone(ZONE).date() if at is not None else trigger.on
        if rule.excludes:
            occurrence.excluded = spans_named(occurrence, line.facts)
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
        occurrence.counted = count_occurrence(occurrence, self._calendar)
        occurrence.stamp += 1
        rule = occurrence.rule
        # Only of an end that starts something else is the later reading asked for.
        if _event_at_end(rule) is None:
            return
        _, _, latest = readings_of(occurrence, self._corpus, self._calendar)
        occurrence.later_reading = latest
        over = occurrence.over_at
        if over is None:
            return
        if isinstance(rule, Waiting) and rule.chain_late and latest is not None:
            over = max(over, midnight_after(latest))
        if rule.reaches_back:
            over = max(over, midnight_after(occurrence.version.first))
        ticket = next(self._ticket)
        heapq.heappush(self._ends, (over, ticket, occurrence, occurrence.stamp))

    def _chain(self, occurrence: Occurrence, base: Occurrence) -> None:
        """Let an extension start where the text says, at its base's start or end as it is now."""
        base.counted = count_occurrence(base, self._calendar)
        due, rule = base.due, occurrence.rule
        end = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
        from_end = isinstance(rule, Cap) and rule.counted_from == "end"
        occurrence.start = end if from_end and end is not None else base.start
        occurrence.start_at = None

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
        # What a register shows as running still, such as a postponement, it does tell of.
        reported = occurrence.trigger.fact is not None
        untold = self._line.dossier.untold if reported and over < read else ()
        ended_on = read
        for event in met_by:
            known_from = vocabulary().kind(event).known_from
            if event not in untold:
                if max(read, over) >= known_from:
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
            ):
                self._finish(occurrence, fact)
                return


def _event_at_end(rule: Clock) -> str | None:
    """Give the event that the end of a clock is, where it is one."""
    return rule.raises if isinstance(rule, (Limit, Waiting)) else None
