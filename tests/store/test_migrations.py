from __future__ import annotations

import asyncio

import psycopg
import pytest

from store.errors import RegisterAwayError
from store.finding_rows import findings as _findings  # noqa: F401 - its table is compared too
from store.migrate import upgrade
from store.records import metadata


async def columns(database: str) -> dict[tuple[str, str], list[tuple[str, str, bool]]]:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        found = await connection.execute(
            "select table_schema, table_name, column_name, is_nullable = 'YES', data_type "
            "from information_schema.columns where table_schema in ('projection', 'record') "
            "order by 1, 2, ordinal_position"
        )
        rows = await found.fetchall()
    tables: dict[tuple[str, str], list[tuple[str, str, bool]]] = {}
    for schema, table, name, nullable, kind in rows:
        tables.setdefault((schema, table), []).append((name, kind, nullable))
    return tables


async def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(
    empty_database: str,
) -> None:
    await asyncio.to_thread(upgrade, empty_database)
    before = await columns(empty_database)
    await asyncio.to_thread(upgrade, empty_database)
    assert await columns(empty_database) == before
    assert len(before) == len(metadata.tables)


async def test_two_processes_may_bring_it_up_at_once(empty_database: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(upgrade, empty_database) for _ in range(3)))
    assert len(await columns(empty_database)) == len(metadata.tables)


async def test_the_tables_are_those_that_the_code_names(database: str) -> None:
    kinds = {
        "TEXT": "text", "INTEGER": "integer", "BIGINTEGER": "bigint", "BOOLEAN": "boolean",
        "DATE": "date", "DATETIME": "timestamp with time zone", "JSONB": "jsonb",
        "ARRAY": "ARRAY", "SMALLINTEGER": "smallint",
    }  # fmt: skip
    found = await columns(database)
    for table in metadata.tables.values():
        stated = [
            (c.name, kinds[c.type.__class__.__name__.upper()], bool(c.nullable))
            for c in table.columns
        ]
        assert found[str(table.schema), table.name] == stated


def test_a_database_that_is_away_is_named_in_one_sentence() -> None:
    with pytest.raises(RegisterAwayError, match=r"127\.0\.0\.1:1/thads is not reachable"):
        upgrade("postgresql://postgres@127.0.0.1:1/thads")
