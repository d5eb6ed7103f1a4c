"""Hold a citizen's letter: who sent it how, and what it complains of or tells."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)  # fmt: skip

from cases.dossier import read_id
from cases.errors import FormError
from cases.kinds import Kind
from cases.secrecy import Identity

Channel = Literal["direct", "post", "letter_box", "reception", "hotline", "portal", "forwarded"]
Level = Literal["regional_room", "agency", "managing_authority", "minister", "other"]
LetterKind = Literal["complaint", "denunciation", "petition"]
Object = Literal[
    "before_measures", "account_freeze", "security_measure", "coercion", "after_coercion", "general"
]
Instance = Literal["first", "second"]
Against = Literal["officer", "deputy_head", "head", "bailiff", "bailiff_head", "other"]
Noted = Literal[
    "no_direct_effect", "already_final", "internal", "handled_as_denunciation",
    "terminated_before", "hostile", "insulting", "unclear", "false_name",
    "crime_signs", "handled_before", "no_conditions",
]  # fmt: skip
"""What whoever reads the letter notes of a content, because no file can tell it."""

_NAMED: dict[str, Kind] = {"about": "enforcement_case", "first": "complaint"}
_MOST_PEOPLE = 10_000
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sender(_Part):
    """Who wrote: `capacity` false where they lack full civil capacity."""

    name: _Name = ""
    address: _Name = ""
    id_number: _Name = ""
    signed: bool = False
    capacity: bool = True


class Representative(_Part):
    """Who acts for the sender, and whether papers prove it (Law 106/2025, Arts. 97.3, 103.3)."""

    name: _Name = ""
    proof: bool = False


class Representatives(_Part):
    """Whom many senders appointed, and whether all of them signed it (Decree 152/2026, Art. 77)."""

    number: int = Field(ge=0, le=_MOST_PEOPLE)
    appointment_signed: bool = False


class ExcludedSpan(_Part):
    """A time that the sender says does not count (Law 106/2025, Art. 96.4)."""

    first: date
    last: date


class Content(_Part):
    """One thing that a letter is about; `about` is a case's id, `first` the first complaint's.

    `object`, `instance`, `notified_on`, `known_on` and `excluded` are of a complaint alone.
    """

    type: LetterKind
    title: _Short
    text: _Text | None = None
    about: _Short | None = None
    against: Against | None = None
    object: Object | None = None
    instance: Instance = "first"
    first: _Short | None = None
    notified_on: date | None = None
    known_on: date | None = None
    excluded: ExcludedSpan | None = None
    noted: tuple[Noted, ...] = ()

    @field_validator("about", "first")
    @classmethod
    def _an_id(cls, value: str | None, about: ValidationInfo) -> str | None:
        if value is None:
            return None
        try:
            return read_id(
                value, "complaint" if about.field_name == "first" else "enforcement_case"
            )
        except FormError as error:
            raise ValueError("id") from error


class Letter(_Part):
    """A letter as it was handed in or came by post; `signatories` counts who signed.

    `also_sent_to`: the levels to which it was sent as well.
    """

    office: _Short
    received_on: date
    received_at: time | None = None
    channel: Channel
    forwarded_by: _Short | None = None
    sent_to: Level
    sender: Sender
    representative: Representative | None = None
    signatories: int = Field(default=1, ge=0, le=_MOST_PEOPLE)
    representatives: Representatives | None = None
    also_sent_to: tuple[Level, ...] = ()
    language: Annotated[str, StringConstraints(pattern="[a-z]{2,3}")] = "vi"
    translated: bool = False
    legible: bool = True
    contents: tuple[Content, ...] = Field(min_length=1, max_length=20)

    @property
    def kinds(self) -> tuple[LetterKind, ...]:
        """Name what its contents are, in their order."""
        return tuple(content.type for content in self.contents)

    @property
    def secret(self) -> bool:
        """Tell whether its sender is a denouncer (Law 106/2025, Art. 108.2(b))."""
        return "denunciation" in self.kinds

    @property
    def identity(self) -> Identity:
        """Give what the sender is known by, and who acts for them."""
        sender, acting = self.sender, self.representative
        return Identity(
            names=tuple(filter(None, (sender.name, acting.name if acting else ""))),
            addresses=tuple(filter(None, (sender.address,))),
            numbers=tuple(filter(None, (sender.id_number,))),
        )
