from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from cases.facts import Fact
from store.alerts import AlertRows, Failure, PendingRow
from store.reading import Reading
from store.register import Register
from tests.store.dossiers import NOTIFIED, NOTIFIED_EARLIER, NOW, Assessor, build, moment

FILE, PAPER = "case_file.opening#4", "procuracy.sending#3"


async def keys_by_state(reading: Reading) -> dict[str, set[tuple[str, int, str]]]:
    found: dict[str, set[tuple[str, int, str]]] = {"raised": set(), "sent": set()}
    for alert in await reading.alerts(states=["raised", "sent", "withdrawn"]):
        kind = found.setdefault(alert.state, set())
        kind.add((alert.occurrence, alert.rung, alert.due))
    return found


async def send(rows: AlertRows, pending: list[PendingRow], token: str = "t1") -> None:
    keys = [row.key for row in pending]
    await rows.begin(token, "cv.an", keys, NOW)
    await rows.confirm(token, keys, "cv.an", "file", "<1@example.invalid>", NOW)


async def test_alerts_are_raised_once_however_often_a_dossier_is_written(
    register: Register, alert_rows: AlertRows, assessed: Assessor
) -> None:
    dossier = build()
    for revision in (1, 1, 2, 3):
        await register.project(dossier, assessed(dossier), revision)
    pending = await alert_rows.pending_rows(NOW)
    assert [(row.rule, row.rung, row.role) for row in pending] == [
        ("case_file.opening", 1, "chief_officer"),
        ("procuracy.sending", 1, "chief_officer"),
    ]
    first = pending[0]
    assert (first.office, first.officer, first.due) == ("nghe-an/kv1", "cv.an", "2026-10-08")
    assert first.title_vi
    assert first.article
    assert await alert_rows.pending_rows(first.raised_at - timedelta(seconds=1)) == []


