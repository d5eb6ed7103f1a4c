"""Answers to alerts: kept once, judged by the ladder, and reminded of exactly once."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from cases.errors import FormError
from cases.facts import Fact
from cases.replies import Reply
from law.edition import Edition
from store.alerts import AlertRows
from store.answering import Answering, Kept
from store.engine import Engine
from store.register import Register
from store.replies import is_answered_at
from store.tables import limits
from tests.store.dossiers import NOW, Assessor, build, moment

CASE = "NA-2026-000001"
FILE, PAPER = "case_file.opening#4", "procuracy.sending#3"
NEXT_RUNG = "2026-10-13"


@pytest.fixture(name="answering")
async def _answering(engine: Engine, register: Register, assessed: Assessor) -> Answering:
    """Have a case with two limits that were due on 8 October, on the morning of the 9th."""
    await register.project(build(), assessed(build()), 1)
    law = Edition(assessed.corpus, assessed.calendar)
    return Answering(engine, lambda: law)


async def give(answering: Answering, rule: str = FILE, now: datetime = NOW, **said: Any) -> Kept:
    plain = {
        "person": "cv.an",
        "action": "ack",
        "text": "đang lập",
        "actor": "an",
        "via": "command",
    }
    limit = await answering.find(CASE, rule, now)
    return await answering.answer(limit, Reply.model_validate(plain | said), now)


async def reminders(engine: Engine) -> list[tuple[str, str, str, str]]:
    async with engine.connected() as connection:
        cursor = await connection.execute(
            "select occurrence, person, state, to_char(raised_at at time zone 'Asia/Ho_Chi_Minh', "
            "'YYYY-MM-DD') from record.alerts where kind = 'reminder' order by raised_at, key"
        )
        return [tuple(row) for row in await cursor.fetchall()]


async def test_an_acknowledgement_holds_five_working_days_and_then_reminds_once(
    answering: Answering, engine: Engine, alert_rows: AlertRows
) -> None:
    kept = await give(answering)
    assert kept.until is not None
    assert kept.until.date() == date(2026, 10, 16), "five working days after Friday 9 October"
    assert "07:00" <= f"{kept.until:%H:%M}" < "07:30"
    before = await alert_rows.pending_rows(kept.until - timedelta(seconds=1))
    assert {row.kind for row in before} == {"rung"}
    after = [r for r in await alert_rows.pending_rows(kept.until) if r.kind == "reminder"]
    assert [(row.occurrence, row.person, row.rung, row.channel) for row in after] == [
        (FILE, "cv.an", 1, "notice")
    ]
    assert after[0].key == f"{CASE}|{FILE}|reminder|2026-10-08|cv.an|{kept.until.isoformat()}"


async def test_an_acknowledgement_silences_no_later_rung(
    answering: Answering, register: Register, alert_rows: AlertRows, assessed: Assessor
) -> None:
    await give(answering, until=date(2026, 11, 6))
    later = moment("2026-10-13T08:00:00")
    await register.project(build(), assessed(build(), later), 2)
    told = {(row.occurrence, row.rung) for row in await alert_rows.pending_rows(later)}
    assert (FILE, 3) in told


async def test_the_same_answer_twice_is_one(answering: Answering, engine: Engine) -> None:
    first, again = await give(answering), await give(answering)
    assert first.recorded.new
    assert again.recorded == (first.recorded.id, False)
    assert len(await answering.rows.lines(CASE, NOW)) == 1
    assert len(await reminders(engine)) == 1


async def test_two_at_once_leave_one_answer_standing_and_one_reminder(
    answering: Answering, engine: Engine
) -> None:
    texts = [f"cách {number}" for number in range(6)]
    days = [date(2026, 10, 12) + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7)]
    await asyncio.gather(
        *(give(answering, text=t, until=d) for t, d in zip(texts, days, strict=True))
    )
    lines = await answering.rows.lines(CASE, NOW)
    assert len(lines) == 6
    assert [line.standing for line in lines].count(True) == 1
    assert [state for _, _, state, _ in await reminders(engine)].count("raised") == 1


async def test_a_new_answer_takes_the_place_of_the_persons_own_and_not_of_anothers(
    answering: Answering, engine: Engine
) -> None:
    await give(answering)
    await give(answering, person="cvt.kv1", text="đã nhắc")
    await give(answering, action="snooze", text="", until=date(2026, 10, 12))
    assert await reminders(engine) == [
        (FILE, "cv.an", "raised", "2026-10-12"),
        (FILE, "cv.an", "withdrawn", "2026-10-16"),
        (FILE, "cvt.kv1", "raised", "2026-10-16"),
    ]
    lines = await answering.rows.lines(CASE, NOW)
    assert [(line.person, line.action, line.standing) for line in lines] == [
        ("cv.an", "ack", False), ("cvt.kv1", "ack", True), ("cv.an", "snooze", True),
    ]  # fmt: skip


async def test_a_comment_changes_nothing_but_is_kept(answering: Answering, engine: Engine) -> None:
    await give(answering)
    await give(answering, person="tt.nghe-an", action="comment", text="ưu tiên việc này")
    assert len(await reminders(engine)) == 1
    lines = await answering.rows.lines(CASE, NOW)
    assert [(line.action, line.standing) for line in lines] == [("ack", True), ("comment", False)]


async def test_what_was_taken_back_no_longer_holds_and_may_be_said_again(
    answering: Answering, engine: Engine
) -> None:
    first = await give(answering)
    taken = await give(answering, action="revoked", text="nhầm việc")
    assert not any(line.standing for line in await answering.rows.lines(CASE, NOW))
    assert [state for _, _, state, _ in await reminders(engine)] == ["withdrawn"]
    again = await give(answering)
    assert again.recorded.new
    assert again.recorded.id > taken.recorded.id > first.recorded.id
    assert [state for _, _, state, _ in await reminders(engine)] == ["raised"]
    with pytest.raises(FormError, match="no acknowledgement or snooze"):
        await give(answering, person="cv.binh", action="revoked", text="không có gì")


@pytest.mark.parametrize(
    ("until", "allowed"),
    [
        (date(2026, 10, 13), True),
        (date(2026, 10, 14), False),
        (moment("2026-10-13T07:00:00"), True),
        (moment("2026-10-13T08:00:00"), False),
        (moment("2026-10-09T07:59:00"), False),
        (date(2026, 10, 9), False),
    ],
)
async def test_a_snooze_lasts_at_most_to_the_next_rung(
    answering: Answering, until: date | datetime, *, allowed: bool
) -> None:
    """Due on Thursday 8 October: the next rung, +3, comes on Tuesday 13 October."""
    if allowed:
        kept = await give(answering, action="snooze", text="", until=until)
        assert kept.until is not None
        assert kept.until.date() == date(2026, 10, 13)
        return
    with pytest.raises(FormError, match=rf"up to {NEXT_RUNG}T07:.*next rung") as refused:
        await give(answering, action="snooze", text="", until=until)
    assert "bậc nhắc tiếp theo" in refused.value.say("vi")
    assert await answering.rows.lines(CASE, NOW) == []


async def test_where_no_rung_follows_a_snooze_lasts_five_working_days_at_most(
    answering: Answering, register: Register, assessed: Assessor
) -> None:
    now = moment("2026-10-14T08:00:00")
    await register.project(build(), assessed(build(), now), 2)
    await give(answering, now=now, action="snooze", text="", until=date(2026, 10, 21))
    with pytest.raises(FormError, match=r"2026-10-21T07.*no rung follows"):
        await give(answering, now=now, action="snooze", text="", until=date(2026, 10, 22))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": "  \n "}, "in a few words"),
        ({"text": "a" * 1001}, "1000 signs"),
        ({"until": date(2026, 10, 9)}, "2026-10-10 to 2026-11-08"),
        ({"until": date(2026, 11, 9)}, "2026-10-10 to 2026-11-08"),
        ({"action": "snooze", "until": None}, "the day or the moment"),
        ({"action": "comment", "text": ""}, "in a few words"),
    ],
)
async def test_an_answer_without_what_it_needs_is_refused_and_not_kept(
    answering: Answering, said: dict[str, Any], words: str
) -> None:
    with pytest.raises(FormError, match=words):
        await give(answering, **said)
    assert await answering.rows.lines(CASE, NOW) == []


@pytest.mark.parametrize(
    ("case", "rule", "words"),
    [
        ("NA-9", FILE, "thads search"),
        (CASE, "coercion.notice", rf"open are: .*{FILE}"),
        (CASE, "decision.on_request", "it is done"),
    ],
)
async def test_an_unknown_case_or_limit_is_refused_with_what_is_open(
    answering: Answering, case: str, rule: str, words: str
) -> None:
    with pytest.raises(FormError, match=words):
        await answering.find(case, rule, NOW)


async def test_a_limit_that_nobody_was_told_of_can_be_commented_and_not_acknowledged(
    answering: Answering,
) -> None:
    (quiet,) = [x for x in await answering.rows.limits(CASE, NOW) if x.asks and not x.raised]
    with pytest.raises(FormError, match="no alert was raised"):
        await give(answering, quiet.rule)
    assert (await give(answering, quiet.rule, action="comment", text="sẽ theo dõi")).recorded.new


async def test_a_limit_done_takes_no_answer_and_lets_its_reminder_go(
    answering: Answering, register: Register, assessed: Assessor, engine: Engine
) -> None:
    limit = await answering.find(CASE, FILE, NOW)
    await give(answering)
    done = build().with_facts(
        (*build().facts, Fact(number=6, event="case_file_opened", on=NOW.date()))
    )
    await register.project(done, assessed(done), 2)
    assert [state for _, _, state, _ in await reminders(engine)] == ["withdrawn"]
    reply = Reply(person="cv.an", action="comment", text="muộn", actor="an", via="command")
    with pytest.raises(FormError, match="asks for nothing any more"):
        await answering.answer(limit, reply, NOW)


async def test_a_date_that_moves_takes_the_reminder_of_the_old_one_with_it(
    answering: Answering, register: Register, assessed: Assessor, engine: Engine
) -> None:
    await give(answering, PAPER)
    facts = [fact.model_copy(update={"on": date(2026, 10, 6)}) if fact.number == 3 else fact
             for fact in build().facts]  # fmt: skip
    moved = build().with_facts(tuple(facts))
    await register.project(moved, assessed(moved), 2)
    assert [state for _, _, state, _ in await reminders(engine)] == ["withdrawn"]


async def test_whether_a_limit_is_answered_is_known_to_whoever_lists_what_is_not(
    answering: Answering, engine: Engine
) -> None:
    async def answered(now: datetime) -> list[str]:
        query = select(limits.c.occurrence).where(is_answered_at(now))
        return [row["occurrence"] for row in await engine.fetch(query)]

    assert await answered(NOW) == []
    kept = await give(answering)
    assert kept.until is not None
    assert await answered(NOW) == [FILE]
    assert await answered(kept.until) == [], "an answer that is over counts for nothing"


async def test_every_answer_stands_in_the_audit(answering: Answering, database: str) -> None:
    await give(answering)
    await give(answering, action="revoked", text="nhầm")
    rows = await ask(
        database,
        "select action, actor, dossier, detail ->> 'person', detail ->> 'occurrence' "
        "from record.audit where action like 'alert%' order by id",
    )
    assert rows == [
        ("alert_ack", "an", CASE, "cv.an", FILE),
        ("alert_revoked", "an", CASE, "cv.an", FILE),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "delete from record.acknowledgements returning 1",
        "update record.acknowledgements set text = 'khác' returning 1",
        "delete from record.handovers returning 1",
        "delete from record.handover_cases returning 1",
    ],
)
async def test_what_was_answered_is_never_changed(
    answering: Answering, database: str, statement: str
) -> None:
    await give(answering)
    with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
        await ask(database, statement)


async def test_what_was_told_is_shown_with_its_proof(
    answering: Answering, alert_rows: AlertRows
) -> None:
    pending = [row for row in await alert_rows.pending_rows(NOW) if row.occurrence == FILE]
    keys = [row.key for row in pending]
    await alert_rows.begin("t1", "cvt.kv1", keys, NOW)
    await alert_rows.confirm("t1", keys, "cvt.kv1", "mail", "<1@example.invalid>", NOW)
    told = {line.occurrence: line for line in await answering.rows.told(CASE)}
    assert (told[FILE].person, told[FILE].channel) == ("cvt.kv1", "mail")
    assert told[FILE].reference == "<1@example.invalid>"
    assert (told[PAPER].state, told[PAPER].channel) == ("raised", None)


async def ask(database: str, question: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(question.encode())).fetchall()
