"""Hold many open cases on this machine and measure what that takes, for one size after another.

    python -m benchmarks.scale [--cases 1000 10000 100000] [--today YYYY-MM-DD]

Each size has servers of its own. Its cases are those of the sample register, again and again under
ids of their own: assessed, written, started, then left to sleep under a worker that serves them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from temporalio.client import Client

from activities.answers import answer_of
from activities.ports import NewFact
from benchmarks.bench_import import rows_of
from benchmarks.measure import WorkerProcess
from benchmarks.run import machine
from cases.assess import assess
from cases.dossier import Dossier
from cases.predicates import names_known
from cli.directory_file import load_directory
from cli.importing import start_unstarted
from cli.register_file import read_register_file
from cli.register_rows import build_dossiers
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law import calendar as calendars
from law.calendar import ZONE, Calendar, load_calendar
from law.corpus import the_book
from observe import configure_logs
from samples.generate import write_csv
from settings import Settings
from store.engine import Engine, open_engine
from store.migrate import upgrade
from store.reading import Reading
from store.register import Register
from store.rows import Wanted
from store.sealing import read_seal
from workflows.client import connect, count_by_query, report
from workflows.registration import ensure_search_attributes

SIZES = (1_000, 10_000, 100_000)
_PORTS = Ports(postgres=55349, temporal=17433, ui=18433, http=17443, metrics=17453)
_BATCH = 200
_REPORTS = 50
_PAGES = 30
_CALM, _QUIET = 1.0, 2
"""Processor seconds in five of the clock below which a worker rests, and how often in a row."""
_MOST_SECONDS = 4 * 3600
_NEW_DAY = '\n[[off]]\ndate = {day}\nname = {{ vi = "Nghỉ mẫu", en = "Sample day off" }}\n'
_NEW_DAY += 'notice = "1/TB-MAU"\n'


@dataclass
class Held:
    """What a number of open cases took; times in seconds, memory and disk in MB."""

    cases: int
    written_s: float = 0.0
    started_s: float = 0.0
    settled_s: float = 0.0
    idle_worker_cpu: float = 0.0
    report_ms: tuple[float, float] = (0.0, 0.0)
    stuck_ms: tuple[float, float] = (0.0, 0.0)
    recount_s: float = 0.0
    woken: int = 0
    memory: dict[str, float] = field(default_factory=dict)
    disk: dict[str, float] = field(default_factory=dict)


def templates(today: date, folder: Path) -> list[Dossier]:
    """Give the open cases of a thousand rows of the sample register."""
    path = folder / "register.csv"
    write_csv(rows_of(today), path)
    now = datetime.combine(today, datetime.min.time(), ZONE) + timedelta(hours=9)
    rows = read_register_file(path).rows
    built = build_dossiers(rows, load_directory(Settings().directory), now).good
    return [made.dossier for made in built]


async def hold(cases: int, today: date, console: Console) -> Held:
    """Open so many cases on servers of their own, and look at them from all sides."""
    held = Held(cases)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thads-scale-")))
        supervisor = await stack.enter_async_context(Supervisor(folder / "var", ports=_PORTS))
        url = supervisor.state.database_url or ""
        address = supervisor.state.temporal_address or ""
        codec = open_codec(Settings(var=folder / "var"), url)
        stack.push_async_callback(codec.dispose)
        client = await connect(address, codec=codec)
        await asyncio.to_thread(upgrade, url)
        await ensure_search_attributes(client)
        engine = open_engine(url, statement_seconds=60)
        stack.push_async_callback(engine.dispose)
        years = shutil.copytree(calendars.FOLDER, folder / "vn")
        await _open(held, client, engine, templates(today, folder), today, folder / "var")
        console.print(f"[dim]{cases}: opened[/dim]")
        env = {
            "TEMPORAL_ADDRESS": address, "THADS_DATABASE_URL": url, "THADS_CALENDARS": str(years),
            "THADS_VAR": str(folder / "var"), "THADS_LOG_LEVEL": "info",
            "THADS_LOOK_SECONDS": "1", "THADS_CONSOLE_PORT": "0", "THADS_METRICS_PORT": "0",
        }  # fmt: skip
        worker = await stack.enter_async_context(WorkerProcess("ours", folder, env))
        held.settled_s = await _calm(worker)
        begun, used = perf_counter(), worker.cpu()
        await asyncio.sleep(30)
        held.idle_worker_cpu = (worker.cpu() - used) / (perf_counter() - begun)
        held.report_ms = await _report(client, cases, today)
        held.stuck_ms = await _list(engine)
        held.memory = {
            "worker": _memory(worker.pid),
            "temporal": _memory(supervisor.find_pid("temporal") or 0),
            "postgres": _family_memory(supervisor.find_pid("postgres") or 0),
        }
        held.disk = await _disk(engine, folder / "var")
        console.print(f"[dim]{cases}: {held}[/dim]")
        await _recount(held, engine, years, today, folder / "ours.log")
    return held


async def _open(
    held: Held, client: Client, engine: Engine, some: list[Dossier], today: date, var: Path
) -> None:
    seal = read_seal(None, var)
    register, book, days = Register(engine, seal), the_book(names_known()), load_calendar()
    now = datetime.combine(today, datetime.min.time(), ZONE) + timedelta(hours=9)
    begun = perf_counter()
    for first in range(0, held.cases, _BATCH):
        items = []
        for number in range(first, min(first + _BATCH, held.cases)):
            like = some[number % len(some)]
            dossier = like.model_copy(update={"id": _id(number)})
            found = assess(dossier, book, days, now)
            items.append((dossier, found, 1, answer_of(found).model_dump(mode="json")))
        await register.project_many(items)
    held.written_s = perf_counter() - begun
    begun = perf_counter()
    await start_unstarted(register, client)
    held.started_s = perf_counter() - begun
    for _ in range(600):
        if await count_by_query(client, "ExecutionStatus = 'Running'") >= held.cases:
            break
        await asyncio.sleep(1)
    await engine.fetch(text("analyze projection.dossiers"))


async def _calm(worker: WorkerProcess) -> float:
    """Wait until every case has had its first task and sleeps; give the seconds that took."""
    begun, quiet = perf_counter(), 0
    while quiet < _QUIET:
        used = worker.cpu()
        await asyncio.sleep(5)
        quiet = quiet + 1 if worker.cpu() - used < _CALM else 0
        if perf_counter() - begun > _MOST_SECONDS:
            raise RuntimeError("the worker does not come to rest")
    return perf_counter() - begun - 5 * _QUIET


def _id(number: int) -> str:
    return f"SC-{number:06}"


async def _report(client: Client, cases: int, today: date) -> tuple[float, float]:
    taken = []
    for turn in range(_REPORTS):
        fact = NewFact(
            event="means_verified",
            on=today - timedelta(days=1),
            fields={"outcome": "with_means"},
            command_id=f"scale-{turn}",
            actor="cv.an",
            received_at=datetime.now(ZONE),
        )
        begun = perf_counter()
        await report(client, _id(turn * (cases // _REPORTS)), [fact])
        taken.append(1000 * (perf_counter() - begun))
        await asyncio.sleep(0.2)
    return median(taken), quantiles(taken, n=20)[-1]


async def _list(engine: Engine) -> tuple[float, float]:
    reading, taken = Reading(engine), []
    now = datetime.now(ZONE)
    for turn in range(_PAGES):
        begun = perf_counter()
        await reading.stuck(now, Wanted(), most=40, skip=40 * (turn % 3))
        await reading.stuck_tally(now, Wanted())
        taken.append(1000 * (perf_counter() - begun))
    return median(taken), quantiles(taken, n=20)[-1]


def _memory(pid: int) -> float:
    """Give a process's own share of memory in MB; what is shared is divided among its users."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1e3


