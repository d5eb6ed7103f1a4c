"""Know which days are working days, and by which notice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from law.errors import CalendarFileError, CalendarNotKnownError, DataFileError
from law.places import FieldPath
from law.sources import Source, list_folder, read_source

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The one time zone of the law's clocks (UTC+07:00, no daylight saving)."""

FOLDER = Path(__file__).parent / "calendars" / "vn"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_Date: TypeAlias = date  # a class with a field named `date` cannot name the type so


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_File):
    """A phrase in Vietnamese and in English."""

    vi: str
    en: str


class DayNote(_File):
    """A day that differs from its weekday, with the notice that says so."""

    date: date
    name: Words
    notice: str
    swapped_with: _Date | None = None


class YearFile(_File):
    """One calendar year as its file states it.

    `announced`: every day off has its notice; `published`: a past year taken from a
    published list, not checked against its notices; `estimated`: the days follow from the
    Labour Code's list and the lunar calendar, and may change until they are announced.
    """

    year: int
    status: Literal["announced", "published", "estimated"]
    source: str
    tet: date
    off: tuple[DayNote, ...] = ()
    worked: tuple[DayNote, ...] = ()


@lru_cache(maxsize=4096)
def midnight_after(day: date) -> datetime:
    """Give the instant at which `day` has ended: the next day, 00:00+07:00."""
    return datetime.combine(day + _ONE_DAY, time.min, ZONE)


