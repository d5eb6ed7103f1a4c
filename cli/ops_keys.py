"""Look at the master keys, and bring everything under a new one while the engine runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from archiving import open_archive_keys
from cli.live import reach_register
from cli.output import OK, WRONG, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.texts import Lang, name_of, say
from settings import read_settings
from store.rewrapping import AWAY, KeyUse, Rewrapping
from store.sealing import read_seal

Batch = Annotated[
    int,
    Parameter(help="How many keys one transaction wraps.", validator=Number(gte=1, lte=5000)),
]


def add_to(app: App) -> None:
    """Add `keys` with its commands."""
    keys = App(name="keys", help="Master keys: which are in use, and the change to a new one.")
    keys.command(list_keys, name="list")
    keys.command(rotate)
    keys.command(show_id, name="show-id")
    app.command(keys)


def show_id(*, json: Json = False) -> int:
    """Show the ids of the master keys that are set here, the one in use first; no key is shown.

    It asks no server, so that a new key can be looked at before it is used.
    """
    settings = read_settings()
    ids = read_seal(settings.sealing_key, settings.var).ids
    if json:
        print_json(list(ids))
    else:
        print_lines(ids)
    return OK


async def list_keys(*, json: Json = False, lang: Language = "vi") -> int:
    """List what is wrapped under which master key; ends with 1 where a key is not at hand."""
    settings = read_settings()
    seal = read_seal(settings.sealing_key, settings.var)
    async with reach_register(settings) as (engine, _):
        uses = await Rewrapping(engine, seal).uses()
        uses += await open_archive_keys(settings, engine).uses()
    if json:
        print_json(_plain(seal.ids, uses))
    else:
        _print(seal.ids, uses, lang)
    return OK if {use.key_id for use in uses} <= set(seal.ids) else WRONG


async def rotate(*, batch: Batch = 500, json: Json = False, lang: Language = "vi") -> int:
    """Wrap every key anew under the first master key, while the engine runs.

    Put the new key first and the old ones after it, restart every process with these settings,
    then rotate. It may be broken off and given again. It says at the end which older keys may
    be taken out, and ends with 1 where something is left under one.
    """
    settings = read_settings()
    seal = read_seal(settings.sealing_key, settings.var)
    done = 0
    async with reach_register(settings) as (engine, _):
        rewrapping, archives = Rewrapping(engine, seal), open_archive_keys(settings, engine)
        while many := await rewrapping.rotate(batch):
            done += many
            _tell(done, lang, as_json=json)
        async for many in archives.rotate():
            done += many
            _tell(done, lang, as_json=json)
        uses = [*await rewrapping.uses(), *await archives.uses()]
    left = [use for use in uses if use.key_id != seal.ids[0]]
    if json:
        print_json(
            _plain(seal.ids, uses) | {"rotated": done, "removable": _removable(seal.ids, left)}
        )
    else:
        print_lines(_became(seal.ids, left, done, lang))
    return WRONG if left else OK


def _tell(done: int, lang: Lang, *, as_json: bool) -> None:
    if not as_json and sys.stderr.isatty():
        print(say(lang, "keys.progress", n=done), end="\r", file=sys.stderr)  # noqa: T201


def _removable(ids: Sequence[str], left: Sequence[KeyUse]) -> list[str]:
    needed = {use.key_id for use in left}
    return [key_id for key_id in ids[1:] if key_id not in needed]


def _became(ids: Sequence[str], left: Sequence[KeyUse], done: int, lang: Lang) -> Iterator[str]:
    yield say(lang, "keys.rotated", n=done, id=ids[0])
    for use in left:
        known = "left" if use.key_id in ids else "unknown"
        word = "keys.needed_away" if use.what == AWAY else f"keys.{known}"
        what = name_of(lang, "locked", use.what)
        yield say(lang, word, n=use.rows, id=use.key_id, what=what)
    for key_id in _removable(ids, left):
        yield say(lang, "keys.removable", id=key_id)
    if _removable(ids, left):
        yield say(lang, "keys.marks")


def _plain(ids: Sequence[str], uses: Sequence[KeyUse]) -> dict[str, object]:
    return {
        "in_use": ids[0],
        "at_hand": list(ids),
        "wrapped": [use._asdict() for use in uses],
    }


def _print(ids: Sequence[str], uses: Sequence[KeyUse], lang: Lang) -> None:
    unused = [key_id for key_id in ids if key_id not in {use.key_id for use in uses}]
    rows = [
        [
            use.key_id,
            _state(ids, use.key_id, lang),
            name_of(lang, "locked", use.what),
            str(use.rows),
        ]
        for use in sorted(uses, key=lambda use: (use.key_id != ids[0], use.key_id, use.what))
    ]
    rows += [[key_id, _state(ids, key_id, lang), "", "0"] for key_id in unused]
    print_table([say(lang, f"keys.{name}") for name in ("key", "state", "what", "rows")], rows)


def _state(ids: Sequence[str], key_id: str, lang: Lang) -> str:
    if key_id == ids[0]:
        return say(lang, "keys.in_use")
    return say(lang, "keys.older" if key_id in ids else "keys.not_at_hand")
