"""Put a notice into the calendar: what changes, what was known, and what contradicts it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from law.calendar import Calendar, DayNote, YearFile
from law.errors import NoticeError
from law.notices import Kind, Notice, NoticeDay

_Days: TypeAlias = dict[date, tuple[Kind, DayNote]]
_SATURDAY = 5
_CODE_OF_2019 = 2021
"""The first whole year under Labour Code 45/2019/QH14 (in force 01/01/2021)."""

_HOLIDAYS = 11
"""Days off of Labour Code 45/2019/QH14, Art. 112.1; one on a weekend is made up (111.3)."""

_CULTURE_DAY = 2026
"""24 November is a day off from 2026 on (Resolution 28/2026/QH16, Art. 2); not made up."""

_EVERY_YEAR = ((1, 1), (4, 30), (5, 1), (9, 2))


@dataclass(frozen=True)
class DayChange:
    """A day that would be stated otherwise; `was_working` is nothing where no year was kept."""

    day: date
    before: DayNote | None
    after: DayNote | None
    was_working: bool | None
    is_working: bool


@dataclass(frozen=True)
class Amendment:
    """The calendar with a notice put into it; `files` holds the years that are stated anew."""

    notice: Notice
    before: Calendar
    after: Calendar
    files: tuple[tuple[YearFile | None, YearFile], ...]
    changes: tuple[DayChange, ...]
    known: tuple[date, ...]
    """Days of the notice of which the calendar says the same already."""


def amend(calendar: Calendar, notice: Notice, name: str) -> Amendment:
    """Put the notice into the calendar; raise `NoticeError` where it contradicts what stands.

    Nothing is written. `name` is the notice's file, for refusals.
    """
    files: list[tuple[YearFile | None, YearFile]] = []
    changes: list[DayChange] = []
    known: list[date] = []
    for year in sorted(set(notice.years)):
        old = _file_before(calendar, notice, year, name)
        before = _days_of(old)
        after = _amend_days(old, notice, name)
        differing = {day for day in before | after if before.get(day) != after.get(day)}
        told = {day.date for _, _, day in notice.days()} | set(notice.withdrawn)
        known += sorted(day for day in told - differing if day.year == year)
        completed = notice.completes == year and old.status != "announced"
        if differing or completed:
            new = _file_after(old, after, notice)
            if completed:
                _check_whole(new, name)
            files.append((old if year in calendar.years else None, new))
        known_year = year in calendar.years
        changes += [_change(day, before, after, known_year=known_year) for day in differing]
    amended = _replace(calendar, tuple(new for _, new in files))
    _check_pairs(calendar, amended, name)
    if files:
        _check_superseded(calendar, notice, name)
    return Amendment(
        notice=notice, before=calendar, after=amended, files=tuple(files),
        changes=tuple(sorted(changes, key=lambda change: change.day)), known=tuple(known),
    )  # fmt: skip


def _days_of(file: YearFile) -> _Days:
    days: _Days = {note.date: ("off", note) for note in file.off}
    days |= {note.date: ("worked", note) for note in file.worked}
    return days


def _file_before(calendar: Calendar, notice: Notice, year: int, name: str) -> YearFile:
    if year in calendar.years:
        return calendar.year(date(year, 1, 1))
    if notice.completes == year and notice.tet is not None:
        return YearFile(year=year, status="estimated", source="", tet=notice.tet)
    raise NoticeError(
        f"{name}: years", year,
        f"no calendar of {year} is kept; state every day off of that year, "
        f"with completes = {year} and tet = the first day of its lunar year",
        f"chưa có lịch của năm {year}; hãy nêu mọi ngày nghỉ của năm đó, "
        f"kèm completes = {year} và tet = ngày mùng 1 Tết",
    )  # fmt: skip


def _amend_days(old: YearFile, notice: Notice, name: str) -> _Days:
    before, announced = _days_of(old), old.status == "announced"
    completes = notice.completes == old.year
    stated = [entry for entry in notice.days() if entry[2].date.year == old.year]
    withdrawn = [
        (f"withdrawn[{number}]", day)
        for number, day in enumerate(notice.withdrawn, start=1)
        if day.year == old.year
    ]
    told = {day.date for _, _, day in stated} | {day for _, day in withdrawn}
    unsaid = [before[day][1] for day in sorted(before.keys() - told)]
    if completes and announced and unsaid:
        raise _unsaid(unsaid[0], f"{name}: completes", old.year)
    if old.status == "estimated" and not completes:
        _check_estimates(unsaid, stated, name)
    after = {} if completes and not announced else dict(before)
    for where, gone in withdrawn:
        if announced and gone in after:
            _check_may_change(before[gone], notice, f"{name}: {where}")
        after.pop(gone, None)
    for where, kind, day in stated:
        note, standing = notice.note_of(day), before.get(day.date)
        if announced and standing is not None:
            same = standing[0] == kind and standing[1].swapped_with == note.swapped_with
            if same and not _supersedes(notice, standing[1].notice):
                continue
            if not same:
                _check_may_change(standing, notice, f"{name}: {where}.date")
        after[day.date] = (kind, note)
    return after


def _check_estimates(
    unsaid: list[DayNote], stated: list[tuple[str, Kind, NoticeDay]], name: str
) -> None:
    """Refuse to leave an estimated day of a holiday beside the days that a notice gives it.

    A day off too many makes a date later than it is.
    """
    announced = {day.name.vi: where for where, _, day in stated}
    for note in unsaid:
        if note.name.vi in announced:
            where = announced[note.name.vi]
            raise _unsaid(note, f"{name}: {where}.name", repr(note.name.vi))


def _supersedes(notice: Notice, cited: str) -> bool:
    return any(_cites(cited, number) for number in notice.supersedes)


def _cites(cited: str, number: str) -> bool:
    """Tell whether a day's notice names a number, and not only a longer one that holds it."""
    return re.search(rf"(?<![\w/.-]){re.escape(number)}(?![\w/-])", cited) is not None


