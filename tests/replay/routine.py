"""Play the workflows that run by the clock or by command, for recording: no dossier is needed.

What their activities do is tested elsewhere; here they only answer, so that every command that
the workflow gives stands in its history.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle

from activities.archive import ARCHIVE_CLOSED, Archived, ArchiveRequest
from activities.checks import (
    CHECK_FAULTS,
    CHECK_REGISTER,
    CHECK_RUNS,
    SETTLE_CHECK,
    Checked,
    CheckRequest,
    Looked,
)
from activities.delivery import DELIVER, Delivered, DeliverRequest
from activities.digest import DIGEST, Digested, DigestRequest
from activities.handover import BATCH, CLOSE, MOVE, PLAN, Progress
from activities.ports import TASK_QUEUE
from activities.rebuild import (
    EMPTY_PROJECTION,
    REBUILD_FROM_ARCHIVE,
    REBUILD_FROM_WORKFLOWS,
    RebuildOrder,
    RebuildRequest,
    Rebuilt,
)
from cases.handover import Handover
from law.calendar import ZONE
from workflows.archive_closed import ArchiveClosed
from workflows.cross_check import CrossCheck
from workflows.deliver_alerts import DeliverAlerts
from workflows.handover import HandOver
from workflows.messages import HandoverState
from workflows.rebuild_register import RebuildRegister
from workflows.send_digests import SendDigests

WORKFLOWS: tuple[type, ...] = (
    DeliverAlerts, SendDigests, HandOver, CrossCheck, ArchiveClosed, RebuildRegister,
)  # fmt: skip
_MOVED = {"cases": 0}


@activity.defn(name=DELIVER)
async def deliver(request: DeliverRequest) -> Delivered:
    return Delivered(messages=1, alerts=1)


@activity.defn(name=DIGEST)
async def digest(request: DigestRequest) -> Digested:
    return Digested(sent=1)


@activity.defn(name=CHECK_REGISTER)
async def check_register(request: CheckRequest) -> Looked:
    return Looked(cases=3)


@activity.defn(name=CHECK_RUNS)
async def check_runs(request: CheckRequest) -> Looked:
    return Looked(cases=3)


@activity.defn(name=CHECK_FAULTS)
async def check_faults(request: CheckRequest) -> Looked:
    return Looked(raised=1)


@activity.defn(name=SETTLE_CHECK)
async def settle(request: CheckRequest) -> Checked:
    return Checked(as_of=request.as_of)


@activity.defn(name=PLAN)
async def plan(handover: Handover) -> Progress:
    _MOVED["cases"] = 0
    return Progress(total=2 * BATCH)


@activity.defn(name=MOVE)
async def move(handover: Handover) -> Progress:
    _MOVED["cases"] += BATCH
    return Progress(total=2 * BATCH, moved=_MOVED["cases"])


@activity.defn(name=CLOSE)
async def close(handover: Handover) -> Progress:
    return Progress(total=2 * BATCH, moved=2 * BATCH)


@activity.defn(name=ARCHIVE_CLOSED)
async def archive(request: ArchiveRequest) -> Archived:
    return Archived(closed=2, archived=1)


@activity.defn(name=EMPTY_PROJECTION)
async def empty(request: RebuildRequest) -> Rebuilt:
    return Rebuilt(total=2)


@activity.defn(name=REBUILD_FROM_WORKFLOWS)
async def rebuild_running(request: RebuildRequest, so_far: Rebuilt) -> Rebuilt:
    return Rebuilt(done=1, total=2)


@activity.defn(name=REBUILD_FROM_ARCHIVE)
async def rebuild_archived(request: RebuildRequest, so_far: Rebuilt) -> Rebuilt:
    return Rebuilt(done=2, total=2)


ACTIVITIES = (
    deliver, digest, check_register, check_runs, check_faults, settle, plan, move, close, archive,
    empty, rebuild_running, rebuild_archived,
)  # fmt: skip


async def play_routine(client: Client) -> dict[str, WorkflowHandle[Any, Any]]:
    """Play one run of each; give the handle of each story."""
    moment = datetime(2026, 8, 3, 7, 30, tzinfo=ZONE)
    handover = Handover(
        from_person="cv.an", to_person="cv.binh", from_day=date(2026, 8, 3), actor="recorder",
        asked_at=moment, settling_to=date(2026, 9, 3),
    )  # fmt: skip
    begun: dict[str, WorkflowHandle[Any, Any]] = {
        "delivery": await client.start_workflow(
            DeliverAlerts.run, None, id="REC-DELIVERY", task_queue=TASK_QUEUE
        ),
        "digests": await client.start_workflow(
            SendDigests.run, moment, id="REC-DIGESTS", task_queue=TASK_QUEUE
        ),
        "handover": await client.start_workflow(
            HandOver.run, HandoverState(handover=handover), id=handover.id, task_queue=TASK_QUEUE
        ),
        "check": await client.start_workflow(
            CrossCheck.run, moment, id="REC-CHECK", task_queue=TASK_QUEUE
        ),
        "archiving": await client.start_workflow(
            ArchiveClosed.run, id="REC-ARCHIVE", task_queue=TASK_QUEUE
        ),
        "rebuild": await client.start_workflow(
            RebuildRegister.run, RebuildOrder(by="recorder"), id="REC-REBUILD",
            task_queue=TASK_QUEUE,
        ),
    }  # fmt: skip
    for handle in begun.values():
        await handle.result()
    return begun
