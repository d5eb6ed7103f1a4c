"""Strike: how each kind of fault is done to real processes, and undone."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import psycopg

from embedded.processes import wait_until
from simulation.load import Load
from simulation.post import Mood, Temper, write_temper
from simulation.schedule import Kind
from simulation.servers import SERVERS, Server, Servers
from workflows.client import Reported

SMTP_DELAY = (2.5, 4.0)
"""Seconds that a slow mail server takes, above the worker's patience of two."""
_REFUSALS: tuple[tuple[Mood, str], ...] = (
    ("refusing", "451 4.3.0 come back later"),
    ("refusing", "421 4.3.2 closing down"),
    ("refusing", "550 5.1.1 no such mailbox"),
    ("refusing mail", "452 4.2.2 mailbox full"),
    ("refusing mail", "554 5.7.1 not by our policy"),
)
_DIED_SECONDS = 30.0
_STIRRED = 2
_MET_SECONDS = 15.0
"""How much longer a mood lasts where no mail has met it yet."""
_NO_FAILURE = "no failure"
_LATER = 8
"""So many reports after it, a dossier that continues as new has done so since."""


class Blow(NamedTuple):
    """What a fault did, and whether it met anything: what strikes nothing is not counted."""

    detail: str
    met: bool = True


class Strikes:
    """The hands that strike a run's servers; each tells what it did."""

    def __init__(self, servers: Servers, load: Load) -> None:
        """Take whom to strike, and by whom reports are made."""
        self._servers = servers
        self._load = load
        # Of one thing there is one state: two faults of it would end each other.
        self._disk, self._mood, self._clock, self._order = (asyncio.Lock() for _ in range(4))
        self._of: Mapping[Kind, Callable[[random.Random], Awaitable[Blow]]] = {
            "worker killed": self._kill_worker,
            "worker killed in a task": self._kill_in_task,
            "temporal killed": self._kill_temporal,
            "postgres killed": self._kill_postgres,
            "mail killed": self._kill_mail,
            "disk full": self._fill_disk,
            "mail slow": self._slow_mail,
            "mail refusing": self._refuse_mail,
            "clock jumped": self._jump_clock,
            "commands doubled": self._double_commands,
            "process paused": self._pause,
        }

    async def strike(self, kind: Kind, seed: int) -> Blow:
        """Do one fault and undo it, as far as the system does not mend it itself."""
        return await self._of[kind](random.Random(seed))

    async def _kill_worker(self, _dice: random.Random) -> Blow:
        await self._servers.kill("worker")
        return Blow("SIGKILL")

    async def _kill_in_task(self, _dice: random.Random) -> Blow:
        async with self._order:
            order = self._servers.order_death()
            if not await wait_until(lambda: not order.exists(), _DIED_SECONDS):
                order.unlink(missing_ok=True)
                return Blow("no workflow task committed in time", met=False)
            await asyncio.sleep(0.2)
            dossier = self._servers.last_death()
            return Blow(f"SIGKILL by itself, after the commit of {dossier}, before its answer")

    async def _kill_temporal(self, _dice: random.Random) -> Blow:
        await self._servers.kill("temporal")
        return Blow("SIGKILL")

    async def _kill_postgres(self, dice: random.Random) -> Blow:
        if dice.random() < 1 / 3:
            await self._servers.kill("postgres", signal.SIGQUIT)
            return Blow("SIGQUIT: immediate shutdown")
        await self._servers.alive("postgres")
        if dice.random() < 1 / 2:
            await self._servers.kill("postgres")
            return Blow("SIGKILL of the postmaster")
        for pid in self._servers.family("postgres"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return Blow("SIGKILL of every process")

    async def _kill_mail(self, dice: random.Random) -> Blow:
        away = dice.uniform(0.5, 4)
        await self._servers.kill("mail")
        await asyncio.sleep(away)
        await self._servers.mail.start()
        return Blow(f"SIGKILL, connections refused for {away:.1f} s")

    async def _fill_disk(self, dice: random.Random) -> Blow:
        disk, switch, seconds = self._servers.disk, dice.random() < 1 / 2, dice.uniform(1.5, 5)
        async with self._disk:
            disk.clear(None)
            disk.fill(await self._servers.alive("postgres"))
            try:
                met = await self._write_much(switch=switch)
                await asyncio.sleep(seconds)
            finally:
                disk.clear(self._servers.pid_of("postgres"))
        wal = ", at the end of a WAL segment" if switch else ""
        said = f"{disk.way} full for {seconds:.1f} s{wal}; a write met: {met}"
        return Blow(said, met != _NO_FAILURE)

    async def _write_much(self, *, switch: bool) -> str:
        """Use up what room the server still has of its own; give how a write fails then."""
        address = self._servers.engine.url.set(drivername="postgresql")
        where = address.render_as_string(hide_password=False)
        try:
            async with await psycopg.AsyncConnection.connect(
                where, autocommit=True, connect_timeout=5
            ) as connection:
                await connection.execute("drop table if exists public.ballast")
                await connection.execute("create table if not exists public.ballast (x text)")
                if switch:
                    await connection.execute("select pg_switch_wal()")
                for _ in range(40):
                    await connection.execute(
                        "insert into public.ballast "
                        "select repeat(md5(n::text), 60) from generate_series(1, 500) n"
                    )
        except psycopg.Error as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        return _NO_FAILURE

    async def _slow_mail(self, dice: random.Random) -> Blow:
        mood: Mood = dice.choice(("slow", "slow after taking", "hanging up"))
        temper = Temper(mood=mood, seconds=dice.uniform(*SMTP_DELAY))
        return await self._in_mood(temper, dice.uniform(3, 6))

    async def _refuse_mail(self, dice: random.Random) -> Blow:
        mood, words = dice.choice(_REFUSALS)
        return await self._in_mood(Temper(mood=mood, words=words), dice.uniform(2, 5))

    async def _in_mood(self, temper: Temper, seconds: float) -> Blow:
        folder = self._servers.mail.folder
        async with self._mood:
            before = self._servers.mail.struck()
            write_temper(folder, temper)
            try:
                # Something is to be told, so that there is a mail to be met.
                stirred = [self._load.stir() for _ in range(_STIRRED)]
                await asyncio.gather(asyncio.sleep(seconds), *stirred)
                await wait_until(lambda: self._servers.mail.struck() > before, _MET_SECONDS)
            finally:
                write_temper(folder, Temper())
            met = self._servers.mail.struck() - before
        how = temper.words if "refusing" in temper.mood else f"{temper.seconds:.1f} s"
        return Blow(f"{temper.mood} ({how}) for {seconds:.1f} s, met by {met} mails", met > 0)

    async def _jump_clock(self, dice: random.Random) -> Blow:
        ahead = timedelta(minutes=dice.choice((-1, 1)) * dice.choice((2, 45, 26 * 60)))
        async with self._clock:
            self._servers.move_clocks(ahead)
            try:
                await self._load.tell(*self._load.probe())
                await asyncio.sleep(dice.uniform(1, 3))
            finally:
                self._servers.move_clocks(timedelta())
        minutes = ahead.total_seconds() / 60
        return Blow(f"the edge's and the worker's clock moved by {minutes:+.0f} min")

    async def _double_commands(self, dice: random.Random) -> Blow:
        times = dice.randint(2, 5)
        dossier, fact = self._load.probe()
        await self._load.double(dossier, fact, times)
        said = f"one report {times} times at once"
        earlier = [one for one in self._load.long_answered(_LATER) if one[0] != dossier]
        for old in dice.sample(earlier, min(3, len(earlier))):
            answers = await self._load.double(*old, 2)
            heard = sum(isinstance(answer, Reported) for answer in answers)
            said += f"; {old[1].command_id} again twice, answered {heard} times"
        return Blow(said)

    async def _pause(self, dice: random.Random) -> Blow:
        server: Server = dice.choice(SERVERS)
        seconds = dice.choice((1.0, 3.0, 6.0, 12.0))
        await self._servers.alive(server)
        stopped = self._servers.family(server)
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        return Blow(f"SIGSTOP of {server} for {seconds:.0f} s", bool(stopped))
