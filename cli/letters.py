"""List the requests to other bodies that wait for an answer, and draft their reminders."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from cyclopts import App, Parameter

from cases.dossier import Dossier, read_id
from cases.errors import FormError, Words, one_of
from cases.requests import (
    LEVELS,
    Level,
    Request,
    astray,
    the_request_norms,
    waiting_requests,
)
from cli.clock import read_now
from cli.drafts import replace_files
from cli.exports import export_of, note_exports
from cli.live import check_known, find_directory, parties_of, reach_register
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language
from cli.watch import Office, Officer
from i18n.dates import short
from i18n.letters import Draft, Sender, body_of, write_letter
from i18n.texts import Lang, event_name, name_of, say
from law.calendar import ZONE, Calendar, WeekendsAlone, load_calendar
from settings import Settings, read_settings
from store.directory import OfficeDirectory
from store.requests import AskingCase, asking_cases

_NO_REQUEST = Words(
    vi="không có yêu cầu nào đang chờ trả lời trong việc này; danh sách: thads letters list",
    en="no request of this case waits for an answer; see: thads letters list",
)


class Waiting(NamedTuple):
    """A request that waits, with its case."""

    case: AskingCase
    request: Request


def add_to(app: App) -> None:
    """Add `letters` with its commands."""
    letters = App(name="letters", help="Requests to other bodies: what waits, and reminders.")
    letters.command(list_waiting, name="list")
    letters.command(draft)
    app.command(letters)


async def list_waiting(
    *,
    office: Office = None,
    officer: Officer = None,
    case: Annotated[str | None, Parameter(help="One case alone.")] = None,
    due: Annotated[
        bool, Parameter(name="--due", negative="", help="Only where a reminder is due.")
    ] = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List the requests that wait for an answer, the longest overdue first.

    A request for which the law gives no date shows the day of our own norm, marked by a star.
    """
    settings = read_settings()
    check_known(settings, office, officer)
    now = read_now()
    cases = await _find(settings, now, office, officer, None if case is None else read_id(case))
    found = _waiting(cases, load_calendar(settings.calendars), now)
    shown = [one for one in found if one.request.level or not due]
    if json:
        print_json([_as_json(one) for one in shown])
        return OK
    if not found:
        print_lines([say(lang, "letters.none")])
    else:
        over = sum(1 for one in found if one.request.overdue)
        many = len({one.case.id for one in found})
        print_lines([say(lang, "letters.count", cases=many, n=len(found), over=over)])
        print_table(*_rows(shown, lang))
    if any(one.request.by_default for one in shown):
        print_lines([say(lang, "letters.default_note")])
    print_lines(_astray_lines(cases, lang))
    return OK


async def draft(
    case: str,
    request: str,
    /,
    *,
    level: Annotated[
        Literal["1", "2", "3"] | None,
        Parameter(help="1 to the body, 2 to the one above it too, 3 to whoever may act on it."),
    ] = None,
    out: Annotated[Path | None, Parameter(help="Write the letter to this file.")] = None,
    with_names: Annotated[
        bool, Parameter(name="--with-names", negative="", help="Name the debtor in the letter.")
    ] = False,
    lang: Language = "vi",
) -> int:
    """Draft the reminder of a REQUEST of a CASE, by its reference or by the number of its fact.

    Without `--level` it is the one after the last reminder sent. Nothing is recorded: what was
    signed and sent is reported as `request_reminded`.
    """
    settings = read_settings()
    now = read_now()
    days = WeekendsAlone(load_calendar(settings.calendars))
    cases = await _find(settings, now, None, None, read_id(case))
    found = _pick(_waiting(cases, days, now), request)
    norms = the_request_norms()
    wanted = _level(level, found.request)
    today = now.astimezone(ZONE).date()
    debtors = await _debtors(settings, found.case.dossier) if with_names else ()
    text = write_letter(
        found.request,
        _sender(settings, found.case, debtors),
        Draft(
            level=wanted,
            today=today,
            answer_by=days.working_days_after(today, norms.pace.answer),
            quotes=norms.quotes_for(found.request.what, wanted),
        ),
        lang,
    )
    if out is None:
        print_lines(text.splitlines())
        return OK
    await note_exports(settings, [export_of("request_letter", "text", 1, text, case)], now)
    _write(out, text)
    said = {"file": out, "case": case, "request": shlex.quote(found.request.reference), "on": today}
    print_lines([say(lang, "letters.written", **said, level=wanted)])
    return OK


