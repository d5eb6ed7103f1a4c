"""Show who changed the directory, when and how: `thads people history`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cli.directory_view import change_rows
from cli.live import reach_register
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.dates import short
from i18n.texts import say
from law.calendar import ZONE
from settings import read_settings
from store.directory_rows import DirectoryRows


def add_to(group: App) -> None:
    """Add `history`."""
    group.command(history)


async def history(
    key: Annotated[str | None, Parameter(help="One person or office alone.")] = None,
    /,
    *,
    most: Annotated[int, Parameter(help="How many changes.", validator=Number(gte=1))] = 40,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List the changes of the directory, the latest first, with who made them."""
    async with reach_register(read_settings()) as (engine, _):
        found = await DirectoryRows(engine).history(key, most)
    if json:
        print_json([one.model_dump(mode="json") for one in found])
    elif not found:
        print_lines([say(lang, "people.no_history")])
    else:
        names = ("when", "by", "source", "what", "which", "field", "before", "after")
        rows = [
            (short(one.at.astimezone(ZONE), lang), one.actor, one.source, *row)
            for one in found
            for row in change_rows(one.change, lang)
        ]
        print_table([say(lang, f"people.{name}") for name in names], rows)
    return OK
