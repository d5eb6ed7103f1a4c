from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cases.errors import FormError, Words
from cli.directory_file import DirectoryFileError, fill_directory
from law.calendar import ZONE
from samples.people import sample_directory, write_directory
from store.directory import AddressEntry, DirectoryEntries, OfficeEntry, PersonEntry
from store.directory_rows import DirectoryRows, read_directory
from store.engine import Engine
from store.errors import RegisterAwayError, RegisterNotPreparedError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
DAY = NOW.date()
SAMPLE = sample_directory(DAY)


@pytest.fixture(name="rows")
async def _rows(engine: Engine) -> DirectoryRows:
    rows = DirectoryRows(engine)
    await rows.change(lambda _: SAMPLE, "tester", NOW, "sample")
    return rows


def without_ids(entries: DirectoryEntries) -> dict[str, Any]:
    plain = entries.model_dump(
        exclude={n: {"__all__": {"id"}} for n in ("posts", "absences", "delegations")}
    )
    return {
        name: sorted(rows, key=lambda row: str(sorted(row.items(), key=str)))
        for name, rows in plain.items()
    }


async def test_what_was_written_is_read_again(rows: DirectoryRows, database: str) -> None:
    found = (await rows.read()).entries
    assert without_ids(found) == without_ids(SAMPLE)
    at_once = await asyncio.to_thread(read_directory, database)
    assert at_once is not None
    assert at_once.entries == found


async def test_a_register_without_a_directory_gives_none_at_once(database: str) -> None:
    assert await asyncio.to_thread(read_directory, database) is None


async def test_a_register_that_is_away_or_not_prepared_is_told(empty_database: str) -> None:
    with pytest.raises(RegisterNotPreparedError):
        await asyncio.to_thread(read_directory, empty_database)
    with pytest.raises(RegisterAwayError):
        await asyncio.to_thread(read_directory, "postgresql://u@127.0.0.1:1/x")


async def test_an_empty_register_is_filled_once_and_a_full_one_left_alone(
    engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "people.xlsx"
    write_directory(file, DAY)
    first = await asyncio.gather(*(fill_directory(engine, file, NOW, "worker") for _ in range(3)))
    assert sorted(bool(changes) for changes in first) == [False, False, True]
    assert without_ids((await DirectoryRows(engine).read()).entries) == without_ids(SAMPLE)
    # The file is not even read once the register has a directory.
    assert await fill_directory(engine, tmp_path / "missing.xlsx", NOW, "worker") == []


async def test_a_file_that_does_not_read_fills_nothing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DirectoryFileError):
        await fill_directory(engine, tmp_path / "missing.xlsx", NOW, "worker")
    assert not (await DirectoryRows(engine).read()).offices


async def test_who_changed_what_is_on_record_without_tokens(
    rows: DirectoryRows, database: str
) -> None:
    secret = AddressEntry(channel="apprise", value="tgram://sekret/chat")
    await _change_person(rows, "cv.an", name="Tên mới", addresses=(secret,))
    (last,) = await rows.history("cv.an", 1)
    assert (last.actor, last.source, last.at) == ("thư ký", "a test", NOW)
    assert last.change.differing == ["name", "addresses"]
    assert (last.change.before or {})["name"] == "Chấp hành viên mẫu An"
    assert last.change.after["addresses"] == [{"channel": "apprise", "value": secret.shown}]
    (audited,) = await _ask(
        database, "select detail::text from record.audit order by id desc limit 1"
    )
    assert "sekret" not in audited[0]
    assert (await rows.read()).people["cv.an"].addresses == (secret,)


async def test_addresses_that_are_replaced_stay_in_the_record(
    rows: DirectoryRows, database: str
) -> None:
    first, second = (AddressEntry(channel="mail", value=f"{n}@x.invalid") for n in (1, 2))
    await _change_person(rows, "cv.an", addresses=(first, second))
    await _change_person(rows, "cv.an", addresses=(second, first))
    found = await _ask(
        database,
        "select place, value, gone_at is null from record.addresses where person = 'cv.an' "
        "order by id",
    )
    assert found == [
        (1, "cv-an@example.invalid", False), (1, "1@x.invalid", False), (2, "2@x.invalid", False),
        (1, "2@x.invalid", True), (2, "1@x.invalid", True),
    ]  # fmt: skip


async def test_what_does_not_change_is_not_written_and_not_audited(
    rows: DirectoryRows, database: str
) -> None:
    before = await _ask(database, "select count(*) from record.audit")
    assert await rows.change(lambda entries: entries, "tester", NOW, "a test") == []
    assert await _ask(database, "select count(*) from record.audit") == before


async def test_a_refusal_in_an_edit_leaves_everything_as_it_was(rows: DirectoryRows) -> None:
    before = (await rows.read()).entries

    def refuse(_: DirectoryEntries) -> DirectoryEntries:
        raise FormError("x", 1, Words(vi="không", en="no"))

    with pytest.raises(FormError):
        await rows.change(refuse, "tester", NOW, "a test")
    assert (await rows.read()).entries == before


async def test_nothing_can_be_taken_out(rows: DirectoryRows, database: str) -> None:
    with pytest.raises(ValueError, match="cannot be taken out"):
        await rows.change(
            lambda entries: entries.model_copy(update={"people": ()}), "tester", NOW, "a test"
        )
    for table in ("offices", "people", "posts", "addresses", "absences", "delegations"):
        with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
            await _ask(database, f"delete from record.{table} returning 1")


async def test_changes_at_once_follow_one_another_and_none_is_lost(rows: DirectoryRows) -> None:
    async def add(number: int) -> None:
        def edit(before: DirectoryEntries) -> DirectoryEntries:
            new = PersonEntry(key=f"p{number}", name=f"P {number}", office="nghe-an")
            return before.model_copy(update={"people": (*before.people, new)})

        await rows.change(edit, f"tester {number}", NOW, "a test")

    await asyncio.gather(*(add(number) for number in range(8)))
    known = (await rows.read()).people
    assert {f"p{number}" for number in range(8)} <= known.keys()
    history = await rows.history(None, 8)
    assert {one.actor for one in history} == {f"tester {number}" for number in range(8)}


async def test_an_absence_is_changed_in_its_own_row(rows: DirectoryRows) -> None:
    def end(before: DirectoryEntries) -> DirectoryEntries:
        (absence,) = before.absences
        ended = absence.model_copy(update={"ended_on": DAY + timedelta(days=1)})
        return before.model_copy(update={"absences": (ended,)})

    (before,) = (await rows.read()).entries.absences
    await rows.change(end, "tester", NOW, "a test")
    (after,) = (await rows.read()).entries.absences
    assert after == before.model_copy(update={"ended_on": date(2026, 11, 24)})


async def test_offices_may_name_each_other_in_any_order(engine: Engine) -> None:
    rows = DirectoryRows(engine)
    below = OfficeEntry(key="a/b", name="B", parent="a", hours=("08:00-12:00",))
    above = OfficeEntry(key="a", name="A", kind="agency")
    entries = DirectoryEntries(offices=(below, above))
    await rows.change(lambda _: entries, "tester", NOW, "a test")
    assert (await rows.read()).offices == {"a": above, "a/b": below}


async def _change_person(rows: DirectoryRows, key: str, **changes: Any) -> None:
    def edit(before: DirectoryEntries) -> DirectoryEntries:
        people = tuple(
            person.model_copy(update=changes) if person.key == key else person
            for person in before.people
        )
        return before.model_copy(update={"people": people})

    await rows.change(edit, "thư ký", NOW, "a test")


async def _ask(database: str, question: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return await (await connection.execute(question.encode())).fetchall()