def _family_memory(pid: int) -> float:
    total = _memory(pid)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = path.read_text("utf-8", "replace").partition(" ")
        except OSError:
            continue
        if rest.rpartition(")")[2].split()[1] == str(pid):
            total += _memory(int(number))
    return total


async def _disk(engine: Engine, var: Path) -> dict[str, float]:
    rows = await engine.fetch(text("select pg_database_size(current_database()) as bytes"))
    store = sum(path.stat().st_size for path in var.glob("temporal.db*"))
    return {"register": rows[0]["bytes"] / 1e6, "temporal": store / 1e6}


async def _recount(held: Held, engine: Engine, years: Path, today: date, log: Path) -> None:
    """Announce a day off two weeks ahead to the running worker, and wait until all go by it."""
    day = _next_working(load_calendar(), today + timedelta(days=14))
    file = years / f"{day.year}.toml"
    before = (await engine.fetch(text("select max(calendar) as hash from projection.dossiers")))[0]
    begun, moment = perf_counter(), datetime.now(ZONE)
    file.write_text(file.read_text("utf-8") + _NEW_DAY.format(day=day), "utf-8")
    left = text(
        "select count(*) as n from projection.dossiers where calendar = :old and status <> 'closed'"
    )
    while (await engine.fetch(left.bindparams(old=before["hash"])))[0]["n"]:
        if perf_counter() - begun > _MOST_SECONDS:
            raise RuntimeError(f"not recounted in time; see {log.read_text('utf-8')[-2000:]}")
        await asyncio.sleep(0.5)
    held.recount_s = perf_counter() - begun
    woken = text("select count(*) as n from projection.dossiers where assessed_at > :begun")
    held.woken = (await engine.fetch(woken.bindparams(begun=moment)))[0]["n"]


