"""Findings: raised once while they stand, cleared when they do not, kept for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from law.model import DUTY_HOLDERS
from store.engine import Engine
from store.findings import FindingRow, FindingRows
from store.register import Register
from tests.store.dossiers import NOTIFIED, NOW, Assessor, build

_ANSWER = (
    "insert into record.acknowledgements (dossier, occurrence, due, rule, person, text, at, actor,"
    " via, command_id, action, until, about) select 'A', 'case_file.opening#4', '2026-10-08',"
    " 'case_file.opening', 'cv.an', 'x', now(), 'cv.an', 'command',"
)
NIGHT, NEXT = NOW, NOW + timedelta(days=1)


@pytest.fixture
def rows(engine: Engine) -> FindingRows:
    return FindingRows(engine)


def _finding(dossier: str, reason: str = "differs", **more: Any) -> FindingRow:
    plain = {"dossier": dossier, "reason": reason, "occurrence": "", "holder": "administrator",
             "since": NIGHT, "severity": None, "detail": {}}  # fmt: skip
    return FindingRow.model_validate(plain | more)


async def _ask(database: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        done = await connection.execute(statement.encode(), values or None)
        return await done.fetchall() if done.description else []


async def test_a_finding_is_raised_once_and_confirmed_while_it_stands(
    rows: FindingRows, database: str
) -> None:
    assert await rows.raise_found([_finding("A"), _finding("B")], NIGHT) == 2
    assert await rows.raise_found([_finding("A"), _finding("B")], NIGHT) == 0
    assert await rows.raise_found([_finding("A", detail={"stage": "x"})], NEXT) == 0
    assert await rows.clear_before(NEXT) == 1
    (left,) = await rows.standing()
    assert (left.dossier, left.found_at, left.detail) == ("A", NIGHT, {"stage": "x"})
    assert await rows.tally() == {"differs": 1}
    assert await rows.raise_found([_finding("B")], NEXT) == 1
    assert await _ask(database, "select count(*) from record.findings") == [(3,)]


async def test_a_check_clears_nothing_that_it_found_itself(rows: FindingRows) -> None:
    await rows.raise_found([_finding("A")], NIGHT)
    assert await rows.clear_before(NIGHT) == 0
    assert await rows.raise_found([], NIGHT) == 0


async def test_findings_are_never_deleted(rows: FindingRows, database: str) -> None:
    await rows.raise_found([_finding("A")], NIGHT)
    with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
        await _ask(database, "delete from record.findings")


async def test_open_cases_are_those_started_and_not_closed_page_by_page(
    register: Register, rows: FindingRows, assessed: Assessor
) -> None:
    for name in ("A", "B", "C"):
        dossier = build(id=name)
        await register.project(dossier, assessed(dossier), 1)
    closed = build((*NOTIFIED, {"event": "closed", "on": "2026-10-09"}), id="D")
    await register.project(closed, assessed(closed), 1)
    fresh = build(id="E")
    await register.project_many([(fresh, assessed(fresh), 1, None)])
    now = datetime.max.replace(tzinfo=NOW.tzinfo) - timedelta(days=1)
    first = await rows.open_rows(now, "", 2)
    assert [row.id for row in first] == ["A", "B"]
    assert [row.id for row in await rows.open_rows(now, "B", 2)] == ["C"]
    answer = assessed(build(id="A"))
    breaches = [row.breaches_at for row in answer.limits if row.breaches_at]
    assert first[0].next_due_at == min(at for at in breaches if at > answer.as_of)


async def test_a_duty_in_a_case_that_nothing_will_wake_is_unarmed(
    register: Register, rows: FindingRows, assessed: Assessor, database: str
) -> None:
    dossier = build(id="A")
    await register.project(dossier, assessed(dossier), 1)
    assert await rows.unarmed(NOW, ["A"]) == []
    await _ask(database, "update projection.dossiers set next_wake = null")
    assert await rows.unarmed(NOW, ["A"]) == [], "each duty was alerted, so somebody knows"
    await _ask(database, "update record.alerts set state = 'withdrawn'")
    unarmed = await rows.unarmed(NOW, ["A"])
    assert {row.occurrence for row in unarmed} == {
        row.occurrence
        for row in assessed(dossier).limits
        if row.state in ("open", "breached") and row.due and row.holder in DUTY_HOLDERS
    }
    assert unarmed
    assert {row.holder for row in unarmed} == {"administrator"}


async def _alert(database: str, rung: int, raised: datetime, sent: datetime | None) -> None:
    await _ask(
        database,
        "insert into record.alerts (key, dossier, occurrence, rule, rung, role, channel, severity,"
        " due, raised_at, missed, state, office, title_vi, title_en, act, article, holder, sent_at,"
        " inserted_at) values (%s, 'A', 'case_file.opening#4', 'case_file.opening', %s, 'officer',"
        " 'notice', 'serious', '2026-10-08', %s, '{}', %s, 'nghe-an/kv1', 'x', 'x', 'x', '1',"
        " 'officer', %s, %s)",
        f"k{rung}", rung, raised, "sent" if sent else "raised", sent, raised,
    )  # fmt: skip


async def test_an_alert_that_nobody_acknowledged_by_the_second_rung_after_it_is_found(
    register: Register, rows: FindingRows, assessed: Assessor, database: str
) -> None:
    dossier = build(id="A")
    await register.project(dossier, assessed(dossier), 1)
    await _ask(database, "update record.alerts set state = 'withdrawn'")
    day = timedelta(days=1)
    await _alert(database, -1, NOW - 4 * day, NOW - 4 * day)
    await _alert(database, 0, NOW - 3 * day, NOW - 3 * day)
    assert await rows.unacknowledged(NOW, ["A"], 2) == []
    await _alert(database, 1, NOW - 2 * day, None)
    assert await rows.unacknowledged(NOW - 3 * day, ["A"], 2) == []
    (found,) = await rows.unacknowledged(NOW, ["A"], 2)
    assert (found.occurrence, found.holder) == ("case_file.opening#4", "officer")
    assert (found.since, found.severity) == (NOW - 2 * day, "serious")
    assert await rows.unacknowledged(NOW, ["B"], 2) == []
    await _ask(database, f"{_ANSWER} '1', 'comment', null, null")
    assert await rows.unacknowledged(NOW, ["A"], 2)
    await _ask(database, f"{_ANSWER} '2', 'ack', %s, null", NOW + day)
    assert await rows.unacknowledged(NOW, ["A"], 2) == []
    assert await rows.unacknowledged(NOW + day, ["A"], 2), "an answer holds to its end"
    await _ask(
        database, f"{_ANSWER} '3', 'revoked', null, id from record.acknowledgements"
        " where action = 'ack'",
    )  # fmt: skip
    assert await rows.unacknowledged(NOW, ["A"], 2)


async def test_an_alert_whose_delivery_was_given_up_is_found_until_it_reaches_someone(
    rows: FindingRows, database: str
) -> None:
    await _alert(database, 1, NOW, None)
    dead = "insert into record.deliveries (token, person, keys, state, attempts, begun_at, at)"
    await _ask(database, f"{dead} values ('t', 'cv.an', '{{k1}}', 'dead', 9, %s, %s)", NOW, NOW)
    assert await rows.undelivered(NOW - timedelta(days=1)) == []
    (found,) = await rows.undelivered(NOW)
    assert (found.dossier, found.detail) == ("A", {"person": "cv.an"})
    await _ask(database, "update record.alerts set sent_at = now(), state = 'sent'")
    assert await rows.undelivered(NOW) == []
