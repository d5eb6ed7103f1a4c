"""Ask for the upkeep of what is kept: archive, rebuild; and read a dossier's whole state."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.archive import Archived
from activities.ports import TASK_QUEUE
from activities.rebuild import RebuildOrder, Rebuilt
from workflows.archive_closed import ArchiveClosed
from workflows.dossier_life import DossierLife
from workflows.messages import CaseState, workflow_id
from workflows.rebuild_register import RebuildRegister

_PATIENCE = timedelta(seconds=20)


async def archive_now(client: Client) -> Archived:
    """Have what is closed archived, and wait for it; a run that is under way is waited for."""
    handle = await client.start_workflow(
        ArchiveClosed.run,
        id="archive-now",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    return await handle.result()


async def rebuild(client: Client, by: str) -> WorkflowHandle[RebuildRegister, Rebuilt]:
    """Have the register rebuilt; a rebuild that is under way is given instead of a second one."""
    return await client.start_workflow(
        RebuildRegister.run,
        RebuildOrder(by=by),
        id="rebuild-register",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def retention_of(client: Client) -> timedelta:
    """Give how long Temporal keeps a workflow that has closed."""
    told = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    return told.config.workflow_execution_retention_ttl.ToTimedelta()


async def state_of(client: Client, case: str) -> CaseState | None:
    """Give all that a dossier remembers, running or closed; None where Temporal has none.

    Raises what a query or a result raises where no worker can say.
    """
    handle = client.get_workflow_handle(workflow_id(case), result_type=CaseState)
    try:
        about = await handle.describe()
        if about.status is WorkflowExecutionStatus.COMPLETED:
            left: CaseState = await handle.result()
            return left
        return await handle.query(DossierLife.whole, rpc_timeout=_PATIENCE)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
