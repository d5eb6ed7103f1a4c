"""List the cases that are stuck: why, since when, who holds the ball, what would free them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.errors import FormError, Words, one_of
from cases.key_cases import FLAGS
from cases.stages import STATUS
from cases.stuck import ADMINISTRATOR, EVERY_REASON, TASK_FAILING, the_norms
from cli.clock import read_now
from cli.live import NotRunningError, check_known, reach_register, reach_temporal
from cli.output import OK, page_line, print_json, print_lines, print_sentence, print_table
from cli.reading import Json, Language
from cli.stuck_sheet import sheet_of
from cli.watch import Office, Officer
from cli.workbooks import write_workbook
from i18n.dates import short
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from settings import Settings, read_settings
from store.findings import FindingRows
from store.journal import Journal, LawNote
from store.reading import Reading
from store.rows import Card, StuckLine, StuckTally, Wanted
from workflows.client import failing_cases

_MOST_FAILING = 1000
_AMOUNT = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(\.[0-9]{3}){1,5}", re.ASCII)
_AN_AMOUNT = Words(
    vi="cho phép số nguyên đồng từ 0 trở lên, như 20000000 hoặc 20.000.000",
    en="allowed are whole đồng from 0 up, such as 20000000 or 20.000.000",
)
_NOT_BELOW = Words(
    vi="cho phép số tiền không nhỏ hơn --amount-from",
    en="allowed is an amount not below --amount-from",
)


def add_to(app: App) -> None:
    """Add `stuck`."""
    app.command(stuck)


async def stuck(
    *,
    office: Office = None,
    officer: Officer = None,
    stage: Annotated[str | None, Parameter(help="One stage alone: verification.")] = None,
    reason: Annotated[str | None, Parameter(help="One reason alone: limit_passed.")] = None,
    flag: Annotated[
        str | None, Parameter(help="Flagged cases alone: key, complex or prolonged.")
    ] = None,
    amount_from: Annotated[str | None, Parameter(help="Owed at least: 20.000.000 (đồng).")] = None,
    amount_to: Annotated[str | None, Parameter(help="Owed at most: 500000000 (đồng).")] = None,
    most: Annotated[int, Parameter(help="How many rows a page has.", validator=Number(gte=1))] = 40,
    page: Annotated[int, Parameter(help="Which page, from 1.", validator=Number(gte=1))] = 1,
    xlsx: Annotated[
        Path | None, Parameter(help="Write every row to this workbook as well.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List the cases that are stuck: flagged ones, then the gravest, then the longest stuck.

    `--json` and `--xlsx` give every row, whatever the page; neither names a party.
    """
    settings = read_settings()
    wanted = Wanted(
        office, officer, stage, reason, flag,
        amount_from=_read_amount("--amount-from", amount_from),
        amount_to=_read_amount("--amount-to", amount_to),
    )  # fmt: skip
    _check(wanted, settings)
    now = read_now()
    every = json or xlsx is not None
    skip = (page - 1) * most
    async with reach_register(settings) as (engine, reading):
        refusals = [_law_line(note, lang) for note in await Journal(engine).refusals(now)]
        faults = await _failing_cards(settings, reading, wanted, now)
        known = await FindingRows(engine).doubtful([TASK_FAILING], _MOST_FAILING)
        faults = [card for card in faults if card.id not in known]
        failing = [_failing(card, now) for card in faults]
        page_of_register = {} if every else {"most": most, "skip": skip}
        found = await reading.stuck(now, wanted, **page_of_register)
        tally = await reading.stuck_tally(now, wanted)
    if every:
        found += failing
        shown = found[skip : skip + most]
    else:
        # Faults that no check has found yet are no rows of the register; they come last.
        shown = found + failing[max(0, skip - tally.rows) :][: most - len(found)]
    if xlsx is not None:
        await write_workbook(settings, "stuck", xlsx, [sheet_of(found, now, lang)], now)
    if json:
        for refusal in refusals:
            print_sentence(refusal)
        print_json([_as_json(line, lang) for line in found])
        return OK
    print_lines(refusals, style="bold")
    tally = _with_failing(tally, faults, wanted)
    print_lines(stuck_summary(tally, lang))
    if shown:
        print_table(*stuck_rows(shown, lang))
    print_lines(page_line(page, most, tally.rows, lang))
    if xlsx is not None:
        print_lines([say(lang, "watch.written", n=len(found), file=xlsx)])
    return OK


def _check(wanted: Wanted, settings: Settings) -> None:
    """Raise `FormError` for an office, officer, stage, reason, flag or amount that is none."""
    check_known(settings, wanted.office, wanted.officer)
    stages = [stage for stage, status in STATUS.items() if status != "closed"]
    if wanted.stage is not None and wanted.stage not in stages:
        raise FormError("--stage", wanted.stage, one_of(stages))
    if wanted.reason is not None and wanted.reason not in EVERY_REASON:
        raise FormError("--reason", wanted.reason, one_of(EVERY_REASON))
    if wanted.flag is not None and wanted.flag not in FLAGS:
        raise FormError("--flag", wanted.flag, one_of(FLAGS))
    least, most = wanted.amount_from, wanted.amount_to
    if least is not None and most is not None and least > most:
        raise FormError("--amount-to", most, _NOT_BELOW)


