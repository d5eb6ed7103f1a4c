"""Find the line on which a field of a TOML text stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

FieldPath = tuple[str | int, ...]
"""The way to a field from the top: ("limit", 3, "term", "unit")."""

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]+")
_BARE = re.compile(r"[^\s.=\]\"']+")


def find_line(text: str, path: Sequence[str | int]) -> int:
    """Give the line, from 1, of the field at `path`, or of the nearest table that is there.

    `text` is TOML that reads; an inline table stands on the line of its own key.
    """
    lines = lines_of(text)
    for length in range(len(path), 0, -1):
        found = lines.get(tuple(path[:length]))
        if found is not None:
            return found
    return 1


def lines_of(text: str) -> dict[FieldPath, int]:
    """List every table, key and element of a TOML text that reads, with its line from 1."""
    return _Scan(text.replace("\r\n", "\n")).run()


class _Scan:
    """One pass over a text; what it meets is known to be well-formed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted = (0, 1)
        self._lines: dict[FieldPath, int] = {}
        self._many: dict[FieldPath, int] = {}

    def run(self) -> dict[FieldPath, int]:
        table: FieldPath = ()
        while self._skip():
            line = self._line()
            if self._takes("[["):
                table = self._element(self._inside(self._keys()), line)
                self._takes("]]")
            elif self._takes("["):
                table = self._inside(self._keys())
                self._note(table, line)
                self._takes("]")
            else:
                self._pair(table)
        return self._lines

    def _element(self, path: FieldPath, line: int) -> FieldPath:
        """Begin the next element of an array of tables."""
        number = self._many.get(path, 0)
        self._many[path] = number + 1
        self._note(path, line)
        self._note((*path, number), line)
        return (*path, number)

    def _inside(self, keys: list[str]) -> FieldPath:
        """Follow the keys of a header; what lies in an array of tables lies in its last one."""
        path: FieldPath = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            if place < len(keys) - 1 and path in self._many:
                path = (*path, self._many[path] - 1)
        return path

    def _pair(self, table: FieldPath) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, line)
        self._takes("=")
        self._value(path)

    def _value(self, path: FieldPath) -> None:
        self._skip()
        if self._takes("["):
            number = 0
            while self._skip() and not self._takes("]"):
                self._note((*path, number), self._line())
                self._value((*path, number))
                self._skip()
                self._takes(",")
                number += 1
        elif self._takes("{"):
            while self._skip() and not self._takes("}"):
                self._pair(path)
                self._skip()
                self._takes(",")
        else:
            string = _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
            self._at = string.end() if string else self._at + 1

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while self._skip():
            quoted = _STRING.match(self._text, self._at)
            found = quoted or _BARE.match(self._text, self._at)
            if found is None:
                break
            self._at = found.end()
            keys.append(_unquoted(found[0]) if quoted else found[0])
            self._skip()
            if not self._takes("."):
                break
        return keys

    def _skip(self) -> bool:
        """Pass over blanks and comments; tell whether anything is left."""
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._at < len(self._text)

    def _takes(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _line(self) -> int:
        since, line = self._counted
        line += self._text.count("\n", since, self._at)
        self._counted = (self._at, line)
        return line

    def _note(self, path: FieldPath, line: int) -> None:
        self._lines.setdefault(path, line)


def _unquoted(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"])
