"""Read what is typed and what files hold: days, moments, JSON; refuse with one sentence."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cases.dossier import Dossier, read_dossier
from cases.errors import FormError
from cli.clock import read_now
from i18n.texts import Lang
from law.calendar import ZONE

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document.")]
Language = Annotated[Lang, Parameter(name="--lang", help="Language of the answer: vi or en.")]
FileName = Annotated[
    str,
    Parameter(allow_leading_hyphen=True, help="A dossier file; - reads standard input."),
]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?")


def read_day(name: str, value: str) -> date:
    """Read a day such as 2026-11-23; raise `FormError` naming the option."""
    if _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FormError(name, value, "allowed is a day such as 2026-11-23")


def read_when(name: str, value: str) -> date | datetime:
    """Read a day, or a moment such as 2026-11-23T16:30 (without an offset: Viet Nam's)."""
    if _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None:
            return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    if _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FormError(
        name, value, "allowed is a day such as 2026-11-23 or a moment such as 2026-11-23T16:30"
    )


def read_as_of(value: str | None) -> date | datetime:
    """Read the day or moment of an assessment; left out, it is now."""
    return read_now() if value is None else read_when("--as-of", value)


def read_dossier_file(file: str, as_of: date | datetime) -> Dossier:
    """Read a dossier from a file, or from standard input for '-'."""
    return read_dossier(read_json(file), as_of=as_of)


def read_json(file: str) -> object:
    """Read a JSON file in UTF-8; raise `FormError` when it is missing or is something else."""
    text = _read_text(file)
    try:
        data: object = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FormError("FILE", file, f"it is not JSON: {error.msg} at {place}") from error
    except UnicodeEncodeError as error:
        raise FormError("FILE", file, "it holds half of a character (a lone surrogate)") from error
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise FormError("FILE", file, f"it is not usable JSON: {reason}") from error
    return data


def _read_text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FormError(
            "FILE", file, f"it cannot be read: {reason}; allowed is a dossier file, or - for stdin"
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormError("FILE", file, f"it is not UTF-8 at byte {error.start}") from error


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read: dict[str, object] = {}
    for name, value in pairs:
        if name in read:
            raise ValueError(f"the name {name!r} stands twice in one object")
        read[name] = value
    return read


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")
