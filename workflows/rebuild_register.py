"""Rebuild the register: empty it, then write what the workflows and the archive remember."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.ports import BULK_QUEUE
    from activities.rebuild import (
        EMPTY_PROJECTION,
        REBUILD_FROM_ARCHIVE,
        REBUILD_FROM_WORKFLOWS,
        RebuildOrder,
        RebuildRequest,
        Rebuilt,
    )

_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1))


@workflow.defn
class RebuildRegister:
    """Drop what is derived and derive it again; a rebuild goes on after every kill."""

    @workflow.run
    async def run(self, order: RebuildOrder) -> Rebuilt:
        """Rebuild all of it; it ends when every dossier was tried."""
        request = RebuildRequest(id=workflow.info().run_id, by=order.by, began=workflow.now())
        so_far: Rebuilt = await workflow.execute_activity(
            EMPTY_PROJECTION,
            request,
            result_type=Rebuilt,
            task_queue=BULK_QUEUE,
            start_to_close_timeout=timedelta(minutes=2),
            retry_policy=_RETRIES,
        )
        for part in (REBUILD_FROM_WORKFLOWS, REBUILD_FROM_ARCHIVE):
            so_far = await workflow.execute_activity(
                part,
                args=[request, so_far],
                result_type=Rebuilt,
                task_queue=BULK_QUEUE,
                start_to_close_timeout=timedelta(hours=24),
                heartbeat_timeout=timedelta(seconds=60),
                retry_policy=_RETRIES,
            )
        return so_far
