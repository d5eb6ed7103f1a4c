"""Time a morning on which five thousand limits fall due: rows in time, one message a person.

It is harder than the real one: what the shipped ladder spreads over thirty minutes falls due in
four, unless another spread is asked for.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import text
from temporalio.client import Client

from activities.answers import answer_of
from activities.delivery import GatherRequest
from benchmarks.measure import Figure, WorkerProcess, cpu_of, cpu_of_family
from benchmarks.morning import Morning, first_moment, read_mail
from cli.importing import start_unstarted
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law.calendar import ZONE
from settings import Settings
from store.engine import Engine, open_engine
from store.migrate import upgrade
from store.register import Register
from workflows.client import connect, deliver_now
from workflows.deliver_alerts import DeliverAlerts
from workflows.registration import ensure_search_attributes

CASES = 5000
SPREAD = 4
_AGENCIES = 36
_LEAD = timedelta(minutes=5)
_BATCH = 200
_TARGET = 180.0
_PATIENCE = 900
_MOST_GATHERINGS = 3
_CALM = 0.15
"""The processor seconds in two of the clock below which a worker has nothing left to do."""

_PORTS = Ports(postgres=55339, temporal=17333, ui=18333, http=17343, metrics=17353)
_MAIL_PORT, _CONSOLE_PORT = 17363, 17373
_SCHEDULE = "deliver-alerts"

_LATENESS = text("""
select count(*) as rows,
  percentile_cont(array[0.5, 0.95, 0.99, 1]) within group (
    order by extract(epoch from inserted_at - raised_at)) as seconds
from record.alerts where kind = 'rung' and rung = 0
""")
_KEYS = text("select key, state from record.alerts")


@dataclass
class Post:
    """A mail server's hands: it takes everything."""

    taken: list[bytes] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - as the server calls it
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        """Take a mail."""
        self.taken.append(envelope.content)
        return "250 taken"


@dataclass(frozen=True)
class Outcome:
    """What a burst came to; `lateness`: median, 95th, 99th percentile and most, in seconds."""

    rows: int
    lateness: Sequence[float]
    cpu: Mapping[str, float]
    gathered_s: float
    most_for_one: int
    people: int
    gatherings: int
    messages: int
    lost: int
    twice: int


async def bench_burst(folder: Path, spread: int = SPREAD) -> list[Figure]:
    """Let the morning come on servers of its own, and gather as its office hours begin."""
    async with AsyncExitStack() as stack:
        supervisor = await stack.enter_async_context(Supervisor(folder / "var", ports=_PORTS))
        state = supervisor.state
        url, address = state.database_url or "", state.temporal_address or ""
        codec = open_codec(Settings(var=folder / "var"), url)
        stack.push_async_callback(codec.dispose)
        client = await connect(address, codec=codec)
        await ensure_search_attributes(client)
        await asyncio.to_thread(upgrade, url)
        engine = open_engine(url, statement_seconds=30)
        stack.push_async_callback(engine.dispose)
        post = Post()
        server = Controller(post, hostname="127.0.0.1", port=_MAIL_PORT)
        server.start()
        stack.callback(server.stop)
        begin = (_now() + _LEAD + timedelta(minutes=spread)).replace(microsecond=0)
        morning = Morning(folder, (begin,), spread, CASES, _AGENCIES)
        env = morning.write() | {
            "TEMPORAL_ADDRESS": address,
            "THADS_DATABASE_URL": url,
            "THADS_VAR": str(folder / "var"),
            "THADS_LOG_LEVEL": "warning",
            "THADS_SMTP_URL": f"smtp://127.0.0.1:{_MAIL_PORT}",
            "THADS_CONSOLE_PORT": str(_CONSOLE_PORT),
        }
        worker = await stack.enter_async_context(WorkerProcess("ours", folder, env))
        pids = {name: supervisor.find_pid(name) or 0 for name in ("temporal", "postgres")}
        burst = _Burst(morning, begin, client, engine, worker, post, pids)
        return _figures(await burst.pass_by(), spread)


