from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from cases.assessment import LimitRow
from cases.dossier import Dossier, read_dossier
from cases.facts import Fact
from cases.receipt import first_broken_link
from store.engine import Engine, open_engine
from store.errors import DatabaseAddressError, RegisterAwayError, RegisterNotPreparedError
from store.reading import Reading
from store.records import metadata
from store.register import Register
from store.verification import find_tampered
from tests.seals import SEAL
from tests.store.dossiers import NOTIFIED, NOW, Assessor, build, moment

ID = "NA-2026-000001"
DERIVED = ("dossiers", "facts", "limits", "irregularities", "refused_plans", "stuck")


async def dump(database: str, schema: str = "projection") -> dict[str, list[Any]]:
    """Read every row, with the place at which it is stored: a row written again moves."""
    names = [table.name for table in metadata.sorted_tables if table.schema == schema]
    async with await psycopg.AsyncConnection.connect(database) as connection:
        rows: dict[str, list[Any]] = {}
        for name in names:
            found = await connection.execute(
                f"select ctid, t.* from {schema}.{name} t order by 2, 3".encode()
            )
            rows[name] = await found.fetchall()
    return rows


def with_fact(dossier: Dossier, **fact: Any) -> Dossier:
    return dossier.with_facts((*dossier.facts, Fact(number=len(dossier.facts) + 1, **fact)))


