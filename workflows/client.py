"""Command dossiers from outside: start, report, correct, look, and reopen what has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    HeaderCodecBehavior,
    Plugin,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.converter import PayloadCodec
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.archive import Archived
from activities.checks import Checked
from activities.digest import Digested
from activities.handover import Progress
from activities.ports import TASK_QUEUE, Answer, NewFact
from activities.rebuild import Rebuilt
from cases.dossier import Dossier
from cases.facts import Fact
from cases.handover import Handover
from workflows.attributes import attributes_of
from workflows.cross_check import CrossCheck
from workflows.dossier_life import DossierLife
from workflows.dossiers import WORKFLOWS
from workflows.errors import CommandError
from workflows.executions import (
    count_by_query,
    delete_executions,
    failing_cases,
    is_at_rest,
    is_known,
)
from workflows.handover import HandOver
from workflows.messages import (
    Card,
    CaseState,
    HandoverState,
    ReportCommand,
    Reported,
    card_of,
    workflow_id,
)
from workflows.payloads import converter_of, prepare
from workflows.priorities import BULK, of_office
from workflows.releases import Moved, Version, lead, move_all, ramp, versions_of
from workflows.schedules import deliver_now, digest_now, ensure_schedules
from workflows.upkeep import archive_now, rebuild, retention_of, state_of
from workflows.versions import build_id

__all__ = [
    "Archived", "Card", "CaseState", "Checked", "CommandError", "Digested", "LastKept", "Moved",
    "Rebuilt", "RefusedError", "Reported", "UnknownCaseError", "Version", "archive_now",
    "build_id", "card_of", "check_now", "connect", "connect_with", "count_by_query",
    "delete_executions", "deliver_now", "digest_now", "dossier_of", "ended_as",
    "ensure_schedules", "failing_cases", "hand_over", "handover_progress", "is_at_rest",
    "is_known", "last_state", "lead", "leave", "look", "move_all", "nudge", "prepare", "ramp",
    "rebuild", "report", "retention_of", "start_case", "state_of", "versions_of",
]  # fmt: skip

_PATIENCE = timedelta(seconds=20)
_TOGETHER = 8
"""Signals on their way at once."""
_TRIES = 5
"""How often a report goes after a run that was taken over meanwhile."""
LastKept = Callable[[str], Awaitable[CaseState | None]]
"""Gives the state that a case left when it closed, once Temporal has lost it; None: unknown."""


class RefusedError(CommandError):
    """The case refused the report: its form is wrong or it lies in the future."""


class UnknownCaseError(CommandError):
    """No dossier of that id is known."""

    def __init__(self, case: str) -> None:
        """Keep the id, and say how a case is opened."""
        self.case = case
        super().__init__(
            f"case {case!r} is not known; open it with: thads case open FILE",
            f"Chưa có việc {case!r}; hãy mở bằng lệnh: thads case open FILE",
        )


_plugins: list[Plugin] = []


def connect_with(plugin: Plugin) -> None:
    """Have clients that this process makes from now on, and their workers, use a plugin too."""
    _plugins.append(plugin)


async def connect(
    address: str | None = None, namespace: str | None = None, codec: PayloadCodec | None = None
) -> Client:
    """Connect to Temporal: by `address`, else by environment and profile.

    With a `codec` all that is sent is encoded by it, headers too; without one nothing that was
    encoded can be read. Raises `RuntimeError` when Temporal cannot be reached.
    """
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    config.setdefault("target_host", "127.0.0.1:7233")
    if namespace is not None:
        config["namespace"] = namespace
    return await Client.connect(
        **config,
        data_converter=converter_of(codec),
        header_codec_behavior=(
            HeaderCodecBehavior.NO_CODEC if codec is None else HeaderCodecBehavior.CODEC
        ),
        plugins=list(_plugins),
    )


async def start_case(
    client: Client, dossier: Dossier, answer: Answer | None = None, *, most_events: int = 0
) -> bool:
    """Start a case's workflow; tell whether it is new. A known id changes nothing.

    With an `answer` the case starts assessed, as revision 1, and needs no activity at once.
    `most_events`: see `CaseState`.
    """
    state = CaseState(
        dossier=dossier,
        answer=answer,
        revision=1 if answer else 0,
        assessed=len(dossier.facts) if answer else 0,
        most_events=most_events,
    )
    try:
        await _start(client, state)
    except WorkflowAlreadyStartedError:
        return False
    return True


async def _start(client: Client, state: CaseState) -> None:
    await client.start_workflow(
        WORKFLOWS[state.dossier.kind].__name__,
        state,
        id=workflow_id(state.dossier.id),
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        search_attributes=attributes_of(state.dossier, state.answer),
        priority=of_office(state.dossier.office),
        static_summary=f"{state.dossier.kind} {state.dossier.id}",
    )


def _handle_of(client: Client, case: str) -> WorkflowHandle[Any, CaseState]:
    return client.get_workflow_handle(workflow_id(case), result_type=CaseState)


async def report(
    client: Client, case: str, facts: Sequence[NewFact], kept: LastKept | None = None
) -> Reported:
    """Report facts to a case and wait for its agenda; a case at rest is reopened for it.

    One that Temporal has lost is reopened from what `kept` gives. Raises `RefusedError` with the
    case's own sentence, `UnknownCaseError` for an id nobody knows.
    """
    command = ReportCommand(facts=tuple(facts))
    handle = _handle_of(client, case)
    for _ in range(_TRIES):
        try:
            return await handle.execute_update(DossierLife.report, command, rpc_timeout=_PATIENCE)
        except WorkflowUpdateFailedError as error:
            raise _refused(error) from error
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        # The run that was asked has ended; where another release took it over, the next one runs.
        if not await _runs(handle):
            break
    return await _report_to_rested(client, case, command, kept)


async def _runs(handle: WorkflowHandle[Any, CaseState]) -> bool:
    try:
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise


async def _report_to_rested(
    client: Client, case: str, command: ReportCommand, kept: LastKept | None
) -> Reported:
    state = await last_state(client, case, kept)
    start: WithStartWorkflowOperation[Any, CaseState] = WithStartWorkflowOperation(
        WORKFLOWS[state.dossier.kind].__name__,
        state,
        id=workflow_id(case),
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        search_attributes=attributes_of(state.dossier, state.answer),
        priority=of_office(state.dossier.office),
        static_summary=f"{state.dossier.kind} {state.dossier.id}",
    )
    try:
        return await client.execute_update_with_start_workflow(
            DossierLife.report,
            command,
            start_workflow_operation=start,
            rpc_timeout=_PATIENCE,
        )
    except WorkflowUpdateFailedError as error:
        raise _refused(error) from error


def _refused(error: WorkflowUpdateFailedError) -> RefusedError:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return RefusedError(str(cause))
    # A worker of an earlier release sends the English sentence alone.
    vi = next((said for said in cause.details if isinstance(said, str)), None)
    return RefusedError(cause.message, vi)


async def last_state(client: Client, case: str, kept: LastKept | None = None) -> CaseState:
    """Give what a case at rest left behind, in Temporal or as `kept` has it.

    Raises `UnknownCaseError` where there is none.
    """
    handle = _handle_of(client, case)
    try:
        about = await handle.describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        state = None if kept is None else await kept(case)
        if state is None:
            raise UnknownCaseError(case) from error
        return state
    if about.status is not WorkflowExecutionStatus.COMPLETED:
        raise ended_as(case, about.status.name if about.status is not None else "UNKNOWN")
    return await handle.result()


def ended_as(case: str, status: str) -> CommandError:
    """Say that a case ended otherwise than at rest, and takes no reports."""
    return CommandError(
        f"case {case!r} has ended as {status}; it cannot take reports",
        f"Việc {case!r} đã dừng ở trạng thái {status}, không nhận báo cáo được nữa",
    )


async def look(
    client: Client, case: str, kept: LastKept | None = None
) -> tuple[Card, tuple[Fact, ...], Answer | None]:
    """Ask a case for its card, its facts and its agenda; raise `UnknownCaseError`.

    One that Temporal has lost is shown from what `kept` gives.
    """
    handle = _handle_of(client, case)
    try:
        return (
            await handle.query(DossierLife.card, rpc_timeout=_PATIENCE),
            await handle.query(DossierLife.facts, rpc_timeout=_PATIENCE),
            await handle.query(DossierLife.agenda, rpc_timeout=_PATIENCE),
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    state = await last_state(client, case, kept)
    return card_of(state), state.dossier.facts, state.answer


async def dossier_of(client: Client, case: str, kept: LastKept | None = None) -> Dossier:
    """Give a case's whole dossier; raise `UnknownCaseError`."""
    handle = _handle_of(client, case)
    try:
        return await handle.query(DossierLife.dossier, rpc_timeout=_PATIENCE)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return (await last_state(client, case, kept)).dossier