@dataclass
class _Burst:
    morning: Morning
    begin: datetime
    client: Client
    engine: Engine
    worker: WorkerProcess
    post: Post
    pids: Mapping[str, int]

    async def pass_by(self) -> Outcome:
        await self.client.get_schedule_handle(_SCHEDULE).pause()
        await self._arm()
        expected = self.morning.expected()
        before = self._cpu()
        await asyncio.sleep((self.begin - _now()).total_seconds())
        begun = perf_counter()
        # As the schedule does, at the minute at which office hours begin.
        runs = [await self._gather()]
        gathered = perf_counter() - begun
        rows, lateness = await self._all_raised(len(expected))
        while await self._pending() and len(runs) < _MOST_GATHERINGS:
            runs.append(await self._gather())
        spent = {name: seconds - before[name] for name, seconds in self._cpu().items()}
        told = _count(self.post.taken)
        wanted = {one.entry for one in expected}
        keys = {row["key"] for row in await self.engine.fetch(_KEYS)}
        missing = {one.key for one in expected} ^ keys
        return Outcome(
            rows=rows,
            lateness=lateness,
            cpu=spent,
            gathered_s=gathered,
            most_for_one=max(_messages(self.post.taken).values(), default=0),
            people=len({one.address for one in expected}),
            gatherings=len(runs),
            messages=len(self.post.taken),
            lost=len(wanted - set(told)) + len(missing),
            twice=sum(times - 1 for times in told.values()),
        )

    async def _arm(self) -> None:
        """Write and start all cases, and wait until every one waits for its moment."""
        register, now = Register(self.engine), _now()
        items = []
        for dossier in self.morning.dossiers:
            looked = self.morning.assess(dossier, now)
            items.append((dossier, looked, 1, answer_of(looked).model_dump(mode="json")))
        for at in range(0, len(items), _BATCH):
            await register.project_many(items[at : at + _BATCH])
        await start_unstarted(register, self.client)
        while True:
            before = self.worker.cpu()
            await asyncio.sleep(2)
            if self.worker.cpu() - before < _CALM:
                break
        ahead = (first_moment(self.begin, self.morning.minutes) - _now()).total_seconds()
        if ahead < 0:
            raise RuntimeError(f"the last case was ready {-ahead:.0f} s after the first moment")

    async def _gather(self) -> Any:
        await deliver_now(self.client, GatherRequest(regardless=True))
        handle = self.client.get_workflow_handle_for(DeliverAlerts.run, f"{_SCHEDULE}-at-once")
        return await handle.result()

    async def _all_raised(self, expected: int) -> tuple[int, Sequence[float]]:
        for _ in range(_PATIENCE):
            (told,) = await self.engine.fetch(_LATENESS)
            if told["rows"] >= expected:
                break
            await asyncio.sleep(1)
        return told["rows"], told["seconds"] or [0.0] * 4

    async def _pending(self) -> bool:
        return any(row["state"] == "raised" for row in await self.engine.fetch(_KEYS))

    def _cpu(self) -> dict[str, float]:
        return {
            "worker": self.worker.cpu(),
            "Temporal": cpu_of(self.pids["temporal"]),
            "PostgreSQL": cpu_of_family(self.pids["postgres"]),
        }


def _count(taken: Sequence[bytes]) -> Counter[tuple[str, str, str]]:
    """Count how often each due date was told to each address; a repeated mail is one."""
    mails = {mail.message_id: mail.entries for mail in map(read_mail, taken)}
    return Counter(entry for entries in mails.values() for entry in entries)


def _messages(taken: Sequence[bytes]) -> Counter[str]:
    return Counter(next(iter(mail.entries))[0] for mail in map(read_mail, taken) if mail.entries)


def _now() -> datetime:
    return datetime.now(ZONE)


def _figures(done: Outcome, spread: int) -> list[Figure]:
    middle, most_of, nearly_all, most = done.lateness
    cpu = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in done.cpu.items())
    expected = len(("officer", "chief_officer")) * CASES
    return [
        Figure(
            what=f"{CASES:,} limits falling due in {spread} min: the last alert row comes after",
            measured=f"{most:.1f} s",
            target=f"<= {_TARGET:g} s",
            met=done.rows == expected and most <= _TARGET,
        ),
        Figure(
            what="  median, 95th and 99th percentile of all rows",
            measured=f"{middle:.1f} s, {most_of:.1f} s, {nearly_all:.1f} s",
        ),
        Figure(what="  rows", measured=f"{done.rows:,} of {expected:,}"),
        Figure(
            what=f"  messages for one of {done.people} people in one gathering, at the most",
            measured=f"{done.most_for_one} ({done.messages} in {done.gatherings} gatherings)",
            target="1",
            met=done.most_for_one <= done.gatherings and done.messages >= done.people,
        ),
        Figure(
            what="  due dates lost / told twice",
            measured=f"{done.lost} / {done.twice}",
            target="0 / 0",
            met=not done.lost and not done.twice,
        ),
        Figure(
            what="  gathering and sending, as office hours begin",
            measured=f"{done.gathered_s:.1f} s",
        ),
        Figure(what="  processor time from the first moment on", measured=cpu),
    ]
