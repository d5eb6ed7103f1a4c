"""Say what is left of a dossier whose people are erased: days, stages, amounts and numbers."""

from __future__ import annotations

import re

from cases.dossier import Dossier
from cases.facts import Fact
from cases.parties import Party, placed
from cases.vocabulary import COMMON_TEXTS, Value

_REFERENCES = frozenset({
    "number", "document", "recipient", "officer", "request", "entry", "dossier", "complaint",
    "case", "judgment", "measure", "recommendation", "body_name", "to",
})  # fmt: skip
"""Texts that name papers, offices and other dossiers, and no party."""
_DROPPED = frozenset({"evidence", "note", "signer"})
_CODE = re.compile(r"[a-z0-9_./-]{1,32}")
"""A text that is one of the law's grounds by its code or number tells of nobody."""


def remains_of(dossier: Dossier) -> Dossier:
    """Give a dossier without its people and free texts; what is counted stays countable.

    One thing or person meant by several facts stays one, under a number.
    """
    known: dict[tuple[str, str], str] = {}
    parties = tuple(
        Party(role=party.role, place=party.place, erased=True) for party in placed(dossier.parties)
    )
    return dossier.model_copy(
        update={
            "title": None,
            "note": None,
            "obligations": tuple(o.model_copy(update={"text": None}) for o in dossier.obligations),
            "parties": parties,
            "facts": tuple(_without_people(fact, known) for fact in dossier.facts),
        }
    )


def texts_in(dossier: Dossier) -> int:
    """Count the free texts that an erasure takes away."""
    own = [dossier.title, dossier.note, *(o.text for o in dossier.obligations)]
    told = [
        text
        for fact in dossier.facts
        for text in (*(v for name, v in fact.fields.items() if _is_free(fact, name)), fact.reason)
    ]
    return sum(1 for text in (*own, *told) if text)


def _without_people(fact: Fact, known: dict[tuple[str, str], str]) -> Fact:
    fields: dict[str, Value] = {}
    for name, value in fact.fields.items():
        if not _is_free(fact, name):
            fields[name] = value
        elif name not in _DROPPED or name in fact.kind.fields:
            fields[name] = known.setdefault((name, str(value)), f"[{len(known) + 1}]")
    return fact.model_copy(update={"fields": fields, "reason": "[…]" if fact.reason else None})


def _is_free(fact: Fact, name: str) -> bool:
    kind = fact.kind.fields.get(name, "text?" if name in COMMON_TEXTS else "")
    if not str(kind).startswith("text") or name in _REFERENCES:
        return False
    return name != "ground" or _CODE.fullmatch(str(fact.fields[name])) is None
