"""Write a calendar year as its file has it, and change a file no more than it must be."""

from __future__ import annotations

import json
import re
import tomllib

from pydantic import ValidationError

from law.calendar import DayNote, YearFile, read_year
from law.errors import CalendarFileError
from law.notices import WEEKDAYS

_BLOCKS = re.compile(r"^(?=\[\[(?:off|worked)\]\])", re.MULTILINE)


def render_year(file: YearFile) -> str:
    """Write a year: its heading, then each day off and each worked day with its weekday."""
    blocks = [_block("off", note) for note in file.off]
    blocks += [_block("worked", note) for note in file.worked]
    heading = "\n".join(f"{name} = {value}" for name, value in _heading(file).items())
    return "\n\n".join([heading, *blocks]) + "\n"


def edit_year(text: str, file: YearFile) -> str:
    """Give a file's text saying what `file` says; what need not change keeps its words.

    A text that is not laid out in blocks is written anew.
    """
    heading, *blocks = _BLOCKS.split(text)
    kept: dict[tuple[str, DayNote], str] = {}
    for block in blocks:
        if (stated := _read_block(block)) is not None:
            kept[stated] = block.strip()
    for name, value in _heading(file).items():
        heading = re.sub(
            rf"^{name}\s*=.*$", lambda _, line=f"{name} = {value}": line, heading, count=1,
            flags=re.MULTILINE,
        )  # fmt: skip
    days = [("off", note) for note in file.off] + [("worked", note) for note in file.worked]
    edited = [heading.strip(), *(kept.get(day) or _block(*day) for day in days)]
    draft = "\n\n".join(edited) + "\n"
    try:
        same = read_year(draft, f"{file.year}.toml") == file
    except CalendarFileError:
        same = False
    return draft if same else render_year(file)


def _heading(file: YearFile) -> dict[str, str]:
    return {
        "year": str(file.year),
        "status": _quoted(file.status),
        "source": _quoted(file.source),
        "tet": file.tet.isoformat(),
    }


def _block(kind: str, note: DayNote) -> str:
    lines = [
        f"[[{kind}]] # {WEEKDAYS[note.date.weekday()]}",
        f"date = {note.date}",
        f"name = {{ vi = {_quoted(note.name.vi)}, en = {_quoted(note.name.en)} }}",
        f"notice = {_quoted(note.notice)}",
    ]
    if note.swapped_with is not None:
        lines.append(f"swapped_with = {note.swapped_with}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    # JSON escapes what TOML does, but for the one control character above the letters.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_block(block: str) -> tuple[str, DayNote] | None:
    try:
        ((kind, (entry, *_)),) = tomllib.loads(block).items()
        return kind, DayNote.model_validate(entry)
    except (tomllib.TOMLDecodeError, ValidationError, ValueError):
        return None
