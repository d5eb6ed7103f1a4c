"""Look up what a letter names: its cases, its first complaint, earlier letters like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.competence import Earlier, FirstComplaint, Known
from cases.letters import Content, Letter
from cases.secrecy import folded
from store.directory import OfficeDirectory
from store.identities import Identities
from store.letter_rows import BookedLetter
from store.letters import LetterBook
from store.parties import PartyRows
from store.sealing import Seal


@dataclass(frozen=True)
class Desk:
    """Where letters are received: the book, the directory, who is at the desk, and when."""

    book: LetterBook
    identities: Identities
    seal: Seal
    parties: PartyRows
    directory: OfficeDirectory
    actor: str
    now: datetime


def content_of(letter: Letter, content: Content) -> str:
    """Give what two letters have in common that say the same and come from the same person."""
    sender = letter.sender
    person = sender.id_number or folded(sender.address)
    said = folded(content.text or content.title)
    return "\n".join((content.type, folded(sender.name), person, said))


async def look_up(desk: Desk, letter: Letter, number: str) -> Known:
    """Look up what a letter names: cases, first complaints, and earlier letters like it."""
    offices = desk.directory.offices
    about = [content.about for content in letter.contents if content.about]
    held = await desk.book.offices_of(about)
    booked = await desk.book.find(number)
    firsts = {
        content.first: await _first(desk, content.first, booked)
        for content in letter.contents
        if content.first
    }
    earlier = {
        part: tuple(
            Earlier(letter=one.number, decided=one.status == "decided")
            for one in await _like(desk, letter, part, number)
        )
        for part in range(1, len(letter.contents) + 1)
    }
    return Known(
        office=letter.office,
        level=offices[letter.office].kind,
        agency=_above(desk.directory, letter.office, "agency"),
        managing=_above(desk.directory, letter.office, "managing_authority"),
        cases={
            case: (_above(desk.directory, held[case], "agency") or held[case])
            if case in held
            else None
            for case in about
        },
        firsts=firsts,
        earlier=earlier,
    )


async def _like(desk: Desk, letter: Letter, part: int, number: str) -> list[BookedLetter]:
    marks = desk.seal.marks(content_of(letter, letter.contents[part - 1]))
    found = await desk.book.same_content(marks, number)
    now = await desk.book.find(number)
    booked = now.booked_at if now else desk.now
    return [one for one in found if one.booked_at <= booked and one.status != "replaced"]


async def _first(desk: Desk, dossier: str, booked: BookedLetter | None) -> FirstComplaint | None:
    """Tell how a first complaint stood when this letter was first examined."""
    for step in booked.steps if booked else ():
        if step.step == "proposed" and step.detail.get("of") == dossier:
            # The dossier may have heard of this very letter since, and gone on.
            return FirstComplaint(stage="complaint_resolved")
    row = await desk.book.first_complaint(dossier, desk.now)
    if row is None:
        return None
    return FirstComplaint(stage=row["stage"], overdue=row["overdue"])


def _above(directory: OfficeDirectory, office: str, kind: str) -> str | None:
    """Find the office of a kind that an office is, or is below."""
    key: str | None = office
    while key is not None and (entry := directory.offices.get(key)) is not None:
        if entry.kind == kind:
            return key
        key = entry.parent
    return None
