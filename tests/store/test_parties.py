from __future__ import annotations

import asyncio
import json

import psycopg
import pytest

from cases.dossier import read_dossier
from store.engine import Engine
from store.parties import PartyRows
from store.register import Register
from store.sealing import Seal, SealError
from store.search import normalise, tokens_of
from tests.store.dossiers import NOW, Assessor, build

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NAME, ADDRESS = "Trương Thị Kín Đáo", "Số 97, ngõ Giấu Tên"
PLANTED = (NAME, ADDRESS, normalise(NAME), "Kín", "Giấu")


def planted(place: int = 1) -> dict[str, object]:
    return {
        "id": f"NA-{place}", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
        "parties": {
            "debtor": [{"name": NAME, "address": ADDRESS}],
            "creditor": [{"name": "Công ty TNHH A&B"}, {"name": "Đỗ Văn Bưởi"}],
        },
        "facts": [{"event": "request_received", "on": "2026-10-01"}],
    }  # fmt: skip


async def rows_telling(database: str) -> list[str]:
    found: list[str] = []
    async with await psycopg.AsyncConnection.connect(database) as connection:
        tables = await connection.execute(
            "select schemaname, tablename from pg_tables"
            " where schemaname in ('record', 'projection')"
        )
        for schema, table in await tables.fetchall():
            text = f'select t::text from {schema}."{table}" t'
            rows = await (await connection.execute(text.encode())).fetchall()
            whole = "\n".join(row[0] for row in rows)
            spelled = [json.dumps(text).strip('"') for text in PLANTED]
            found += [f"{schema}.{table}: {t}" for t in (*PLANTED, *spelled) if t in whole]
    return found


async def test_who_the_parties_are_stands_in_no_table_in_clear(
    register: Register, party_rows: PartyRows, assessed: Assessor, database: str
) -> None:
    dossier = read_dossier(planted())
    await register.project(dossier, assessed(dossier), 1)
    await register.project_many([(other := read_dossier(planted(2)), assessed(other), 1, None)])
    assert await rows_telling(database) == []
    known = await party_rows.open(["NA-1", "NA-2", "unknown"])
    assert set(known) == {"NA-1", "NA-2"}
    assert [(p.role, p.name, p.address) for p in known["NA-1"]] == [
        ("creditor", "Công ty TNHH A&B", None),
        ("creditor", "Đỗ Văn Bưởi", None),
        ("debtor", NAME, ADDRESS),
    ]
    assert (await party_rows.named(dossier.masked())).as_file() == dossier.as_file()


@pytest.mark.parametrize(
    "typed",
    ["kín đáo", "KIN DAO", "truong thi", "tru dao", "ki", "a&b", "tnhh a", "cong ty tnhh",
     "buoi kin", "na-1 truong"],
)  # fmt: skip
async def test_names_are_found_by_the_beginnings_of_words_with_or_without_marks(
    register: Register, party_rows: PartyRows, assessed: Assessor, typed: str
) -> None:
    dossier = read_dossier(planted())
    await register.project(dossier, assessed(dossier), 1)
    other = build(debtor="Lê Hoàng")
    await register.project(other, assessed(other), 1)
    (found,) = await party_rows.search(typed, NOW)
    assert found.id == "NA-1"
    assert found.parties["debtor"] == (NAME,)


@pytest.mark.parametrize("typed", ["k", "in dao", "truongthi", "ruong", "&", "%", "so 97"])
async def test_the_middle_of_a_word_or_an_address_finds_nobody(
    register: Register, party_rows: PartyRows, assessed: Assessor, typed: str
) -> None:
    dossier = read_dossier(planted())
    await register.project(dossier, assessed(dossier), 1)
    assert await party_rows.search(typed, NOW) == []


async def test_names_sealed_under_an_older_key_are_found_and_sealed_anew(
    engine: Engine, assessed: Assessor
) -> None:
    first = read_dossier(planted())
    await Register(engine, Seal([OLD])).project(first, assessed(first), 1)
    both = PartyRows(engine, Seal([NEW, OLD]))
    second = read_dossier(planted(2))
    await Register(engine, Seal([NEW, OLD])).project(second, assessed(second), 1)
    assert [line.id for line in await both.search("kin dao", NOW)] == ["NA-1", "NA-2"]
    with pytest.raises(SealError, match="is not at hand"):
        await PartyRows(engine, Seal([NEW])).open(["NA-1"])
    assert await both.seal_anew(2) == 2
    assert await both.seal_anew(2) == 1
    assert await both.seal_anew(2) == 0
    alone = PartyRows(engine, Seal([NEW]))
    assert [line.id for line in await alone.search("kin dao", NOW)] == ["NA-1", "NA-2"]
    assert [p.name for p in (await alone.open(["NA-1"]))["NA-1"]][-1] == NAME


