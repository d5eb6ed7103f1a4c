"""List the cases that are stuck: why, since when, who holds the ball, what would free them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.errors import FormError, one_of
from cases.stages import STATUS
from cases.stuck import REASONS, TASK_FAILING
from cli.clock import read_now
from cli.live import NotRunningError, check_known, reach_register, reach_temporal
from cli.output import OK, print_json, print_lines, print_sentence, print_table
from cli.reading import Json, Language
from cli.stuck_sheet import write_sheet
from cli.watch import Office, Officer
from i18n.dates import short
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from settings import Settings, read_settings
from store.journal import Journal, LawNote
from store.rows import Card, StuckLine
from workflows.client import failing_cases


class Wanted(NamedTuple):
    """Which lines of the list are asked for; None is all."""

    office: str | None
    officer: str | None
    stage: str | None
    reason: str | None

    def check(self, settings: Settings) -> None:
        """Raise `FormError` for an office, officer, stage or reason that does not exist."""
        check_known(settings, self.office, self.officer)
        stages = [stage for stage, status in STATUS.items() if status != "closed"]
        reasons = [*REASONS, TASK_FAILING]
        if self.stage is not None and self.stage not in stages:
            raise FormError("--stage", self.stage, one_of(stages))
        if self.reason is not None and self.reason not in reasons:
            raise FormError("--reason", self.reason, one_of(reasons))

    def holds(self, card: Card) -> bool:
        """Tell whether a case whose own tasks keep failing is asked for."""
        below = self.office is None or f"{card.office}/".startswith(f"{self.office}/")
        fits = self.officer in (None, card.officer) and self.stage in (None, card.stage)
        return below and fits and self.reason in (None, TASK_FAILING)


def add_to(app: App) -> None:
    """Add `stuck`."""
    app.command(stuck)


async def stuck(
    *,
    office: Office = None,
    officer: Officer = None,
    stage: Annotated[str | None, Parameter(help="One stage alone: verification.")] = None,
    reason: Annotated[str | None, Parameter(help="One reason alone: limit_passed.")] = None,
    most: Annotated[int, Parameter(help="How many rows a page has.", validator=Number(gte=1))] = 40,
    page: Annotated[int, Parameter(help="Which page, from 1.", validator=Number(gte=1))] = 1,
    xlsx: Annotated[
        Path | None, Parameter(help="Write every row to this workbook as well.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List the cases that are stuck, the gravest limit first, then the longest stuck.

    `--json` and `--xlsx` give every row, whatever the page; neither names a party.
    """
    settings = read_settings()
    wanted = Wanted(office, officer, stage, reason)
    wanted.check(settings)
    now = read_now()
    async with reach_register(settings) as (engine, reading):
        refusals = [_law_line(note, lang) for note in await Journal(engine).refusals(now)]
        found = await reading.stuck(now, **wanted._asdict())
        found += [
            _failing(card, now)
            for case in await _failing_cases(settings)
            for card in [await reading.card(case, now)]
            if card is not None and wanted.holds(card)
        ]
    if xlsx is not None:
        write_sheet(xlsx, found, now, lang)
    if json:
        for refusal in refusals:
            print_sentence(refusal)
        print_json([line.model_dump(mode="json") for line in found])
        return OK
    print_lines(refusals, style="bold")
    print_lines(stuck_summary(found, lang))
    _print_page(found, page, most, lang)
    if xlsx is not None:
        print_lines([say(lang, "watch.written", n=len(found), file=xlsx)])
    return OK


def _print_page(found: Sequence[StuckLine], page: int, most: int, lang: Lang) -> None:
    pages = max(1, -(-len(found) // most))
    shown = found[(page - 1) * most : page * most]
    if shown:
        print_table(*stuck_rows(shown, lang))
    if page > pages:
        print_lines([say(lang, "watch.no_page", page=page, pages=pages)])
    elif pages > 1:
        print_lines([say(lang, "watch.page", page=page, pages=pages, n=len(found))])


def _law_line(note: LawNote, lang: Lang) -> str:
    """Say that a worker refused a new book or calendar and goes on with the old one."""
    return say(
        lang, "watch.law_refused",
        host=note.host, book=note.book, calendar=note.calendar,
        why=note.vi if lang == "vi" else note.en,
    )  # fmt: skip


async def _failing_cases(settings: Settings) -> list[str]:
    """Ask Temporal which cases' own tasks keep failing; silence when it does not answer."""
    try:
        async with reach_temporal(settings) as client:
            return await failing_cases(client)
    except NotRunningError:
        return []


def _failing(card: Card, now: datetime) -> StuckLine:
    nothing = dict.fromkeys(StuckLine.model_fields)
    plain = nothing | card.model_dump(include={"office", "officer", "stage"})
    return StuckLine.model_validate(
        plain | {"dossier": card.id, "reason": TASK_FAILING, "since": now, "holder": "nobody"}
    )


def stuck_summary(found: Sequence[StuckLine], lang: Lang) -> list[str]:
    """Say how many cases are stuck, for each reason how many, and what would free them."""
    by_reason: dict[str, set[str]] = {}
    for line in found:
        by_reason.setdefault(line.reason, set()).add(line.dossier)
    cases = len({line.dossier for line in found})
    return [
        say(lang, "watch.stuck", n=cases),
        *(
            f"  {len(by_reason[name]):>4}  {name_of(lang, 'stuck', name)} → "
            f"{name_of(lang, 'stuck_freed_by', name)}"
            for name in (*REASONS, TASK_FAILING)
            if name in by_reason
        ),
    ]


def stuck_rows(
    found: Iterable[StuckLine], lang: Lang
) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    """Show each reason with its case, since when, who holds the ball, and its limit."""
    names = ("case", "reason", "since", "holder", "limit")
    columns = [say(lang, f"watch.{name}") for name in names]
    return columns, [
        [
            line.dossier,
            name_of(lang, "stuck_briefly", line.reason),
            short(line.since.astimezone(ZONE).date(), lang),
            _holder(line, lang),
            _limit(line, lang),
        ]
        for line in found
    ]


def _limit(line: StuckLine, lang: Lang) -> str:
    if line.act is None or line.article is None:
        return name_of(lang, "stages", line.stage)
    title = (line.title_vi if lang == "vi" else line.title_en) or ""
    return f"{title} ({cite_briefly(lang, line.act, line.article, line.clause)})"


def _holder(line: StuckLine, lang: Lang) -> str:
    if line.holder == "officer" and line.officer:
        return line.officer
    return name_of(lang, "holders_briefly", line.holder)
