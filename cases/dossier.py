"""Hold a dossier: what it is about, who is concerned, and its facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, Words, one_of
from cases.facts import Fact, check_not_future, effective, end_of, read_report
from cases.kinds import PREFIXES, Kind, bare, kind_of
from cases.parties import Party, files_of, masked, named, read_parties
from cases.vocabulary import read_text, read_vnd, vocabulary

Origin = Literal["on_request", "ex_officio", "provisional_measure", "bankruptcy", "entrusted"]
ObligationKind = Literal["money", "thing", "papers", "house", "land", "act", "child", "other"]

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_OFFICE = re.compile(r"[a-z0-9-]{1,32}(/[a-z0-9-]{1,32}){0,3}")
_OFFICER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHARED = ("kind", "id", "office", "officer", "facts", "note", "untold")
_KEYS: dict[str, tuple[str, ...]] = {
    "enforcement_case": (
        *_SHARED, "origin", "obligations", "parties", "judgment", "decision_number", "about",
    ),
    "complaint": (*_SHARED, "about", "letter", "title", "parties"),
    "denunciation": (*(key for key in _SHARED if key != "note"), "about", "letter"),
    "petition": (*_SHARED, "about", "letter", "title", "parties"),
    "administrative_judgment": (*_SHARED, "about", "judgment", "parties"),
    "reception": _SHARED,
}  # fmt: skip
"""What a file of each kind may hold. Who denounces is told nowhere: Law 106/2025, Art. 108.2(b)."""
_ROLES: dict[str, tuple[str, ...]] = {
    "enforcement_case": ("creditor", "debtor", "related"),
    "complaint": ("complainant", "respondent"),
    "denunciation": (),
    "petition": ("petitioner",),
    "administrative_judgment": ("creditor", "debtor", "related"),
    "reception": (),
}


_KIND_OF_ID = Words(
    vi="cho phép loại hồ sơ mà phần đầu của 'id' nêu",
    en="allowed is the kind of dossier that the beginning of 'id' names",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Obligation(_Part):
    """What has to be done; `amount_vnd` in whole đồng for money."""

    kind: ObligationKind
    amount_vnd: int | None = None
    text: str | None = None


class Dossier(_Part):
    """An enforcement case, or a dossier of another kind.

    One enforcement decision is one case (Law 106/2025, Art. 3.8) and has an `origin`. A
    complaint, denunciation, petition or administrative judgment is a dossier of its own, `about`
    another by its id; a case that enforces the property part of an administrative judgment is
    `about` that. The id of anything but a case begins with its kind, as complaint/KN-12. `letter`
    is the number under which the letter stands in the book, `title` what it is called in lists.
    `untold`: events of which the dossier's source keeps no record, such as a register
    without that column. A limit that was over when such a source was read, and that only
    these events could meet, is not judged: nobody knows whether the duty was done.
    """

    kind: Kind = "enforcement_case"
    id: str
    office: str
    officer: str | None = None
    origin: Origin | None = None
    about: str | None = None
    letter: str | None = None
    title: str | None = None
    obligations: tuple[Obligation, ...] = ()
    parties: tuple[Party, ...] = ()
    judgment: str | None = None
    decision_number: str | None = None
    note: str | None = None
    untold: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def effective_facts(self) -> tuple[Fact, ...]:
        """Give the facts that count now, in their order."""
        return effective(self.facts)

    def with_facts(self, facts: tuple[Fact, ...]) -> Dossier:
        """Give the dossier with other facts."""
        return self.model_copy(update={"facts": facts})

    @property
    def names_anyone(self) -> bool:
        """Tell whether it says of a party who that is."""
        return any(party.named for party in self.parties)

    def masked(self) -> Dossier:
        """Give the dossier with its parties by role and place alone."""
        return self.model_copy(update={"parties": masked(self.parties)}) if self.parties else self

    def with_parties(self, known: Iterable[Party]) -> Dossier:
        """Give the dossier with its parties as they are known by their places."""
        return self.model_copy(update={"parties": named(self.parties, known)})

    def as_file(self) -> dict[str, Any]:
        """Write the dossier as its file has it; reading it back gives the same dossier."""
        plain: dict[str, Any] = {
            "kind": self.kind, "id": self.id, "office": self.office, "officer": self.officer,
        }  # fmt: skip
        keys = _KEYS[self.kind]
        if "origin" in keys:
            plain["origin"] = self.origin
        if "obligations" in keys:
            plain["obligations"] = [o.model_dump(exclude_none=True) for o in self.obligations]
        if "parties" in keys:
            plain["parties"] = files_of(self.parties)
        for name in ("about", "letter", "title", "judgment", "decision_number", "note"):
            if getattr(self, name):
                plain[name] = getattr(self, name)
        if self.untold:
            plain["untold"] = list(self.untold)
        plain["facts"] = [fact.as_file() for fact in self.facts]
        return plain


def read_dossier(
    data: object, *, as_of: date | datetime | None = None, masked: bool = False
) -> Dossier:
    """Read a dossier file's JSON; raise `FormError` or `FutureError` on the first thing wrong.

    With `as_of` (a day, or a moment), what is done must not be dated after it. With `masked`,
    parties may be given by their places, as the register keeps files.
    """
    if not isinstance(data, Mapping):
        one_object = Words(
            vi="tệp hồ sơ phải là một đối tượng JSON", en="a dossier file holds one JSON object"
        )
        raise FormError("dossier", type(data).__name__, one_object)
    kind: Kind = _one_of("kind", data.get("kind", "enforcement_case"), get_args(Kind))
    for key in data:
        if key not in _KEYS[kind]:
            known = ", ".join(_KEYS[kind])
            only = Words(
                vi=f"hồ sơ loại {kind} chỉ có các trường: {known}",
                en=f"a dossier of the kind {kind} has only: {known}",
            )
            raise FormError("field", key, only)
    facts = data.get("facts", [])
    if not isinstance(facts, list):
        a_list = Words(vi="cho phép một danh sách sự kiện", en="allowed is a list of facts")
        raise FormError("facts", facts, a_list)
    now = None if as_of is None else as_of if isinstance(as_of, datetime) else end_of(as_of)
    own = read_id(data.get("id"), kind)
    if kind_of(own) != kind:
        raise FormError("kind", kind, _KIND_OF_ID)
    return Dossier(
        kind=kind,
        id=own,
        office=read_office(data.get("office")),
        officer=None if data.get("officer") in (None, "") else read_officer(data["officer"]),
        origin=(
            _one_of("origin", data.get("origin"), get_args(Origin))
            if "origin" in _KEYS[kind]
            else None
        ),
        about=None if data.get("about") in (None, "") else read_id(data["about"]),
        obligations=_read_obligations(data.get("obligations", [])),
        parties=read_parties(data.get("parties", {}), _ROLES[kind], masked=masked),
        letter=read_text("letter", data.get("letter")),
        title=read_text("title", data.get("title")),
        judgment=read_text("judgment", data.get("judgment")),
        decision_number=read_text("decision_number", data.get("decision_number")),
        note=read_text("note", data.get("note")),
        untold=_read_untold(data.get("untold", []), kind),
        facts=_read_facts(facts, now, kind),
    )


def _read_untold(value: object, kind: Kind) -> tuple[str, ...]:
    if not isinstance(value, list):
        a_list = Words(vi="cho phép một danh sách tên sự kiện", en="allowed is a list of events")
        raise FormError("untold", value, a_list)
    return tuple(vocabulary().reported(event, "untold", kind).name for event in value)


def _read_facts(facts: list[object], now: datetime | None, kind: Kind) -> tuple[Fact, ...]:
    read: list[Fact] = []
    for number, entry in enumerate(facts, start=1):
        where = f"facts[{number}]"
        if not isinstance(entry, Mapping):
            an_object = Words(
                vi="cho phép một đối tượng có 'event' và 'on'",
                en="allowed is an object with 'event' and 'on'",
            )
            raise FormError("fact", entry, an_object, where)
        report = read_report(entry, where, kind)
        if now is not None:
            check_not_future(report, now, where)
        read.append(
            Fact(
                **report.model_dump(),
                number=number,
                command_id=str(entry.get("command_id", "")),
                actor=str(entry.get("actor", "")),
                received_at=_instant("received_at", entry.get("received_at"), where),
                corrects=_earlier("corrects", entry, number, where),
                retracts=_earlier("retracts", entry, number, where),
                reason=read_text("reason", entry.get("reason")),
            )
        )
    return tuple(read)


def _earlier(name: str, entry: Mapping[str, object], number: int, where: str) -> int | None:
    value = entry.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < number:
        return value
    earlier = Words(
        vi="cho phép số của một sự kiện đứng trước", en="allowed is the number of an earlier fact"
    )
    raise FormError(name, value, earlier, where)


def _instant(name: str, value: object, where: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            return moment
    allowed = Words(
        vi="cho phép thời điểm kèm múi giờ, như 2026-11-23T08:30:00+07:00",
        en="allowed is an instant with its offset, such as 2026-11-23T08:30:00+07:00",
    )
    raise FormError(name, value, allowed, where)


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> Any:  # noqa: ANN401 - a Literal
    if value in allowed:
        return value
    raise FormError(name, value, one_of(allowed))


def read_id(value: object, kind: Kind = "enforcement_case") -> str:
    """Read a dossier's id: 1 to 64 letters A-Z a-z, digits, dots, underscores and hyphens.

    Before it may stand what tells its kind, as in complaint/KN-12; where that is left out, the
    dossier is of `kind`.
    """
    if isinstance(value, str):
        told = kind_of(value)
        own = kind if told == "enforcement_case" else told
        if kind in ("enforcement_case", own) and _ID.fullmatch(bare(value)):
            return PREFIXES[own] + bare(value)
    prefix = PREFIXES[kind]
    allowed = Words(
        vi=f"cho phép {prefix and f'{prefix} và '}từ 1 đến 64 ký tự trong A-Z a-z 0-9 . _ -",
        en=f"allowed are {prefix and f'{prefix} and '}1 to 64 of A-Z a-z 0-9 . _ -",
    )
    raise FormError("id", value, allowed)


def read_office(value: object) -> str:
    """Read an office's key, such as nghe-an/kv1; only its form is looked at."""
    if isinstance(value, str) and _OFFICE.fullmatch(value):
        return value
    raise FormError("office", value, _a_key("nghe-an/kv1"))


