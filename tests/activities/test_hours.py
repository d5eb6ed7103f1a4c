"""When a person may be reached: office hours, days off, and what keeps neither."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.delivery import PendingAlert
from activities.hours import is_working_time, may_go, next_working_time
from law.calendar import ZONE, Calendar

HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def alert(**more: object) -> PendingAlert:
    plain = {
        "key": "k", "dossier": "NA-1", "occurrence": "o#1", "office": "nghe-an/kv1",
        "officer": "cv.an", "role": "officer", "rung": 1, "channel": "notice",
        "severity": "serious", "due": "2026-11-25", "rule": "r", "title_vi": "a", "title_en": "a",
        "act": "106/2025/QH15", "article": "37", "clause": None, "holder": "officer",
        "raised_at": at("2026-11-20T07:15"),
    }  # fmt: skip
    return PendingAlert.model_validate(plain | more)


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-11-23T07:29", False),
        ("2026-11-23T07:30", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T16:59", True),
        ("2026-11-23T17:00", False),
        ("2026-11-22T10:00", False),
        ("2026-11-24T10:00", False),
        ("2026-08-22T10:00", True),
        ("2026-08-31T10:00", False),
    ],
)
def test_working_time_is_that_of_the_offices_calendar(
    calendar: Calendar, moment: str, working: object
) -> None:
    """24 November is a day off; Saturday 22 August was worked for Monday 31 August 2026."""
    assert is_working_time(at(moment), HOURS, calendar) is working


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        ("2026-11-23T06:00", "2026-11-23T07:30"),
        ("2026-11-23T12:00", "2026-11-23T13:30"),
        ("2026-11-23T17:00", "2026-11-25T07:30"),
        ("2026-11-23T09:00", "2026-11-23T09:00"),
    ],
)
def test_the_next_working_time_passes_over_the_night_and_the_day_off(
    calendar: Calendar, moment: str, following: str
) -> None:
    assert next_working_time(at(moment), HOURS, calendar) == at(following)


@pytest.mark.parametrize(
    ("moment", "goes", "more"),
    [
        ("2026-11-23T20:00", False, {"rung": -1}),
        ("2026-11-25T18:00", True, {"rung": 0}),
        ("2026-11-25T12:00", False, {"rung": 0}),
        ("2026-11-26T00:10", False, {}),
        ("2026-11-26T00:10", True, {"severity": "grave"}),
        ("2026-11-26T00:10", False, {"severity": "grave", "holder": "debtor"}),
        ("2026-11-26T00:10", False, {"severity": "grave", "kind": "moved"}),
        ("2026-11-25T17:30", True, {"rung": 0, "due": "2026-11-26T06:00:00+07:00"}),
    ],
)
def test_quiet_hours_never_hide_a_breach_that_is_still_to_come(
    calendar: Calendar, moment: str, goes: object, more: dict[str, object]
) -> None:
    assert may_go(alert(**more), at(moment), HOURS, calendar) is goes


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    due=st.dates(datetime(2026, 1, 1).date(), datetime(2027, 12, 31).date()),  # noqa: DTZ001
)
def test_what_waits_for_working_hours_never_waits_past_its_own_breach(
    calendar: Calendar, moment: datetime, due: object
) -> None:
    now = moment.replace(tzinfo=ZONE)
    waiting = alert(due=str(due), rung=0)
    if may_go(waiting, now, HOURS, calendar):
        return
    breach = at(f"{due}T23:59:59")
    following = next_working_time(now, HOURS, calendar)
    assert breach < now or following <= breach
    assert is_working_time(following, HOURS, calendar)
