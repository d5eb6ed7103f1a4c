"""Old histories replay on today's code, and the order of commands has not changed unnoticed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from tests.replay.record import FINGERPRINT, RECORDINGS
from tests.workflows.conftest import PASSED_THROUGH
from workflows.deliver_alerts import DeliverAlerts
from workflows.dossiers import WORKFLOWS
from workflows.versions import build_id, fingerprint

STORIES = sorted(RECORDINGS.glob("*/*.json"))


def history_of(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"case/{path.stem}", path.read_text("utf-8"))


def replayer(converter: DataConverter = pydantic_data_converter) -> Replayer:
    return Replayer(
        workflows=[*WORKFLOWS.values(), DeliverAlerts],
        data_converter=converter,
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
    )


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parent.name}-{p.stem}")
async def test_a_recorded_history_replays(path: Path) -> None:
    await replayer().replay_workflow(history_of(path))


def test_every_story_is_recorded() -> None:
    assert {path.stem for path in STORIES} >= {
        "life", "waking", "away", "corrected", "continued", "told", "complaint", "denunciation",
        "petition", "judgment", "reception",
    }  # fmt: skip


async def test_another_order_of_commands_is_noticed() -> None:
    """The guard itself can fail: a history without its first local activity does not replay."""
    path = next(path for path in STORIES if path.stem == "life")
    plain = json.loads(path.read_text("utf-8"))
    first = next(i for i, e in enumerate(plain["events"]) if "markerRecorded" in e["eventType"]
                 or e["eventType"].endswith("MARKER_RECORDED"))  # fmt: skip
    del plain["events"][first]
    for number, event in enumerate(plain["events"], start=1):
        event["eventId"] = str(number)
    history = WorkflowHistory.from_json("case/life", json.dumps(plain))
    with pytest.raises(Exception, match=r"(?i)nondeterminism|non-determin|TMPRL1100"):
        await replayer().replay_workflow(history)


def test_the_order_of_commands_is_the_recorded_one() -> None:
    recorded = json.loads(FINGERPRINT.read_text("utf-8"))
    assert fingerprint() == recorded, (
        "the order of workflow commands changed: record a new version with "
        "python -m tests.replay.record VERSION, and say in the changelog how dossiers move"
    )


def test_the_build_id_does_not_depend_on_the_hash_seed() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", "from workflows.versions import build_id; print(build_id())"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert told == [build_id(), build_id()]
