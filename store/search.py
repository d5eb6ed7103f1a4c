"""Fold texts for finding: without marks, with d for đ, and as tokens that tell nobody the word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from cases.dossier import Dossier
from store.sealing import Seal

_D = str.maketrans("đĐ", "dD")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 2
"""Signs of the shortest beginning of a word that finds it."""
_TOKEN = 16
"""Signs of a mark that are kept: 64 bits, enough to tell the words of names apart."""


def normalise(text: str) -> str:
    """Strip the marks and the case of a text: "Nguyễn Văn Đ" is "nguyen van d"."""
    parted = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).lower()


def words_of(dossier: Dossier) -> str:
    """Give what a dossier is found by besides its parties: id, judgment and numbers."""
    said = [dossier.id]
    said += [text for text in (dossier.judgment, dossier.decision_number) if text]
    said += [str(fact.fields["number"]) for fact in dossier.facts if "number" in fact.fields]
    return normalise("\n".join(dict.fromkeys(said)))


def words_in(text: str) -> list[str]:
    """Give the folded words of a text: "Công ty A&B" has cong, ty, a and b."""
    return _WORD.findall(normalise(text))


def tokens_of(name: str, seal: Seal) -> list[str]:
    """Give the tokens of a name under the key in use: words, their beginnings, neighbours."""
    return [seal.mark(said)[:_TOKEN] for said in dict.fromkeys(_said(words_in(name)))]


def tokens_for(said: str, seal: Seal) -> list[str]:
    """Give the tokens of one folded word, or of two neighbours, under every key."""
    return [mark[:_TOKEN] for mark in seal.marks(said)]


def _said(words: list[str]) -> Iterator[str]:
    for word in words:
        yield word
        yield from (word[:end] for end in range(_SHORTEST, len(word)))
    yield from (f"{first} {second}" for first, second in pairwise(words))
