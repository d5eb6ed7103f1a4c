"""Time `assess` for a dossier of twenty-five facts, alone on one core."""

from __future__ import annotations

from datetime import date

from benchmarks.life import LENGTH, Life
from benchmarks.measure import Figure, median_seconds, profile_of
from cases.assess import assess
from cases.predicates import names_known
from law.calendar import load_calendar
from law.corpus import the_book

FIRST = date(2026, 2, 2)
"""The life crosses the change of law, which asks the most of an assessment."""
_TARGET = 1.0
_TIMES = 2000


def bench_assess() -> list[Figure]:
    """Give the median in milliseconds; the facts are read already, as they are in a worker."""
    book, calendar = the_book(names_known()), load_calendar()
    life = Life(FIRST, calendar)
    dossier, now = life.dossier("assess", LENGTH), life.received(LENGTH)

    def once() -> object:
        return assess(dossier, book, calendar, now)

    taken = median_seconds(once, _TIMES) * 1000
    met = taken <= _TARGET
    return [
        Figure(
            what=f"assess, a dossier of {LENGTH} facts, median, one core",
            measured=f"{taken:.2f} ms",
            target=f"<= {_TARGET:g} ms",
            met=met,
            profile="" if met else profile_of(once, 300),
        )
    ]