def _number_in(cited: str) -> str:
    return re.split(r"[,;]", cited)[0].strip()


def _check_may_change(standing: tuple[Kind, DayNote], notice: Notice, where: str) -> None:
    kind, note = standing
    if _supersedes(notice, note.notice):
        return
    what, what_vi = ("off", "ngày nghỉ") if kind == "off" else ("worked", "ngày làm bù")
    if note.swapped_with:
        what += f", swapped with {note.swapped_with}"
        what_vi += f", hoán đổi với {note.swapped_with:%d/%m/%Y}"
    number = _number_in(note.notice)
    raise NoticeError(
        where, note.date,
        f"that day is {what} by {note.notice}; if this notice amends that one, "
        f'add supersedes = ["{number}"], otherwise correct the day',
        f"ngày này đã là {what_vi} theo {note.notice}; nếu thông báo này sửa đổi văn bản đó, "
        f'hãy thêm supersedes = ["{number}"], nếu không thì sửa lại ngày',
    )  # fmt: skip


def _unsaid(note: DayNote, place: str, value: object) -> NoticeError:
    return NoticeError(
        place, value,
        f"{note.date} stands as {note.name.en} by {note.notice}, and the notice says nothing "
        "of it; state that day, or name it in withdrawn",
        f"lịch đang có ngày {note.date:%d/%m/%Y} là {note.name.vi} ({note.notice}) mà thông báo "
        "không nói đến; hãy nêu ngày đó, hoặc ghi vào withdrawn",
    )  # fmt: skip


def _check_superseded(calendar: Calendar, notice: Notice, name: str) -> None:
    years = [year for year in notice.years if year in calendar.years]
    cited = [
        note.notice
        for year in years
        for _, note in _days_of(calendar.year(date(year, 1, 1))).values()
    ]
    for number, superseded in enumerate(notice.supersedes, start=1):
        if not any(_cites(text, superseded) for text in cited):
            known = ", ".join(dict.fromkeys(_number_in(text) for text in cited)) or "-"
            raise NoticeError(
                f"{name}: supersedes[{number}]", f"{superseded!r}",
                f"no day of those years is by that notice; known there: {known}",
                f"không có ngày nào của các năm đó theo văn bản này; đang có: {known}",
            )  # fmt: skip


