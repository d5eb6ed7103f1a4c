"""Cross-check register and Temporal: one run of the schedule compares both, both ways."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.checks import (
        CHECK_FAULTS,
        CHECK_REGISTER,
        CHECK_RUNS,
        SETTLE_CHECK,
        Checked,
        CheckRequest,
        Looked,
    )
    from activities.ports import BULK_QUEUE

_A_DAY = timedelta(hours=20)
"""Where nobody serves the queue, this check ends before the next night's."""
_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=5)


@workflow.defn
class CrossCheck:
    """Raise every difference between register and Temporal, and clear what is none any more."""

    @workflow.run
    async def run(self, as_of: datetime | None = None) -> Checked:
        """Check as of a moment, or now; what was found before is cleared only after all parts."""
        request = CheckRequest(as_of=as_of or workflow.now())
        register = await self._look(CHECK_REGISTER, request)
        runs = await self._look(CHECK_RUNS, request)
        faults = await self._look(CHECK_FAULTS, request)
        checked: Checked = await workflow.execute_activity(
            SETTLE_CHECK,
            request,
            result_type=Checked,
            task_queue=BULK_QUEUE,
            schedule_to_close_timeout=_A_DAY,
            start_to_close_timeout=timedelta(minutes=5),
            retry_policy=_RETRIES,
        )
        raised = register.raised + runs.raised + faults.raised
        return checked.model_copy(
            update={"opened": register.cases, "runs": runs.cases, "raised": raised}
        )

    async def _look(self, part: str, request: CheckRequest) -> Looked:
        looked: Looked = await workflow.execute_activity(
            part,
            request,
            result_type=Looked,
            task_queue=BULK_QUEUE,
            schedule_to_close_timeout=_A_DAY,
            start_to_close_timeout=timedelta(hours=2),
            heartbeat_timeout=timedelta(minutes=2),
            retry_policy=_RETRIES,
        )
        return looked
