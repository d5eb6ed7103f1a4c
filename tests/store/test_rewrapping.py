"""All that is wrapped comes under the new master key, in steps, and opens as before."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from store.away_seals import AwaySeals
from store.dossier_keys import DossierKeys
from store.engine import Engine, open_engine
from store.letter_rows import NewLetter
from store.letters import LetterBook
from store.rewrapping import AWAY, LOCKED, Rewrapping
from store.sealing import Seal

OLD, NEW = b"o" * 32, b"n" * 32
NAMES = [f"D-{n:02}" for n in range(25)]


async def booked(engine: Engine, seal: Seal) -> str:
    new = NewLetter(office="nghe-an", year=2026, booked_at=datetime.now(UTC), actor="t")  # noqa: TID251 - the book's own stamp
    number, _ = await LetterBook(engine, seal).book(
        new, b"whole letter", b"sender", lambda o, y, n: f"{o}-{y}-{n}"
    )
    return number


async def test_keys_and_letters_open_with_the_new_key_alone_afterwards(engine: Engine) -> None:
    before = await DossierKeys(engine, Seal([OLD])).of(NAMES)
    await DossierKeys(engine, Seal([OLD])).destroy("D-00")
    number = await booked(engine, Seal([OLD]))
    rewrapping = Rewrapping(engine, Seal([NEW, OLD]))
    steps = []
    while many := await rewrapping.rotate(10):
        steps.append(many)
    assert steps == [10, 10, 4, 2]
    new = Seal([NEW])
    assert {use.key_id for use in await rewrapping.uses()} == {new.ids[0]}
    del before["D-00"]
    assert await DossierKeys(engine, new).find(NAMES[1:]) == before
    book = LetterBook(engine, new)
    assert await book.open_sealed(number, "file") == b"whole letter"
    assert await book.open_sealed(number, "sender") == b"sender"


async def test_a_rotation_broken_off_is_taken_up_by_another(engine: Engine, database: str) -> None:
    await DossierKeys(engine, Seal([OLD])).of(NAMES)
    seal = Seal([NEW, OLD])
    assert await Rewrapping(engine, seal).rotate(10) == 10
    other = open_engine(database)
    assert await Rewrapping(other, seal).rotate(100) == 15
    assert await Rewrapping(other, seal).rotate(100) == 0
    await other.dispose()


async def test_what_is_under_a_key_not_at_hand_is_left_and_counted(engine: Engine) -> None:
    await DossierKeys(engine, Seal([OLD])).of(NAMES)
    rewrapping = Rewrapping(engine, Seal([NEW]))
    assert await rewrapping.rotate(10) == 0
    (use,) = await rewrapping.uses()
    assert use == ("dossier_keys", Seal([OLD]).ids[0], len(NAMES))


async def test_seals_made_while_the_register_was_away_hold_their_master_key(engine: Engine) -> None:
    old = Seal([OLD]).ids[0]
    await AwaySeals(engine).note("D-01", old)
    await AwaySeals(engine).note("D-01", old)
    assert (AWAY, old, 1) in await Rewrapping(engine, Seal([NEW, OLD])).uses()


async def test_every_table_with_a_wrapped_key_is_rotated(database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        told = await connection.execute(
            "select table_name from information_schema.columns"
            " where column_name = 'wrapped_key' and table_schema = 'record'"
        )
        found = {row[0] for row in await told.fetchall()}
    assert found == {"parties", *(one.table.name for one in LOCKED)}


@pytest.mark.parametrize(
    "statement",
    [
        "update record.sealed set what = 'sender'",
        "update record.sealed set ciphertext = 'x'",
        "delete from record.sealed",
    ],
)
async def test_a_sealed_text_is_not_touched_otherwise(
    engine: Engine, database: str, statement: str
) -> None:
    await booked(engine, Seal([OLD]))
    async with await psycopg.AsyncConnection.connect(database) as connection:
        with pytest.raises(psycopg.Error):
            await connection.execute(statement.encode())
