"""Keep the book of citizens' letters by command: `thads letter …`."""

from __future__ import annotations

import hashlib
import json as json_text
from typing import Annotated, get_args

from cyclopts import App, Parameter
from cyclopts.validators import Number

from cases.decisions import check_ground, fact_of
from cases.errors import FormError, Words
from cases.facts import check_not_future
from cases.grounds import IN_ORDER, Decision
from cases.letters import LetterKind
from cli import letter_identity
from cli.actor import Actor, acting
from cli.bounds import TooLargeError, read_bounded
from cli.clock import read_now
from cli.kept import kept_by
from cli.letter_desk import new_fact, open_dossiers, reach_desk, receive
from cli.letter_lookups import Desk
from cli.live import check_known, reach_temporal
from cli.output import (
    BAD_INPUT,
    OK,
    page_line,
    print_json,
    print_lines,
    print_sentence,
    print_table,
)
from cli.reading import Json, Language, read_day, too_long
from cli.secrecy import refuse_identity_in
from cli.view_case import agenda_rows, reported_lines
from cli.view_letter import as_json, decision_name, letter_lines, received_lines, rows_of, sender_of
from i18n.texts import say
from law.calendar import ZONE
from settings import read_settings
from store.letter_rows import BookedLetter, NewStep
from workflows import client as engine

_A_FILE = Words(
    vi="không đọc được; cho phép một tệp đơn dạng JSON, hoặc - để đọc từ đầu vào chuẩn",
    en="it cannot be read; allowed is a letter's file in JSON, or - for stdin",
)
_NO_LETTER = Words(
    vi="sổ không có đơn số này; xem các đơn bằng: thads letter list",
    en="the book has no letter of that number; list them with: thads letter list",
)
_HAS_DOSSIERS = Words(
    vi="đơn này đã mở hồ sơ hoặc đã được thay; chỉ thay được đơn chưa mở hồ sơ",
    en="it has opened dossiers or was replaced; only a letter without dossiers is replaced",
)
_A_PART = Words(
    vi="đơn có nhiều nội dung; hãy nêu nội dung nào bằng --part, từ 1 đến {n}",
    en="the letter has several contents; name one by --part, 1 to {n}",
)

FileName = Annotated[
    str, Parameter(allow_leading_hyphen=True, help="A letter's file; - reads standard input.")
]
Part = Annotated[
    int | None, Parameter(help="Which content of the letter, from 1.", validator=Number(gte=1))
]


def add_to(app: App) -> None:
    """Add `letter` with its commands."""
    group = App(name="letter", help="The book of letters: complaints, denunciations, petitions.")
    group.command(receive_file, name="receive")
    group.command(list_letters, name="list")
    group.command(show)
    group.command(decide)
    letter_identity.add_to(group)
    app.command(group)


async def receive_file(
    file: FileName, /, *,
    office: Annotated[
        str | None, Parameter(help="Which office has it, where the file does not say: nghe-an.")
    ] = None,
    replaces: Annotated[
        str | None, Parameter(help="The number of a letter whose file this one puts right.")
    ] = None,
    actor: Actor = None, json: Json = False, lang: Language = "vi",
) -> int:  # fmt: skip
    """Book a letter, propose what to do with it, and open its dossiers.

    It stands in the book in any case. Repeated with the same file, it is the same letter, and
    what was not opened is opened.
    """
    settings, now = read_settings(), read_now()
    raw = _read_bytes(file)
    check_known(settings, office, None)
    async with reach_desk(settings, acting(actor), now) as desk:
        if replaces is not None:
            replaced = await _find(desk, replaces)
            if replaced.dossiers or replaced.status == "replaced":
                raise FormError("--replaces", replaces, _HAS_DOSSIERS)
        received = await receive(desk, raw, office, replaces)
        if not received.faults:
            await open_dossiers(settings, desk, received)
        letter = await _find(desk, received.number)
    if json:
        print_json(as_json(letter, None) | {"new": received.new})
    else:
        print_lines(received_lines(letter, lang, new=received.new))
        for fault in received.faults:
            print_sentence(fault.say(lang))
    return BAD_INPUT if received.faults else OK


async def list_letters(
    *,
    office: Annotated[str | None, Parameter(help="An office and those below it.")] = None,
    most: Annotated[int, Parameter(help="How many a page has.", validator=Number(gte=1))] = 40,
    page: Annotated[int, Parameter(help="Which page, from 1.", validator=Number(gte=1))] = 1,
    json: Json = False, lang: Language = "vi",
) -> int:  # fmt: skip
    """List the letters, the newest first; who wrote a secret one is not shown."""
    settings, now = read_settings(), read_now()
    check_known(settings, office, None)
    async with reach_desk(settings, acting(None), now) as desk:
        found = await desk.book.listed(office=office, most=most, skip=(page - 1) * most)
        many = await desk.book.count(office)
        senders = {one.number: await sender_of(desk, one) for one in found}
    if json:
        print_json([as_json(one, senders[one.number]) for one in found])
    elif many:
        if found:
            print_table(*rows_of(found, senders, lang))
        print_lines(page_line(page, most, many, lang))
    else:
        print_lines([say(lang, "letter_book.none")])
    return OK


