"""What digests count and list, and the figures that each morning leaves behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from store.alerts import AlertRows
from store.digests import DigestRows
from store.engine import Engine
from store.reading import Reading
from store.register import Register
from store.rows import Wanted
from tests.store.dossiers import NOTIFIED, NOW, Assessor, build, moment

DAY, SUNDAY, NEAR = date(2026, 10, 9), date(2026, 10, 11), date(2026, 10, 16)


@pytest.fixture(name="rows")
def _rows(engine: Engine) -> DigestRows:
    return DigestRows(engine)


def _decided(day: str) -> tuple[dict[str, Any], ...]:
    """Make a case whose next duties are due three working days after a decision."""
    return (*NOTIFIED[:2], {**NOTIFIED[2], "on": day})


async def fill(register: Register, assessed: Assessor) -> None:
    cases = [
        build(id="NA-1"),
        build(id="NA-2"),
        build(id="NA-3", office="nghe-an/kv2"),
        build(_decided("2026-10-08"), id="NA-4", office="nghe-an/kv2"),
        build(_decided("2026-10-06"), id="NA-5"),
    ]
    await register.project_many([(case, assessed(case), 1, None) for case in cases])


async def run(database: str, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(statement.encode())


async def figures(rows: DigestRows) -> dict[str, dict[str, Any]]:
    return await rows.figures(NOW, DAY, SUNDAY, NEAR)


async def test_each_office_is_counted_as_the_register_shows_it(
    register: Register, rows: DigestRows, reading: Reading, assessed: Assessor
) -> None:
    await fill(register, assessed)
    found = await figures(rows)
    assert set(found) == {"nghe-an/kv1", "nghe-an/kv2"}
    for office, told in found.items():
        counts = await reading.counts(NOW, office=office)
        lines = [
            line
            for card in await reading.cards(NOW, office=office)
            for line in await reading.limits(card.id, NOW)
            if not line.upcoming
            and line.holder in ("officer", "head", "agency", "other_body", "superior")
        ]
        passed = [line for line in lines if line.state in ("breached", "not_at_once")]
        by_severity: dict[str, int] = {}
        for line in passed:
            by_severity[line.severity] = by_severity.get(line.severity, 0) + 1
        assert told["overdue"] == by_severity
        ahead = [line for line in lines if line.state == "open" and line.due_day]
        week = [line for line in ahead if line.due_day and line.due_day <= SUNDAY]
        assert told.get("due_week", 0) == len(week)
        assert told.get("due_today", 0) == len([x for x in week if x.due_day == DAY])
        tally = await reading.stuck_tally(NOW, Wanted(office))
        assert (told["stuck_cases"], told["stuck"]) == (tally.cases, tally.by_reason)
        assert told["open_cases"] == counts.dossiers
    assert found["nghe-an/kv1"]["due_today"] == found["nghe-an/kv1"]["due_week"] == 2
    assert "due_week" not in found["nghe-an/kv2"], "due on Tuesday"


async def test_an_overdue_duty_that_was_told_late_waits_for_an_answer_until_it_is_done(
    register: Register, rows: DigestRows, alert_rows: AlertRows, assessed: Assessor, database: str
) -> None:
    await fill(register, assessed)
    assert "unacknowledged" not in (await figures(rows))["nghe-an/kv1"]
    pending = await alert_rows.pending_rows(NOW)
    keys = [row.key for row in pending if row.office == "nghe-an/kv1"]
    await alert_rows.confirm("t1", keys, "cvt.kv1", "mail", "<1@x>", NOW)
    found = await figures(rows)
    assert found["nghe-an/kv1"]["unacknowledged"] == 4
    assert "unacknowledged" not in found["nghe-an/kv2"]
    await run(database, "update projection.limits set met_on = '2026-10-09' where dossier = 'NA-1'")
    assert (await figures(rows))["nghe-an/kv1"]["unacknowledged"] == 2


async def test_complaints_near_their_end_are_counted_and_listed_beyond_the_week(
    register: Register, rows: DigestRows, assessed: Assessor, database: str
) -> None:
    await fill(register, assessed)
    assert all("complaints" not in told for told in (await figures(rows)).values())
    await run(database, "update projection.dossiers set kind = 'complaint' where id = 'NA-4'")
    listed = await rows.falling_due(["nghe-an/kv2"], NOW, SUNDAY, NEAR)
    assert {(row.dossier, row.due_day) for row in listed} == {("NA-4", date(2026, 10, 13))}
    assert (await figures(rows))["nghe-an/kv2"]["complaints"] == len(listed) == 2
    nearer = await rows.figures(NOW, DAY, SUNDAY, date(2026, 10, 12))
    assert "complaints" not in nearer["nghe-an/kv2"]
    await run(database, "update projection.dossiers set kind = 'denunciation' where id = 'NA-4'")
    assert (await figures(rows))["nghe-an/kv2"]["complaints"] == 2


async def test_cases_are_listed_gravest_and_longest_overdue_first_within_the_offices(
    register: Register, rows: DigestRows, assessed: Assessor
) -> None:
    await fill(register, assessed)
    found = await rows.overdue(["nghe-an/kv1", "nghe-an/kv2"], NOW)
    order = ("grave", "serious", "routine")
    ranks = [(order.index(row.severity), row.due_day) for row in found]
    assert ranks == sorted(ranks)
    assert len(found) == sum(
        sum(told["overdue"].values()) for told in (await figures(rows)).values()
    )
    assert {row.office for row in await rows.overdue(["nghe-an/kv2"], NOW)} == {"nghe-an/kv2"}
    assert await rows.overdue(["nghe-an"], NOW) == []
    assert len(await rows.overdue(["nghe-an/kv1"], NOW, most=1)) == 1


async def test_figures_of_last_week_are_between_five_and_nine_days_old(rows: DigestRows) -> None:
    monday = date(2026, 11, 23)
    for back in (4, 10):
        await rows.keep(monday - timedelta(days=back), {"x": {"due_week": back}}, NOW)
    assert await rows.week_before(monday) is None
    for back in (9, 7, 5):
        day = monday - timedelta(days=back)
        await rows.keep(day, {"x": {"due_week": back}, "y": {}}, NOW)
        assert await rows.week_before(monday) == (day, {"x": {"due_week": back}, "y": {}})


async def test_the_figures_that_a_day_kept_first_stay(rows: DigestRows) -> None:
    await rows.keep(DAY, {"x": {"due_week": 1}}, NOW)
    await rows.keep(DAY, {"x": {"due_week": 2}}, NOW)
    assert await rows.week_before(DAY + timedelta(days=7)) == (DAY, {"x": {"due_week": 1}})


async def test_a_digest_is_begun_until_it_is_known_to_have_gone(
    rows: DigestRows, database: str
) -> None:
    later = moment("2026-10-09T09:00:00")
    assert await rows.begin("t1", "cvt.kv1", NOW)
    assert await rows.begin("t1", "cvt.kv1", NOW), "it died in between"
    await rows.fail("t1", "cvt.kv1", "no route", NOW)
    assert await rows.begin("t1", "cvt.kv1", later)
    await rows.confirm("t1", "cvt.kv1", "mail", "<1@x>", later)
    assert not await rows.begin("t1", "cvt.kv1", later)
    async with await psycopg.AsyncConnection.connect(database) as connection:
        kept = await connection.execute(
            "select kind, person, state, attempts, reference, reason, keys from record.deliveries"
        )
        assert await kept.fetchall() == [("digest", "cvt.kv1", "sent", 2, "<1@x>", None, [])]