def read_officer(value: object) -> str:
    """Read an officer's key, such as cv.an; only its form is looked at."""
    if isinstance(value, str) and _OFFICER.fullmatch(value):
        return value
    raise FormError("officer", value, _a_key("cv.an"))


def _a_key(example: str) -> Words:
    return Words(vi=f"cho phép mã như {example}", en=f"allowed is a key such as {example}")


def _read_obligations(value: object) -> tuple[Obligation, ...]:
    if not isinstance(value, list):
        a_list = Words(vi="cho phép một danh sách nghĩa vụ", en="allowed is a list of obligations")
        raise FormError("obligations", value, a_list)
    read: list[Obligation] = []
    for number, entry in enumerate(value, start=1):
        where = f"obligations[{number}]"
        if not isinstance(entry, Mapping):
            an_object = Words(
                vi="cho phép một đối tượng có 'kind'", en="allowed is an object with 'kind'"
            )
            raise FormError("obligation", entry, an_object, where)
        kind = _one_of("kind", entry.get("kind"), get_args(ObligationKind))
        amount = entry.get("amount_vnd")
        if amount is not None or kind == "money":
            amount = read_vnd("amount_vnd", amount, where)
        read.append(
            Obligation(kind=kind, amount_vnd=amount, text=read_text("text", entry.get("text")))
        )
    return tuple(read)
