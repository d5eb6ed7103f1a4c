"""Hand an officer's cases over to another, batch by batch, whatever restarts in between."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ContinueAsNewVersioningBehavior

with workflow.unsafe.imports_passed_through():
    from activities.handover import CLOSE, MOVE, PLAN, Progress
    from activities.ports import BULK_QUEUE
    from cases.handover import Handover
    from workflows.messages import HandoverState

_SHORT = timedelta(minutes=2)
_LONG = timedelta(minutes=30)
_SILENCE = timedelta(seconds=30)
"""A case has 20 seconds to answer; one more is a worker that went."""
_FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2)
)


@workflow.defn
class HandOver:
    """One change of officer: list the cases, move them, note the end."""

    @workflow.init
    def __init__(self, start: HandoverState) -> None:
        """Take up a new handover, or the state of the run before."""
        self._progress = start.progress

    @workflow.run
    async def run(self, start: HandoverState) -> Progress:
        """Move every case; one that fails is noted and the rest goes on."""
        handover = start.handover
        if self._progress is None:
            self._progress = await self._do(PLAN, handover, _SHORT)
        while self._progress.waiting:
            if _must_continue(start.most_events):
                workflow.continue_as_new(
                    start.model_copy(update={"progress": self._progress}),
                    initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
                )
            self._progress = await self._do(MOVE, handover, _LONG)
        self._progress = await self._do(CLOSE, handover, _SHORT)
        return self._progress

    async def _do(self, name: str, handover: Handover, patience: timedelta) -> Progress:
        progress: Progress = await workflow.execute_activity(
            name,
            handover,
            result_type=Progress,
            task_queue=BULK_QUEUE,
            start_to_close_timeout=patience,
            heartbeat_timeout=_SILENCE,
            retry_policy=_FOR_EVER,
        )
        return progress

    @workflow.query
    def progress(self) -> Progress | None:
        """Show how far it is; None while the cases are being listed."""
        return self._progress


def _must_continue(most: int) -> bool:
    info = workflow.info()
    long = most > 0 and info.get_current_history_length() > most
    moves = info.is_target_worker_deployment_version_changed()
    return long or moves or info.is_continue_as_new_suggested()
