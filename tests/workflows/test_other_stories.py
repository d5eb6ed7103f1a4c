"""A denunciation that is late below and repeated above; a judgment and the case of its property."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from cases.facts import Fact, effective
from tests.workflows.conftest import Stage, eventually
from tests.workflows.test_complaint_story import (
    NEW,
    OLD,
    _pass,
    _stage_of,
    _states,
    _tell,
    _today,
)
from tests.workflows.test_siblings import working
from workflows.client import look


@pytest.mark.parametrize(
    ("ended", "act", "days"), [("", NEW, 45), ("case_ended=2026-06-19", OLD, 75)]
)
async def test_a_denunciation_that_is_late_reaches_the_superior_and_may_be_repeated(
    stage: Stage, ended: str, act: str, days: int
) -> None:
    async with working(stage):
        name = f"denunciation/TC-{uuid4().hex[:8]}"
        received = f"denunciation_received {_today() - timedelta(days=2)} {ended}".strip()
        await stage.open(received, kind="denunciation", id=name, office="nghe-an", officer=None)
        await _tell(stage, name, "denunciation_accepted", 1)
        assert (await _states(stage, name))["denunciation.resolution"] == ("open", "head", act)
        # Law 106/2025, Art. 110.2: 30 days; Law 26/2008, Art. 157.2: 60 days; then the ladder.
        await _pass(stage, name, days)
        late = await _states(stage, name)
        assert late["denunciation.resolution"] == ("breached", "head", act)
        superior = [rule for rule, (state, holder, _) in late.items()
                    if holder == "superior" and state == "open"]  # fmt: skip
        assert any(rule.startswith("denunciation.superior") for rule in superior), superior
        await _tell(stage, name, "denunciation_directed")
        await _tell(stage, name, "denunciation_concluded")
        assert (await _states(stage, name))["denunciation.resolution"][0] == "late"
        await _tell(stage, name, "denunciation_handled")
        await _tell(stage, name, "repeat_denunciation_received", 0, "ground=resolution_unlawful")
        assert await _stage_of(stage, name, "denunciation_repeat_review")
        await _tell(
            stage, name, "repeat_denunciation_examined", 0, "repeat_outcome=resolved_lawfully"
        )
        assert await _stage_of(stage, name, "denunciation_final")


async def test_a_judgment_and_the_case_of_its_property_part_know_each_other(
    stage: Stage,
) -> None:
    async with working(stage):
        day = _today() - timedelta(days=3)
        judgment, case = f"admin/HC-{uuid4().hex[:8]}", f"T-{uuid4().hex[:12]}"
        await stage.open(
            f"administrative_judgment_received {day} ruling=decision_annulled property_part=true",
            kind="administrative_judgment", id=judgment, office="nghe-an",
        )  # fmt: skip
        await stage.open(f"request_received {day}", id=case, about=judgment)
        await _tell(stage, judgment, "property_part_referred", 1, f"case={case}")

        async def facts_of(dossier: str) -> dict[str, Fact]:
            _, facts, _ = await look(stage.client, dossier)
            return {fact.event: fact for fact in effective(facts)}

        async def known() -> bool:
            of_case, of_judgment = await facts_of(case), await facts_of(judgment)
            return (
                "administrative_judgment_linked" in of_case
                and "property_case_opened" in of_judgment
            )

        await eventually(known)
        assert (await facts_of(case))["administrative_judgment_linked"].fields == {
            "judgment": judgment
        }
        assert (await facts_of(judgment))["property_case_opened"].fields == {"case": case}
