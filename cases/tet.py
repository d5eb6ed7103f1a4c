"""Say on which days around Tết an act is barred, in every way that the text can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from law.calendar import Calendar, Words
from law.corpus import Version
from law.model import AroundTet, TetReading, Window
from law.settlements import Settlement

_ONE_DAY = timedelta(days=1)
_SAFER = Words(
    vi="thực hiện theo cách hiểu an toàn hơn: tránh mọi ngày mà một trong các cách hiểu cấm",
    en="the safer reading is acted on: every day is avoided that any of them bars",
)


@dataclass(frozen=True, slots=True)
class BarredDays:
    """The days barred around one Tết, from `first` to `last`, by one way to read the text."""

    way: TetReading | None
    first: date
    last: date

    def cover(self, day: date) -> bool:
        """Tell whether a day is among them."""
        return self.first <= day <= self.last


@lru_cache(maxsize=4096)
def days_around_tet(version: Version, day: date, calendar: Calendar) -> tuple[BarredDays, ...]:
    """Give the barred days of the Tết that is near `day`, by each reading; else none."""
    rule = version.rule
    if not isinstance(rule, Window) or rule.around_tet is None:
        return ()
    # The lunar year begins on 21 January at the earliest: fifteen days before is the same year.
    if day.year not in calendar.years:
        return ()
    spans = tuple(
        _barred(way, rule.around_tet, day.year, calendar) for way in rule.reading or (None,)
    )
    return spans if any(span.cover(day) for span in spans) else ()


def barring(spans: tuple[BarredDays, ...], settlement: Settlement | None) -> tuple[BarredDays, ...]:
    """Give the readings that bar: all of them, or the one that an agency has settled."""
    if settlement is None:
        return spans
    return tuple(span for span in spans if span.way and span.way.id == settlement.reading)


def words_of(title: Words, spans: tuple[BarredDays, ...], settlement: Settlement | None) -> Words:
    """Add to a title the days that each reading bars, and which reading is acted on."""
    read = [(span, span.way.words) for span in spans if span.way]
    if not read:
        return title
    vi = [f"từ {s.first:%d/%m/%Y} đến {s.last:%d/%m/%Y} nếu {words.vi}" for s, words in read]
    en = [f"from {s.first} to {s.last} if {words.en}" for s, words in read]
    acted = _SAFER if settlement is None else _settled(spans, settlement)
    return Words(
        vi=f"{title.vi} ({'; '.join([*vi, acted.vi])})",
        en=f"{title.en} ({'; '.join([*en, acted.en])})",
    )


def _settled(spans: tuple[BarredDays, ...], one: Settlement) -> Words:
    way = next(span.way.words for span in spans if span.way and span.way.id == one.reading)
    return Words(
        vi=f"{one.by} đã quyết định ngày {one.on:%d/%m/%Y} cho {one.office}: {way.vi}, "
        f"vì {one.reason}",
        en=f"settled by {one.by} on {one.on} for {one.office}: {way.en}, because {one.reason}",
    )


def _barred(way: TetReading | None, around: AroundTet, year: int, calendar: Calendar) -> BarredDays:
    if way is not None and way.counted_from == "tet_day":
        first = last = calendar.tet(year)
    else:
        first, last = _days_off(year, calendar)
    return BarredDays(
        way, first - timedelta(days=around.before), last + timedelta(days=around.after)
    )


@lru_cache(maxsize=64)
def _days_off(year: int, calendar: Calendar) -> tuple[date, date]:
    first = last = calendar.tet(year)
    while not calendar.is_working(first - _ONE_DAY):
        first -= _ONE_DAY
    while not calendar.is_working(last + _ONE_DAY):
        last += _ONE_DAY
    return first, last
