"""Judge acts and plans by the windows and guards of the law of their day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from cases.assessment import Irregularity, RefusedPlan
from cases.facts import Fact
from cases.predicates import PREDICATES
from cases.subjects import about_what
from cases.tet import barring, days_around_tet, words_of
from cases.timeline import Occurrence, Timeline
from cases.vocabulary import Value
from law.calendar import ZONE, Calendar, Words, midnight_after
from law.corpus import Corpus, Version
from law.errors import CalendarNotKnownError
from law.model import Gap, Guard, Hours, Window
from law.settlements import Settlement

_ONE_DAY = timedelta(days=1)
_SEARCH = 400
"""Steps after which no lawful moment is looked for any more; Tết and a period take far fewer."""


class Judgment:
    """What the windows and guards said of each act and plan."""

    def __init__(self, line: Timeline, corpus: Corpus, calendar: Calendar) -> None:
        """Judge against a timeline that its owner keeps walking."""
        self.line = line
        self.corpus = corpus
        self.calendar = calendar
        self.irregularities: list[Irregularity] = []
        self.refused_plans: list[RefusedPlan] = []
        self._refused: set[int] = set()

    def refused(self, fact: Fact) -> bool:
        """Tell whether a plan does not stand."""
        return fact.number in self._refused

    def judge(self, fact: Fact) -> bool:
        """Raise an irregularity for an act, or refuse a plan, that a rule forbids.

        Tell whether the act has an effect: one that breaks a guard which `voids` has none.
        """
        if fact.event not in self.corpus.by_bar:
            return True
        moment = fact.at or datetime.combine(fact.on, time(12), ZONE)
        broken = self._broken(fact, moment)
        if not broken:
            return True
        if fact.kind.plan:
            self._refuse(fact, moment, broken)
            return True
        self.irregularities += [self._irregularity(fact, version) for version in broken]
        return not any(isinstance(v.rule, Guard) and v.rule.voids for v in broken)

    def note(self, fact: Fact, version: Version) -> None:
        """Raise an irregularity that a clock has found."""
        self.irregularities.append(self._irregularity(fact, version))

    def _irregularity(self, fact: Fact, version: Version) -> Irregularity:
        cite, reason = version.cite, self._reason(version, fact.on)
        return Irregularity(
            event=fact.event, fact=fact.number, on=fact.on, at=fact.at, rule=version.id,
            act=cite.act, article=cite.article, clause=cite.clause, reason=reason.vi,
            reason_en=reason.en,
        )  # fmt: skip

    def judge_standing_plan(self) -> None:
        """Judge the last plan again: what came after it may have made it unlawful.

        Of each asset or person that the plans name, the last.
        """
        if "coercion_planned" not in self.line.seen_events:
            return
        standing: dict[tuple[Value | None, ...], Fact] = {}
        for fact in self.line.seen:
            if fact.event == "coercion_planned":
                standing[about_what(fact)] = fact
            elif fact.event == "coercion_carried_out":
                done = about_what(fact)
                # One that names nothing, or a plan that named nothing, is about the other.
                standing = {
                    about: plan
                    for about, plan in standing.items()
                    if any(a != b and None not in (a, b) for a, b in zip(about, done, strict=True))
                }
        for plan in standing.values():
            if plan.at is None or self.refused(plan):
                continue
            broken = self._broken(plan, plan.at)
            if broken:
                self._refuse(plan, plan.at, broken)
                for occurrence in self.line.live():
                    if occurrence.trigger.fact is plan:
                        occurrence.ended_on, occurrence.ended_by = plan.on, "plan_refused"

    def _broken(self, fact: Fact, moment: datetime) -> list[Version]:
        day = moment.astimezone(ZONE).date() if fact.kind.plan else fact.on
        return [v for v in self.corpus.judging(fact.event, day) if self._breaks(fact, moment, v)]

    def _breaks(self, fact: Fact, moment: datetime, version: Version) -> bool:
        rule = version.rule
        if not isinstance(rule, (Window, Guard)):
            return False
        if rule.when and not self.line.matches(rule.when, fact):
            return False
        if rule.unless and self._lifted(rule, fact):
            return False
        if isinstance(rule, Window):
            return self._end_of_window(version, moment, timed=fact.at is not None) is not None
        return self._guard_broken(rule, moment.astimezone(ZONE).date())

    def _lifted(self, rule: Window | Guard, fact: Fact) -> bool:
        return any(
            PREDICATES[name](self.line, fact)
            if name in PREDICATES
            else name in self.line.seen_events
            for name in rule.unless
        )

    def _guard_broken(self, rule: Guard, day: date) -> bool:
        if rule.requires and not self.line.seen_events.intersection(rule.requires):
            return True
        if self.line.flags.intersection(rule.barred_in):
            return True
        if rule.after_waiting is not None:
            return not any(self._waited(o, rule.after_waiting, day) for o in self.line.occurrences)
        return not (rule.requires or rule.barred_in)

    def _waited(self, occurrence: Occurrence, rule_id: str, day: date) -> bool:
        """Tell whether a waiting time is over; one whose text is not at hand cannot be judged."""
        if not occurrence.version.id.startswith(rule_id) or occurrence.ended_on is not None:
            return False
        if isinstance(occurrence.rule, Gap) and occurrence.counted is None:
            return True
        end = occurrence.last_end or occurrence.due
        return end is not None and not isinstance(end, datetime) and end < day

    def _refuse(self, plan: Fact, moment: datetime, broken: list[Version]) -> None:
        self._refused.add(plan.number)
        lawful = self._next_lawful(plan, moment)
        cited: dict[tuple[str, str, str | None], list[Version]] = {}
        for version in broken:
            cite = version.cite
            cited.setdefault((cite.act, cite.article, cite.clause), []).append(version)
        day = moment.astimezone(ZONE).date()
        for (act, article, clause), versions in cited.items():
            reasons = [self._reason(version, day) for version in versions]
            self.refused_plans.append(
                RefusedPlan(
                    event=plan.event, fact=plan.number, at=moment, rule=versions[0].id, act=act,
                    article=article, clause=clause, next_lawful=lawful,
                    reason="; ".join(words.vi for words in reasons),
                    reason_en="; ".join(words.en for words in reasons),
                )
            )  # fmt: skip

    def _next_lawful(self, plan: Fact, moment: datetime) -> datetime | None:
        """Give the first moment from the plan's on that no window bars; none where a guard does."""
        candidate = moment
        try:
            for _ in range(_SEARCH):
                ends = self._ends_of_windows(plan, candidate)
                if ends is None:
                    return None
                if not ends:
                    return candidate
                candidate = max(ends)
        except CalendarNotKnownError:
            return None
        return None

    def _ends_of_windows(self, plan: Fact, moment: datetime) -> list[datetime] | None:
        ends: list[datetime] = []
        day = moment.astimezone(ZONE).date()
        for version in self.corpus.judging(plan.event, day):
            rule = version.rule
            if isinstance(rule, Guard):
                if self._breaks(plan, moment, version):
                    return None
            elif isinstance(rule, Window) and self.line.matches(rule.when, plan):
                if self._lifted(rule, plan):
                    continue
                end = self._end_of_window(version, moment, timed=True)
                if end is not None:
                    ends.append(end)
        return ends

    def _end_of_window(self, version: Version, moment: datetime, *, timed: bool) -> datetime | None:
        """Give the instant at which the window that bars `moment` ends, or nothing."""
        rule = version.rule
        if isinstance(rule, Window) and rule.during is not None:
            return self._end_of_period(rule.during, moment.astimezone(ZONE).date())
        settlement = self.line.settled.get(version.id)
        return end_of_window(version, moment, self.calendar, settlement, timed=timed)

    def _reason(self, version: Version, day: date) -> Words:
        """Say against what an act or a plan is, with both dates where the text leaves two."""
        rule = version.rule
        if not isinstance(rule, Window) or rule.around_tet is None:
            return rule.title
        spans = days_around_tet(version, day, self.calendar)
        return words_of(rule.title, spans, self.line.settled.get(rule.id))

    def _end_of_period(self, rule_id: str, day: date) -> datetime | None:
        for occurrence in self.line.occurrences:
            if occurrence.version.id != rule_id or not occurrence.live:
                continue
            end = occurrence.last_end or occurrence.due
            if end is None or isinstance(end, datetime):
                continue
            if occurrence.trigger.on <= day and (day <= end or occurrence.paused_by):
                return midnight_after(max(end, day))
        return None


