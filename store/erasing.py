"""Erase who the parties of a closed dossier are, and whatever was said of them in free words."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select

from cases.assessment import Receipt
from cases.dossier import Dossier, read_dossier
from cases.parties import Party
from cases.receipt import hash_of
from cases.remains import remains_of
from store.audit import Action, Entry, note_in
from store.engine import Connection, Engine, compiled
from store.parties import PartyRows, masked_values
from store.party_tables import erasures
from store.search import normalise
from store.tables import dossiers
from store.verdicts import status_at

_BLANK = """
update record.parties set key_id = null, wrapped_key = null, nonce = null, ciphertext = null,
  tokens = '{}', erased_at = %(at)s
where dossier = %(dossier)s and erased_at is null and (%(place)s::int is null or place = %(place)s)
"""
_SHOW = """
update projection.dossiers set dossier = %(dossier)s::jsonb, search = %(search)s where id = %(id)s
"""
_FACT = """
update projection.facts set fields = %(fields)s, reason = %(reason)s
where dossier = %(dossier)s and number = %(number)s
"""
_RECEIPTS = """
select occurrence, receipt from projection.limits where dossier = %(dossier)s order by place
"""
_RECEIPT = """
update projection.limits set receipt = %(receipt)s, receipt_hash = %(hash)s
where dossier = %(dossier)s and occurrence = %(occurrence)s
"""


class Closed(BaseModel):
    """A dossier as it is before an erasure; `status` holds now, `parties` are named."""

    model_config = ConfigDict(frozen=True)

    status: str
    dossier: Dossier
    parties: tuple[Party, ...]


class Order(NamedTuple):
    """Who erases, why and when; of one party alone by its `place`, else of the whole dossier."""

    dossier: str
    place: int | None
    reason: str
    person: str
    at: datetime


class Erasures:
    """The erasures of one register; all raise RegisterAwayError, RegisterNotPreparedError."""

    def __init__(self, engine: Engine, parties: PartyRows) -> None:
        """Take the connections and the parties."""
        self._engine = engine
        self._parties = parties

    async def find(self, dossier: str, now: datetime) -> Closed | None:
        """Give a dossier with what an erasure would take; None where the register has none."""
        query = select(dossiers.c.dossier, status_at(now).label("status")).where(
            dossiers.c.id == dossier
        )
        rows = await self._engine.fetch(query)
        if not rows:
            return None
        known = (await self._parties.open([dossier])).get(dossier, ())
        file = read_dossier(rows[0]["dossier"], masked=True)
        return Closed(status=rows[0]["status"], dossier=file, parties=known)

    async def erase(self, order: Order, closed: Closed) -> None:
        """Erase in the register, in one transaction; what was erased before stays so."""
        place = order.place
        erased = {party.place for party in closed.parties if party.erased}
        if await self._parties.is_erased(order.dossier) or place in erased:
            return
        left = remains_of(closed.dossier) if place is None else closed.dossier
        async with self._engine.connected() as connection, connection.transaction():
            await connection.execute(_BLANK, order._asdict())
            if place is None:
                await _blank_texts(connection, left)
            await _note(connection, order, left)


async def _blank_texts(connection: Connection, left: Dossier) -> None:
    whole = masked_values(left) | {"dossier": json.dumps(left.as_file(), ensure_ascii=False)}
    await connection.execute(_SHOW, whole | {"search": normalise(left.id)})
    for fact in left.facts:
        fields = {"dossier": left.id, "number": fact.number, "fields": Jsonb(fact.fields)}
        await connection.execute(_FACT, fields | {"reason": fact.reason})
    cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
    await cursor.execute(_RECEIPTS, {"dossier": left.id})
    previous = ""
    for row in await cursor.fetchall():
        said = Receipt.model_validate(row["receipt"])
        plain = said.model_copy(update={"evidence": None, "previous": previous})
        previous = hash_of(plain)
        kept = plain.model_copy(update={"hash": previous}).model_dump(mode="json")
        values = {"receipt": Jsonb(kept), "hash": previous}
        await connection.execute(
            _RECEIPT, values | {"dossier": left.id, "occurrence": row["occurrence"]}
        )


async def _note(connection: Connection, order: Order, left: Dossier) -> None:
    """Put it on record and into the audit."""
    remains = None if order.place is not None else left.as_file()
    await connection.execute(*_made(insert(erasures).values(**order._asdict(), remains=remains)))
    action: Action = "dossier_erased" if order.place is None else "party_erased"
    detail: dict[str, Any] = {"reason": order.reason}
    if order.place is not None:
        detail["party"] = order.place
    entry = Entry(
        action=action, actor=order.person, at=order.at, dossier=order.dossier, detail=detail
    )
    await note_in(connection, [entry])


def _made(statement: Any) -> tuple[bytes, Any]:  # noqa: ANN401 - a statement of SQLAlchemy's
    text, values = compiled(statement)
    return text, {n: Jsonb(v) if isinstance(v, dict) else v for n, v in values.items()}
