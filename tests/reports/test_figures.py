from __future__ import annotations

from datetime import date

import pytest

from law.calendar import Calendar
from reports.figures import Figures, add_up, covers, of_offices, week_of

ABOVE = {"vn": None, "nghe-an": "vn", "nghe-an/kv1": "nghe-an", "na-so": "nghe-an"}


def test_a_week_ends_on_its_sunday_and_a_complaint_is_near_within_five_working_days(
    calendar: Calendar,
) -> None:
    tuesday = week_of(date(2026, 11, 24), calendar)
    # 24 November 2026 is a day off (Culture Day): what is shown is whatever the calendar says.
    assert tuesday.ends == date(2026, 11, 29)
    assert calendar.working_days_between(tuesday.day, tuesday.near) == 5
    assert week_of(date(2026, 11, 29), calendar).ends == date(2026, 11, 29)
    assert week_of(date(2099, 1, 5), calendar).ends == date(2099, 1, 11)


def test_figures_add_up() -> None:
    first = Figures(overdue={"grave": 1}, stuck={"silence": 2}, stuck_cases=2, due_week=3)
    second = Figures(overdue={"grave": 2, "routine": 4}, stuck_cases=1, complaints=1)
    both = add_up([first, second])
    assert both.overdue == {"grave": 3, "routine": 4}
    assert (both.overdue_duties, both.stuck_cases, both.due_week, both.complaints) == (7, 3, 3, 1)
    assert both.stuck == {"silence": 2}
    assert add_up([]).is_quiet
    assert not add_up([Figures(complaints=1)]).is_quiet


@pytest.mark.parametrize(
    ("office", "tops"),
    [
        ("nghe-an/kv1", {"nghe-an/kv1", "nghe-an", "vn"}),
        ("nghe-an", {"nghe-an", "vn"}),
        ("na-so", {"na-so", "nghe-an", "vn"}),
        ("nghe-an/closed-room", {"nghe-an", "vn"}),
        ("hue/kv1", set()),
    ],
)
def test_an_office_covers_itself_and_those_below_it(office: str, tops: set[str]) -> None:
    assert {top for top in (*ABOVE, "nghe") if covers(top, office, ABOVE)} == tops


def test_a_ring_of_offices_ends() -> None:
    assert not covers("c", "a", {"a": "b", "b": "a"})


def test_each_office_counts_once_for_whoever_heads_several() -> None:
    found = {"nghe-an": Figures(due_week=1), "nghe-an/kv1": Figures(due_week=2)}
    assert of_offices(found, ["nghe-an", "nghe-an/kv1"], ABOVE).due_week == 3
    assert of_offices(found, ["nghe-an/kv1"], ABOVE).due_week == 2
