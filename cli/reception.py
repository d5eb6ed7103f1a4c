"""Keep the book of citizen reception (tiếp công dân): `thads reception …`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from activities.ports import Answer
from cases.dossier import read_id
from cases.errors import FormError, Words, one_of
from cases.facts import Fact
from cli.actor import Actor
from cli.clock import read_now
from cli.live import check_known, reach_temporal
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.reception_book import Office, Told, book_of, due_lines, read_book, report_to_book
from cli.reception_visitors import visitors_of
from cli.view_case import agenda_rows, reported_lines
from cli.workbooks import check_workbook, write_workbook
from i18n.dates import short_day
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from reports.reception import Entry, entries_of, outcomes, reception_sheet
from settings import read_settings
from workflows.client import UnknownCaseError

What = Literal["complaint", "denunciation", "petition"]
Result = Literal[
    "accepted", "needs_longer", "refused", "guided", "transferred", "resolved",
    "forwarder_informed", "board_informed",
]  # fmt: skip
By = Annotated[
    Literal["head", "deputy", "officer"] | None, Parameter(help="Who received on that day.")
]
Occasion = Annotated[
    Literal["periodic", "ad_hoc", "online"] | None, Parameter(help="What kind of day it is.")
]
Year = Annotated[int | None, Parameter(help="The year of the book; left out: this one.")]
On = Annotated[str | None, Parameter(name="--on", help="The day it happened; left out: today.")]
Number = Annotated[str, Parameter(name="--entry", help="Its number in the book.")]
_LATER = {
    "resolved": "reception_matter_resolved",
    "forwarder_informed": "reception_forwarder_informed",
    "board_informed": "reception_board_informed_citizen",
}
_SAY_BY = Words(
    vi="ngày đã qua cần --by (ai đã tiếp) hoặc một trong --posted, --postponed, --concluded",
    en="a day that is past needs --by (who received) or --posted, --postponed, --concluded",
)
_POSTPONE = Words(
    vi="--new-day chỉ đi cùng --postponed", en="--new-day goes with --postponed alone"
)
_PEOPLE = Words(vi="cho phép một số nguyên lớn hơn 0", en="allowed is a whole number above 0")
_NO_BOOK = Words(
    vi="chưa có sổ của năm này; sổ tự mở khi ghi lượt đầu tiên: thads reception entry",
    en="there is no book of that year; the first visit opens it: thads reception entry",
)


def add_to(app: App) -> None:
    """Add `reception` with its commands."""
    group = App(name="reception", help="The book of citizen reception: days, visits, results.")
    group.command(day)
    group.command(entry)
    group.command(result)
    group.command(list_entries, name="list")
    group.command(export)
    app.command(group)


async def day(
    day: str,
    /,
    *,
    office: Office,
    by: By = None,
    occasion: Occasion = None,
    posted: Annotated[str | None, Parameter(help="When its schedule was posted.")] = None,
    tested: Annotated[str | None, Parameter(help="When the connection was tested.")] = None,
    postponed: Annotated[str | None, Parameter(help="When it was postponed.")] = None,
    new_day: Annotated[str | None, Parameter(help="The new day that was announced.")] = None,
    concluded: Annotated[str | None, Parameter(help="When its conclusion was notified.")] = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Plan a DAY of reception, or report that it was posted, postponed, held or concluded."""
    today = read_now().astimezone(ZONE).date()
    of = read_day("DAY", day)
    online = occasion == "online"
    if new_day is not None and postponed is None:
        raise FormError("--new-day", new_day, _POSTPONE)
    told: list[Told] = []
    if by is None and (of > today or posted or tested):
        told.append(_plan(of, online=online))
    notice = "online_reception_notified" if online else "reception_schedule_posted"
    for event, option, on in (
        (notice, "--posted", posted),
        ("online_reception_tested", "--tested", tested),
        ("reception_postponed", "--postponed", postponed),
        ("reception_conclusion_notified", "--concluded", concluded),
    ):
        if on is not None:
            told.append(_about(of, event, read_day(option, on)))
    if new_day is not None and postponed is not None:
        to = read_day("--new-day", new_day)
        fact = _about(of, "reception_new_day_announced", read_day("--postponed", postponed))
        told += [fact | {"new_day": to.isoformat()}, _plan(to, online=online)]
    if by is not None:
        held = _about(of, "reception_day_held", of)
        told.append(held | {"by": by, "occasion": occasion})
    if not told:
        raise FormError("DAY", day, _SAY_BY)
    return await _send(office, of.year, told, actor, json=json, lang=lang)


