"""Show the indicators (chỉ tiêu) of letters and of followed judgments, and what was late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from cases.errors import FormError, Words
from cases.kinds import LETTERS
from cli.clock import read_now
from cli.edition import law_in_use
from cli.live import check_known, reach_register
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.view_indicators import (
    LATE,
    as_json,
    count_rows,
    headline,
    late_cells,
    over_level,
    share_line,
    sheets,
)
from cli.watch import Office
from cli.workbooks import check_workbook, write_workbook
from i18n.texts import say
from law.calendar import WeekendsAlone
from reports.indicators import Indicators, LateRow, Period, count, is_in_scope
from reports.matters import (
    EVENTS,
    DossierRow,
    SetLimit,
    followed_from,
    matters_of,
    rules_of_letters,
)
from settings import read_settings
from store.indicators import IndicatorRows

JUDGMENT = "administrative_judgment"
_YEAR_BEGINS = (10, 1)
"""The statistical year of enforcement begins on 1 October."""


def add_to(app: App) -> None:
    """Add `indicators`."""
    app.command(indicators)


async def indicators(
    *,
    office: Office = None,
    first: Annotated[
        str | None, Parameter(name="--from", help="First day; default: 1 October before --to.")
    ] = None,
    last: Annotated[str | None, Parameter(name="--to", help="Last day; default: today.")] = None,
    xlsx: Annotated[
        Path | None, Parameter(help="Write the counts and the lists to this workbook as well.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Count complaints, denunciations, petitions and followed administrative judgments of a time.

    What was not resolved, or not followed, in time is listed with its dossier and time limit.
    """
    settings = read_settings()
    check_known(settings, office, None)
    check_workbook(xlsx)
    now = read_now()
    period = _read_period(first, last, now)
    edition = law_in_use(settings)
    rules = rules_of_letters(edition.book.versions)
    async with reach_register(settings) as (engine, _):
        rows = IndicatorRows(engine)
        found = await rows.dossiers((*LETTERS, JUDGMENT), EVENTS, office)
        cards = [card for one in found if _is_wanted(card := DossierRow(**one), period)]
        letters = [card.id for card in cards if card.kind != JUDGMENT]
        judgments = [card.id for card in cards if card.kind == JUDGMENT]
        held = await rows.limits(letters, rules.handling | rules.resolving, judgments)
    whole = [
        card.model_copy(update={"limits": tuple(SetLimit(**row) for row in held.get(card.id, ()))})
        for card in cards
    ]
    counted = count(whole, rules, period, WeekendsAlone(edition.calendar))
    if xlsx is not None:
        await write_workbook(settings, "indicators", xlsx, sheets(counted, lang), now)
    if json:
        print_json(as_json(counted, office))
        return OK
    _print(counted, office, lang)
    if xlsx is not None:
        print_lines([say(lang, "indicators.written", file=xlsx)])
    return OK


def _read_period(first: str | None, last: str | None, now: datetime) -> Period:
    """Read the days; raise `FormError` for an order or a day ahead that cannot be counted."""
    until = now.date() if last is None else read_day("--to", last)
    if until > now.date():
        today = now.date().isoformat()
        raise FormError("--to", last, Words(
            vi=f"cho phép một ngày đến hết hôm nay, {today}",
            en=f"allowed is a day up to today, {today}",
        ))  # fmt: skip
    since = _year_begins(until) if first is None else read_day("--from", first)
    if since > until:
        day = until.isoformat()
        raise FormError("--from", first, Words(
            vi=f"cho phép một ngày đến hết {day}", en=f"allowed is a day up to {day}"
        ))  # fmt: skip
    return Period.until(since, until, now)


def _year_begins(day: date) -> date:
    begins = date(day.year, *_YEAR_BEGINS)
    return begins if begins <= day else begins.replace(year=day.year - 1)


def _is_wanted(card: DossierRow, period: Period) -> bool:
    """Tell whether a dossier can be counted, so that its limits are needed."""
    if card.kind == JUDGMENT:
        return followed_from(card) is not None
    return any(is_in_scope(matter, period) for matter in matters_of(card))


def _print(counted: Indicators, office: str | None, lang: Language) -> None:
    print_lines([headline(counted, office, lang)])
    if counted.rows:
        print_table(*count_rows(counted, lang))
        print_lines(over_level(counted, lang))
    print_lines([share_line("resolved", counted.total.in_time, lang)])
    _print_late(counted.late, lang)
    print_heading(say(lang, "indicators.judgments"))
    print_lines([share_line("followed", counted.followed, lang)])
    _print_late(counted.behind, lang)


def _print_late(late: Sequence[LateRow], lang: Language) -> None:
    if late:
        columns = [say(lang, f"indicators.{name}") for name in LATE]
        print_table(columns, [late_cells(row, lang) for row in late])
