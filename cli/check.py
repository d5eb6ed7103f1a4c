"""Cross-check register and Temporal now, and show what differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from cyclopts import App, Parameter

from cases.stuck import EVERY_REASON
from cli.actor import acting
from cli.clock import read_now
from cli.live import reach_register, reach_temporal
from cli.output import OK, WRONG, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.dates import short
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from settings import read_settings
from store.audit import Audit, Entry
from store.findings import FindingRow, FindingRows
from workflows.client import Checked, check_now, nudge

_PATIENCE = timedelta(minutes=30)
_SHOWN = 40
_MENDED = frozenset({"not_registered", "not_woken", "differs"})
"""What an assessment anew puts right; the rest is for people to look at."""


def add_to(app: App) -> None:
    """Add `check`."""
    app.command(check)


async def check(
    *,
    mend: Annotated[
        bool, Parameter(negative="", help="Have cases that differ assessed again.")
    ] = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Compare the register with Temporal, both ways, as the nightly check does.

    Ends with 0 when they agree and 1 when anything differs; what differs also stands in
    `thads stuck`.
    """
    settings = read_settings()
    async with reach_register(settings) as (engine, _), reach_temporal(settings) as client:
        checked = await check_now(client, _PATIENCE)
        found = await FindingRows(engine).standing(None if json or mend else _SHOWN)
        mended = 0
        if mend:
            cases = {row.dossier for row in found if row.reason in _MENDED}
            mended = await nudge(client, sorted(cases))
            who, now = acting(None), read_now()
            await Audit(engine).note_all(
                [Entry(action="mended", actor=who, at=now, dossier=case) for case in sorted(cases)]
            )
    if json:
        rows = [row.model_dump(mode="json") for row in found]
        print_json(checked.model_dump(mode="json") | {"findings": rows, "mended": mended})
    else:
        _print(checked, found[:_SHOWN], lang)
        if mend:
            print_lines([say(lang, "cross_check.mended", n=mended)])
    return WRONG if checked.standing else OK


def _print(checked: Checked, found: Sequence[FindingRow], lang: Lang) -> None:
    many = sum(checked.standing.values())
    counts = {"register": checked.opened, "runs": checked.runs}
    if not many:
        print_lines([say(lang, "cross_check.none", **counts)])
        return
    told = {"n": many, "raised": checked.raised, "cleared": checked.cleared}
    print_lines([say(lang, "cross_check.found", **counts, **told)])
    print_lines(
        f"  {checked.standing[name]:>4}  {name_of(lang, 'stuck', name)} → "
        f"{name_of(lang, 'stuck_freed_by', name)}"
        for name in EVERY_REASON
        if name in checked.standing
    )
    columns = [say(lang, f"watch.{name}") for name in ("case", "reason", "since", "holder")]
    print_table(
        [*columns, say(lang, "cross_check.detail")],
        [
            [
                row.dossier,
                name_of(lang, "stuck_briefly", row.reason),
                short(row.since.astimezone(ZONE), lang),
                name_of(lang, "holders_briefly", row.holder),
                ", ".join(f"{name}: {value}" for name, value in sorted(row.detail.items())),
            ]
            for row in found
        ],
    )
    if many > len(found):
        print_lines([say(lang, "cross_check.more", n=many - len(found))])
