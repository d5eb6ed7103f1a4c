"""The register counted for those who watch: every number is right, and nobody is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from store.engine import Engine, open_engine
from store.errors import RegisterAwayError, RegisterNotPreparedError
from store.gauges import Counted, Editions, count_register, version_of
from store.migrate import newest_version
from store.register import Register
from tests.store.dossiers import NOW, Assessor, build

LATER = NOW + timedelta(days=400)
NOBODY = Editions("another book", "another calendar", "another practice")


async def _write(register: Register, assessed: Assessor, *ids: str) -> Counted | None:
    for case in ids:
        dossier = build(id=case)
        await register.project(dossier, assessed(dossier, NOW), 1)
    return None


async def _ask(database: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        done = await connection.execute(statement.encode(), values or None)
        return await done.fetchall() if done.description else []


async def test_an_empty_register_counts_to_nothing(engine: Engine) -> None:
    counted = await count_register(engine, NOW, NOBODY)
    assert (counted.dossiers, counted.limits, counted.overdue) == ({}, 0, {})
    assert (counted.unarmed, counted.stuck, counted.waiting, counted.oldest) == (0, {}, {}, None)
    assert (counted.deliveries, counted.dead_today, counted.findings) == ({}, 0, {})
    assert counted.size > 1_000_000


async def test_open_dossiers_and_their_limits_are_counted(
    engine: Engine, register: Register, assessed: Assessor, database: str
) -> None:
    await _write(register, assessed, "A", "B", "C")
    await _ask(database, "update projection.dossiers set status = 'closed' where id = 'C'")
    await _ask(database, "update projection.dossiers set started_at = null where id = 'B'")
    counted = await count_register(engine, NOW, NOBODY)
    assert counted.dossiers == {"enforcement_case": 2}
    assert (counted.unstarted, counted.outdated) == (1, 1)
    asks = "select count(*) from projection.limits where met_on is null and ended_on is null and"
    ((expected,),) = await _ask(database, f"{asks} paused_by is null and breaches_at is not null")
    assert counted.limits == expected > 0


async def test_a_dossier_of_the_book_in_use_is_not_outdated(
    engine: Engine, register: Register, assessed: Assessor
) -> None:
    dossier = build()
    seen = assessed(dossier, NOW)
    await register.project(dossier, seen, 1)
    in_use = Editions(seen.book, seen.calendar, seen.practice)
    assert (await count_register(engine, NOW, in_use)).outdated == 0
    changed = in_use._replace(calendar="a new holiday")
    assert (await count_register(engine, NOW, changed)).outdated == 1


async def test_a_duty_counts_as_overdue_from_its_breach_on_and_not_before(
    engine: Engine, register: Register, assessed: Assessor, database: str
) -> None:
    await _write(register, assessed, "A")
    before = await count_register(engine, NOW, NOBODY)
    after = await count_register(engine, LATER, NOBODY)
    assert sum(after.overdue.values()) > sum(before.overdue.values())
    assert {severity for severity, _ in after.overdue} <= {"grave", "serious", "routine"}
    await _ask(database, "update projection.limits set met_on = '2026-10-09'")
    assert (await count_register(engine, LATER, NOBODY)).overdue == {}


async def test_duties_of_a_dossier_that_nothing_will_wake_are_unarmed(
    engine: Engine, register: Register, assessed: Assessor, database: str
) -> None:
    await _write(register, assessed, "A")
    await _ask(database, "delete from projection.stuck where reason = 'unarmed'")
    assert (await count_register(engine, NOW, NOBODY)).unarmed == 0
    await _ask(database, "update projection.dossiers set next_wake = null")
    await _ask(database, "update record.alerts set state = 'withdrawn'")
    assert (await count_register(engine, NOW, NOBODY)).unarmed > 0


_ALERT = """
insert into record.alerts (key, dossier, occurrence, rule, rung, role, channel, severity, due,
  raised_at, missed, state, office, title_vi, title_en, act, article, holder, inserted_at, kind,
  attempts, unreached)
values (%s, 'A', 'o', 'r', %s, 'officer', 'mail', %s, '2026-10-08', %s, '{}', 'raised', 'o', 'v',
  'e', 'a', '1', 'officer', %s, 'rung', 0, '{}')
"""


async def test_an_alert_waits_from_when_it_was_due_or_known_whichever_is_later(
    engine: Engine, database: str
) -> None:
    hour = timedelta(hours=1)
    await _ask(database, _ALERT, "old", 0, "grave", NOW - 900 * hour, NOW - 2 * hour)
    await _ask(database, _ALERT, "passed", 1, "grave", NOW - hour, NOW - 3 * hour)
    await _ask(database, _ALERT, "minor", 1, "routine", NOW - hour / 2, NOW - 3 * hour)
    await _ask(database, _ALERT, "to come", 1, "routine", NOW + hour, NOW - 3 * hour)
    counted = await count_register(engine, NOW, NOBODY)
    assert counted.waiting == {"grave": 2, "routine": 1}
    assert counted.oldest == NOW - 2 * hour, "the import of an old case is no delay of ours"
    assert counted.urgent == NOW - hour, "a rung before the date keeps office hours"


_DELIVERY = """
insert into record.deliveries (token, person, keys, state, attempts, begun_at, at, kind)
values (%s, 'cv.an', '{}', %s, 1, %s, %s, 'alerts')
"""


async def test_messages_that_did_not_go_out_are_counted_and_the_dead_of_today_apart(
    engine: Engine, database: str
) -> None:
    old = NOW - timedelta(days=2)
    for token, state, at in (
        ("1", "sent", NOW), ("2", "failed", NOW), ("3", "dead", NOW), ("4", "dead", old),
    ):  # fmt: skip
        await _ask(database, _DELIVERY, token, state, at, at)
    counted = await count_register(engine, NOW, NOBODY)
    assert counted.deliveries == {("failed", "alerts"): 1, ("dead", "alerts"): 2}
    assert counted.dead_today == 1


async def test_no_count_tells_who_or_where(
    engine: Engine, register: Register, assessed: Assessor
) -> None:
    await _write(register, assessed, "NA-2026-000001")
    told = repr(await count_register(engine, LATER, NOBODY))
    for planted in ("Nguyễn", "Bưởi", "cv.an", "nghe-an", "NA-2026", "05/2026"):
        assert planted not in told


async def test_a_count_that_takes_too_long_is_given_up(database: str) -> None:
    hurried = open_engine(database, statement_seconds=0.2, connections=1)
    async with await psycopg.AsyncConnection.connect(database) as other:
        await other.execute("lock table projection.limits in access exclusive mode")
        with pytest.raises(RegisterAwayError):
            await count_register(hurried, NOW, NOBODY)
    await hurried.dispose()


async def test_a_register_says_its_version_and_an_empty_database_has_none(
    engine: Engine, empty_database: str
) -> None:
    assert await version_of(engine) == newest_version()
    bare = open_engine(empty_database)
    with pytest.raises(RegisterNotPreparedError):
        await version_of(bare)
    await bare.dispose()
