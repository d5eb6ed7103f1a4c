"""Deliver alerts: one gathering, as of a moment, of all that waits."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.delivery import DELIVER, Delivered, DeliverRequest, GatherRequest
    from activities.ports import URGENT_QUEUE

_LONGEST = timedelta(minutes=30)
"""Where nobody serves the queue, this gathering ends and a later one tries again."""


@workflow.defn
class DeliverAlerts:
    """Send one message to each person whose alerts wait."""

    @workflow.run
    async def run(self, request: GatherRequest | None = None) -> Delivered:
        """Have every waiting alert sent; what fails waits for a later gathering."""
        asked = request or GatherRequest()
        delivered: Delivered = await workflow.execute_activity(
            DELIVER,
            DeliverRequest(now=asked.as_of or workflow.now(), regardless=asked.regardless),
            result_type=Delivered,
            task_queue=URGENT_QUEUE,
            schedule_to_close_timeout=_LONGEST,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=60),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
        return delivered
