"""Check the statute book, its quotes and the calendar: `thads law check`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cases.conditions import check_conditions
from cases.naming import UnknownName, unknown_names
from cases.predicates import names_known
from cases.views import plain
from cli import book, law_quotes
from cli.clock import read_today
from cli.output import (
    OK,
    WRONG,
    print_heading,
    print_json,
    print_lines,
    print_sentence,
    print_table,
)
from cli.reading import Json, Language, read_day
from cli.signatures import count_states, lapsed_lines
from i18n.dates import short, spell
from i18n.places import act_name
from i18n.texts import Lang, name_of, pick, say
from law import act_texts
from law.calendar import Calendar, load_calendar
from law.corpus import FIRST_DAY, Corpus, load_corpus, uncovered_days
from law.coverage import ActCoverage, cover
from law.errors import DataFileError
from law.model import Gap
from law.quotes import Compared, compare
from law.readings import settle_by_file
from law.terms import add_months
from settings import read_settings

_YEARS_AHEAD = 2
Today = Annotated[str | None, Parameter(help="The day of the check; now when left out.")]
Until = Annotated[str | None, Parameter(help="Last day to be covered; else two years on.")]
Statutes = Annotated[
    Path | None, Parameter(help="Another folder of acts, such as a draft.", show_default=False)
]
Texts = Annotated[
    Path, Parameter(help="Another folder of the acts' texts.", show_default=False)
]  # fmt: skip
Calendars = Annotated[
    Path | None,
    Parameter(name="--calendars", help="Another folder of calendar years.", show_default=False),
]


@dataclass(slots=True)
class _Looked:
    """What the check has read so far; a file that does not read ends it there."""

    book: Corpus | None = None
    calendar: Calendar | None = None
    coverage: tuple[ActCoverage, ...] = ()
    compared: Compared | None = None


def check(
    *,
    today: Today = None,
    until: Until = None,
    statutes: Statutes = None,
    texts: Texts = act_texts.FOLDER,
    calendars_in: Calendars = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Check the book, its quotes, its coverage and the calendar; 1 when something is wrong."""
    day = read_day("--today", today) if today else read_today()
    last = read_day("--until", until) if until else add_months(day, 12 * _YEARS_AHEAD)
    looked = _Looked()
    try:
        settings = read_settings()
        looked.book = load_corpus(names_known(), statutes or settings.statutes, check_conditions)
        looked.calendar = load_calendar(calendars_in or settings.calendars)
        looked.book = settle_by_file(looked.book, settings.readings)
        looked.coverage = cover(looked.book)
        looked.compared = compare(looked.book, act_texts.load_texts(texts))
        problems = _problems(looked.book, looked.calendar, (day, last), lang)
        if looked.book.acts:
            problems += _problems_beside(looked.compared, looked.coverage, lang)
    except DataFileError as error:
        problems = [error.say(lang)]
    except (OSError, UnicodeDecodeError) as error:
        problems = [say(lang, "law.unread", error=error)]
    if json:
        print_json(_as_json(looked, problems, last))
    elif looked.book and looked.book.acts and looked.calendar:
        _print(looked, looked.book, looked.calendar, lang)
        if not problems:
            first = spell(FIRST_DAY, lang)
            print_lines(["", say(lang, "law.ok", first=first, until=spell(last, lang))])
    for problem in problems:
        print_sentence(problem)
    return WRONG if problems else OK


def _problems(found: Corpus, calendar: Calendar, days: tuple[date, date], lang: Lang) -> list[str]:
    today, until = days
    return [
        *(
            say(lang, "law.hole", topic=topic, first=first, last=last)
            for topic, first, last in uncovered_days(found, until)
        ),
        *lapsed_lines(found, lang),
        *(_say_unknown(name, lang) for name in unknown_names(found)),
        *(
            say(lang, "law.no_year", year=year)
            for year in range(today.year, until.year + 1)
            if year not in calendar.years
        ),
        *(say(lang, "law.no_notice", day=short(day, lang)) for day in _without_notice(calendar)),
    ]