async def test_what_is_written_is_what_is_read(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    assessment = assessed(dossier)
    await register.project(dossier, assessment, 1)

    card = await reading.card(ID, NOW)
    assert card is not None
    assert (card.stage, card.office, card.officer) == ("voluntary_period", "nghe-an/kv1", "cv.an")
    assert (card.revision, card.facts_count, card.overdue) == (1, 5, 2)
    lines = await reading.limits(ID, NOW)
    rows = [*assessment.limits, *assessment.upcoming]
    assert [line.occurrence for line in lines] == [row.occurrence for row in rows]
    shared = LimitRow.model_fields.keys() - {"id", "nominal", "due"}
    for line, row in zip(lines, rows, strict=True):
        assert {n: getattr(line, n) for n in shared} == {n: getattr(row, n) for n in shared}
        assert line.due == (row.due.isoformat() if row.due else None)
        assert line.receipt_hash == row.receipt.hash


async def test_receipts_come_back_as_an_unbroken_chain(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    receipts = [line.receipt for line in await reading.limits(ID, NOW)]
    assert len(receipts) > 3
    assert first_broken_link(receipts) is None


async def test_the_same_revision_twice_leaves_every_row_as_it_was(
    register: Register, database: str, assessed: Assessor
) -> None:
    dossier = build()
    assessment = assessed(dossier)
    await register.project(dossier, assessment, 1)
    before, told = await dump(database), await dump(database, "record")
    await register.project(dossier, assessment, 1)
    after = await dump(database)
    # The card itself is written again, at another place.
    assert [row[1:] for row in after.pop("dossiers")] == [row[1:] for row in before.pop("dossiers")]
    assert after == before
    assert await dump(database, "record") == told


async def test_a_lower_revision_changes_nothing(
    register: Register, database: str, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 2)
    before = await dump(database), await dump(database, "record")
    earlier = build(NOTIFIED[:3])
    await register.project(earlier, assessed(earlier, moment("2026-12-01T09:00:00")), 1)
    assert (await dump(database), await dump(database, "record")) == before


async def test_a_higher_revision_replaces_the_rows(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    longer = build()
    await register.project(longer, assessed(longer), 1)
    shorter = build(NOTIFIED[:2])
    assessment = assessed(shorter)
    await register.project(shorter, assessment, 2)
    assert [line.number for line in await reading.facts(ID)] == [1, 2]
    assert {line.occurrence for line in await reading.limits(ID, NOW)} == {
        row.occurrence for row in (*assessment.limits, *assessment.upcoming)
    }
    card = await reading.card(ID, NOW)
    assert card is not None
    assert (card.stage, card.revision) == (assessment.stage, 2)


async def test_a_revision_that_history_never_had_is_overruled_by_the_next_of_its_number(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    lost = with_fact(dossier, event="case_file_opened", on=NOW.date())
    await register.project(lost, assessed(lost), 2)
    kept = with_fact(dossier, event="decision_sent_to_procuracy", on=NOW.date())
    await register.project(kept, assessed(kept), 2)
    assert [line.event for line in await reading.facts(ID)][-1] == "decision_sent_to_procuracy"
    states = {line.rule: line.state for line in await reading.limits(ID, NOW)}
    assert (states["case_file.opening"], states["procuracy.sending"]) == ("breached", "late")


async def test_corrected_and_retracted_facts_are_kept_and_do_not_count(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    opened = {"event": "case_file_opened", "on": NOW.date()}
    dossier = with_fact(dossier, **opened)
    dossier = with_fact(dossier, **opened, corrects=6, reason="sai ngày")
    dossier = with_fact(dossier, event="decision_sent_to_procuracy", on=NOW.date())
    dossier = with_fact(
        dossier, event="decision_sent_to_procuracy", on=NOW.date(), retracts=8, reason="nhầm hồ sơ"
    )
    await register.project(dossier, assessed(dossier), 1)
    lines = await reading.facts(ID)
    assert [line.number for line in lines if line.effective] == [1, 2, 3, 4, 5, 7]
    assert lines[6].corrects == 6
    assert lines[6].reason == "sai ngày"
    assert lines[2].fields == {"number": "12/QĐ-CTHADS"}


async def test_a_batch_waits_to_be_started_until_it_is_marked(
    register: Register, assessed: Assessor
) -> None:
    cases = [build(id=f"NA-2026-{number:06d}") for number in (3, 1, 2)]
    await register.project_many([(c, assessed(c), 1, {"stage": c.id}) for c in cases])
    assert await register.unstarted(2) == [
        (c.masked().as_file(), {"stage": c.id}, 1) for c in (cases[1], cases[2])
    ]
    file, _, _ = (await register.unstarted(1))[0]
    assert read_dossier(file, masked=True).as_file() == cases[1].masked().as_file()
    await register.mark_started([cases[1].id, cases[0].id, "unknown"])
    assert [file["id"] for file, _, _ in await register.unstarted(9)] == [cases[2].id]
    await register.project(cases[2], assessed(cases[2]), 2)
    assert await register.unstarted(9) == []


async def test_a_started_dossier_stays_started_when_it_is_imported_again(
    register: Register, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    await register.project_many([(dossier, assessed(dossier), 1, None)])
    assert await register.unstarted(9) == []


async def test_many_dossiers_are_written_at_once_and_each_as_the_last_revision_says(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    cases = [build(id=f"NA-2026-{number:06d}") for number in range(12)]
    later = [with_fact(c, event="case_file_opened", on=NOW.date()) for c in cases]
    first, second = [assessed(c) for c in cases], [assessed(c) for c in later]
    batch = [(c, a, 1, None) for c, a in zip(cases, first, strict=True)]
    await asyncio.gather(
        register.project_many(batch),
        register.project_many(batch[::-1]),
        *(register.project(c, a, 2) for c, a in zip(later, second, strict=True)),
        *(register.project(c, a, 1) for c, a in zip(cases, first, strict=True)),
        *(register.project(c, a, 2) for c, a in zip(later, second, strict=True)),
    )
    cards = await reading.cards(NOW, office="nghe-an")
    assert [(card.id, card.revision, card.facts_count) for card in cards] == [
        (c.id, 2, 6) for c in cases
    ]
    for case in cases:
        assert len(await reading.facts(case.id)) == 6
    waiting = await reading.alerts(states=["raised"])
    assert [alert.occurrence for alert in waiting] == ["procuracy.sending#3"] * 12


async def test_a_database_that_is_away_is_named_in_one_sentence(assessed: Assessor) -> None:
    dossier = build()
    engine = open_engine("postgresql://someone:hush@127.0.0.1:1/thads")
    with pytest.raises(RegisterAwayError, match=r"127\.0\.0\.1:1/thads is not reachable") as told:
        await Register(engine, SEAL).project(dossier, assessed(dossier), 1)
    assert "hush" not in str(told.value)


async def test_a_database_without_tables_says_how_to_get_them(
    empty_database: str, assessed: Assessor
) -> None:
    dossier = build()
    engine = open_engine(empty_database)
    with pytest.raises(RegisterNotPreparedError, match=r"store\.migrate\.upgrade"):
        await Register(engine, SEAL).project(dossier, assessed(dossier), 1)
    await engine.dispose()


async def test_connections_that_the_server_closed_are_replaced_unseen(
    engine: Engine, register: Register, reading: Reading, database: str, assessed: Assessor
) -> None:
    dossier = build()
    await asyncio.gather(*(register.project(dossier, assessed(dossier), 1) for _ in range(3)))
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as admin:
        await admin.execute(
            "select pg_terminate_backend(pid, 1000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    await register.project(dossier, assessed(dossier), 2)
    card = await reading.card(ID, NOW)
    assert card is not None
    assert card.revision == 2
    assert engine.url.password is None


async def test_a_statement_that_takes_too_long_is_given_up(database: str) -> None:
    engine = open_engine(database, statement_seconds=0.05)
    with pytest.raises(RegisterAwayError, match="took longer"):
        async with engine.connected() as connection:
            await connection.execute("select pg_sleep(5)")
    async with engine.connected() as connection:
        await connection.execute("select 1")
    await engine.dispose()


@pytest.mark.parametrize("address", ["", "thads", "mysql://127.0.0.1/thads", "postgresql://h:x/d"])
def test_an_address_that_cannot_be_read_says_what_is_allowed(address: str) -> None:
    with pytest.raises(DatabaseAddressError, match="allowed is postgresql://"):
        open_engine(address)


@pytest.mark.parametrize(
    "change",
    [
        "due = '2030-01-01'",
        "receipt = jsonb_set(receipt, '{text}', '\"khác\"')",
        "receipt_hash = repeat('0', 32)",
        "article = '99'",
        "confidence = 'certain'",
    ],
)
async def test_a_limit_changed_in_the_database_is_found(
    register: Register, reading: Reading, assessed: Assessor, database: str, change: str
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    lines = await reading.limits(ID, NOW)
    assert find_tampered(lines) is None
    target = lines[2].occurrence
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(
            f"UPDATE projection.limits SET {change} WHERE occurrence = %s".encode(), [target]
        )
    found = find_tampered(await reading.limits(ID, NOW))
    assert found is not None
    assert found.occurrence == target


async def test_a_limit_taken_out_of_the_middle_is_found(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    lines = await reading.limits(ID, NOW)
    assert find_tampered([*lines[:1], *lines[2:]]) == lines[2]