async def _find(
    settings: Settings, now: datetime, office: str | None, officer: str | None, case: str | None
) -> list[AskingCase]:
    asked = sorted(the_request_norms().asked)
    async with reach_register(settings) as (engine, _):
        return await asking_cases(engine, now, asked, office=office, officer=officer, dossier=case)


def _waiting(cases: Sequence[AskingCase], calendar: Calendar, now: datetime) -> list[Waiting]:
    found = [
        Waiting(case, request)
        for case in cases
        for request in waiting_requests(case.dossier.effective_facts(), case.limits, calendar, now)
    ]
    return sorted(found, key=lambda one: (-one.request.overdue, one.request.due_day, one.case.id))


def _pick(found: Sequence[Waiting], request: str) -> Waiting:
    """Find a waiting request by its reference or its fact's number; raise `FormError`."""
    wanted = request.strip()
    for one in found:
        if one.request.reference == wanted:
            return one
    for one in found:
        if str(one.request.fact) == wanted:
            return one
    known = [one.request.reference for one in found]
    raise FormError("REQUEST", request, one_of(known) if known else _NO_REQUEST)


def _level(given: str | None, request: Request) -> Level:
    """Take the level asked for, else the one after the last reminder sent."""
    wanted = int(given) if given is not None else min(request.reminded + 1, LEVELS[-1])
    return next(level for level in LEVELS if level == wanted)


def _sender(settings: Settings, case: AskingCase, debtors: tuple[str, ...]) -> Sender:
    directory = find_directory(settings)
    above = case.office.rpartition("/")[0]
    unit = _office_name(directory, case.office)
    dossier = case.dossier
    decided = next(
        (f for f in dossier.effective_facts() if f.event == "enforcement_decision_issued"), None
    )
    number = dossier.decision_number or (decided and decided.fields.get("number"))
    person = directory.people.get(case.officer) if case.officer else None
    return Sender(
        agency=_office_name(directory, above) if above else unit,
        unit=unit if above else None,
        officer=person.name if person else None,
        case=case.id,
        decision_number=str(number) if number else None,
        decision_on=decided.on if decided else None,
        debtors=debtors,
    )


def _office_name(directory: OfficeDirectory, key: str) -> str:
    office = directory.offices.get(key)
    return office.name if office else key


async def _debtors(settings: Settings, dossier: Dossier) -> tuple[str, ...]:
    async with reach_register(settings) as (engine, _):
        named = await parties_of(engine, settings).named(dossier)
    return tuple(party.name for party in named.parties if party.role == "debtor" and party.named)


def _write(file: Path, text: str) -> None:
    try:
        replace_files({file: text}, private=True)
    except OSError as error:
        words = Words(
            vi="không ghi được tệp; cho phép một tệp trong thư mục ghi được",
            en=f"it cannot be written ({error.strerror}); allowed is a file in a writable folder",
        )
        raise FormError("--out", str(file), words) from error


def _rows(found: Sequence[Waiting], lang: Lang) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    names = ("case", "request", "body", "what", "sent", "due", "overdue", "reminders", "next")
    columns = [say(lang, f"letters.{name}") for name in names]
    return columns, [_row(one, lang) for one in found]


def _row(one: Waiting, lang: Lang) -> Sequence[str]:
    request = one.request
    last = request.reminders[-1] if request.reminders else None
    return [
        one.case.id,
        request.reference,
        body_of(request, lang),
        name_of(lang, "what_briefly", request.what),
        short(request.sent, lang),
        short(request.due, lang) + ("*" if request.by_default else ""),
        str(request.overdue) if request.overdue else "—",
        say(lang, "letters.level_sent", level=last.level, on=short(last.on, lang)) if last else "—",
        say(lang, "letters.level", level=request.level) if request.level else "—",
    ]


def _as_json(one: Waiting) -> dict[str, Any]:
    plain: dict[str, Any] = one.request.model_dump(mode="json")
    limit = one.request.limit
    where = {"case": one.case.id, "office": one.case.office, "officer": one.case.officer}
    cited = limit and limit.model_dump(
        mode="json", include={"rule", "occurrence", "act", "article", "clause", "point"}
    )
    return where | plain | {"limit": cited}


def _astray_lines(cases: Sequence[AskingCase], lang: Lang) -> list[str]:
    return [
        say(
            lang, "letters.astray",
            case=case.id, event=event_name(lang, fact.event), request=fact.fields["request"],
        )
        for case in cases
        for fact in astray(case.dossier.effective_facts())
    ]  # fmt: skip
