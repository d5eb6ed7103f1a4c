"""Fit the register, the directory and the channels to what digests ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from activities.delivery import Person, Proof, UnreachableError
from activities.digest import Attachment, DigestOffice, Letter
from channels.errors import RefusedForGoodError
from channels.letter import Attachment as MailFile
from channels.letter import Letter as MailLetter
from channels.letter import thread_of_day
from channels.ways import Way, Ways
from i18n.texts import Lang
from law.calendar import ZONE, Calendar, WeekendsAlone
from reports.digest import CaseLine, Digest, file_of, subject_of, write_text
from reports.digest_html import write_html
from reports.digest_sheet import write_digest_sheet
from reports.figures import Figures, Week, covers, of_offices, week_of
from store.digests import CaseRow, DigestRows
from store.directory import OfficeDirectory

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ATTACHED = 5000
"""Rows of each list in an attached workbook; the rest is listed by command."""
_WEEKLY = "managing_authority"


_ROLES = {
    "managing_authority": _WEEKLY,
    "agency": "head_of_agency",
    "room": "chief_officer",
    "division": "chief_officer",
}


def offices_of(directory: OfficeDirectory) -> list[DigestOffice]:
    """Give the offices of a directory, with the role that gets each one's digest."""
    return [
        DigestOffice(
            key=office.key, name=office.name, role=_ROLES[office.kind], parent=office.parent
        )
        for office in directory.offices.values()
    ]


class DigestDesk:
    """Where digests are written from the register."""

    def __init__(
        self,
        rows: DigestRows,
        directory: Callable[[], Awaitable[OfficeDirectory]],
        calendar: Callable[[], Calendar],
    ) -> None:
        """Take the register, the directory and the calendar of the moment."""
        self._rows = rows
        self._directory = directory
        self._calendar = calendar

    async def offices(self) -> Sequence[DigestOffice]:
        """List the offices of the directory."""
        return offices_of(await self._directory())

    async def open(
        self, offices: Sequence[DigestOffice], now: datetime, *, keep: bool = True
    ) -> RegisterMorning:
        """Take the figures of this moment; keep them as those of the day unless only looked at."""
        calendar = self._calendar()
        week = week_of(now.astimezone(ZONE).date(), calendar)
        counted = await self._rows.figures(now, week.day, week.ends, week.near)
        if keep:
            known = {office.key: Figures().model_dump() for office in offices}
            await self._rows.keep(week.day, known | counted, now)
        before = await self._rows.week_before(week.day)
        return RegisterMorning(
            self._rows, offices, week, _read(counted), None if before is None else before[0],
            {} if before is None else _read(before[1]), calendar,
        )  # fmt: skip


def _read(counted: Mapping[str, Any]) -> dict[str, Figures]:
    return {office: Figures.model_validate(found) for office, found in counted.items()}


class RegisterMorning:
    """The figures of one morning, taken once for everybody."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a morning consists of
        self,
        rows: DigestRows,
        offices: Sequence[DigestOffice],
        week: Week,
        found: Mapping[str, Figures],
        before_day: date | None,
        before: Mapping[str, Figures],
        calendar: Calendar,
    ) -> None:
        """Take what was counted, today and last week."""
        self._rows = rows
        self._offices = {office.key: office for office in offices}
        self._above = {office.key: office.parent for office in offices}
        self._week = week
        self._found = found
        self._before_day = before_day
        self._before = before
        self._calendar = WeekendsAlone(calendar)

    async def write(self, person: Person, offices: Sequence[str], now: datetime) -> Letter:
        """Write a person's digest of these offices and those below them."""
        lang: Lang = "en" if person.language == "en" else "vi"
        digest = await self.digest(offices, now)
        attachments: tuple[Attachment, ...] = ()
        if digest.overdue or digest.due:
            content = write_digest_sheet(digest, now, lang)
            attachments = (Attachment(name=file_of(digest, lang), mime=XLSX, content=content),)
        subject = subject_of(digest, lang)
        return Letter(
            subject=subject,
            text=write_text(digest, person.name, lang),
            html=write_html(digest, person.name, lang),
            language=lang,
            brief=(subject,),
            attachments=attachments,
        )

    async def digest(self, tops: Sequence[str], now: datetime) -> Digest:
        """Put together what is told of these offices."""
        week = self._week
        below = [o for o in self._found if any(covers(top, o, self._above) for top in tops)]
        overdue = await self._rows.overdue(below, now, most=MOST_ATTACHED)
        due = await self._rows.falling_due(below, now, week.ends, week.near, most=MOST_ATTACHED)
        parts = [o for o in self._offices.values() if o.parent in tops]
        weekly = all(self._offices[top].role == _WEEKLY for top in tops if top in self._offices)
        figures = of_offices(self._found, tops, self._above)
        return Digest(
            offices=tuple((top, self._name(top)) for top in tops),
            week=week,
            figures=figures,
            parts=tuple((o.name, of_offices(self._found, [o.key], self._above)) for o in parts),
            before=None
            if self._before_day is None
            else of_offices(self._before, tops, self._above),
            before_day=self._before_day,
            overdue=tuple(self._line(row) for row in overdue),
            due=tuple(self._line(row) for row in due),
            due_rows=max(len(due), figures.due_week),
            weekly=weekly,
        )

    def _name(self, key: str) -> str:
        office = self._offices.get(key)
        return key if office is None else office.name

    def _line(self, row: CaseRow) -> CaseLine:
        over = self._calendar.working_days_between(row.due_day, self._week.day)
        return CaseLine(**row.model_dump(), days_over=over)


class DigestLog:
    """The record of digests over the register's rows."""

    def __init__(self, rows: DigestRows) -> None:
        """Take the rows."""
        self._rows = rows

    async def begin(self, token: str, person: str, now: datetime) -> bool:
        """Record that a digest is about to go out; False where it is known to have gone."""
        return await self._rows.begin(token, person, now)

    async def confirm(self, token: str, person: str, proof: Proof, now: datetime) -> None:
        """Record the proof."""
        await self._rows.confirm(token, person, proof.channel, proof.reference, now)

    async def fail(self, token: str, person: str, reason: str, now: datetime) -> None:
        """Record a failed attempt with its reason."""
        await self._rows.fail(token, person, reason, now)


class DigestPost:
    """Send a digest by a person's addresses; chat takes its subject alone."""

    def __init__(self, ways: Ways | Way) -> None:
        """Take the ways out, or a lone one for mail."""
        self._ways = ways if isinstance(ways, Ways) else Ways(ways)

    async def send(self, person: Person, letter: Letter, token: str, now: datetime) -> Proof:
        """Hand the letter over; raise `UnreachableError` for a person without an address."""
        local = now.astimezone(ZONE)
        mail = MailLetter(
            subject=letter.subject, text=letter.text, html=letter.html, token=token,
            language=letter.language, brief=letter.brief, event="thads.digest",
            thread=thread_of_day(person.key, local.date()),
            attachments=tuple(MailFile(**file.model_dump()) for file in letter.attachments),
        )  # fmt: skip
        try:
            taken = await self._ways.send_letter(person.addresses, mail, local)
        except RefusedForGoodError as error:
            raise UnreachableError(f"person {person.key!r}: {error}") from error
        return Proof(channel=taken.channel, reference=taken.reference)
