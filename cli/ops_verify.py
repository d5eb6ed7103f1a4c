"""Verify that register, workflows, receipts and archive agree, and say every difference."""

from __future__ import annotations

import sys
from json import dumps
from typing import Annotated

from cyclopts import App, Parameter

from archiving import open_archive
from cases.errors import FormError, one_of
from cli.clock import read_now
from cli.live import reach_register, reach_temporal
from cli.output import OK, WRONG, print_lines
from cli.reading import Json, Language
from i18n.texts import Lang, name_of, pick, say
from settings import read_settings
from store.rebuilds import RebuildRows
from verifying import VERIFIERS, Difference, Sight


def add_to(app: App) -> None:
    """Add `verify`."""
    app.command(verify)


async def verify(
    *,
    only: Annotated[str | None, Parameter(help=f"One part alone: {', '.join(VERIFIERS)}.")] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Compare the register with the workflows and the archive, and check receipts and hashes.

    Nothing is changed. Every difference is printed as it is found, with what to do; ends with 0
    where there is none, else with 1.
    """
    if only is not None and only not in VERIFIERS:
        raise FormError("--only", only, one_of(tuple(VERIFIERS)))
    settings, now = read_settings(), read_now()
    counts: dict[str, int] = {}
    async with reach_register(settings) as (register, _), reach_temporal(settings) as client:
        await RebuildRows(register).refuse_meanwhile()
        sight = Sight(register, client, open_archive(settings, register), now)
        if json:
            sys.stdout.write('{"differences": [')
        for part in [only] if only else VERIFIERS:
            counts[part] = 0
            async for difference in VERIFIERS[part](sight):
                _print(difference, lang, json=json, first=not any(counts.values()))
                counts[part] += 1
    if json:
        sys.stdout.write(f'], "counts": {dumps(counts)}}}\n')
    else:
        print_lines(
            say(lang, "ops_verify.count", part=_name(part, lang), n=counts[part]) for part in counts
        )
    return WRONG if any(counts.values()) else OK


def _name(part: str, lang: Lang) -> str:
    """Give a part's name; one without words is called by its own name."""
    return name_of(lang, "ops_verify_parts", part)


def _print(difference: Difference, lang: Lang, *, json: bool, first: bool) -> None:
    if json:
        told = {
            "part": difference.part,
            "subject": difference.subject,
            "vi": difference.said.vi,
            "en": difference.said.en,
            "remedy_vi": difference.remedy.vi,
            "remedy_en": difference.remedy.en,
        }
        sys.stdout.write(("" if first else ", ") + dumps(told, ensure_ascii=False))
        return
    said, remedy = pick(lang, difference.said), pick(lang, difference.remedy)
    part = _name(difference.part, lang)
    print_lines(
        [
            say(
                lang,
                "ops_verify.line",
                part=part,
                subject=difference.subject,
                said=said,
                remedy=remedy,
            )
        ]
    )
