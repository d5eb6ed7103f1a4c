"""The projection that a rebuild makes anew is the one that the migrations make."""

from __future__ import annotations

import psycopg
import pytest

from store.engine import Engine
from store.rebuilds import RebuildRows
from store.shape import shape_of, stated_shape


def shape_in(database: str) -> str:
    with psycopg.connect(database) as connection:
        connection.execute("set search_path = pg_catalog")
        return shape_of(connection.cursor())


def test_the_stated_shape_is_that_of_the_migrations(database: str) -> None:
    assert shape_in(database) == stated_shape(), (
        "a migration changed the projection: run python -m store.shape DATABASE on a database "
        "that is migrated, and look at what git shows"
    )


@pytest.mark.parametrize(
    "damage",
    [
        "drop schema projection cascade",
        "drop table projection.stuck",
        "alter table projection.limits add column more text",
        "drop index projection.dossiers_about",
        "alter table projection.facts drop constraint facts_pkey",
        "alter table projection.dossiers alter column practice drop default",
    ],
)
def test_whatever_is_damaged_is_seen_and_made_anew(
    database: str, engine: Engine, damage: str
) -> None:
    rows = RebuildRows(engine)
    assert not rows.inspect().damaged
    with psycopg.connect(database) as connection:
        connection.execute(damage.encode())
    assert rows.inspect().damaged
    with psycopg.connect(database) as connection:
        now = connection.execute("select now()").fetchone()
    assert now is not None
    rows.begin("r-1", "tester", 3, now[0])
    assert shape_in(database) == stated_shape()
    assert not rows.inspect().damaged


def test_what_was_granted_on_a_whole_projection_stays(database: str, engine: Engine) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("grant select on projection.dossiers to pg_monitor")
        now = connection.execute("select now()").fetchone()
    assert now is not None
    RebuildRows(engine).begin("r-2", "tester", 3, now[0])
    with psycopg.connect(database) as connection:
        told = connection.execute(
            "select has_table_privilege('pg_monitor', 'projection.dossiers', 'select')"
        ).fetchone()
    assert told == (True,)
