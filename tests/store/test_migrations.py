from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from store.audit import Audit
from store.chain import find_breaks
from store.engine import open_engine, read_address
from store.errors import RegisterAwayError
from store.migrate import FOLDER, upgrade
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
        "ARRAY": "ARRAY", "SMALLINTEGER": "smallint", "LARGEBINARY": "bytea",
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


async def test_stuck_rows_of_before_are_sorted_and_narrowed_like_new_ones(
    empty_database: str,
) -> None:
    await asyncio.to_thread(_upgrade_to, empty_database, "0002")
    async with await psycopg.AsyncConnection.connect(empty_database) as connection:
        await connection.execute(
            "insert into projection.dossiers (id, kind, office, officer, origin, stage, status,"
            " revision, assessed_at, book, calendar, facts_count, search, dossier) values ('A',"
            " 'enforcement_case', 'nghe-an/kv1', 'cv.an', 'on_request', 'decided', 'open', 1,"
            ' now(), \'b\', \'c\', 1, \'\', \'{"obligations": [{"amount_vnd": 5}, {"kind": "act"},'
            ' {"amount_vnd": 7}]}\')'
        )
        await connection.execute(
            "insert into projection.limits (dossier, occurrence, place, rule, kind, act, article,"
            " title_vi, title_en, starts_on, holder, severity, started, state, reported_late,"
            " opens_at, provisional, confidence, transition_review, readings, receipt,"
            " receipt_hash, upcoming) values ('A', 'x#1', 1, 'x', 'limit', 'a', '1', 'x', 'x',"
            " 'e', 'officer', 'serious', now(), 'open', false, now(), false, 'v', false, '[]',"
            " '{}', 'h', false)"
        )
        await connection.execute(
            "insert into projection.stuck (dossier, place, reason, since, holder, occurrence)"
            " values ('A', 1, 'limit_passed', '2026-11-02', 'officer', 'x#1'),"
            " ('A', 2, 'silence', '2026-11-01', 'officer', null)"
        )
    await asyncio.to_thread(upgrade, empty_database)
    async with await psycopg.AsyncConnection.connect(empty_database) as connection:
        found = await connection.execute(
            "select gravity, severity, first_of_case, first_of_reason, office, officer, stage,"
            " amount_vnd from projection.stuck order by place"
        )
        of_case = ("nghe-an/kv1", "cv.an", "decided", 12)
        assert await found.fetchall() == [
            (1, "serious", False, True, *of_case),
            (3, None, True, True, *of_case),
        ]


def _upgrade_to(address: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with create_engine(read_address(address), poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


async def test_an_audit_of_before_is_chained_as_it_stands(empty_database: str) -> None:
    await asyncio.to_thread(_upgrade_to, empty_database, "0009")
    async with await psycopg.AsyncConnection.connect(empty_database) as connection:
        for number in range(4):
            await connection.execute(
                "insert into record.audit (at, actor, action, dossier, detail)"
                " values (now(), 'cũ', 'handed_over', 'A', jsonb_build_object('tên', %s::int))",
                (number,),
            )
        await connection.rollback()
        await connection.execute(
            "insert into record.audit (at, actor, action, detail) values (now(), 'cũ', 'x', '{}'),"
            " (now(), 'cũ', 'y', '{}')"
        )
        await connection.commit()
    await asyncio.to_thread(upgrade, empty_database)
    engine = open_engine(empty_database)
    await Audit(engine).note("exported", "mới", datetime.now(UTC))  # noqa: TID251 - any moment
    rows = await Audit(engine).lines(after=0)
    # Numbers that were rolled back before are no hole.
    assert [(row.id, row.actor) for row in rows] == [(5, "cũ"), (6, "cũ"), (7, "mới")]
    assert [one async for one in find_breaks(engine)] == []
    await engine.dispose()
