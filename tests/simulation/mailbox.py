"""Open the mailboxes: what each mail says, and what it would have to say."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import NamedTuple

from icalendar import Calendar as CalendarFile

from cases.assessment import LimitRow
from i18n.dates import short
from i18n.places import spell_term
from i18n.texts import Lang, say
from law.calendar import ZONE
from tests.simulation.people import FILE, address
from tests.simulation.second_reading import DUTIES, Line, Look

MOST_LINES = 20
"""A mail names no more in its text; its calendar file names all."""
_CASE = re.compile(r"^(?:Việc|Case) (\S+)$")
_CARD = re.compile(r"^  \[(.+?)\] (.+)$")


class Entry(NamedTuple):
    """One entry of the calendar file."""

    uid: str
    due: str
    gone: bool


class Card(NamedTuple):
    """One entry of the text: the case, the mark, the title, and what it says of missed rungs."""

    case: str
    mark: str
    title: str
    missed: str


class Mail(NamedTuple):
    """What a mail says; `cards` only where the text has them all."""

    entries: tuple[Entry, ...]
    cards: tuple[Card, ...] | None


class Words(NamedTuple):
    """A mail to the letter."""

    token: str
    subject: str
    text: str
    html: str
    dates: str


Place = tuple[datetime, str]
"""The moment of a mail and its recipient."""


def to_the_letter(taken: Sequence[bytes]) -> dict[Place, Words]:
    """Open every mail; raise `AssertionError` where a person got two at one moment."""
    found: dict[Place, Words] = {}
    for content in taken:
        mail = message_from_bytes(content, policy=policy.default)
        place = (mail["date"].datetime.astimezone(ZONE), str(mail["to"]))
        assert place not in found, f"two mails at {place[0]} for {place[1]}"
        kinds = ("text/plain", "text/html", "text/calendar")
        parts = {part.get_content_type(): part for part in mail.walk()}
        found[place] = Words(
            str(mail["message-id"]),
            str(mail["subject"]),
            *(str(parts[kind].get_content()) for kind in kinds),
        )
    return found


def received(taken: Sequence[bytes]) -> dict[Place, Mail]:
    """Read what every mail says."""
    found: dict[Place, Mail] = {}
    for place, words in to_the_letter(taken).items():
        lang = _lang(place[1])
        more = say(lang, "message.more", n="|").partition("|")[0]
        cards = None if f"\n{more}" in words.text else _cards(words.text, lang)
        found[place] = Mail(_entries(words.dates), cards)
    return found


def put_together(mails: Mapping[Place, Mail], begin: datetime, end: datetime) -> dict[Place, Mail]:
    """Put what each person got from one moment to another together, as if it came at the first."""
    found = {place: mail for place, mail in mails.items() if not begin <= place[0] <= end}
    for place, mail in sorted(mails.items()):
        if begin <= place[0] <= end:
            before = found.get((begin, place[1]), Mail((), None))
            entries = tuple(sorted((*before.entries, *mail.entries)))
            found[begin, place[1]] = Mail(entries, None)
    return found


def _entries(text: str) -> tuple[Entry, ...]:
    file = CalendarFile.from_ical(text)
    return tuple(
        sorted(
            Entry(
                str(event["uid"]), _canon(event.decoded("dtstart")), event["status"] == "CANCELLED"
            )
            for event in file.walk("vevent")
        )
    )


def _canon(due: date | datetime) -> str:
    return (due.astimezone(UTC) if isinstance(due, datetime) else due).isoformat()


def _cards(text: str, lang: Lang) -> tuple[Card, ...]:
    missed_begins = say(lang, "message.missed", rungs="|").partition("|")[0].strip()
    cards: list[Card] = []
    case = ""
    for line in text.splitlines():
        if heading := _CASE.match(line):
            case = heading[1]
        elif card := _CARD.match(line):
            cards.append(Card(case, card[1], card[2], ""))
        elif line.strip().startswith(missed_begins):
            cards[-1] = cards[-1]._replace(missed=line.strip())
    return tuple(sorted(cards))


def expected(
    lines: Iterable[Line],
    looks: Mapping[str, Sequence[Look]],
    is_working: Callable[[date], bool],
) -> dict[Place, Mail]:
    """Say what the mails of these lines would have to say."""
    together: dict[Place, list[Line]] = defaultdict(list)
    for line in lines:
        together[line.at, address(line.person)].append(line)
    return {
        place: Mail(
            tuple(sorted({_entry(line) for line in own})),
            tuple(
                sorted(_card(line, _lang(place[1]), looks[line.case], is_working) for line in own)
            )
            if len(own) <= MOST_LINES
            else None,
        )
        for place, own in together.items()
    }


def _lang(to: str) -> Lang:
    (person,) = [person for person in FILE["person"] if address(person["key"]) == to]
    return "en" if person.get("language") == "en" else "vi"


def _entry(line: Line) -> Entry:
    named = hashlib.sha256(f"{line.case}|{line.occurrence}".encode()).hexdigest()[:40]
    return Entry(f"{named}@thads.invalid", _canon(_read(line.due)), line.kind == "withdrawn")


def _read(due: str) -> date | datetime:
    return datetime.fromisoformat(due) if "T" in due else date.fromisoformat(due)


def _card(
    line: Line, lang: Lang, looks: Sequence[Look], is_working: Callable[[date], bool]
) -> Card:
    row = _limit(line, looks)
    title = row.title_en if lang == "en" else row.title_vi
    missed = ""
    if line.missed:
        rungs = ", ".join(_rung(rung, lang) for rung in line.missed)
        missed = say(lang, "message.missed", rungs=rungs)
    return Card(line.case, _mark(line, row.holder, lang, is_working), title, missed)


def _limit(line: Line, looks: Sequence[Look]) -> LimitRow:
    rows = [row for look in looks if look.at <= line.at for row in look.limits]
    return [row for row in rows if row.occurrence == line.occurrence][-1]


def _rung(rung: int, lang: Lang) -> str:
    if rung == 0:
        return say(lang, "message_rungs.on")
    days = spell_term(lang, abs(rung), "working_days")
    return say(lang, f"message_rungs.{'before' if rung < 0 else 'after'}", days=days)


def _mark(line: Line, holder: str, lang: Lang, is_working: Callable[[date], bool]) -> str:
    due = _read(line.due)
    if line.kind == "moved":
        dates = {"was": short(_read(line.was) if line.was else None, lang), "due": short(due, lang)}
        return say(lang, "message_marks.moved", **dates)
    if line.kind == "withdrawn":
        return say(lang, "message_marks.withdrawn")
    if holder not in DUTIES:
        return say(lang, "message_marks.ended")
    today = line.at.date()
    day = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
    late = day < today or (isinstance(due, datetime) and due < line.at)
    days = sum(
        is_working(min(day, today) + timedelta(days=ahead))
        for ahead in range(1, abs((day - today).days) + 1)
    )
    if not late and not days:
        return say(lang, "message_marks.today")
    if not days:
        return say(lang, "message_marks.late")
    key = "late_by" if late else "soon_in"
    return say(lang, f"message_marks.{key}", days=spell_term(lang, days, "working_days"))


def differences(got: Mapping[Place, Mail], wanted: Mapping[Place, Mail]) -> list[str]:
    """Say in lines where the mailboxes differ from what they must hold; nothing where not."""
    said = [f"{at:%d/%m %H:%M} {to}: not received" for at, to in sorted(wanted.keys() - got)]
    said += [
        f"{at:%d/%m %H:%M} {to}: nobody asked for it" for at, to in sorted(got.keys() - wanted)
    ]
    for place in sorted(got.keys() & wanted.keys()):
        for name, one, other in (
            ("dates", got[place].entries, wanted[place].entries),
            ("cards", got[place].cards, wanted[place].cards),
        ):
            if one != other:
                more = Counter(one or ()) - Counter(other or ())
                less = Counter(other or ()) - Counter(one or ())
                at, to = place
                said.append(f"{at:%d/%m %H:%M} {to}: {name}: more {list(more)}, less {list(less)}")
    return said