def test_tokens_under_two_keys_have_nothing_in_common_and_tell_no_word() -> None:
    one, other = (tokens_of(NAME, Seal([key])) for key in (OLD, NEW))
    assert len(set(one)) == len(one) == len(other)
    assert not set(one) & set(other)
    assert not any(normalise(word) in token for word in NAME.split() for token in one)


async def test_names_without_a_key_to_seal_them_are_refused_and_nothing_is_written(
    engine: Engine, party_rows: PartyRows, assessed: Assessor
) -> None:
    dossier = read_dossier(planted())
    with pytest.raises(SealError, match="no key to seal"):
        await Register(engine).project(dossier, assessed(dossier), 1)
    assert await Register(engine).known(["NA-1"]) == set()
    await Register(engine).project(dossier.masked(), assessed(dossier), 1)
    assert await party_rows.open(["NA-1"]) == {}


async def test_parties_that_are_kept_stay_when_the_dossier_comes_again_with_others(
    register: Register, party_rows: PartyRows, assessed: Assessor
) -> None:
    dossier = read_dossier(planted())
    await register.project(dossier, assessed(dossier), 1)
    other = read_dossier(planted() | {"parties": {"debtor": [{"name": "Người khác"}]}})
    await party_rows.write(other)
    await register.project(other, assessed(other), 2)
    assert (await party_rows.open(["NA-1"]))["NA-1"][0].name == "Công ty TNHH A&B"


async def test_what_an_attempt_left_that_opened_nothing_is_put_right_by_the_repeat(
    register: Register, party_rows: PartyRows, assessed: Assessor
) -> None:
    await party_rows.write(read_dossier(planted()))
    right = planted() | {"parties": {"debtor": [{"name": "Lê Hoàng"}]}}
    await party_rows.write(dossier := read_dossier(right))
    assert (await party_rows.open(["NA-1"]))["NA-1"][0].name == "Lê Hoàng"
    await register.project(dossier.masked(), assessed(dossier), 1)
    assert await party_rows.search("kin", NOW) == []
    assert [line.id for line in await party_rows.search("hoang", NOW)] == ["NA-1"]


async def test_rows_of_an_earlier_release_are_taken_over_and_show_no_name_any_more(
    engine: Engine, register: Register, party_rows: PartyRows, assessed: Assessor, database: str
) -> None:
    for place in (1, 2, 3):
        masked = read_dossier(planted(place)).masked()
        await register.project(masked, assessed(masked), 1)
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        for place in (1, 2):
            file = json.dumps(read_dossier(planted(place)).as_file())
            await connection.execute(
                "update projection.dossiers set dossier = %s::jsonb, search = %s where id = %s",
                (file, normalise(NAME), f"NA-{place}"),
            )
    assert await rows_telling(database) != []
    assert await party_rows.take_over(1) == 1
    taken = await asyncio.gather(party_rows.take_over(), party_rows.take_over())
    assert sum(taken) == 1
    assert await party_rows.take_over() == 0
    assert await rows_telling(database) == []
    whole = read_dossier(planted())
    assert (await party_rows.named(whole.masked())).as_file() == whole.as_file()
    assert [line.id for line in await party_rows.search("kin dao", NOW)] == ["NA-1", "NA-2"]


async def test_a_party_is_a_record(register: Register, assessed: Assessor, database: str) -> None:
    dossier = read_dossier(planted())
    await register.project(dossier, assessed(dossier), 1)
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        for statement in (
            "delete from record.parties", "truncate record.parties",
            "update record.parties set place = place + 5", "delete from record.erasures",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
                await connection.execute(statement.encode())


async def test_a_sealed_party_opens_at_its_own_place_alone(
    register: Register, party_rows: PartyRows, assessed: Assessor, database: str
) -> None:
    dossier = read_dossier(planted())
    await register.project(dossier, assessed(dossier), 1)
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(
            "update record.parties p set wrapped_key = o.wrapped_key, nonce = o.nonce,"
            " ciphertext = o.ciphertext from record.parties o where p.place = 1 and o.place = 2"
        )
    with pytest.raises(SealError, match="belongs elsewhere"):
        await party_rows.open(["NA-1"])
