"""Compare a life of twenty-five facts with the same life on DBOS, on the same PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from dbos import DBOSClient
from temporalio.client import Client

from benchmarks.life import LENGTH, Life
from benchmarks.lives import LiveOne, Side, alternate, profile_side, through_ours
from benchmarks.measure import Figure, WorkerProcess
from benchmarks.on_dbos import NAME, TOPIC

ROUNDS = 4
LIVES = 24
_PATIENCE = 30.0
_POOL = 20


async def bench_dbos(
    client: Client, life: Life, folder: Path, env: Mapping[str, str], url: str
) -> list[Figure]:
    """Live both in turn, the same number at once; wall time for each life decides."""
    async with (
        WorkerProcess("ours", folder, env) as our_worker,
        WorkerProcess("dbos", folder, env) as dbos_worker,
    ):
        outside = await asyncio.to_thread(_client, url)
        ours = Side("peer-ours", our_worker, through_ours(client, life))
        peer = Side("peer-dbos", dbos_worker, through_dbos(outside, dbos_worker, life))
        await alternate([ours, peer], ROUNDS, LIVES)
        met = ours.wall <= peer.wall
        profile = "" if met else "\n".join([await profile_side(s, LIVES) for s in (ours, peer)])
        outside.destroy()
    times = ours.wall / peer.wall
    return [
        Figure(
            what=f"a life of {LENGTH} facts against the same on DBOS, wall time, 8 at once",
            measured=f"{ours.wall * 1000:.0f} ms : {peer.wall * 1000:.0f} ms = {times:.2f}x",
            target="<= 1x",
            met=met,
            profile=profile,
        ),
        Figure(
            what="  CPU of the worker for each of these lives, ours : DBOS",
            measured=f"{ours.cpu * 1000:.0f} ms : {peer.cpu * 1000:.0f} ms",
        ),
    ]


def _client(url: str) -> DBOSClient:
    return DBOSClient(
        system_database_url=url,
        system_database_pool_size=_POOL,
        use_listen_notify=True,
        application_name=NAME,
    )


def through_dbos(client: DBOSClient, worker: WorkerProcess, life: Life) -> LiveOne:
    """Give the way through DBOS: a message to the workflow, and its answer as an event."""

    async def live(case: str) -> None:
        await worker.tell(json.dumps(life.dossier(case).as_file()), case)
        for number in range(1, LENGTH + 1):
            new = life.new_fact(number)
            await client.send_async(case, new, TOPIC)
            answer = await client.get_event_async(case, new.command_id, _PATIENCE)
            if answer is None:
                raise RuntimeError(f"{case}: fact {number} was not answered in {_PATIENCE:g} s")

    return live
