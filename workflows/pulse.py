"""Feel a worker's pulse: does the server see it polling, do its cases and schedules move?"""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.ports import TASK_QUEUE
from workflows.dossiers import OF_ANY_KIND

SILENCE = timedelta(minutes=5)
"""A poll lasts a minute at the most; five without any mean that the worker hangs."""
PATIENCE = timedelta(seconds=5)
"""How long a question about the pulse waits for Temporal."""


async def is_polling(client: Client, now: datetime, queue: str = TASK_QUEUE) -> bool:
    """Tell whether the server heard a poll of this process in the last five minutes.

    A queue other than the dossiers' has activities alone. Raises `RPCError` when the server does
    not answer: then nothing can be said.
    """
    kind = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
    if queue != TASK_QUEUE:
        kind = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
        ),
        timeout=PATIENCE,
    )
    heard = [
        poller.last_access_time.ToDatetime(now.tzinfo)
        for poller in answer.pollers
        if poller.identity == client.identity
    ]
    return bool(heard) and now - max(heard) < SILENCE


async def count_failing(client: Client) -> int:
    """Count the dossiers whose tasks keep failing, as Temporal reports them; raises `RPCError`."""
    query = f"{OF_ANY_KIND} AND TemporalReportedProblems IS NOT NULL"
    return (await client.count_workflows(query, rpc_timeout=PATIENCE)).count


async def last_ended(client: Client, workflow: str) -> datetime | None:
    """Give when the last run of a workflow ended well, as far as Temporal keeps them.

    Raises `RPCError`.
    """
    query = f"WorkflowType = '{workflow}' AND ExecutionStatus = 'Completed'"
    newest = client.list_workflows(query, limit=1, page_size=1, rpc_timeout=PATIENCE)
    async for found in newest:
        return found.close_time
    return None


async def answers(client: Client) -> bool:
    """Tell whether Temporal answers and knows the namespace."""
    try:
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace), timeout=PATIENCE
        )
    except (RPCError, RuntimeError):
        return False
    return True
