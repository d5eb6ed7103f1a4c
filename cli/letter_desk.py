"""Receive letters: book them first, look up what is known, examine them, open their dossiers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.ports import NewFact
from cases.dossier import Dossier
from cases.errors import DossierError, Words, one_of
from cases.facts import Report
from cases.glimpse import Glimpse, glimpse, glimpse_sender
from cases.intake import Examined, examine, faults_in, letter_number
from cases.letter_files import Fault, read_letter
from cases.letters import Letter
from cli.kept import kept_by
from cli.letter_lookups import Desk, content_of, look_up
from cli.live import find_directory, reach_register, reach_temporal
from cli.opening import open_dossier
from law.calendar import ZONE
from settings import Settings
from store.directory import OfficeDirectory
from store.engine import Engine
from store.identities import Identities
from store.letter_rows import NewLetter, NewStep
from store.letters import LetterBook
from store.parties import PartyRows
from store.sealing import Seal, read_seal
from workflows import client as engine

_NOT_JSON = Words(
    vi="tệp không phải JSON hợp lệ, lỗi tại dòng {line}, cột {column}",
    en="it is not JSON at line {line}, column {column}",
)
_NOT_TEXT = Words(vi="tệp không phải văn bản UTF-8", en="it is not UTF-8")
_NOT_USABLE = Words(
    vi="tệp JSON không dùng được: có tên trùng nhau, số không hợp lệ hoặc lồng nhau quá sâu",
    en="it is not usable JSON: a name stands twice, a number is none, or it is nested too deeply",
)


@dataclass(frozen=True)
class Received:
    """What became of a letter: its number, whether it is new, faults, findings, dossiers."""

    number: str
    new: bool
    faults: tuple[Fault, ...] = ()
    found: tuple[Examined, ...] = ()


@asynccontextmanager
async def reach_desk(settings: Settings, actor: str, now: datetime) -> AsyncIterator[Desk]:
    """Lend the desk of a running engine; raise `NotRunningError`, `SealError`."""
    seal = read_seal(settings.sealing_key, settings.var)
    directory = find_directory(settings)
    async with reach_register(settings) as (connections, _):
        yield make_desk(connections, seal, directory, actor, now)


def make_desk(
    connections: Engine, seal: Seal, directory: OfficeDirectory, actor: str, now: datetime
) -> Desk:
    """Put a desk together."""
    book = LetterBook(connections, seal)
    rows = PartyRows(connections, seal)
    return Desk(book, Identities(connections, book), seal, rows, directory, actor, now)


async def receive(
    desk: Desk, raw: bytes, office: str | None = None, replaces: str | None = None
) -> Received:
    """Book a letter's file and examine it; the letter stands in the book in any case.

    The same file is the same letter. `office` receives letters whose file names none.
    """
    data, faults = _read(raw)
    letter: Letter | None = None
    if not faults:
        letter, faults = read_letter(data, desk.now)
    seen = glimpse(data, desk.now.astimezone(ZONE).date())
    if letter is not None and letter.office not in desk.directory.offices:
        known = one_of(sorted(desk.directory.offices))
        letter, faults = None, (Fault(field="office", words=known),)
    new = _new_letter(desk, seen, letter, office, replaces)
    number, fresh = await desk.book.book(new, raw, _sender(letter, data), letter_number)
    if letter is not None:
        known_of = await look_up(desk, letter, number)
        faults = faults_in(letter, known_of)
        if not faults:
            try:
                found = examine(letter, number, known_of, desk.now)
            except DossierError as error:
                faults = (Fault(field=error.field, words=error.allowed),)
            else:
                await desk.book.note(number, [_proposed(desk, number, one) for one in found])
                return Received(number, fresh, (), found)
    await desk.book.note(number, [_refused(desk, number, faults)])
    return Received(number, fresh, faults)


async def open_dossiers(settings: Settings, desk: Desk, received: Received) -> None:
    """Open what a letter opens; what is open already stays as it is.

    Raises `NotRunningError`; the same command then goes on from there.
    """
    drafts = [(one.part, one.draft) for one in received.found if one.draft is not None]
    if not drafts:
        return
    async with reach_temporal(settings) as client:
        for part, draft in drafts:
            mark = f"letter/{received.number}/{part}"
            if draft.dossier is not None:
                await open_dossier(client, desk.parties, stamped(draft.dossier, mark, desk))
            elif draft.report is not None:
                fact = new_fact(draft.report, mark, desk)
                await engine.report(client, draft.of, [fact], kept_by(settings))
            await desk.book.note(received.number, [_opened(desk, mark, part, draft.of)])


def stamped(dossier: Dossier, mark: str, desk: Desk) -> Dossier:
    """Give a dossier whose facts say who reported them, when, and by which letter."""
    facts = (
        fact.model_copy(
            update={
                "command_id": f"{mark}/{fact.number}",
                "actor": desk.actor,
                "received_at": desk.now,
            }
        )
        for fact in dossier.facts
    )
    return dossier.with_facts(tuple(facts))


def new_fact(told: Report, command_id: str, desk: Desk) -> NewFact:
    """Give a report as it is sent to a dossier."""
    return NewFact(
        **told.model_dump(), command_id=command_id, actor=desk.actor, received_at=desk.now
    )


def _read(raw: bytes) -> tuple[object, tuple[Fault, ...]]:
    try:
        text = raw.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_number)
        # Half of a character reads as JSON and can be written nowhere.
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        words = _NOT_TEXT
    except json.JSONDecodeError as error:
        at = {"line": error.lineno, "column": error.colno}
        words = Words(vi=_NOT_JSON.vi.format(**at), en=_NOT_JSON.en.format(**at))
    except (ValueError, RecursionError):
        words = _NOT_USABLE
    else:
        return data, ()
    return None, (Fault(field="FILE", words=words),)


def _no_number(name: str) -> object:
    raise ValueError(name)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("twice")
    return read


def _new_letter(
    desk: Desk, seen: Glimpse, letter: Letter | None, office: str | None, replaces: str | None
) -> NewLetter:
    place = seen.office if seen.office in desk.directory.offices else office
    if place is None:
        person = desk.directory.people.get(desk.actor)
        top = next(o.key for o in desk.directory.entries.offices if o.parent is None)
        place = person.office if person else top
    day = seen.received_on or desk.now.astimezone(ZONE).date()
    parts = letter.contents if letter else ()
    return NewLetter(
        office=place,
        year=day.year,
        booked_at=desk.now,
        actor=desk.actor,
        received_on=seen.received_on,
        channel=seen.channel,
        sent_to=seen.sent_to,
        kinds=seen.kinds,
        secret=letter is None or letter.secret,
        marks=tuple(desk.seal.mark(content_of(letter, part)) for part in parts) if letter else (),
        replaces=replaces,
    )


def _sender(letter: Letter | None, data: object) -> bytes | None:
    """Write what is sealed apart from the file: the sender, and what they are known by."""
    if letter is None:
        seen = glimpse_sender(data)
        if seen is None:
            return None
        plain, identity = seen
    else:
        said = {"sender", "representative", "forwarded_by"}
        plain = letter.model_dump(mode="json", include=said, exclude_none=True)
        identity = letter.identity
    whole = plain | {"identity": identity.model_dump()}
    return json.dumps(whole, ensure_ascii=False).encode()


def _proposed(desk: Desk, number: str, one: Examined) -> NewStep:
    detail: dict[str, Any] = {
        "grounds": [ground.id for ground in one.grounds],
        "notes": list(one.notes),
        "over_level": one.over_level,
        "competent": one.competent,
        "earlier": list(one.earlier),
        "of": None if one.draft is None else one.draft.of,
    }
    return _step(
        desk, f"letter/{number}/{one.part}/proposed", one.part, "proposed",
        decision=one.proposal.decision, ground=one.proposal.id, detail=detail,
    )  # fmt: skip


def _refused(desk: Desk, number: str, faults: tuple[Fault, ...]) -> NewStep:
    plain = [fault.model_dump() for fault in faults]
    said = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]
    command = f"letter/{number}/refused/{said}"
    return _step(desk, command, 1, "refused", detail={"faults": plain})


def _opened(desk: Desk, mark: str, part: int, dossier: str) -> NewStep:
    return _step(desk, f"{mark}/opened", part, "opened", dossier=dossier)


def _step(desk: Desk, command: str, part: int, step: Any, **more: Any) -> NewStep:  # noqa: ANN401
    return NewStep(
        part=part, step=step, actor=desk.actor, at=desk.now, command_id=command, **more
    )  # fmt: skip
