"""A complaint and its case live and close on their own, and each hears what concerns it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, text

from cases.facts import Fact, effective
from law.calendar import ZONE
from store.key_tables import dossier_keys
from tests.replay.states import replayer
from tests.workflows.conftest import Stage, eventually, new_fact
from workflows.client import look, report
from workflows.dossiers import OF_ANY_KIND
from workflows.messages import Card, dossier_id

RECEIVED = datetime(2026, 9, 1, 9, tzinfo=ZONE)
CASE = (
    "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-07-29 outcome=with_means",
)  # fmt: skip
LETTER = "complaint_received 2026-08-03 object=coercion"


@asynccontextmanager
async def working(stage: Stage) -> AsyncIterator[None]:
    """Work with a cache, which queries while a case assesses need, and replay all afterwards."""
    async with stage.worker(max_cached_workflows=100):
        yield
    # One Temporal holds every test's dossiers; only this test's have their keys here.
    own = {row["dossier"] for row in await stage.engine.fetch(select(dossier_keys.c.dossier))}
    async for run in stage.client.list_workflows(OF_ANY_KIND):
        if dossier_id(run.id) not in own:
            continue
        history = await stage.client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        await replayer(stage.client.data_converter).replay_workflow(history)


async def _complaint(stage: Stage, about: str | None, *facts: str, **more: Any) -> str:
    name = f"complaint/KN-{uuid4().hex[:8]}"
    return await stage.open(
        LETTER, *facts, kind="complaint", id=name, about=about, office="nghe-an", **more
    )


async def _events(stage: Stage, dossier: str) -> dict[str, Fact]:
    _, facts, _ = await look(stage.client, dossier)
    return {fact.event: fact for fact in effective(facts)}


def _has(stage: Stage, dossier: str, event: str) -> Callable[[], Awaitable[bool]]:
    async def told() -> bool:
        return event in await _events(stage, dossier)

    return told


def _lacks(stage: Stage, dossier: str, event: str) -> Callable[[], Awaitable[bool]]:
    async def gone() -> bool:
        return event not in await _events(stage, dossier)

    return gone


async def _card(stage: Stage, dossier: str) -> Card:
    return (await look(stage.client, dossier))[0]


async def test_a_complaint_halts_its_case_and_lets_it_go_on_when_it_is_decided(
    stage: Stage,
) -> None:
    async with working(stage):
        case = await stage.open(*CASE)
        complaint = await _complaint(stage, case)
        await eventually(_has(stage, case, "complaint_lodged"))
        lodged = (await _events(stage, case))["complaint_lodged"]
        assert lodged.fields == {"complaint": complaint, "instance": "first", "object": "coercion"}
        assert lodged.actor == complaint
        await stage.tell(
            complaint, "complaint_accepted 2026-08-06", "complaint_halt_ordered 2026-08-06",
            received_at=RECEIVED,
        )  # fmt: skip
        await eventually(_has(stage, case, "enforcement_halted"))
        halted = (await _events(stage, case))["enforcement_halted"]
        # 30 days from 6 August end on Saturday 5 September: Monday the 7th.
        assert halted.fields["until"] == "2026-09-07"
        planned = new_fact(
            "coercion_planned 2026-09-03 at=09:00",
            received_at=datetime(2026, 9, 1, 10, tzinfo=ZONE),
        )
        refused = await report(stage.client, case, [planned])
        assert "halt.no_coercion" in {plan.rule for plan in refused.refused_plans}
        await stage.tell(
            complaint, "complaint_resolved 2026-09-01 result=kept", received_at=RECEIVED
        )
        await eventually(_has(stage, case, "enforcement_halt_lifted"))
        events = await _events(stage, case)
        assert events["complaint_decided"].fields["result"] == "kept"
        assert events["enforcement_halt_lifted"].on.isoformat() == "2026-09-01"


async def test_what_is_corrected_in_the_complaint_is_corrected_in_the_case(stage: Stage) -> None:
    async with working(stage):
        case = await stage.open(*CASE)
        complaint = await _complaint(stage, case)
        await stage.tell(
            complaint, "complaint_accepted 2026-08-06", "complaint_halt_ordered 2026-08-06",
            received_at=RECEIVED,
        )  # fmt: skip
        await eventually(_has(stage, case, "enforcement_halted"))
        number = (await _events(stage, complaint))["complaint_halt_ordered"].number
        await stage.tell(
            complaint, "complaint_halt_ordered 2026-08-07", corrects=number, reason="nhầm ngày",
            command_id=uuid4().hex, received_at=RECEIVED,
        )  # fmt: skip

        async def moved() -> bool:
            return (await _events(stage, case))["enforcement_halted"].on.isoformat() == "2026-08-07"

        await eventually(moved)
        _, facts, _ = await look(stage.client, case)
        assert sum(f.event == "enforcement_halted" for f in facts) == 2
        await stage.tell(
            complaint, "complaint_halt_ordered 2026-08-07", retracts=number, reason="không có",
            command_id=uuid4().hex, received_at=RECEIVED,
        )  # fmt: skip
        await eventually(_lacks(stage, case, "enforcement_halted"))


async def test_what_is_told_to_a_closed_case_is_kept_and_the_case_stays_closed(
    stage: Stage,
) -> None:
    async with working(stage):
        case = await stage.open(
            "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
            "decision_sent_to_procuracy 2026-07-13", "decision_notified_to_parties 2026-07-13",
            "obligation_performed 2026-07-20", "closed 2026-07-22",
        )  # fmt: skip
        await stage.handle(case).result()
        complaint = await _complaint(stage, case)
        await eventually(_has(stage, case, "complaint_lodged"))
        await stage.handle(case).result()
        card = await _card(stage, case)
        assert card.status == "closed"
        assert (await _card(stage, complaint)).told[0].number == 7


async def test_a_complaint_about_an_unknown_case_goes_on_and_says_so(stage: Stage) -> None:
    async with working(stage):
        complaint = await _complaint(stage, "NA-NOT-THERE")

        async def tried() -> bool:
            return bool((await _card(stage, complaint)).told)

        await eventually(tried)
        (told,) = (await _card(stage, complaint)).told
        assert told.number is None
        assert "NA-NOT-THERE" in told.problem_en
        assert "NA-NOT-THERE" in told.problem_vi
        await stage.tell(complaint, "complaint_accepted 2026-08-06", received_at=RECEIVED)
        assert (await _card(stage, complaint)).stage == "complaint_examined"


async def test_a_case_opened_later_hears_of_it_at_the_next_assessment(stage: Stage) -> None:
    name = f"T-{uuid4().hex[:12]}"
    async with working(stage):
        complaint = await _complaint(stage, name)

        async def tried() -> bool:
            return bool((await _card(stage, complaint)).told)

        await eventually(tried)
        await stage.open(*CASE, id=name)
        await stage.tell(complaint, "complaint_accepted 2026-08-06", received_at=RECEIVED)
        await eventually(_has(stage, name, "complaint_lodged"))


async def test_a_denunciation_tells_its_case_nothing(stage: Stage) -> None:
    async with working(stage):
        case = await stage.open(*CASE)
        name = f"denunciation/TC-{uuid4().hex[:8]}"
        await stage.open(
            "denunciation_received 2026-08-03", kind="denunciation", id=name, about=case,
            office="nghe-an",
        )  # fmt: skip
        await stage.tell(name, "denunciation_accepted 2026-08-10", received_at=RECEIVED)
        _, facts, _ = await look(stage.client, case)
        assert {fact.event for fact in facts} == {text.split()[0] for text in CASE}


async def test_the_register_holds_each_kind_and_what_it_is_about(stage: Stage) -> None:
    async with working(stage):
        case = await stage.open(*CASE)
        complaint = await _complaint(stage, case)

        async def there() -> bool:
            now = datetime(2026, 9, 1, tzinfo=ZONE) + timedelta(days=1)
            card = await stage.reading.card(complaint, now)
            return card is not None and card.kind == "complaint" and card.about == case

        await eventually(there)
        rows = await stage.engine.fetch(text("select id from projection.dossiers"))
        assert {case, complaint} <= {row["id"] for row in rows}
