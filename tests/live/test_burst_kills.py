"""Kills during a burst of alerts and during its delivery change nothing in what people hear.

The same Message-ID twice is one message: whoever died between sending and noting it down sends it
again as it was, and mailboxes and readers tell it by its Message-ID. So repeats are counted, and
must hold the same dates; two messages that tell of one date are a fault.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select
from temporalio.client import Client
from temporalio.service import RPCError

from activities.answers import answer_of
from activities.delivery import GatherRequest
from activities.ports import TASK_QUEUE
from benchmarks.morning import Mail, Morning, Told, first_moment, read_mail
from cli.importing import start_unstarted
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor, WorkerCommand
from law.calendar import ZONE
from settings import Settings
from store.engine import Engine, open_engine
from store.errors import StoreError
from store.migrate import upgrade
from store.records import alerts, deliveries
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from workflows.client import connect, count_by_query, failing_cases
from workflows.deliver_alerts import DeliverAlerts
from workflows.registration import ensure_search_attributes

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("THADS_BURST_SEED", "20261124"))
CASES = 160
AGENCIES, WAVES = 4, 4
LEAD = timedelta(seconds=14)
APART = timedelta(seconds=5)
SECONDS_A_MAIL = 0.1
BETWEEN_GATHERINGS = 1.5
LATER = timedelta(minutes=10)
"""How far each gathering lies behind the one before, as the schedule has it."""

PATIENCE = 60.0

Victim = Literal["worker", "temporal", "postgres", "mail", "mail before its answer"]
SERVERS: tuple[Victim, ...] = ("worker", "temporal", "postgres")


@dataclass
class Ledger:
    """What happened when, for whoever must understand a failure."""

    lines: list[str] = field(default_factory=lambda: [f"THADS_BURST_SEED={SEED}"])

    def note(self, what: str) -> None:
        self.lines.append(f"{now():%H:%M:%S.%f} {what}")

    def __str__(self) -> str:
        return "\n".join(self.lines)


@dataclass
class Post:
    """A mail server that keeps what it took through its own deaths."""

    port: int = field(default_factory=free_port)
    taken: list[bytes] = field(default_factory=list)
    last_words: int = 0
    _controller: Controller | None = None

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(SECONDS_A_MAIL)
        self.taken.append(envelope.content)
        if self.last_words:
            self.last_words -= 1
            server.transport.abort()
        return "250 taken"

    async def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        await asyncio.to_thread(self._controller.start)

    async def close(self) -> None:
        if self._controller is not None:
            await asyncio.to_thread(self._controller.stop)
            self._controller = None


@dataclass
class Scene:
    """An engine under watch on its morning, and the hand that kills."""

    morning: Morning
    supervisor: Supervisor
    client: Client
    engine: Engine
    post: Post
    ledger: Ledger
    dice: random.Random

    async def rows(self) -> list[dict[str, Any]]:
        for _ in range(int(PATIENCE / 0.2)):
            try:
                return await self.engine.fetch(select(alerts))
            except StoreError:
                await asyncio.sleep(0.2)
        raise AssertionError(f"the register does not come back\n{self.ledger}")

    async def kill(self, victim: Victim) -> None:
        self.ledger.note(f"kill {victim}; {len(self.post.taken)} mails were taken")
        if victim == "mail before its answer":
            self.post.last_words += 1
        elif victim == "mail":
            await self.post.close()
            await asyncio.sleep(self.dice.uniform(0.5, 2))
            await self.post.open()
            self.ledger.note("mail is back")
        else:
            await self.until(lambda: self.supervisor.find_pid(victim) is not None)
            sign = signal.SIGKILL
            if victim == "postgres" and self.dice.random() < 0.5:
                sign = signal.SIGQUIT
            os.kill(self.supervisor.find_pid(victim) or 0, sign)

    async def until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        for _ in range(int(seconds / 0.02)):
            if holds():
                return True
            await asyncio.sleep(0.02)
        return False

    async def kill_during_wakes(self) -> None:
        """Kill one server a wave, soon after its cases were due to wake.

        A mail goes unanswered just before more is raised for whoever it was to.
        """
        victims = [*self.dice.sample(SERVERS, 3), self.dice.choice(SERVERS)]
        for begin, victim in zip(self.morning.begins, victims, strict=True):
            wave = first_moment(begin, 1)
            await asyncio.sleep((wave - now()).total_seconds() - self.dice.uniform(0.3, 1))
            await self.kill("mail before its answer")
            moment = wave + timedelta(seconds=self.dice.uniform(0, 2))
            await asyncio.sleep((moment - now()).total_seconds())
            await self.kill(victim)

    async def kill_during_deliveries(self) -> None:
        """Kill everything in turn, each after some more mails were taken."""
        victims: list[Victim] = [*SERVERS, "mail", "mail before its answer"]
        for victim in self.dice.sample(victims, len(victims)):
            wanted = len(self.post.taken) + self.dice.randint(2, 6)
            if not await self.until(lambda: len(self.post.taken) >= wanted, seconds=15):  # noqa: B023
                self.ledger.note(f"no {wanted} mails were taken")
            await self.kill(victim)

    async def gather_again_and_again(self) -> None:
        """Gather as the schedule does, each gathering a name of its own and ten minutes later."""
        for number in range(1, 1000):
            request = GatherRequest(as_of=now() + number * LATER, regardless=True)
            try:
                await self.client.start_workflow(
                    DeliverAlerts.run,
                    request,
                    id=f"gathering-{number}",
                    task_queue=TASK_QUEUE,
                    rpc_timeout=timedelta(seconds=2),
                )
            except RPCError as error:
                self.ledger.note(f"gathering {number} did not start: {error.status.name}")
            await asyncio.sleep(BETWEEN_GATHERINGS)

    async def settle(self, expected: int) -> None:
        """Wait until every alert is raised and sent, and no message is under way."""
        left: list[dict[str, Any]] = []
        for _ in range(int(PATIENCE)):
            rows = await self.rows()
            left = [row for row in rows if row["state"] != "sent"]
            if len(rows) >= expected and not left:
                self.ledger.note("settled")
                return
            await asyncio.sleep(1)
        self.ledger.note(f"{len(rows)} alerts of {expected}; not told: {left[:5]}")

    async def note_messages(self) -> None:
        """Note every message as the record has it."""
        query = select(deliveries).order_by(deliveries.c.person, deliveries.c.begun_at)
        for row in await self.engine.fetch(query):
            self.ledger.lines.append(" ".join(f"{value}" for value in row.values()))


@asynccontextmanager
async def standing(folder: Path, ledger: Ledger) -> AsyncIterator[Scene]:
    ports = Ports(
        postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
        metrics=free_port(),
    )  # fmt: skip
    async with Supervisor(folder / "var", ports=ports) as supervisor:
        state, post = supervisor.state, Post()
        await post.open()
        url, address = state.database_url or "", state.temporal_address or ""
        await asyncio.to_thread(upgrade, url)
        codec = open_codec(Settings(var=folder / "var"), url)
        client = await connect(address, codec=codec)
        await ensure_search_attributes(client)
        morning = Morning(folder, tuple(begins()), 1, CASES, AGENCIES)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
        env |= morning.write() | {
            "TEMPORAL_ADDRESS": address,
            "THADS_DATABASE_URL": url,
            "THADS_SMTP_URL": f"smtp://127.0.0.1:{post.port}",
            "THADS_CONSOLE_PORT": str(free_port()),
            "THADS_VAR": str(folder / "var"),
            "THADS_LOG_FORMAT": "json",
        }
        argv = (sys.executable, str(ROOT / "worker.py"))
        await supervisor.start_worker(WorkerCommand(argv=argv, env=env, cwd=ROOT))
        engine = open_engine(url, statement_seconds=5)
        dice = random.Random(SEED)
        yield Scene(morning, supervisor, client, engine, post, ledger, dice)
        await engine.dispose()
        await codec.dispose()
        await post.close()


def now() -> datetime:
    return datetime.now(ZONE)  # noqa: TID251 - the burst comes in real time


def begins() -> list[datetime]:
    """Let a room's hours begin a little after those of the one before, all on one day."""
    first = (now() + LEAD + timedelta(minutes=1)).replace(microsecond=0)
    last = first + (WAVES - 1) * APART
    if last.date() != first.date():
        first = last.replace(hour=0, minute=0, second=0)
    return [first + number * APART for number in range(WAVES)]


