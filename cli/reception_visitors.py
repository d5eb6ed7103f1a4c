"""Find who came to a reception in the book of letters, where that is no secret."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cli.live import reach_register
from reports.reception import Entry, Visitor
from settings import Settings
from store.letters import LetterBook
from store.sealing import read_seal


async def visitors_of(settings: Settings, entries: Sequence[Entry]) -> dict[str, Visitor]:
    """Give the visitors by their number in the book of reception.

    A visit names its dossier, and that its letter. Of a letter that is secret, such as one with a
    denunciation in it, nobody is named.
    """
    found: dict[str, Visitor] = {}
    named = [(entry.number, entry.received.fields.get("dossier")) for entry in entries]
    if not any(dossier for _, dossier in named):
        return found
    async with reach_register(settings) as (engine, reading):
        book = LetterBook(engine, read_seal(settings.sealing_key, settings.var))
        for number, dossier in named:
            for letter in await book.letters_of(str(dossier)) if dossier else ():
                booked = await book.find(letter)
                if booked is None or booked.secret:
                    continue
                sealed = await book.open_sealed(letter, "sender")
                if sealed is not None:
                    title = await reading.title(str(dossier))
                    found[number] = _visitor(json.loads(sealed)["sender"], title or "")
    return found


def _visitor(sender: dict[str, object], title: str) -> Visitor:
    told = [str(sender[name]) for name in ("name", "address") if sender.get(name)]
    return Visitor("; ".join(told), str(sender.get("id_number") or ""), title)
