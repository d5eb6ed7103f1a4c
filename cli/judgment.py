"""List administrative judgments that are not followed in time, and count what came of them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from cases.errors import FormError, Words
from cli.clock import read_now
from cli.live import check_known, reach_register
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from cli.watch import Office, Officer
from cli.workbooks import check_workbook, write_workbook
from i18n.dates import short
from i18n.places import cite_briefly
from i18n.texts import Lang, event_name, name_of, say
from reports.administrative import Duty, Flow, Followed, Judgment, count_flow, day_of, follow
from reports.sheets import Cell, Sheet
from settings import read_settings
from store.judgments import judgments

_WIDTHS = {"case": 24, "office": 16, "officer": 12, "stage": 44, "undone": 60, "due": 12}
"""Each column of the workbook with its width in characters."""


def add_to(app: App) -> None:
    """Add `judgment` with its commands."""
    group = App(name="judgment", help="Administrative judgments (thi hành án hành chính).")
    group.command(list_judgments, name="list")
    group.command(figures)
    app.command(group)


async def list_judgments(
    *,
    office: Office = None,
    officer: Officer = None,
    xlsx: Annotated[Path | None, Parameter(help="Write the list to this workbook too.")] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Say how many administrative judgments are followed in time, and list those that are not.

    One is followed when the agency has left none of its own duties undone, has an officer for
    it, and has asked when the debtor received the judgment.
    """
    settings = read_settings()
    check_known(settings, office, officer)
    check_workbook(xlsx)
    now = read_now()
    async with reach_register(settings) as (engine, _):
        found = await judgments(engine, now, office=office, officer=officer)
    every = [Judgment.model_validate(line.model_dump()) for line in found]
    followed = follow(every)
    if xlsx is not None:
        await write_workbook(settings, "judgments", xlsx, [_sheet(followed.behind, lang)], now)
    if json:
        print_json(_as_json(followed))
        return OK
    print_lines([_headline(followed, lang)])
    if followed.behind:
        names = ("case", "officer", "stage", "undone", "due")
        columns = [say(lang, f"judgments.{name}") for name in names]
        print_table(columns, list(_rows(followed.behind, lang)))
    if xlsx is not None:
        print_lines([say(lang, "watch.written", n=len(followed.behind), file=xlsx)])
    return OK


async def figures(
    *,
    since: Annotated[str, Parameter(help="The first day that counts: 2026-10-01.")],
    until: Annotated[str | None, Parameter(help="The last day; today, left out.")] = None,
    office: Office = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Count the administrative judgments of a time: carried over, received, performed, left."""
    settings = read_settings()
    check_known(settings, office, None)
    now = read_now()
    first = read_day("--since", since)
    last = read_day("--until", until) if until is not None else now.date()
    if last < first:
        after = first.isoformat()
        allowed = Words(
            vi=f"cho phép một ngày từ {after} trở đi", en=f"allowed is a day from {after} on"
        )
        raise FormError("--until", last.isoformat(), allowed)
    async with reach_register(settings) as (engine, _):
        found = await judgments(engine, now, office=office)
    flow = count_flow([Judgment.model_validate(line.model_dump()) for line in found], first, last)
    if json:
        print_json({"since": first.isoformat(), "until": last.isoformat(), **flow._asdict()})
        return OK
    period = say(lang, "judgments.period", since=short(first, lang), until=short(last, lang))
    print_lines([period, *_lines(flow, lang)])
    return OK


def _headline(followed: Followed, lang: Lang) -> str:
    permille = followed.permille
    if permille is None:
        return say(lang, "judgments.none")
    if not followed.behind:
        return say(lang, "judgments.all", n=followed.judgments)
    whole, tenth = divmod(permille, 10)
    done = followed.judgments - len(followed.behind)
    return say(lang, "judgments.some", n=followed.judgments, done=done, whole=whole, tenth=tenth)


def _lines(flow: Flow, lang: Lang) -> Iterator[str]:
    for name in ("carried", "received", "performed", "left"):
        yield f"  {getattr(flow, name):>4}  {say(lang, f'judgments.{name}')}"
    for event, n in flow.counted.items():
        yield f"  {n:>4}  {event_name(lang, event)}"


def _rows(behind: Iterable[Judgment], lang: Lang) -> Iterator[Sequence[str]]:
    """Give a row for each thing undone; the judgment is named on the first of its rows."""
    for judgment in behind:
        head = (judgment.dossier, judgment.officer or "–", name_of(lang, "stages", judgment.stage))
        for undone, due in _undone(judgment, lang):
            yield (*head, undone, due)
            head = ("", "", "")


def _undone(judgment: Judgment, lang: Lang) -> Iterator[tuple[str, str]]:
    for duty in judgment.passed:
        due = short(day_of(duty.due), lang) if duty.due is not None else "–"
        yield _duty(duty, lang), due
    for reason in judgment.reasons:
        yield name_of(lang, "stuck", reason), "–"


def _duty(duty: Duty, lang: Lang) -> str:
    title = duty.title_vi if lang == "vi" else duty.title_en
    return f"{title} ({cite_briefly(lang, duty.act, duty.article, duty.clause)})"


def _sheet(behind: Iterable[Judgment], lang: Lang) -> Sheet:
    columns = [(say(lang, f"judgments.{name}"), width) for name, width in _WIDTHS.items()]
    rows: list[tuple[Cell, ...]] = []
    for one in behind:
        head = (one.dossier, one.office, one.officer, name_of(lang, "stages", one.stage))
        rows += [
            (*head, _duty(duty, lang), day_of(duty.due) if duty.due is not None else None)
            for duty in one.passed
        ]
        rows += [(*head, name_of(lang, "stuck", reason), None) for reason in one.reasons]
    return Sheet(say(lang, "judgments.sheet"), columns, rows)


def _as_json(followed: Followed) -> dict[str, object]:
    return {
        "judgments": followed.judgments,
        "followed": followed.judgments - len(followed.behind),
        "permille": followed.permille,
        "behind": [one.model_dump(mode="json", exclude={"events"}) for one in followed.behind],
    }