def _file_after(old: YearFile, days: _Days, notice: Notice) -> YearFile:
    off = tuple(days[day][1] for day in sorted(days) if days[day][0] == "off")
    worked = tuple(days[day][1] for day in sorted(days) if days[day][0] == "worked")
    own = f"{notice.about.vi}: {notice.reference}"
    if notice.completes == old.year and old.status != "announced":
        others = dict.fromkeys(n.notice for n in (*off, *worked) if n.notice != notice.reference)
        source = "; các ngày khác: ".join([own, *(["; ".join(others)] if others else [])])
        return YearFile(
            year=old.year, status="announced", source=source, tet=notice.tet or old.tet,
            off=off, worked=worked,
        )  # fmt: skip
    source = old.source if own in old.source else f"{old.source}; {own}"
    return old.model_copy(update={"source": source, "off": off, "worked": worked})


def _check_whole(file: YearFile, name: str) -> None:
    """Refuse to call a year whole that lacks a day off of Labour Code 45/2019/QH14."""
    off = {note.date for note in file.off}
    required = [date(file.year, month, day) for month, day in _EVERY_YEAR] + [file.tet]
    if file.year >= _CULTURE_DAY:
        required.append(date(file.year, 11, 24))
    for day in sorted(required):
        if day not in off:
            raise NoticeError(
                f"{name}: completes", file.year,
                f"{day} is a day off by law and is not stated; state every day off of the year",
                f"{day:%d/%m/%Y} là ngày nghỉ theo luật mà chưa nêu; hãy nêu đủ ngày nghỉ của năm",
            )  # fmt: skip
    if file.year < _CODE_OF_2019:
        return
    plain = [n for n in file.off if n.date.weekday() < _SATURDAY and n.swapped_with is None]
    least = _HOLIDAYS
    if file.year >= _CULTURE_DAY and date(file.year, 11, 24).weekday() < _SATURDAY:
        least += 1
    if len(plain) < least:
        raise NoticeError(
            f"{name}: completes", file.year,
            f"a year has at least {least} weekdays off that are not swapped, days in lieu of "
            f"weekends among them (Labour Code 45/2019/QH14, Arts. 111.3, 112.1), and "
            f"{len(plain)} are stated; state the others",
            f"mỗi năm có ít nhất {least} ngày nghỉ rơi vào hoặc nghỉ bù vào thứ Hai đến thứ Sáu, "
            "không kể ngày hoán đổi (Điều 111.3, 112.1 Bộ luật Lao động 45/2019/QH14), "
            f"mới nêu {len(plain)} ngày; hãy nêu thêm",
        )  # fmt: skip


def _change(day: date, before: _Days, after: _Days, *, known_year: bool) -> DayChange:
    def working(days: _Days) -> bool:
        stated = days.get(day)
        return day.weekday() < _SATURDAY if stated is None else stated[0] == "worked"

    return DayChange(
        day=day,
        before=before[day][1] if day in before else None,
        after=after[day][1] if day in after else None,
        was_working=working(before) if known_year else None,
        is_working=working(after),
    )


def _replace(calendar: Calendar, new: tuple[YearFile, ...]) -> Calendar:
    years = {year: calendar.year(date(year, 1, 1)) for year in calendar.years}
    years |= {file.year: file for file in new}
    return Calendar(tuple(years[year] for year in sorted(years)))


def _check_pairs(before: Calendar, after: Calendar, name: str) -> None:
    """Refuse to leave one half of a swap alone; what was broken before is left to the check."""
    for day, other in sorted(_lonely(after) - _lonely(before)):
        raise NoticeError(
            f"{name}: {day}", None,
            f"half of a swap, whose other half {other} would not stand; restate both or "
            "withdraw both, naming the notice in supersedes",
            f"ngày này là một nửa của hoán đổi mà nửa kia, {other:%d/%m/%Y}, không còn; hãy "
            "nêu lại hoặc bỏ cả hai ngày, và nêu văn bản bị sửa ở supersedes",
        )  # fmt: skip


def _lonely(calendar: Calendar) -> set[tuple[date, date]]:
    days: _Days = {}
    for year in calendar.years:
        days |= _days_of(calendar.year(date(year, 1, 1)))
    lonely = set()
    for day, (kind, note) in days.items():
        if note.swapped_with is None:
            continue
        other = days.get(note.swapped_with)
        if other is None or other[0] == kind or other[1].swapped_with != day:
            lonely.add((day, note.swapped_with))
    return lonely
