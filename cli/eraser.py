"""Erase what a closed dossier says of people, everywhere: register, keys, Temporal, archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from temporalio.client import Client

from archiving import Archive, ArchivePost, TemporalClosedRuns, open_archive
from cases.errors import FormError, Words, one_of
from cases.remains import remains_of
from cli.live import parties_of, reach_temporal
from settings import Settings
from store.dossier_keys import DossierKeys
from store.engine import Engine
from store.erasing import Closed, Erasures, Order
from store.sealing import read_seal
from workflows import client as engine

_PATIENCE = 100
"""Tenths of a second that Temporal is given to delete what it was asked to."""
_UNKNOWN = Words(
    vi="sổ không có hồ sơ này; tìm bằng lệnh: thads search",
    en="the register has no such dossier; find it with: thads search",
)
_OPEN = Words(
    vi="chỉ xóa được hồ sơ đã kết thúc; khi việc kết thúc, hãy báo sự kiện rồi xóa",
    en="only a closed dossier is erased; report how it ended, then erase it",
)
_BUSY = Words(
    vi="hồ sơ đã kết thúc nhưng còn việc phải làm; xem bằng: thads case agenda, làm xong rồi xóa",
    en="it is closed and something is still due in it; see: thads case agenda, then erase it",
)


class DossierEraser:
    """Erases closed dossiers, or single parties of them; every step may be repeated."""

    def __init__(self, client: Client, archive: Archive, rows: Erasures, keys: DossierKeys) -> None:
        """Take every place in which a dossier says something of people."""
        self._client = client
        self._archive = archive
        self._rows = rows
        self._keys = keys

    async def check(self, dossier: str, place: int | None, now: datetime) -> Closed:
        """Give what an erasure would take; raise `FormError` where nothing may be erased."""
        closed = await self._rows.find(dossier, now)
        if closed is None:
            raise FormError("DOSSIER", dossier, _UNKNOWN)
        if closed.status != "closed":
            raise FormError("status", closed.status, _OPEN)
        places = [str(party.place) for party in closed.parties]
        if place is not None and str(place) not in places:
            raise FormError("--party", place, one_of(places or ["-"]))
        if not await engine.is_at_rest(self._client, dossier):
            raise FormError("DOSSIER", dossier, _BUSY)
        return closed

    async def carry_out(self, order: Order, closed: Closed) -> None:
        """Erase what was ordered and checked.

        Of a whole dossier what statistics need is archived first, so that a rebuild shows it
        after its history has gone. Raises what the register and Temporal raise.
        """
        if order.place is not None:
            await self._rows.erase(order, closed)
            return
        await self._archive_runs(order)
        await self._rows.erase(order, closed)
        left = await self._archive.left_by(order.dossier)
        if left is not None:
            plain = left.model_copy(update={"dossier": remains_of(closed.dossier), "answer": None})
            await self._archive.erase(order.dossier, plain, order.at)
        await self._keys.destroy(order.dossier)
        await self._delete_history(order.dossier)

    async def erase(self, dossier: str, by: str, reason: str, at: datetime) -> None:
        """Erase a whole closed dossier, as a rule of retention asks."""
        closed = await self.check(dossier, None, at)
        await self.carry_out(Order(dossier, None, reason, by, at), closed)

    async def _archive_runs(self, order: Order) -> None:
        runs = await TemporalClosedRuns(self._client).of(order.dossier)
        post = ArchivePost(self._client, self._archive)
        for run in await self._archive.missing(runs):
            await post.keep(run, order.at)

    async def _delete_history(self, dossier: str) -> None:
        for _ in range(_PATIENCE):
            if not await engine.delete_executions(self._client, dossier):
                return
            await asyncio.sleep(0.1)
        raise engine.CommandError(
            f"Temporal still lists the history of {dossier!r}; give the same command again",
            f"Temporal còn liệt kê lịch sử của {dossier!r}; hãy chạy lại đúng lệnh này",
        )


@asynccontextmanager
async def lend_eraser(settings: Settings, register: Engine) -> AsyncIterator[DossierEraser]:
    """Lend what erases dossiers of the running engine."""
    keys = DossierKeys(register, read_seal(settings.sealing_key, settings.var))
    rows = Erasures(register, parties_of(register, settings))
    async with reach_temporal(settings) as client:
        yield DossierEraser(client, open_archive(settings, register), rows, keys)
