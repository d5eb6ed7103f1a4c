"""Make the cases of a week by a seed: how far each has come, and what is reported in that week."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from activities.ports import NewFact
from cases.dossier import Dossier, read_dossier
from cases.facts import Fact, read_report
from law.calendar import ZONE, Calendar
from tests.conftest import fact_from
from tests.simulation.lives import BUSY, FORGOTTEN, LIVES, OFFICES, ORIGINS, PLANS

DAY = timedelta(days=1)


def week_ahead(now: datetime) -> date:
    """Give the first 19 November ahead: 24 November, a day off, lies in the week that begins so.

    The clocks of a server that skips time go forward alone, from the machine's own time.
    """
    first = date(now.year, 11, 19)
    return first if first > now.date() + DAY else first.replace(year=now.year + 1)


class Told(NamedTuple):
    """Facts that come in together at a moment."""

    at: datetime
    facts: tuple[NewFact, ...]


class Story(NamedTuple):
    """A case as it is first seen, and what is told of it later."""

    dossier: Dossier
    later: tuple[Told, ...]


class World:
    """So many cases at the beginning of a week; the same seed and week give the same cases."""

    def __init__(self, calendar: Calendar, first: date, cases: int, seed: int = 4) -> None:
        self.calendar = calendar
        self.first = first
        self.begin = datetime.combine(first, time(4, 30), ZONE)
        self.end = datetime.combine(first + 6 * DAY, time(23, 59), ZONE)
        rng = random.Random(f"{seed} {first}")
        teller = _Teller(rng, self)
        self.stories = tuple(teller.tell(number) for number in range(cases))

    def pick(self, busy: int, quiet: int) -> None:
        """Keep so many cases of which something is told in the week, and so many of the others."""
        told = [story for story in self.stories if story.later][:busy]
        self.stories = (*told, *[story for story in self.stories if not story.later][:quiet])


class _Teller:
    """Tells one case after another."""

    def __init__(self, rng: random.Random, world: World) -> None:
        self.rng = rng
        self.world = world

    def tell(self, number: int) -> Story:
        rng = self.rng
        life = rng.choices(list(LIVES), [weight for weight, _ in LIVES.values()])[0]
        busy = rng.random() < BUSY
        lines = [line.split(None, 1) for line in LIVES[life][1].splitlines() if line.strip()]
        days = self._days([gap for gap, _ in lines], life, 4 if busy else 16)
        facts = [
            fact_from(self._dated(text, day)) for (_, text), day in zip(lines, days, strict=False)
        ]
        facts = [fact for place, fact in enumerate(facts) if not place or self._is_kept()]
        office = rng.choice(list(OFFICES))
        before = [fact for fact in facts if date.fromisoformat(fact["on"]) < self.world.first]
        dossier = read_dossier(
            {
                "id": f"W-{number:04d}",
                "origin": ORIGINS.get(life, "on_request"),
                "office": office,
                "officer": rng.choice(OFFICES[office]),
                "facts": [fact | {"received_at": self.world.begin.isoformat()} for fact in before],
            }
        )
        return Story(dossier, self._later(dossier, facts[len(before) :]) if busy else ())

    def _is_kept(self) -> bool:
        return self.rng.random() >= FORGOTTEN

    def _days(self, gaps: Sequence[str], life: str, ago: int) -> list[date]:
        """Lay a life so that one of its facts lies some days before the week."""
        rng, calendar = self.rng, self.world.calendar
        steps = [rng.randint(*map(int, (gap + "-" + gap).split("-")[:2])) for gap in gaps]
        reached = rng.randrange(len(steps))
        day = calendar.working_days_before(self.world.first, rng.randint(1, ago))
        if life == "limitation":
            day = self.world.first.replace(year=self.world.first.year - 5)
            return [day + rng.randint(-12, 12) * DAY]
        days = [day]
        for step in reversed(steps[1 : reached + 1]):
            days.insert(0, calendar.working_days_before(days[0], step))
        for step in steps[reached + 1 :]:
            if days[-1] > self.world.end.date():  # nobody would tell of it in this week
                break
            days.append(calendar.working_days_after(days[-1], step))
        return days

    def _dated(self, text: str, day: date) -> str:
        event, _, fields = text.strip().partition(" ")
        return f"{event} {day} {fields}"

    def _later(self, dossier: Dossier, ahead: list[dict[str, Any]]) -> tuple[Told, ...]:
        told: list[Told] = []
        known = list(dossier.facts)
        for fact in ahead:
            plan = fact["event"] in PLANS
            day = self._some_day() if plan else date.fromisoformat(fact["on"])
            at = self._moment(day, 2, None if plan else fact.get("at"))
            told.append(Told(at, (_new(fact, at),)))
        changes = self.rng.choices(
            (
                self._correct,
                self._correct_twice,
                self._mistake,
                self._retract,
                self._close,
                self._hand_over,
            ),
            (40, 10, 12, 18, 7, 13),
        )[0]
        if known and not (ahead and self.rng.random() < 0.4):
            told += changes(known)
        told = [one for one in told if self.world.begin < one.at <= self.world.end]
        return tuple(sorted(told, key=lambda one: one.at))

    def _moment(self, day: date, latest: int = 0, after: str | None = None) -> datetime:
        """Give a moment of a day, or of one soon after: in office hours, early, or at night."""
        rng = self.rng
        day += rng.choice((0, 0, 0, rng.randint(0, latest))) * DAY
        first, last = rng.choices(
            ((450, 690), (810, 1020), (300, 449), (691, 809), (1021, 1200), (1201, 1439), (1, 299)),
            (30, 30, 8, 6, 14, 6, 6),
        )[0]
        minute = rng.randint(first, last)
        if after is not None:
            hour, _, rest = after.partition(":")
            minute = max(minute, int(hour) * 60 + int(rest) + 1)
        return datetime.combine(day, time(minute // 60, minute % 60), ZONE)

    def _some_day(self) -> date:
        return self.world.first + self.rng.randint(0, 6) * DAY

    def _correct(self, known: list[Fact]) -> list[Told]:
        rng = self.rng
        fact = rng.choice([fact for fact in known[-3:] if not fact.kind.plan] or known[:1])
        at = self._moment(self._some_day())
        day = fact.on + rng.choice((-4, -3, -2, -1, 1, 2, 3)) * DAY
        return [Told(at, (_changed(fact, min(day, at.date()), at, corrects=fact.number),))]

    def _correct_twice(self, known: list[Fact]) -> list[Told]:
        """Move a date, and later move it back."""
        (first,) = self._correct(known)
        number = first.facts[0].corrects
        fact = next(fact for fact in known if fact.number == number)
        at = first.at + self.rng.randint(1, 40) * timedelta(hours=1)
        return [first, Told(at, (_changed(fact, fact.on, at, corrects=number),))]

    def _mistake(self, known: list[Fact]) -> list[Told]:
        """Turn what a verification found, and later turn it back: a limit goes and comes again."""
        found = [fact for fact in known if fact.event == "means_verified"]
        if not found:
            return self._correct(known)
        fact, at = found[-1], self._moment(self._some_day())
        other = {"with_means": "without_means", "without_means": "with_means"}
        turned = fact.fields | {"outcome": other[str(fact.fields["outcome"])]}
        wrong = _changed(fact.model_copy(update={"fields": turned}), fact.on, at,
                         corrects=fact.number)  # fmt: skip
        later = at + self.rng.randint(1, 70) * timedelta(hours=1)
        return [
            Told(at, (wrong,)),
            Told(later, (_changed(fact, fact.on, later, corrects=fact.number),)),
        ]

    def _retract(self, known: list[Fact]) -> list[Told]:
        fact = self.rng.choice(known[-2:])
        at = self._moment(self._some_day())
        return [Told(at, (_changed(fact, fact.on, at, retracts=fact.number),))]

    def _close(self, known: list[Fact]) -> list[Told]:
        if known[0].event not in ("judgment_effective", "request_received"):
            return []
        at = self._moment(self._some_day())
        facts = ("obligation_performed", "closed")
        return [Told(at, tuple(_new({"event": e, "on": f"{at.date()}"}, at) for e in facts))]

    def _hand_over(self, known: list[Fact]) -> list[Told]:
        at = self._moment(self._some_day())
        had = {fact.fields.get("officer") for fact in known}
        others = sorted({o for officers in OFFICES.values() for o in officers if o} - had)
        other = self.rng.choice(others)
        fact = {"event": "officer_assigned", "on": f"{at.date()}", "officer": other}
        return [Told(at, (_new(fact, at),))]


def _new(fact: dict[str, Any], at: datetime) -> NewFact:
    told = read_report(fact).model_dump()
    name = f"{fact['event']} {fact['on']} {at.isoformat()}"
    return NewFact(**told, command_id=name, actor="cv.an", received_at=at)


def _changed(fact: Fact, day: date, at: datetime, **which: int | None) -> NewFact:
    moment = fact.at and fact.at + (day - fact.on)
    return NewFact(
        event=fact.event,
        on=day,
        at=None if moment is None else min(moment, at),
        fields=fact.fields,
        command_id=f"{which} {at.isoformat()}",
        actor="cv.an",
        received_at=at,
        reason="ghi nhầm",
        **which,
    )
