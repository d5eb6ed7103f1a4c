"""Time `assess` for a dossier of twenty-five facts, and the loading of the law it goes by."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from statistics import median

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
_LOAD_TARGET = 0.3
_LOAD_TIMES = 7
_LOAD = """
from time import perf_counter
from cases.predicates import names_known
from law.calendar import load_calendar
from law.corpus import load_corpus
names, begun = names_known(), perf_counter()
load_corpus(names), load_calendar()
print(perf_counter() - begun)
"""
"""Read and checked in a new interpreter each time, since what was read once is remembered."""


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


def bench_book() -> Figure:
    """Give the median in seconds of loading book and calendar, with everything they are held to."""
    taken = median(
        float(subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, check=True).stdout)
        for _ in range(_LOAD_TIMES)
    )
    return Figure(
        what="statute book and calendar, read and checked by a new process",
        measured=f"{taken:.2f} s",
        target=f"< {_LOAD_TARGET:g} s",
        met=taken < _LOAD_TARGET,
    )
