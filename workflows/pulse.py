"""Feel a worker's pulse: does the server still see it polling?"""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from activities.ports import TASK_QUEUE

SILENCE = timedelta(minutes=5)
"""A poll lasts a minute at the most; five without any mean that the worker hangs."""


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
        )
    )
    heard = [
        poller.last_access_time.ToDatetime(now.tzinfo)
        for poller in answer.pollers
        if poller.identity == client.identity
    ]
    return bool(heard) and now - max(heard) < SILENCE
