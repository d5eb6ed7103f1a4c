"""Live a week's cases as workflows whose clocks are moved together, from moment to moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.answers import answer_of
from activities.assessing import AssessingActivities
from activities.delivery import GatherRequest
from activities.ports import TASK_QUEUE, URGENT_QUEUE
from cases.assess import assess
from law.calendar import ZONE
from store.register import Register
from store.tables import dossiers
from tests.seals import SEAL
from tests.simulation.week import Week
from tests.simulation.world import Told
from tests.workflows.conftest import PASSED_THROUGH, beside, eventually
from workflows.client import report, start_case
from workflows.deliver_alerts import DeliverAlerts
from workflows.dossiers import EnforcementCase
from workflows.messages import workflow_id

_PATIENCE = 30
_AT_ONCE = 10
_MORNING = (7, 30)
"""The gathering of each day that is started as a workflow."""


class LockStep:
    """The cases of a week as workflows, on a server that can skip time."""

    def __init__(self, environment: WorkflowEnvironment, week: Week) -> None:
        self._environment = environment
        self._week = week
        self._cases = [story.dossier.id for story in week.world.stories]

    async def run(self, gatherings: Sequence[datetime]) -> None:
        """Live through the week."""
        week = self._week
        assessing = AssessingActivities(*week.law, Register(week.engine, SEAL))
        worker = Worker(
            self._environment.client,
            task_queue=TASK_QUEUE,
            workflows=[EnforcementCase, DeliverAlerts],
            activities=[assessing.assess],
            workflow_runner=SandboxedWorkflowRunner(
                restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
            ),
        )
        urgent = beside(self._environment.client, URGENT_QUEUE, week.doing.deliver)
        async with worker, urgent:
            await week.open_directory()
            await self._open()
            await self._live(gatherings)

    async def _open(self) -> None:
        """Begin as an import does: assessed, in the register, then started."""
        begin = self._week.world.begin
        batch = []
        for story in self._week.world.stories:
            found = assess(story.dossier, *self._week.law, begin)
            batch.append((story.dossier, found, answer_of(found)))
        register = Register(self._week.engine, SEAL)
        await register.project_many([(d, a, 1, x.model_dump(mode="json")) for d, a, x in batch])
        for dossier, _, answer in batch:
            assert await start_case(self._environment.client, dossier, answer)
        await register.mark_started(self._cases)

    async def _live(self, gatherings: Sequence[datetime]) -> None:
        stories = self._week.world.stories
        told = sorted(((t.at, s.dossier.id, t) for s in stories for t in s.later), key=_first_two)
        for gathering in gatherings:
            while told and told[0][0] <= gathering:
                at, case, one = told.pop(0)
                await self._move(at)
                await self._tell(case, one)
            if await self._is_due(gathering):
                await self._move(gathering)
            await self._deliver(gathering)

    async def _move(self, moment: datetime) -> None:
        """Move every case's clock to a moment, and wait until what was due by then is done."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(case: str) -> None:
            client, environment = self._environment.client, self._environment
            handle = client.get_workflow_handle(workflow_id(case))
            async with room:
                ahead = moment - await environment.get_current_time(handle)
                try:
                    if ahead > timedelta():
                        await environment.fast_forward(handle, ahead)
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:  # a case at rest has no clock
                        raise

        await asyncio.gather(*(one(case) for case in self._cases))
        await eventually(lambda: self._is_done(moment), _PATIENCE)

    async def _is_due(self, moment: datetime) -> bool:
        rows = await self._week.engine.fetch(select(func.min(dossiers.c.next_wake).label("at")))
        return rows[0]["at"] is not None and rows[0]["at"] <= moment

    async def _is_done(self, moment: datetime) -> bool:
        return not await self._is_due(moment)

    async def _tell(self, case: str, told: Told) -> None:
        await report(self._environment.client, case, told.facts)

    async def _deliver(self, gathering: datetime) -> None:
        local = gathering.astimezone(ZONE)
        if (local.hour, local.minute) != _MORNING:
            await self._week.deliver(gathering)
            return
        done = await self._environment.client.execute_workflow(
            DeliverAlerts.run,
            GatherRequest(as_of=gathering),
            id=f"gathering/{gathering.isoformat()}",
            task_queue=TASK_QUEUE,
        )
        assert not done.busy
        assert not done.failed


def _first_two(told: tuple[datetime, str, Told]) -> tuple[datetime, str]:
    return told[:2]
