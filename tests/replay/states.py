"""Replay every recording and print the state that each ends in: python -m tests.replay.states."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from tests.replay import routine
from workflows.dossier_life import DossierLife
from workflows.dossiers import WORKFLOWS
from workflows.versions import fingerprint, is_pinned

RECORDINGS = Path(__file__).parent / "recordings"
STATES = "states.json"
FINGERPRINT = "fingerprint.json"
PASSED_THROUGH = ("law", "cases", "activities", "workflows", "structlog", "tests")


class Seen(WorkflowInboundInterceptor):
    """Keeps the instance of the workflow that is replayed."""

    instances: ClassVar[list[Any]] = []

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002 - its name
        self.instances.append(workflow.instance())
        return await super().execute_workflow(input)


class Seeing(Interceptor):
    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - its name
    ) -> type[WorkflowInboundInterceptor]:
        return Seen


def histories() -> list[Path]:
    beside = (STATES, FINGERPRINT)
    return sorted(path for path in RECORDINGS.glob("*/*.json") if path.name not in beside)


def must_replay(version: str) -> bool:
    """Tell whether a version's histories come to today's code; to a pinned one, its order alone."""
    kept = RECORDINGS / version / FINGERPRINT
    same = kept.exists() and json.loads(kept.read_text("utf-8")) == fingerprint()
    return same or not is_pinned()


def history_of(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"case/{path.stem}", path.read_text("utf-8"))


def replayer(converter: DataConverter = pydantic_data_converter) -> Replayer:
    return Replayer(
        workflows=[*WORKFLOWS.values(), *routine.WORKFLOWS],
        data_converter=converter,
        interceptors=[Seeing()],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
    )


async def state_after(path: Path) -> dict[str, Any]:
    """Replay one history; give the state it ends in, empty for what keeps none."""
    Seen.instances.clear()
    await replayer().replay_workflow(history_of(path))
    (instance,) = Seen.instances
    if not isinstance(instance, DossierLife):
        return {}
    plain: dict[str, Any] = instance.state.model_dump(mode="json")
    return plain


async def states(folders: list[str]) -> dict[str, dict[str, Any]]:
    wanted = [
        path
        for path in histories()
        if must_replay(path.parent.name) and (not folders or path.parent.name in folders)
    ]
    return {f"{path.parent.name}/{path.stem}": await state_after(path) for path in wanted}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(states(sys.argv[1:])), ensure_ascii=False, sort_keys=True))  # noqa: T201
