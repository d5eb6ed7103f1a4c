"""Write due dates as calendar entries that move with the date and are cancelled with it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar as CalendarFile
from icalendar import Event, vCalAddress, vText

from channels.words import AlertWords, read_due
from i18n.places import cite_briefly
from i18n.texts import Lang, say

FILE_KIND = "text/calendar"
METHOD = "PUBLISH"
_DOMAIN = "thads.invalid"
_DAY = timedelta(days=1)


def due_dates(alerts: Sequence[AlertWords], lang: Lang, now: datetime) -> bytes:
    """Write one entry for each due date that the alerts speak of: a day, or for hours a moment.

    An entry keeps its UID for as long as the occurrence lives, and SEQUENCE counts the minutes
    of `now`, so that a calendar takes the later file's day and drops what was withdrawn.
    """
    file = CalendarFile()
    file.add("prodid", "-//THADS//due dates//VI")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", METHOD)
    file.add("x-wr-calname", say(lang, "due_dates.calendar"))
    for alert in _last_words(alerts):
        file.add_component(_entry(alert, lang, now))
    written: bytes = file.to_ical()
    return written


def _last_words(alerts: Sequence[AlertWords]) -> list[AlertWords]:
    """Keep one alert of each occurrence; a date that stands overrules one that was withdrawn."""
    kept: dict[str, AlertWords] = {}
    for alert in alerts:
        uid = _uid(alert)
        if uid not in kept or kept[uid].kind == "withdrawn":
            kept[uid] = alert
    return list(kept.values())


def _entry(alert: AlertWords, lang: Lang, now: datetime) -> Event:
    gone = alert.kind == "withdrawn"
    title = alert.title_en if lang == "en" else alert.title_vi
    entry = Event()
    entry.add("uid", _uid(alert))
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("sequence", int(now.timestamp()) // 60)
    entry.add("status", "CANCELLED" if gone else "CONFIRMED")
    key = "withdrawn" if gone else "summary"
    entry.add("summary", say(lang, f"due_dates.{key}", title=title, dossier=alert.dossier))
    entry.add("description", _description(alert, lang))
    due = read_due(alert.due)
    if isinstance(due, datetime):
        entry.add("dtstart", due.astimezone(UTC))
    else:
        entry.add("dtstart", due)
        entry.add("dtend", due + _DAY)
    # A due date takes none of the day's time, and nobody is invited to it.
    entry.add("transp", "TRANSPARENT")
    organizer = vCalAddress(f"MAILTO:thads@{_DOMAIN}")
    organizer.params["cn"] = vText("THADS")
    entry["organizer"] = organizer
    return entry


def _description(alert: AlertWords, lang: Lang) -> str:
    cite = cite_briefly(lang, alert.act, alert.article, alert.clause)
    basis = say(lang, "message.basis", cite=cite)
    return f"{basis}\nthads why {alert.dossier} {alert.rule}"


def _uid(alert: AlertWords) -> str:
    named = f"{alert.dossier}|{alert.occurrence}"
    return f"{hashlib.sha256(named.encode()).hexdigest()[:40]}@{_DOMAIN}"
