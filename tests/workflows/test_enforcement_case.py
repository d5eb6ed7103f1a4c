"""A case's life in Temporal: facts by update, one assessment a change, one timer."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.errors import RegisterAwayError
from store.register import Register
from tests.seals import SEAL
from tests.workflows.conftest import DAY, Stage, eventually, make_dossier, new_fact
from workflows.client import (
    RefusedError,
    UnknownCaseError,
    last_state,
    look,
    report,
    start_case,
)
from workflows.dossiers import EnforcementCase
from workflows.messages import CaseState, workflow_id
from workflows.pulse import is_polling

VN = ZoneInfo("Asia/Ho_Chi_Minh")


def _day(ahead: int) -> str:
    return (datetime.now(VN) + timedelta(days=ahead)).date().isoformat()  # noqa: TID251


async def test_a_reported_fact_answers_with_the_agenda_that_follows(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(-3)}")
        told = await stage.tell(case, f"enforcement_decision_issued {_day(-1)}")
        assert (told.numbers, told.assessed, told.stage) == ((2,), True, "decided")
        assert {line.id for line in told.agenda} >= {"procuracy.sending", "notice.to_parties"}
        card = await stage.reading.card(case, datetime.now(VN))  # noqa: TID251
        assert card is not None
        assert (card.stage, card.facts_count) == ("decided", 2)


async def test_a_repeated_command_is_one_fact(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(-3)}")
        first = await stage.tell(case, f"money_collected {_day(-1)} amount_vnd=5000")
        again = await stage.tell(case, f"money_collected {_day(-1)} amount_vnd=5000")
        assert (first.numbers, again.numbers, again.repeated) == ((2,), (2,), (2,))
        other = await stage.tell(
            case, f"money_collected {_day(-1)} amount_vnd=5000", command_id="again"
        )
        assert other.numbers == (3,)


async def test_a_command_id_is_known_after_continue_as_new(stage: Stage) -> None:
    dossier = make_dossier(f"request_received {_day(-3)}")
    state = CaseState(dossier=dossier, most_events=6)
    async with stage.worker():
        handle = await stage.client.start_workflow(
            EnforcementCase.run, state, id=workflow_id(dossier.id), task_queue="thads"
        )
        await stage.tell(dossier.id, f"enforcement_decision_issued {_day(-2)}")
        first = handle.first_execution_run_id
        await stage.tell(dossier.id, f"officer_assigned {_day(-2)}")
        await eventually(lambda: _run_changed(stage, dossier.id, first))
        again = await stage.tell(dossier.id, f"enforcement_decision_issued {_day(-2)}")
        assert again.repeated == (2,)
        _, facts, _ = await look(stage.client, dossier.id)
        assert [fact.event for fact in facts] == [
            "request_received", "enforcement_decision_issued", "officer_assigned",
        ]  # fmt: skip


async def _run_changed(stage: Stage, case: str, first: str | None) -> bool:
    return (await stage.handle(case).describe()).run_id != first


@pytest.mark.parametrize(
    ("text", "words", "words_vi"),
    [
        ("enforcement_decision_issued 2999-01-01", "cannot be dated after", "không thể ghi ngày"),
        ("decision_validly_notified 2026-07-15 channel=direct", "allowed", "cho phép một trong"),
    ],
)
async def test_a_malformed_or_future_fact_is_refused_and_leaves_no_trace(
    stage: Stage, text: str, words: str, words_vi: str
) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(-3)}")
        fact = new_fact(text, command_id="x")
        if "channel" in text:
            fact = fact.model_copy(update={"fields": {"channel": "pigeon"}})
        await eventually(lambda: _assessed(stage, case))
        before = (await stage.handle(case).describe()).history_length
        with pytest.raises(RefusedError, match=words) as refused:
            await report(stage.client, case, [fact])
        assert words_vi in refused.value.say("vi")
        assert (await stage.handle(case).describe()).history_length == before


async def _assessed(stage: Stage, case: str) -> bool:
    card, _, _ = await look(stage.client, case)
    return card.assessed


async def test_several_facts_in_one_update_are_one_assessment(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(-6)}")
        await eventually(lambda: _assessed(stage, case))
        told = await stage.tell(
            case, f"enforcement_decision_issued {_day(-5)}", f"officer_assigned {_day(-5)}",
            f"case_file_opened {_day(-4)}",
        )  # fmt: skip
        assert told.numbers == (2, 3, 4)
        card, _, _ = await look(stage.client, case)
        assert card.revision == 2


async def test_a_reported_fact_costs_ten_events_at_the_most(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(-6)}")
        await eventually(lambda: _assessed(stage, case))
        before = (await stage.handle(case).describe()).history_length
        await stage.tell(case, f"enforcement_decision_issued {_day(-5)}")
        after = (await stage.handle(case).describe()).history_length
        assert after - before <= 10


async def test_a_correction_keeps_both_records_and_moves_the_dates(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open("request_received 2026-07-06")
        await stage.tell(case, "enforcement_decision_issued 2026-07-13")
        await stage.tell(
            case, "enforcement_decision_issued 2026-07-10", command_id="c1", corrects=2,
            reason="gõ nhầm ngày",
        )  # fmt: skip
        rows = {row.rule: row for row in await stage.reading.limits(case, datetime.now(VN))}  # noqa: TID251
        assert str(rows["decision.on_request"].met_on) == "2026-07-10"
        assert rows["procuracy.sending"].occurrence == "procuracy.sending#2"
        assert [f.effective for f in await stage.reading.facts(case)] == [True, False, True]
        await stage.tell(
            case, "enforcement_decision_issued 2026-07-10", command_id="c2", retracts=2,
            reason="chưa ra quyết định",
        )  # fmt: skip
        rows = {row.rule: row for row in await stage.reading.limits(case, datetime.now(VN))}  # noqa: TID251
        assert rows["decision.on_request"].met_on is None


async def test_a_correction_of_an_unknown_fact_is_refused(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open("request_received 2026-07-06")
        with pytest.raises(RefusedError, match="corrects is 9") as refused:
            await stage.tell(case, "request_received 2026-07-07", corrects=9, reason="x")
        assert refused.value.say("vi") == ("corrects là 9; cho phép số của một sự kiện, từ 1 đến 1")


async def test_the_timer_wakes_the_case_for_its_next_rung(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(0)}")
        card = await eventually(lambda: _card(stage, case))
        assert card.next_wake is not None
        ahead = card.next_wake - datetime.now(VN)  # noqa: TID251
        await stage.environment.fast_forward(stage.handle(case), ahead + timedelta(minutes=1))
        await eventually(lambda: _revision_above(stage, case, card.revision))
        alerts = await stage.reading.alerts(dossier=case)
        assert [(a.rung, a.role) for a in alerts] == [(-3, "officer")]


async def _card(stage: Stage, case: str) -> Any:
    card, _, _ = await look(stage.client, case)
    return card if card.assessed else None


async def _revision_above(stage: Stage, case: str, revision: int) -> bool:
    card, _, _ = await look(stage.client, case)
    return card.revision > revision


async def test_every_rung_of_an_unheeded_limit_is_raised_once(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(f"request_received {_day(0)}")
        await eventually(lambda: _assessed(stage, case))
        for _ in range(16):
            await stage.environment.fast_forward(stage.handle(case), DAY)
        await eventually(lambda: _rungs(stage, case, 5))
        alerts = await stage.reading.alerts(dossier=case)
        told = sorted((a.rung, a.role) for a in alerts if a.rule == "decision.on_request")
        assert told == [
            (-3, "officer"), (-1, "officer"), (0, "chief_officer"), (0, "officer"),
            (1, "chief_officer"), (3, "head_of_agency"),
        ]  # fmt: skip


async def _rungs(stage: Stage, case: str, least: int) -> bool:
    return len(await stage.reading.alerts(dossier=case)) > least


class _AwayAtFirst:
    """A register that is away until it is let back; then the real one."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.away = True

    async def project(self, *args: Any, **more: Any) -> None:
        if self.away:
            raise RegisterAwayError("the database does not answer")
        await self.register.project(*args, **more)


