"""Walk through a dossier's facts in order: open, meet, pause and end its clocks."""

from __future__ import annotations

import heapq
from datetime import date, datetime, time, timedelta
from itertools import count as counter

from cases.counting import count_occurrence, readings_of
from cases.dossier import Dossier
from cases.facts import Fact
from cases.judgment import Judgment
from cases.predicates import PREDICATES
from cases.stages import STATUS, next_stage
from cases.timeline import PERFORMED, Occurrence, Timeline, Trigger
from law.calendar import ZONE, Calendar, midnight_after
from law.corpus import Corpus, Version
from law.model import Clock, Gap, Limit, Limitation, Waiting
from law.terms import Span

PAUSES = {"postponed": "postponed", "temporarily_suspended": "suspended"}
_ONE_DAY = timedelta(days=1)
_FAR = datetime.max.replace(tzinfo=ZONE)
_HORIZON = 200
"""No chain of derived events is longer; a longer one is a circle in the book."""


class Walk:
    """One pass over the facts; what it leaves in `line` and `judgment` is the raw answer."""

    def __init__(
        self, dossier: Dossier, corpus: Corpus, calendar: Calendar, as_of: datetime
    ) -> None:
        """Prepare a walk that sees the facts and looks ahead beyond `as_of`."""
        self.corpus = corpus
        self.calendar = calendar
        self.as_of = as_of
        placed = [(self._place(fact), fact) for fact in dossier.effective_facts()]
        placed.sort(key=lambda place_and_fact: place_and_fact[0])
        self._moments = tuple(place[0] for place, _ in placed)
        facts = tuple(fact for _, fact in placed)
        self.line = Timeline(dossier=dossier, facts=facts, officer=dossier.officer)
        self.judgment = Judgment(self.line, corpus, calendar)
        self.turns: list[tuple[datetime, str]] = []
        self.stage_now: tuple[str, date | None] = ("", None)
        self._queue: list[tuple[datetime, int, Occurrence, int]] = []
        self._ticket = counter()
        self._changes = sorted({act.in_force for act in corpus.acts if act.replaces})

    def run(self) -> Walk:
        """Take every fact and every derived event in their order."""
        for moment, fact in zip(self._moments, self.line.facts, strict=True):
            self._derive_before(moment)
            self._take(self._trigger(fact))
        self._derive_before(self.as_of)
        self.judgment.judge_standing_plan()
        self.stage_now = (self.line.stage, self.line.stage_since)
        self._pass_until(_FAR)
        return self

    def _trigger(self, fact: Fact) -> Trigger:
        """Make a fact a trigger; a plan starts clocks when it is made, not when it is due."""
        if fact.kind.plan:
            made = min(fact.on, self.as_of.astimezone(ZONE).date())
            return Trigger(fact.event, made, None, fact, str(fact.number))
        return Trigger(fact.event, fact.on, fact.at, fact, str(fact.number))

    def _place(self, fact: Fact) -> tuple[datetime, int]:
        """Give a fact its place: its moment or day; a plan that lies ahead is known now."""
        if fact.kind.plan or fact.at is None:
            moment = datetime.combine(fact.on, time.min, ZONE)
        else:
            moment = fact.at
        return (min(moment, self.as_of) if fact.kind.plan else moment, fact.number)

    def _pass_until(self, moment: datetime) -> None:
        """Let time pass: clocks end, and on its day a new act takes over from the old one."""
        while self._changes and midnight_after(self._changes[0] - _ONE_DAY) <= moment:
            day = self._changes.pop(0)
            self._derive_before(midnight_after(day - _ONE_DAY))
            if self.line.seen:
                dawn = midnight_after(day - _ONE_DAY)
                self._take(Trigger("act_replaced", day, dawn, None, f"act_replaced.{day}"))
        self._derive_before(moment)

    def _derive_before(self, moment: datetime) -> None:
        for _ in range(_HORIZON):
            if not self._queue or self._queue[0][0] > moment:
                return
            _, _, occurrence, stamp = heapq.heappop(self._queue)
            if stamp != occurrence.stamp or not occurrence.live or occurrence.paused_by:
                continue
            due = occurrence.due
            event = _event_at_end(occurrence.rule)
            if event is None or due is None:
                continue
            day = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
            rule = occurrence.rule
            if isinstance(rule, Waiting) and rule.chain_late and occurrence.later_reading:
                day = max(day, occurrence.later_reading)
            self._take(Trigger(event, day, None, None, f"{event}.{occurrence.trigger.source}"))

    def _take(self, trigger: Trigger) -> None:
        fact = trigger.fact
        if fact is not None:
            self.judgment.judge(fact)
            self._meet(fact)
        self._end_by(trigger)
        self._change_state(trigger)
        if fact is not None:
            self.line.seen.append(fact)
            self.line.last_on = fact.on
        self.line.seen_events.add(trigger.event)
        if not (fact is not None and self.judgment.refused(fact)):
            self._open(trigger)
        self._ripen(trigger)

    def _meet(self, fact: Fact) -> None:
        """Let a fact fulfil the open occurrences that are not later than it.

        Of each rule the earliest alone, but all of them where the rule says `together`.
        """
        taken: set[str] = set()
        for occurrence in self.line.occurrences:
            rule = occurrence.rule
            if (
                fact.event in rule.met_by
                and occurrence.live
                and rule.id not in taken
                and self._fulfils(fact, rule)
                and fact.on >= min(occurrence.start, occurrence.trigger.on)
            ):
                if not rule.together:
                    taken.add(rule.id)
                self._finish(occurrence, fact)

    def _fulfils(self, fact: Fact, rule: Clock) -> bool:
        if fact.event not in rule.met_by:
            return False
        return self.line.matches(rule.met_when, fact) and fact.field("extent") != "part"

    def _finish(self, occurrence: Occurrence, fact: Fact) -> None:
        due = occurrence.due
        if isinstance(occurrence.rule, Limitation) and isinstance(due, date) and fact.on > due:
            self.judgment.note(fact, occurrence.version)
        occurrence.done = fact
        occurrence.paused_by = None
        self.line.used.add((occurrence.version.id, fact.number))

    def _end_by(self, trigger: Trigger) -> None:
        """End the clocks that this event makes pointless."""
        fact = trigger.fact
        if fact is not None and fact.event == PERFORMED and fact.field("extent") == "part":
            return
        for occurrence in self.line.live():
            rule = occurrence.rule
            if trigger.event in rule.unless or trigger.event in rule.alternative_to:
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def _change_state(self, trigger: Trigger) -> None:
        line, fact = self.line, trigger.fact
        match trigger.event:
            case "officer_assigned" if fact is not None:
                line.officer = str(fact.fields.get("officer") or line.officer or "assigned")
            case "coercion_decided" if fact is not None:
                line.urgent = bool(fact.field("urgent"))
                line.flags.discard("seizing_immovable")
                if fact.field("measure") == "seizure" and fact.fields.get("immovable") is not False:
                    line.flags.add("seizing_immovable")
            case "request_received" if line.stage in ("request_returned", "refused"):
                line.once.clear()
                line.flags.discard("ended")
            case "postponed" | "temporarily_suspended":
                self._pause(trigger)
            case "resumed":
                self._resume(trigger)
            case _:
                self._change_means(trigger)
        self._move(trigger)

    def _change_means(self, trigger: Trigger) -> None:
        """Keep what is known of the debtor's means."""
        line, fact = self.line, trigger.fact
        match trigger.event:
            case "means_verified" if fact is not None:
                line.situation = str(fact.field("situation"))
                line.outcome = str(fact.field("outcome"))
                line.information_open = False
                if "no_means" in line.flags and line.outcome == "without_means":
                    line.reverified.append(fact)
            case "no_means_decided":
                line.flags.add("no_means")
                line.no_means_on, line.wait_ended_on = trigger.on, None
                line.reverified, line.outcome = [], "without_means"
            case "moved_to_separate_register":
                line.flags.add("separate_register")
            case "enforcement_continued":
                line.flags.discard("separate_register")
                self._drop("no_means", trigger)
            case "new_information_received":
                line.information_open = True
            case "no_means_wait_ended":
                line.wait_ended_on = trigger.on

    def _move(self, trigger: Trigger) -> None:
        line, fact = self.line, trigger.fact
        values: dict[str, object] = {"origin": line.dossier.origin}
        if fact is not None:
            values |= {"outcome": fact.field("outcome"), "extent": fact.field("extent")}
        stage = next_stage(line.stage, trigger.event, values)
        if trigger.event == "decision_validly_notified" and not self._opens_voluntary(trigger):
            stage = line.stage
        if trigger.event == "resumed" and STATUS[line.stage] == "paused":
            stage = line.stage_before_pause
        if trigger.event in PAUSES and STATUS[stage] == "paused" != STATUS[line.stage]:
            line.stage_before_pause = line.stage
        if stage == line.stage:
            return
        line.stage, line.stage_since = stage, trigger.moment.astimezone(ZONE).date()
        if trigger.moment > self.as_of:
            self.turns.append((trigger.moment, stage))
        if STATUS[stage] == "closed":
            self._end_all(trigger)

    def _opens_voluntary(self, trigger: Trigger) -> bool:
        started = self.corpus.started_by(trigger.event, trigger.on)
        return any(
            isinstance(v.rule, Clock)
            and self.line.matches(v.rule.when, trigger.fact)
            and not (v.rule.unless_when and self.line.matches(v.rule.unless_when, trigger.fact))
            for v in started
        )

    def _end_all(self, trigger: Trigger) -> None:
        self.line.flags.add("ended")
        self.line.flags -= {"no_means", "postponed", "suspended"}
        for occurrence in self.line.live():
            if not occurrence.rule.outlives:
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def _drop(self, flag: str, trigger: Trigger) -> None:
        self.line.flags.discard(flag)
        for occurrence in self.line.live():
            if flag in occurrence.rule.while_state and trigger.event not in occurrence.rule.met_by:
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def _pause(self, trigger: Trigger) -> None:
        line = self.line
        line.flags.add(PAUSES[trigger.event])
        line.pause_ground = PAUSES[trigger.event]
        if line.paused_on is None:
            line.paused_on = trigger.on
        for occurrence in line.live():
            over = occurrence.over_at
            if occurrence.rule.pauses and (over is None or over > trigger.moment):
                occurrence.paused_by = PAUSES[trigger.event]

    def _resume(self, trigger: Trigger) -> None:
        line = self.line
        paused_on, line.paused_on = line.paused_on, None
        for flag in ("postponed", "suspended"):
            if flag in line.flags:
                self._drop(flag, trigger)
        for occurrence in line.live():
            if occurrence.paused_by and paused_on is not None:
                ground, occurrence.paused_by = occurrence.paused_by, None
                first = max(paused_on, occurrence.start)
                if first < trigger.on:
                    span = Span(first=first, last=trigger.on, ground=ground)
                    occurrence.excluded = (*occurrence.excluded, span)
                self._count(occurrence)

    def _ripen(self, trigger: Trigger) -> None:
        """Raise the ripeness for the separate register once its three conditions are met."""
        line = self.line
        if (
            "no_means" in line.flags
            and line.wait_ended_on is not None
            and not line.information_open
            and PREDICATES["two_verifications_without_means"](line, None)
            and "separate_register_ripe" not in line.once
            and trigger.event in ("no_means_wait_ended", "means_verified")
        ):
            line.once.add("separate_register_ripe")
            source = f"separate_register_ripe.{trigger.source}"
            self._take(Trigger("separate_register_ripe", trigger.on, trigger.at, None, source))

    def _open(self, trigger: Trigger) -> None:
        for version in self.corpus.started_by(trigger.event, trigger.on):
            if self._may_open(version, trigger):
                self._start(version, trigger)

    def _may_open(self, version: Version, trigger: Trigger) -> bool:
        rule, line, fact = version.rule, self.line, trigger.fact
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
        if any(self._holds_off(name, fact) for name in rule.unless):
            return False
        if isinstance(rule, Waiting) and rule.ends_by_field:
            return fact is not None and rule.ends_by_field in fact.fields
        again = any(o.version.id == rule.id for o in line.live())
        # A gap that stands open says all there is to say; a derived event starts nothing twice.
        return not (again and (fact is None or isinstance(rule, Gap)))

    def _holds_off(self, name: str, fact: Fact | None) -> bool:
        predicate = PREDICATES.get(name)
        if predicate is not None:
            return predicate(self.line, fact)
        if name not in self.line.seen_events:
            return False
        return any(f.event == name and f.field("extent") != "part" for f in self.line.seen)

    def _start(self, version: Version, trigger: Trigger) -> None:
        rule, line = version.rule, self.line
        if not isinstance(rule, Clock):
            return
        if rule.once:
            line.once.add(rule.id)
        start = self._start_day(rule, trigger)
        start_at = trigger.at if start == trigger.on else None
        occurrence = Occurrence(version, trigger, start, start_at)
        if rule.kind == "before":
            self._replace_earlier(rule.id, trigger)
            at = trigger.fact.at if trigger.fact is not None else None
            occurrence.start = at.astimezone(ZONE).date() if at is not None else trigger.on
        line.occurrences.append(occurrence)
        if rule.pauses and line.paused_on is not None:
            occurrence.paused_by = line.pause_ground
        self._count(occurrence)
        self._meet_early(occurrence)

    def _start_day(self, rule: Clock, trigger: Trigger) -> date:
        start = trigger.on
        for event in rule.and_on:
            also = next((f for f in self.line.facts if f.event == event), None)
            done = next((f for f in self.line.facts if f.event in rule.met_by), None)
            if also is not None and (done is None or also.on <= done.on):
                start = max(start, also.on)
        return start

    def _replace_earlier(self, rule_id: str, trigger: Trigger) -> None:
        for occurrence in self.line.live():
            if occurrence.version.id == rule_id:
                occurrence.ended_on, occurrence.ended_by = trigger.on, trigger.event

    def _count(self, occurrence: Occurrence) -> None:
        occurrence.counted = count_occurrence(occurrence, self.calendar)
        occurrence.stamp += 1
        _, _, latest = readings_of(occurrence, self.corpus, self.calendar)
        occurrence.later_reading = latest
        over = occurrence.over_at
        rule = occurrence.rule
        if over is None or _event_at_end(rule) is None:
            return
        if isinstance(rule, Waiting) and rule.chain_late and latest is not None:
            over = max(over, midnight_after(latest))
        ticket = next(self._ticket)
        heapq.heappush(self._queue, (over, ticket, occurrence, occurrence.stamp))

    def _meet_early(self, occurrence: Occurrence) -> None:
        """Let a fact of the same day, or since the event the rule names, fulfil it at once."""
        rule, line = occurrence.rule, self.line
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
            ):
                self._finish(occurrence, fact)
                return


def _event_at_end(rule: Clock) -> str | None:
    """Give the event that the end of a clock is, where it is one."""
    return rule.raises if isinstance(rule, (Limit, Waiting)) else None
