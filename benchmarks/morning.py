"""Make a morning on which many limits fall due, close enough ahead to be waited for.

The day on which office hours begin is made a working day in a calendar of its own. Rooms may
begin at different moments; an officer has cases in every room of the agency, so that what one
person is to hear of comes at different moments too. Nobody here exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from icalendar import Calendar as CalendarFile

from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier, read_dossier
from cases.practice import Practice, read_practice
from cases.predicates import names_known
from law.calendar import FOLDER, ZONE, Calendar, load_calendar
from law.corpus import the_book

RULE = "no_means.decision"
"""The one limit of each case that falls due on the morning; all others are met or over."""

_LIFE = """
    0 request_received
    3 enforcement_decision_issued
    4 officer_assigned
    5 case_file_opened
    5 decision_sent_to_procuracy
    6 decision_notified_to_parties channel=direct
    7 decision_validly_notified channel=direct
    20 means_verified outcome=without_means
"""
_ROLES = ("officer", "chief_officer")
_RUNGS = f"""
[[{{of}}rung]]
offset = 0
roles = {list(_ROLES)}
channel = "notice"

[[{{of}}rung]]
offset = 1
roles = ["chief_officer"]
channel = "urgent"
"""
_ROOMS = 4
_OFFICERS = 20
_SEARCHED = range(20, 60)
_SATURDAY = 5


class Told(NamedTuple):
    """One due date that a person must hear of, once: the address, and the alert's own key."""

    address: str
    dossier: str
    occurrence: str
    due: str
    key: str

    @property
    def entry(self) -> tuple[str, str, str]:
        """Give what shows it in a mailbox: address, the calendar entry's UID, due date."""
        named = f"{self.dossier}|{self.occurrence}"
        uid = f"{hashlib.sha256(named.encode()).hexdigest()[:40]}@thads.invalid"
        return self.address, uid, self.due


