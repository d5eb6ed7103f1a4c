from __future__ import annotations

import psycopg
import pytest

from cases.dossier import Dossier, read_dossier
from cases.remains import remains_of, texts_in
from store.engine import Engine
from store.erasing import Erasures, Order
from store.parties import PartyRows
from store.reading import Reading
from store.register import Register
from store.verification import find_tampered
from tests.store.dossiers import NOTIFIED, Assessor, moment
from tests.store.test_parties import NAME, PLANTED, planted, rows_telling

LATER = moment("2026-12-20T09:00:00")
SAID = f"{NAME} nhận trực tiếp"


def closed_case() -> Dossier:
    facts = [
        *NOTIFIED[1:4],
        NOTIFIED[4] | {"evidence": SAID, "note": SAID, "signer": NAME},
        {"event": "asset_seized", "on": "2026-11-02", "asset": f"nhà của {NAME}"},
        {"event": "obligation_performed", "on": "2026-11-20", "fact": 6, "evidence": SAID},
        {"event": "closed", "on": "2026-11-25"},
    ]
    more = {
        "facts": facts, "note": SAID,
        "obligations": [{"kind": "money", "amount_vnd": 5_000_000, "text": SAID}],
    }  # fmt: skip
    return read_dossier(planted() | more)


@pytest.fixture(name="erasures")
def _erasures(engine: Engine, party_rows: PartyRows) -> Erasures:
    return Erasures(engine, party_rows)


async def shown(reading: Reading, dossier: str) -> list[tuple[object, ...]]:
    lines = await reading.limits(dossier, LATER)
    return [(line.occurrence, line.due, line.state, line.met_on, line.started) for line in lines]


async def test_of_an_erased_dossier_days_and_limits_stay_and_no_word_about_people(
    register: Register, reading: Reading, party_rows: PartyRows, erasures: Erasures,
    assessed: Assessor, database: str,
) -> None:  # fmt: skip
    dossier = closed_case()
    await register.project(dossier, assessed(dossier, LATER), 1)
    before, card = await shown(reading, "NA-1"), await reading.card("NA-1", LATER)
    assert any(NAME in told for told in await rows_telling(database))
    closed = await erasures.find("NA-1", LATER)
    assert closed is not None
    assert closed.status == "closed"
    assert texts_in(closed.dossier) == 7
    order = Order("NA-1", None, "hết thời hạn lưu trữ", "tt.nghe-an", LATER)
    await erasures.erase(order, closed)
    await erasures.erase(order, closed)
    assert await rows_telling(database) == []
    assert await shown(reading, "NA-1") == before
    assert await reading.card("NA-1", LATER) == card
    assert find_tampered(await reading.limits("NA-1", LATER)) is None
    assert [p.erased for p in (await party_rows.open(["NA-1"]))["NA-1"]] == [True] * 3
    assert await party_rows.search("kin dao", LATER) == []
    (found,) = await party_rows.search("NA-1", LATER)
    assert found.parties == {"creditor": (None, None), "debtor": (None,)}
    assert await party_rows.is_erased("NA-1")
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute("delete from projection.dossiers")
    assert await register.known(["NA-1", "NA-2"]) == {"NA-1"}
    async with await psycopg.AsyncConnection.connect(database) as connection:
        told = await connection.execute(
            "select actor, dossier, detail from record.audit where action = 'dossier_erased'"
        )
        reason = {"reason": "hết thời hạn lưu trữ"}
        assert await told.fetchall() == [("tt.nghe-an", "NA-1", reason)]


async def test_of_a_party_alone_the_others_and_the_texts_stay(
    register: Register, party_rows: PartyRows, erasures: Erasures, assessed: Assessor
) -> None:
    dossier = closed_case()
    await register.project(dossier, assessed(dossier, LATER), 1)
    closed = await erasures.find("NA-1", LATER)
    assert closed is not None
    await erasures.erase(Order("NA-1", 3, "theo yêu cầu", "tt.nghe-an", LATER), closed)
    named = (await party_rows.named(dossier.masked())).parties
    assert {p.place: (p.name, p.erased) for p in named} == {
        1: ("Công ty TNHH A&B", False), 2: ("Đỗ Văn Bưởi", False), 3: ("", True),
    }  # fmt: skip
    assert await party_rows.search("kin dao", LATER) == []
    assert [line.id for line in await party_rows.search("buoi", LATER)] == ["NA-1"]
    assert not await party_rows.is_erased("NA-1")


async def test_what_is_erased_never_comes_back_from_a_state_that_still_names_it(
    register: Register, party_rows: PartyRows, erasures: Erasures, assessed: Assessor,
    database: str,
) -> None:  # fmt: skip
    dossier = closed_case()
    await register.project(dossier, assessed(dossier, LATER), 1)
    closed = await erasures.find("NA-1", LATER)
    assert closed is not None
    await erasures.erase(Order("NA-1", 3, "theo yêu cầu", "tt.nghe-an", LATER), closed)
    await register.project(dossier, assessed(dossier, LATER), 2)
    await party_rows.write(dossier)
    assert [p.name for p in (await party_rows.open(["NA-1"]))["NA-1"]][2] == ""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="what is erased stays so"):
            await connection.execute(
                "update record.parties set role = 'creditor' where erased_at is not null"
            )


async def test_a_dossier_that_the_register_does_not_have_has_nothing_to_erase(
    erasures: Erasures,
) -> None:
    assert await erasures.find("NA-9", LATER) is None


def test_what_remains_is_a_dossier_that_reads_and_is_assessed_alike(assessed: Assessor) -> None:
    dossier = closed_case()
    left = remains_of(dossier)
    text = str(left.as_file())
    assert not [planted for planted in PLANTED if planted in text]
    assert read_dossier(left.as_file(), masked=True).as_file() == left.as_file()
    one, other = assessed(dossier, LATER), assessed(left, LATER)
    assert (one.stage, one.amount_vnd) == (other.stage, other.amount_vnd)
    assert [(row.occurrence, row.due, row.state) for row in one.limits] == [
        (row.occurrence, row.due, row.state) for row in other.limits
    ]
    assert texts_in(remains_of(read_dossier(planted()))) == 0
