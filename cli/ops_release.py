"""Move what runs to this release, and show which version does what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated

from cyclopts import App, Parameter
from temporalio.client import Client

from cases.errors import FormError, Words
from cli.clock import read_now
from cli.live import reach_temporal
from cli.output import OK, WRONG, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.texts import Lang, say
from settings import read_settings
from workflows.client import Moved, Version, build_id, lead, move_all, ramp, versions_of

_COLUMNS = ("build", "standing", "running", "pinned", "polled", "ours")


def add_to(app: App) -> None:
    """Add `release` with its commands."""
    group = App(name="release", help="Move what runs to this release; run it again to go on.")
    group.default(release)
    group.command(status)
    app.command(group)


async def release(
    *,
    batch: Annotated[int, Parameter(help="How many are moved together.")] = 200,
    pause: Annotated[float, Parameter(help="Seconds between two batches.")] = 2.0,
    patience: Annotated[float, Parameter(help="Seconds after which it ends anyway.")] = 600.0,
    share: Annotated[
        float | None,
        Parameter(name="--ramp", help="Give this release only a share, in percent; 0 ends it."),
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Make this release's version the current one, and move idle dossiers to it in batches.

    A worker of this release must run. A dossier that is pinned to an older version continues as
    new where that version's worker still runs, and is taken over from its history where none
    does; nothing of it is lost. Cut off, it is resumed by running it again. Ends with 0 when
    older versions hold nothing any more, and 1 when something remains.
    """
    _check("--batch", batch, 1, 10_000)
    _check("--pause", pause, 0, 3600)
    _check("--patience", patience, 0, 86_400)
    if share is not None:
        _check("--ramp", share, 0, 100)
    async with reach_temporal(read_settings()) as client:
        if share is not None:
            return await _ramp(client, share, lang, as_json=json)
        await lead(client, read_now())
        moved = await _move(client, batch, pause, patience, None if json else lang)
        versions = await versions_of(client, read_now())
    if json:
        print_json({"moved": moved.model_dump(), "versions": _plain(versions)})
    else:
        _say_end(moved, versions, lang)
    return WRONG if moved.remaining else OK


async def status(*, json: Json = False, lang: Language = "vi") -> int:
    """List the versions: which is current, what runs under each, whether a worker asks for work."""
    async with reach_temporal(read_settings()) as client:
        versions = await versions_of(client, read_now())
    if json:
        print_json(_plain(versions))
    elif versions:
        _print(versions, lang)
    else:
        print_lines([say(lang, "release.none")])
    return OK


async def _ramp(client: Client, share: float, lang: Lang, *, as_json: bool) -> int:
    await ramp(client, share, read_now())
    versions = await versions_of(client, read_now())
    if as_json:
        print_json({"versions": _plain(versions)})
    else:
        key = "release.ramped" if share else "release.ramp_ended"
        print_lines([say(lang, key, build=build_id(), percent=f"{share:g}")])
    return OK


async def _move(
    client: Client, batch: int, pause: float, patience: float, lang: Lang | None
) -> Moved:
    """Move in batches until all is moved or patience ends; give the sums and what remains."""
    nudged = taken = remaining = 0
    try:
        async with asyncio.timeout(patience):
            async for moved in move_all(client, read_now, batch, pause):
                nudged, taken = nudged + moved.nudged, taken + moved.taken
                remaining = moved.remaining
                if lang is not None and (moved.nudged or moved.taken or moved.remaining):
                    print_lines([say(lang, "release.round", **moved.model_dump())])
    except TimeoutError:
        pass
    return Moved(nudged=nudged, taken=taken, remaining=remaining)


def _say_end(moved: Moved, versions: Iterable[Version], lang: Lang) -> None:
    if moved.remaining:
        print_lines([say(lang, "release.remains", n=moved.remaining)])
    else:
        print_lines([say(lang, "release.done", build=build_id())])
    for version in versions:
        if version.standing in ("current", "ramping") or not version.polled:
            continue
        key = "release.keep" if version.pinned else "release.may_stop"
        print_lines([say(lang, key, build=version.build, n=version.pinned)])


def _print(versions: Iterable[Version], lang: Lang) -> None:
    yes = {True: say(lang, "release.yes"), False: say(lang, "release.no")}
    print_table(
        [say(lang, f"release.{name}") for name in _COLUMNS],
        [
            [
                version.build,
                say(lang, f"release.{version.standing}", percent=f"{version.percent:g}"),
                str(version.running),
                str(version.pinned),
                yes[version.polled],
                yes[version.ours],
            ]
            for version in versions
        ],
    )


def _plain(versions: Iterable[Version]) -> list[dict[str, object]]:
    return [version.model_dump(mode="json") for version in versions]


def _check(option: str, given: float, least: float, most: float) -> None:
    if not least <= given <= most:
        allowed = Words(
            vi=f"cho phép từ {least:g} đến {most:g}", en=f"allowed is {least:g} to {most:g}"
        )
        raise FormError(option, given, allowed)
