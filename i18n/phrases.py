"""Compare the words on screen with the words of the acts and the phrases that offices use. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

FILE = Path(__file__).parent / "phrases.toml"
_PLACE = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"\w+")
_LONGEST = 24
"""Words of the longest run that is looked for; no phrase quotes more at a stretch."""
_SHORTEST = 2


class Phrase(BaseModel):
    """A phrase of office practice: `terms` of the provision in `source`, or mere `usage`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str
    en: str
    strength: Literal["terms", "usage"]
    source: str | None = None

    @model_validator(mode="after")
    def _has_its_source(self) -> Phrase:
        if (self.strength == "terms") != (self.source is not None):
            raise ValueError("a phrase made of terms names its source, and usage has none")
        return self


class Sourced(NamedTuple):
    """How far a phrase has a source.

    `how`: "whole" when it stands in one source, "built" when each of its words belongs to a run
    of at least two that stands in some source, else "none". `part` is the longest such run and
    `where` its source; `missing` are the words that belong to no run.
    """

    how: Literal["whole", "built", "none"]
    part: str
    where: str
    missing: tuple[str, ...]


Index = Mapping[str, str]
"""Runs of words, each with the name of the first source that has it."""


@lru_cache(maxsize=1)
def office_phrases() -> tuple[Phrase, ...]:
    """Read the phrases of office practice once for a process."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["phrase"]
    return tuple(Phrase.model_validate(row) for row in rows)


def words_of(text: str) -> list[str]:
    """Give the words of a text in composed form and lower case, without signs."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def index_of(sources: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Index every run of words of the sources, each a name with its text."""
    index: dict[str, str] = {}
    for name, text in sources:
        for piece in _PLACE.split(text):
            words = words_of(piece)
            for first in range(len(words)):
                for last in range(first + 1, min(len(words), first + _LONGEST) + 1):
                    index.setdefault(" ".join(words[first:last]), name)
    return index


def compare(phrase: str, index: Index) -> Sourced:
    """Say how far a phrase has a source: whole in one, built from the words of several, or not."""
    pieces = [words for piece in _PLACE.split(phrase) if (words := words_of(piece))]
    runs = [run for words in pieces for run in _runs(words, index)]
    part = max(runs, key=lambda run: run.count(" "), default="")
    missing = tuple(gap for words in pieces for gap in _missing(words, index))
    how: Literal["whole", "built", "none"] = "none" if missing else "built"
    if len(pieces) == len(runs) == 1 and not missing:
        how = "whole"
    return Sourced(how, part, index.get(part, ""), missing)


def _runs(words: list[str], index: Index) -> list[str]:
    """Give the longest runs that stand in a source, from left to right."""
    return [" ".join(words[first:last]) for first, last in _spans(words, index)]


def _spans(words: list[str], index: Index) -> list[tuple[int, int]]:
    if len(words) == 1:
        return [(0, 1)] if words[0] in index else []
    spans: list[tuple[int, int]] = []
    for first in range(len(words)):
        last = first + 1
        while last < len(words) and " ".join(words[first : last + 1]) in index:
            last += 1
        if last - first >= _SHORTEST and (not spans or last > spans[-1][1]):
            spans.append((first, last))
    return spans


def _missing(words: list[str], index: Index) -> list[str]:
    """Give the stretches of words that belong to no run."""
    covered = {place for first, last in _spans(words, index) for place in range(first, last)}
    gaps: list[list[str]] = [[]]
    for place, word in enumerate(words):
        if place in covered:
            gaps.append([])
        else:
            gaps[-1].append(word)
    return [" ".join(gap) for gap in gaps if gap]