def _next_working(calendar: Calendar, day: date) -> date:
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def table_of(sizes: list[Held]) -> Table:
    """Lay the sizes out side by side."""
    table = Table("what", *(f"{held.cases:,} cases" for held in sizes))
    rows = {
        "assessing and writing, cases/s": lambda h: f"{h.cases / h.written_s:.0f}",
        "starting workflows, cases/s": lambda h: f"{h.cases / h.started_s:.0f}",
        "first tasks of all, cases/s": lambda h: f"{h.cases / max(h.settled_s, 1):.0f}",
        "a fact acknowledged, median / 95th, ms": lambda h: "{:.0f} / {:.0f}".format(*h.report_ms),
        "a page of the stuck list, median / 95th, ms": lambda h: "{:.0f} / {:.0f}".format(
            *h.stuck_ms
        ),
        "recount after a new day off, s": lambda h: f"{h.recount_s:.0f}",
        "  of them woken since a date moves": lambda h: f"{h.woken}",
        "worker's CPU while all sleep, cores": lambda h: f"{h.idle_worker_cpu:.3f}",
        "memory, MB: worker / Temporal / PostgreSQL": lambda h: " / ".join(
            f"{h.memory[name]:.0f}" for name in ("worker", "temporal", "postgres")
        ),
        "disk, MB: register / Temporal": lambda h: " / ".join(
            f"{h.disk[name]:.0f}" for name in ("register", "temporal")
        ),
    }
    for what, tell in rows.items():
        table.add_row(what, *(tell(held) for held in sizes))
    return table


def main() -> None:
    """Measure every size asked for, print, and end with 0."""
    reader = argparse.ArgumentParser(description="Measure what many open cases take.")
    reader.add_argument("--today", type=date.fromisoformat, help="default: this day")
    reader.add_argument("--cases", nargs="+", type=int, default=list(SIZES))
    given = reader.parse_args()
    today = given.today or datetime.now(ZONE).date()
    configure_logs(form="console", level="error")
    console = Console(width=None if sys.stdout.isatty() else 140)
    sizes: list[Held] = []
    for cases in given.cases:
        sizes.append(asyncio.run(hold(cases, today, console)))
        console.print(table_of(sizes))
    console.print(machine(today), markup=False, highlight=False)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