async def arm(scene: Scene) -> None:
    register = Register(scene.engine, SEAL)
    looked = [(dossier, scene.morning.assess(dossier, now())) for dossier in scene.morning.dossiers]
    await register.project_many([
        (dossier, seen, 1, answer_of(seen).model_dump(mode="json")) for dossier, seen in looked
    ])  # fmt: skip
    await start_unstarted(register, scene.client)
    scene.ledger.note(f"{len(looked)} cases wait for {scene.morning.begins[0]:%H:%M:%S} less 1 min")


def check_rows(rows: list[dict[str, Any]], morning: Morning, ledger: Ledger) -> None:
    expected = {told.key: told for told in morning.expected()}
    raised = Counter(row["key"] for row in rows)
    assert set(raised) == set(expected), f"alerts lost or made up\n{ledger}"
    assert {row["state"] for row in rows} == {"sent"}, f"somebody was told nothing\n{ledger}"
    for row in rows:
        told, begin = expected[row["key"]], morning.begin_in(row["office"])
        assert f"{row['person']}@example.invalid" == told.address, f"{row}\n{ledger}"
        assert row["raised_at"] == first_moment(begin, 1), f"{row}\n{ledger}"
        assert row["missed"] == [], f"a rung seems missed: {row}\n{ledger}"