async def entry(
    what: What,
    /,
    *,
    office: Office,
    on: On = None,
    number: Annotated[
        str | None, Parameter(name="--entry", help="Its number in the book; left out: the next.")
    ] = None,
    people: Annotated[str | None, Parameter(help="How many came with the same matter.")] = None,
    competence: Annotated[
        Literal["own", "other_office", "other_body"] | None,
        Parameter(help="Whose matter it is."),
    ] = None,
    dossier: Annotated[str | None, Parameter(help="The dossier that it opened.")] = None,
    resolved_by: Annotated[
        str | None, Parameter(help="The body that resolved it for good before.")
    ] = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Enter a visit in the book; whoever came is named in the book of letters and not here."""
    came = _day(on)
    if people is not None and not (people.isdecimal() and int(people) > 0):
        raise FormError("--people", people, _PEOPLE)
    known = {one.number for one in await _entries(office, came.year)}
    if number is not None and number in known:
        taken = Words(
            vi="số này đã có trong sổ; sửa một lượt đã ghi bằng `thads case correct`",
            en="the book has that number already; correct a visit by `thads case correct`",
        )
        raise FormError("--entry", number, taken)
    plain: Told = {
        "event": "reception_entry", "on": came.isoformat(), "entry": number or _next(known),
        "what": what, "people": people, "competence": competence, "resolved_by": resolved_by,
        "dossier": None if dossier is None else read_id(dossier, what),
    }  # fmt: skip
    if not json:
        print_lines([say(lang, "reception.entered", entry=plain["entry"])])
    return await _send(office, came.year, [plain], actor, json=json, lang=lang)


async def result(
    result: Result,
    /,
    *,
    office: Office,
    entry: Number,
    on: On = None,
    year: Year = None,
    to: Annotated[str | None, Parameter(help="The body guided or transferred to.")] = None,
    number: Annotated[str | None, Parameter(help="Number of the paper.")] = None,
    forwarded: Annotated[
        bool, Parameter(negative="", help="The matter had been forwarded by another body.")
    ] = False,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Report what became of a visit: what the citizen was told, or that it was resolved."""
    when = _day(on)
    of = year or when.year
    known = {one.number for one in await _entries(office, of)}
    if entry not in known:
        raise FormError("--entry", entry, one_of(sorted(known, key=_order) or ["-"]))
    plain: Told = {"on": when.isoformat(), "entry": entry, "number": number}
    if result in _LATER:
        plain |= {"event": _LATER[result]}
        if result == "resolved" and forwarded:
            plain |= {"forwarded": True}
    else:
        plain |= {"event": "reception_citizen_notified", "result": result, "to": to}
    return await _send(office, of, [plain], actor, json=json, lang=lang)


async def list_entries(
    *, office: Office, year: Year = None, json: Json = False, lang: Language = "vi"
) -> int:
    """List the visits of a year's book with what became of each, and what is due in it."""
    of = year or _day(None).year
    facts, answer = await _book(office, of)
    entries, due = entries_of(facts), due_lines(answer)
    if json:
        visits = [
            {"on": one.received.on.isoformat(), **one.received.fields, "later": len(one.later)}
            for one in entries
        ]
        owed = [line.model_dump(mode="json") for line in due]
        print_json({"book": book_of(office, of), "entries": visits, "due": owed})
        return OK
    print_lines([say(lang, "reception.count", book=book_of(office, of), n=len(entries))])
    if entries:
        names = ("entry", "on", "what", "outcome_heading")
        print_table([say(lang, f"reception.{name}") for name in names], _rows(entries, lang))
    if due:
        print_table(*agenda_rows(due, lang))
    return OK


async def export(
    xlsx: Annotated[Path, Parameter(help="The workbook to write.")],
    /,
    *,
    office: Office,
    year: Year = None,
    lang: Language = "vi",
) -> int:
    """Write a year's book as a workbook in the columns of form 03/TCD; no denouncer is named."""
    check_workbook(xlsx)
    of = year or _day(None).year
    facts, _ = await _book(office, of)
    entries = entries_of(facts)
    settings = read_settings()
    sheet = reception_sheet(entries, await visitors_of(settings, entries), lang)
    await write_workbook(settings, "reception_book", xlsx, [sheet], read_now())
    print_lines([say(lang, "reception.written", file=xlsx, n=len(entries))])
    return OK


async def _send(
    office: str, year: int, told: list[Told], actor: str | None, *, json: bool, lang: Lang
) -> int:
    settings = read_settings()
    check_known(settings, office, None)
    async with reach_temporal(settings) as client:
        reported = await report_to_book(client, office, year, told, read_now(), actor)
    if json:
        print_json(reported.model_dump(mode="json"))
    else:
        print_lines(reported_lines(reported, lang))
    return OK


async def _book(office: str, year: int) -> tuple[tuple[Fact, ...], Answer | None]:
    """Give the facts of a book and what is due in it; raise `FormError` where there is none."""
    settings = read_settings()
    check_known(settings, office, None)
    async with reach_temporal(settings) as client:
        try:
            return await read_book(client, book_of(office, year))
        except UnknownCaseError as error:
            raise FormError("--year", year, _NO_BOOK) from error


async def _entries(office: str, year: int) -> tuple[Entry, ...]:
    """Give the visits of a book; a book that nobody opened yet has none."""
    settings = read_settings()
    check_known(settings, office, None)
    async with reach_temporal(settings) as client:
        try:
            facts, _ = await read_book(client, book_of(office, year))
        except UnknownCaseError:
            return ()
    return entries_of(facts)


def _next(known: set[str]) -> str:
    numbers = [int(one) for one in known if one.isdecimal()]
    return str(max(numbers, default=0) + 1)


def _order(number: str) -> tuple[int, str]:
    return (int(number) if number.isdecimal() else 0, number)


def _day(on: str | None) -> date:
    return read_now().astimezone(ZONE).date() if on is None else read_day("--on", on)


def _plan(of: date, *, online: bool) -> Told:
    event = "online_reception_planned" if online else "reception_day_planned"
    return _about(of, event, of)


def _about(of: date, event: str, on: date) -> Told:
    return {"event": event, "on": on.isoformat(), "day": of.isoformat()}


def _rows(entries: tuple[Entry, ...], lang: Lang) -> list[list[str]]:
    return [
        [
            one.number,
            short_day(one.received.on, lang),
            name_of(lang, "dossiers", one.what),
            "; ".join(outcomes(one, lang)) or "—",
        ]
        for one in entries
    ]
