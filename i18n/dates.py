"""Write days and moments as people read them, in the time zone of Viet Nam."""

from __future__ import annotations

from datetime import date, datetime, time

from i18n.texts import Lang, texts
from law.calendar import ZONE

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def spell_day(day: date, lang: Lang) -> str:
    """Write a day: 'Thứ Ba, 24/11/2026' or 'Tuesday, 24 November 2026'."""
    weekday = texts(lang)["weekdays"][_WEEKDAYS[day.weekday()]]
    if lang == "vi":
        return f"{weekday}, {short_day(day, lang)}"
    return f"{weekday}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date, lang: Lang) -> str:
    """Write a day for a table: '24/11/2026' or '24 Nov 2026'."""
    if lang == "vi":
        return f"{day.day:02}/{day.month:02}/{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def spell_moment(at: datetime, lang: Lang) -> str:
    """Write a moment: '16 giờ 30, Thứ Sáu, 27/11/2026' or '16:30, Friday, 27 November 2026'."""
    local = at.astimezone(ZONE)
    return f"{_clock(local, lang)}, {spell_day(local.date(), lang)}"


def _clock(local: datetime, lang: Lang) -> str:
    if lang == "vi":
        return f"{local.hour:02} giờ {local.minute:02}"
    return f"{local.hour:02}:{local.minute:02}"


def spell(when: date | datetime, lang: Lang) -> str:
    """Write a day or a moment, whichever it is."""
    return spell_moment(when, lang) if isinstance(when, datetime) else spell_day(when, lang)


def short(when: date | datetime | None, lang: Lang) -> str:
    """Write a day or a moment for a table; nothing is a dash."""
    if when is None:
        return "–"
    if isinstance(when, datetime):
        local = when.astimezone(ZONE)
        return f"{local.hour:02}:{local.minute:02} {short_day(local.date(), lang)}"
    return short_day(when, lang)


def spell_as_of(at: datetime, lang: Lang) -> str:
    """Write the moment of an assessment; the last instant of a day is that day as a whole."""
    local = at.astimezone(ZONE)
    whole = (local + datetime.resolution).date() != local.date()
    return spell(local.date() if whole else local, lang)


def spell_since(at: datetime, lang: Lang) -> str:
    """Write the moment from which something holds; midnight is the day that begins then."""
    local = at.astimezone(ZONE)
    return spell(local.date() if local.time() == time.min else local, lang)
