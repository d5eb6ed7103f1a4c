"""Write the receipt of a due date: its working, its text, and its place in the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from cases.assessment import Day, Excluded, Receipt
from cases.counting import named_day, term_of
from cases.timeline import Occurrence
from law.calendar import Calendar, DayNote
from law.corpus import Corpus, Version
from law.model import Before, Gap, Waiting
from law.transition import choose

_RECEIPT = TypeAdapter(Receipt)
_OWN = {"hash"}
_REQUEST = ("request", "body", "body_name")


@lru_cache(maxsize=1024)
def _stated_by(version: Version) -> dict[str, Any]:
    """Give what a wording states by itself, the same in each of its receipts."""
    rule, cite, term = version.rule, version.cite, term_of(version)
    signature = version.signature
    return {
        "rule": version.id,
        "act": cite.act,
        "article": cite.article,
        "clause": cite.clause,
        "point": cite.point,
        "text": rule.text,
        "gap": rule.why if isinstance(rule, Gap) else None,
        "length": term.length if term else None,
        "unit": term.unit.value if term else None,
        "backwards": isinstance(rule, Before),
        "note_vi": rule.note.vi if rule.note else None,
        "note_en": rule.note.en if rule.note else None,
        "confidence": rule.confidence.value,
        "signed_by": signature.by if signature else None,
        "signed_on": signature.on if signature else None,
    }


def write_receipt(
    occurrence: Occurrence,
    corpus: Corpus,
    calendar: Calendar,
    began: date,
    *,
    previous: str,
) -> Receipt:
    """Write the receipt of one occurrence, chained to the hash of the one before it."""
    version, counted, trigger = occurrence.counted_by, occurrence.counted, occurrence.trigger
    asked = occurrence.version if occurrence.review else version
    choice = choose(
        asked, began, trigger.on, corpus, review=occurrence.review, kept=occurrence.kept
    )
    evidence = trigger.fact.fields.get("evidence") if trigger.fact else None
    stated = _stated_by(version)
    rule = occurrence.rule
    if (
        isinstance(rule, Waiting)
        and counted is not None
        and counted.due == named_day(rule, trigger.fact)
    ):
        stated = stated | {"length": None, "unit": None}
    if occurrence.readings:
        stated = stated | _read_as(occurrence)
    if trigger.fact is not None and "request" in trigger.fact.fields:
        stated = stated | {name: trigger.fact.fields.get(name) for name in _REQUEST}
    said_by = choice.cite
    unsealed = Receipt.computed(
        stated
        | {
            "trigger_event": trigger.event,
            "trigger_on": trigger.on,
            "trigger_at": trigger.at,
            "trigger_fact": trigger.fact.number if trigger.fact else None,
            "evidence": str(evidence) if evidence else None,
            "why": choice.code,
            "why_act": said_by.act if said_by else None,
            "why_article": said_by.article if said_by else None,
            "why_clause": said_by.clause if said_by else None,
            "skipped": _days(counted.skipped) if counted else (),
            "added": _days(counted.added) if counted else (),
            "excluded": tuple(
                Excluded(first=span.first, last=span.last, ground=span.ground, fact=span.fact)
                for span in occurrence.excluded
            ),
            "nominal": counted.nominal if counted else None,
            "due": counted.due if counted else None,
            "book": corpus.hash,
            "calendar": calendar.hash,
            "previous": previous,
        }
    )
    # Sealed in place: nobody else has seen it, and a copy would cost as much as its making.
    object.__setattr__(unsealed, "hash", hash_of(unsealed))
    return unsealed


def _read_as(occurrence: Occurrence) -> dict[str, Any]:
    """Give what the reading acted on states in place of the wording."""
    read: dict[str, Any] = {"rule": occurrence.version.id, "readings": occurrence.readings}
    term = occurrence.term
    return read if term is None else read | {"length": term.length, "unit": term.unit.value}


def _days(notes: tuple[DayNote, ...]) -> tuple[Day, ...]:
    return tuple([_day(note.date, note.name.vi, note.name.en, note.notice) for note in notes])


@lru_cache(maxsize=4096)
def _day(day: date, vi: str, en: str, notice: str) -> Day:
    return Day(date=day, vi=vi, en=en, notice=notice)


def hash_of(receipt: Receipt) -> str:
    """Hash everything that a receipt states, its own hash apart."""
    canon = _RECEIPT.dump_json(receipt, exclude=_OWN, exclude_defaults=True)
    return hashlib.sha256(canon).hexdigest()[:32]


def first_broken_link(receipts: Iterable[Receipt]) -> Receipt | None:
    """Give the first receipt whose hash or predecessor does not agree, if any."""
    previous = ""
    for receipt in receipts:
        if receipt.previous != previous or receipt.hash != hash_of(receipt):
            return receipt
        previous = receipt.hash
    return None
