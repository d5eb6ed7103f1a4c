"""Keep the directory's rows: read them at one moment, change them with who and why on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import psycopg
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, text

from store.audit import Action, Entry, note_in
from store.directory import DirectoryEntries, OfficeDirectory
from store.engine import CONNECT_SECONDS, Engine, read_address
from store.errors import told_plainly
from store.people_changes import Change, Part, compare
from store.records import audit

Edit: TypeAlias = Callable[[DirectoryEntries], DirectoryEntries]
"""Makes the new entries of those that stand; a refusal that it raises leaves all as it was."""

_ACTION = "directory_"
_ACTIONS: Mapping[Part, Action] = {
    "office": "directory_office", "person": "directory_person", "post": "directory_post",
    "absence": "directory_absence", "delegation": "directory_delegation",
}  # fmt: skip

# One statement, so that everything is of one moment.
_READ = """
select jsonb_build_object(
  'offices', (select coalesce(jsonb_agg(to_jsonb(o) order by o.key), '[]') from record.offices o),
  'people', (select coalesce(jsonb_agg(
      to_jsonb(p) || jsonb_build_object('addresses', (
        select coalesce(jsonb_agg(
          jsonb_build_object('channel', a.channel, 'value', a.value) order by a.place), '[]')
        from record.addresses a where a.person = p.key and a.gone_at is null))
      order by p.key), '[]') from record.people p),
  'posts', (select coalesce(jsonb_agg(to_jsonb(t) order by t.id), '[]') from record.posts t),
  'absences', (select coalesce(jsonb_agg(to_jsonb(t) order by t.id), '[]')
    from record.absences t),
  'delegations', (select coalesce(jsonb_agg(to_jsonb(t) order by t.id), '[]')
    from record.delegations t)
) as entries
"""

_OFFICES = """
insert into record.offices select * from jsonb_populate_recordset(null::record.offices, %s)
on conflict (key) do update set name = excluded.name, kind = excluded.kind,
  parent = excluded.parent, hours = excluded.hours
"""

_PEOPLE = """
insert into record.people select * from jsonb_populate_recordset(null::record.people, %s)
on conflict (key) do update set name = excluded.name, office = excluded.office,
  language = excluded.language, hours = excluded.hours, left_on = excluded.left_on,
  synthetic = excluded.synthetic
"""

_ADDRESSES_GONE = """
update record.addresses set gone_at = %s where gone_at is null and person = any(%s)
"""

_ADDRESSES = """
insert into record.addresses (person, place, channel, value)
select person, place, channel, value
from jsonb_populate_recordset(null::record.addresses, %s)
"""

_DATED = {
    "post": ("posts", "person, role, office, first, last"),
    "absence": ("absences", "person, first, last, deputy, reason, ended_on"),
    "delegation": ("delegations", "person, delegate, role, first, last, reason, ended_on"),
}


class AuditedChange(BaseModel):
    """A change on record: when, by whom, with which command or file; addresses are masked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: datetime
    actor: str
    source: str
    change: Change


class DirectoryRows:
    """The directory in the register."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def read(self) -> OfficeDirectory:
        """Read the directory as it stands now."""
        rows = await self._engine.fetch(text(_READ))
        return OfficeDirectory(DirectoryEntries.model_validate(rows[0]["entries"]))

    async def history(self, key: str | None, most: int) -> list[AuditedChange]:
        """List who changed what, the latest first; of one office or person where `key` is one."""
        query = select(audit.c.at, audit.c.actor, audit.c.action, audit.c.detail).where(
            audit.c.action.startswith(_ACTION)
        )
        if key is not None:
            query = query.where(audit.c.detail["key"].astext == key)
        rows = await self._engine.fetch(query.order_by(audit.c.id.desc()).limit(most))
        return [
            AuditedChange(
                at=row["at"],
                actor=row["actor"],
                source=row["detail"]["source"],
                change=Change(
                    part=row["action"].removeprefix(_ACTION),
                    key=row["detail"]["key"],
                    before=row["detail"]["before"],
                    after=row["detail"]["after"],
                ),
            )
            for row in rows
        ]

    async def change(self, edit: Edit, actor: str, now: datetime, source: str) -> list[Change]:
        """Change the directory and record who did it, in one transaction; tell what changed.

        `source`: the command or the file. Two changes at once happen one after the other.
        """
        async with self._engine.connected() as connection, connection.transaction():
            cursor = connection.cursor()
            await cursor.execute("lock table record.people in share row exclusive mode")
            await cursor.execute(_READ.encode())
            row = await cursor.fetchone()
            before = DirectoryEntries.model_validate(row[0] if row else {})
            changes = compare(before, edit(before))
            if changes:
                await _write(cursor, changes, now)
                await note_in(cursor, _audited(changes, actor, now, source))
        return changes


def read_directory(address: str) -> OfficeDirectory | None:
    """Read the directory at once, for a command; None where the register holds none.

    Raises RegisterAwayError, RegisterNotPreparedError, DatabaseAddressError.
    """
    url = read_address(address)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        told_plainly(url),
        psycopg.connect(
            plain, connect_timeout=round(CONNECT_SECONDS) + 1, options="-c statement_timeout=10000"
        ) as connection,
    ):
        row = connection.execute(_READ.encode()).fetchone()
    entries = DirectoryEntries.model_validate(row[0] if row else {})
    return OfficeDirectory(entries) if entries.offices else None


async def _write(
    cursor: psycopg.AsyncCursor[Any], changes: Sequence[Change], now: datetime
) -> None:
    await cursor.execute(_OFFICES, (_rows(changes, "office"),))
    await cursor.execute(_PEOPLE, (_rows(changes, "person"),))
    moved = [c for c in changes if c.part == "person" and "addresses" in c.differing]
    await cursor.execute(_ADDRESSES_GONE, (now, [change.key for change in moved]))
    addresses = [
        {"person": change.key, "place": place, **address}
        for change in moved
        for place, address in enumerate(change.after["addresses"], start=1)
    ]
    await cursor.execute(_ADDRESSES, (json.dumps(addresses),))
    for part, (table, columns) in _DATED.items():
        new = [c.after for c in changes if c.part == part and c.id is None]
        old = [{"id": c.id, **c.after} for c in changes if c.part == part and c.id is not None]
        of_rows = f"from jsonb_populate_recordset(null::record.{table}, %s) r"
        insert = f"insert into record.{table} ({columns}) select {columns} {of_rows}"
        update = (
            f"update record.{table} t set ({columns}) = "  # noqa: S608 - names of our own
            f"row({', '.join(f'r.{name}' for name in columns.split(', '))}) "
            f"{of_rows} where t.id = r.id"
        )
        await cursor.execute(insert.encode(), (json.dumps(new),))
        await cursor.execute(update.encode(), (json.dumps(old),))


def _rows(changes: Sequence[Change], part: str) -> str:
    return json.dumps([change.after for change in changes if change.part == part])


def _audited(changes: Sequence[Change], actor: str, now: datetime, source: str) -> list[Entry]:
    return [
        Entry(
            action=_ACTIONS[change.part],
            actor=actor,
            at=now,
            detail={
                "key": change.key,
                "source": source,
                "before": change.before,
                "after": change.after,
            },
        )
        for change in (change.masked() for change in changes)
    ]
