"""Write an office's book of citizen reception in the twelve columns of form 03/TCD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from cases.facts import Fact
from i18n.dates import short_day
from i18n.texts import Lang, name_of, say
from reports.sheets import Cell, Sheet

_WIDTHS = (8, 12, 36, 18, 40, 18, 12, 30, 12, 30, 30, 44)
COLUMNS = tuple(f"column_{place}" for place in range(1, len(_WIDTHS) + 1))


class Visitor(NamedTuple):
    """Who came and with what, as the book of letters keeps it; empty where it is not at hand."""

    name_and_address: str = ""
    identity: str = ""
    summary: str = ""


class Entry(NamedTuple):
    """One visit of the book, with what was made of it since."""

    number: str
    received: Fact
    later: tuple[Fact, ...]

    @property
    def what(self) -> str:
        """Say what the visit was about: complaint, denunciation or petition."""
        return str(self.received.fields["what"])

    def answers(self, result: str) -> tuple[Fact, ...]:
        """List the answers to the citizen that had this result."""
        return tuple(
            fact
            for fact in self.later
            if fact.event == "reception_citizen_notified" and fact.fields["result"] == result
        )


def entries_of(facts: Sequence[Fact]) -> tuple[Entry, ...]:
    """List the visits of a book in the order in which they were entered."""
    return tuple(
        Entry(
            number,
            fact,
            tuple(f for f in facts if f is not fact and f.fields.get("entry") == number),
        )
        for fact in facts
        if fact.event == "reception_entry"
        for number in [str(fact.fields["entry"])]
    )


def reception_sheet(
    entries: Sequence[Entry], visitors: Mapping[str, Visitor], lang: Lang = "vi"
) -> Sheet:
    """Make the book's sheet; `visitors` by number in the book.

    Of a denunciation nobody is named, whoever asks: Law 106/2025, Art. 108.2(b).
    """
    columns = [say(lang, f"reception.{name}") for name in COLUMNS]
    return Sheet(
        name=say(lang, "reception.sheet"),
        columns=list(zip(columns, _WIDTHS, strict=True)),
        rows=[_row(entry, visitors.get(entry.number, Visitor()), lang) for entry in entries],
    )


def _row(entry: Entry, visitor: Visitor, lang: Lang) -> list[Cell]:
    fields, secret = entry.received.fields, entry.what == "denunciation"
    kept = say(lang, "reception.secret")
    who = Visitor(kept, kept, kept) if secret else visitor
    return [
        entry.number,
        entry.received.on,
        who.name_and_address,
        who.identity,
        who.summary,
        name_of(lang, "dossiers", entry.what),
        str(fields.get("people") or "1"),
        str(fields.get("resolved_by") or ""),
        "x" if fields.get("competence") == "own" else "",
        "; ".join(_sent(fact) for fact in entry.answers("guided")),
        "; ".join(_sent(fact) for fact in entry.answers("transferred")),
        "; ".join(outcomes(entry, lang)),
    ]


def _sent(fact: Fact) -> str:
    return ", ".join(str(fact.fields[name]) for name in ("to", "number") if name in fact.fields)


def outcomes(entry: Entry, lang: Lang) -> list[str]:
    """Say what became of a visit, the earliest first, each with its day."""
    told = [str(entry.received.fields["dossier"])] if "dossier" in entry.received.fields else []
    return told + [
        say(lang, "reception.outcome", what=_outcome(fact, lang), on=_on(fact.on, lang))
        for fact in entry.later
    ]


def _outcome(fact: Fact, lang: Lang) -> str:
    if fact.event == "reception_citizen_notified":
        return name_of(lang, "reception_results", str(fact.fields["result"]))
    return fact.kind.vi if lang == "vi" else fact.kind.en


def _on(day: date, lang: Lang) -> str:
    return short_day(day, lang)
