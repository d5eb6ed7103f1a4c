from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg

from cases.facts import Fact
from store.alerts import AlertRows, Failure
from store.reading import Reading
from store.register import Register
from tests.store.dossiers import NOTIFIED, NOTIFIED_EARLIER, NOW, Assessor, build

FILE, PAPER = "case_file.opening#4", "procuracy.sending#3"


async def _ask(database: str, question: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(question.encode())).fetchall()


async def _told(reading: Reading, kind: str) -> list[tuple[str, str | None, str, str | None]]:
    found = [a for a in await reading.alerts(states=["raised", "sent"]) if a.kind == kind]
    return sorted((a.occurrence, a.was_due, a.due, a.person) for a in found)


async def _send(rows: AlertRows) -> None:
    keys = [row.key for row in await rows.pending_rows(NOW)]
    await rows.begin("t0", "cv.an", keys, NOW)
    await rows.confirm("t0", keys, "cv.an", "file", "<0@example.invalid>", NOW)


async def _lost(rows: AlertRows, token: str = "t1") -> list[str]:
    """Begin a message with all that waits; its answer is never heard."""
    keys = [row.key for row in await rows.pending_rows(NOW)]
    await rows.begin(token, "cv.an", keys, NOW)
    return keys


async def test_whoever_may_have_been_told_of_a_date_that_moves_hears_it_once(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved = build(), build(NOTIFIED_EARLIER)
    await register.project(dossier, assessed(dossier), 1)
    await _lost(alert_rows)
    for revision in (2, 2, 3):
        await register.project(moved, assessed(moved), revision)
    expected = [
        (FILE, "2026-10-08", "2026-10-07", "cv.an"),
        (PAPER, "2026-10-08", "2026-10-07", "cv.an"),
    ]
    assert await _told(reading, "moved") == expected
    await alert_rows.settle_begun(NOW)
    await register.project(moved, assessed(moved), 4)
    assert await _told(reading, "moved") == expected


async def test_the_date_that_a_notice_names_is_the_last_that_may_have_been_told(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved = build(), build(NOTIFIED_EARLIER)
    await register.project(dossier, assessed(dossier), 1)
    await _send(alert_rows)
    await register.project(moved, assessed(moved), 2)
    later = NOW + timedelta(minutes=1)
    keys = [row.key for row in await alert_rows.pending_rows(later)]
    await alert_rows.begin("t2", "cv.an", keys, later)
    await register.project(dossier, assessed(dossier), 3)
    back = [(a.occurrence, a.was_due, a.due) for a in await alert_rows.pending_rows(NOW)]
    assert back == [(FILE, "2026-10-07", "2026-10-08"), (PAPER, "2026-10-07", "2026-10-08")]


async def test_whoever_may_have_been_told_of_a_limit_that_is_removed_hears_that_once(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, gone = build(), build(NOTIFIED[:2])
    await register.project(dossier, assessed(dossier), 1)
    await _lost(alert_rows)
    for revision in (2, 2):
        await register.project(gone, assessed(gone), revision)
    await alert_rows.settle_begun(NOW)
    await register.project(gone, assessed(gone), 3)
    expected = [(FILE, "2026-10-08", "cv.an"), (PAPER, "2026-10-08", "cv.an")]
    assert [(o, due, p) for o, _, due, p in await _told(reading, "withdrawn")] == expected


async def test_a_message_of_which_nothing_is_left_to_send_does_not_stay_begun(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor, database: str
) -> None:
    dossier, gone = build(), build(NOTIFIED[:2])
    await register.project(dossier, assessed(dossier), 1)
    keys = await _lost(alert_rows)
    later = NOW + timedelta(minutes=10)
    await alert_rows.settle_begun(later)
    assert [one.token for one in await alert_rows.begun()] == ["t1"], "it goes out again"
    await register.project(gone, assessed(gone), 2)
    for _ in range(2):
        await alert_rows.settle_begun(later)
    assert await alert_rows.begun() == []
    told = {a.key: (a.state, a.sent_at) for a in await reading.alerts(states=["withdrawn"])}
    assert told == dict.fromkeys(keys, ("withdrawn", NOW))
    question = "select state, person, reference, reason, at from record.deliveries"
    ((state, person, reference, reason, at),) = await _ask(database, question)
    assert (state, person, reference, at) == ("sent", "cv.an", None, later)
    assert reason == "never answered; what it held was withdrawn meanwhile"


async def test_a_proof_that_comes_after_all_is_kept(
    register: Register, alert_rows: AlertRows, assessed: Assessor, database: str
) -> None:
    dossier, gone = build(), build(NOTIFIED[:2])
    await register.project(dossier, assessed(dossier), 1)
    keys = await _lost(alert_rows)
    await register.project(gone, assessed(gone), 2)
    await alert_rows.settle_begun(NOW)
    await alert_rows.confirm("t1", keys, "cv.an", "email", "<1@x>", NOW)
    await alert_rows.settle_begun(NOW)
    rows = await _ask(database, "select state, reference, reason from record.deliveries")
    assert rows == [("sent", "<1@x>", None)]


async def test_what_may_have_been_told_and_is_due_again_goes_out_as_the_same_message(
    register: Register, alert_rows: AlertRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    keys = await _lost(alert_rows)
    gone = build(NOTIFIED[:2])
    await register.project(gone, assessed(gone), 2)
    await alert_rows.settle_begun(NOW)
    await register.project(dossier, assessed(dossier), 3)
    assert [row.key for row in await alert_rows.pending_rows(NOW) if row.kind == "rung"] == keys
    await alert_rows.settle_begun(NOW)
    (begun,) = await alert_rows.begun()
    assert (begun.token, begun.keys) == ("t1", tuple(keys))
    await alert_rows.confirm("t1", keys, "cv.an", "email", "<1@x>", NOW)
    await register.project(dossier, assessed(dossier), 4)
    await alert_rows.settle_begun(NOW)
    assert await alert_rows.pending_rows(NOW) == []
    assert await alert_rows.begun() == []


async def test_what_a_message_held_before_a_part_was_withdrawn_counts_as_told_with_the_rest(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    await _lost(alert_rows)
    done = dossier.with_facts(
        (*dossier.facts, Fact(number=6, event="case_file_opened", on=NOW.date()))
    )
    await register.project(done, assessed(done), 2)
    left = [row.key for row in await alert_rows.pending_rows(NOW)]
    assert len(left) == 1
    await alert_rows.confirm("t1", left, "cv.an", "email", "<1@x>", NOW)
    sent = {a.occurrence: (a.state, a.sent_at) for a in await reading.alerts(
        states=["sent", "withdrawn"]
    )}  # fmt: skip
    assert sent == {FILE: ("withdrawn", NOW), PAPER: ("sent", NOW)}
    gone = build(NOTIFIED[:2])
    await register.project(gone, assessed(gone), 3)
    assert [o for o, _, _, _ in await _told(reading, "withdrawn")] == [FILE, PAPER]


async def test_a_message_that_certainly_failed_has_told_nobody(
    register: Register, alert_rows: AlertRows, reading: Reading, assessed: Assessor
) -> None:
    dossier, moved, gone = build(), build(NOTIFIED_EARLIER), build(NOTIFIED[:2])
    await register.project(dossier, assessed(dossier), 1)
    keys = await _lost(alert_rows)
    await alert_rows.fail("t1", "cv.an", keys, Failure("refused", NOW), NOW)
    for revision, one in enumerate((moved, gone), start=2):
        await register.project(one, assessed(one), revision)
        await alert_rows.settle_begun(NOW)
    assert await _told(reading, "moved") == []
    assert await _told(reading, "withdrawn") == []
