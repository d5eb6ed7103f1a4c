"""Turn a decision on a letter into the fact that its dossier is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.drafts import told_of
from cases.facts import Report, read_report
from cases.grounds import Decision
from cases.letters import LetterKind
from cases.vocabulary import vocabulary

_ENDINGS: dict[Decision, str] = {
    "accept": "accepted", "ask": "supplement_asked", "transfer": "transferred",
    "guide": "guided", "refuse": "refused", "file": "filed",
}  # fmt: skip


def event_of(kind: LetterKind, decision: Decision) -> str | None:
    """Name the event by which a dossier hears of a decision; None where there is none.

    A petition that this office answers itself hears of the answer alone.
    """
    event = f"{kind}_{_ENDINGS[decision]}"
    return event if event in vocabulary().reportable(kind) else None


def fact_of(
    kind: LetterKind, decision: Decision, on: date, told: dict[str, str | None]
) -> Report | None:
    """Give the fact of a decision, with what the event knows of `told`; raise `FormError`."""
    event = event_of(kind, decision)
    if event is None:
        return None
    plain: dict[str, Any] = {"event": event, "on": on.isoformat()}
    return read_report(plain | told_of(event, told), dossier=kind)
