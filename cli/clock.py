"""Read the clock, which only the edges may."""

from __future__ import annotations

from datetime import date, datetime

from law.calendar import ZONE


def read_now() -> datetime:
    """Give the present moment in Viet Nam."""
    return datetime.now(ZONE)  # noqa: TID251 - the command line is an edge


def read_today() -> date:
    """Give the present day in Viet Nam."""
    return read_now().date()
