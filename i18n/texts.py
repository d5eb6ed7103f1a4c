"""Hold the words of both languages, and look a phrase or a name up."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from cases.assessment import LimitRow, Receipt
from cases.vocabulary import vocabulary
from law.calendar import Words

Lang: TypeAlias = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")
FOLDER = Path(__file__).parent


@lru_cache(maxsize=2)
def texts(lang: Lang) -> dict[str, dict[str, str]]:
    """Read a language's file once for a process: sections of phrases by key."""
    tables: dict[str, dict[str, str]] = tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8"))
    return tables


def say(lang: Lang, key: str, **values: object) -> str:
    """Give the phrase at `section.key` with its places filled in."""
    section, _, name = key.partition(".")
    return texts(lang)[section][name].format(**values)


def name_of(lang: Lang, section: str, code: str) -> str:
    """Give the name of a code, such as a stage; a code without a name is its own name."""
    return texts(lang)[section].get(code, code)


def pick(lang: Lang, words: Words) -> str:
    """Give a phrase that carries both languages in one of them."""
    return words.vi if lang == "vi" else words.en


def event_name(lang: Lang, event: str) -> str:
    """Give the vocabulary's words for an event."""
    kind = vocabulary().events.get(event)
    if kind is None:
        return event
    return kind.vi if lang == "vi" else kind.en


def title_of(lang: Lang, row: LimitRow) -> str:
    """Give the title of a time limit."""
    return row.title_vi if lang == "vi" else row.title_en


def note_of(lang: Lang, receipt: Receipt) -> str | None:
    """Give the note of a receipt, where it has one."""
    return receipt.note_vi if lang == "vi" else receipt.note_en


def capital(text: str) -> str:
    """Begin a phrase with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]
