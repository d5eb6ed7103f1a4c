"""List what is stuck and what was alerted, for supervisors and managers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

from cyclopts import App, Parameter

from cases.assessment import read_due
from cases.stuck import TASK_FAILING
from cli.clock import read_now
from cli.live import NotRunningError, find_directory, reach_register, reach_temporal
from cli.output import OK, print_json, print_lines, print_sentence, print_table
from cli.reading import Json, Language
from i18n.dates import short
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from settings import Settings, read_settings
from store.journal import Journal, LawNote
from store.rows import AlertLine, Card, StuckLine
from workflows.client import failing_cases

Office = Annotated[str | None, Parameter(help="An office and those below it: nghe-an/kv1.")]
Officer = Annotated[str | None, Parameter(help="An officer's key: cv.an.")]
Most = Annotated[int, Parameter(help="How many rows at the most.")]


def add_to(app: App) -> None:
    """Add `stuck`, `alerts` and `search`."""
    app.command(stuck)
    app.command(alerts)
    app.command(search)


async def stuck(
    *,
    office: Office = None,
    officer: Officer = None,
    most: Most = 40,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List the cases that are stuck: why, since when, who holds the ball, what would free it."""
    settings = read_settings()
    _check(settings, office, officer)
    now = read_now()
    async with reach_register(settings) as (engine, reading):
        refusals = [_law_line(note, lang) for note in await Journal(engine).refusals(now)]
        found = await reading.stuck(now, office=office, officer=officer)
        found += [
            _failing(card, now)
            for case in await _failing_cases(settings)
            for card in [await reading.card(case, now)]
            if card is not None and _concerns(card, office, officer)
        ]
    if json:
        for refusal in refusals:
            print_sentence(refusal)
        print_json([line.model_dump(mode="json") for line in found])
        return OK
    print_lines(refusals, style="bold")
    print_lines(stuck_summary(found, lang))
    if found:
        print_table(*stuck_rows(found[:most], lang))
    if len(found) > most:
        print_lines([say(lang, "watch.more", n=len(found) - most)])
    return OK


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


def _concerns(card: Card, office: str | None, officer: str | None) -> bool:
    below = office is None or f"{card.office}/".startswith(f"{office}/")
    return below and officer in (None, card.officer)


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
            f"  {len(who):>4}  {name_of(lang, 'stuck', name)} → "
            f"{name_of(lang, 'stuck_freed_by', name)}"
            for name, who in by_reason.items()
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


async def alerts(
    *,
    office: Office = None,
    officer: Officer = None,
    case: Annotated[str | None, Parameter(help="One case alone.")] = None,
    most: Most = 40,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List alerts, the latest first: raised, or sent with the moment."""
    settings = read_settings()
    _check(settings, office, officer)
    async with reach_register(settings) as (_, reading):
        found = await reading.alerts(office=office, officer=officer, dossier=case, most=most)
    if json:
        print_json([line.model_dump(mode="json") for line in found])
        return OK
    names = ("raised", "case", "rung", "title", "due", "role", "sent")
    columns = [say(lang, f"watch.{name}") for name in names]
    print_table(columns, [_alert_row(line, lang) for line in found])
    return OK


def _alert_row(line: AlertLine, lang: Lang) -> Sequence[str]:
    due = read_due(line.due)
    sent = short(line.sent_at.astimezone(ZONE), lang) if line.sent_at else "—"
    return [
        short(line.raised_at.astimezone(ZONE), lang),
        line.dossier,
        f"{line.rung:+d}" if line.rung else "0",
        line.title_vi if lang == "vi" else line.title_en,
        short(due, lang) if isinstance(due, date | datetime) else "",
        name_of(lang, "roles", line.role),
        sent,
    ]


async def search(
    text: str, /, *, office: Office = None, json: Json = False, lang: Language = "vi"
) -> int:
    """Find cases by party, number or id, with or without Vietnamese marks."""
    settings = read_settings()
    async with reach_register(settings) as (_, reading):
        found = await reading.search(text, read_now(), office=office)
    if json:
        print_json([line.model_dump(mode="json") for line in found])
        return OK
    if not found:
        print_lines([say(lang, "watch.found_nothing", text=text)])
        return OK
    columns = [say(lang, f"watch.{name}") for name in ("case", "office", "stage", "parties")]
    print_table(
        columns,
        [
            [
                line.id,
                line.office,
                name_of(lang, "stages", line.stage),
                "; ".join(name for names in line.parties.values() for name in names),
            ]
            for line in found
        ],
    )
    return OK


def _check(settings: Settings, office: str | None, officer: str | None) -> None:
    directory = find_directory(settings)
    if office is not None:
        directory.check_office(office)
    directory.check_officer(officer)
