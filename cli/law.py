"""Gather the commands of the statute book, and count a term: `thads law …`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from cyclopts import App, Parameter

from cases.views import plain
from cli import book, law_calendar
from cli.coverage import coverage
from cli.law_check import check
from cli.law_signing import sign
from cli.output import OK, print_json, print_lines
from cli.reading import Json, Language, read_when
from cli.readings import readings, settle
from cli.signatures import signatures
from i18n.dates import spell
from i18n.places import read_term, spell_term
from i18n.receipts import count_lines
from i18n.texts import Lang, capital, pick, say
from law.calendar import ZONE, DayNote, Words, load_calendar
from law.errors import LawError
from law.terms import Count, Term, Unit, count, count_back
from settings import read_settings

_HOURS_NEED_A_MOMENT = Words(
    vi="Thời hạn tính bằng giờ được tính từ một thời điểm, không phải từ một ngày; "
    "hãy nêu cả giờ, như 2026-11-27T16:30",
    en="a term in hours runs from a moment, not from a day; "
    "give the time too, such as 2026-11-27T16:30",
)
_NO_HOURS_BACK = Words(
    vi="Không đếm ngược theo giờ từ một ngày được; hãy ghi thời hạn theo ngày",
    en="hours cannot be counted back from a day; state the term in days",
)
Start = Annotated[
    str,
    Parameter(name="--from", help="The day of the event, or for hours its moment."),
]
Backwards = Annotated[
    bool, Parameter(negative="", help="Count back: what is due at least so long before that day.")
]


def add_to(app: App) -> None:
    """Add the group `law` with its commands."""
    group = App(name="law", help="The statute book and the counting of time.")
    group.command(count_term, name="count")
    group.command(check)
    group.command(book.show)
    group.command(book.diff)
    group.command(coverage)
    group.command(sign)
    group.command(signatures)
    law_calendar.add_to(group)
    group.command(readings)
    group.command(settle)
    app.command(group)


def count_term(
    term: str,
    /,
    *,
    start: Start,
    before: Backwards = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Count a term such as "5 working days" or "24 hours" from a day or a moment."""
    length, begins = read_term(term), read_when("--from", start)
    counted = _counted(length, begins, before=before)
    if json:
        print_json(
            {
                "from": plain(counted.start),
                "nominal": plain(counted.nominal),
                "due": plain(counted.due),
                "skipped": [_note_as_json(note, lang) for note in counted.skipped],
                "added": [_note_as_json(note, lang) for note in counted.added],
                "provisional": counted.provisional,
            }
        )
    else:
        print_lines(_count_lines(length, counted, lang, before=before))
    return OK


def _counted(term: Term, begins: date | datetime, *, before: bool) -> Count:
    if term.unit is Unit.HOURS and (before or not isinstance(begins, datetime)):
        words = _NO_HOURS_BACK if before else _HOURS_NEED_A_MOMENT
        raise LawError(words.en, words.vi)
    calendar = load_calendar(read_settings().calendars)
    try:
        if not before:
            return count(term, begins, calendar)
        day = begins.astimezone(ZONE).date() if isinstance(begins, datetime) else begins
        return count_back(term, day, calendar)
    except (OverflowError, ValueError) as error:
        raise LawError(
            f"{term.length} {term.unit} counted from {begins} is a day beyond every calendar",
            f"{capital(spell_term('vi', term.length, term.unit.value))} tính từ {begins} "
            "vượt quá mọi lịch",
        ) from error


def _note_as_json(note: DayNote, lang: Lang) -> dict[str, str]:
    return {
        "date": note.date.isoformat(), "name": pick(lang, note.name), "notice": note.notice
    }  # fmt: skip


def _count_lines(term: Term, counted: Count, lang: Lang, *, before: bool) -> list[str]:
    spelled = spell_term(lang, term.length, term.unit.value)
    title = "count.title_back" if before else "count.title"
    how = "event_back" if before else "event_moment" if term.unit is Unit.HOURS else "event_day"
    return [
        capital(say(lang, title, term=spelled, start=spell(counted.start, lang))),
        say(lang, f"count.{how}"),
        *count_lines(counted, lang, rolls=term.unit is not Unit.WORKING_DAYS),
    ]
