"""Know the events that can be reported, their words and their fields."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cases.errors import A_DAY, FormError, Words, one_of
from cases.kinds import Kind
from law.errors import DataFileError
from law.sources import Source, list_folder, read_source

FILE = Path(__file__).parent / "events.toml"
FOLDER = Path(__file__).parent / "events"
"""More events, one file for each subject, in the same form."""
Value = str | int | bool
FieldType = Literal["text", "text?", "date", "date?", "money", "money?", "yes_no", "yes_no?"]

COMMON_TEXTS = (
    "number", "document", "recipient", "signer", "evidence", "note", "asset", "person", "request",
)  # fmt: skip
"""Texts that any event may carry."""
SECRET = ("number", "document", "signer")
"""Those of a denunciation and of the book of reception: no other may name who denounces (Law
106/2025, Art. 108.2(b))."""
_TEXT_MOST = 500
_VND = Words(vi="số nguyên đồng lớn hơn 0", en="a whole number of đồng above 0")
_ASKED: dict[str, Words] = {
    "text": Words(
        vi=f"văn bản từ 1 đến {_TEXT_MOST} ký tự", en=f"a text of 1 to {_TEXT_MOST} characters"
    ),
    "date": Words(vi="một ngày như 2026-11-23", en="a date such as 2026-11-23"),
    "money": _VND,
    "yes_no": Words(vi="true hoặc false", en="true or false"),
}


class EventKind(BaseModel):
    """An event of the vocabulary: its words, fields, and how it is to be read.

    `kinds`: the dossiers in which it can happen; `remembers`: fields that go on to be true
    of the dossier after it; `known_from`: the day from which it could be reported at all,
    where the engine had been in use before; `progress`: whether it breaks the silence of a case;
    `texts`: those that it may carry besides its fields.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    vi: str
    en: str
    fields: dict[str, FieldType | tuple[str, ...]] = {}
    at: Literal["required", "allowed"] = "allowed"
    plan: bool = False
    derived: bool = False
    kinds: tuple[Kind, ...] = ("enforcement_case",)
    remembers: tuple[str, ...] = ()
    known_from: date = date.min
    progress: bool = True
    texts: tuple[str, ...] = COMMON_TEXTS

    def check(self, fields: dict[str, object], where: str) -> dict[str, Value]:
        """Read the fields of one fact; raise `FormError` for one unknown, missing or wrong."""
        for name in fields:
            if name not in self.fields and name not in self.texts:
                known = ", ".join([*self.fields, *self.texts])
                allowed = Words(
                    vi=f"sự kiện {self.name!r} chỉ có các trường: {known}",
                    en=f"the event {self.name!r} knows only: {known}",
                )
                raise FormError("field", name, allowed, where)
        checked: dict[str, Value] = {}
        for name, kind in self.fields.items():
            value = fields.get(name)
            if value is not None:
                checked[name] = _read(name, value, kind, where)
            elif not _optional(kind):
                asked = _asked(kind)
                needed = Words(
                    vi=f"sự kiện {self.name} cần trường này, cho phép {asked.vi}",
                    en=f"{self.name} needs it: {asked.en}",
                )
                raise FormError(name, None, needed, where)
        for name in self.texts:
            if name in fields and fields[name] is not None and name not in checked:
                checked[name] = _read(name, fields[name], "text", where)
        return checked


def _optional(kind: FieldType | tuple[str, ...]) -> bool:
    return "" in kind if isinstance(kind, tuple) else kind.endswith("?")


def _asked(kind: FieldType | tuple[str, ...]) -> Words:
    if isinstance(kind, tuple):
        listed = ", ".join(value for value in kind if value)
        return Words(vi=f"một trong: {listed}", en=f"one of {listed}")
    return _ASKED[kind.removesuffix("?")]


def _allowed(asked: Words) -> Words:
    return Words(vi=f"cho phép {asked.vi}", en=f"allowed is {asked.en}")


def _read(name: str, value: object, kind: FieldType | tuple[str, ...], where: str) -> Value:
    if isinstance(kind, tuple):
        if isinstance(value, str) and value and value in kind:
            return value
    elif kind.startswith("text"):
        if isinstance(value, str) and 0 < len(value.strip()) <= _TEXT_MOST and is_clean(value):
            return value.strip()
    elif kind.startswith("money"):
        return read_vnd(name, value, where)
    elif kind.startswith("yes_no"):
        if isinstance(value, bool):
            return value
    elif isinstance(value, str):
        return read_date(name, value, where).isoformat()
    raise FormError(name, value, _allowed(_asked(kind)), where)


