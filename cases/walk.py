"""Walk through a dossier's facts in order, with what time itself brings between them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from cases.clocks import Clocks
from cases.dossier import Dossier
from cases.facts import Fact
from cases.halts import halts_on
from cases.judgment import Judgment
from cases.predicates import PREDICATES
from cases.stages import FIRST_STAGE, PAUSES, RESUMES, STATUS, TRANSITIONS, next_stage
from cases.timeline import Timeline, Trigger
from law.calendar import ZONE, Calendar, midnight_after
from law.corpus import Corpus
from law.model import Clock

_ONE_DAY, _NO_TIME = timedelta(days=1), timedelta()
VOLUNTARY_PERIOD = "voluntary_period"
"""The rule whose running is the stage of that name; a gap where its text is not at hand."""
_FAR = datetime.max.replace(tzinfo=ZONE)
_MOVING = {t.event for t in TRANSITIONS} | set(RESUMES) | {"termination_revoked"}
_HORIZON = 200
"""No chain of derived events is longer; a longer one is a circle in the book."""


class Walk:
    """One pass over the facts; what it leaves in `line` and `judgment` is the raw answer."""

    def __init__(
        self, dossier: Dossier, corpus: Corpus, calendar: Calendar, as_of: datetime
    ) -> None:
        """Prepare a walk that sees the facts and looks ahead beyond `as_of`."""
        self.corpus = corpus
        self.as_of = as_of
        placed = [(self._place(fact), fact) for fact in dossier.effective_facts()]
        placed.sort(key=lambda place_and_fact: place_and_fact[0])
        self._moments = tuple(place[0] for place, _ in placed)
        facts = tuple(fact for _, fact in placed)
        first, settled = FIRST_STAGE[dossier.kind], corpus.settled_for(dossier.office)
        self.line = Timeline(dossier, facts, first, settled, officer=dossier.officer)
        self.judgment = Judgment(self.line, corpus, calendar)
        self.turns: list[tuple[datetime, str]] = []
        self.stage_now: tuple[str, date | None]
        self._clocks = Clocks(self.line, self.judgment, corpus, calendar)
        self._changes = sorted({act.in_force for act in corpus.acts if act.replaces})

    def run(self) -> Walk:
        """Take every fact and every derived event in their order."""
        for moment, fact in zip(self._moments, self.line.facts, strict=True):
            self._pass_until(moment)
            self._take(self._trigger(fact))
        self._pass_until(self.as_of)
        self.judgment.judge_standing_plan()
        self.stage_now = (self.line.stage, self.line.stage_since)
        self._pass_until(_FAR)
        self._clocks.conclude()
        return self

    def _trigger(self, fact: Fact) -> Trigger:
        """Make a fact a trigger; a plan starts clocks when it is made, not when it is due."""
        if fact.kind.plan:
            heard = min(fact.received_at or self.as_of, self.as_of)
            made = min(fact.on, heard.astimezone(ZONE).date())
            return Trigger(fact.event, made, None, fact, str(fact.number))
        return Trigger(fact.event, fact.on, fact.at, fact, str(fact.number))

    def _place(self, fact: Fact) -> tuple[datetime, int]:
        """Give a fact its place: its moment or day; a plan that lies ahead is known now."""
        if fact.kind.plan:
            return min(datetime.combine(fact.on, time.min, ZONE), self.as_of), fact.number
        return fact.at or datetime.combine(fact.on, time.min, ZONE), fact.number

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
            trigger = self._clocks.next_end(moment)
            if trigger is None:
                return
            self._take(trigger)

    def _take(self, trigger: Trigger) -> None:
        fact = trigger.fact
        if fact is not None:
            if not self.judgment.judge(fact):
                self._leave_out(fact)
                return
            self._clocks.meet(fact)
        self._clocks.end_by(trigger)
        self._change_state(trigger)
        if fact is not None:
            self.line.seen.append(fact)
            if fact.kind.progress:
                self.line.last_on = fact.on
        self.line.seen_events.add(trigger.event)
        if not (fact is not None and self.judgment.refused(fact)):
            self._clocks.open(trigger)
        self._ripen(trigger)

    def _leave_out(self, fact: Fact) -> None:
        """Let an act without effect be heard of, and no more."""
        self.line.facts = tuple(other for other in self.line.facts if other is not fact)
        self.line.last_on = fact.on

    def _change_state(self, trigger: Trigger) -> None:
        line, fact = self.line, trigger.fact
        if fact is not None and fact.kind.remembers:
            line.remember(fact)
        match trigger.event:
            case "officer_assigned" if fact is not None:
                line.officer = str(fact.fields.get("officer") or line.officer or "assigned")
            case "coercion_decided" if fact is not None:
                line.urgent = bool(fact.field("urgent"))
                line.flags.discard("seizing_immovable")
                if fact.field("measure") == "seizure" and fact.fields.get("immovable") is not False:
                    line.flags.add("seizing_immovable")
            case "enforcement_halted":
                line.flags.add("halted")
            case "enforcement_halt_lifted" | "enforcement_halt_ended":
                self._lift_halt(trigger)
            case "request_received" if line.stage in ("request_returned", "refused"):
                line.once.clear()
                line.flags.discard("ended")
            case "termination_revoked" if line.stage == "terminated":
                self._clocks.reopen(trigger)
            case _:
                self._change_pace(trigger)
        self._move(trigger)

    def _lift_halt(self, trigger: Trigger) -> None:
        """Let enforcement go on where no other complaint halts it."""
        told = [*self.line.seen, *([trigger.fact] if trigger.fact is not None else [])]
        if not halts_on(told, trigger.on + (_ONE_DAY if trigger.fact is None else _NO_TIME)):
            self.line.flags.discard("halted")

    def _change_pace(self, trigger: Trigger) -> None:
        """Let the clocks stand still, or run on; anything else may be about the means."""
        if trigger.event in PAUSES:
            self._clocks.pause(trigger)
        elif trigger.event in RESUMES:
            self._clocks.resume(trigger)
        else:
            self._change_means(trigger)

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
            case "enforcement_continued" | "no_means_revoked":
                line.flags.discard("separate_register")
                self._clocks.drop("no_means", trigger)
            case "new_information_received":
                line.information_open = True
            case "no_means_wait_ended":
                line.wait_ended_on = trigger.on

    def _stage_after(self, trigger: Trigger) -> str:
        line, fact = self.line, trigger.fact
        if trigger.event in RESUMES:
            return line.stage_before_pause if STATUS[line.stage] == "paused" else line.stage
        if trigger.event == "termination_revoked":
            return line.stage_before_end if line.stage == "terminated" else line.stage
        if trigger.event == "decision_validly_notified" and not self._opens_voluntary(trigger):
            return line.stage
        return next_stage(line.stage, trigger.event, lambda name: line.value(name, fact))

    def _move(self, trigger: Trigger) -> None:
        if trigger.event not in _MOVING:
            return
        line = self.line
        stage = self._stage_after(trigger)
        if trigger.event in PAUSES and STATUS[stage] == "paused" != STATUS[line.stage]:
            line.stage_before_pause = line.stage
        if stage == line.stage:
            return
        if STATUS[line.stage] == "closed" != STATUS[stage]:
            line.flags.discard("ended")  # it is taken up again
        if STATUS[stage] == "closed":
            paused = STATUS[line.stage] == "paused"
            line.stage_before_end = line.stage_before_pause if paused else line.stage
        line.enter(stage, trigger.moment.astimezone(ZONE).date())
        if trigger.moment > self.as_of:
            self.turns.append((trigger.moment, stage))
        if STATUS[stage] == "closed":
            self._clocks.end_all(trigger)

    def _opens_voluntary(self, trigger: Trigger) -> bool:
        """Tell whether it is this notice, and not one of another paper, that starts the period."""
        started = self.corpus.started_by(trigger.event, trigger.on)
        return any(
            v.id == VOLUNTARY_PERIOD
            and isinstance(v.rule, Clock)
            and self.line.matches(v.rule.when, trigger.fact)
            and not (v.rule.unless_when and self.line.matches(v.rule.unless_when, trigger.fact))
            for v in started
        )

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
