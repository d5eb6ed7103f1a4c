"""List what was alerted, and find cases, for supervisors and managers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from cyclopts import App, Parameter

from cases.assessment import read_due
from cli.clock import read_now
from cli.live import check_known, parties_of, reach_register
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.dates import short
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from settings import read_settings
from store.replies import ReplyLine, ReplyRows
from store.rows import AlertLine

Office = Annotated[str | None, Parameter(help="An office and those below it: nghe-an/kv1.")]
Officer = Annotated[str | None, Parameter(help="An officer's key: cv.an.")]
Most = Annotated[int, Parameter(help="How many rows at the most.")]


def add_to(app: App) -> None:
    """Add `search`; `alerts` is added with the commands that answer them."""
    app.command(search)


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
    check_known(settings, office, officer)
    async with reach_register(settings) as (engine, reading):
        found = await reading.alerts(office=office, officer=officer, dossier=case, most=most)
        held = await ReplyRows(engine).standing(read_now(), [line.key for line in found])
    if json:
        print_json([_as_json(line, held.get(line.key)) for line in found])
        return OK
    names = ("raised", "case", "rung", "title", "due", "role", "sent", "answered")
    columns = [say(lang, f"watch.{name}") for name in names]
    print_table(columns, [_alert_row(line, held.get(line.key), lang) for line in found])
    return OK


def _as_json(line: AlertLine, answer: ReplyLine | None) -> dict[str, object]:
    return line.model_dump(mode="json") | {
        "answer": None if answer is None else answer.model_dump(mode="json")
    }


def _answered(answer: ReplyLine | None, lang: Lang) -> str:
    if answer is None:
        return "—"
    action = name_of(lang, "reply_actions", answer.action)
    return say(
        lang, "watch.answered_until",
        action=action, person=answer.person, until=short(answer.until, lang),
    )  # fmt: skip


def _alert_row(line: AlertLine, answer: ReplyLine | None, lang: Lang) -> Sequence[str]:
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
        _answered(answer, lang),
    ]


async def search(
    text: str, /, *, office: Office = None, json: Json = False, lang: Language = "vi"
) -> int:
    """Find cases by party, number or id, with or without Vietnamese marks."""
    settings = read_settings()
    async with reach_register(settings) as (engine, _):
        found = await parties_of(engine, settings).search(text, read_now(), office=office)
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
                "; ".join(
                    name or say(lang, "parties.erased")
                    for names in line.parties.values()
                    for name in names
                ),
            ]
            for line in found
        ],
    )
    return OK
