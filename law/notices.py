"""Read an official notice on days off, in the words of the year files, and check it by itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from law.calendar import DayNote, Words
from law.errors import NoticeError

Kind: TypeAlias = Literal["off", "worked"]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_SATURDAY = 5
_MOST = 80
_LINE = re.compile(r"at line (\d+), column (\d+)")


class NoticeDay(DayNote):
    """A day as a year file has it; `notice` is left out where it is the notice's own.

    `weekday`, in either language (Mon, Thứ Hai), is compared with the date and not kept.
    """

    notice: str = ""
    weekday: str | None = None


class Notice(BaseModel):
    """A notice: which days it makes off or worked, and which it takes back.

    `years`: those that its days lie in. `completes`: the year of which it, with the statutes
    that its days cite, states every day off; that year is then `announced`. `supersedes`:
    numbers of notices whose days it may change. `withdrawn`: days that are again what their
    weekday says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str
    issued: date
    about: Words
    years: tuple[int, ...] = Field(min_length=1)
    completes: int | None = None
    tet: date | None = None
    supersedes: tuple[str, ...] = ()
    withdrawn: tuple[date, ...] = ()
    off: tuple[NoticeDay, ...] = ()
    worked: tuple[NoticeDay, ...] = ()

    @property
    def reference(self) -> str:
        """Give the notice as the days of a year file cite it."""
        return f"{self.number}, {self.issued:%d/%m/%Y}"

    def days(self) -> Iterator[tuple[str, Kind, NoticeDay]]:
        """List its days, each with its place in the file and whether it is off or worked."""
        kinds: tuple[Kind, ...] = ("off", "worked")
        for kind in kinds:
            found = self.off if kind == "off" else self.worked
            for number, day in enumerate(found, start=1):
                yield f"{kind}[{number}]", kind, day

    def note_of(self, day: NoticeDay) -> DayNote:
        """Give a day as the year file will state it."""
        return DayNote(
            date=day.date,
            name=day.name,
            notice=day.notice or self.reference,
            swapped_with=day.swapped_with,
        )


def read_notice(text: str, name: str, today: date) -> Notice:
    """Read a notice's TOML; raise `NoticeError` naming file, field, value and remedy."""
    try:
        notice = Notice.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        where = f"dòng {place[1]}, cột {place[2]}" if place else "cuối tệp"
        raise NoticeError(
            name,
            None,
            f"it is no TOML: {error}; docs/examples has a notice to start from",
            f"không phải TOML hợp lệ, lỗi tại {where}; xem mẫu trong docs/examples",
        ) from error
    except ValidationError as error:
        raise _unformed(error, name) from error
    _check_heading(notice, name, today)
    _check_days(notice, name)
    _check_swaps(notice, name)
    return notice


def _unformed(error: ValidationError, name: str) -> NoticeError:
    first = error.errors()[0]
    place = f"{name}: {_place(first['loc'])}"
    model: Any = NoticeDay if first["loc"][0] in ("off", "worked") else Notice
    match first["type"]:
        case "extra_forbidden":
            known = ", ".join(model.model_fields)
            return NoticeError(
                place,
                None,
                f"unknown key; allowed are: {known}",
                f"không có khóa này; cho phép: {known}",
            )
        case "missing":
            return NoticeError(place, None, "it is missing; state it", "còn thiếu; hãy ghi thêm")
        case kind if kind.startswith("date"):
            en, vi = "allowed is a day such as 2026-08-31", "cho phép một ngày như 2026-08-31"
        case kind if kind.startswith("int"):
            en, vi = "allowed is a year such as 2026", "cho phép một năm như 2026"
        case kind if kind.startswith("string"):
            en, vi = "allowed is a text in quotes", "cho phép một đoạn chữ trong ngoặc kép"
        case "too_short":
            en, vi = "name at least one year, as in [2026]", "nêu ít nhất một năm, như [2026]"
        case _:
            en, vi = first["msg"], "không đúng dạng; xem mẫu trong docs/examples"
    return NoticeError(place, _shown(first.get("input")), en, vi)


def _place(loc: tuple[int | str, ...]) -> str:
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(parts).lstrip(".")


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else f"{value!r}"
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _check_heading(notice: Notice, name: str, today: date) -> None:
    if not is_plain(notice.number) or "," in notice.number or ";" in notice.number:
        raise NoticeError(
            f"{name}: number", f"{notice.number!r}",
            'allowed is the number alone, such as "9441/TB-BNV"; its day goes into issued',
            'cho phép riêng số của thông báo, như "9441/TB-BNV"; ngày ban hành ghi ở issued',
        )  # fmt: skip
    for field, text in (("about.vi", notice.about.vi), ("about.en", notice.about.en)):
        _check_text(text, f"{name}: {field}")
    if notice.issued > today:
        raise NoticeError(
            f"{name}: issued", notice.issued,
            f"a notice is entered once it is issued, {today} at the latest",
            f"thông báo phải được ban hành rồi mới ghi, chậm nhất là ngày {today:%d/%m/%Y}",
        )  # fmt: skip
    if notice.completes is not None and notice.completes not in notice.years:
        raise NoticeError(
            f"{name}: completes", notice.completes,
            "name that year in years too", "hãy nêu cả năm đó ở years",
        )  # fmt: skip
    if notice.tet is not None and (notice.completes or 0) != notice.tet.year:
        raise NoticeError(
            f"{name}: tet", notice.tet,
            "it goes with the year that completes names, and lies in it",
            "chỉ ghi cùng completes và phải thuộc năm đó",
        )  # fmt: skip