def end_of_window(
    version: Version,
    moment: datetime,
    calendar: Calendar,
    settlement: Settlement | None = None,
    *,
    timed: bool,
) -> datetime | None:
    """Give the instant at which a window of hours, days off or Tết that bars `moment` ends.

    Nothing where it does not bar; without a time of day (`timed`) hours bar nothing.
    """
    rule, local = version.rule, moment.astimezone(ZONE)
    if not isinstance(rule, Window):
        return None
    if rule.hours is not None:
        return _end_of_hours(rule.hours, local) if timed else None
    if rule.days_off:
        return _end_of_day_off(local.date(), calendar)
    spans = days_around_tet(version, local.date(), calendar)
    ends = [span.last for span in barring(spans, settlement) if span.cover(local.date())]
    return midnight_after(max(ends)) if ends else None


def _end_of_day_off(day: date, calendar: Calendar) -> datetime | None:
    worked = calendar.is_working(day) and not calendar.is_worked_weekend(day)
    return None if worked else midnight_after(day)


def _end_of_hours(hours: Hours, local: datetime) -> datetime | None:
    now = local.time().replace(tzinfo=None)
    if now >= hours.start:
        return datetime.combine(local.date() + _ONE_DAY, hours.end, ZONE)
    if now < hours.end:
        return datetime.combine(local.date(), hours.end, ZONE)
    return None
