"""Time reports while all cases are recounted: python -m benchmarks.bench_recount.

Once as many cases as there are get their nudge at once, and once as the worker does it, a few at a
time; before either, the same reports on a quiet system.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import text
from temporalio.client import Client

from activities.ports import NewFact
from cases.dossier import read_dossier
from cases.facts import read_report
from embedded.ports import Ports
from embedded.supervisor import Supervisor, WorkerCommand
from law import corpus
from law.calendar import ZONE
from store.engine import Engine, open_engine
from workflows.client import connect, nudge, report, start_case

ROOT = Path(__file__).resolve().parents[1]
_PORTS = Ports(postgres=56329, temporal=56333, ui=56334, http=56335, metrics=56336)
_RULE = Path("law-106-2025") / "voluntary" / "2026-07-01.toml"
_TERMS = ("length = 10", "length = 11")
_QUIET = 60
_OFFICES = ("nghe-an/kv1", "nghe-an/kv2", "nghe-an/kv3")


@dataclass(frozen=True)
class Latency:
    """What reports took, in milliseconds, and what was recounted in how many seconds."""

    name: str
    reports: int
    median: float
    p95: float
    most: float
    cases: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        """Give a line of the table."""
        rate = f"{self.cases} cases in {self.seconds:.0f} s" if self.cases else ""
        told = f"{self.median:7.0f} {self.p95:7.0f} {self.most:7.0f}"
        return f"{self.name:<28} {self.reports:>6} {told}  {rate}"


def _latency(name: str, taken: Sequence[float], cases: int = 0, seconds: float = 0) -> Latency:
    ms = sorted(one * 1000 for one in taken)
    p95 = ms[min(len(ms) - 1, int(len(ms) * 0.95))]
    return Latency(name, len(ms), statistics.median(ms), p95, ms[-1], cases, seconds)


@asynccontextmanager
async def _house(folder: Path) -> AsyncIterator[tuple[Client, Engine, Path]]:
    statutes = folder / "statutes"
    shutil.copytree(corpus.FOLDER, statutes)
    supervisor = Supervisor(folder / "var", ports=_PORTS)
    state = await supervisor.start()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    env |= {
        "THADS_VAR": str(folder / "var"),
        "THADS_STATUTES": str(statutes),
        "THADS_LOOK_SECONDS": "0.5",
        "THADS_CONSOLE_PORT": "0",
        "THADS_DATABASE_URL": state.database_url or "",
        "TEMPORAL_ADDRESS": state.temporal_address or "",
    }
    ready = folder / "var" / "ready"
    argv = (sys.executable, str(ROOT / "worker.py"), "--ready-file", str(ready))
    await supervisor.start_worker(WorkerCommand(argv=argv, env=env, cwd=ROOT))
    for _ in range(600):
        if ready.exists():
            break
        await asyncio.sleep(0.1)
    client = await connect(state.temporal_address)
    engine = open_engine(state.database_url or "", statement_seconds=10)
    try:
        yield client, engine, statutes
    finally:
        await engine.dispose()
        await asyncio.sleep(0.2)
        await supervisor.stop()


async def _open(client: Client, many: int) -> list[str]:
    lane = asyncio.Semaphore(8)

    async def one(number: int) -> str:
        dossier = read_dossier({
            "id": f"R-{number}", "origin": "on_request", "officer": "cv.an",
            "office": _OFFICES[number % len(_OFFICES)],
            "facts": [{"event": "request_received", "on": "2026-07-06"}],
        })  # fmt: skip
        async with lane:
            await start_case(client, dossier)
            return dossier.id

    return list(await asyncio.gather(*(one(number) for number in range(many))))


async def _until(engine: Engine, query: str, wanted: int) -> None:
    while True:
        (row,) = await engine.fetch(text(query))
        if row["n"] >= wanted:
            return
        await asyncio.sleep(0.2)


async def _report(client: Client, cases: Sequence[str], number: int) -> float:
    plain = {"event": "means_verified", "on": "2026-07-20", "outcome": "without_means"}
    told = read_report(plain, "", "enforcement_case")
    fact = NewFact(
        **told.model_dump(), command_id=f"bench-{number}", actor="bench",
        received_at=datetime.now(ZONE),
    )  # fmt: skip
    begun = perf_counter()
    await report(client, random.choice(cases), [fact])
    return perf_counter() - begun


async def _reports(
    client: Client, cases: Sequence[str], stop: asyncio.Event, first: int
) -> list[float]:
    taken: list[float] = []
    while not stop.is_set():
        taken.append(await _report(client, cases, first + len(taken)))
        await asyncio.sleep(0.1)
    return taken


async def _during(
    client: Client, engine: Engine, cases: Sequence[str], statutes: Path, *, at_once: bool
) -> Latency:
    """Report while all are recounted: by nudging all at once, or as the worker does."""
    stop = asyncio.Event()
    begun = perf_counter()
    reporting = asyncio.create_task(_reports(client, cases, stop, 10_000 if at_once else 20_000))
    if at_once:
        before = await engine.fetch(text("select sum(revision) n from projection.dossiers"))
        await nudge(client, cases)
        wanted = int(before[0]["n"]) + len(cases)
        await _until(engine, "select sum(revision) n from projection.dossiers", wanted)
    else:
        rule = statutes / _RULE
        book = await engine.fetch(text("select book from projection.dossiers limit 1"))
        rule.write_text(rule.read_text("utf-8").replace(*_TERMS), "utf-8")
        query = f"select count(*) n from projection.dossiers where book <> '{book[0]['book']}'"
        await _until(engine, query, len(cases))
    seconds = perf_counter() - begun
    stop.set()
    name = "all nudged at once" if at_once else "as the worker recounts"
    return _latency(name, await reporting, len(cases), seconds)


async def main(many: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="thads-recount-") as name:
        async with _house(Path(name)) as (client, engine, statutes):
            cases = await _open(client, many)
            await _until(engine, "select count(*) n from projection.dossiers", many)
            await engine.fetch(text(
                "update projection.dossiers set started_at = now() "
                "where started_at is null returning id"
            ))  # fmt: skip
            quiet = [await _report(client, cases, number) for number in range(_QUIET)]
            print(f"{'reports':<28} {'n':>6} {'median':>7} {'95th':>7} {'most':>7}  ms")
            print(_latency("on a quiet system", quiet))
            print(await _during(client, engine, cases, statutes, at_once=True))
            print(await _during(client, engine, cases, statutes, at_once=False))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=2000)
    asyncio.run(main(asked.parse_args().cases))
