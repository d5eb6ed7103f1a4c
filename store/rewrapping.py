"""Bring whatever is wrapped under older master keys under the one in use, batch by batch.

Whoever adds a table with wrapped keys names it in `LOCKED`; nothing else is to be done for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg.rows import dict_row
from sqlalchemy import BindParameter, Table, bindparam, func, select, update

from store import dossier_keys as of_dossiers
from store import letters
from store.away_seals import AwaySeals
from store.engine import Connection, Engine, compiled
from store.key_tables import dossier_keys
from store.letter_tables import sealed
from store.parties import PartyRows
from store.party_tables import parties
from store.sealing import Seal, Sealed, Wrapped

_DESTROYED = "destroyed"
"""What stands for a key where a letter's text was destroyed."""
AWAY = "away_seals"
"""What is sealed under a master key itself, in Temporal; rotation does not reach it."""


class Locked(NamedTuple):
    """A table whose rows hold wrapped keys.

    `row`: the columns that tell a row; `needs`: those that its `place` is told by; `whole`: the
    text stands in the row too, and its master key is bound to it, so that it is sealed anew.
    """

    table: Table
    row: tuple[str, ...]
    needs: tuple[str, ...]
    place: Callable[..., str]
    whole: bool


LOCKED = (
    Locked(dossier_keys, ("dossier",), ("dossier",), of_dossiers.place_of, whole=False),
    Locked(sealed, ("id",), ("letter", "what"), letters.place_of, whole=True),
)


class KeyUse(NamedTuple):
    """How many rows of a table are wrapped under a master key."""

    what: str
    key_id: str
    rows: int


class Rewrapping:
    """The wrapped keys of one register, and the master keys at hand."""

    def __init__(self, engine: Engine, seal: Seal, locked: Sequence[Locked] = LOCKED) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine
        self._seal = seal
        self._locked = tuple(locked)

    async def uses(self) -> list[KeyUse]:
        """Count what is wrapped under which master key, also under one that is not at hand."""
        found: list[KeyUse] = []
        for table in (*(one.table for one in self._locked), parties):
            columns = table.c
            query = (
                select(columns.key_id, func.count().label("rows"))
                .where(columns.wrapped_key.is_not(None), columns.key_id != _DESTROYED)
                .group_by(columns.key_id)
                .order_by(columns.key_id)
            )
            rows = await self._engine.fetch(query)
            found += [KeyUse(table.name, row["key_id"], row["rows"]) for row in rows]
        away = await AwaySeals(self._engine).tally()
        return found + [KeyUse(AWAY, key_id, many) for key_id, many in sorted(away.items())]

    async def rotate(self, most: int) -> int:
        """Wrap a batch anew under the key in use; tell how many rows, 0 when all is done.

        Rows whose master key is not at hand are left. It may be broken off and begun again at
        any moment, and two may run at once. Raises `SealError`, `RegisterAwayError`.
        """
        for one in self._locked:
            async with self._engine.connected() as connection, connection.transaction():
                if many := await self._rotate(connection, one, most):
                    return many
        # What parties are found by is made under a master key too: they are sealed anew whole.
        return await PartyRows(self._engine, self._seal).seal_anew(most)

    async def _rotate(self, connection: Connection, one: Locked, most: int) -> int:
        columns = one.table.c
        query = (
            select(one.table)
            .where(columns.key_id.in_(self._seal.ids[1:]), columns.wrapped_key.is_not(None))
            .order_by(*(columns[name] for name in one.row))
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        told = connection.cursor(row_factory=dict_row)
        await told.execute(*compiled(query))
        rows = await told.fetchall()
        told_by: dict[str, BindParameter[Any]] = {
            name: bindparam(f"row_{name}") for name in one.row
        }
        renewed = [
            self._renewed(one, row) | {f"row_{name}": row[name] for name in one.row} for row in rows
        ]
        if renewed:
            new: dict[str, BindParameter[Any]] = {
                name: bindparam(name) for name in renewed[0] if name in columns
            }
            wheres = (columns[name] == given for name, given in told_by.items())
            statement, _ = compiled(update(one.table).where(*wheres).values(**new))
            await told.executemany(statement, renewed)
        return len(rows)

    def _renewed(self, one: Locked, row: Mapping[str, Any]) -> dict[str, Any]:
        place = one.place(*(row[name] for name in one.needs))
        old = Wrapped(row["key_id"], row["wrapped_key"])
        if one.whole:
            whole = Sealed(*old, row["nonce"], row["ciphertext"])
            return self._seal.renew(whole, place)._asdict()
        return self._seal.wrap(self._seal.unwrap(old, place), place)._asdict()
