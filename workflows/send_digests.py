"""Send the digests of a morning: one run of the schedule, tried again while the morning lasts."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.digest import DIGEST, Digested, DigestRequest
    from activities.ports import BULK_QUEUE

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 20, 40, 80))
"""How long to wait before each further try of what failed: from half past seven to ten o'clock."""
_MORNING = timedelta(hours=4)
"""How long a register that is away is waited for."""


@workflow.defn
class SendDigests:
    """Send one digest to each chief and head, and weekly to the managing authority."""

    @workflow.run
    async def run(self, as_of: datetime | None = None) -> Digested:
        """Have the digests of a moment sent, the present one where none is given."""
        begun = workflow.now()
        sent = 0
        for pause in (*_PAUSES, None):
            now = workflow.now() if as_of is None else as_of + (workflow.now() - begun)
            done: Digested = await workflow.execute_activity(
                DIGEST,
                DigestRequest(now=now),
                result_type=Digested,
                task_queue=BULK_QUEUE,
                start_to_close_timeout=timedelta(minutes=10),
                heartbeat_timeout=timedelta(seconds=60),
                schedule_to_close_timeout=_MORNING,
                retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=5)),
            )
            sent += done.sent
            if not done.failed or pause is None:
                break
            await workflow.sleep(pause)
        return done.model_copy(update={"sent": sent})
