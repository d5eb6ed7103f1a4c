"""A week in which the engine, or the mail server, is away for a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from law.calendar import ZONE, Calendar
from tests.simulation.conftest import OpenWeek
from tests.simulation.mailbox import differences, put_together
from tests.simulation.second_reading import schedule
from tests.simulation.test_week import told_by
from tests.simulation.world import World

FIRST = date(2026, 11, 19)
"""Thursday; the Tuesday after it is a day off."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("down", "up", "least"), [("20T09:00", "23T10:00", 0), ("19T12:00", "25T10:00", 40)]
)
async def test_on_return_the_present_rung_alone_is_told_and_the_missed_ones_are_named(
    open_week: OpenWeek, calendar: Calendar, down: str, up: str, least: int
) -> None:
    away = (at(down), at(up))
    gatherings = [g for g in schedule(FIRST) if not away[0] <= g < away[1]]
    async with open_week(World(calendar, FIRST, 250)) as week:
        await week.replay(gatherings, away)
        lines = week.read(gatherings, away)
        assert differences(week.got, week.wanted(lines)) == []
        assert await week.on_record() == told_by(lines)
    back = [line for line in lines if line.at == away[1] and line.kind == "rung"]
    dates = {(line.case, line.occurrence, line.due) for line in back}
    rungs = {(line.case, line.occurrence, line.due, line.rung) for line in back}
    assert len(rungs) == len(dates) > 20
    assert sum(bool(line.missed) for line in back) >= least


async def test_what_a_mail_server_refused_for_a_day_comes_within_the_hour_and_once(
    open_week: OpenWeek, calendar: Calendar
) -> None:
    shut = (at("19T10:00"), at("20T10:00"))
    hour = shut[1] + timedelta(hours=1)
    world = World(calendar, FIRST, 250)
    # What is done within that hour need not be told any more; here nothing is.
    world.stories = tuple(
        story
        for story in world.stories
        if not any(shut[1] < told.at <= hour for told in story.later)
    )
    async with open_week(world) as week:
        week.post.shut = shut
        await week.replay(schedule(FIRST))
        lines = week.read([g for g in schedule(FIRST) if not shut[0] <= g < shut[1]])
        got, wanted = (put_together(m, shut[1], hour) for m in (week.got, week.wanted(lines)))
    assert differences(got, wanted) == []
    late = [to for when, to in week.got if shut[1] <= when <= hour]
    assert len(late) > 5
    assert len(late) == len(set(late)), "nobody gets it in pieces"
