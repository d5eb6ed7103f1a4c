"""Time the import of a thousand cases: reading and writing them, then starting their workflows."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from time import perf_counter

from temporalio.client import Client

from benchmarks.measure import Figure
from cases.predicates import names_known
from cli.directory_file import load_directory
from cli.importing import import_register
from law.calendar import ZONE, load_calendar
from law.corpus import the_book
from samples.generate import SEED, Row, generate, write_csv
from settings import Settings
from store.engine import open_engine
from store.register import Register
from store.sealing import Seal

CASES = 1000
_NUMBER = "/QĐ-THADS"
_APART = 2000
"""How far apart the decision numbers of two samples lie, so that none comes twice."""


def rows_of(today: date) -> list[Row]:
    """Make a thousand different rows from samples of several seeds."""
    rows: list[Row] = []
    while len(rows) < CASES:
        turn = len(rows) // 300
        for row in generate(today, SEED + turn):
            own = [
                key for key, value in row.items()
                if isinstance(value, str) and value.endswith(_NUMBER) and key.startswith("Số")
            ]  # fmt: skip
            moved = {key: _later(str(row[key]), turn * _APART) for key in own}
            rows.append({**row, **moved})
    return rows[:CASES]


def _later(number: str, by: int) -> str:
    return f"{int(number.removesuffix(_NUMBER)) + by}{_NUMBER}"


async def bench_import(
    client: Client, database_url: str, folder: Path, today: date
) -> list[Figure]:
    """Import into an empty register; no worker runs meanwhile."""
    path = folder / "register.csv"
    write_csv(rows_of(today), path)
    engine = open_engine(database_url, statement_seconds=5)
    moments: dict[str, float] = {}

    def hear(step: str, done: int, total: int) -> None:  # noqa: ARG001 - as it is called
        moments[step] = perf_counter()

    begun = perf_counter()
    told = await import_register(
        path,
        register=Register(engine, Seal([bytes(32)])),
        client=client,
        directory=load_directory(Settings().directory),
        corpus=the_book(names_known()),
        calendar=load_calendar(),
        now=datetime.combine(today, time(9), ZONE),
        progress=hear,
    )
    await engine.dispose()
    if told.imported != CASES or told.started != CASES:
        raise RuntimeError(f"{told.imported} imported, {told.started} started: {told.refused[:3]}")
    written = CASES / (moments["write"] - begun)
    started = CASES / (moments["start"] - moments["write"])
    both = CASES / (moments["start"] - begun)
    return [
        Figure(
            what=f"import of {CASES} cases into an empty register",
            measured=f"{both:.0f} cases/s",
        ),
        Figure(what="  reading, assessing and writing them", measured=f"{written:.0f} cases/s"),
        Figure(what="  starting their workflows", measured=f"{started:.0f} cases/s"),
    ]