async def test_only_rungs_that_were_never_raised_are_named_as_missed(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    later = moment("2026-10-14T08:00:00")
    await register.project(dossier, assessed(dossier, later), 2)
    missed = {(a.occurrence, a.rung): a.missed for a in await reading.alerts()}
    assert missed[FILE, 1] == (), "nothing was missed of a dossier seen for the first time"
    assert missed[FILE, 3] == (-1, 0)
    assert len(await alert_rows.pending_rows(later)) == 4


async def test_a_sent_alert_stays_sent_and_is_not_raised_again(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    await send(alert_rows, await alert_rows.pending_rows(NOW))
    await register.project(dossier, assessed(dossier), 2)
    assert await alert_rows.pending_rows(NOW) == []
    assert (await keys_by_state(reading))["sent"] == {
        (FILE, 1, "2026-10-08"),
        (PAPER, 1, "2026-10-08"),
    }


async def test_unsent_alerts_of_a_moved_date_are_withdrawn_and_sent_ones_stay(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    pending = await alert_rows.pending_rows(NOW)
    await send(alert_rows, [row for row in pending if row.rule == "procuracy.sending"])
    moved = build(({**NOTIFIED[0]}, NOTIFIED[1], {**NOTIFIED[2], "on": "2026-10-02"},
                   {**NOTIFIED[3], "on": "2026-10-05"}, NOTIFIED[4]))  # fmt: skip
    await register.project(moved, assessed(moved), 2)
    states = await keys_by_state(reading)
    assert states["withdrawn"] == {(FILE, 1, "2026-10-08")}
    assert (PAPER, 1, "2026-10-08") in states["sent"]
    assert {due for _, _, due in states["raised"]} == {"2026-10-07"}


async def test_an_alert_is_withdrawn_when_its_duty_is_done_and_comes_back_when_that_is_retracted(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    done = dossier.with_facts(
        (*dossier.facts, Fact(number=6, event="case_file_opened", on=NOW.date()))
    )
    await register.project(done, assessed(done), 2)
    states = await keys_by_state(reading)
    assert states["withdrawn"] == {(FILE, 1, "2026-10-08")}
    undone = done.with_facts(
        (*done.facts, Fact(number=7, event="case_file_opened", on=NOW.date(), retracts=6))
    )
    await register.project(undone, assessed(undone), 3)
    states = await keys_by_state(reading)
    assert states["raised"] == {(FILE, 1, "2026-10-08"), (PAPER, 1, "2026-10-08")}
    assert "withdrawn" not in states


async def test_an_alert_that_was_told_and_withdrawn_does_not_go_out_a_second_time(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    pending = await alert_rows.pending_rows(NOW)
    done = dossier.with_facts(
        (*dossier.facts, Fact(number=6, event="case_file_opened", on=NOW.date()))
    )
    await alert_rows.begin("t1", "cv.an", [row.key for row in pending], NOW)
    await register.project(done, assessed(done), 2)
    await alert_rows.confirm("t1", [row.key for row in pending], "cv.an", "file", "m1", NOW)
    assert (await keys_by_state(reading))["withdrawn"] == {(FILE, 1, "2026-10-08")}
    await register.project(dossier, assessed(dossier), 3)
    assert await alert_rows.pending_rows(NOW) == []
    assert (FILE, 1, "2026-10-08") in (await keys_by_state(reading))["sent"]


async def test_an_unsent_alert_follows_its_dossier_to_another_officer(
    register: Register, alert_rows: AlertRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    handed = dossier.with_facts((
        *dossier.facts,
        Fact(number=6, event="officer_assigned", on=NOW.date(), fields={"officer": "cv.binh"}),
    ))  # fmt: skip
    await register.project(handed, assessed(handed), 2)
    officers = {row.key: row.officer for row in await alert_rows.pending_rows(NOW)}
    assert set(officers.values()) == {"cv.binh"}


async def test_a_delivery_is_begun_fails_and_is_confirmed_under_one_token(
    register: Register, alert_rows: AlertRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    pending = await alert_rows.pending_rows(NOW)
    keys = [row.key for row in pending]
    await alert_rows.begin("t1", "cv.an", keys, NOW)
    await alert_rows.begin("t1", "cv.an", keys, NOW + timedelta(minutes=1))
    (begun,) = await alert_rows.begun()
    assert (begun.token, begun.keys, begun.at) == ("t1", tuple(keys), NOW)
    await alert_rows.fail("t1", "cv.an", keys, Failure("no route", NOW), NOW)
    assert await alert_rows.begun() == []
    again = await alert_rows.pending_rows(NOW)
    assert [(row.key, row.attempts) for row in again] == [(key, 1) for key in keys]
    await alert_rows.begin("t1", "cv.an", keys, NOW)
    await alert_rows.confirm("t1", keys, "cv.an", "email", "<1@x>", NOW)
    await alert_rows.confirm("t1", keys, "cv.an", "email", "<2@x>", NOW)
    await alert_rows.fail("t1", "cv.an", keys, Failure("late answer", NOW), NOW)
    assert await alert_rows.pending_rows(NOW) == []
    assert await alert_rows.begun() == []


async def test_a_proof_is_kept_as_it_first_came(alert_rows: AlertRows, database: str) -> None:
    await alert_rows.confirm("t1", ["k"], "cv.an", "email", "<1@x>", NOW)
    await alert_rows.confirm("t1", ["k"], "cv.an", "email", "<2@x>", NOW)
    await alert_rows.begin("t1", "cv.an", ["k"], NOW)
    rows = await _ask(database, "select state, reference, attempts from record.deliveries")
    assert rows == [("sent", "<1@x>", 1)]


async def test_deliveries_and_projections_of_the_same_alerts_do_not_block_each_other(
    register: Register, alert_rows: AlertRows, assessed: Assessor
) -> None:
    cases = [build(id=f"NA-{number}") for number in (1, 10, 2, 11)]
    plain = [(case, assessed(case)) for case in cases]
    done = []
    for case in cases:
        fact = Fact(number=6, event="case_file_opened", on=NOW.date())
        changed = case.with_facts((*case.facts, fact))
        done.append((changed, assessed(changed)))
    await register.project_many([(case, answer, 1, None) for case, answer in plain])
    keys = [row.key for row in await alert_rows.pending_rows(NOW)]
    for turn in range(5):
        await asyncio.gather(
            register.project_many([(case, answer, 2, None) for case, answer in done]),
            *(register.project(case, answer, 2) for case, answer in plain),
            *(
                alert_rows.confirm(f"t{turn}{part}", keys[::part], "cv.an", "file", "m", NOW)
                for part in (1, -1)
            ),
        )
    assert await alert_rows.pending_rows(NOW) == []


@pytest.mark.parametrize("table", ["alerts", "deliveries", "audit"])
async def test_nothing_is_taken_out_of_the_record(database: str, table: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
        await _ask(database, f"delete from record.{table} returning 1")


async def _ask(database: str, question: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(question.encode())).fetchall()


async def _told(reading: Reading, kind: str) -> list[tuple[str, str | None, str, str | None]]:
    found = [a for a in await reading.alerts(states=["raised", "sent"]) if a.kind == kind]
    return sorted((a.occurrence, a.was_due, a.due, a.person) for a in found)


async def test_whoever_was_told_of_a_date_that_moves_hears_it_once(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved = build(), build(NOTIFIED_EARLIER)
    await register.project(dossier, assessed(dossier), 1)
    await send(alert_rows, await alert_rows.pending_rows(NOW))
    for revision in (2, 2, 3):
        await register.project(moved, assessed(moved), revision)
    assert await _told(reading, "moved") == [
        (FILE, "2026-10-08", "2026-10-07", "cv.an"),
        (PAPER, "2026-10-08", "2026-10-07", "cv.an"),
    ]
    await send(alert_rows, await alert_rows.pending_rows(NOW), "t2")
    await register.project(moved, assessed(moved), 4)
    assert await alert_rows.pending_rows(NOW) == []


async def test_a_date_that_moves_back_before_anyone_was_told_is_not_news(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved = build(), build(NOTIFIED_EARLIER)
    await register.project(dossier, assessed(dossier), 1)
    await send(alert_rows, await alert_rows.pending_rows(NOW))
    await register.project(moved, assessed(moved), 2)
    await register.project(dossier, assessed(dossier), 3)
    assert await _told(reading, "moved") == []
    assert await alert_rows.pending_rows(NOW) == []


async def test_a_date_that_moves_back_after_it_was_told_is_news_again(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved = build(), build(NOTIFIED_EARLIER)
    await register.project(dossier, assessed(dossier), 1)
    await send(alert_rows, await alert_rows.pending_rows(NOW))
    await register.project(moved, assessed(moved), 2)
    later = NOW + timedelta(minutes=1)
    pending = [row.key for row in await alert_rows.pending_rows(later)]
    await alert_rows.confirm("t2", pending, "cv.an", "file", "<2@x>", later)
    await register.project(dossier, assessed(dossier), 3)
    back = [(a.occurrence, a.was_due, a.due) for a in await alert_rows.pending_rows(NOW)]
    assert back == [(FILE, "2026-10-07", "2026-10-08"), (PAPER, "2026-10-07", "2026-10-08")]


async def test_whoever_was_told_of_a_limit_that_a_correction_removes_hears_that_once(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    await send(alert_rows, await alert_rows.pending_rows(NOW))
    gone = build(NOTIFIED[:2])
    for revision in (2, 2, 3):
        await register.project(gone, assessed(gone), revision)
    assert [(o, due) for o, _, due, _ in await _told(reading, "withdrawn")] == [
        (FILE, "2026-10-08"),
        (PAPER, "2026-10-08"),
    ]
    states = await keys_by_state(reading)
    assert (FILE, 1, "2026-10-08") in states["withdrawn"], "what was sent stays on record as such"
    pending = await alert_rows.pending_rows(NOW)
    await send(alert_rows, [row for row in pending if row.kind == "withdrawn"], "t2")
    await register.project(gone, assessed(gone), 4)
    assert [row for row in await alert_rows.pending_rows(NOW) if row.kind != "rung"] == []


async def test_whoever_heard_that_a_limit_is_gone_hears_once_that_it_is_back(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, gone = build(), build(NOTIFIED[:2])
    await register.project(dossier, assessed(dossier), 1)
    await send(alert_rows, await alert_rows.pending_rows(NOW))
    await register.project(gone, assessed(gone), 2)
    later = NOW + timedelta(minutes=1)
    pending = [row.key for row in await alert_rows.pending_rows(later)]
    await alert_rows.confirm("t2", pending, "cv.an", "file", "<2@x>", later)
    for revision in (3, 3, 4):
        await register.project(dossier, assessed(dossier), revision)
    back = [(a.occurrence, a.was_due, a.due) for a in await alert_rows.pending_rows(NOW)]
    assert back == [(FILE, None, "2026-10-08"), (PAPER, None, "2026-10-08")]
    latest = later + timedelta(minutes=1)
    pending = [row.key for row in await alert_rows.pending_rows(NOW)]
    await alert_rows.confirm("t3", pending, "cv.an", "file", "<3@x>", latest)
    await register.project(dossier, assessed(dossier), 5)
    assert await alert_rows.pending_rows(NOW) == []


async def test_nobody_who_was_not_told_hears_that_a_date_moved_or_went(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved, gone = build(), build(NOTIFIED_EARLIER), build(NOTIFIED[:2])
    for revision, one in enumerate((dossier, moved, gone), start=1):
        await register.project(one, assessed(one), revision)
    assert await _told(reading, "moved") == []
    assert await _told(reading, "withdrawn") == []
    assert {row.kind for row in await alert_rows.pending_rows(NOW)} <= {"rung"}