def is_clean(text: str) -> bool:
    """Tell whether a text has no control characters; a register cannot hold them all."""
    return not any(char < " " and char not in "\t\n\r" for char in text)


def read_text(name: str, value: object) -> str | None:
    """Read a text that may be left out; raise `FormError` for anything else."""
    if value in (None, ""):
        return None
    if isinstance(value, str) and is_clean(value):
        return value
    allowed = Words(
        vi="cho phép văn bản không có ký tự điều khiển",
        en="allowed is a text without control characters",
    )
    raise FormError(name, value, allowed)


def read_vnd(name: str, value: object, where: str) -> int:
    """Read an amount: whole đồng above 0."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise FormError(name, value, _allowed(_VND), where)


def read_date(name: str, value: object, where: str) -> date:
    """Read an ISO date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FormError(name, value, A_DAY, where)


class Release(BaseModel):
    """From which day on the events of a file could be reported, and of which dossiers."""

    known_from: date
    kinds: tuple[Kind, ...] = ("enforcement_case",)


class Vocabulary(BaseModel):
    """All events, with the values that fields have when they are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: dict[str, EventKind]
    defaults: dict[str, Value]

    def reportable(self, dossier: Kind = "enforcement_case") -> tuple[str, ...]:
        """Name what can be reported of a kind of dossier, in the order of the alphabet."""
        return tuple(
            sorted(k.name for k in self.events.values() if not k.derived and dossier in k.kinds)
        )

    def reported(self, name: object, where: str, dossier: Kind = "enforcement_case") -> EventKind:
        """Give the event that somebody reports; raise `FormError` listing what is known."""
        kind = self.events.get(name) if isinstance(name, str) else None
        if kind is None or kind.derived or dossier not in kind.kinds:
            raise FormError("event", name, one_of(self.reportable(dossier)), where)
        if dossier in ("denunciation", "reception"):
            return kind.model_copy(update={"texts": SECRET})
        return kind

    @cached_property
    def first_known(self) -> frozenset[str]:
        """Name the events that could be reported from the first version on."""
        return frozenset(k.name for k in self.events.values() if k.known_from == date.min)

    def kind(self, name: str) -> EventKind:
        """Give an event known to exist."""
        return self.events[name]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read the shipped vocabulary once for a process."""
    return read_vocabulary(FILE, FOLDER)


def read_vocabulary(file: Path, folder: Path) -> Vocabulary:
    """Read a vocabulary; raise `DataFileError` naming file, line, field and value."""
    source = read_source(file, f"cases/{file.name}", DataFileError)
    tables = dict(source.table)
    defaults = tables.pop("defaults", None)
    events = _read_events(source, tables, {}, ())
    for path in list_folder(folder, f"cases/{folder.name}", DataFileError):
        if path.suffix == ".toml":
            more = read_source(path, f"cases/{folder.name}/{path.name}", DataFileError)
            tables = dict(more.table)
            common = {name: tables.pop(name) for name in Release.model_fields if name in tables}
            release = more.validate_at((), common, Release)
            events |= _read_events(more, tables, release.model_dump(), events)
    return source.validate_at((), {"events": events, "defaults": defaults}, Vocabulary)


def _read_events(
    source: Source,
    tables: Mapping[str, object],
    common: Mapping[str, object],
    known: Container[str],
) -> dict[str, EventKind]:
    """Read one file's events; what is `common` to them stands in each that does not say so."""
    events: dict[str, EventKind] = {}
    for name, table in tables.items():
        if name in known:
            raise source.refuse(
                (name,),
                f"the event {name!r} is stated in another file too; keep one of the two",
                f"sự kiện {name!r} đã được nêu trong tệp khác; hãy giữ một",
            )
        if not isinstance(table, dict):
            raise source.refuse(
                (name,),
                f"{name!r} must be the table of an event, as [{name}]",
                f"{name!r} phải là bảng của một sự kiện, như [{name}]",
            )
        whole = {"name": name, **common, **table}
        events[name] = source.validate_at((name,), whole, EventKind)
    return events
