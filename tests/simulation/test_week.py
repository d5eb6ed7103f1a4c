"""A week of two thousand synthetic cases: the mailboxes hold what the ladder says, no more."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from law.calendar import ZONE, Calendar
from tests.simulation.conftest import OpenWeek
from tests.simulation.mailbox import differences
from tests.simulation.people import People
from tests.simulation.second_reading import Line, schedule
from tests.simulation.world import World, week_ahead

CASES = 2000


def told_by(lines: list[Line]) -> list[tuple[object, ...]]:
    return sorted((*line[:5], line.rung) for line in lines if line.kind == "rung")


@pytest.mark.timeout(400)
async def test_everybody_receives_what_the_ladder_says_when_it_says_it_and_once(
    open_week: OpenWeek, calendar: Calendar
) -> None:
    first = week_ahead(datetime.now(ZONE))  # noqa: TID251 - the same week as the workflows live
    async with open_week(World(calendar, first, CASES)) as week:
        gatherings = schedule(first)
        await week.replay(gatherings)
        lines = week.read(gatherings)
        assert differences(week.got, week.wanted(lines)) == []
        assert await week.on_record() == told_by(lines)
    heard = Counter((line.person, *line[2:5], line.rung) for line in lines if line.kind == "rung")
    assert max(heard.values()) == 1
    # A world in which little happens would show little.
    kinds = Counter((line.kind, line.rung) for line in lines)
    assert min(kinds["rung", rung] for rung in (-3, -1, 0, 1, 3)) > CASES / 20
    assert kinds["moved", 0] > CASES / 200
    assert kinds["withdrawn", 0] > CASES / 200
    assert sum(bool(story.later) for story in week.world.stories) > CASES / 8
    assert {line.person for line in lines} == set(People(first).entries) - {"ql.cuc"}


async def test_a_worked_saturday_is_a_day_like_any_other(
    open_week: OpenWeek, calendar: Calendar
) -> None:
    """Saturday 22 August 2026 is worked in place of Monday the 31st."""
    world = World(calendar, datetime(2026, 8, 20, tzinfo=ZONE).date(), 300)
    async with open_week(world) as week:
        gatherings = schedule(world.first)
        await week.replay(gatherings)
        lines = week.read(gatherings)
        assert differences(week.got, week.wanted(lines)) == []
        assert await week.on_record() == told_by(lines)
    assert sum(line.at.date().isoformat() == "2026-08-22" for line in lines) > 50
