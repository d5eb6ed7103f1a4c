"""Go through one run: lay out the caseload, report, strike, let it heal, and judge."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from sqlalchemy import func, or_, select
from temporalio.exceptions import TemporalError

from activities.answers import answer_of
from law.calendar import ZONE
from simulation.caseload import Caseload, Sizes
from simulation.checks import Verdict, judge
from simulation.evidence import Evidence, collect, keep
from simulation.ledger import Ledger
from simulation.load import Load
from simulation.schedule import KINDS, Fault, Kind, least
from simulation.servers import SERVERS, Server, Servers, keep_logs, standing
from simulation.strikes import Blow, Strikes
from store.errors import StoreError
from store.records import alerts, deliveries
from store.register import Register
from workflows.client import Reported, count_by_query, look, start_case

_SERVES_SECONDS = 90.0
_SETTLES_SECONDS = 240.0
_QUIET_LOOKS = 4
_SECONDS_A_FAULT = 6.0
"""About how long a fault takes; the waves are laid over the run by it."""

_LEAD = timedelta(seconds=78)
"""From the beginning to the first office hours; rungs fall due in the minute before them."""


class Plan(NamedTuple):
    """What a run does: its seed, its faults, where its ledger goes, its first port."""

    seed: int
    faults: Sequence[Fault]
    ledger: Path
    ports: int
    sizes: Sizes = Sizes()

    @property
    def logs(self) -> Path:
        """Give the folder beside the ledger that the servers' logs are kept in."""
        return self.ledger.with_suffix(".logs")


class Struck(NamedTuple):
    """A fault that was done: how long until the system served again, and what was done."""

    fault: Fault
    seconds: float
    blow: Blow
    recovered: bool


class Outcome(NamedTuple):
    """What came of a run."""

    struck: Sequence[Struck]
    verdicts: Sequence[Verdict]
    evidence: Evidence
    continued: int

    @property
    def passed(self) -> bool:
        """Tell whether every check passed, the system always came back, and no kind was missed."""
        back = all(struck.recovered for struck in self.struck)
        return back and not self.missed and all(verdict.passed for verdict in self.verdicts)

    @property
    def missed(self) -> list[Kind]:
        """Name the kinds that met too seldom what they were to strike."""
        met = Counter(struck.fault.kind for struck in self.struck if struck.blow.met)
        return [kind for kind in KINDS if met[kind] < least(len(self.struck))]


async def run(folder: Path, plan: Plan, console: Console) -> Outcome:
    """Go through a run under a folder of its own."""
    ledger = Ledger(plan.ledger)
    ledger.note("begun", seed=plan.seed, faults=len(plan.faults))
    caseload = Caseload(folder, begins(len(plan.faults)), plan.sizes)
    try:
        async with standing(folder, plan.ports, caseload.write()) as servers:
            try:
                return await _Run(servers, caseload, ledger, plan, console).go()
            finally:
                await asyncio.to_thread(keep_logs, folder, plan.logs)
    finally:
        ledger.close()


def begins(faults: int) -> list[datetime]:
    """Give the office hours of the waves: four moments over the run, all on one day."""
    length = timedelta(seconds=_SECONDS_A_FAULT * faults)
    first = (datetime.now(UTC) + _LEAD).replace(microsecond=0)
    found = [first + length * part / 4 for part in range(4)]
    if found[0].astimezone(ZONE).date() != found[-1].astimezone(ZONE).date():
        midnight = found[-1].astimezone(ZONE).replace(hour=0, minute=2, second=0)
        found = [midnight + length * part / 4 for part in range(4)]
    return found