def _read_amount(name: str, typed: str | None) -> int | None:
    """Read whole đồng, plain or in groups of three; raise `FormError` for anything else."""
    if typed is None:
        return None
    if not _AMOUNT.fullmatch(typed):
        raise FormError(name, typed, _AN_AMOUNT)
    return int(typed.replace(".", ""))


def _law_line(note: LawNote, lang: Lang) -> str:
    """Say that a worker refused a new book or calendar and goes on with the old one."""
    return say(
        lang, "watch.law_refused",
        host=note.host, book=note.book, calendar=note.calendar,
        why=note.vi if lang == "vi" else note.en,
    )  # fmt: skip


async def _failing_cards(
    settings: Settings, reading: Reading, wanted: Wanted, now: datetime
) -> list[Card]:
    """Ask Temporal which cases' own tasks keep failing; nothing when it does not answer."""
    if wanted.reason not in (None, TASK_FAILING):
        return []
    try:
        async with reach_temporal(settings) as client:
            cases = await failing_cases(client)
    except NotRunningError:
        return []
    cards = [await reading.card(case, now) for case in cases]
    return [card for card in cards if card is not None and _holds(wanted, card)]


def _holds(wanted: Wanted, card: Card) -> bool:
    # A card does not tell what is owed, nor its flags.
    if wanted.flag is not None or wanted.amount_from is not None or wanted.amount_to is not None:
        return False
    below = wanted.office is None or f"{card.office}/".startswith(f"{wanted.office}/")
    return below and wanted.officer in (None, card.officer) and wanted.stage in (None, card.stage)


def _failing(card: Card, now: datetime) -> StuckLine:
    nothing = dict.fromkeys(StuckLine.model_fields) | {"flags": ()}
    plain = nothing | card.model_dump(include={"office", "officer", "stage"})
    severity = the_norms().severity.get(TASK_FAILING)
    return StuckLine.model_validate(
        plain
        | {"dossier": card.id, "reason": TASK_FAILING, "since": now, "holder": ADMINISTRATOR}
        | {"severity": severity}
    )


def _with_failing(tally: StuckTally, faults: Sequence[Card], wanted: Wanted) -> StuckTally:
    if not faults:
        return tally
    # A case that the register holds stuck already is no second case.
    new = [card for card in faults if wanted.reason or card.status == "closed" or not card.stuck]
    return StuckTally(
        rows=tally.rows + len(faults),
        cases=tally.cases + len(new),
        by_reason=tally.by_reason
        | {TASK_FAILING: tally.by_reason.get(TASK_FAILING, 0) + len(faults)},
    )


def stuck_summary(tally: StuckTally, lang: Lang) -> list[str]:
    """Say how many cases are stuck, for each reason how many, and what would free them."""
    return [
        say(lang, "watch.stuck", n=tally.cases),
        *(
            f"  {tally.by_reason[name]:>4}  {name_of(lang, 'stuck', name)} → "
            f"{name_of(lang, 'stuck_freed_by', name)}"
            for name in EVERY_REASON
            if name in tally.by_reason
        ),
    ]


def stuck_rows(
    found: Sequence[StuckLine], lang: Lang
) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    """Show each reason with its case, since when, who holds the ball, and its limit.

    Where any case is flagged, a column says so.
    """
    flagged = any(line.flags for line in found)
    names = ("case", *(("flags",) if flagged else ()), "reason", "since", "holder", "limit")
    columns = [say(lang, f"watch.{name}") for name in names]
    return columns, [
        [
            line.dossier,
            *((flags_of(line, lang),) if flagged else ()),
            name_of(lang, "stuck_briefly", line.reason),
            short(line.since.astimezone(ZONE).date(), lang),
            _holder(line, lang),
            _limit(line, lang),
        ]
        for line in found
    ]


def _as_json(line: StuckLine, lang: Lang) -> dict[str, object]:
    """Give a row with its sentences: why the case is stuck, and what is to be done next."""
    return line.model_dump(mode="json") | {
        "why": name_of(lang, "stuck", line.reason),
        "next_action": name_of(lang, "stuck_freed_by", line.reason),
    }


def flags_of(line: StuckLine, lang: Lang) -> str:
    """Name the flags of a case: key, complex, prolonged."""
    return ", ".join(name_of(lang, "case_flags", flag) for flag in line.flags)


def _limit(line: StuckLine, lang: Lang) -> str:
    if line.act is None or line.article is None:
        return name_of(lang, "stages", line.stage)
    title = (line.title_vi if lang == "vi" else line.title_en) or ""
    return f"{title} ({cite_briefly(lang, line.act, line.article, line.clause)})"


def _holder(line: StuckLine, lang: Lang) -> str:
    if line.holder == "officer" and line.officer:
        return line.officer
    return name_of(lang, "holders_briefly", line.holder)
