"""Erase a party of a closed dossier, or all that a closed dossier says of people."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Protocol

from cyclopts import App, Parameter
from cyclopts.validators import Number
from temporalio.client import Client

from cases.dossier import read_id
from cases.errors import FormError, Words, one_of
from cases.remains import texts_in
from cases.vocabulary import is_clean
from cli.clock import read_now
from cli.live import find_directory, parties_of, reach_register, reach_temporal
from cli.output import OK, print_json, print_lines
from cli.reading import Json, Language
from i18n.texts import Lang, name_of, say
from settings import Settings, read_settings
from store.engine import Engine
from store.erasing import Closed, Erasures, Order
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
_A_REASON = Words(
    vi="cho phép lý do bằng lời, không có ký tự điều khiển",
    en="allowed is a reason in words, without control characters",
)


class Keys(Protocol):
    """The keys of dossiers, under which Temporal holds what they say."""

    async def destroy(self, dossier: str) -> object:
        """Destroy a dossier's key; one that was destroyed stays so."""
        ...


def keys_of(_engine: Engine, _settings: Settings) -> Keys | None:
    """Give the keys of dossiers, where payloads are locked under any."""
    return None


def add_to(app: App) -> None:
    """Add `erase`."""
    app.command(erase)


async def erase(
    dossier: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, as for the record: which rule, which request.")],
    by: Annotated[str, Parameter(help="Who orders it, by their key: tt.nghe-an.")],
    party: Annotated[
        int | None,
        Parameter(help="One party alone, by its place from 1.", validator=Number(gte=1)),
    ] = None,
    write: Annotated[
        bool, Parameter(negative="", help="Erase; without it, only what would go is shown.")
    ] = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Show what an erasure would take from a closed dossier; with --write, take it for good.

    Of a whole dossier: every party, free texts, its key, its history in Temporal. Days, stages,
    limits, breaches and amounts stay.
    """
    settings, now = read_settings(), read_now()
    order = Order(read_id(dossier), party, _read_reason(reason), by, now)
    _check_person(settings, by)
    async with reach_register(settings) as (register, _), reach_temporal(settings) as client:
        rows = Erasures(register, parties_of(register, settings))
        closed = await rows.find(order.dossier, now)
        if closed is None:
            raise FormError("DOSSIER", order.dossier, _UNKNOWN)
        _check_closed(closed, party)
        if not await engine.is_at_rest(client, order.dossier):
            raise FormError("DOSSIER", order.dossier, _BUSY)
        if write:
            await rows.erase(order, closed)
            if party is None:
                await _end(client, keys_of(register, settings), order.dossier)
    if json:
        print_json(_as_json(order, closed, written=write))
    else:
        print_lines(_lines(order, closed, lang, written=write))
    return OK


def _read_reason(reason: str) -> str:
    if not reason.strip() or not is_clean(reason):
        raise FormError("--reason", reason, _A_REASON)
    return reason.strip()


def _check_person(settings: Settings, by: str) -> None:
    people = find_directory(settings).people
    if by not in people:
        raise FormError("--by", by, one_of(sorted(people)))


def _check_closed(closed: Closed, place: int | None) -> None:
    if closed.status != "closed":
        raise FormError("status", closed.status, _OPEN)
    places = [str(party.place) for party in closed.parties]
    if place is not None and str(place) not in places:
        raise FormError("--party", place, one_of(places or ["-"]))


async def _end(client: Client, keys: Keys | None, dossier: str) -> None:
    """Take a dossier's key and its history away; wait until Temporal has none left."""
    if keys is not None:
        await keys.destroy(dossier)
    for _ in range(_PATIENCE):
        if not await engine.delete_executions(client, dossier):
            return
        await asyncio.sleep(0.1)
    raise engine.CommandError(
        f"Temporal still lists the history of {dossier!r}; give the same command again",
        f"Temporal còn liệt kê lịch sử của {dossier!r}; hãy chạy lại đúng lệnh này",
    )


def _taken(order: Order, closed: Closed) -> list[int]:
    """List the places of the parties that go, or have gone."""
    return [p.place for p in closed.parties if order.place in (None, p.place)]


def _lines(order: Order, closed: Closed, lang: Lang, *, written: bool) -> list[str]:
    lines = [say(lang, "erase.done" if written else "erase.would", dossier=order.dossier)]
    for party in closed.parties:
        if party.place in _taken(order, closed):
            role = name_of(lang, "parties", party.role)
            name = say(lang, "parties.erased") if party.erased or written else party.name
            lines.append(say(lang, "erase.party", place=party.place, role=role, name=name))
    if order.place is None:
        lines.append(say(lang, "erase.texts", n=texts_in(closed.dossier)))
        lines.append(say(lang, "erase.history"))
    lines.append(say(lang, "erase.kept"))
    if not written:
        lines.append(say(lang, "erase.dry"))
    return lines


def _as_json(order: Order, closed: Closed, *, written: bool) -> dict[str, object]:
    return {
        "dossier": order.dossier,
        "written": written,
        "parties": _taken(order, closed),
        "texts": texts_in(closed.dossier) if order.place is None else 0,
        "history": order.place is None,
        "reason": order.reason,
        "by": order.person,
        "at": _moment(order.at),
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
