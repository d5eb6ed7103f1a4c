"""Every dossier has one key; a process knows it for a while, and a destroyed one is gone."""

from __future__ import annotations

import asyncio
import secrets

import psycopg
import pytest

from store.dossier_keys import (
    FRESH_SECONDS,
    INSTALLATION,
    DossierKeys,
    KeyDestroyedError,
    KeyMissingError,
)
from store.engine import Engine, open_engine
from store.errors import RegisterAwayError
from store.sealing import Seal, SealError
from tests.conftest import free_port

KEY = b"k" * 32


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Line:
    """An engine that can be cut off, and counts how often it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.there = engine
        self.cut = False
        self.asked = 0
        self._gone = open_engine(f"postgresql://postgres@127.0.0.1:{free_port()}/thads")

    def __getattr__(self, name: str) -> object:
        self.asked += 1
        return getattr(self._gone if self.cut else self.there, name)


async def test_a_dossier_gets_one_key_however_many_ask_at_once(
    engine: Engine, database: str
) -> None:
    others = [open_engine(database) for _ in range(4)]
    asked = [DossierKeys(one, Seal([KEY])) for one in (engine, *others)]
    names = [f"D-{n}" for n in range(40)]
    found = await asyncio.gather(
        *(keys.of(names[::-1] if n % 2 else names) for n, keys in enumerate(asked))
    )
    assert all(one == found[0] for one in found)
    assert len(set(found[0].values())) == len(names)
    for one in others:
        await one.dispose()


async def test_keys_are_read_in_one_exchange_and_kept_for_ten_minutes(engine: Engine) -> None:
    line, clock = Line(engine), Clock()
    keys = DossierKeys(line, Seal([KEY]), clock)  # type: ignore[arg-type]
    names = [f"D-{n}" for n in range(500)]
    await keys.of(names)
    assert line.asked == 1
    clock.now = FRESH_SECONDS - 1
    await keys.of(names)
    assert line.asked == 1
    clock.now = FRESH_SECONDS
    await keys.of(names)
    assert line.asked == 2


async def test_no_key_lies_open_in_the_register(engine: Engine, database: str) -> None:
    found = await DossierKeys(engine, Seal([KEY])).of(["D-1", INSTALLATION])
    async with await psycopg.AsyncConnection.connect(database) as connection:
        told = await connection.execute("select wrapped_key from record.dossier_keys")
        wrapped = b"".join(row[0] for row in await told.fetchall())
    assert not any(key in wrapped for key in found.values())


async def test_a_wrapped_key_moved_to_another_dossier_does_not_open(
    engine: Engine, database: str
) -> None:
    await DossierKeys(engine, Seal([KEY])).of(["D-1", "D-2"])
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(
            "update record.dossier_keys set wrapped_key = "
            "(select wrapped_key from record.dossier_keys where dossier = 'D-2')"
            " where dossier = 'D-1'"
        )
    with pytest.raises(SealError, match="belongs elsewhere"):
        await DossierKeys(engine, Seal([KEY])).find(["D-1"])


async def test_a_destroyed_key_is_gone_at_once_here_and_soon_everywhere(engine: Engine) -> None:
    clock = Clock()
    here, there = (DossierKeys(engine, Seal([KEY]), clock) for _ in range(2))
    await there.of(["D-1"])
    assert await here.destroy("D-1")
    assert not await here.destroy("D-1")
    assert await here.is_destroyed("D-1")
    with pytest.raises(KeyDestroyedError, match="D-1"):
        await here.find(["D-1"])
    clock.now = FRESH_SECONDS
    with pytest.raises(KeyDestroyedError) as refused:
        await there.of(["D-1"])
    assert "đã bị hủy" in refused.value.say("vi")


async def test_a_dossier_without_a_key_never_gets_one_once_it_is_destroyed(engine: Engine) -> None:
    await DossierKeys(engine, Seal([KEY])).destroy("D-9")
    with pytest.raises(KeyDestroyedError):
        await DossierKeys(engine, Seal([KEY])).of(["D-9"])


async def test_the_installations_key_is_not_destroyed(engine: Engine) -> None:
    with pytest.raises(ValueError, match="stays"):
        await DossierKeys(engine, Seal([KEY])).destroy(INSTALLATION)


async def test_a_register_that_is_away_costs_nothing_of_what_is_known(engine: Engine) -> None:
    line, clock = Line(engine), Clock()
    keys = DossierKeys(line, Seal([KEY]), clock)  # type: ignore[arg-type]
    known = await keys.of(["D-1"])
    line.cut, clock.now = True, 20 * 3600.0
    assert await keys.of(["D-1"]) == known
    with pytest.raises(RegisterAwayError):
        await keys.of(["D-2"])
    asked = line.asked
    with pytest.raises(RegisterAwayError):
        await keys.of(["D-2"])
    assert line.asked == asked, "nobody waits for it again at once"
    clock.now = 25 * 3600.0
    with pytest.raises(RegisterAwayError):
        await keys.of(["D-1"])
    line.cut, clock.now = False, 26 * 3600.0
    assert await keys.of(["D-1"]) == known


async def test_a_key_looked_for_in_vain_is_not_made_anew(engine: Engine) -> None:
    clock = Clock()
    keys = DossierKeys(engine, Seal([KEY]), clock)
    with pytest.raises(KeyMissingError, match="restore a later backup"):
        await keys.find(["D-1"])
    with pytest.raises(KeyMissingError):
        await keys.of(["D-1"])
    await DossierKeys(engine, Seal([KEY])).of(["D-1"])
    assert await keys.find(["D-1"])
    assert await keys.of(["D-1"])


async def test_a_key_under_a_master_key_that_is_not_at_hand_names_it(engine: Engine) -> None:
    old = Seal([KEY])
    await DossierKeys(engine, old).of(["D-1"])
    with pytest.raises(SealError, match=old.ids[0]):
        await DossierKeys(engine, Seal([secrets.token_bytes(32)])).find(["D-1"])


@pytest.mark.parametrize(
    "statement",
    [
        "delete from record.dossier_keys",
        "truncate record.dossier_keys",
        "update record.dossier_keys set dossier = 'D-2'",
        "update record.dossier_keys set made_at = now() + interval '1 day'",
        "update record.dossier_keys set wrapped_key = null",
        "delete from record.away_seals",
    ],
)
async def test_the_table_of_keys_takes_nothing_but_a_new_wrapping_and_an_end(
    engine: Engine, database: str, statement: str
) -> None:
    await DossierKeys(engine, Seal([KEY])).of(["D-1"])
    async with await psycopg.AsyncConnection.connect(database) as connection:
        with pytest.raises(psycopg.Error):
            await connection.execute(statement.encode())


async def test_what_was_destroyed_does_not_come_back(engine: Engine, database: str) -> None:
    await DossierKeys(engine, Seal([KEY])).destroy("D-1")
    async with await psycopg.AsyncConnection.connect(database) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
            await connection.execute(
                "update record.dossier_keys set wrapped_key = 'x', destroyed_at = null"
            )
