"""Refusals of the law floor: each says which file, field and value, and what is allowed."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal


class SpokenError(Exception):
    """An error that says itself in either language; its own text is the English sentence."""

    vi_otherwise: ClassVar[str] = "{en}"
    """What is said in Vietnamese where whoever raises it gives the English sentence alone."""

    def __init__(self, en: str, vi: str | None = None) -> None:
        """Keep the sentence in both languages."""
        self.vi = self.vi_otherwise.format(en=en) if vi is None else vi
        super().__init__(en)

    def say(self, lang: Literal["vi", "en"]) -> str:
        """Say it in one sentence."""
        return self.vi if lang == "vi" else str(self)


class LawError(SpokenError):
    """Something in the law's data or in a question put to it is not usable."""


class DataFileError(SpokenError):
    """A data file does not read as its format asks; says which file, which line, what to do.

    `file` is named from its folder; `line` counts from 1 and is None where the fault lies in
    no line, such as in a file that is missing.
    """

    vi_otherwise = "Tệp dữ liệu không dùng được: {en}"

    def __init__(
        self, en: str, vi: str | None = None, *, file: str = "", line: int | None = None
    ) -> None:
        """Put the place before the sentence, in both languages."""
        self.file = file
        self.line = line
        at = "" if line is None else f", line {line}"
        tai = "" if line is None else f", dòng {line}"
        said = self.vi_otherwise.format(en=en) if vi is None else vi
        super().__init__(
            f"{file}{at}: {en}" if file else en, f"{file}{tai}: {said}" if file else said
        )


class StatuteFileError(DataFileError, LawError):
    """A statute file does not read as the statute book's format asks."""

    vi_otherwise = "Tệp quy định không dùng được: {en}"


class ReadingsFileError(DataFileError, LawError):
    """The file of what an agency has settled does not read as its format asks."""

    vi_otherwise = "Tệp cách hiểu đã quyết định không dùng được: {en}"


class CalendarFileError(DataFileError, LawError):
    """A calendar file does not read as the calendar's format asks."""

    vi_otherwise = "Tệp lịch không dùng được: {en}"


class NoticeError(LawError):
    """A notice on days off does not read, or does not fit the calendar it would change."""

    def __init__(self, place: str, value: object, remedy: str, remedy_vi: str) -> None:
        """Name the file with the field, its value where it has one, and what is to be done."""
        if value is None:
            super().__init__(f"{place}: {remedy}", f"{place}: {remedy_vi}")
        else:
            super().__init__(f"{place} is {value}; {remedy}", f"{place} là {value}; {remedy_vi}")


class CalendarNotKnownError(LawError):
    """A day lies in a year for which no calendar file is kept."""

    def __init__(self, day: date) -> None:
        """Keep the day that could not be looked up."""
        self.day = day
        super().__init__(
            f"no calendar is known for {day.year} (asked for {day.isoformat()}); "
            f"add law/calendars/vn/{day.year}.toml",
            f"Chưa có lịch của năm {day.year} (cần cho ngày {day:%d/%m/%Y}); "
            f"hãy thêm law/calendars/vn/{day.year}.toml",
        )


class RuleNotInForceError(LawError):
    """No version of a rule was in force on the day asked for."""

    def __init__(self, rule_id: str, day: date, known: str, known_vi: str | None = None) -> None:
        """State the dates only, never fall back to another version."""
        self.rule_id = rule_id
        self.day = day
        super().__init__(
            f"rule {rule_id!r} was not in force on {day.isoformat()}; {known}",
            f"Quy định {rule_id!r} không có hiệu lực vào ngày {day:%d/%m/%Y}; {known_vi or known}",
        )


class TermSyntaxError(LawError):
    """A term could not be read, such as '5 wrking days'."""