class _Run:
    def __init__(
        self, servers: Servers, caseload: Caseload, ledger: Ledger, plan: Plan, console: Console
    ) -> None:
        self.servers = servers
        self.caseload = caseload
        self.ledger = ledger
        self.plan = plan
        self.console = console
        self.load = Load(servers, caseload, ledger, random.Random(plan.seed + 1))
        self.strikes = Strikes(servers, self.load)

    async def go(self) -> Outcome:
        await self._open()
        reporting = asyncio.create_task(self.load.go_on())
        healing: list[asyncio.Task[Struck]] = []
        for fault in self.plan.faults:
            if not fault.together:
                await asyncio.gather(*healing)
            await asyncio.sleep(fault.pause)
            healing.append(asyncio.create_task(self._strike(fault)))
        struck = await asyncio.gather(*healing)
        self.load.stop()
        await reporting
        await self._settle()
        evidence = await collect(self.servers, self.caseload, self.plan.ledger)
        keep(evidence, self.plan.logs / "evidence.jsonl")
        continued = await self._count_continued()
        return Outcome(struck, judge(evidence), evidence, continued)

    async def _open(self) -> None:
        """Write the caseload into the register and start its workflows."""
        register, now = Register(self.servers.engine, self.servers.seal), datetime.now(UTC)
        items = []
        for account in self.caseload.accounts.values():
            seen = self.caseload.assess(account.dossier, now)
            answer = answer_of(seen)
            items.append((account, seen, answer))
        await register.project_many([
            (account.dossier, seen, 1, answer.model_dump(mode="json"))
            for account, seen, answer in items
        ])  # fmt: skip
        for account, _, answer in items:
            most = account.most_events
            await start_case(self.servers.client, account.dossier, answer, most_events=most)
        await register.mark_started(self.caseload.accounts)
        self.ledger.note("opened", dossiers=len(items))

    async def _strike(self, fault: Fault) -> Struck:
        begun, pids = time.monotonic(), self._pids()
        self.ledger.note("fault", number=fault.number, kind=fault.kind, seed=fault.seed)
        try:
            blow = await self.strikes.strike(fault.kind, fault.seed)
        except (OSError, RuntimeError, StoreError, TemporalError) as error:
            blow = Blow(f"not done: {type(error).__name__}: {error}", met=False)
        recovered = await self._serves()
        done = Struck(fault, time.monotonic() - begun, blow, recovered)
        detail = f"{blow.detail}; {self._mended_by(pids)}"
        self.ledger.note(
            "recovered" if recovered else "not recovered", number=fault.number, kind=fault.kind,
            seconds=round(done.seconds, 2), detail=detail, met=blow.met,
        )  # fmt: skip
        together = " +" if fault.together else ""
        self.console.print(
            f"{fault.number:4} {fault.kind}{together}: {detail}; {done.seconds:.1f} s"
            f"{'' if recovered else ' NOT RECOVERED'}",
            highlight=False,
        )
        return done

    def _pids(self) -> dict[Server, int | None]:
        return {server: self.servers.pid_of(server) for server in SERVERS}

    def _mended_by(self, before: dict[Server, int | None]) -> str:
        """Say which servers were started anew since, by whoever keeps them."""
        anew = [server for server, pid in self._pids().items() if pid != before[server]]
        return f"started anew: {', '.join(anew)}" if anew else "no server was started anew"

    async def _serves(self) -> bool:
        """Wait until a new report is acknowledged and assessed, and mail is taken."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SERVES_SECONDS):
                await self.servers.alive("mail")
                while True:
                    answer = await self.load.tell_once(*self.load.probe())
                    if isinstance(answer, Reported) and answer.assessed:
                        return True
                    await asyncio.sleep(0.3)
        return False

    async def _settle(self) -> None:
        """Wait until every wave has come, every dossier is assessed and nobody is to be told."""
        if self.plan.sizes.waves:
            last = max(self.caseload.begins) + timedelta(seconds=5)
            await asyncio.sleep(max((last - datetime.now(UTC)).total_seconds(), 0))
        quiet, limit = 0, time.monotonic() + _SETTLES_SECONDS
        while quiet < _QUIET_LOOKS and time.monotonic() < limit:
            await asyncio.sleep(1)
            try:
                quiet = 0 if await self._is_busy() else quiet + 1
            except StoreError:
                quiet = 0
        self.ledger.note("settled" if quiet >= _QUIET_LOOKS else "not settled")

    async def _is_busy(self) -> bool:
        engine = self.servers.engine
        waits = select(func.count()).select_from(alerts).where(
            alerts.c.state == "raised", alerts.c.raised_at <= func.now(),
        )  # fmt: skip
        begun = select(func.count()).select_from(deliveries).where(
            or_(deliveries.c.state == "begun", deliveries.c.state == "failed"),
            deliveries.c.at > func.now() - timedelta(seconds=5),
        )  # fmt: skip
        for query in (waits, begun):
            if any(n for row in await engine.fetch(query) for n in row.values()):
                return True
        for name in self.caseload.accounts:
            try:
                card, _, answer = await look(self.servers.client, name)
            except TemporalError:
                return True
            wanted = {} if answer is None else {t.key for t in answer.tidings}
            if not card.assessed or wanted != {told.tiding.key for told in card.told}:
                return True
        return False

    async def _count_continued(self) -> int:
        return await count_by_query(self.servers.client, "ExecutionStatus = 'ContinuedAsNew'")
