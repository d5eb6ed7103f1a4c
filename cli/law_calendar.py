"""Show the calendar of days off, and take a new notice into it: `thads law calendar …`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from cases.errors import FormError, Words, one_of
from cli.calendar_moves import print_survey, survey_as_json
from cli.edition import law_in_use
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_as_of, read_text
from cli.surveying import Surveyor, survey
from cli.year_files import write_years
from i18n.dates import spell_day
from i18n.texts import Lang, pick, say
from law.amendments import Amendment, amend
from law.calendar import ZONE, Calendar, DayNote, YearFile, load_calendar
from law.notices import read_notice
from settings import read_settings

NoticeFile = Annotated[
    str, Parameter(allow_leading_hyphen=True, help="A notice in TOML; - reads standard input.")
]
Year = Annotated[int | None, Parameter(help="A year such as 2026; every year when left out.")]
Folder = Annotated[
    Path | None,
    Parameter(name="--calendars", help="Another folder of calendar years.", show_default=False),
]
DossierFiles = Annotated[
    list[str] | None,
    Parameter(
        name="--dossier", negative="",
        help="A dossier file to assess, instead of the register; may be given again.",
    ),
]  # fmt: skip
AsOf = Annotated[
    str | None, Parameter(name="--as-of", help="The day or moment of assessment; else now.")
]
Write = Annotated[bool, Parameter(negative="", help="Write it into the calendar.")]
All = Annotated[bool, Parameter(name="--all", negative="", help="Show every line.")]
_A_NOTICE = Words(
    vi="một tệp thông báo như docs/examples/notice-2026-swap.toml",
    en="a notice such as docs/examples/notice-2026-swap.toml",
)
_SATURDAY = 5


def add_to(app: App) -> None:
    """Add the group `calendar` with its commands."""
    group = App(name="calendar", help="Days off and worked weekend days, by notice.")
    group.command(add)
    group.command(show)
    app.command(group)


async def add(
    file: NoticeFile,
    /,
    *,
    write: Write = False,
    dossier: DossierFiles = None,
    calendars_in: Folder = None,
    as_of: AsOf = None,
    show_all: All = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Check a notice on days off and show which days and due dates it would move.

    Nothing is written without --write. Due dates are those of the running engine's register,
    or of dossier files.
    """
    when = read_as_of(as_of)
    name = "stdin" if file == "-" else Path(file).name
    notice = read_notice(read_text(file, _A_NOTICE), name, _day_of(when))
    settings = read_settings()
    folder = calendars_in or settings.calendars
    amendment = amend(load_calendar(folder), notice, name)
    if not amendment.files:
        if json:
            print_json(_as_json(amendment, None, []))
        else:
            print_lines(_notice_lines(amendment, lang))
        return OK
    surveyor = Surveyor(law_in_use(settings).book, (amendment.before, amendment.after), when)
    step = None if json else say(lang, "calendar.step")
    found = await survey(surveyor, dossier or [], settings, when, step)
    written = write_years(folder, amendment) if write else []
    if json:
        print_json(_as_json(amendment, survey_as_json(found), written))
        return OK
    print_lines(_notice_lines(amendment, lang))
    _print_changes(amendment, lang)
    print_survey(found, when, lang, most=None if show_all else 20)
    print_lines(["", *_end_lines(written, folder, settings.calendars, lang)])
    return OK


def _day_of(when: date | datetime) -> date:
    return when.astimezone(ZONE).date() if isinstance(when, datetime) else when


def _notice_lines(amendment: Amendment, lang: Lang) -> list[str]:
    notice = amendment.notice
    known = ", ".join(spell_day(day, lang) for day in amendment.known)
    lines = [say(
        lang, "calendar.notice", about=pick(lang, notice.about), reference=notice.reference
    )]  # fmt: skip
    if not amendment.files:
        lines.append(say(lang, "calendar.nothing_new"))
    return lines + ([say(lang, "calendar.known", days=known)] if known else [])


def _print_changes(amendment: Amendment, lang: Lang) -> None:
    print_heading(say(lang, "calendar.changes", n=len(amendment.changes)))
    if amendment.changes:
        print_table(
            [say(lang, f"calendar.{name}") for name in ("day", "before", "after", "by")],
            [
                (
                    spell_day(change.day, lang),
                    _say_day(change.day, change.before, lang, working=change.was_working),
                    _say_day(change.day, change.after, lang, working=change.is_working),
                    change.after.notice if change.after else amendment.notice.reference,
                )
                for change in amendment.changes
            ],
        )
    for old, new in amendment.files:
        if old is None:
            print_lines([say(lang, "calendar.year_added", year=new.year)])
        elif old.status != new.status:
            print_lines([say(lang, "calendar.year_completed", year=new.year)])
        elif new.status == "estimated":
            print_lines([say(lang, "calendar.year_estimated", year=new.year)])


