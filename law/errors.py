"""Refusals of the law floor: each says which file, field and value, and what is allowed."""

from __future__ import annotations

from datetime import date


class LawError(Exception):
    """Something in the law's data or in a question put to it is not usable."""


class StatuteFileError(LawError):
    """A statute file does not read as the statute book's format asks."""


class CalendarFileError(LawError):
    """A calendar file does not read as the calendar's format asks."""


class CalendarNotKnownError(LawError):
    """A day lies in a year for which no calendar file is kept."""

    def __init__(self, day: date) -> None:
        """Keep the day that could not be looked up."""
        self.day = day
        super().__init__(
            f"no calendar is known for {day.year} (asked for {day.isoformat()}); "
            f"add law/calendars/vn/{day.year}.toml"
        )


class RuleNotInForceError(LawError):
    """No version of a rule was in force on the day asked for."""

    def __init__(self, rule_id: str, day: date, known: str) -> None:
        """State the dates only, never fall back to another version."""
        self.rule_id = rule_id
        self.day = day
        super().__init__(f"rule {rule_id!r} was not in force on {day.isoformat()}; {known}")


class TermSyntaxError(LawError):
    """A term could not be read, such as '5 wrking days'."""
