"""Keep the key that each dossier's payloads are locked with, and forget it when it is destroyed.

A key lies in `record.dossier_keys`, wrapped under a master key with the dossier's name bound to
it. A process keeps what it read, looks again after ten minutes, and goes on with what it has for
a day at most while the register is away.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg.rows import dict_row
from sqlalchemy import func, select, update

from law.errors import SpokenError
from store.engine import Engine
from store.errors import RegisterAwayError
from store.key_tables import dossier_keys
from store.sealing import Seal, Wrapped

INSTALLATION = "*"
"""The name of the key for whatever is no dossier's: schedules, gatherings, checks, handovers."""

FRESH_SECONDS = 600.0
"""How long a key that was read is used unasked; a destroyed one is forgotten after that."""

_STALE_SECONDS = 24 * 3600.0
_AWAY_SECONDS = 3.0
"""How long nobody waits again for a register that did not answer."""

_MOST_KEPT = 150_000
_KEY_BYTES = 32

_FIND_OR_MAKE = b"""
with wanted as (
    select * from unnest(%(names)s::text[], %(ids)s::text[], %(wrapped)s::bytea[])
      as w (dossier, key_id, wrapped_key)
), known as (
    select dossier, key_id, wrapped_key from record.dossier_keys where dossier = any(%(names)s)
), made as (
    insert into record.dossier_keys (dossier, key_id, wrapped_key, made_at)
    select dossier, key_id, wrapped_key, now() from wanted
    where dossier not in (select dossier from known) order by dossier
    on conflict (dossier) do nothing
    returning dossier, key_id, wrapped_key
)
select * from known union all select * from made
"""


class KeyDestroyedError(SpokenError):
    """A dossier's key was destroyed: what it locked opens nowhere any more."""

    def __init__(self, dossier: str) -> None:
        """Keep the dossier's name."""
        self.dossier = dossier
        super().__init__(
            f"dossier {dossier} was erased: its key was destroyed, and what it locked cannot be "
            "read any more",
            f"Hồ sơ {dossier} đã bị xóa dữ liệu: khóa đã bị hủy, nội dung đã mã hóa không đọc "
            "được nữa",
        )


class KeyMissingError(SpokenError):
    """The register holds no key for a dossier of which something is locked."""

    def __init__(self, dossier: str) -> None:
        """Keep the dossier's name."""
        self.dossier = dossier
        super().__init__(
            f"the register has no key for {dossier}; it may be one restored from before the key "
            "was made: restore a later backup of the schema record",
            f"Kho dữ liệu không có khóa của hồ sơ {dossier}; có thể kho được phục hồi từ trước "
            "khi khóa được tạo: hãy phục hồi bản sao lưu mới hơn của lược đồ record",
        )


class _Kept(NamedTuple):
    key: bytes | None
    read_at: float


def place_of(dossier: str) -> str:
    """Name where a dossier's wrapped key belongs; it is unwrapped nowhere else."""
    return f"dossier key {dossier}"


