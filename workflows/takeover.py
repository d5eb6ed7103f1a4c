"""Take a workflow over from a version that cannot go on: begin it anew with what it remembers.

The new run begins as after a continue-as-new, and replays nothing of the old one. The old run ends
in the same transaction of the server, so that there is never none and never two.
"""

from __future__ import annotations

from temporalio.api.common.v1 import Payloads, WorkflowType
from temporalio.api.enums.v1 import (
    EventType,
    WorkflowIdConflictPolicy,
    WorkflowIdReusePolicy,
)
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import StartWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.converter import (
    DataConverter,
    WorkflowSerializationContext,
    encode_search_attributes,
)

from activities.ports import TASK_QUEUE
from workflows.attributes import attributes_of
from workflows.dossier_life import DossierLife
from workflows.dossiers import WORKFLOWS
from workflows.memory import newer_facts, read_memory
from workflows.messages import CaseState, ReportCommand

_DOSSIERS = frozenset(workflow.__name__ for workflow in WORKFLOWS.values())
_ENDED = frozenset({
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
})  # fmt: skip


async def take_over(client: Client, found: WorkflowExecution) -> bool:
    """Begin one running workflow anew under the current version; tell whether it was.

    A dossier begins with all its facts, another workflow with what it was asked for. What a
    worker of the old version took in the same moment is reported again, under the same ids.
    Raises what Temporal raises when it does not answer.
    """
    history = await client.get_workflow_handle(found.id, run_id=found.run_id).fetch_history()
    if history.events[-1].event_type in _ENDED:
        return False
    request = _request_of(client, found)
    if found.workflow_type not in _DOSSIERS:
        request.input.CopyFrom(history.events[0].workflow_execution_started_event_attributes.input)
        await client.workflow_service.start_workflow_execution(request, retry=True)
        return True
    converter = _converter_of(client, found.id)
    state = await read_memory(history, converter)
    await _fill(request, state, converter)
    await client.workflow_service.start_workflow_execution(request, retry=True)
    await _report_missed(client, found, state)
    return True


def _request_of(client: Client, found: WorkflowExecution) -> StartWorkflowExecutionRequest:
    """Ask for a start that ends what runs; two that ask for the same run begin one."""
    return StartWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_id=found.id,
        workflow_type=WorkflowType(name=found.workflow_type),
        task_queue=TaskQueue(name=TASK_QUEUE),
        priority=found.raw_info.priority,
        identity=client.identity,
        request_id=f"taken-over-from-{found.run_id}",
        workflow_id_reuse_policy=WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
        workflow_id_conflict_policy=WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
    )


async def _fill(
    request: StartWorkflowExecutionRequest, state: CaseState, converter: DataConverter
) -> None:
    request.input.CopyFrom(Payloads(payloads=await converter.encode([state])))
    encode_search_attributes(attributes_of(state.dossier, state.answer), request.search_attributes)
    (summary,) = await converter.encode([f"{state.dossier.kind} {state.dossier.id}"])
    request.user_metadata.summary.CopyFrom(summary)


async def _report_missed(client: Client, found: WorkflowExecution, state: CaseState) -> None:
    """Report to the new run what the old one took between the reading and its end."""
    history = await _last_history(client, found)
    missed = await newer_facts(state, history, _converter_of(client, found.id))
    if missed:
        handle = client.get_workflow_handle(found.id)
        await handle.execute_update(DossierLife.report, ReportCommand(facts=missed))


async def _last_history(client: Client, found: WorkflowExecution) -> WorkflowHistory:
    """Give the history that was ended: of the run found, or of the one it continued as."""
    run = found.run_id
    while True:
        history = await client.get_workflow_handle(found.id, run_id=run).fetch_history()
        last = history.events[-1]
        if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            return history
        run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id


def _converter_of(client: Client, workflow: str) -> DataConverter:
    """Give the converter as it reads and writes what belongs to one workflow."""
    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=workflow)
    return client.data_converter.with_context(context)
