"""Find a person's name, address or number in a text, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SHORTEST_JOINED = 6
_FEWEST_DIGITS = 6


def folded(text: str) -> str:
    """Write a text without marks, case and signs: its words with one space between."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(kept)).split())


def tells(text: str, name: str) -> bool:
    """Tell whether a text names somebody: the words of the name together, in any order.

    The name without its first word counts too where two words are left, as does the name in one
    piece, as in an e-mail address.
    """
    said, words = folded(text).split(), folded(name).split()
    if not words:
        return False
    if _together(said, sorted(words)) or (
        len(words) > 2 and _in_a_row(said, words[1:])  # noqa: PLR2004 - a family name and two more
    ):
        return True
    joined = "".join(words)
    return len(joined) >= _SHORTEST_JOINED and joined in "".join(said)


def tells_any(texts: Iterable[str], person: Iterable[str]) -> bool:
    """Tell whether any text holds one of what a person is known by: names, address, numbers."""
    known = [value for value in person if value and value.strip()]
    return any(_holds(text, value) for text in texts for value in known)


def _holds(text: str, value: str) -> bool:
    digits = "".join(filter(str.isdigit, value))
    if len(digits) >= _FEWEST_DIGITS and len(digits) * 2 > len(value):
        return digits in "".join(filter(str.isdigit, text))
    return tells(text, value)


def _together(said: list[str], wanted: list[str]) -> bool:
    many = len(wanted)
    return any(sorted(said[i : i + many]) == wanted for i in range(len(said) - many + 1))


def _in_a_row(said: list[str], wanted: list[str]) -> bool:
    many = len(wanted)
    return any(said[i : i + many] == wanted for i in range(len(said) - many + 1))