def _check_days(notice: Notice, name: str) -> None:
    seen: dict[date, str] = {}
    placed = [(f"{where}.date", day.date) for where, _, day in notice.days()]
    placed += [(f"withdrawn[{n}]", day) for n, day in enumerate(notice.withdrawn, start=1)]
    for where, day in placed:
        if day.year not in notice.years:
            years = ", ".join(str(year) for year in notice.years)
            raise NoticeError(
                f"{name}: {where}", day,
                f"the notice is of {years}; correct the day, or name {day.year} in years",
                f"thông báo này của năm {years}; hãy sửa ngày, hoặc nêu {day.year} ở years",
            )  # fmt: skip
        if day in seen:
            raise NoticeError(
                f"{name}: {where}", day,
                f"that day stands at {seen[day]} already; keep one of the two",
                f"ngày này đã có ở {seen[day]}; hãy giữ một chỗ",
            )  # fmt: skip
        seen[day] = where
    for year in notice.years:
        if all(day.year != year for day in seen):
            raise NoticeError(
                f"{name}: years", year,
                "the notice states no day of that year; state one, or take the year out",
                "thông báo không nêu ngày nào của năm này; hãy nêu ngày, hoặc bỏ năm",
            )  # fmt: skip
    for where, _, stated in notice.days():
        _check_weekday(stated, f"{name}: {where}")
        _check_text(stated.name.vi, f"{name}: {where}.name.vi")
        _check_text(stated.name.en, f"{name}: {where}.name.en")
        _check_text(stated.notice or notice.reference, f"{name}: {where}.notice")


def _check_weekday(day: NoticeDay, where: str) -> None:
    number = day.date.weekday()
    if day.weekday not in (None, WEEKDAYS[number], _WEEKDAYS_VI[number]):
        raise NoticeError(
            f"{where}.weekday", f"{day.weekday!r}",
            f"{day.date} is a {WEEKDAYS[number]}; look at the notice again",
            f"{day.date:%d/%m/%Y} là {_WEEKDAYS_VI[number]}; hãy xem lại thông báo",
        )  # fmt: skip


def _check_swaps(notice: Notice, name: str) -> None:
    stated = {day.date: (kind, day) for _, kind, day in notice.days()}
    for where, kind, day in notice.days():
        weekend = day.date.weekday() >= _SATURDAY
        spelled = WEEKDAYS[day.date.weekday()]
        spelled_vi = _WEEKDAYS_VI[day.date.weekday()]
        if kind == "worked" and not weekend:
            raise NoticeError(
                f"{name}: {where}.date", day.date,
                f"it is a {spelled}, which is worked anyway; "
                "a day worked instead of another is a Saturday or Sunday",
                f"đó là {spelled_vi}, vốn là ngày làm việc; "
                "ngày làm bù phải là thứ Bảy hoặc Chủ nhật",
            )  # fmt: skip
        if kind == "off" and day.swapped_with is not None and weekend:
            raise NoticeError(
                f"{name}: {where}.date", day.date,
                f"it is a {spelled}, which is off anyway; a day off by a swap is a weekday",
                f"đó là {spelled_vi}, vốn là ngày nghỉ; ngày nghỉ hoán đổi phải là ngày làm việc",
            )  # fmt: skip
        if kind == "worked" and day.swapped_with is None:
            raise NoticeError(
                f"{name}: {where}.swapped_with", None,
                "it is missing; name the day off that it is worked instead of",
                "còn thiếu; hãy nêu ngày nghỉ được hoán đổi với ngày này",
            )  # fmt: skip
        if day.swapped_with is None:
            continue
        other = stated.get(day.swapped_with)
        if other is None or other[0] == kind or other[1].swapped_with != day.date:
            lacking = "off" if kind == "worked" else "worked"
            raise NoticeError(
                f"{name}: {where}.swapped_with", day.swapped_with,
                f"a swap has two halves: state [[{lacking}]] {day.swapped_with} "
                f"with swapped_with = {day.date}",
                f"hoán đổi phải có đủ hai ngày: hãy ghi [[{lacking}]] {day.swapped_with} "
                f"với swapped_with = {day.date}",
            )  # fmt: skip


def is_plain(text: str) -> bool:
    """Tell whether a text holds something, on one line and without control characters."""
    return bool(text.strip()) and text == text.strip() and text.isprintable()


def _check_text(text: str, where: str) -> None:
    if not is_plain(text):
        raise NoticeError(
            where, f"{text!r}",
            "allowed is one line of text, not empty and without control characters",
            "cho phép một dòng chữ, không để trống và không có ký tự điều khiển",
        )  # fmt: skip
