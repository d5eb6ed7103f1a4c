"""Live many lives at once through a worker, and tell what they took."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from temporalio.client import Client

from benchmarks.bare import QUEUE, BareCase
from benchmarks.life import LENGTH, Life
from benchmarks.measure import WorkerProcess
from workflows.client import report, start_case
from workflows.messages import CaseState, ReportCommand

AT_ONCE = 8
LiveOne = Callable[[str], Awaitable[None]]


@dataclass
class Side:
    """One side of a comparison: its worker, its way to live one life, and its rounds."""

    name: str
    worker: WorkerProcess
    live: LiveOne
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    async def round(self, number: int, lives: int) -> None:
        """Live so many lives, eight at once; keep wall and processor seconds for each life."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(case: int) -> None:
            async with room:
                await self.live(f"{self.name}-{number}-{case}")

        before, begun = self.worker.cpu(), perf_counter()
        await asyncio.gather(*(one(case) for case in range(lives)))
        self.walls.append((perf_counter() - begun) / lives)
        self.cpus.append((self.worker.cpu() - before) / lives)

    @property
    def wall(self) -> float:
        """Give the median of the rounds: seconds of wall time for each life."""
        return median(self.walls)

    @property
    def cpu(self) -> float:
        """Give the median of the rounds: seconds of the worker's processor for each life."""
        return median(self.cpus)


async def alternate(sides: list[Side], rounds: int, lives: int) -> None:
    """Live the rounds in turn, so that a busy moment of the machine meets every side.

    The first round warms up and does not count; the order turns with each round.
    """
    for side in sides:
        await side.round(0, AT_ONCE)
        side.walls.clear()
        side.cpus.clear()
    for number in range(1, rounds + 1):
        for side in sides if number % 2 else reversed(sides):
            await side.round(number, lives)


async def profile_side(side: Side, lives: int) -> str:
    """Live some lives more while the worker notes where it is."""
    side.worker.sample()
    await side.round(-1, lives)
    side.walls.pop()
    side.cpus.pop()
    return f"{side.name}: {await side.worker.samples()}"


def through_ours(client: Client, life: Life) -> LiveOne:
    """Give the way through our workflow: each fact an update that is answered."""

    async def live(case: str) -> None:
        await start_case(client, life.dossier(case).masked())
        for number in range(1, LENGTH + 1):
            await report(client, case, [life.new_fact(number)])

    return live


def through_bare(client: Client, life: Life) -> LiveOne:
    """Give the way through the bare workflow."""

    async def live(case: str) -> None:
        handle = await client.start_workflow(
            BareCase.run, CaseState(dossier=life.dossier(case)), id=case, task_queue=QUEUE
        )
        for number in range(1, LENGTH + 1):
            command = ReportCommand(facts=(life.new_fact(number),))
            await handle.execute_update(BareCase.report, command)

    return live
