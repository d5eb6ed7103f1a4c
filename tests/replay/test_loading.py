"""What an older or a newer version kept always loads, and is read without running its code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.ports import Answer, Told
from tests.replay.states import RECORDINGS, STATES, histories, history_of
from workflows.memory import newer_facts, read_memory
from workflows.messages import Card, CaseState, ReportCommand, Reported

STORIES = histories()
STATES_OF = {
    f"{path.parent.name}/{story}": state
    for path in sorted(RECORDINGS.glob(f"*/{STATES}"))
    for story, state in json.loads(path.read_text("utf-8")).items()
}
DOSSIERS = [path for path in STORIES if f"{path.parent.name}/{path.stem}" in STATES_OF]


async def read(payload: Payload, kind: type) -> Any:
    (found,) = await pydantic_data_converter.decode([payload], [kind])
    return found


@pytest.mark.parametrize("path", DOSSIERS, ids=lambda p: f"{p.parent.name}-{p.stem}")
async def test_what_any_version_wrote_into_a_history_loads(path: Path) -> None:
    loaded = 0
    for event in history_of(path).events:
        if event.HasField("workflow_execution_started_event_attributes"):
            started = event.workflow_execution_started_event_attributes
            await read(started.input.payloads[0], CaseState)
        elif event.HasField("workflow_execution_completed_event_attributes"):
            done = event.workflow_execution_completed_event_attributes
            await read(done.result.payloads[0], CaseState)
        elif event.HasField("workflow_execution_update_accepted_event_attributes"):
            asked = event.workflow_execution_update_accepted_event_attributes.accepted_request
            await read(asked.input.args.payloads[0], ReportCommand)
        elif event.HasField("workflow_execution_update_completed_event_attributes"):
            told = event.workflow_execution_update_completed_event_attributes.outcome
            await read(told.success.payloads[0], Reported)
        elif event.HasField("marker_recorded_event_attributes"):
            details = event.marker_recorded_event_attributes.details
            if "result" in details:
                await read(details["result"].payloads[0], Answer)
        else:
            continue
        loaded += 1
    assert loaded > 1


@pytest.mark.parametrize("name", STATES_OF)
def test_a_state_of_any_version_loads_and_loses_nothing(name: str) -> None:
    then = STATES_OF[name]
    now = CaseState.model_validate(then).model_dump(mode="json")
    assert [f["event"] for f in now["dossier"]["facts"]] == [
        f["event"] for f in then["dossier"]["facts"]
    ]
    assert now["revision"] == then["revision"]
    assert CaseState.model_validate_json(json.dumps(then)) == CaseState.model_validate(then)


_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
)


def _strewn(plain: Any, extra: dict[str, Any]) -> Any:
    """Put fields that only a newer release knows into every model of a message."""
    if isinstance(plain, list):
        return [_strewn(one, extra) for one in plain]
    if not isinstance(plain, dict):
        return plain
    known = {
        key: value if key == "fields" else _strewn(value, extra) for key, value in plain.items()
    }
    return known | extra


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(sorted(STATES_OF)),
    extra=st.dictionaries(st.from_regex(r"newer_[a-z]{1,6}", fullmatch=True), _PLAIN, min_size=1,
                          max_size=3),
)  # fmt: skip
def test_a_rolled_back_release_reads_what_the_newer_one_wrote(
    name: str, extra: dict[str, Any]
) -> None:
    then = STATES_OF[name]
    assert CaseState.model_validate(_strewn(then, extra)) == CaseState.model_validate(then)
    for model, plain in (
        (Told, {"number": 3}),
        (Card, {"id": "A", "office": "o", "officer": None, "stage": "", "status": "",
                "next_wake": None, "stuck": [], "facts": 1, "revision": 1, "assessed": True}),
        (Reported, {"numbers": [1]}),
    ):  # fmt: skip
        assert model.model_validate(_strewn(plain, extra)) == model.model_validate(plain)


@pytest.mark.parametrize("path", DOSSIERS, ids=lambda p: f"{p.parent.name}-{p.stem}")
async def test_a_history_tells_what_its_dossier_remembers_without_its_code(path: Path) -> None:
    then = CaseState.model_validate(STATES_OF[f"{path.parent.name}/{path.stem}"])
    read_out = await read_memory(history_of(path), pydantic_data_converter)
    assert read_out.dossier == then.dossier
    assert read_out.answer == then.answer
    assert read_out.told == then.told
    assert read_out.revision > then.revision
    assert read_out.assessed != len(read_out.dossier.facts), "it is assessed anew"


async def test_facts_that_came_after_a_reading_are_found() -> None:
    path = next(path for path in DOSSIERS if path.stem == "life")
    whole = history_of(path)
    early = WorkflowHistory(whole.workflow_id, whole.events[:60])
    state = await read_memory(early, pydantic_data_converter)
    later = await newer_facts(state, whole, pydantic_data_converter)
    then = CaseState.model_validate(STATES_OF[f"{path.parent.name}/life"]).dossier.facts
    assert 0 < len(later) < len(then)
    known = [fact.command_id for fact in state.dossier.facts]
    assert known + [new.command_id for new in later] == [fact.command_id for fact in then]


async def test_a_history_without_a_start_is_refused() -> None:
    whole = history_of(DOSSIERS[0])
    with pytest.raises(ValueError, match="has no start"):
        await read_memory(WorkflowHistory("case/x", whole.events[1:]), pydantic_data_converter)
