"""Move what runs to another release: list the versions, nudge or take over, tell what remains."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import WorkflowExecution as Execution
from temporalio.api.enums.v1 import TaskQueueType, VersionDrainageStatus
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentRampingVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client, WorkflowExecution
from temporalio.common import (
    PinnedVersioningOverride,
    SearchAttributeKey,
    WorkerDeploymentVersion,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.ports import TASK_QUEUE, Message
from workflows.dossier_life import DossierLife
from workflows.dossiers import OF_ANY_KIND
from workflows.errors import CommandError
from workflows.takeover import take_over
from workflows.versions import DEPLOYMENT, build_id, is_pinned, make_current, until_known

SILENCE = timedelta(seconds=75)
"""A poll lasts a minute at the most; a worker not heard for longer is gone."""
_VERSION = SearchAttributeKey.for_keyword("TemporalWorkerDeploymentVersion")
_SETTLING = timedelta(seconds=10)
"""A run that has just continued as new is not pinned either, until its first task is done."""
_TOGETHER = 8
_RUNNING = "ExecutionStatus = 'Running'"
_PINNED = "TemporalWorkflowVersioningBehavior = 'Pinned'"
_LOOSE = "TemporalWorkflowVersioningBehavior != 'Pinned'"

Standing = Literal["current", "ramping", "draining", "drained", "inactive"]
_DRAINAGE: dict[int, Standing] = {
    VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINING: "draining",
    VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED: "drained",
}
_Move = Callable[[WorkflowExecution], Awaitable[bool]]


class Version(Message):
    """One version of the code as Temporal knows it, and what runs under it.

    `running` counts workflows whose last task it did, `pinned` those of them that cannot leave by
    themselves; `polled` tells whether a worker of it asks for work; `ours` whether it is the
    version of the code that asks.
    """

    build: str
    standing: Standing
    percent: float = 0
    running: int = 0
    pinned: int = 0
    polled: bool = False
    ours: bool = False


class Moved(Message):
    """What one round moved: asked to continue as new, taken over, and what remains to be moved."""

    nudged: int = 0
    taken: int = 0
    remaining: int = 0


async def versions_of(client: Client, now: datetime) -> tuple[Version, ...]:
    """List the versions, the current one first; none before a worker of one has polled."""
    try:
        about = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return ()
        raise
    info = about.worker_deployment_info
    routing = info.routing_config
    polled = await _polled(client, now)
    found = []
    for summary in info.version_summaries:
        build = summary.deployment_version.build_id
        standing = _DRAINAGE.get(summary.drainage_info.status, "inactive")
        if build == routing.ramping_deployment_version.build_id:
            standing = "ramping"
        if build == routing.current_deployment_version.build_id:
            standing = "current"
        found.append(
            Version(
                build=build,
                standing=standing,
                percent=routing.ramping_version_percentage if standing == "ramping" else 0,
                running=await _count(client, _of(build)),
                pinned=await _count(client, f"{_of(build)} AND {_PINNED}"),
                polled=build in polled,
                ours=build == build_id(),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.standing != "current", one.build)))


async def move_round(client: Client, now: datetime, most: int) -> Moved:
    """Move up to `most` workflows of each other version to the current one, which is ours.

    A pinned one whose worker is there is asked to continue as new; one whose worker is gone is
    taken over, and so is one that is not pinned where our version gives commands in another
    order. What goes on by itself with its next task is left alone.
    """
    versions = await versions_of(client, now)
    if not any(one.ours and one.standing == "current" for one in versions):
        return Moved()
    nudged = taken = remaining = 0
    for version in versions:
        if version.standing in ("current", "ramping") or not version.running:
            continue
        held, loose = f"{_of(version.build)} AND {_PINNED}", f"{_of(version.build)} AND {_LOOSE}"
        settled = f"StartTime < '{(now - _SETTLING).isoformat()}'"
        if not version.polled:
            taken += await _each(client, held, most, partial(take_over, client))
        else:
            nudged += await _each(
                client, f"{held} AND {OF_ANY_KIND}", most, partial(_nudge, client)
            )
        if is_pinned():
            taken += await _each(client, f"{loose} AND {settled}", most, partial(take_over, client))
            remaining += await _count(client, loose)
        remaining += await _count(client, held)
    return Moved(nudged=nudged, taken=taken, remaining=remaining)


async def move_all(
    client: Client, clock: Callable[[], datetime], most: int, pause: float
) -> AsyncIterator[Moved]:
    """Move round after round until nothing remains, telling of each; `pause` in seconds.

    May be cut off at any point and begun again. Ends too when our version is not the current one
    any more.
    """
    while True:
        moved = await move_round(client, clock(), most)
        yield moved
        if not moved.remaining and not moved.nudged and not moved.taken:
            return
        await asyncio.sleep(pause)


async def lead(client: Client, now: datetime) -> None:
    """Make our version the current one; raise `CommandError` where no worker of it runs.

    Where it gives commands in another order, what would come to it by itself is first held by
    the version that it runs under, so that no task of it fails before it is taken over.
    """
    try:
        await until_known(client)
        if is_pinned():
            for version in await versions_of(client, now):
                if not version.ours:
                    await _each(
                        client, f"{_of(version.build)} AND {_LOOSE}", None, partial(_hold, client)
                    )
        await make_current(client)
    except TimeoutError as error:
        raise _not_running() from error


async def _hold(client: Client, found: WorkflowExecution) -> bool:
    """Pin one workflow to the version that did its last task."""
    build = found.typed_search_attributes.get(_VERSION)
    if build is None:
        return False
    name, _, number = build.partition(":")
    pinned = PinnedVersioningOverride(WorkerDeploymentVersion(name, number))
    await client.workflow_service.update_workflow_execution_options(
        UpdateWorkflowExecutionOptionsRequest(
            namespace=client.namespace,
            workflow_execution=Execution(workflow_id=found.id, run_id=found.run_id),
            workflow_execution_options=WorkflowExecutionOptions(
                versioning_override=pinned._to_proto()  # noqa: SLF001 - the SDK has no call for it
            ),
            update_mask=FieldMask(paths=["versioning_override"]),
            identity=client.identity,
        )
    )
    return True


async def ramp(client: Client, percent: float, now: datetime) -> None:
    """Send a share of what begins, and of what goes on by itself, to our version; 0 ends it.

    Raises `CommandError` where no worker of our version runs, or it is the current one already.
    """
    ours = next((one for one in await versions_of(client, now) if one.ours), None)
    if ours is None or not ours.polled:
        raise _not_running()
    if ours.standing == "current":
        raise CommandError(
            f"version {ours.build} is the current one already; a share is for a version to come",
            f"Phiên bản {ours.build} đã là phiên bản hiện hành; chỉ chia phần cho phiên bản sắp "
            "thay thế",
        )
    await client.workflow_service.set_worker_deployment_ramping_version(
        SetWorkerDeploymentRampingVersionRequest(
            namespace=client.namespace,
            deployment_name=DEPLOYMENT,
            build_id=ours.build if percent else "",
            percentage=percent,
            identity=client.identity,
            ignore_missing_task_queues=True,
        )
    )


def _not_running() -> CommandError:
    return CommandError(
        f"no worker of version {build_id()} asks for work; start one of this release, then repeat",
        f"Không có worker nào của phiên bản {build_id()} đang nhận việc; hãy khởi động một worker "
        "của bản phát hành này rồi chạy lại lệnh",
    )


def _of(build: str) -> str:
    return f"{_RUNNING} AND TemporalWorkerDeploymentVersion = '{DEPLOYMENT}:{build}'"


async def _count(client: Client, query: str) -> int:
    return (await client.count_workflows(query)).count


async def _nudge(client: Client, found: WorkflowExecution) -> bool:
    """Ask one pinned dossier to continue as new; one that is held would stay, and is taken over."""
    handle = client.get_workflow_handle(found.id, run_id=found.run_id)
    about = (await handle.describe()).raw_description.workflow_execution_info
    if about.versioning_info.HasField("versioning_override"):
        return await take_over(client, found)
    await handle.signal(DossierLife.nudge)
    return True


async def _each(
    client: Client,
    query: str,
    most: int | None,
    move: Callable[[WorkflowExecution], Awaitable[bool]],
) -> int:
    """Move what a query finds, some together; one that has ended meanwhile is passed over."""
    found = [one async for one in client.list_workflows(query, limit=most)]
    lane = asyncio.Semaphore(_TOGETHER)

    async def one(execution: WorkflowExecution) -> bool:
        async with lane:
            try:
                return await move(execution)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return False

    return sum(await asyncio.gather(*(one(execution) for execution in found)))


async def _polled(client: Client, now: datetime) -> set[str]:
    """Give the versions that a living worker asks for work as."""
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=TASK_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return {
        poller.deployment_options.build_id
        for poller in answer.pollers
        if now - poller.last_access_time.ToDatetime(now.tzinfo) < SILENCE
        and not _is_gone(poller.identity)
    }


def _is_gone(identity: str) -> bool:
    """Tell whether a poller was a process of this machine that has ended; others are heard out."""
    number, _, host = identity.partition("@")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    return not _is_alive(int(number))


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
