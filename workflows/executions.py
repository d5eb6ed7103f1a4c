"""Look at executions of dossiers from outside: which there are, how they stand, and their end."""

from __future__ import annotations

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from workflows.dossiers import OF_ANY_KIND
from workflows.messages import dossier_id, workflow_id


async def is_known(client: Client, case: str) -> bool:
    """Tell whether a case of that id was ever opened, at rest or not."""
    try:
        await client.get_workflow_handle(workflow_id(case)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def is_at_rest(client: Client, case: str) -> bool:
    """Tell whether nothing runs of a case: its workflow has ended, or is not there any more."""
    try:
        about = await client.get_workflow_handle(workflow_id(case)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return True
    return about.status is not WorkflowExecutionStatus.RUNNING


async def delete_executions(client: Client, dossier: str) -> int:
    """Delete every run of a dossier from Temporal, with its history; tell how many were asked for.

    A run that still goes on is ended by it. Temporal deletes in the background; asked again after
    a while, none is found.
    """
    plain = workflow_id(dossier).replace("'", "''")
    query = f"WorkflowId = '{plain}'"
    asked = 0
    async for found in client.list_workflows(query):
        execution = WorkflowExecution(workflow_id=found.id, run_id=found.run_id)
        request = DeleteWorkflowExecutionRequest(
            namespace=client.namespace, workflow_execution=execution
        )
        try:
            await client.workflow_service.delete_workflow_execution(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        else:
            asked += 1
    return asked


async def count_by_query(client: Client, query: str) -> int:
    """Count workflows by a visibility query."""
    return (await client.count_workflows(query)).count


async def failing_cases(client: Client) -> list[str]:
    """List the cases whose workflow task keeps failing, as Temporal reports them."""
    query = f"{OF_ANY_KIND} AND TemporalReportedProblems IS NOT NULL"
    return [dossier_id(found.id) async for found in client.list_workflows(query, limit=100)]
