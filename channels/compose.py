"""Write the message of a gathering: what, which case, due when and why, what to do. No parties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.agenda import FILE_KIND, METHOD, due_dates
from channels.layout import Card, CaseCards, Sheet, lay_out, plain
from channels.letter import Attachment, Letter, thread_of_case, thread_of_day
from channels.reader import Reader
from channels.words import AlertWords, Entry
from i18n.dates import short
from i18n.texts import say
from law.calendar import ZONE, Calendar

_MOST_LINES = 20
_MOST_BRIEF = 5
_ANSWERED = ("rung", "reminder")
"""Kinds of alerts that can be acknowledged; the others ask for no answer."""


def no_link(_key: str) -> str | None:
    """Give no link for an alert: the message names the command instead."""
    return None


def same_name(key: str) -> str:
    """Call a person by the key, where the directory is not at hand."""
    return key


@dataclass(frozen=True)
class Desk:
    """What a message is written with: the calendar, and where links and names are looked up.

    `link` gives the address at which an alert, by its key, is acknowledged; `name` the name of
    a person's key.
    """

    calendar: Calendar
    link: Callable[[str], str | None] = no_link
    name: Callable[[str], str] = same_name


def compose(
    reader: Reader, alerts: Sequence[AlertWords], token: str, now: datetime, desk: Desk
) -> Letter:
    """Write one letter for a person's alerts, in their order; it names cases, never parties."""
    lang = reader.lang
    entries = [Entry(alert, lang, now, desk.calendar) for alert in alerts]
    dossiers = list(dict.fromkeys(alert.dossier for alert in alerts))
    late = len({entry.alert.dossier for entry in entries if entry.tone == "late"})
    subject = _subject(entries, dossiers, late)
    today = now.astimezone(ZONE)
    sheet = Sheet(
        lang=lang,
        subject=subject,
        hello=say(lang, "message.hello", name=reader.name),
        in_place=reader.say_in_place(alerts),
        figures=say(
            lang,
            "message.figures",
            n=len(alerts),
            cases=len(dossiers),
            late=late,
            now=short(today, lang),
        ),
        cases=_cases(entries[:_MOST_LINES], reader, desk),
        more=_more(entries),
        end=say(lang, "message.end"),
    )
    one = len(dossiers) == 1
    return Letter(
        subject=subject,
        text=plain(sheet),
        html=lay_out(sheet),
        token=token,
        language=lang,
        attachments=(
            Attachment(
                name=say(lang, "due_dates.file"),
                mime=FILE_KIND,
                method=METHOD,
                content=due_dates(alerts, lang, now),
            ),
        ),
        thread=thread_of_case(dossiers[0]) if one else thread_of_day(reader.key, today.date()),
        brief=_brief(entries, reader),
        event="thads.alerts",
        data={"figures": _figures(entries, late), "alerts": [_line(entry) for entry in entries]},
    )


def _subject(entries: Sequence[Entry], dossiers: Sequence[str], late: int) -> str:
    first = entries[0]
    if len(dossiers) > 1:
        return say(first.lang, "message.subject", n=len(dossiers), late=late)
    key = "subject_case" if len(entries) == 1 else "subject_case_more"
    return say(
        first.lang,
        f"message.{key}",
        dossier=dossiers[0],
        mark=first.mark,
        n=len(entries) - 1,
    )


def _cases(entries: Sequence[Entry], reader: Reader, desk: Desk) -> tuple[CaseCards, ...]:
    """Put what concerns one case together, where its gravest entry stands."""
    found: dict[str, list[Card]] = {}
    for entry in entries:
        found.setdefault(entry.alert.dossier, []).append(_card(entry, reader, desk))
    lang = reader.lang
    return tuple(
        CaseCards(heading=say(lang, "message.case", dossier=dossier), cards=tuple(cards))
        for dossier, cards in found.items()
    )


def _card(entry: Entry, reader: Reader, desk: Desk) -> Card:
    alert, lang = entry.alert, entry.lang
    link = desk.link(alert.key) if alert.kind in _ANSWERED else None
    place = say(lang, "message.in_place") if reader.stands_in(alert) else None
    notes = (entry.missed, entry.unreached(desk.name), place)
    return Card(
        tone=entry.tone,
        mark=entry.mark,
        title=entry.title,
        facts=(f"{entry.due} · {entry.basis}", entry.to_do),
        notes=tuple(note for note in notes if note),
        link=link,
        link_words=say(lang, "message.noted"),
        command=None
        if link or entry.command is None
        else say(lang, "message.command", command=entry.command),
    )


def _more(entries: Sequence[Entry]) -> str | None:
    left = len(entries) - _MOST_LINES
    return say(entries[0].lang, "message.more", n=left) if left > 0 else None


def _brief(entries: Sequence[Entry], reader: Reader) -> tuple[str, ...]:
    place = reader.say_in_place_briefly([entry.alert for entry in entries])
    head = [place] if place else []
    room = _MOST_BRIEF - len(head)
    if len(entries) <= room:
        return (*head, *(entry.brief for entry in entries))
    shown = room - 1
    more = say(reader.lang, "message.brief_more", n=len(entries) - shown)
    return (*head, *(entry.brief for entry in entries[:shown]), more)


def _figures(entries: Sequence[Entry], late: int) -> dict[str, int]:
    cases = len({entry.alert.dossier for entry in entries})
    return {"limits": len(entries), "cases": cases, "cases_overdue": late}


def _line(entry: Entry) -> dict[str, object]:
    alert = entry.alert
    return {
        "key": alert.key,
        "kind": alert.kind,
        "case": alert.dossier,
        "office": alert.office,
        "role": alert.role,
        "severity": alert.severity,
        "rung": alert.rung,
        "missed": list(alert.missed),
        "state": entry.tone,
        "mark": entry.mark,
        "title": {"vi": alert.title_vi, "en": alert.title_en},
        "due": alert.due,
        "was_due": alert.was_due,
        "act": alert.act,
        "article": alert.article,
        "clause": alert.clause,
        "rule": alert.rule,
        "holder": alert.holder,
    }