class Calendar:
    """Working days of Viet Nam's state agencies, year by year, each deviation with its notice."""

    def __init__(
        self, years: tuple[YearFile, ...], sources: Mapping[int, Source] | None = None
    ) -> None:
        """Index the years; raise `CalendarFileError` on a day both off and worked.

        `sources`: the files that the years were read from, so that a refusal names the line.
        """
        self._sources = sources or {}
        self._years = {file.year: file for file in years}
        if len(self._years) != len(years):
            raise CalendarFileError("two calendar files state the same year; keep one file a year")
        self._known = tuple(sorted(self._years))
        self._off: dict[date, DayNote] = {}
        self._worked: dict[date, DayNote] = {}
        for file in years:
            self._index(file)
        canon = "\n".join(self._years[year].model_dump_json() for year in sorted(self._years))
        self.hash = hashlib.sha256(canon.encode()).hexdigest()[:16]

    def _index(self, file: YearFile) -> None:
        for kind, notes, index in (
            ("off", file.off, self._off),
            ("worked", file.worked, self._worked),
        ):
            for place, note in enumerate(notes):
                day, where = note.date, (kind, place, "date")
                if day.year != file.year:
                    raise self._refused(
                        file,
                        where,
                        f"{kind} day {day} lies outside the year {file.year}; correct the date",
                        f"ngày {day} ({kind}) nằm ngoài năm {file.year}; hãy sửa ngày",
                    )
                if day in index:
                    raise self._refused(
                        file,
                        where,
                        f"{kind} day {day} is stated twice; keep one of the two",
                        f"ngày {day} ({kind}) được nêu hai lần; hãy giữ một",
                    )
                if index is self._worked and day in self._off:
                    raise self._refused(
                        file,
                        where,
                        f"{day} is stated both as off and as worked; keep one of the two",
                        f"ngày {day} vừa là ngày nghỉ vừa là ngày làm việc; hãy giữ một",
                    )
                if index is self._worked and day.weekday() < _SATURDAY:
                    raise self._refused(
                        file,
                        where,
                        f"worked day {day} is no Saturday or Sunday; only a weekend day can be "
                        "worked instead of another",
                        f"ngày làm việc {day} không phải thứ Bảy hay Chủ nhật; chỉ ngày nghỉ hằng "
                        "tuần mới có thể làm việc thay",
                    )
                index[day] = note
        if file.tet.year != file.year:
            raise self._refused(
                file,
                ("tet",),
                f"'tet' is {file.tet}; write the first day of the lunar year in {file.year}",
                f"'tet' là {file.tet}; hãy ghi ngày mùng 1 Tết trong năm {file.year}",
            )

    def _refused(self, file: YearFile, where: FieldPath, en: str, vi: str) -> DataFileError:
        source = self._sources.get(file.year)
        if source is None:
            return CalendarFileError(en, vi, file=f"{file.year}.toml")
        return source.refuse(where, en, vi)

    @property
    def years(self) -> tuple[int, ...]:
        """List the years that are known, in order."""
        return self._known

    def year(self, day: date) -> YearFile:
        """Give the year's file; raise `CalendarNotKnownError` where there is none."""
        file = self._years.get(day.year)
        if file is None:
            raise CalendarNotKnownError(day)
        return file

    def is_working(self, day: date) -> bool:
        """Tell whether `day` is a working day: weekday not off, or a worked Saturday."""
        if day.year not in self._years:
            raise CalendarNotKnownError(day)
        if day.weekday() >= _SATURDAY:
            return day in self._worked
        return day not in self._off

    def is_worked_weekend(self, day: date) -> bool:
        """Tell whether `day` is a Saturday or Sunday that a notice makes a working day."""
        return day in self._worked

    def is_provisional(self, day: date) -> bool:
        """Tell whether `day` lies in a year whose days off are only estimated."""
        return self.year(day).status == "estimated"

    def note(self, day: date) -> DayNote | None:
        """Give what makes `day` differ from its weekday, if anything does."""
        return self._off.get(day) or self._worked.get(day)

    def tet(self, year: int) -> date:
        """Give the first day of the lunar year (mùng 1 Tết) that falls in `year`."""
        return self.year(date(year, 1, 1)).tet

    def next_working(self, day: date) -> date:
        """Roll forward: `day` itself when worked, else the next working day.

        Civil Code 91/2015/QH13, Art. 148.5.
        """
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def working_days_after(self, day: date, count: int) -> date:
        """Give the `count`-th working day after `day`; `day` itself never counts."""
        while count:
            day += _ONE_DAY
            count -= self.is_working(day)
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """Give the `count`-th working day before `day`; `day` itself never counts."""
        while count:
            day -= _ONE_DAY
            count -= self.is_working(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and including `last`."""
        count, day = 0, first
        while day < last:
            day += _ONE_DAY
            count += self.is_working(day)
        return count


class WeekendsAlone(Calendar):
    """A calendar that goes on where the known years end, with no days off but weekends."""

    def __init__(self, known: Calendar) -> None:
        """Share the years of `known`."""
        vars(self).update(vars(known))

    def is_working(self, day: date) -> bool:
        """Tell whether `day` is a working day; of an unknown year, each weekday is."""
        return super().is_working(day) if day.year in self._years else day.weekday() < _SATURDAY

    def is_provisional(self, day: date) -> bool:
        """Tell whether `day` lies in a year that is only estimated, or not known at all."""
        return day.year not in self._years or super().is_provisional(day)


def read_year(text: str, name: str) -> YearFile:
    """Read one year's TOML; raise `CalendarFileError` naming file, line, field and value."""
    return Source(name, text.encode(), CalendarFileError).validate(YearFile)


def load_calendar(folder: Path = FOLDER) -> Calendar:
    """Read every year in `folder`; raise `CalendarFileError` where one does not read."""
    years: list[YearFile] = []
    sources: dict[int, Source] = {}
    for path in list_folder(folder, folder.name, CalendarFileError):
        if path.suffix != ".toml":
            continue
        source = read_source(path, path.name, CalendarFileError)
        file = source.validate(YearFile)
        if path.stem != str(file.year):
            raise source.refuse(
                ("year",),
                f"'year' is {file.year} in a file named {path.name}; correct one of the two",
                f"'year' là {file.year} trong tệp tên {path.name}; hãy sửa một trong hai",
            )
        years.append(file)
        sources[file.year] = source
    if not years:
        raise CalendarFileError(
            "holds no calendar file such as 2026.toml",
            "không có tệp lịch nào, như 2026.toml",
            file=folder.name,
        )
    return Calendar(tuple(years), sources)
