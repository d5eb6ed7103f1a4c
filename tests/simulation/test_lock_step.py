"""Fifty of the week's cases as workflows whose clocks move together."""

from __future__ import annotations

from datetime import datetime

import pytest
from temporalio.testing import WorkflowEnvironment

from law.calendar import ZONE, Calendar
from tests.simulation.conftest import OpenWeek
from tests.simulation.lockstep import LockStep
from tests.simulation.mailbox import differences, to_the_letter
from tests.simulation.second_reading import schedule
from tests.simulation.test_week import CASES
from tests.simulation.world import World, week_ahead
from tests.workflows.conftest import _skipping  # noqa: F401 - the fixture `skipping`


@pytest.mark.timeout(300)
async def test_cases_as_workflows_fill_the_mailboxes_to_the_letter_as_without(
    open_week: OpenWeek, calendar: Calendar, skipping: WorkflowEnvironment
) -> None:
    first = week_ahead(datetime.now(ZONE))  # noqa: TID251 - clocks go forward alone
    world = World(calendar, first, CASES)
    world.pick(busy=30, quiet=20)
    gatherings = schedule(first)
    async with open_week(world) as plain:
        await plain.replay(gatherings)
    async with open_week(world) as lived:
        await LockStep(skipping, lived).run(gatherings)
    assert to_the_letter(lived.post.taken) == to_the_letter(plain.post.taken)
    lines = lived.read(gatherings)
    assert differences(lived.got, lived.wanted(lines)) == []
    assert len({line.case for line in lines}) > 30
    assert {line.kind for line in lines} == {"rung", "moved", "withdrawn"}
