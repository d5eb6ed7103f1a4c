"""List passed limits for good, tell the story of one, and attach a cause with its evidence."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.errors import FormError, Words, one_of
from cli.clock import read_now
from cli.live import check_known, reach_register
from cli.output import OK, page_line, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.view_breaches import Told, as_json, days_late, heading, sheet, story, summary, table
from cli.watch import Office, Officer
from cli.workbooks import check_workbook, write_workbook
from i18n.texts import Lang, name_of, say
from law.calendar import Calendar, load_calendar
from law.model import DUTY_HOLDERS, Severity
from settings import Settings, read_settings
from store.breach_rows import CAUSES, NO_CAUSE, VERDICTS, BreachLine, NewCause, Sought
from store.breaches import BreachRows
from store.reading import Reading

_A_CASE = Words(vi="không có việc nào như vậy trong sổ", en="the register has no such case")
_NO_BREACH = Words(
    vi="việc này không có thời hạn nào bị quá", en="no limit of this case was passed"
)
_EVIDENCE = Words(
    vi="nguyên nhân này phải có số văn bản hoặc tài liệu chứng minh",
    en="this cause needs the number of a document or another proof",
)
_NOTE = Words(vi="nguyên nhân này phải có ghi chú", en="this cause needs a note")
_PROVEN = ("force_majeure", "objective_obstacle", "other_body")


def add_to(app: App) -> None:
    """Add `breaches` with its commands."""
    group = App(name="breaches", help="List passed limits, tell their story, state their cause.")
    group.default(list_breaches)
    group.command(list_breaches, name="list")
    group.command(show)
    group.command(cause)
    app.command(group)


@dataclass(frozen=True)
class _Seen:
    """What was found, as it is looked at: by whom told, on which day, in which language."""

    told: Told
    today: date
    calendar: Calendar
    lang: Lang


async def list_breaches(
    *,
    office: Office = None,
    officer: Officer = None,
    case: Annotated[str | None, Parameter(help="One case alone.")] = None,
    rule: Annotated[str | None, Parameter(help="One rule alone: case_file.opening.")] = None,
    holder: Annotated[str | None, Parameter(help="Who had to act: officer, other_body.")] = None,
    severity: Annotated[str | None, Parameter(help="routine, serious or grave.")] = None,
    verdict: Annotated[str | None, Parameter(help="What came of it: open, done_late.")] = None,
    cause: Annotated[str | None, Parameter(help="A cause; none for those without one.")] = None,
    since: Annotated[str | None, Parameter(help="Due on this day or later: 2026-10-01.")] = None,
    until: Annotated[str | None, Parameter(help="Due on this day or earlier.")] = None,
    most: Annotated[int, Parameter(help="How many rows a page has.", validator=Number(gte=1))] = 40,
    page: Annotated[int, Parameter(help="Which page, from 1.", validator=Number(gte=1))] = 1,
    xlsx: Annotated[
        Path | None, Parameter(help="Write every row to this workbook as well.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List limits that were passed, the newest day first, on each day the gravest first.

    `--json` and `--xlsx` give every row, whatever the page; neither names a party. What a
    correction has struck out is listed with `--verdict void` alone.
    """
    settings = read_settings()
    sought = Sought(
        office, officer, rule, holder, severity, verdict, cause,
        since=None if since is None else read_day("--since", since),
        until=None if until is None else read_day("--until", until),
        dossier=case,
    )  # fmt: skip
    _check(sought, settings)
    check_workbook(xlsx)
    now = read_now()
    every = json or xlsx is not None
    skip = (page - 1) * most
    async with reach_register(settings) as (engine, _):
        rows = BreachRows(engine)
        found = await rows.breaches(sought, most=None if every else most, skip=0 if every else skip)
        tally = await rows.tally(sought)
        void = 0 if verdict else (await rows.tally(sought._replace(verdict="void"))).rows
        told = await rows.told([line.key for line in found])
    seen = _Seen(told, now.date(), load_calendar(settings.calendars), lang)
    if xlsx is not None:
        listed = sheet(found, seen.told, seen.today, seen.calendar, seen.lang)
        await write_workbook(settings, "breaches", xlsx, [listed], now)
    if json:
        print_json([as_json(line, told, seen.today, seen.calendar) for line in found])
        return OK
    shown = found[skip : skip + most] if every else found
    print_lines(summary(tally, void, lang))
    if shown:
        print_table(*table(shown, told, seen.today, seen.calendar, lang))
    print_lines(page_line(page, most, tally.rows, lang))
    if xlsx is not None:
        print_lines([say(lang, "watch.written", n=len(found), file=xlsx)])
    return OK


