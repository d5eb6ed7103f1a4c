"""What runs by the clock: made once, and left paused where somebody paused it."""

from __future__ import annotations

from temporalio.testing import WorkflowEnvironment

from workflows.client import ensure_schedules


async def test_a_gathering_that_somebody_paused_stays_paused_when_a_worker_starts(
    skipping: WorkflowEnvironment,
) -> None:
    client = skipping.client
    await ensure_schedules(client)
    handle = client.get_schedule_handle("deliver-alerts")
    await handle.pause(note="the relay is being moved")
    try:
        await ensure_schedules(client)
        state = (await handle.describe()).schedule.state
        assert (state.paused, state.note) == (True, "the relay is being moved")
    finally:
        for name in ("archive", "cross-check", "deliver-alerts", "send-digests"):
            await client.get_schedule_handle(name).delete()