def _say_day(day: date, note: DayNote | None, lang: Lang, *, working: bool | None) -> str:
    if note is not None:
        key = "calendar.worked" if working else "calendar.off"
        return say(lang, key, name=pick(lang, note.name))
    if working is None:
        return say(lang, "calendar.unknown")
    return say(lang, "calendar.weekend" if day.weekday() >= _SATURDAY else "calendar.working")


def _end_lines(written: list[Path], folder: Path, in_use: Path, lang: Lang) -> list[str]:
    if not written:
        return [say(lang, "calendar.dry")]
    lines = [say(lang, "calendar.written", files=", ".join(str(path) for path in written))]
    if folder.resolve() == in_use.resolve():
        return [*lines, say(lang, "calendar.next")]
    return [*lines, say(lang, "calendar.elsewhere", folder=in_use)]


def _as_json(
    amendment: Amendment, surveyed: dict[str, Any] | None, written: list[Path]
) -> dict[str, Any]:
    return {
        "notice": amendment.notice.reference,
        "nothing_new": not amendment.files,
        "known": [day.isoformat() for day in amendment.known],
        "changes": [
            {
                "date": change.day.isoformat(),
                "was_working": change.was_working,
                "is_working": change.is_working,
                "before": change.before.model_dump(mode="json") if change.before else None,
                "after": change.after.model_dump(mode="json") if change.after else None,
            }
            for change in amendment.changes
        ],
        "years": [
            {"year": new.year, "before": old.status if old else None, "after": new.status}
            for old, new in amendment.files
        ],
        "dossiers": surveyed,
        "calendar": {"before": amendment.before.hash, "after": amendment.after.hash},
        "written": [str(path) for path in written],
    }


def show(
    year: Year = None,
    /,
    *,
    calendars_in: Folder = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Show the calendar's years, or one year's days off and worked days with their notices."""
    calendar = load_calendar(calendars_in or read_settings().calendars)
    if year is not None and year not in calendar.years:
        raise FormError("YEAR", year, one_of(str(known) for known in calendar.years))
    files = [calendar.year(date(known, 1, 1)) for known in calendar.years]
    if year is not None:
        files = [file for file in files if file.year == year]
    if json:
        shown = [
            file.model_dump(mode="json") | {"working_days": _working_days(calendar, file)}
            for file in files
        ]
        print_json({"years": shown, "calendar": calendar.hash})
    elif year is None:
        _print_years(calendar, files, lang)
    else:
        _print_year(calendar, files[0], lang)
    return OK


def _working_days(calendar: Calendar, file: YearFile) -> int:
    first = date(file.year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return sum(calendar.is_working(day) for day in days if day.year == file.year)


def _print_years(calendar: Calendar, files: list[YearFile], lang: Lang) -> None:
    names = ("year", "status", "days_off", "days_worked", "working_days")
    print_table(
        [say(lang, f"calendar.{name}") for name in names],
        [
            (
                str(file.year),
                say(lang, f"calendar.{file.status}"),
                str(sum(note.date.weekday() < _SATURDAY for note in file.off)),
                str(len(file.worked)),
                str(_working_days(calendar, file)),
            )
            for file in files
        ],
    )
    print_lines([say(lang, "calendar.hash", calendar=calendar.hash)])


def _print_year(calendar: Calendar, file: YearFile, lang: Lang) -> None:
    status = say(lang, f"calendar.{file.status}")
    print_lines([say(lang, "calendar.heading", year=file.year, status=status)], style="bold")
    print_lines(
        [
            say(lang, "calendar.tet", day=spell_day(file.tet, lang)),
            say(lang, "calendar.total", n=_working_days(calendar, file)),
            say(lang, "calendar.source", source=file.source),
        ]
    )
    notes = sorted((*file.off, *file.worked), key=lambda note: note.date)
    print_table(
        [say(lang, f"calendar.{name}") for name in ("day", "kind", "swapped_with", "by")],
        [
            (
                spell_day(note.date, lang),
                _say_day(note.date, note, lang, working=note in file.worked),
                spell_day(note.swapped_with, lang) if note.swapped_with else "–",
                note.notice,
            )
            for note in notes
        ],
    )