def check_mailboxes(taken: list[bytes], expected: list[Told], ledger: Ledger) -> None:
    mails = [read_mail(content) for content in taken]
    distinct: dict[str, Mail] = {}
    for mail in mails:
        first = distinct.setdefault(mail.message_id, mail)
        assert first == mail, f"a repeated message tells of other dates: {mail}\n{ledger}"
    ledger.note(f"{len(mails)} mails, {len(mails) - len(distinct)} of them repeated")
    heard = Counter(entry for mail in distinct.values() for entry in mail.entries)
    twice = {entry: times for entry, times in heard.items() if times > 1}
    assert not twice, f"told twice, by different messages: {twice}\n{ledger}"
    wanted = {told.entry for told in expected}
    assert set(heard) == wanted, f"never told: {wanted - set(heard)}\n{ledger}"


@pytest.mark.timeout(240)
async def test_kills_during_a_burst_and_its_delivery_lose_no_alert_and_tell_nobody_twice() -> None:
    ledger = Ledger()
    with tempfile.TemporaryDirectory(prefix="thads-burst-") as folder:
        async with standing(Path(folder), ledger) as scene:
            expected = scene.morning.expected()
            await arm(scene)
            wakes = asyncio.create_task(scene.kill_during_wakes())
            # While cases still wake, as one that was late would find it.
            second_wave = first_moment(scene.morning.begins[1], 1)
            await asyncio.sleep((second_wave - now()).total_seconds())
            ledger.note(f"gathering begins; {len(await scene.rows())} rows are raised")
            gathering = asyncio.create_task(scene.gather_again_and_again())
            await wakes
            await scene.kill_during_deliveries()
            await scene.settle(len(expected))
            gathering.cancel()
            rows = await scene.rows()
            await scene.note_messages()
            check_rows(rows, scene.morning, ledger)
            check_mailboxes(scene.post.taken, expected, ledger)
            assert await failing_cases(scene.client) == [], str(ledger)
            assert await count_by_query(scene.client, "WorkflowType = 'EnforcementCase'") == CASES
            print(ledger)  # noqa: T201 - shown on failure, and by -s
