"""Tell which halts of a case stand: for a complaint, until lifted or over (Law 106, Art. 101.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cases.facts import Fact

HALTED = "enforcement_halted"
LIFTED = "enforcement_halt_lifted"
HALT_PERIOD = "halt.period"
"""The rule by which a halt is over by itself; the case is looked at that very midnight."""


def halts_on(facts: Iterable[Fact], day: date) -> list[Fact]:
    """List the halts that nobody lifted and whose last day is not before `day`.

    A lift that names no complaint lifts all.
    """
    halts: list[Fact] = []
    for fact in facts:
        if fact.event == HALTED:
            halts = [h for h in halts if not _same(h, fact)] + [fact]
        elif fact.event == LIFTED:
            lifted = fact.fields.get("complaint")
            halts = [h for h in halts if lifted and h.fields.get("complaint") not in (None, lifted)]
    return [h for h in halts if (last := last_day(h)) is None or last >= day]


def last_day(halt: Fact) -> date | None:
    """Give the last day of a halt, where its order names one."""
    until = halt.fields.get("until")
    return None if until is None else date.fromisoformat(str(until))


def _same(one: Fact, other: Fact) -> bool:
    """Tell whether a halt takes another's place: a new order for the same complaint."""
    named = one.fields.get("complaint")
    return named is not None and named == other.fields.get("complaint")
