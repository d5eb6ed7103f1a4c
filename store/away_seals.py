"""Note of which dossiers something is sealed under a master key itself, for want of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from sqlalchemy import func, select

from store.engine import Engine
from store.errors import StoreError
from store.key_tables import away_seals

_BETWEEN = 5.0
_MOST_KNOWN = 100_000

_NOTE = b"""
insert into record.away_seals (dossier, key_id, noted_at)
select dossier, key_id, now() from unnest(%(dossiers)s::text[], %(ids)s::text[])
  as n (dossier, key_id)
order by dossier, key_id on conflict do nothing
"""


class AwaySeals:
    """The notes of one process; they are written when the register is there again."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        """Write through the engine's connections; seconds are by `clock`."""
        self._engine = engine
        self._clock = clock
        self._known: set[tuple[str, str]] = set()
        self._waiting: set[tuple[str, str]] = set()
        self._not_before = 0.0
        self._writing = asyncio.Lock()

    async def note(self, dossier: str, key_id: str) -> None:
        """Note a seal, at once or with a later one; never fail over it.

        A note that is lost with its process is made again when the payload is next opened.
        """
        if (dossier, key_id) not in self._known:
            self._waiting.add((dossier, key_id))
        if self._waiting and self._clock() >= self._not_before:
            self._not_before = self._clock() + _BETWEEN
            await self.write()

    async def write(self) -> None:
        """Write what waits, if the register takes it."""
        async with self._writing:
            some = sorted(self._waiting)
            if not some:
                return
            values = {"dossiers": [one[0] for one in some], "ids": [one[1] for one in some]}
            try:
                async with self._engine.connected() as connection:
                    await connection.execute(_NOTE, values)
            except StoreError:
                return
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known.update(some)
            self._waiting.difference_update(some)

    async def tally(self) -> dict[str, int]:
        """Count the dossiers that need a master key at hand for such seals, by the key's id."""
        query = select(away_seals.c.key_id, func.count().label("dossiers"))
        rows = await self._engine.fetch(query.group_by(away_seals.c.key_id))
        return {row["key_id"]: row["dossiers"] for row in rows}
