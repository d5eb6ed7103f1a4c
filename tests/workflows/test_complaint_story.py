"""A complaint goes its whole way: late below, the superior's duty, the second level, the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cases.facts import Fact, effective
from law.calendar import ZONE
from tests.workflows.conftest import Stage, eventually
from tests.workflows.test_siblings import working
from workflows.client import look

OLD, NEW = "26/2008/QH12", "106/2025/QH15"


def _today() -> date:
    return datetime.now(ZONE).date()  # noqa: TID251 - stories need a present


async def _now(stage: Stage, dossier: str) -> datetime:
    """Give the time of a dossier's own virtual clock."""
    return await stage.environment.get_current_time(stage.handle(dossier))


async def _tell(stage: Stage, dossier: str, event: str, back: int = 0, fields: str = "") -> Any:
    now = await _now(stage, dossier)
    day = (now - timedelta(days=back)).astimezone(ZONE).date()
    return await stage.tell(dossier, f"{event} {day} {fields}".strip(), received_at=now)


async def _pass(stage: Stage, dossier: str, days: int) -> None:
    for _ in range(days):
        await stage.environment.fast_forward(stage.handle(dossier), timedelta(days=1))


async def _states(stage: Stage, dossier: str) -> dict[str, tuple[str, str, str]]:
    now = await _now(stage, dossier)
    rows = await stage.reading.limits(dossier, now)
    return {row.rule: (row.state, row.holder, row.act) for row in rows if row.opens_at <= now}


async def _stage_of(stage: Stage, dossier: str, wanted: str) -> bool:
    card, _, _ = await look(stage.client, dossier)
    return card.stage == wanted


async def _halted(stage: Stage, case: str) -> list[Fact]:
    _, facts, _ = await look(stage.client, case)
    return [fact for fact in effective(facts) if fact.event == "enforcement_halted"]


async def _be_late_below(stage: Stage, case: str, name: str, act: str) -> None:
    await _tell(stage, name, "complaint_accepted", 1)
    first = await _states(stage, name)
    assert first["complaint.acceptance_first"] == ("met", "head", act)
    assert first["complaint.resolution_coercion"] == ("open", "head", act)
    await _tell(stage, name, "complaint_halt_ordered", 1)
    (halt,) = await eventually(lambda: _halted(stage, case))
    assert halt.fields["until"]
    # 30 days, then ten working days of silence, at most 18 days of the calendar.
    await _pass(stage, name, 52)
    late = await _states(stage, name)
    assert late["complaint.resolution_coercion"] == ("breached", "head", act)
    assert late["complaint.superior_demand"][:2] == ("open", "superior")
    alerts = await stage.reading.alerts(dossier=name)
    rungs = {(a.rung, a.role) for a in alerts if a.rule == "complaint.resolution_coercion"}
    assert {(0, "officer"), (3, "head_of_agency"), (10, "managing_authority")} <= rungs
    card, _, _ = await look(stage.client, name)
    assert "limit_passed" in card.stuck


async def _decide_below(stage: Stage, name: str) -> None:
    await _tell(stage, name, "complaint_superior_demanded")
    await _tell(stage, name, "complaint_superior_followed_up")
    await _tell(stage, name, "complaint_resolved", 0, "result=kept")
    assert (await _states(stage, name))["complaint.resolution_coercion"][0] == "late"
    await _tell(stage, name, "complaint_resolution_notified")
    assert (await _states(stage, name))["complaint.bar_second"][0] == "open"


async def _decide_above(stage: Stage, name: str, act: str) -> None:
    await _pass(stage, name, 10)
    await _tell(stage, name, "complaint_received", 0, "instance=second")
    assert await _stage_of(stage, name, "second_complaint_received")
    second = await _states(stage, name)
    assert second["complaint.bar_second"][0] == "met"
    assert second["complaint.acceptance_second"][:2] == ("open", "superior")
    await _tell(stage, name, "complaint_accepted")
    resolving = (await _states(stage, name))["complaint.resolution_coercion_second"]
    assert resolving == ("open", "superior", act)
    await _tell(stage, name, "complaint_resolved", 0, "result=cancelled")


async def _heard(stage: Stage, case: str) -> list[str]:
    _, facts, _ = await look(stage.client, case)
    return sorted(f.event for f in effective(facts) if f.event.startswith("complaint_"))


@pytest.mark.parametrize(("ended", "act"), [("", NEW), ("case_ended=2026-06-19", OLD)])
async def test_a_complaint_that_is_late_below_reaches_the_superior_and_its_end(
    stage: Stage, ended: str, act: str
) -> None:
    async with working(stage):
        day = _today() - timedelta(days=2)
        case = await stage.open(f"request_received {day - timedelta(days=60)}")
        letter = f"complaint_received {day} object=coercion against=officer {ended}".strip()
        name = f"complaint/KN-{uuid4().hex[:8]}"
        await stage.open(letter, kind="complaint", id=name, about=case, office="nghe-an")
        await _be_late_below(stage, case, name, act)
        await _decide_below(stage, name)
        await _decide_above(stage, name, act)
        # Law 106/2025, Art. 98.2; Law 26/2008, Art. 142: a second decision is final.
        await eventually(lambda: _stage_of(stage, name, "complaint_settled"))

        async def everything() -> bool:
            return await _heard(stage, case) == [
                "complaint_decided", "complaint_decided", "complaint_in_effect",
                "complaint_lodged", "complaint_lodged",
            ]  # fmt: skip

        await eventually(everything)
        card = await stage.reading.card(case, await _now(stage, name))
        assert card is not None
        assert "coercion_paused" not in card.stuck


async def test_a_first_decision_nobody_challenges_takes_effect_by_itself_and_the_case_hears_it(
    stage: Stage,
) -> None:
    async with working(stage):
        begun = _today()
        case = await stage.open(f"request_received {begun - timedelta(days=60)}")
        name = f"complaint/KN-{uuid4().hex[:8]}"
        await stage.open(
            f"complaint_received {begun} object=before_measures", kind="complaint", id=name,
            about=case, office="nghe-an",
        )  # fmt: skip
        for event in ("complaint_accepted", "complaint_resolved", "complaint_resolution_notified"):
            await _tell(stage, name, event, 0, "result=kept" if "resolved" in event else "")
        # Law 106/2025, Art. 105.5: 15 days, and whatever days off the last of them meets.
        for _ in range(24):
            if await _stage_of(stage, name, "complaint_settled"):
                break
            await _pass(stage, name, 1)
        assert await _stage_of(stage, name, "complaint_settled")

        async def heard() -> bool:
            _, facts, _ = await look(stage.client, case)
            return any(f.event == "complaint_in_effect" for f in facts)

        await eventually(heard)


async def test_a_complaint_about_a_security_measure_has_one_level_and_is_final_at_once(
    stage: Stage,
) -> None:
    async with working(stage):
        begun = _today()
        case = await stage.open(f"request_received {begun - timedelta(days=60)}")
        name = f"complaint/KN-{uuid4().hex[:8]}"
        await stage.open(
            f"complaint_received {begun} object=account_freeze", kind="complaint", id=name,
            about=case, office="nghe-an",
        )  # fmt: skip
        await _tell(stage, name, "complaint_accepted")
        await _tell(stage, name, "complaint_resolved", 0, "result=stopped")
        await eventually(lambda: _stage_of(stage, name, "complaint_settled"))