def _problems_beside(
    compared: Compared, coverage: tuple[ActCoverage, ...], lang: Lang
) -> list[str]:
    """Say what shows only when the book is held against the texts and the tables of limits."""
    return [
        *(law_quotes.say_finding(finding, lang) for finding in compared.findings),
        *(
            say(
                lang, "law.missing_rows", act=act_name(lang, act.act), number=len(act.missing),
                rows=", ".join(act.missing),
            )
            for act in coverage
            if act.missing
        ),
    ]  # fmt: skip


def _say_unknown(found: UnknownName, lang: Lang) -> str:
    return say(
        lang, "law.unknown" if found.allowed else "law.unknown_successor",
        rule=found.version.id, first=short(found.version.first, lang), field=found.key,
        name=found.name, allowed=", ".join(found.allowed),
    )  # fmt: skip


def _without_notice(calendar: Calendar) -> list[date]:
    """List the days that differ from their weekday and do not say by which notice."""
    years = [calendar.year(date(year, 1, 1)) for year in calendar.years]
    return [
        note.date for year in years for note in (*year.off, *year.worked) if not note.notice.strip()
    ]


def _estimated(calendar: Calendar) -> list[int]:
    return [year for year in calendar.years if calendar.is_provisional(date(year, 1, 1))]


def _as_json(looked: _Looked, problems: list[str], until: date) -> dict[str, Any]:
    found, calendar = looked.book, looked.calendar
    return {
        "ok": not problems,
        "until": until.isoformat(),
        "problems": problems,
        **_book_as_json(found or Corpus(acts=(), versions=(), hash="")),
        "quotes": (
            law_quotes.as_json(looked.compared, found.acts) if found and looked.compared else None
        ),
        "coverage": [act.model_dump(mode="json") for act in looked.coverage],
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


def _print(looked: _Looked, found: Corpus, calendar: Calendar, lang: Lang) -> None:
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
    if looked.compared is not None:
        law_quotes.print_quotes(looked.compared, found.acts, lang)
    print_lines(["", *_totals(looked, found, calendar, lang)])


def _totals(looked: _Looked, found: Corpus, calendar: Calendar, lang: Lang) -> list[str]:
    estimated = ", ".join(str(year) for year in _estimated(calendar))
    gaps = sum(isinstance(version.rule, Gap) for version in found.versions)
    states = count_states(found)
    return [
        *(
            say(
                lang, "law.not_encoded",
                act=pick(lang, act.short),
                topics="; ".join(name_of(lang, "topics", topic) for topic in act.not_encoded),
            )
            for act in found.acts
            if act.not_encoded
        ),
        *(
            say(
                lang, "law.begins",
                act=pick(lang, act.short),
                topics="; ".join(name_of(lang, "topics", topic) for topic in act.begins),
                first=short(act.in_force, lang),
            )
            for act in found.acts
            if act.begins
        ),
        say(
            lang, "law.totals",
            versions=len(found.versions), rules=len(found.by_id), gaps=gaps,
        ),
        say(
            lang, "signing.totals", signed=states["signed"], lapsed=states["lapsed"],
            wordings=len(found.versions),
        ),
        say(
            lang, "law.covered",
            rows=sum(act.rows for act in looked.coverage),
            encoded=sum(act.encoded for act in looked.coverage),
            left_out=sum(sum(act.left_out.values()) for act in looked.coverage),
            missing=sum(len(act.missing) for act in looked.coverage),
        ),
        say(
            lang, "law.years" if estimated else "law.years_sure",
            first=calendar.years[0], last=calendar.years[-1], estimated=estimated,
        ),
        say(lang, "law.hashes", book=found.hash, calendar=calendar.hash),
    ]  # fmt: skip
