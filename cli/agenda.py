"""List what one person has to do over dossiers of every kind, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.assessment import read_due
from cases.errors import FormError, Words
from cli.actor import acting
from cli.clock import read_now
from cli.live import find_directory, reach_register
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.workbooks import check_workbook, write_workbook
from i18n.dates import short, spell_day
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE, Calendar, WeekendsAlone, load_calendar
from law.model import Holder
from reports.sheets import Cell, Sheet
from settings import read_settings
from store.agenda import AgendaLine, AgendaRows, AgendaTally
from store.directory import OfficeDirectory, PersonEntry
from store.seats import Replaced, replaced_in

_WIDTHS = {
    "due": 12, "days": 10, "title": 50, "place": 30, "case": 26, "kind": 24, "stage": 34,
    "holder": 18, "instead_of": 16, "office": 16, "officer": 14, "severity": 22, "rule": 30,
}  # fmt: skip
"""Each column of the workbook with its width in characters."""

_SOMEBODY = Words(
    vi="cho phép mã của một người trong danh bạ; xem mã với thads people list, thêm người với "
    "thads people add, hoặc nêu mã của mình bằng --person hay biến môi trường THADS_ACTOR",
    en="allowed is the key of somebody in the directory; see keys with thads people list, add a "
    "person with thads people add, or name your own key by --person or in THADS_ACTOR",
)


def add_to(app: App) -> None:
    """Add `agenda`."""
    app.command(agenda)


@dataclass(frozen=True)
class _Seen:
    """How rows are looked at: on which day, by which calendar, in which language."""

    today: date
    calendar: Calendar
    lang: Lang


async def agenda(
    *,
    person: Annotated[
        str | None, Parameter(help="Whose agenda, by key: cv.an; default: you.")
    ] = None,
    until: Annotated[str | None, Parameter(help="Nothing that is due after this day.")] = None,
    most: Annotated[
        int, Parameter(help="How many rows at the most.", validator=Number(gte=1))
    ] = 40,
    all: Annotated[  # noqa: A002 - the option's own word
        bool, Parameter(negative="", help="Also what stands still or has no date by law.")
    ] = False,
    xlsx: Annotated[
        Path | None, Parameter(help="Write every row to this workbook as well.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List what a person has to do: what has passed first, then by due.

    It holds their own duties, by officer and by role, and those of whom they stand in for that
    day. `--json` and `--xlsx` give every row; neither names a party.
    """
    settings = read_settings()
    last = None if until is None else read_day("--until", until)
    check_workbook(xlsx)
    now = read_now()
    key = acting(person)
    directory = find_directory(settings)
    if key not in directory.people:
        raise FormError("--person", key, _SOMEBODY)
    whole = json or xlsx is not None
    async with reach_register(settings) as (engine, _):
        rows = AgendaRows(engine)
        seats = await rows.seats(directory, key, now)
        found = await rows.lines(
            directory, seats, now, until=last, every=all, most=None if whole else most
        )
        tally = await rows.tally(directory, seats, now, until=last)
    seen = _Seen(now.date(), WeekendsAlone(load_calendar(settings.calendars)), lang)
    others = replaced_in(directory, key, seen.today)
    if xlsx is not None:
        await write_workbook(settings, "agenda", xlsx, [_sheet(found, seen)], now)
    if json:
        print_json(_as_json(directory.people[key], tally, others, found, now, seen))
        return OK
    print_lines(_headlines(directory, key, tally, others, seen))
    shown = found[:most]
    if shown:
        names = ("due", "days", "title", "case", "stage", "holder")
        columns = [say(lang, f"agenda.{name}") for name in names]
        print_table(columns, [_row(line, now, seen) for line in shown])
    rows_in_all = tally.dated + (tally.standing if all else 0)
    if len(shown) < rows_in_all:
        print_lines([say(lang, "agenda.rest", n=rows_in_all - len(shown))])
    if tally.standing and not all:
        print_lines([say(lang, "agenda.standing", n=tally.standing)])
    if xlsx is not None:
        print_lines([say(lang, "watch.written", n=len(found), file=xlsx)])
    return OK


