"""Know who reads a message, and in whose place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from channels.words import AlertWords
from i18n.texts import Lang, name_of, say


class InPlace(BaseModel):
    """Why someone is told in place of who was meant, and whose place it is."""

    model_config = ConfigDict(frozen=True)

    why: Literal["deputy", "delegate", "fallback", "unreached"]
    role: str
    name: str | None = None


class Reader(BaseModel):
    """Whoever a message is for: key, name, role, office, language."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    role: str
    office: str
    language: str = "vi"
    in_place: InPlace | None = None

    @property
    def lang(self) -> Lang:
        """Give the language of the messages; Vietnamese where none of ours is named."""
        return "en" if self.language == "en" else "vi"

    def stands_in(self, alert: AlertWords) -> bool:
        """Tell whether an alert comes to this person in someone else's place."""
        meant = self.in_place
        if meant is None or alert.person == self.key or alert.role != meant.role:
            return False
        if meant.role == "officer":
            return alert.officer != self.key
        return self.role != meant.role or alert.office != self.office

    def say_in_place(self, alerts: Sequence[AlertWords]) -> str | None:
        """Say for whom, why, and, where it is not all of them, for how many of the alerts."""
        meant = self.in_place
        if meant is None:
            return None
        count = sum(map(self.stands_in, alerts))
        if not count:
            return None
        role = name_of(self.lang, "roles", meant.role)
        return say(
            self.lang,
            f"message_in_place.{'whole' if count == len(alerts) else 'part'}",
            n=count,
            whom=f"{meant.name} ({role})" if meant.name else role,
            because=say(self.lang, f"message_in_place.{meant.why}"),
        )

    def say_in_place_briefly(self, alerts: Sequence[AlertWords]) -> str | None:
        """Say which role's place it is, without a name, for chat and SMS."""
        if self.in_place is None or not any(map(self.stands_in, alerts)):
            return None
        role = name_of(self.lang, "roles", self.in_place.role)
        return say(self.lang, "message_in_place.brief", role=role)
