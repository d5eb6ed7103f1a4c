"""Greet whoever started the engine: the sample, the stuck list, and what to do next."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from temporalio.client import Client

from activities.delivery import GatherRequest
from cli.edition import law_in_use, practice_of
from cli.importing import import_register, start_unstarted
from cli.live import find_directory, parties_of, writer
from cli.opening import open_dossier
from cli.output import print_heading, print_lines, print_table
from cli.stuck import stuck_rows, stuck_summary
from codec import codec_over
from i18n.texts import Lang, say
from samples.generate import write_register
from samples.letters import sample_dossiers
from settings import Settings
from store.engine import Engine, open_engine
from store.reading import Reading
from store.rows import StuckLine
from store.sealing import read_seal
from workflows.client import connect, deliver_now

_SHOWN_OF_EACH = 3
_COERCED = ("with_means", "coercion", "verification")
_PATIENCE = 200
"""Tenths of a second in which the sample's dossiers come into the register."""


async def welcome(
    settings: Settings,
    env: Mapping[str, str],
    ui: str | None,
    *,
    sample: bool,
    now: datetime,
    lang: Lang = "vi",
) -> None:
    """Import the sample into an empty store, then print the stuck list and the next commands."""
    engine = open_engine(env["THADS_DATABASE_URL"], statement_seconds=60, connections=4)
    reading = Reading(engine)
    try:
        counts = await reading.counts(now)
        if sample and counts.dossiers == 0:
            await _import_sample(settings, env, engine, now, lang)
        found = await reading.stuck(now)
        print_heading(say(lang, "welcome.stuck_list"))
        print_lines(stuck_summary(await reading.stuck_tally(now), lang))
        if found:
            print_table(*stuck_rows(_some_of_each(found), lang))
        print_heading(say(lang, "welcome.next"))
        first = next((line for line in found if line.rule), None)
        print_lines(_next_commands(first, settings.var))
        if ui is not None:
            print_lines([say(lang, "welcome.ui", ui=ui)])
        print_lines([say(lang, "welcome.stop")])
        sys.stdout.flush()
    finally:
        await engine.dispose()


def _some_of_each(found: Sequence[StuckLine]) -> list[StuckLine]:
    """Pick the first lines of each reason, so that none hides behind another."""
    seen: Counter[str] = Counter()
    some: list[StuckLine] = []
    for line in found:
        seen[line.reason] += 1
        if seen[line.reason] <= _SHOWN_OF_EACH:
            some.append(line)
    return some


def _next_commands(line: StuckLine | None, var: Path) -> list[str]:
    thads = str(Path(".venv") / "bin" / "thads")
    if var != Settings.model_fields["var"].default:
        thads = f"THADS_VAR={var} {thads}"
    lines = [f"  {thads} stuck --office nghe-an/kv1"]
    if line is not None:
        lines.append(f"  {thads} case show {line.dossier}")
        lines.append(f"  {thads} why {line.dossier} {line.rule}")
    else:
        lines.append(f"  {thads} import samples/register.xlsx --dry-run")
        lines.append(f"  {thads} law count '5 working days' --from 2026-11-20")
    return lines


async def _open_sample_dossiers(
    settings: Settings, engine: Engine, client: Client, now: datetime
) -> None:
    """Open complaints about cases of the sample, and the other dossiers beside it."""
    found = await Reading(engine).stuck(now)
    cases = list(dict.fromkeys(line.dossier for line in found if line.stage in _COERCED))
    made = sample_dossiers(now.date(), cases)
    for dossier in made:
        await open_dossier(client, parties_of(engine, settings), dossier)
    register = writer(engine, settings)
    for _ in range(_PATIENCE):
        if len(await register.known([dossier.id for dossier in made])) == len(made):
            return
        await asyncio.sleep(0.1)


async def _import_sample(
    settings: Settings, env: Mapping[str, str], engine: Engine, now: datetime, lang: Lang
) -> None:
    path = settings.var / "sample" / "register.xlsx"
    write_register(path, now.date())
    print_lines([say(lang, "welcome.sample", file=str(path))])
    codec = codec_over(engine, read_seal(settings.sealing_key, settings.var))
    client = await connect(env.get("TEMPORAL_ADDRESS"), codec=codec)
    register, law = writer(engine, settings), law_in_use(settings)
    await import_register(
        path,
        register=register,
        client=client,
        directory=find_directory(settings),
        corpus=law.book,
        calendar=law.calendar,
        practice=practice_of(settings),
        now=now,
        dry_run=False,
        progress=None,
    )
    await start_unstarted(register, client)
    await _open_sample_dossiers(settings, engine, client, now)
    # The sample leads nowhere and its mails are to be looked at, at whatever hour.
    await deliver_now(client, GatherRequest(regardless=True))