class Mail(NamedTuple):
    """One mail as a mailbox holds it: its Message-ID, and the due dates that it speaks of."""

    message_id: str
    entries: frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class Morning:
    """So many cases, spread over the agencies; `begins`: when office hours begin, room by room.

    All begin on the same day. Rungs fall due in the `minutes` before that.
    """

    folder: Path
    begins: Sequence[datetime]
    minutes: int
    cases: int
    agencies: int

    def begin_in(self, office: str) -> datetime:
        """Give the moment at which a room's office hours begin."""
        return self.begins[int(office.rpartition("/k")[2]) % len(self.begins)]

    @property
    def day(self) -> date:
        """Give the day on which every limit is due."""
        return self.begins[0].astimezone(ZONE).date()

    def write(self) -> dict[str, str]:
        """Write calendar, ladder and directory; give the variables that name them."""
        calendars, ladder = self.folder / "vn", self.folder / "ladder.toml"
        directory = self.folder / "directory.toml"
        calendars.mkdir()
        for path in sorted(FOLDER.glob("*.toml")):
            text = path.read_text("utf-8")
            mine = path.stem == str(self.day.year)
            (calendars / path.name).write_text(_worked(text, self.day) if mine else text, "utf-8")
        ladder.write_text("\n".join(self._ladder()), "utf-8")
        directory.write_text("\n".join(self._directory()), "utf-8")
        return {
            "THADS_CALENDARS": str(calendars),
            "THADS_LADDER": str(ladder),
            "THADS_DIRECTORY": str(directory),
        }

    @cached_property
    def calendar(self) -> Calendar:
        """Give the calendar that was written."""
        return load_calendar(self.folder / "vn")

    @cached_property
    def practice(self) -> Practice:
        """Give the ladder that was written."""
        return read_practice(self.folder / "ladder.toml")

    def assess(self, dossier: Dossier, now: datetime) -> Assessment:
        """Assess a case before the morning."""
        return assess(dossier, the_book(names_known()), self.calendar, now, self.practice)

    @cached_property
    def dossiers(self) -> tuple[Dossier, ...]:
        """Give all cases, in each of which one decision is due on the day."""
        for back in _SEARCHED:
            first = self.calendar.working_days_before(self.day, back)
            if self._occurrence(self._dossier(0, first)) is not None:
                return tuple(self._dossier(number, first) for number in range(self.cases))
        raise ValueError(f"no case can be begun whose {RULE} is due on {self.day}")

    def expected(self) -> list[Told]:
        """List what must be raised and told: each limit to its officer and the chief."""
        occurrence = self._occurrence(self.dossiers[0])
        return [
            Told(
                address=f"{person}@example.invalid",
                dossier=dossier.id,
                occurrence=str(occurrence),
                due=self.day.isoformat(),
                key=f"{dossier.id}|{occurrence}|0|{self.day.isoformat()}|{role}",
            )
            for dossier in self.dossiers
            for role, person in zip(_ROLES, (dossier.officer, _chief(dossier.office)), strict=True)
        ]

    def _occurrence(self, dossier: Dossier) -> str | None:
        looked = self.assess(dossier, datetime.combine(self.day, time.min, ZONE))
        found = [row for row in looked.limits if row.state == "open"]
        ours = len(found) == 1 and found[0].id == RULE and found[0].due == self.day
        return found[0].occurrence if ours else None

    def _dossier(self, number: int, first: date) -> Dossier:
        agency, place = f"a{number % self.agencies}", number // self.agencies
        officer = _officer(agency, place // _ROOMS % _OFFICERS)
        return read_dossier({
            "id": f"M-{number:05}",
            "office": f"{agency}/k{place % _ROOMS}",
            "officer": officer,
            "origin": "on_request",
            "facts": [_fact(line, first, self.calendar, officer) for line in _lines()],
        })  # fmt: skip

    def _ladder(self) -> Iterator[str]:
        yield f"office_hours_begin = {_clock(self.begins[0])}"
        yield f"minutes_before = {self.minutes}"
        yield _RUNGS.format(of="")
        if len(self.begins) > 1:
            for office in self._offices():
                begin = _clock(self.begin_in(office))
                yield f'[[office]]\nkey = "{office}"\noffice_hours_begin = {begin}'
                yield _RUNGS.format(of="office.")

    def _offices(self) -> list[str]:
        return [f"a{agency}/k{room}" for agency in range(self.agencies) for room in range(_ROOMS)]

    def _directory(self) -> Iterator[str]:
        yield "synthetic = true"
        people: list[tuple[str, str, str]] = []
        for agency in (f"a{number}" for number in range(self.agencies)):
            yield _table("office", key=agency, name=f"Cơ quan mẫu {agency}")
            people.append((f"tt.{agency}", "head_of_agency", agency))
            people += [(_officer(agency, n), "officer", agency) for n in range(_OFFICERS)]
        for office in self._offices():
            yield _table("office", key=office, name=f"Phòng mẫu {office}")
            people.append((_chief(office), "chief_officer", office))
        for key, role, office in people:
            email = f"{key}@example.invalid"
            name = f"Người mẫu {key}"
            yield _table("person", key=key, name=name, role=role, office=office, email=email)


def read_mail(content: bytes) -> Mail:
    """Read a mail that was taken: who it is to, and every due date in its calendar file."""
    mail = message_from_bytes(content, policy=policy.default)
    to = str(mail["To"])
    entries: set[tuple[str, str, str]] = set()
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            file = CalendarFile.from_ical(part.get_content())
            entries |= {
                (to, str(event["uid"]), event.decoded("dtstart").isoformat())
                for event in file.walk("VEVENT")
            }
    return Mail(str(mail["Message-ID"]), frozenset(entries))


def _worked(text: str, day: date) -> str:
    """Make a day of a year's calendar file a working day."""
    head, *tables = text.split("\n[[")
    kept = [table for table in tables if f"\ndate = {day.isoformat()}\n" not in table]
    if day.weekday() >= _SATURDAY:
        name = '{ vi = "Ngày làm việc mẫu", en = "A working day, synthetic" }'
        kept.append(f'worked]]\ndate = {day.isoformat()}\nname = {name}\nnotice = "synthetic"\n')
    return "\n[[".join([head, *kept])


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M:%S}"


def _table(kind: str, **values: str) -> str:
    return "\n".join([f"[[{kind}]]", *(f'{name} = "{value}"' for name, value in values.items())])


def _chief(office: str) -> str:
    return f"cvt.{office.replace('/', '.')}"


def _officer(agency: str, number: int) -> str:
    return f"cv{number}.{agency}"


def _lines() -> list[str]:
    return [line.strip() for line in _LIFE.strip().splitlines()]


def _fact(line: str, first: date, calendar: Calendar, officer: str) -> dict[str, str]:
    after, event, *fields = line.split()
    day = calendar.working_days_after(first, int(after))
    own = {"officer": officer} if event == "officer_assigned" else {}
    given = dict(field.split("=") for field in fields)
    return {"event": event, "on": day.isoformat(), **own, **given}


def first_moment(begin: datetime, minutes: int) -> datetime:
    """Give the earliest moment at which a rung of a morning falls due."""
    return begin - timedelta(minutes=minutes)
