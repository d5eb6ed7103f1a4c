"""See to what runs by the clock: gatherings, morning digests, the nightly check and archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.common import WorkflowIDConflictPolicy

from activities.delivery import GatherRequest
from activities.digest import Digested
from activities.ports import TASK_QUEUE
from workflows.archive_closed import ArchiveClosed
from workflows.cross_check import CrossCheck
from workflows.deliver_alerts import DeliverAlerts
from workflows.priorities import BULK, GATHERING, URGENT
from workflows.send_digests import SendDigests

_ZONE = "Asia/Ho_Chi_Minh"
_SAME_DAY = timedelta(hours=9)
"""A morning's digests that were missed still go out until the working day is nearly over."""

_GATHERING = "deliver-alerts"
_GATHERINGS = ScheduleCalendarSpec(
    hour=[ScheduleRange(5, 19)],
    minute=[ScheduleRange(0, 59, 10)],
    comment="every ten minutes while somewhere people may be at work",
)
_CHECK = "cross-check"
_AT_NIGHT = ScheduleCalendarSpec(hour=[ScheduleRange(2)], minute=[ScheduleRange(0)])
_AT_NIGHT_TOO = ScheduleCalendarSpec(
    hour=[ScheduleRange(20, 23), ScheduleRange(0, 4)],
    minute=[ScheduleRange(20, 50, 30)],
    comment="so that what would be passed by midnight is not told of after it",
)
_ARCHIVE = "archive"
_LATER_AT_NIGHT = ScheduleCalendarSpec(hour=[ScheduleRange(3)], minute=[ScheduleRange(0)])
_DIGESTS = "send-digests"
_MORNINGS = ScheduleCalendarSpec(
    hour=[ScheduleRange(7)],
    minute=[ScheduleRange(30)],
    comment="half past seven; on days off none goes out",
)


async def ensure_schedules(client: Client) -> None:
    """See that alerts are gathered, digests sent, what is closed archived, and both sides checked.

    Gatherings run every ten minutes of the day and every half hour at night, digests every
    morning, the cross-check at two at night and the archive at three, in Viet Nam's time. Who may
    be reached when, and whether it is a working day, is looked at by each run.
    """
    run = ScheduleActionStartWorkflow(
        DeliverAlerts.run, id=f"{_GATHERING}-run", task_queue=TASK_QUEUE, priority=GATHERING
    )
    await _ensure(client, _GATHERING, run, _GATHERINGS, _AT_NIGHT_TOO)
    run = ScheduleActionStartWorkflow(
        SendDigests.run, id=f"{_DIGESTS}-run", task_queue=TASK_QUEUE, priority=BULK
    )
    await _ensure(client, _DIGESTS, run, _MORNINGS, catchup=_SAME_DAY)
    run = ScheduleActionStartWorkflow(
        CrossCheck.run, args=[None], id=f"{_CHECK}-run", task_queue=TASK_QUEUE, priority=BULK
    )
    await _ensure(client, _CHECK, run, _AT_NIGHT)
    run = ScheduleActionStartWorkflow(
        ArchiveClosed.run, id=f"{_ARCHIVE}-run", task_queue=TASK_QUEUE
    )
    await _ensure(client, _ARCHIVE, run, _LATER_AT_NIGHT, catchup=_SAME_DAY)


async def _ensure(
    client: Client,
    name: str,
    run: ScheduleActionStartWorkflow,
    *moments: ScheduleCalendarSpec,
    catchup: timedelta = timedelta(minutes=10),
) -> None:
    schedule = Schedule(
        action=run,
        spec=ScheduleSpec(calendars=moments, time_zone_name=_ZONE),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=catchup),
    )
    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:
        # One of an earlier release may stand there, with other moments, or one that was paused.
        handle = client.get_schedule_handle(name)
        await handle.update(
            lambda found: ScheduleUpdate(
                schedule=replace(schedule, state=found.description.schedule.state)
            )
        )


async def deliver_now(client: Client, request: GatherRequest | None = None) -> None:
    """Have waiting alerts gathered without waiting for the next ten minutes."""
    await client.start_workflow(
        DeliverAlerts.run,
        request or GatherRequest(),
        id=f"{_GATHERING}-at-once",
        task_queue=TASK_QUEUE,
        priority=URGENT,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def digest_now(client: Client, as_of: datetime | None = None) -> Digested:
    """Have the digests sent that have not gone today, and wait for what became of them.

    A run that is under way is waited for, and no second one is started.
    """
    handle = await client.start_workflow(
        SendDigests.run,
        as_of,
        id=f"{_DIGESTS}-now",
        task_queue=TASK_QUEUE,
        priority=BULK,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    return await handle.result()
