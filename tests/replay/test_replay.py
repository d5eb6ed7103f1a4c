"""Old histories replay on today's code, and the order of commands has not changed unnoticed."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

import workflows.versions
from services import WORKFLOWS
from tests.replay.states import (
    FINGERPRINT,
    RECORDINGS,
    STATES,
    histories,
    history_of,
    must_replay,
    replayer,
)
from workflows.dossiers import WORKFLOWS as OF_KIND
from workflows.versions import build_id, fingerprint

STORIES = histories()
VERSIONS = sorted(
    (path.name for path in RECORDINGS.iterdir()), key=lambda v: [*map(int, v.split("."))]
)
ROOT = Path(__file__).parents[2]


def recorded(version: str, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((RECORDINGS / version / name).read_text("utf-8"))
    return read


def lost(then: Any, now: Any, at: str = "") -> list[str]:
    """List what a state of then had and the one of now has not, or has otherwise."""
    if isinstance(then, dict) and isinstance(now, dict):
        gone = [f"{at}/{key} is gone" for key in then if key not in now]
        both = [lost(then[key], now[key], f"{at}/{key}") for key in then if key in now]
        return gone + [one for found in both for one in found]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [one for i, (a, b) in pairs for one in lost(a, b, f"{at}/{i}")]
    return [] if then == now else [f"{at}: {then!r} became {now!r}"]


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parent.name}-{p.stem}")
async def test_a_recorded_history_replays(path: Path) -> None:
    if not must_replay(path.parent.name):
        pytest.skip("a pinned release: what runs under another order is taken over, not replayed")
    await replayer().replay_workflow(history_of(path))


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_recording_ends_in_its_recorded_state_under_any_hash_seed(seed: str) -> None:
    replayed = subprocess.run(
        [sys.executable, "-m", "tests.replay.states"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    ended = json.loads(replayed.stdout)
    replayed_versions = [version for version in VERSIONS if must_replay(version)]
    for version in replayed_versions:
        for story, then in recorded(version, STATES).items():
            assert lost(then, ended[f"{version}/{story}"], story) == []
    with_state = {f"{v}/{story}" for v in replayed_versions for story in recorded(v, STATES)}
    assert {name for name, state in ended.items() if state} == with_state


def test_a_state_that_lost_something_is_noticed() -> None:
    then = recorded(VERSIONS[-1], STATES)["life"]
    now = json.loads(json.dumps(then))
    now["dossier"]["facts"][3]["on"] = "1999-01-01"
    del now["told"]
    assert [one.partition(":")[0] for one in lost(then, now)] == [
        "/told is gone",
        "/dossier/facts/3/on",
    ]


def test_the_newest_version_has_a_story_of_every_kind_and_of_every_workflow() -> None:
    newest = [path for path in STORIES if path.parent.name == VERSIONS[-1]]
    assert {path.stem for path in newest} >= {
        "life", "waking", "away", "corrected", "continued", "told", "complaint", "denunciation",
        "petition", "judgment", "reception", "delivery", "digests", "handover", "check",
    }  # fmt: skip
    kinds = {state["dossier"]["kind"] for state in recorded(VERSIONS[-1], STATES).values()}
    assert kinds == set(OF_KIND)
    started = {json.loads(path.read_text("utf-8"))["events"][0]
               ["workflowExecutionStartedEventAttributes"]["workflowType"]["name"]
               for path in newest}  # fmt: skip
    assert started == {workflow.__name__ for workflow in WORKFLOWS}


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
    assert fingerprint() == recorded(VERSIONS[-1], FINGERPRINT), (
        "the order of workflow commands changed: record a new version with "
        "python -m tests.replay.record VERSION, decide in workflows/versions.py whether it is "
        "pinned, and say in the changelog how dossiers move"
    )


def test_the_newest_recording_was_made_by_the_code_whose_order_it_keeps() -> None:
    made_by = set()
    for path in STORIES:
        if path.parent.name == VERSIONS[-1]:
            for event in json.loads(path.read_text("utf-8"))["events"]:
                done = event.get("workflowTaskCompletedEventAttributes", {})
                if done:
                    made_by.add(done["deploymentVersion"]["buildId"])
    assert made_by == {build_id()}


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        ("dossier_life.py", "await self._tell()", "await self._tell(); await workflow.sleep(1)"),
        ("handover.py", "workflow.continue_as_new", "workflow.carry_on"),
    ],
)
def test_a_command_more_or_less_changes_the_order_and_with_it_the_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, before: str, after: str
) -> None:
    ours = build_id()
    folder = tmp_path / "workflows"
    shutil.copytree(ROOT / "workflows", folder)
    code = (folder / module).read_text("utf-8")
    assert before in code
    (folder / module).write_text(code.replace(before, after), "utf-8")
    monkeypatch.setattr(workflows.versions, "_FOLDER", folder)
    assert fingerprint() != recorded(VERSIONS[-1], FINGERPRINT)
    assert build_id() != ours


def test_the_order_is_read_of_every_workflow_and_no_command_stands_elsewhere() -> None:
    known = set(fingerprint())
    assert {workflow.__name__ for workflow in WORKFLOWS} <= known
    for path in (ROOT / "workflows").glob("*.py"):
        classes = [
            n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.ClassDef)
        ]
        decorated = [
            c.name for c in classes if any("defn" in ast.unparse(d) for d in c.decorator_list)
        ]
        assert set(decorated) <= known, path.name


def test_the_build_id_does_not_depend_on_the_hash_seed() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", "from workflows.versions import build_id; print(build_id())"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert told == [build_id(), build_id()]
