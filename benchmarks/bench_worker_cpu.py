"""Compare the worker's processor time with that of a bare workflow; count history events."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from temporalio.client import Client

from benchmarks.life import LENGTH, Life
from benchmarks.lives import Side, alternate, profile_side, through_bare, through_ours
from benchmarks.measure import Figure, WorkerProcess
from workflows.messages import workflow_id

ROUNDS = 4
LIVES = 24
_MOST_TIMES = 1.2
_MOST_EVENTS = 10


async def bench_worker_cpu(
    client: Client, plain: Client, life: Life, folder: Path, env: Mapping[str, str]
) -> list[Figure]:
    """Live the life through ours and through a workflow with the same commands, in turn."""
    async with (
        WorkerProcess("ours", folder, env) as our_worker,
        WorkerProcess("bare", folder, env) as bare_worker,
    ):
        ours = Side("cpu-ours", our_worker, through_ours(client, life))
        bare = Side("cpu-bare", bare_worker, through_bare(plain, life))
        await alternate([ours, bare], ROUNDS, LIVES)
        events = await events_of(client, workflow_id("cpu-ours-1-0"))
        bare_events = await events_of(client, "cpu-bare-1-0")
        times = ours.cpu / bare.cpu
        met = times <= _MOST_TIMES
        profile = "" if met else "\n".join([await profile_side(s, LIVES) for s in (ours, bare)])
    return [
        Figure(
            what=f"history events for each reported fact (a bare workflow: {bare_events:.1f})",
            measured=f"{events:.1f}",
            target=f"<= {_MOST_EVENTS}",
            met=events <= _MOST_EVENTS,
        ),
        Figure(
            what=f"worker's CPU for a life of {LENGTH} facts, against a bare workflow",
            measured=f"{ours.cpu * 1000:.0f} ms : {bare.cpu * 1000:.0f} ms = {times:.2f}x",
            target=f"<= {_MOST_TIMES:g}x",
            met=met,
            profile=profile,
        ),
    ]


async def events_of(client: Client, workflow: str) -> float:
    """Give the events of a whole life, its start and end included, for each fact."""
    about = await client.get_workflow_handle(workflow).describe()
    return about.history_length / LENGTH
