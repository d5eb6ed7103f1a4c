"""Turn the rows of a register into dossiers, and say what is wrong with those that cannot be.

A dossier's id is made of the office, the enforcement year (1 October to 30 September) of the
decision's day and the decision's number, so that the same row is always the same dossier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cases.dossier import Dossier, read_dossier
from cases.errors import DossierError
from cli.register_cells import CODES, ORIGINS, SOURCES
from cli.register_columns import AMOUNTS, fold, heading_of
from cli.register_facts import DatedFact, facts_of
from cli.register_file import RegisterRow
from cli.register_problems import RowProblem, problem
from cli.register_reader import RowReader
from law.calendar import ZONE
from law.errors import LawError
from store.directory import OfficeDirectory

_NUMBER = re.compile(
    r"(?:QĐ\s*)?(?:số\s*:?\s*)?0*(\d{1,5})\s*([a-zđ]?)\s*(?:[/\s-].*)?", re.IGNORECASE
)
_OCTOBER = 10
_HANDED_OVER = {"đất": "land", "nhà": "house", "con": "child"}
"""What a case of code YC5 is about, by a word of its content."""


class Built(BaseModel):
    """A dossier with the number of its row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    row: int
    dossier: Dossier


class BuiltRegister(BaseModel):
    """The dossiers of the good rows, and every problem of the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    good: tuple[Built, ...]
    problems: tuple[RowProblem, ...]


def enforcement_year(day: date) -> int:
    """Give the enforcement year: from 1 October of the year before to 30 September."""
    return day.year + 1 if day.month >= _OCTOBER else day.year


def build_dossiers(
    rows: Iterable[RegisterRow],
    directory: OfficeDirectory,
    now: datetime,
    untold: tuple[str, ...] = (),
) -> BuiltRegister:
    """Build the dossier of every good row; `now` is the moment of the import.

    Of rows with one case number the first stands and the later ones are refused. `untold`
    are the events of which the register keeps no record.
    """
    good: list[Built] = []
    problems: list[RowProblem] = []
    first: dict[str, int] = {}
    for row in rows:
        reader = RowReader(row, now.astimezone(ZONE).date())
        built = _build(reader, directory, first, now, untold)
        if built is not None and not reader.problems:
            good.append(Built(row=row.number, dossier=built))
        problems += reader.problems
    return BuiltRegister(good=tuple(good), problems=tuple(problems))


def _build(
    reader: RowReader,
    directory: OfficeDirectory,
    first: dict[str, int],
    now: datetime,
    untold: tuple[str, ...],
) -> Dossier | None:
    office = _office(reader, directory)
    officer = _officer(reader, directory)
    origin = _origin(reader)
    case = _case_id(reader, office)
    if case is not None and (earlier := first.setdefault(case, reader.number)) != reader.number:
        reader.refuse(
            "number",
            f"trùng với dòng {earlier} (cùng đơn vị, năm thi hành án và số); chỉ giữ một",
            f"it repeats row {earlier} (same office, enforcement year and number); keep one",
        )
    dated = facts_of(reader, origin, officer)
    plain: dict[str, Any] = {
        "id": case,
        "office": office,
        "officer": officer if reader.day("assigned") is None else None,
        "origin": origin,
        "obligations": _obligations(reader),
        "parties": _parties(reader, origin),
        "judgment": _judgment(reader),
        "decision_number": reader.text("number"),
        "note": reader.text("note"),
        "untold": list(untold),
        "facts": [_stamped(fact, case, now) for fact in dated],
    }
    if reader.problems:
        return None
    return _read(reader, plain, dated, now)


def _read(
    reader: RowReader, plain: dict[str, Any], dated: list[DatedFact], now: datetime
) -> Dossier | None:
    """Read the dossier as any other, so that every check of the form applies."""
    try:
        return read_dossier(plain, as_of=now)
    except DossierError as error:
        place = re.fullmatch(r"facts\[(\d+)\]", error.where)
        key = dated[int(place[1]) - 1].key if place else "number"
        reader.refuse(key, f"không nhận được ({error.say('vi')})", str(error))
    except ValidationError as error:
        reader.refuse("number", f"không nhận được ({error.error_count()})", "it does not read")
    return None


def _stamped(fact: DatedFact, case: str | None, now: datetime) -> dict[str, Any]:
    return {
        "event": fact.event,
        "on": fact.on.isoformat(),
        **fact.fields,
        "command_id": f"import:{case}:{fact.event}:{fact.on.isoformat()}",
        "actor": "import",
        "received_at": now.isoformat(),
    }


def _case_id(reader: RowReader, office: str | None) -> str | None:
    text, decided = reader.text("number"), reader.day("decided")
    found = _NUMBER.fullmatch(text or "")
    if text is not None and (found is None or not int(found[1])):
        reader.refuse(
            "number",
            "không có số ở đầu, cho phép dạng 36/QĐ-THADS",
            "no number stands at its start; allowed is such as 36/QĐ-THADS",
        )
        return None
    if found is None or decided is None or office is None:
        return None
    letter = found[2].lower().replace("đ", "dd")
    place = office.replace("/", ".")
    return f"{place}-{enforcement_year(decided)}-{int(found[1]):04d}{letter}"


def _office(reader: RowReader, directory: OfficeDirectory) -> str | None:
    text = reader.text("office")
    if text is None:
        return None
    by_name = {fold(entry.name): key for key, entry in directory.offices.items()}
    key = fold(text) if fold(text) in directory.offices else by_name.get(fold(text))
    if key is None:
        listed = ", ".join(sorted(directory.offices))
        reader.refuse(
            "office", f"đơn vị không có trong danh bạ, cho phép: {listed}",
            f"no office of the directory; allowed is one of: {listed}",
        )  # fmt: skip
    return key


def _officer(reader: RowReader, directory: OfficeDirectory) -> str | None:
    text = reader.text("officer")
    if text is None:
        return None
    code = text.lower()
    if code not in directory.people:
        listed = ", ".join(directory.officers)
        reader.refuse(
            "officer", f"mã Chấp hành viên không có trong danh bạ, cho phép: {listed}",
            f"no officer of the directory (by code, not by name); allowed is one of: {listed}",
        )  # fmt: skip
        return None
    return code


def _origin(reader: RowReader) -> str | None:
    origin = reader.choice("origin", ORIGINS)
    if reader.choice("source", SOURCES) == "entrusted":
        return "entrusted" if origin else None
    if origin == "on_request" and reader.is_blank("requested"):
        reader.refuse(
            "requested", "việc theo yêu cầu phải có ngày nhận yêu cầu",
            "a case on request needs the day of the request",
        )  # fmt: skip
    return origin


def _obligations(reader: RowReader) -> list[dict[str, object]]:
    """Make one obligation of each amount; without amounts, one of what is to be done."""
    content, code = reader.text("content"), reader.choice("code", CODES)
    amounts = {key: reader.amount(key) or 0 for key in AMOUNTS}
    total, done, left = (reader.amount(key) for key in ("total", "done", "left"))
    added = sum(amounts.values())
    if total is not None and total != added:
        reader.refuse(
            "total", f"tổng không bằng các khoản cộng lại ({added})",
            f"it is not the sum of the amounts ({added})",
        )  # fmt: skip
    if (done or 0) > added:
        reader.refuse(
            "done", f"lớn hơn tổng phải thi hành ({added})", f"it is above the total ({added})"
        )
    elif left is not None and left > added - (done or 0):
        reader.refuse(
            "left", f"lớn hơn tổng trừ đã thi hành ({added - (done or 0)})",
            f"it is above the total less what is done ({added - (done or 0)})",
        )  # fmt: skip
    if not added:
        return [{"kind": _kind_of(code, content or ""), "text": content}]
    return [
        {"kind": "money", "amount_vnd": amount, "text": f"{heading_of(key)}: {content}"}
        for key, amount in amounts.items()
        if amount
    ]


def _kind_of(code: str | None, content: str) -> str:
    if code == "CD7":
        return "thing"
    words = fold(content).split()
    found = (kind for word, kind in _HANDED_OVER.items() if code == "YC5" and word in words)
    return next(found, "other")


def _parties(reader: RowReader, origin: str | None) -> dict[str, list[dict[str, str]]]:
    _check_identity(reader)
    if origin == "on_request" and reader.is_blank("creditor"):
        reader.refuse(
            "creditor", "việc theo yêu cầu phải có người được thi hành án",
            "a case on request needs its creditor",
        )  # fmt: skip
    commune = reader.text("commune")
    debtors = _people(reader.text("debtor"), reader.text("debtor_address"), commune)
    creditors = _people(reader.text("creditor"), reader.text("creditor_address"), None)
    return {"debtor": debtors, "creditor": creditors}


def _check_identity(reader: RowReader) -> None:
    """Check the form of identity numbers; they are not kept."""
    text = reader.text("debtor_number")
    parts = [part.strip() for part in (text or "").split(";") if part.strip()]
    if any(not re.fullmatch(r"\d{10}(-\d{3})?|\d{12,13}", part) for part in parts):
        reader.refuse(
            "debtor_number", "cho phép 12 chữ số, hoặc mã số doanh nghiệp 10-13 chữ số",
            "allowed are 12 digits, or a business number of 10 to 13",
        )  # fmt: skip


def _people(names: str | None, addresses: str | None, commune: str | None) -> list[dict[str, str]]:
    found = [name.strip() for name in (names or "").split(";") if name.strip()]
    places = [place.strip() for place in (addresses or "").split(";") if place.strip()]
    if len(places) != len(found):
        places = [addresses or ""] * len(found)
    people: list[dict[str, str]] = []
    for name, place in zip(found, places, strict=True):
        address = ", ".join(part for part in (place, commune) if part)
        people.append({"name": name, **({"address": address} if address else {})})
    return people


def _judgment(reader: RowReader) -> str:
    day = reader.day("judgment_day", fact=False)
    parts = [reader.text("judgment") or ""]
    if day is not None:
        parts.append(f"ngày {day:%d/%m/%Y}")
    if court := reader.text("court"):
        parts.append(f"của {court}")
    return " ".join(parts)


def unassessed(row: int, error: LawError) -> RowProblem:
    """Say that the book or the calendar cannot answer for a row, such as for a far year."""
    said = f"chưa tính được thời hạn ({error.say('vi')})"
    return problem(row, heading_of("decided"), None, said, str(error))
