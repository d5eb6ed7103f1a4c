"""Archive what is closed: one run of the schedule keeps every closed dossier that is not kept."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.archive import ARCHIVE_CLOSED, Archived, ArchiveRequest
    from activities.ports import BULK_QUEUE

_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=5))


@workflow.defn
class ArchiveClosed:
    """Keep the dossier and the history of every closed run before retention loses them."""

    @workflow.run
    async def run(self) -> Archived:
        """Archive what is closed by now."""
        archived: Archived = await workflow.execute_activity(
            ARCHIVE_CLOSED,
            ArchiveRequest(as_of=workflow.now()),
            result_type=Archived,
            task_queue=BULK_QUEUE,
            start_to_close_timeout=timedelta(hours=6),
            schedule_to_close_timeout=timedelta(hours=20),
            heartbeat_timeout=timedelta(seconds=60),
            retry_policy=_RETRIES,
        )
        return archived
