"""Turn a decision on a letter into the fact that its dossier is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.drafts import told_of
from cases.errors import FormError, one_of
from cases.facts import Report, read_report
from cases.grounds import Decision, the_intake
from cases.letters import LetterKind
from cases.vocabulary import vocabulary

_ENDINGS: dict[Decision, tuple[str, ...]] = {
    "accept": ("accepted",), "ask": ("supplement_requested", "supplement_asked"),
    "transfer": ("transferred",), "guide": ("guided",), "refuse": ("refused",),
    "file": ("filed",),
}  # fmt: skip


def event_of(kind: LetterKind, decision: Decision) -> str | None:
    """Name the event by which a dossier hears of a decision; None where there is none.

    A petition that this office answers itself hears of the answer alone.
    """
    reportable = vocabulary().reportable(kind)
    named = (f"{kind}_{ending}" for ending in _ENDINGS[decision])
    return next((event for event in named if event in reportable), None)


def check_ground(kind: LetterKind | None, decision: Decision, ground: str | None) -> None:
    """Raise `FormError` for a ground that the table does not have for such a decision."""
    if ground is None:
        return
    allowed = sorted(
        {
            known.id
            for known in the_intake().ground
            if known.decision == decision and (kind is None or kind in known.kinds)
        }
    )
    if ground not in allowed:
        raise FormError("--ground", ground, one_of(allowed))


def fact_of(
    kind: LetterKind, decision: Decision, on: date, told: dict[str, str | None]
) -> Report | None:
    """Give the fact of a decision, with what the event knows of `told`; raise `FormError`."""
    event = event_of(kind, decision)
    if event is None:
        return None
    plain: dict[str, Any] = {"event": event, "on": on.isoformat()}
    # The ground goes under whichever name the event has for it.
    more = {"bar": told.get("ground"), **told}
    return read_report(plain | told_of(event, more), dossier=kind)