def _check(sought: Sought, settings: Settings) -> None:
    """Raise `FormError` for what cannot be asked for."""
    check_known(settings, sought.office, sought.officer)
    for option, value, allowed in (
        ("--holder", sought.holder, sorted(DUTY_HOLDERS)),
        ("--severity", sought.severity, [severity.value for severity in Severity]),
        ("--verdict", sought.verdict, VERDICTS),
        ("--cause", sought.cause, (*CAUSES, NO_CAUSE)),
    ):
        if value is not None and value not in allowed:
            raise FormError(option, value, one_of(allowed))
    if sought.since and sought.until and sought.since > sought.until:
        after = sought.since.isoformat()
        allowed_day = Words(
            vi=f"cho phép một ngày từ {after} trở đi", en=f"allowed is a day from {after} on"
        )
        raise FormError("--until", sought.until.isoformat(), allowed_day)


async def show(case: str, rule: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Tell the whole story of a case's limit that was passed: outcome, who was told, causes."""
    settings = read_settings()
    today = read_now().date()
    async with reach_register(settings) as (engine, reading):
        rows = BreachRows(engine)
        found = await _of_case(rows, reading, case, rule)
        told = await rows.told([line.key for line in found])
        causes = {line.key: await rows.causes(line.key) for line in found}
    calendar = load_calendar(settings.calendars)
    if json:
        print_json(
            [
                as_json(line, told, today, calendar)
                | {"causes": [one.model_dump(mode="json") for one in causes[line.key]]}
                for line in found
            ]
        )
        return OK
    for line in found:
        days = days_late(line, today, calendar)
        print_heading(heading(line, lang))
        print_lines(story(line, told.get(line.key, ()), causes[line.key], days, lang))
    return OK


async def _of_case(rows: BreachRows, reading: Reading, case: str, rule: str) -> list[BreachLine]:
    """Give the breaches of a case's rule; raise `FormError` for a case or rule without any."""
    found = await rows.of_case(case)
    if not found:
        known = await reading.card(case, read_now())
        raise FormError("CASE", case, _A_CASE if known is None else _NO_BREACH)
    wanted = [line for line in found if line.rule == rule]
    if not wanted:
        raise FormError("RULE", rule, one_of(sorted({line.rule for line in found})))
    return wanted


async def cause(
    case: str,
    rule: str,
    /,
    *,
    cause: Annotated[str, Parameter(help="force_majeure, objective_obstacle, other_body, …")],
    evidence: Annotated[str | None, Parameter(help="The number of the document: 12/BB.")] = None,
    note: Annotated[str | None, Parameter(help="What else is to be known.")] = None,
    due: Annotated[str | None, Parameter(help="Which, where the rule was passed often.")] = None,
    occurrence: Annotated[str | None, Parameter(help="Which, where one day had several.")] = None,
    actor: Annotated[str | None, Parameter(help="Who states it; default: you.")] = None,
    lang: Language = "vi",
) -> int:
    """State why a limit was passed, with the evidence; what was stated before stays on record."""
    settings = read_settings()
    if cause not in CAUSES:
        raise FormError("--cause", cause, one_of(CAUSES))
    evidence, note = _text(evidence), _text(note)
    if cause in _PROVEN and evidence is None:
        raise FormError("--evidence", None, _EVIDENCE)
    if cause not in _PROVEN and note is None and evidence is None:
        raise FormError("--note", None, _NOTE)
    new = NewCause(cause=cause, evidence=evidence, note=note, actor=_actor(actor))
    async with reach_register(settings) as (engine, reading):
        rows = BreachRows(engine)
        line = _the_one(await _of_case(rows, reading, case, rule), rule, due, occurrence)
        if not await rows.attach(line.key, new, read_now()):
            raise FormError("RULE", rule, _NO_BREACH)
    named = name_of(lang, "causes", cause)
    print_lines([say(lang, "breaches.attached", cause=named, due=line.due, case=case)])
    return OK


def _the_one(
    found: Sequence[BreachLine], rule: str, due: str | None, occurrence: str | None
) -> BreachLine:
    """Give the one breach that stands and is meant; raise `FormError` listing what to choose."""
    stands = [line for line in found if line.verdict != "void"]
    if not stands:
        raise FormError("RULE", rule, _NO_BREACH)
    meant = stands if due is None else [line for line in stands if line.due == due]
    dues = list(dict.fromkeys(line.due for line in meant or stands))
    if not meant or len(dues) > 1:
        raise FormError("--due", due, one_of(dues))
    of_day = {line.occurrence: line for line in meant}
    if occurrence is None and len(meant) == 1:
        return meant[0]
    if occurrence not in of_day:
        raise FormError("--occurrence", occurrence, one_of(of_day))
    return of_day[occurrence]


def _text(value: str | None) -> str | None:
    return value.strip() or None if value is not None else None


def _actor(given: str | None) -> str:
    if given:
        return given
    try:
        return os.environ.get("THADS_ACTOR") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
