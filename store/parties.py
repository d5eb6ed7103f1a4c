"""Keep who the parties are, sealed one by one, and find dossiers by their names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union

from cases.dossier import Dossier, read_dossier
from cases.parties import Party, placed
from store.engine import Engine
from store.party_tables import erasures, parties
from store.rows import FoundLine
from store.sealing import Seal, Sealed
from store.search import normalise, tokens_for, tokens_of, words_in, words_of
from store.tables import dossiers
from store.verdicts import stage_at, within

_COLUMNS = ("role", "key_id", "wrapped_key", "nonce", "ciphertext", "tokens")
_INSERT = f"""
insert into record.parties as p (dossier, place, {", ".join(_COLUMNS)})
values (%(dossier)s, %(place)s, {", ".join(f"%({name})s" for name in _COLUMNS)})
"""  # noqa: S608 - every name is that of a column of ours
KEEP = f"{_INSERT} on conflict (dossier, place) do nothing"
"""Keep a party; one that is there, or was erased, stays as it is."""
_RENEW = f"""{_INSERT}
on conflict (dossier, place) do update set
  {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
where p.erased_at is null
  and not exists (select from projection.dossiers d where d.id = excluded.dossier)
"""
_LEFT_OVER = """
update record.parties set key_id = null, wrapped_key = null, nonce = null, ciphertext = null,
  tokens = '{}', erased_at = now()
where dossier = %(dossier)s and place <> all(%(places)s::int[]) and erased_at is null
  and not exists (select from projection.dossiers d where d.id = %(dossier)s)
"""
"""Empty what an attempt with more parties left behind, before anything was opened."""
_NAMING = """
select id, dossier from projection.dossiers
where dossier @? '$.parties.*[*].name'
order by id limit %(most)s for update skip locked
"""
_MASK = """
update projection.dossiers set dossier = %(dossier)s::jsonb, search = %(search)s where id = %(id)s
"""
_OLD = """
select * from record.parties where key_id = any(%(olds)s)
order by key_id, dossier, place limit %(most)s for update skip locked
"""
_SEAL_ANEW = f"""
update record.parties set {", ".join(f"{name} = %({name})s" for name in _COLUMNS)}
where dossier = %(dossier)s and place = %(place)s
"""  # noqa: S608 - every name is that of a column of ours


class PartyRows:
    """The parties of all dossiers, under one installation's seal.

    Methods raise RegisterAwayError, RegisterNotPreparedError; those that open, `SealError`.
    """

    def __init__(self, engine: Engine, seal: Seal) -> None:
        """Take the connections, and what seals and opens."""
        self._engine = engine
        self._seal = seal

    async def write(self, dossier: Dossier) -> None:
        """Keep the parties of a dossier that is about to be opened.

        Repeating it changes nothing but what an attempt left behind that opened nothing.
        """
        async with self._engine.connected() as connection, connection.transaction():
            for values in sealed_rows(dossier, self._seal):
                await connection.execute(_RENEW, values)
            places = [party.place for party in placed(dossier.parties)]
            await connection.execute(_LEFT_OVER, {"dossier": dossier.id, "places": places})

    async def open(self, ids: Iterable[str]) -> dict[str, tuple[Party, ...]]:
        """Give the parties of dossiers by their ids, in their order; erased ones without names."""
        query = (
            select(parties)
            .where(parties.c.dossier.in_(sorted(set(ids))))
            .order_by(parties.c.dossier, parties.c.place)
        )
        found: dict[str, tuple[Party, ...]] = {}
        for row in await self._engine.fetch(query):
            found[row["dossier"]] = (*found.get(row["dossier"], ()), self._opened(row))
        return found

    async def named(self, dossier: Dossier) -> Dossier:
        """Give a dossier with its parties named."""
        return dossier.with_parties((await self.open([dossier.id])).get(dossier.id, ()))

    async def is_erased(self, dossier: str) -> bool:
        """Tell whether a whole dossier was erased."""
        query = select(erasures.c.id).where(
            erasures.c.dossier == dossier, erasures.c.place.is_(None)
        )
        return bool(await self._engine.fetch(query.limit(1)))

    async def search(
        self, text: str, now: datetime, *, office: str | None = None, most: int = 50
    ) -> list[FoundLine]:
        """Find dossiers by party, number or id, with or without marks; all words must occur.

        Of a party's name the beginnings of words find it. Those that hold the words as they were
        typed come first. A text without words finds nothing.
        """
        words = normalise(text).split()
        if not words:
            return []
        held = dossiers.c.search
        typed = or_(
            held.contains(" ".join(words), autoescape=True),
            dossiers.c.id.in_(self._with_neighbours(words_in(text))),
        )
        query = (
            select(
                dossiers.c.id, dossiers.c.office, dossiers.c.officer, stage_at(now).label("stage")
            )
            .where(*(dossiers.c.id.in_(self._with(word)) for word in words))
            .where(within(dossiers, office))
            .order_by(typed.desc(), dossiers.c.id)
            .limit(most)
        )
        rows = await self._engine.fetch(query)
        known = await self.open(row["id"] for row in rows)
        return [
            FoundLine.model_validate(row | {"parties": _names_of(known.get(row["id"], ()))})
            for row in rows
        ]

    async def take_over(self, most: int = 200) -> int:
        """Seal the names that rows of before this release hold in clear; tell how many rows.

        None are left when it gives 0.
        """
        async with self._engine.connected() as connection, connection.transaction():
            told = await connection.execute(_NAMING, {"most": most})
            rows = await told.fetchall()
            for _, file in rows:
                whole = read_dossier(file, masked=True)
                for values in sealed_rows(whole, self._seal):
                    await connection.execute(KEEP, values)
                await connection.execute(_MASK, masked_values(whole))
        return len(rows)

    async def seal_anew(self, most: int = 500) -> int:
        """Seal under the key in use what older keys sealed, tokens too; tell how many parties.

        None are left when it gives 0: then an older key may go.
        """
        async with self._engine.connected() as connection, connection.transaction():
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            await cursor.execute(_OLD, {"olds": list(self._seal.ids[1:]), "most": most})
            rows = await cursor.fetchall()
            for row in rows:
                values = _sealed(row["dossier"], self._opened(row), self._seal)
                await connection.execute(_SEAL_ANEW, values)
        return len(rows)

    def _opened(self, row: dict[str, Any]) -> Party:
        plain: dict[str, Any] = {"role": row["role"], "place": row["place"]}
        if row["ciphertext"] is None:
            return Party.model_validate(plain | {"erased": True})
        sealed = Sealed(row["key_id"], row["wrapped_key"], row["nonce"], row["ciphertext"])
        told = self._seal.open(sealed, _place(row["dossier"], row["place"]))
        return Party.model_validate(plain | json.loads(told))

    def _with(self, word: str) -> CompoundSelect[tuple[str]]:
        """Find what holds a typed word: in its numbers, or in the name of a party."""
        held = dossiers.c.search
        return union(
            select(dossiers.c.id).where(held.contains(word, autoescape=True)),
            self._naming(words_in(word)),
        )

    def _with_neighbours(self, words: Sequence[str]) -> Select[tuple[str]]:
        """Find where words stand one after another in one name."""
        said = [f"{first} {second}" for first, second in pairwise(words)] or words
        return self._naming(said)

    def _naming(self, said: Sequence[str]) -> Select[tuple[str]]:
        held: list[ColumnElement[bool]] = [
            parties.c.tokens.overlap(tokens_for(one, self._seal)) for one in said
        ]
        return select(parties.c.dossier).where(and_(*held) if held else parties.c.place < 0)


def sealed_rows(dossier: Dossier, seal: Seal) -> Iterator[dict[str, Any]]:
    """Give the rows that keep a dossier's parties; one without a name has none."""
    return (_sealed(dossier.id, p, seal) for p in placed(dossier.parties) if p.named)


def masked_values(dossier: Dossier) -> dict[str, str]:
    """Give what the register shows of a dossier in `projection`: nobody's name."""
    return {
        "id": dossier.id,
        "search": words_of(dossier),
        "dossier": json.dumps(dossier.masked().as_file(), ensure_ascii=False),
    }


def _sealed(dossier: str, party: Party, seal: Seal) -> dict[str, Any]:
    plain = party.model_dump(include={"name", "address"}, exclude_none=True)
    content = json.dumps(plain, ensure_ascii=False).encode()
    sealed = seal.close(content, _place(dossier, party.place))
    return {
        "dossier": dossier,
        "place": party.place,
        "role": party.role,
        "tokens": tokens_of(party.name, seal),
        **sealed._asdict(),
    }


def _place(dossier: str, place: int) -> str:
    return f"party/{dossier}/{place}"


def _names_of(found: Iterable[Party]) -> dict[str, list[str | None]]:
    names: dict[str, list[str | None]] = {}
    for party in found:
        names.setdefault(party.role, []).append(None if party.erased else party.name)
    return names
