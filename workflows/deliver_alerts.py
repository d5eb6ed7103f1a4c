"""Deliver alerts: one run of the schedule gathers what waits and has it sent."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.delivery import DELIVER, Delivered, DeliverRequest


@workflow.defn
class DeliverAlerts:
    """Send one message to each person whose alerts wait."""

    @workflow.run
    async def run(self) -> Delivered:
        """Have every waiting alert sent; what fails waits for the next run."""
        delivered: Delivered = await workflow.execute_activity(
            DELIVER,
            DeliverRequest(now=workflow.now()),
            result_type=Delivered,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=60),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
        return delivered
