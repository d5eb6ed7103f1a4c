"""Make the workers of one process: which queues it serves, how much of the machine they take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Self

from temporalio.client import Client
from temporalio.worker import (
    PollerBehavior,
    PollerBehaviorAutoscaling,
    PollerBehaviorSimpleMaximum,
    Worker,
    WorkerTuner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.ports import BULK_QUEUE, TASK_QUEUE, URGENT_QUEUE
from settings import QueueName, Settings
from workflows.versions import deployment_config

QUEUES: dict[QueueName, str] = {
    "routine": TASK_QUEUE,
    "urgent": URGENT_QUEUE,
    "bulk": BULK_QUEUE,
}
"""The task queue of each kind of work; dossiers and all other workflows live on the routine one."""

PASSED_THROUGH = ("law", "cases", "activities", "workflows", "structlog")
_FEW = 10
"""Activities at once of the queues beside the routine one: each is long and reads the register."""
_FEW_POLLERS = 5


class Workers:
    """The workers of one process, entered and left together."""

    def __init__(
        self,
        client: Client,
        settings: Settings,
        workflows: Sequence[type],
        activities: Sequence[Callable[..., Any]],
    ) -> None:
        """Make one worker for each queue that the settings name; none polls yet.

        Workflows are versioned. Activities of the other queues are not: whichever release takes
        one can carry it out.
        """
        self._stack = AsyncExitStack()
        self._workers = [
            _routine(client, settings, workflows, activities)
            if name == "routine"
            else _beside(client, settings, QUEUES[name], activities)
            for name in settings.queue_names
        ]

    @property
    def has_workflows(self) -> bool:
        """Tell whether this process carries workflows at all."""
        return any(worker.task_queue == TASK_QUEUE for worker in self._workers)

    @property
    def felt(self) -> str:
        """Name the queue by whose polls the process is known to live."""
        return TASK_QUEUE if self.has_workflows else self._workers[0].task_queue

    async def __aenter__(self) -> Self:
        """Begin to poll."""
        for worker in self._workers:
            await self._stack.enter_async_context(worker)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let what is in flight finish, for as long as the settings allow."""
        await self._stack.aclose()


def _routine(
    client: Client,
    settings: Settings,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=workflows,
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
        max_cached_workflows=settings.max_cached_workflows,
        graceful_shutdown_timeout=timedelta(seconds=settings.grace_seconds),
        deployment_config=deployment_config(),
        tuner=tuner_of(settings),
        workflow_task_poller_behavior=pollers_of(settings),
        activity_task_poller_behavior=pollers_of(settings),
    )


def _beside(
    client: Client, settings: Settings, queue: str, activities: Sequence[Callable[..., Any]]
) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        activities=activities,
        graceful_shutdown_timeout=timedelta(seconds=settings.grace_seconds),
        max_concurrent_activities=_FEW,
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=_FEW_POLLERS),
    )


def tuner_of(settings: Settings) -> WorkerTuner:
    """Give how many tasks run at once: a number, or as many as memory and processor allow."""
    if settings.slots == "resources":
        return WorkerTuner.create_resource_based(
            target_memory_usage=settings.target_memory, target_cpu_usage=settings.target_cpu
        )
    return WorkerTuner.create_fixed(
        workflow_slots=settings.slots,
        activity_slots=settings.slots,
        local_activity_slots=settings.slots,
    )


def pollers_of(settings: Settings) -> PollerBehavior:
    """Give how many polls wait at once: a number, or as many as the server says pay."""
    if settings.pollers == "auto":
        return PollerBehaviorAutoscaling()
    return PollerBehaviorSimpleMaximum(settings.pollers)