def _headlines(
    directory: OfficeDirectory,
    key: str,
    tally: AgendaTally,
    others: Sequence[Replaced],
    seen: _Seen,
) -> Iterator[str]:
    day = spell_day(seen.today, seen.lang)
    whose = {"name": directory.people[key].name, "person": key, "day": day}
    name = "agenda.head" if tally.dated else "agenda.nothing"
    yield say(seen.lang, name, n=tally.dated, passed=tally.passed, **whose)
    for other in others:
        yield say(
            seen.lang, f"agenda.replaced_{other.why}",
            role=name_of(seen.lang, "roles", other.role), by=other.by,
        )  # fmt: skip


def _is_passed(line: AgendaLine, now: datetime) -> bool:
    return line.paused_by is None and line.breaches_at is not None and line.breaches_at <= now


def _days(line: AgendaLine, seen: _Seen) -> int | None:
    """Give the working days left, below 0 those since; None where no date runs."""
    if line.paused_by is not None or line.due_day is None or line.breaches_at is None:
        return None
    if line.due_day < seen.today:
        return -seen.calendar.working_days_between(line.due_day, seen.today)
    return seen.calendar.working_days_between(seen.today, line.due_day)


def _days_said(line: AgendaLine, now: datetime, seen: _Seen) -> str:
    days = _days(line, seen)
    if days is None:
        return say(seen.lang, "agenda.paused" if line.paused_by is not None else "agenda.undated")
    if _is_passed(line, now):
        return say(seen.lang, "agenda.over", n=-days) if days else say(seen.lang, "agenda.passed")
    return say(seen.lang, "agenda.left", n=days) if days else say(seen.lang, "agenda.today")


def _row(line: AgendaLine, now: datetime, seen: _Seen) -> Sequence[str]:
    place = cite_briefly(seen.lang, line.act, line.article, line.clause)
    kind = name_of(seen.lang, "dossiers", line.kind)
    due = read_due(line.due)
    return [
        short(due, seen.lang) if isinstance(due, date | datetime) else "–",
        _days_said(line, now, seen),
        f"{_title(line, seen.lang)} ({place})",
        line.dossier,
        f"{kind}: {name_of(seen.lang, 'stages', line.stage)}",
        _holder(line, seen.lang),
    ]


def _holder(line: AgendaLine, lang: Lang) -> str:
    """Name who must act, and whether the person stands in or puts it to the head."""
    holder = name_of(lang, "holders_briefly", line.holder)
    if line.instead_of is not None:
        return say(lang, "agenda.instead", holder=holder, person=line.instead_of)
    if line.why is not None:
        return say(lang, "agenda.vacant", holder=holder)
    if line.role == "chief_officer" and line.holder == Holder.HEAD:
        return say(lang, "agenda.put", holder=holder)
    return holder


def _title(line: AgendaLine, lang: Lang) -> str:
    return line.title_vi if lang == "vi" else line.title_en


def _sheet(found: Sequence[AgendaLine], seen: _Seen) -> Sheet:
    columns = [(say(seen.lang, f"agenda.{name}"), width) for name, width in _WIDTHS.items()]
    rows = [tuple(_cells(line, seen)) for line in found]
    return Sheet(say(seen.lang, "agenda.sheet"), columns, rows)


def _cells(line: AgendaLine, seen: _Seen) -> Iterator[Cell]:
    yield line.due_day
    yield _days(line, seen)
    yield _title(line, seen.lang)
    yield cite_briefly(seen.lang, line.act, line.article, line.clause)
    yield line.dossier
    yield name_of(seen.lang, "dossiers", line.kind)
    yield name_of(seen.lang, "stages", line.stage)
    yield name_of(seen.lang, "holders_briefly", line.holder)
    yield line.instead_of
    yield line.office
    yield line.officer
    yield name_of(seen.lang, "severities_briefly", line.severity)
    yield line.rule


def _as_json(
    whose: PersonEntry,
    tally: AgendaTally,
    others: Sequence[Replaced],
    found: Sequence[AgendaLine],
    now: datetime,
    seen: _Seen,
) -> dict[str, Any]:
    """Give the agenda with its moment; `days` are working days, below 0 since the due day."""
    return {
        "person": whose.key,
        "at": now.astimezone(ZONE).isoformat(),
        **tally._asdict(),
        "replaced": [other._asdict() for other in others],
        "lines": [
            line.model_dump(mode="json")
            | {"passed": _is_passed(line, now), "days": _days(line, seen)}
            for line in found
        ],
    }