class DossierKeys:
    """The keys of one installation's dossiers, as one process knows them."""

    def __init__(
        self, engine: Engine, seal: Seal, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read through the engine's connections, unwrap with the seal; seconds are by `clock`."""
        self._engine = engine
        self._seal = seal
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._missed: dict[str, float] = {}
        self._away_until = -1.0

    async def of(self, dossiers: Collection[str]) -> dict[str, bytes]:
        """Give the keys of dossiers, in one exchange; those that have none get one.

        Raises `RegisterAwayError` where one is neither known nor to be had, `KeyDestroyedError`,
        `SealError` where its master key is not at hand, and `KeyMissingError` where it was lately
        looked for in vain: there is something locked with it, and no other may take its place.
        """
        return await self._give(dossiers, make=True)

    async def find(self, dossiers: Collection[str]) -> dict[str, bytes]:
        """Give the keys of dossiers without making any; raise `KeyMissingError` for none."""
        return await self._give(dossiers, make=False)

    async def destroy(self, dossier: str) -> bool:
        """Destroy a dossier's key for ever; tell whether there was one to destroy.

        Other processes forget it within `FRESH_SECONDS`.
        """
        if dossier == INSTALLATION:
            raise ValueError("the installation's key locks what is no dossier's; it stays")
        # A dossier without a key gets a destroyed one, so that none is made for it afterwards.
        await self._give([dossier], make=True, asked_anew=True, destroyed_too=True)
        destroying = (
            update(dossier_keys)
            .where(dossier_keys.c.dossier == dossier, dossier_keys.c.wrapped_key.is_not(None))
            .values(wrapped_key=None, destroyed_at=func.now())
            .returning(dossier_keys.c.dossier)
        )
        rows = await self._engine.fetch(destroying)
        self._keep(dossier, None)
        return bool(rows)

    async def is_destroyed(self, dossier: str) -> bool:
        """Tell whether a dossier's key was destroyed."""
        query = select(dossier_keys.c.dossier).where(
            dossier_keys.c.dossier == dossier, dossier_keys.c.wrapped_key.is_(None)
        )
        return bool(await self._engine.fetch(query))

    async def _give(
        self,
        dossiers: Collection[str],
        *,
        make: bool,
        asked_anew: bool = False,
        destroyed_too: bool = False,
    ) -> dict[str, bytes]:
        now = self._clock()
        wanted = sorted(set(dossiers))
        if make and (missed := self._missing_of(wanted, now)):
            raise KeyMissingError(missed)
        unread = [name for name in wanted if asked_anew or self._age(name, now) >= FRESH_SECONDS]
        if unread:
            await self._read(unread, now, make=make)
        found: dict[str, bytes] = {}
        for name in wanted:
            kept = self._kept.get(name)
            if kept is None:
                self._missed[name] = now + FRESH_SECONDS
                raise KeyMissingError(name)
            if kept.key is not None:
                found[name] = kept.key
            elif not destroyed_too:
                raise KeyDestroyedError(name)
        return found

    async def _read(self, names: Sequence[str], now: float, *, make: bool) -> None:
        try:
            rows = await self._ask(names, make=make)
        except RegisterAwayError:
            if self._clock() >= self._away_until:
                self._away_until = self._clock() + _AWAY_SECONDS
            if any(self._age(name, now) >= _STALE_SECONDS for name in names):
                raise
            return
        self._away_until = -1.0
        for row in rows:
            self._keep(row["dossier"], self._unwrap(row))

    async def _ask(self, names: Sequence[str], *, make: bool) -> list[dict[str, Any]]:
        if self._clock() < self._away_until:
            raise RegisterAwayError(
                "the register did not answer a moment ago; try again",
                "Kho dữ liệu vừa không trả lời; hãy thử lại",
            )
        if not make:
            return await self._engine.fetch(_plain(names))
        new = [self._seal.wrap(secrets.token_bytes(_KEY_BYTES), place_of(name)) for name in names]
        values = {
            "names": list(names),
            "ids": [one.key_id for one in new],
            "wrapped": [one.wrapped_key for one in new],
        }
        async with (
            self._engine.connected() as connection,
            connection.cursor(row_factory=dict_row) as told,
        ):
            await told.execute(_FIND_OR_MAKE, values)
            rows = await told.fetchall()
        # What somebody else made at the same moment is not seen by the statement that met it.
        met = {row["dossier"] for row in rows}
        unmet = [name for name in names if name not in met]
        return rows + (await self._engine.fetch(_plain(unmet)) if unmet else [])

    def _unwrap(self, row: Mapping[str, Any]) -> bytes | None:
        if row["wrapped_key"] is None:
            return None
        wrapped = Wrapped(row["key_id"], row["wrapped_key"])
        return self._seal.unwrap(wrapped, place_of(row["dossier"]))

    def _missing_of(self, names: Sequence[str], now: float) -> str | None:
        for name in [name for name, until in self._missed.items() if until <= now]:
            del self._missed[name]
        return next((name for name in names if name in self._missed), None)

    def _age(self, name: str, now: float) -> float:
        kept = self._kept.get(name)
        return float("inf") if kept is None else now - kept.read_at

    def _keep(self, name: str, key: bytes | None) -> None:
        self._missed.pop(name, None)
        self._kept[name] = _Kept(key, self._clock())
        self._kept.move_to_end(name)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)


def _plain(names: Sequence[str]) -> Any:  # noqa: ANN401 - a statement of SQLAlchemy's
    columns = (dossier_keys.c.dossier, dossier_keys.c.key_id, dossier_keys.c.wrapped_key)
    return select(*columns).where(dossier_keys.c.dossier.in_(list(names)))
