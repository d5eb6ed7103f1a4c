"""Hand a departing officer's cases over to another: first as a dry run, then in one action."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from temporalio.client import Client

from cases.errors import FormError, Words
from cases.handover import Handover
from cases.replies import the_terms
from cli.actor import acting
from cli.clock import read_now
from cli.edition import law_in_use
from cli.handover_sheet import sheet_of
from cli.live import find_directory, reach_register, reach_temporal
from cli.output import OK, WRONG, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.successors import check_successor
from cli.view_handover import (
    BECAME,
    limit_rows,
    limits_of,
    preview_lines,
    report_lines,
    tally,
)
from cli.watch import Office
from cli.workbooks import check_workbook, write_workbook
from i18n.texts import Lang, say
from law.calendar import ZONE
from settings import Settings, read_settings
from store.handovers import HandoverCase, HandoverRows
from workflows.client import hand_over, handover_progress

_BETWEEN = 1.0

Leaving = Annotated[str, Parameter(help="The officer who leaves, by key: cv.an.")]
Taking = Annotated[str, Parameter(help="The officer who takes the cases over: cv.binh.")]
Since = Annotated[
    str | None, Parameter(name="--from", help="The day of the change, not ahead. Default: today.")
]
Decision = Annotated[
    str | None, Parameter(help="The number of the head's decision on the change: 12/QĐ-CTHADS.")
]
Write = Annotated[bool, Parameter(negative="", help="Move the cases; without it a dry run.")]
Status = Annotated[bool, Parameter(negative="", help="Show how far it is, or what became of it.")]


def add_to(app: App) -> None:
    """Add `officer` with its commands."""
    officer = App(name="officer", help="Hand a departing officer's cases over to another.")
    officer.command(handover)
    app.command(officer)


async def handover(
    leaving: Leaving,
    taking: Taking,
    /,
    *,
    since: Since = None,
    office: Office = None,
    decision: Decision = None,
    write: Write = False,
    status: Status = False,
    wait: Annotated[bool, Parameter(help="Wait until every case was tried.")] = True,
    xlsx: Annotated[Path | None, Parameter(help="Write every case to this workbook.")] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Hand the cases of FROM over to TO: cases, clocks, acknowledgements, snoozes, reminders.

    A dry run shows what would move, until it is asked to write. It may be interrupted and asked
    again at any time: each case takes one fact of the change. Ends with 1 where a case failed.
    """
    settings, now = read_settings(), read_now()
    check_workbook(xlsx)
    asked = _read(settings, (leaving, taking), (since, office, decision), now)
    ended = True
    if write and not status:
        ended = await _carry_out(settings, asked, lang, wait=wait)
    async with reach_register(settings) as (engine, _):
        rows = HandoverRows(engine)
        if write or status:
            row = await rows.find(asked.id)
            cases = await rows.cases(asked.id)
            if status and row is None:
                raise FormError("FROM TO", asked.id, _NONE_BEGUN)
            ended = row is not None and row.ended_at is not None
        else:
            cases = await rows.preview(asked, now)
    if xlsx is not None:
        await write_workbook(settings, "handover", xlsx, [sheet_of(cases, lang)], now)
    if json:
        print_json(_as_json(asked, cases, ended=ended, dry=not (write or status)))
    elif write or status:
        print_lines(report_lines(asked, cases, lang, ended=ended))
        _print_limits(cases, lang)
    else:
        print_lines(preview_lines(asked, cases, lang))
        _print_limits(cases, lang)
    if xlsx is not None and not json:
        print_lines([say(lang, "handover.written", n=len(cases), file=xlsx)])
    return WRONG if any(case.state == "failed" for case in cases) else OK


_NONE_BEGUN = Words(
    vi="chưa có lần bàn giao nào như vậy; xem thử bằng lệnh này không có --status, "
    "rồi thực hiện với --write",
    en="no such handover was begun; look at it without --status, then begin it with --write",
)
_NOT_AHEAD = Words(
    vi="chỉ báo được việc đã xảy ra; hãy chạy lệnh vào ngày đó, hoặc nêu ngày không sau hôm nay",
    en="only what has happened is reported; run this on that day, or give a day not after today",
)


def _read(
    settings: Settings,
    people: tuple[str, str],
    given: tuple[str | None, str | None, str | None],
    now: datetime,
) -> Handover:
    (leaving, taking), (since, office, decision) = people, given
    today = now.astimezone(ZONE).date()
    day = today if since is None else read_day("--from", since)
    if day > today:
        raise FormError("--from", since, _NOT_AHEAD)
    directory = find_directory(settings)
    check_successor(directory, leaving, taking, today)
    if office is not None:
        directory.check_office(office)
    return Handover(
        from_person=leaving, to_person=taking, from_day=day, office=office, decision=decision,
        actor=acting(None), asked_at=now, settling_to=_settling_to(settings, today),
    )  # fmt: skip


def _settling_to(settings: Settings, today: date) -> date:
    days = the_terms().handover.settling_working_days
    return law_in_use(settings).calendar.working_days_after(today, days)


async def _carry_out(settings: Settings, asked: Handover, lang: Lang, *, wait: bool) -> bool:
    async with reach_temporal(settings) as client:
        await hand_over(client, asked)
        return await _wait(client, asked, lang) if wait else False


async def _wait(client: Client, asked: Handover, lang: Lang) -> bool:
    """Wait until it has ended, and say on a terminal how far it is."""
    shown = sys.stderr.isatty()
    while True:
        found = await handover_progress(client, asked.id)
        if found is None:
            return False
        progress, running = found
        if shown and progress is not None:
            done = progress.total - progress.waiting
            sys.stderr.write("\r" + say(lang, "handover.progress", n=done, of=progress.total))
        if not running:
            sys.stderr.write("\n" if shown else "")
            return True
        await asyncio.sleep(_BETWEEN)


def _print_limits(cases: Sequence[HandoverCase], lang: Lang) -> None:
    for became in BECAME:
        found = limits_of(cases, became)
        if found:
            print_heading(say(lang, f"handover.heading_{became}", n=len(found)))
            print_table(*limit_rows(found, lang))


def _as_json(
    asked: Handover, cases: Sequence[HandoverCase], *, ended: bool, dry: bool
) -> dict[str, object]:
    return {
        "id": asked.id,
        "dry_run": dry,
        "ended": ended and not dry,
        "tally": tally(cases),
        "cases": [case.model_dump(mode="json") for case in cases],
    }
