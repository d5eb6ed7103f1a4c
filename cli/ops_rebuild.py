"""Rebuild what the register derives, from the workflows and the archive, and watch it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from temporalio.client import WorkflowHandle

from archiving import Archive, open_archive
from cli.actor import Actor, acting
from cli.live import reach_register, reach_temporal
from cli.output import OK, WRONG, print_json, print_lines, print_sentence
from cli.reading import Json, Language
from i18n.texts import Lang, say
from rebuilding import TemporalSource
from settings import read_settings
from store.errors import RegisterAwayError, RegisterNotPreparedError
from store.rebuilds import Inspected, RebuildRow, RebuildRows, UnstartedError
from workflows import client as engine

_LOOK_SECONDS = 0.5


def add_to(app: App) -> None:
    """Add `rebuild`."""
    app.command(rebuild)


async def rebuild(
    *,
    write: Annotated[
        bool, Parameter(negative="", help="Do it; without this only what would happen is said.")
    ] = False,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Drop what is derived and rebuild it from the workflows, closed ones from the archive.

    Cases go on meanwhile and take reports. The worker does it, and goes on after a kill where it
    was; a rebuild that is under way is watched and no second one begun. Ends with 1 where a
    dossier could not be read.
    """
    settings = read_settings()
    async with reach_register(settings) as (register, _), reach_temporal(settings) as client:
        rows = RebuildRows(register)
        found = await asyncio.to_thread(rows.inspect)
        if not write:
            plan = await _plan(found, TemporalSource(client), open_archive(settings, register))
            _say_plan(plan, json=json, lang=lang)
            return OK
        if found.unstarted and await rows.under_way() is None:
            raise UnstartedError(found.unstarted)
        handle = await engine.rebuild(client, acting(actor))
        done = await _watched(handle, rows, lang, shown=not json)
    if json:
        print_json(done.model_dump(mode="json"))
    else:
        print_lines([say(lang, "rebuild.done", done=done.done)])
        if done.failed:
            print_lines([say(lang, "rebuild.failed", n=done.failed)])
    return WRONG if done.failed else OK


async def _plan(found: Inspected, source: TemporalSource, archive: Archive) -> dict[str, int]:
    """Count what a rebuild would drop and write."""
    running, total = await source.count_running(), await source.count()
    kept, token = (await archive.tally()).dossiers, ""
    while True:
        page, token = await source.page(token, None)
        kept -= await archive.count_among(page)
        if not token:
            break
    kept = max(kept, 0)
    return {
        "rows": found.dossiers,
        "damaged": int(found.damaged),
        "unstarted": found.unstarted,
        "running": running,
        "closed": total - running,
        "kept": kept,
        "total": total + kept,
    }


def _say_plan(plan: dict[str, int], *, json: bool, lang: Lang) -> None:
    if json:
        print_json(plan | {"damaged": bool(plan["damaged"]), "written": False})
        return
    lines = [say(lang, "rebuild.would", **plan), say(lang, "rebuild.kept_as_is")]
    if plan["damaged"]:
        lines.append(say(lang, "rebuild.damaged"))
    if plan["unstarted"]:
        lines.append(say(lang, "rebuild.unstarted", n=plan["unstarted"]))
    print_lines([*lines, say(lang, "rebuild.sure")])


async def _watched(
    handle: WorkflowHandle[Any, engine.Rebuilt], rows: RebuildRows, lang: Lang, *, shown: bool
) -> engine.Rebuilt:
    """Wait for a rebuild and show how far it is; whoever stops waiting does not stop it."""
    waiting = asyncio.create_task(handle.result())
    with _bar(lang, shown=shown) as show:
        while not waiting.done():
            await asyncio.wait([waiting], timeout=_LOOK_SECONDS)
            # The register may be away for a while; the rebuild waits for it too.
            with suppress(RegisterAwayError, RegisterNotPreparedError):
                show(await rows.under_way())
    return await waiting


@contextmanager
def _bar(lang: Lang, *, shown: bool) -> Iterator[Callable[[RebuildRow | None], None]]:
    """Show a bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not shown or not console.is_terminal:
        yield lambda _: None
        return
    print_sentence(say(lang, "rebuild.goes_on"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(say(lang, "rebuild.bar"), total=None)

        def show(row: RebuildRow | None) -> None:
            if row is not None:
                bars.update(task, completed=row.done, total=row.total)

        yield show
