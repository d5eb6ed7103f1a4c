"""Tell when a person may be reached: in working hours, or when waiting would pass a breach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from activities.delivery import PendingAlert, Span
from law.calendar import ZONE, Calendar, midnight_after
from law.errors import CalendarNotKnownError
from law.model import DUTY_HOLDERS

_MOST_DAYS_OFF = 30
_AT_ONCE = "grave"


def is_working_time(now: datetime, hours: Sequence[Span], calendar: Calendar) -> bool:
    """Tell whether a moment lies in someone's hours on a working day; the break is quiet too."""
    local = now.astimezone(ZONE)
    if not _is_working(local.date(), calendar):
        return False
    return any(begin <= local.time() < end for begin, end in hours)


def next_working_time(now: datetime, hours: Sequence[Span], calendar: Calendar) -> datetime:
    """Give the moment itself in working time, else the next one at which hours begin."""
    if is_working_time(now, hours, calendar):
        return now
    local = now.astimezone(ZONE)
    for ahead in range(_MOST_DAYS_OFF):
        day = local.date() + timedelta(days=ahead)
        if not _is_working(day, calendar):
            continue
        for begin, _ in hours:
            moment = datetime.combine(day, begin, ZONE)
            if moment >= local:
                return moment
    return now


def _is_working(day: date, calendar: Calendar) -> bool:
    try:
        return calendar.is_working(day)
    except CalendarNotKnownError:
        return day.weekday() < 5  # noqa: PLR2004 - Monday to Friday, where no year is announced


def breach_of(alert: PendingAlert) -> datetime:
    """Give the instant from which the alert's date is passed."""
    if "T" in alert.due:
        return datetime.fromisoformat(alert.due)
    return midnight_after(date.fromisoformat(alert.due))


def may_go(alert: PendingAlert, now: datetime, hours: Sequence[Span], calendar: Calendar) -> bool:
    """Tell whether an alert may be sent now.

    Outside someone's hours it waits for the next ones, but never past a breach that it could
    still warn of; and of a grave limit that has passed the news is sent at once.
    """
    if is_working_time(now, hours, calendar):
        return True
    breach = breach_of(alert)
    if breach <= now:
        passed = alert.kind == "rung" and alert.holder in DUTY_HOLDERS
        return passed and alert.severity == _AT_ONCE
    return next_working_time(now, hours, calendar) >= breach
