"""Say what a handover of an officer's cases is, and the facts that it is in each case."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from cases.vocabulary import Value

DOCUMENT = "officer_change"
"""The decision by which another officer is put in charge, as `document_issued` names it."""

Became = Literal["overdue", "late", "at_risk", "open"]
"""overdue: passed before the change; late: passed since then, while nobody had the case in hand;
at_risk: due so soon after the change that it may suffer from it; open: all others."""


class Handover(BaseModel):
    """All cases of one officer, or those of an office, go to another from a day on.

    `decision` is the number of the head's decision; `settling_to` the last day on which what
    falls due may suffer from the change.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    from_person: str
    to_person: str
    from_day: date
    office: str | None = None
    decision: str | None = None
    actor: str
    asked_at: datetime
    settling_to: date

    @property
    def id(self) -> str:
        """Give the id, the same for the same change: a repeat goes on with what was begun."""
        plain = f"handover/{self.from_person}/{self.to_person}/{self.from_day.isoformat()}"
        return plain if self.office is None else f"{plain}/{self.office}"


class CaseToMove(BaseModel):
    """A case that waits to be moved; `on` and `at` lie after the assignment that stands now."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    dossier: str
    kind: str
    on: date
    at: datetime | None = None


class ChangeFact(NamedTuple):
    """A fact of the change, and the command id under which it is one however often reported."""

    event: str
    fields: dict[str, Value]
    command_id: str


def facts_of(handover: Handover, case: CaseToMove) -> list[ChangeFact]:
    """List the facts of the change in a case: the assignment, and the decision on it.

    The decision opens the clocks of Art. 35 of Law 106/2025/QH15: notice to whom it concerns
    and sending to the procuracy, 3 working days each. The texts at hand give a departing
    officer's change no clock of its own: Art. 13 of Decree 152/2026/ND-CP is about a request.
    """
    facts = [_fact(handover, case, "officer_assigned", {"officer": handover.to_person})]
    if case.kind == "enforcement_case":
        fields: dict[str, Value] = {"document": DOCUMENT, "kind": "decision"}
        if handover.decision is not None:
            fields["number"] = handover.decision
        facts.append(_fact(handover, case, "document_issued", fields))
    return facts


def _fact(handover: Handover, case: CaseToMove, event: str, fields: dict[str, Value]) -> ChangeFact:
    text = f"{handover.id}\n{case.dossier}\n{event}"
    return ChangeFact(event, fields, hashlib.sha256(text.encode()).hexdigest()[:32])
