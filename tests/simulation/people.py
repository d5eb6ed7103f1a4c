"""Read the week's directory by itself: who stands for a role on a day, and in which hours."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path

FILE = tomllib.loads((Path(__file__).parent / "directory.toml").read_text("utf-8"))
HOURS = ("07:30-11:30", "13:30-17:00")
UPWARDS = ("officer", "chief_officer", "head_of_agency", "managing_authority")


class People:
    """The people of the week that begins with `first`."""

    def __init__(self, first: date) -> None:
        self.first = first
        self.entries = {entry["key"]: entry for entry in FILE["person"]}

    def who(self, role: str, office: str, officer: str | None, day: date) -> str:
        """Give who is told: in the office or one above it, else in the next role above."""
        line = (office, office.partition("/")[0], "cuc")
        for other in UPWARDS[UPWARDS.index(role) :]:
            keys = [
                key
                for place in line
                for key, entry in self.entries.items()
                if (entry["role"], entry["office"]) == (other, place)
            ]
            if other == "officer":
                keys = [officer] if officer is not None and officer in self.entries else []
            for key in keys:
                if there := self._there(key, day):
                    return there
        raise LookupError(role)

    def hours(self, key: str) -> list[tuple[time, time]]:
        """Give a person's hours."""
        spans = [span.split("-") for span in self.entries[key].get("hours", HOURS)]
        return [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans]

    def _there(self, key: str, day: date) -> str | None:
        """Give the person, else the delegate, else the deputy of someone on leave, if any."""
        number = (day - self.first).days
        for word, other in (("acting", "delegate"), ("leave", "deputy")):
            spell = self.entries[key].get(word)
            if spell and spell["first"] <= number <= spell["last"]:
                found: str | None = spell.get(other)
                return found
        return key


def address(key: str) -> str:
    """Give the e-mail address of a person."""
    return f"{key.replace('.', '-')}@example.invalid"
