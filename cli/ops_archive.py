"""Archive what is closed, say what is not archived yet, and show an archived dossier again."""

from __future__ import annotations

import sys
from json import dumps
from typing import Annotated

from cyclopts import App, Parameter

from archiving import Archive, Story, TemporalClosedRuns, open_archive
from cases.dossier import read_id
from cases.facts import effective
from cli.live import reach_register, reach_temporal
from cli.output import (
    OK,
    WRONG,
    print_json,
    print_lines,
    print_sentence,
    print_table,
)
from cli.reading import Json, Language
from cli.view_case import card_lines, fact_rows
from i18n.dates import short
from i18n.texts import Lang, say
from law.calendar import ZONE
from settings import read_settings
from store.archive_files import ArchiveError
from store.archives import ArchiveRow
from store.sealing import SealError
from workflows import client as engine

_SHOWN = 20
_Kept = list[tuple[ArchiveRow, Story]]


def add_to(app: App) -> None:
    """Add `archive` with its commands."""
    archive = App(name="archive", help="Keep closed dossiers before Temporal's retention ends.")
    archive.command(run)
    archive.command(status)
    archive.command(show)
    app.command(archive)


async def run(*, json: Json = False, lang: Language = "vi") -> int:
    """Archive now what is closed, as is done every night; exit 1 where a run could not be read."""
    async with reach_temporal(read_settings()) as client:
        done = await engine.archive_now(client)
    if json:
        print_json(done.model_dump(mode="json"))
    else:
        print_lines([say(lang, "archive.done", **done.model_dump())])
        if done.failed:
            print_lines([say(lang, "archive.failed", n=done.failed)])
    return WRONG if done.failed else OK


async def status(*, json: Json = False, lang: Language = "vi") -> int:
    """Say which closed dossiers are not archived, and how long Temporal keeps them; then exit 1."""
    settings = read_settings()
    async with reach_register(settings) as (register, _), reach_temporal(settings) as client:
        archive = open_archive(settings, register)
        tally = await archive.tally()
        waiting, closed = await _waiting(archive, TemporalClosedRuns(client))
        days = (await engine.retention_of(client)).days
    if json:
        counted = {"closed": closed, "waiting": waiting, "retention_days": days}
        print_json(tally.model_dump(mode="json") | counted)
        return WRONG if waiting else OK
    latest = short(tally.latest.astimezone(ZONE), lang) if tally.latest else "—"
    told = tally.model_dump() | {"latest": latest, "kb": -(-tally.bytes // 1024)}
    print_lines(
        [
            say(lang, "archive.tally", **told, folder=settings.archive_folder),
            say(lang, "archive.closed", n=closed, days=days),
            say(lang, "archive.waiting" if waiting else "archive.none_waits", n=len(waiting)),
            *(f"  {dossier}" for dossier in waiting[:_SHOWN]),
        ]
    )
    return WRONG if waiting else OK


async def show(
    dossier: str,
    /,
    *,
    history: Annotated[
        bool, Parameter(negative="", help="Print every event of every run, one JSON a line.")
    ] = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Show an archived dossier again, once its hash is checked; exit 1 where it was changed."""
    dossier, settings = read_id(dossier), read_settings()
    async with reach_register(settings) as (register, _):
        try:
            found = [one async for one in open_archive(settings, register).stories(dossier)]
        except (ArchiveError, SealError) as error:
            print_sentence(error.say(lang))
            return WRONG
    if not found:
        print_sentence(say(lang, "archive.unknown", dossier=dossier))
        return WRONG
    if history:
        _print_history(found)
    elif json:
        print_json([_as_json(row, story) for row, story in found])
    else:
        _print(found, lang)
    return OK


async def _waiting(archive: Archive, runs: TemporalClosedRuns) -> tuple[list[str], int]:
    """Give the closed dossiers that are not archived, and how many closed runs there are."""
    waiting: dict[str, None] = {}
    closed, token = 0, ""
    while True:
        page, token = await runs.page(token)
        closed += len(page)
        waiting |= dict.fromkeys(run.dossier for run in await archive.missing(page))
        if not token:
            return list(waiting), closed


def _print_history(found: _Kept) -> None:
    for row, story in found:
        for event in story.events:
            sys.stdout.write(dumps({"run": row.run, **event}, ensure_ascii=False) + "\n")


def _as_json(row: ArchiveRow, story: Story) -> dict[str, object]:
    state = None if story.state is None else story.state.model_dump(mode="json")
    return {"archive": row.model_dump(mode="json"), "about": story.about, "state": state}


def _print(found: _Kept, lang: Lang) -> None:
    names = ("status", "closed", "events", "kept_at", "file")
    print_table(
        [say(lang, f"archive.column_{name}") for name in names],
        [
            [
                row.status,
                short(row.closed_at.astimezone(ZONE), lang),
                str(row.events),
                short(row.archived_at.astimezone(ZONE), lang),
                row.file,
            ]
            for row, _ in found
        ],
    )
    state = next((story.state for _, story in reversed(found) if story.state is not None), None)
    if state is None:
        return
    if found[-1][0].erased_at is not None:
        print_lines([say(lang, "archive.erased")])
    facts = state.dossier.facts
    print_lines(card_lines(engine.card_of(state), state.answer, lang))
    print_table(*fact_rows(facts, effective(facts), lang))
