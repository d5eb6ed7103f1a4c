"""Show who wrote a secret letter to whoever has the right, and give or take that right."""

from __future__ import annotations

import json as json_text
from typing import Annotated, Any

from cyclopts import App, Parameter

from cases.errors import FormError, Words
from cli.actor import Actor, acting
from cli.clock import read_now
from cli.letter_desk import reach_desk
from cli.letter_lookups import Desk
from cli.live import find_directory
from cli.output import NOT_ALLOWED, OK, print_json, print_lines, print_sentence, print_table
from cli.reading import Json, Language
from cli.replies import find_person
from cli.secrecy import refuse_identity_in
from i18n.dates import short
from i18n.texts import Lang, say
from law.calendar import ZONE
from settings import read_settings
from store.directory import OfficeDirectory
from store.identities import DENOUNCER_IDENTITY, Asking, NotAllowedError
from store.letter_rows import RightLine

_HEADS = ("head_of_agency", "managing_authority")
_REASON = Words(
    vi="phải nêu lý do xem; việc xem được ghi lại mãi mãi",
    en="say why it is looked at; that is kept for good",
)
_NO_LETTER = Words(vi="sổ không có đơn số này", en="the book has no letter of that number")
_A_HEAD = Words(
    vi="chỉ Thủ trưởng của cơ quan đó hoặc cơ quan quản lý cấp, thu hồi quyền này, và không "
    "cấp cho chính mình",
    en="only the head of that agency, or the managing authority, gives or takes it, and nobody "
    "gives it to themselves",
)

As = Annotated[
    str | None, Parameter(name="--as", help="Who asks, by key: tt.nghe-an. Default: THADS_ACTOR.")
]
Why = Annotated[str, Parameter(name="--reason", help="Why; it is kept.")]
Place = Annotated[str, Parameter(help="For the letters of this office and those below it.")]


def add_to(group: App) -> None:
    """Add the commands about sealed identities."""
    group.command(identity)
    group.command(grant)
    group.command(revoke)
    group.command(rights)


async def identity(
    number: str, /, *, reason: Why, by: As = None,
    whole: Annotated[bool, Parameter(negative="", help="The whole letter, as it came.")] = False,
    json: Json = False, lang: Language = "vi",
) -> int:  # fmt: skip
    """Show who wrote a letter, for a person with the right; who looked, when and why is kept."""
    if not reason.strip():
        raise FormError("--reason", reason, _REASON)
    settings = read_settings()
    actor = acting(None)
    person = find_person(settings, by or actor)
    async with reach_desk(settings, actor, read_now()) as desk:
        letter = await desk.book.find(number)
        if letter is None:
            raise FormError("NUMBER", number, _NO_LETTER)
        try:
            await refuse_identity_in(desk.book, [number], {"--reason": reason}, (actor, desk.now))
            asked = Asking(person=person, actor=actor, reason=reason.strip(), at=desk.now)
            shown = await desk.identities.show(letter, asked, whole=whole)
        except NotAllowedError as error:
            print_sentence(error.say(lang))
            return NOT_ALLOWED
    if json:
        print_json({"letter": number, **_told(shown)})
    else:
        print_lines([say(lang, "letter_book.identity_of", letter=number), *_lines(shown, lang)])
        print_lines([say(lang, "letter_book.kept", person=person)])
    return OK


def _told(shown: bytes) -> dict[str, Any]:
    try:
        plain = json_text.loads(shown)
    except ValueError:
        return {"file": shown.decode("utf-8", "replace")}
    if isinstance(plain, dict) and "identity" in plain:
        return {name: value for name, value in plain.items() if name != "identity"}
    return {"file": shown.decode("utf-8", "replace")}


def _lines(shown: bytes, lang: Lang) -> list[str]:
    told = _told(shown)
    if "file" in told:
        return [say(lang, "letter_book.whole_file"), *told["file"].splitlines()]
    sender, acting_for = told["sender"], told.get("representative") or {}
    named = {
        **{key: sender.get(key) for key in ("name", "address", "id_number")},
        "representative": acting_for.get("name"), "forwarded_by": told.get("forwarded_by"),
    }  # fmt: skip
    return [
        f"  {say(lang, f'letter_book.{key}')}: {value}" for key, value in named.items() if value
    ]


async def grant(
    person: str, /, *, office: Place, reason: Why = "", by: As = None, actor: Actor = None,
    lang: Language = "vi",
) -> int:  # fmt: skip
    """Give a person the right to see who denounces; a head of agency gives it."""
    return await _set(person, office, (by, actor), reason, lang, given=True)


async def revoke(
    person: str, /, *, office: Place, reason: Why = "", by: As = None, actor: Actor = None,
    lang: Language = "vi",
) -> int:  # fmt: skip
    """Take the right back."""
    return await _set(person, office, (by, actor), reason, lang, given=False)


async def _set(
    person: str, office: str, who: tuple[str | None, str | None], reason: str, lang: Lang,
    *, given: bool,
) -> int:  # fmt: skip
    settings = read_settings()
    actor = acting(who[1])
    giver = find_person(settings, who[0] or actor)
    find_person(settings, person)
    find_directory(settings).check_office(office)
    async with reach_desk(settings, actor, read_now()) as desk:
        if giver == person or not _heads(desk, giver, office):
            raise FormError("--as", giver, _A_HEAD)
        line = RightLine(
            person=person, right=DENOUNCER_IDENTITY, office=office, given=given, by_person=giver,
            reason=reason, at=desk.now,
        )  # fmt: skip
        await desk.identities.set_right(line, actor)
    key = "letter_book.granted" if given else "letter_book.revoked"
    print_lines([say(lang, key, person=person, office=office)])
    return OK


def _heads(desk: Desk, person: str, office: str) -> bool:
    """Tell whether somebody heads an office, or one above it, today."""
    above = set(_line(desk.directory, office))
    posts = desk.directory.posts_of(person, desk.now.astimezone(ZONE).date())
    return any(post.role in _HEADS and post.office in above for post in posts)


def _line(directory: OfficeDirectory, office: str) -> list[str]:
    found: list[str] = []
    key: str | None = office
    while key is not None and key not in found and key in directory.offices:
        found.append(key)
        key = directory.offices[key].parent
    return found


async def rights(*, json: Json = False, lang: Language = "vi") -> int:
    """List who may see who denounces, of which office, by whom it was given."""
    async with reach_desk(read_settings(), acting(None), read_now()) as desk:
        found = await desk.identities.rights_of()
    if json:
        print_json([line.model_dump(mode="json") for line in found])
    elif found:
        names = ("person", "office", "has", "by", "when", "reason")
        rows = [
            (
                line.person, line.office, say(lang, f"letter_book.{'yes' if line.given else 'no'}"),
                line.by_person, short(line.at.astimezone(ZONE), lang), line.reason or "—",
            )
            for line in found
        ]  # fmt: skip
        print_table([say(lang, f"letter_book.{name}") for name in names], rows)
    else:
        print_lines([say(lang, "letter_book.no_rights")])
    return OK
