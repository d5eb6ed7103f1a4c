"""What goes to Temporal is locked in every place, and opens for who has the keys."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.converter import WorkflowSerializationContext
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from codec import ENCODING, DossierCodec, PayloadError, codec_over, key_name, turn_json
from store.away_seals import AwaySeals
from store.dossier_keys import INSTALLATION, DossierKeys, KeyDestroyedError
from store.engine import Engine, open_engine
from store.errors import RegisterAwayError
from store.sealing import Seal, SealError
from tests.conftest import free_port
from tests.seals import KEY
from tests.workflows.conftest import (
    Stage,
    eventually,
    locked_client,
    make_dossier,
    new_fact,
)
from workflows.client import (
    delete_executions,
    look,
    nudge,
    report,
    start_case,
)
from workflows.messages import workflow_id

SECRET = "Nguyễn Thị Kín Tiếng, số 7 ngõ Bí Mật"
CASE = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")


def away() -> Engine:
    return open_engine(f"postgresql://postgres@127.0.0.1:{free_port()}/thads")


def codec_of(stage: Stage, engine: Engine | None = None, key: bytes = KEY) -> DossierCodec:
    return codec_over(engine or stage.engine, Seal([key]))


def payload(text: str = SECRET) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(text).encode())


def telling(raw: str) -> list[str]:
    """Find the secret in a history as JSON, where payloads stand in base64."""
    found: list[str] = re.findall(r'"data": "([^"]*)"', raw)
    plain = b"\n".join(base64.b64decode(text) for text in found) + raw.encode()
    forms = (SECRET.encode(), json.dumps(SECRET).strip('"').encode(), b"Secret")
    return [form.decode() for form in forms if form in plain]


@workflow.defn(name="EveryPlace")
class EveryPlace:
    """Put a text wherever Temporal takes one."""

    def __init__(self) -> None:
        self._told = ""
        self._done = False

    @workflow.run
    async def run(self, text: str, turn: int) -> str:
        workflow.set_current_details(text)
        await workflow.sleep(timedelta(milliseconds=5), summary=text)
        workflow.upsert_memo({"later": text})
        if turn == 0:
            workflow.continue_as_new(args=[text, 1])
        await workflow.wait_condition(lambda: self._done)
        return text

    @workflow.update
    async def tell(self, text: str) -> str:
        if text == "fail":
            raise ApplicationError(SECRET, SECRET, type="Refused")
        self._told = text
        return f"told {text}"

    @workflow.signal
    def end(self, text: str) -> None:
        self._done = text == SECRET

    @workflow.query
    def ask(self, text: str) -> str:
        return f"{text} {self._told}"


async def test_a_text_is_readable_in_no_place_of_a_history(stage: Stage) -> None:
    worker = Worker(
        stage.client, task_queue="every-place", workflows=[EveryPlace], max_cached_workflows=0,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )  # fmt: skip
    async with worker:
        handle = await stage.client.start_workflow(
            EveryPlace.run, args=[SECRET, 0], id="case/every-place", task_queue="every-place",
            memo={"first": SECRET}, static_summary=SECRET, static_details=SECRET,
        )  # fmt: skip

        first = handle.first_execution_run_id

        async def continued() -> bool:
            newest = stage.client.get_workflow_handle("case/every-place")
            return (await newest.describe()).run_id != first

        await eventually(continued)
        newest: WorkflowHandle[Any, str] = stage.client.get_workflow_handle(
            "case/every-place", result_type=str
        )
        assert await newest.execute_update(EveryPlace.tell, SECRET) == f"told {SECRET}"
        assert await newest.query(EveryPlace.ask, "q") == f"q {SECRET}"
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await newest.execute_update(EveryPlace.tell, "fail")
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.message == SECRET
        assert refused.value.cause.details == (SECRET,)
        begun = stage.client.get_workflow_handle("case/every-place", run_id=first)
        assert await (await begun.describe()).static_summary() == SECRET
        about = await newest.describe()
        assert [await about.memo_value(name) for name in ("first", "later")] == [SECRET, SECRET]
        await newest.signal(EveryPlace.end, SECRET)
        assert await newest.result() == SECRET
    runs = [run async for run in stage.client.list_workflows("WorkflowId = 'case/every-place'")]
    assert len(runs) == 2
    for run in runs:
        one = stage.client.get_workflow_handle(run.id, run_id=run.run_id)
        raw = (await one.fetch_history()).to_json()
        assert raw.count(base64.b64encode(ENCODING).decode()) >= 3
        assert telling(raw) == []
    assert telling('"data": "' + base64.b64encode(SECRET.encode()).decode() + '"')


def test_a_workflow_is_locked_under_its_dossiers_key_and_others_under_the_installations() -> None:
    named = {name: key_name(name) for name in (
        "case/NA-1", "complaint/KN-1", "admin/HC-1", "reception/nghe-an-2026", "cross-check-run",
        "handover/cv.an/cv.binh/2026-11-24", "deliver-alerts-run-2026", "cases",
    )}  # fmt: skip
    assert named["case/NA-1"] == "NA-1"
    assert named["complaint/KN-1"] == "complaint/KN-1"
    assert named["admin/HC-1"] == "admin/HC-1"
    assert {name for name, key in named.items() if key == INSTALLATION} == {
        "cross-check-run", "handover/cv.an/cv.binh/2026-11-24", "deliver-alerts-run-2026", "cases",
    }  # fmt: skip
    assert key_name(None) == INSTALLATION


async def test_a_payload_opens_without_a_context_and_plain_ones_pass(stage: Stage) -> None:
    codec = codec_of(stage)
    one = codec.with_context(WorkflowSerializationContext(namespace="x", workflow_id="case/A"))
    locked = await one.encode([payload(), payload()])
    assert locked[0].data != locked[1].data
    assert await codec_of(stage).decode([*locked, payload("plain")]) == [
        payload(), payload(), payload("plain"),
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["data", "thads-key"])
async def test_a_payload_that_was_changed_or_given_to_another_dossier_does_not_open(
    stage: Stage, change: str
) -> None:
    codec = codec_of(stage).named("A")
    (locked,) = await codec.encode([payload()])
    await codec.named("B").encode([payload()])
    if change == "data":
        locked.data = locked.data[:-1] + bytes([locked.data[-1] ^ 1])
    else:
        locked.metadata["thads-key"] = b"B"
    with pytest.raises(PayloadError):
        await codec.decode([locked])


async def test_a_destroyed_key_opens_nothing_and_locks_nothing(stage: Stage) -> None:
    codec = codec_of(stage).named("A")
    locked = await codec.encode([payload()])
    await DossierKeys(stage.engine, Seal([KEY])).destroy("A")
    for attempt in (codec_of(stage).decode(locked), codec_of(stage).named("A").encode([payload()])):
        with pytest.raises(KeyDestroyedError):
            await attempt


async def test_without_the_register_a_payload_opens_with_the_master_key_alone(stage: Stage) -> None:
    cut = away()
    locked = await codec_of(stage, cut).named("A").encode([payload()])
    assert SECRET.encode() not in locked[0].data
    assert await codec_of(stage, away()).decode(locked) == [payload()]
    with pytest.raises(SealError):
        await codec_of(stage, away(), b"x" * 32).decode(locked)
    # Who can reach the register notes which master key must be kept for it.
    assert await codec_of(stage).decode(locked) == [payload()]
    assert await AwaySeals(stage.engine).tally() == {Seal([KEY]).ids[0]: 1}


async def test_a_key_that_cannot_be_had_now_is_asked_for_again(stage: Stage) -> None:
    locked = await codec_of(stage).named("A").encode([payload()])
    with pytest.raises(RegisterAwayError):
        await codec_of(stage, away()).decode(locked)
    assert await codec_of(stage).decode(locked) == [payload()]


async def test_a_report_is_taken_and_answered_while_its_sender_has_no_register(
    stage: Stage,
) -> None:
    async with stage.worker(max_cached_workflows=10):
        case = await stage.open(*CASE)
        await stage.tell(case, "decision_validly_notified 2026-07-15 channel=direct")
        cut = locked_client(stage.client, codec_of(stage, away()))
        told = await report(cut, case, [new_fact("means_verified 2026-07-29 outcome=with_means")])
        assert told.numbers == (4,)
        assert told.agenda
    (away_seals,) = (await AwaySeals(stage.engine).tally()).values()
    assert away_seals == 1


async def test_a_dossier_begun_before_there_were_keys_goes_on(stage: Stage) -> None:
    plain: Client = stage.environment.client
    async with stage.worker():
        old = make_dossier(*CASE)
        await start_case(plain, old)
        told = await stage.tell(old.id, "decision_validly_notified 2026-07-15 channel=direct")
        assert told.numbers == (3,)
        assert (await look(stage.client, old.id))[0].facts == 3


async def test_a_workflow_whose_key_was_destroyed_stands_and_does_not_fail(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(*CASE)
        await stage.tell(case, "decision_validly_notified 2026-07-15 channel=direct")
    await DossierKeys(stage.engine, Seal([KEY])).destroy(case)
    codec = codec_of(stage)
    client = locked_client(stage.client, codec)
    fresh = Stage(stage.environment, client, stage.engine, stage.corpus, stage.calendar)
    async with fresh.worker():
        await nudge(client, [case])
        await asyncio.sleep(1)
        about = await stage.environment.client.get_workflow_handle(workflow_id(case)).describe()
        assert about.status is not None
        assert about.status.name == "RUNNING"
    assert await delete_executions(client, case) == 1

    async def gone() -> bool:
        return await delete_executions(client, case) == 0

    await eventually(gone)


async def test_the_codec_server_turns_payloads_as_json(stage: Stage) -> None:
    codec = codec_of(stage).named("A")
    plain: list[dict[str, Any]] = [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "ImEi"}]
    locked = await turn_json(codec.encode, plain)
    assert locked != plain
    assert await turn_json(codec.decode, locked) == plain
    with pytest.raises(ValueError, match="payloads"):
        await turn_json(codec.decode, [{"data": 5}])