async def test_while_the_register_is_away_facts_are_recorded_and_assessed_later(
    stage: Stage,
) -> None:
    register = _AwayAtFirst(Register(stage.engine, SEAL))
    async with stage.worker(register):
        case = await stage.open("request_received 2026-07-06")
        told = await stage.tell(case, "enforcement_decision_issued 2026-07-10")
        assert (told.numbers, told.assessed) == ((2,), False)
        more = await stage.tell(case, "officer_assigned 2026-07-13")
        assert (more.numbers, more.assessed) == ((3,), False)
        register.away = False
        await eventually(lambda: _assessed(stage, case), seconds=30)
        card = await stage.reading.card(case, datetime.now(VN))  # noqa: TID251
        assert card is not None
        assert card.facts_count == 3


class _HangingAtFirst(_AwayAtFirst):
    """A register that answers nothing at all until it is let back."""

    async def project(self, *args: Any, **more: Any) -> None:
        if self.away:
            await asyncio.sleep(60)
        await self.register.project(*args, **more)


async def test_while_the_register_hangs_facts_are_recorded_and_a_new_worker_goes_on(
    stage: Stage,
) -> None:
    register = _HangingAtFirst(Register(stage.engine))
    async with stage.worker(register):
        case = await stage.open("request_received 2026-07-06")
        told = await stage.tell(case, "enforcement_decision_issued 2026-07-10")
        assert (told.numbers, told.assessed) == ((2,), False)
        register.away = False
        await eventually(lambda: _assessed(stage, case), seconds=30)
    async with stage.worker():
        more = await asyncio.wait_for(stage.tell(case, "officer_assigned 2026-07-13"), 15)
        assert (more.numbers, more.assessed) == ((3,), True)


