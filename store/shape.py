"""Read the projection's shape from a database, and make it anew: python -m store.shape DATABASE.

`projection.sql` holds the shape that the migrations give, so that a projection which is damaged or
gone is made again without touching what is on record. A test compares both.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psycopg

FILE = Path(__file__).parent / "projection.sql"

_TABLES = """
select c.oid::regclass::text as name, array_to_string(c.reloptions, ', ') as options
from pg_class c where c.relnamespace = 'projection'::regnamespace and c.relkind = 'r'
order by c.relname collate "C"
"""
_COLUMNS = """
select concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
  case when a.attcollation <> 0 and a.attcollation <> t.typcollation
    then 'collate ' || quote_ident(l.collname) end,
  case when a.attnotnull then 'not null' end,
  'default ' || pg_get_expr(d.adbin, d.adrelid)) as column
from pg_attribute a join pg_type t on t.oid = a.atttypid
left join pg_collation l on l.oid = a.attcollation
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""
_CONSTRAINTS = """
select format('constraint %%I %%s', conname, pg_get_constraintdef(oid)) as constraint
from pg_constraint where conrelid = %s::regclass and contype <> 'n'
order by conname collate "C"
"""
_INDEXES = """
select pg_get_indexdef(indexrelid) as index
from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = %s::regclass
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
order by c.relname collate "C"
"""

Cursor = psycopg.Cursor[tuple[Any, ...]]


def shape_of(cursor: Cursor) -> str:
    """Write the projection of a database as the statements that make it; no rows are read."""
    found: list[str] = []
    for name, options in cursor.execute(_TABLES).fetchall():
        parts = [row[0] for row in cursor.execute(_COLUMNS, [name]).fetchall()]
        parts += [row[0] for row in cursor.execute(_CONSTRAINTS, [name]).fetchall()]
        ending = f" with ({options})" if options else ""
        found.append(f"create table {name} (\n  " + ",\n  ".join(parts) + f"\n){ending};")
        found += [f"{row[0]};" for row in cursor.execute(_INDEXES, [name]).fetchall()]
    return "\n".join(found) + "\n" if found else ""


def stated_shape() -> str:
    """Give the shape that this release needs."""
    return FILE.read_text("utf-8")


def main() -> None:
    """Write the file from a database that the migrations made."""
    with psycopg.connect(sys.argv[1]) as connection:
        connection.execute("set search_path = pg_catalog")
        FILE.write_text(shape_of(connection.cursor()), "utf-8")


if __name__ == "__main__":
    main()
