"""Replay a week of cases: what is told, what falls due, and the gatherings, each at its moment."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from activities.delivery import Delivered
from cases.assess import assess
from cases.dossier import Dossier
from law.calendar import Calendar
from law.corpus import Corpus
from store.register import Register
from tests.simulation.second_reading import Look
from tests.simulation.world import Story, Told
from workflows.messages import as_fact

_BATCH = 100
_AT_ONCE = 6
Span = tuple[datetime, datetime]


@dataclass
class _Case:
    dossier: Dossier
    wake: datetime | None
    revision: int = 1


class Law(NamedTuple):
    """What an assessment goes by."""

    corpus: Corpus
    calendar: Calendar


def with_told(dossier: Dossier, told: Told) -> Dossier:
    """Give a dossier with what was told of it."""
    first = len(dossier.facts) + 1
    more = [as_fact(new, number) for number, new in enumerate(told.facts, start=first)]
    return dossier.with_facts((*dossier.facts, *more))


def looks_of(story: Story, law: Law, begin: datetime) -> list[Look]:
    """Give what is known of a case from the beginning on, and after each time facts were told."""
    dossier, looks = story.dossier, []
    for at, told in [(begin, None), *((told.at, told) for told in story.later)]:
        if told is not None:
            dossier = with_told(dossier, told)
        found = assess(dossier, *law, at)
        looks.append(Look(at, found.officer, (*found.limits, *found.upcoming)))
    return looks


class Replay:
    """Cases in a register, assessed when facts are told of them and when they asked to be woken."""

    def __init__(
        self, stories: Sequence[Story], law: Law, register: Register, away: Span | None = None
    ) -> None:
        self._stories = {story.dossier.id: story for story in stories}
        self._law = law
        self._register = register
        self._away = away
        self._cases: dict[str, _Case] = {}
        self._wakes: list[tuple[datetime, str]] = []

    async def run(
        self,
        begin: datetime,
        gatherings: Sequence[datetime],
        deliver: Callable[[datetime], Awaitable[Delivered]],
    ) -> None:
        """Live through the week, gathering by gathering."""
        await self._open(begin)
        told = [(self._seen_at(t.at), n, t) for n, s in self._stories.items() for t in s.later]
        told.sort(key=lambda one: (one[0], one[2].at, one[1]))
        for gathering in gatherings:
            while told and told[0][0] <= gathering:
                at = told[0][0]
                await self._wake_until(at, before=True)
                now: dict[str, list[Told]] = {}
                while told and told[0][0] == at:
                    _, name, one = told.pop(0)
                    now.setdefault(name, []).append(one)
                for name, ones in now.items():
                    for one in ones:
                        self._cases[name].dossier = with_told(self._cases[name].dossier, one)
                await self._assess(list(now), at)
            await self._wake_until(gathering)
            await deliver(gathering)

    def _seen_at(self, moment: datetime) -> datetime:
        if self._away and self._away[0] <= moment < self._away[1]:
            return self._away[1]
        return moment

    async def _open(self, begin: datetime) -> None:
        stories = list(self._stories.values())
        for place in range(0, len(stories), _BATCH):
            batch = []
            for story in stories[place : place + _BATCH]:
                found = assess(story.dossier, *self._law, begin)
                self._keep(story.dossier, found.next_wake)
                batch.append((story.dossier, found, 1, None))
            await self._register.project_many(batch)
        await self._register.mark_started(self._stories)

    def _keep(self, dossier: Dossier, wake: datetime | None) -> None:
        case = self._cases.setdefault(dossier.id, _Case(dossier, wake))
        case.wake = wake
        if wake is not None:
            heapq.heappush(self._wakes, (self._seen_at(wake), dossier.id))

    async def _wake_until(self, moment: datetime, *, before: bool = False) -> None:
        while self._wakes and (
            self._wakes[0][0] < moment or (not before and self._wakes[0][0] == moment)
        ):
            at = self._wakes[0][0]
            due = set()
            while self._wakes and self._wakes[0][0] == at:
                _, name = heapq.heappop(self._wakes)
                wake = self._cases[name].wake
                if wake is not None and self._seen_at(wake) == at:
                    due.add(name)
            await self._assess(sorted(due), at)

    async def _assess(self, names: Sequence[str], now: datetime) -> None:
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(name: str) -> None:
            case = self._cases[name]
            case.revision += 1
            found = assess(case.dossier, *self._law, now)
            self._keep(case.dossier, found.next_wake)
            async with room:
                await self._register.project(case.dossier, found, case.revision)

        await asyncio.gather(*(one(name) for name in names))