async def nudge(client: Client, cases: Sequence[str]) -> int:
    """Ask cases to assess again, as for a new book or calendar; tell how many could be asked."""
    lane = asyncio.Semaphore(_TOGETHER)

    async def ask(case: str) -> bool:
        async with lane:
            try:
                await _handle_of(client, case).signal(DossierLife.nudge)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return False
            return True

    return sum(await asyncio.gather(*(ask(case) for case in cases)))


async def check_now(client: Client, patience: timedelta | None = None) -> Checked:
    """Cross-check now and wait for what comes of it; a check that runs already is waited for.

    Raises `CommandError` when none is done within `patience`, such as without a worker, or when
    the check itself fails.
    """
    handle = await client.start_workflow(
        CrossCheck.run,
        None,
        id="cross-check-now",
        task_queue=TASK_QUEUE,
        priority=BULK,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    seconds = None if patience is None else patience.total_seconds()
    try:
        return await asyncio.wait_for(handle.result(), seconds)
    except TimeoutError as error:
        raise CommandError(
            f"no check was done within {seconds:.0f} seconds; see whether a worker runs: make run",
            f"Chưa đối chiếu xong sau {seconds:.0f} giây; hãy xem worker có đang chạy không: "
            "make run",
        ) from error
    except WorkflowFailureError as error:
        raise CommandError(
            "the check failed: Temporal or the register did not answer; read the worker's log",
            "Đối chiếu không thành: Temporal hoặc kho dữ liệu không trả lời; "
            "hãy xem nhật ký worker",
        ) from error


async def hand_over(client: Client, handover: Handover) -> None:
    """Have an officer's cases handed over; one that runs goes on, one that ended begins anew.

    Facts have the ids of the handover and the case, so that a repeat moves no case twice.
    """
    await client.start_workflow(
        HandOver.run,
        HandoverState(handover=handover),
        id=handover.id,
        task_queue=TASK_QUEUE,
        priority=BULK,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )


async def handover_progress(client: Client, handover: str) -> tuple[Progress | None, bool] | None:
    """Give how far a handover is and whether it still runs; None where none was begun.

    How far it is is None too while the cases are being listed, or no worker answers.
    """
    handle = client.get_workflow_handle(handover)
    try:
        about = await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    running = about.status is WorkflowExecutionStatus.RUNNING
    try:
        return await handle.query(HandOver.progress, rpc_timeout=_PATIENCE), running
    except RPCError:
        return None, running


async def leave(_client: Client | None = None) -> Any:  # noqa: ANN401 - nothing to give
    """Let the client's background threads settle before the interpreter ends."""
    await asyncio.sleep(0.1)
