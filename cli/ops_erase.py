"""Erase a party of a closed dossier, or all that a closed dossier says of people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.dossier import read_id
from cases.errors import FormError, Words, one_of
from cases.remains import texts_in
from cases.vocabulary import is_clean
from cli.clock import read_now
from cli.eraser import lend_eraser
from cli.live import find_directory, reach_register
from cli.output import OK, print_json, print_lines
from cli.reading import Json, Language
from i18n.texts import Lang, name_of, say
from settings import Settings, read_settings
from store.erasing import Closed, Order

_A_REASON = Words(
    vi="cho phép lý do bằng lời, không có ký tự điều khiển",
    en="allowed is a reason in words, without control characters",
)


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
    async with reach_register(settings) as (register, _), lend_eraser(settings, register) as eraser:
        closed = await eraser.check(order.dossier, party, now)
        if write:
            await eraser.carry_out(order, closed)
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