async def show(number: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Show a letter of the book: what was proposed and decided, on which ground, which dossiers."""
    async with reach_desk(read_settings(), acting(None), read_now()) as desk:
        letter = await _find(desk, number)
        sender = await sender_of(desk, letter)
        viewings = await desk.identities.viewings(number)
    if json:
        plain = [one.model_dump(mode="json", exclude={"letter"}) for one in viewings]
        print_json(as_json(letter, sender) | {"viewings": plain})
    else:
        print_lines(letter_lines(letter, sender, viewings, lang))
    return OK


async def decide(
    number: str, decision: Decision, /, *, part: Part = None,
    on: Annotated[str | None, Parameter(name="--on", help="On which day; default: today.")] = None,
    ground: Annotated[str | None, Parameter(help="On which ground, as `show` names it.")] = None,
    document: Annotated[str | None, Parameter(help="The number of the decision or notice.")] = None,
    to: Annotated[str | None, Parameter(help="To whom it is transferred.")] = None,
    note: Annotated[str | None, Parameter(help="A remark.")] = None,
    actor: Actor = None, json: Json = False, lang: Language = "vi",
) -> int:  # fmt: skip
    """Put on record what was decided about a letter, and tell its dossier.

    accept: thụ lý; ask: yêu cầu bổ sung; transfer: chuyển đơn; guide: hướng dẫn; refuse: không
    thụ lý; file: lưu đơn.
    """
    settings, now = read_settings(), read_now()
    day = now.astimezone(ZONE).date() if on is None else read_day("--on", on)
    async with reach_desk(settings, acting(actor), now) as desk:
        letter = await _find(desk, number)
        place = _part(letter, part)
        named = {"--document": document, "--ground": ground, "--to": to, "--note": note}
        texts = {name: text for name, text in named.items() if text}
        await refuse_identity_in(desk.book, [number], texts, (desk.actor, now))
        opened, proposed = letter.last(place, "opened"), letter.last(place, "proposed")
        kind = _kind(letter, place)
        check_ground(kind, decision, ground)
        if ground is None and proposed is not None and proposed.decision == decision:
            ground = None if proposed.ground == IN_ORDER else proposed.ground
        told = {"number": document, "ground": ground, "to": to, "note": note}
        fact = None if kind is None else fact_of(kind, decision, day, told)
        if fact is not None:
            check_not_future(fact, now)
        said = [number, place, decision, day.isoformat(), told]
        command = f"letter/{hashlib.sha256(json_text.dumps(said).encode()).hexdigest()[:32]}"
        step = NewStep(
            part=place, step="decided", decision=decision, ground=ground, on=day,
            dossier=opened.dossier if opened else None,
            detail={name: text for name, text in told.items() if text and name != "ground"},
            actor=desk.actor, at=now, command_id=command,
        )  # fmt: skip
        new = bool(await desk.book.note(number, [step]))
        reported = None
        if fact is not None and step.dossier is not None:
            async with reach_temporal(settings) as client:
                reported = await engine.report(
                    client, step.dossier, [new_fact(fact, command, desk)], kept_by(settings)
                )
    if json:
        told_of = None if reported is None else reported.model_dump(mode="json")
        print_json({"letter": number, "part": place, "new": new, "reported": told_of})
        return OK
    print_lines(
        [
            say(
                lang,
                "letter_book.decided" if new else "letter_book.decided_before",
                letter=number,
                part=place,
                decision=decision_name(letter, place, decision, lang),
            )
        ]
    )
    if reported is not None:
        print_lines(reported_lines(reported, lang))
        if reported.agenda:
            print_table(*agenda_rows(reported.agenda, lang))
    else:
        print_lines([say(lang, "letter_book.book_alone")])
    return OK


async def _find(desk: Desk, number: str) -> BookedLetter:
    found = await desk.book.find(number)
    if found is None:
        raise FormError("NUMBER", number, _NO_LETTER)
    return found


def _part(letter: BookedLetter, part: int | None) -> int:
    many = max(1, len(letter.kinds))
    if (part is None and many > 1) or (part is not None and part > many):
        words = Words(vi=_A_PART.vi.format(n=many), en=_A_PART.en.format(n=many))
        raise FormError("--part", part, words)
    return part or 1


def _kind(letter: BookedLetter, part: int) -> LetterKind | None:
    name = letter.kinds[part - 1] if part <= len(letter.kinds) else None
    return next((kind for kind in get_args(LetterKind) if kind == name), None)


def _read_bytes(file: str) -> bytes:
    try:
        return read_bounded(file)
    except TooLargeError as error:
        raise FormError("FILE", file, too_long(error)) from error
    except (OSError, ValueError) as error:
        raise FormError("FILE", file, _A_FILE) from error
