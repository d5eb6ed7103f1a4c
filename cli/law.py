"""Count a term and check the statute book and the calendar: `thads law …`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from cases.predicates import names_known
from cases.views import plain
from cli import book
from cli.clock import read_today
from cli.coverage import coverage
from cli.law_signing import sign
from cli.output import (
    OK,
    WRONG,
    print_heading,
    print_json,
    print_lines,
    print_sentence,
    print_table,
)
from cli.reading import Json, Language, read_day, read_when
from cli.signatures import count_states, lapsed_lines, signatures
from i18n.dates import spell
from i18n.places import read_term, spell_term
from i18n.receipts import count_lines
from i18n.texts import Lang, capital, pick, say
from law import calendar as calendars
from law import corpus as corpora
from law.calendar import ZONE, Calendar, DayNote, Words
from law.corpus import FIRST_DAY, Corpus
from law.errors import CalendarFileError, LawError, StatuteFileError
from law.model import Gap
from law.terms import Count, Term, Unit, add_months, count, count_back

_YEARS_AHEAD = 2
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
Today = Annotated[str | None, Parameter(help="The day of the check; now when left out.")]
Until = Annotated[str | None, Parameter(help="Last day to be covered; else two years on.")]
Statutes = Annotated[
    Path, Parameter(help="Another folder of acts, such as a draft.", show_default=False)
]
Calendars = Annotated[
    Path,
    Parameter(name="--calendars", help="Another folder of calendar years.", show_default=False),
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
    calendar = calendars.load_calendar()
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


def check(
    *,
    today: Today = None,
    until: Until = None,
    statutes: Statutes = corpora.FOLDER,
    calendars_in: Calendars = calendars.FOLDER,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Check the statute book and the calendar; exit 1 when something is wrong."""
    day = read_day("--today", today) if today else read_today()
    last = read_day("--until", until) if until else add_months(day, 12 * _YEARS_AHEAD)
    found: Corpus | None = None
    calendar: Calendar | None = None
    try:
        found = corpora.load_corpus(names_known(), statutes)
        calendar = calendars.load_calendar(calendars_in)
        problems = _problems(found, calendar, day, last, lang)
    except (StatuteFileError, CalendarFileError) as error:
        problems = [error.say(lang)]
    except (OSError, UnicodeDecodeError) as error:
        problems = [say(lang, "law.unread", error=error)]
    if json:
        print_json(_check_as_json(found, calendar, problems, last))
    elif found and found.acts and calendar:
        _print_check(found, calendar, lang)
        if not problems:
            first = spell(FIRST_DAY, lang)
            print_lines(["", say(lang, "law.ok", first=first, until=spell(last, lang))])
    for problem in problems:
        print_sentence(problem)
    return WRONG if problems else OK


def _problems(found: Corpus, calendar: Calendar, today: date, until: date, lang: Lang) -> list[str]:
    if not found.acts:
        return [say(lang, "law.no_act")]
    holes = [
        say(lang, "law.hole", topic=topic, first=first, last=last)
        for topic, first, last in corpora.uncovered_days(found, until)
    ]
    return [*holes, *lapsed_lines(found, lang)] + [
        say(lang, "law.no_year", year=year)
        for year in range(today.year, until.year + 1)
        if year not in calendar.years
    ]


def _estimated(calendar: Calendar) -> list[int]:
    return [year for year in calendar.years if calendar.is_provisional(date(year, 1, 1))]


def _check_as_json(
    found: Corpus | None, calendar: Calendar | None, problems: list[str], until: date
) -> dict[str, Any]:
    return {
        "ok": not problems,
        "until": until.isoformat(),
        "problems": problems,
        **_book_as_json(found or Corpus(acts=(), versions=(), hash="")),
        "calendar_years": list(calendar.years) if calendar else [],
        "estimated_years": _estimated(calendar) if calendar else [],
        "book": found.hash if found else None,
        "calendar": calendar.hash if calendar else None,
    }


def _book_as_json(found: Corpus) -> dict[str, Any]:
    states = count_states(found)
    return {
        "acts": [
            {
                "number": act.number,
                "short_vi": act.short.vi,
                "short_en": act.short.en,
                "in_force": plain(act.in_force),
                "ended": plain(act.ended),
                "wordings": sum(version.act is act for version in found.versions),
                "not_encoded": list(act.not_encoded),
            }
            for act in found.acts
        ],
        "rules": len(found.by_id),
        "wordings": len(found.versions),
        "signed": states["signed"],
        "lapsed": states["lapsed"],
        "gaps": [
            {**book.version_as_json(version), "why": version.rule.why}
            for version in found.versions
            if isinstance(version.rule, Gap)
        ],
    }


def _print_check(found: Corpus, calendar: Calendar, lang: Lang) -> None:
    gaps = [version for version in found.versions if isinstance(version.rule, Gap)]
    print_table(
        [say(lang, f"columns.{name}") for name in ("act", "in_force", "rules", "gaps")],
        [
            (
                f"{pick(lang, act.short)} ({act.number})",
                book.spell_force(act.in_force, act.ended, lang),
                str(sum(v.act is act for v in found.versions)),
                str(sum(v.act is act for v in gaps)),
            )
            for act in found.acts
        ],
    )
    print_heading(say(lang, "columns.gaps"))
    print_table(
        [say(lang, f"columns.{name}") for name in ("rule", "place", "in_force", "why")],
        [
            (
                version.id,
                book.place_of(version, lang),
                book.spell_force(version.first, version.last, lang),
                say(lang, f"law.gap_{version.rule.why}"),
            )
            for version in gaps
            if isinstance(version.rule, Gap)
        ],
    )
    print_lines(
        say(
            lang, "law.not_encoded",
            act=pick(lang, act.short), topics=", ".join(act.not_encoded),
        )
        for act in found.acts
        if act.not_encoded
    )  # fmt: skip
    states = count_states(found)
    known, estimated = calendar.years, ", ".join(str(year) for year in _estimated(calendar))
    print_lines(
        [
            say(
                lang, "law.totals",
                versions=len(found.versions), rules=len(found.by_id), gaps=len(gaps),
            ),
            say(
                lang, "signing.totals", signed=states["signed"], lapsed=states["lapsed"],
                wordings=len(found.versions),
            ),
            say(
                lang, "law.years" if estimated else "law.years_sure",
                first=known[0], last=known[-1], estimated=estimated,
            ),
            say(lang, "law.hashes", book=found.hash, calendar=calendar.hash),
        ]
    )  # fmt: skip
