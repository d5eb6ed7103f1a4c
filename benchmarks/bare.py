"""Serve a workflow that issues the commands of a case and does nothing of its work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

with workflow.unsafe.imports_passed_through():
    from activities.ports import Answer, AssessRequest
    from workflows.attributes import changes_between, values_of
    from workflows.client import connect
    from workflows.messages import CaseState, ReportCommand, Reported, as_fact

QUEUE = "bare"
_ANSWER = "answer"
_PASSED_THROUGH = ("law", "cases", "activities", "workflows", "benchmarks", "structlog")


@workflow.defn
class BareCase:
    """Takes the same messages, and makes the same marks in history, as a case."""

    @workflow.init
    def __init__(self, start: CaseState) -> None:
        """Take up the state."""
        self.state = start
        self._published = values_of(start.dossier, start.answer)

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Wait for the moment that the last answer names, until the last answer is there."""
        while not self._ended():
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self.state)
            await self._wait()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.state

    @workflow.update
    async def report(self, command: ReportCommand) -> Reported:
        """Keep the fact, have it answered, upsert what changed, and answer."""
        dossier = self.state.dossier
        facts = (*dossier.facts, as_fact(command.facts[0], len(dossier.facts) + 1))
        dossier = dossier.with_facts(facts)
        self.state = self.state.model_copy(
            update={"dossier": dossier, "revision": self.state.revision + 1}
        )
        answer: Answer = await workflow.execute_local_activity(
            _ANSWER,
            AssessRequest(dossier=dossier, revision=self.state.revision, as_of=workflow.now()),
            result_type=Answer,
            start_to_close_timeout=timedelta(seconds=2),
        )
        self.state = self.state.model_copy(update={"answer": answer})
        now = values_of(dossier, answer)
        changes = changes_between(self._published, now)
        if changes:
            workflow.upsert_search_attributes(changes)
        self._published = now
        workflow.set_current_details("\n".join(line.title_vi for line in answer.agenda))
        return Reported(
            numbers=(len(facts),), stage=answer.stage, status=answer.status, agenda=answer.agenda
        )

    @report.validator
    def _check(self, command: ReportCommand) -> None:
        if len(command.facts) != 1:
            raise ValueError("one fact at a time")

    def _ended(self) -> bool:
        return self.state.answer is not None and self.state.answer.status == "closed"

    async def _wait(self) -> None:
        wake = self.state.answer.next_wake if self.state.answer else None
        timeout = None if wake is None else max(wake - workflow.now(), timedelta(minutes=1))

        def woken() -> bool:
            answer = self.state.answer
            return self._ended() or (answer.next_wake if answer else None) != wake

        try:
            summary = None if wake is None else f"next look at {wake:%Y-%m-%d %H:%M}"
            await workflow.wait_condition(woken, timeout=timeout, timeout_summary=summary)
        except TimeoutError:
            return


class Answers:
    """The answers of the one life, made beforehand."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        """Keep them, one for each number of facts."""
        self._answers = tuple(answers)

    @activity.defn(name=_ANSWER)
    async def answer(self, request: AssessRequest) -> Answer:
        """Give the answer for so many facts."""
        return self._answers[len(request.dossier.facts) - 1]


async def serve_bare(answers: Sequence[Answer], stop: asyncio.Event, ready: Path) -> None:
    """Serve the bare workflow in the same sandbox as ours until `stop` is set."""
    client = await connect()
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareCase],
        activities=[Answers(answers).answer],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH)
        ),
        max_cached_workflows=2000,
    )
    async with worker:
        ready.write_text("serving\n", "utf-8")
        await stop.wait()