async def test_a_closed_case_rests_and_is_reopened_by_a_report(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open(
            "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
            "decision_sent_to_procuracy 2026-07-13", "decision_notified_to_parties 2026-07-13",
            "obligation_performed 2026-07-20", "closed 2026-07-22",
        )  # fmt: skip
        rested = await stage.handle(case).result()
        assert rested.answer.stage == "closed"
        told = await stage.tell(case, f"result_confirmation_requested {_day(-1)}")
        assert told.numbers == (7,)
        assert [line.id for line in told.agenda] == ["result.confirmation"]
        await stage.tell(case, f"result_confirmed {_day(0)}")
        await eventually(lambda: _rested(stage, case))
        state = await last_state(stage.client, case)
        assert len(state.dossier.facts) == 8


async def _rested(stage: Stage, case: str) -> bool:
    about = await stage.handle(case).describe()
    return about.status is not None and about.status.name == "COMPLETED"


async def test_an_unknown_case_is_said_to_be_unknown(stage: Stage) -> None:
    async with stage.worker():
        with pytest.raises(UnknownCaseError, match="thads case open") as refused:
            await stage.tell("NOBODY-1", "request_received 2026-07-06")
        assert refused.value.case == "NOBODY-1"
        assert refused.value.say("vi").startswith("Chưa có việc 'NOBODY-1'; hãy mở")


async def test_starting_a_known_case_changes_nothing(stage: Stage) -> None:
    async with stage.worker():
        dossier = make_dossier("request_received 2026-07-06")
        assert await start_case(stage.client, dossier)
        assert not await start_case(stage.client, dossier)


async def test_search_attributes_and_details_follow_the_case(stage: Stage) -> None:
    async with stage.worker():
        case = await stage.open("request_received 2026-07-06")
        await stage.tell(case, "enforcement_decision_issued 2026-07-10")
        about = await stage.handle(case).describe()
        found = {str(pair.key.name): pair.value for pair in about.typed_search_attributes}
        assert (found["Office"], found["Officer"], found["Stage"]) == (
            "nghe-an/kv1", "cv.an", "decided",
        )  # fmt: skip
        assert "limit_passed" in list(found["StuckReasons"])


async def test_facts_reported_at_the_same_time_are_all_kept(stage: Stage) -> None:
    import asyncio  # noqa: PLC0415 - only here

    async with stage.worker():
        case = await stage.open("request_received 2026-07-06")
        await asyncio.gather(
            *(
                stage.tell(case, "money_collected 2026-08-03 amount_vnd=1000", command_id=f"m{n}")
                for n in range(12)
            )
        )
        _, facts, _ = await look(stage.client, case)
        assert sorted(fact.number for fact in facts) == list(range(1, 14))
        card = await eventually(lambda: _card(stage, case))
        assert card.facts == 13


async def test_the_server_sees_a_worker_poll_and_misses_one_that_is_gone(stage: Stage) -> None:
    async with stage.worker():
        await eventually(lambda: is_polling(stage.client, datetime.now(VN)))  # noqa: TID251
    later = datetime.now(VN) + timedelta(minutes=10)  # noqa: TID251
    assert not await is_polling(stage.client, later)
