from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from store.engine import Engine, open_engine


async def _backend(engine: Engine) -> Any:
    return (await engine.fetch(text("select pg_backend_pid() as pid")))[0]["pid"]


async def _cut_short(engine: Engine) -> None:
    async with (
        engine.connected() as connection,
        connection.pipeline(),
        connection.transaction(),
        connection.cursor() as cursor,
    ):
        await cursor.execute(b"select 'of the one before' as answer")
        await cursor.execute(b"select pg_sleep(0.2)")
        await cursor.execute(b"select 'of the one before' as answer")


async def test_a_connection_is_lent_again(database: str) -> None:
    engine = open_engine(database, connections=1)
    assert await _backend(engine) == await _backend(engine)
    await engine.dispose()


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.1])
async def test_what_was_cut_short_gives_its_connection_to_nobody(
    database: str, pause: float
) -> None:
    engine = open_engine(database, connections=1)
    before = await _backend(engine)
    work = asyncio.create_task(_cut_short(engine))
    await asyncio.sleep(pause)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    if pause:
        assert await _backend(engine) != before
    for _ in range(3):
        assert await engine.fetch(text("select 42 as answer")) == [{"answer": 42}]
    await engine.dispose()


async def test_a_failed_statement_leaves_the_engine_fit_for_the_next(database: str) -> None:
    engine = open_engine(database, connections=1)
    for _ in range(3):
        with pytest.raises(Exception, match="division by zero"):
            await engine.fetch(text("select 1 / 0"))
        assert await engine.fetch(text("select 42 as answer")) == [{"answer": 42}]
    await engine.dispose()
