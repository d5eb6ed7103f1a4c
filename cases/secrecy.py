"""Find a person's name, address or number in a text, however it is written."""

from __future__ import annotations

import re
import unicodedata

from pydantic import BaseModel, ConfigDict

_SHORTEST_JOINED = 6
_FEWEST_DIGITS = 6
_FEWEST_OF_ADDRESS = 3
_FEWEST_OF_NAME = 3


class Identity(BaseModel):
    """What a person is known by."""

    model_config = ConfigDict(frozen=True)

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def told_in(self, text: str) -> bool:
        """Tell whether a text holds a name, an address or a number of the person."""
        return (
            any(tells_name(text, name) for name in self.names)
            or any(tells_address(text, address) for address in self.addresses)
            or any(tells_number(text, number) for number in self.numbers)
        )


def folded(text: str) -> str:
    """Write a text without marks, case and signs: its words with one space between."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(kept)).split())


def tells_name(text: str, name: str) -> bool:
    """Tell whether a text names somebody: the words of the name together, in any order.

    The name without its first word counts too where two words are left, as does the name in one
    piece, as in an e-mail address.
    """
    said, words = folded(text).split(), folded(name).split()
    if not words:
        return False
    if _together(said, words) or (len(words) >= _FEWEST_OF_NAME and _in_a_row(said, words[1:])):
        return True
    joined = "".join(words)
    return len(joined) >= _SHORTEST_JOINED and joined in "".join(said)


def tells_address(text: str, address: str) -> bool:
    """Tell whether a text holds an address whole; a province alone tells nobody."""
    words = folded(address).split()
    return len(words) >= _FEWEST_OF_ADDRESS and _in_a_row(folded(text).split(), words)


def tells_number(text: str, number: str) -> bool:
    """Tell whether a text holds an identity number, whatever stands between its digits."""
    digits = _digits(number)
    return len(digits) >= _FEWEST_DIGITS and digits in _digits(text)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _together(said: list[str], words: list[str]) -> bool:
    many, wanted = len(words), sorted(words)
    return any(sorted(said[i : i + many]) == wanted for i in range(len(said) - many + 1))


def _in_a_row(said: list[str], words: list[str]) -> bool:
    many = len(words)
    return any(said[i : i + many] == words for i in range(len(said) - many + 1))
