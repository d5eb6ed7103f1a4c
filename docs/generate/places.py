"""Know where each wording of a rule stands among the generated pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from i18n.dates import short
from i18n.places import cite_briefly, cite_in_full
from i18n.texts import Lang, pick, say
from law.calendar import Calendar, load_calendar
from law.corpus import FOLDER, Corpus, Version
from law.model import ActFile
from law.sources import read_model

LAW = Path(__file__).parents[1] / "law"
"""The folder that holds the generated pages and nothing else."""

_NUMBER = re.compile(r"(\d+)(\D*)")


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Read the shipped calendar once for a process."""
    return load_calendar()


@lru_cache(maxsize=1)
def _folders() -> dict[str, str]:
    return {
        read_model(ActFile, path, path.parent.name).number: path.parent.name
        for path in sorted(FOLDER.glob("*/act.toml"))
    }


def folder_of(act: ActFile) -> str:
    """Give the folder of an act's pages, which is that of its statute files."""
    return _folders()[act.number]


def page_of(version: Version) -> str:
    """Give the page of a wording, from the folder of the pages."""
    return f"{folder_of(version.act)}/{version.topic}.md"


def anchor_of(version: Version) -> str:
    """Give the place of a wording on its page; it stays when other wordings come in."""
    return f"{version.id}.{version.first}"


def link(version: Version, text: str, up: str = "") -> str:
    """Write a link to a wording; `up` leads from the page it stands on to the pages' folder."""
    return f"[{text}]({up}{page_of(version)}#{anchor_of(version)})"


def place_of(version: Version, lang: Lang) -> str:
    """Cite a wording with the act's short name."""
    cite = version.cite
    return cite_briefly(lang, cite.act, cite.article, cite.clause, cite.point)


def full_place_of(version: Version, lang: Lang) -> str:
    """Cite a wording with the act's short name and number."""
    cite = version.cite
    return cite_in_full(lang, cite.act, cite.article, cite.clause, cite.point)


def spell_force(version: Version | ActFile, lang: Lang) -> str:
    """Write from when and until when a wording or an act is in force."""
    if isinstance(version, ActFile):
        first, last = version.in_force, version.ended
    else:
        first, last = version.first, version.last
    if last is None:
        return say(lang, "law.from_on", first=short(first, lang))
    return say(lang, "law.from_until", first=short(first, lang), last=short(last, lang))


def order_of(version: Version) -> tuple[object, ...]:
    """Sort wordings as the act is read: by article, clause and point."""
    cite = version.rule.cite
    return (*_sorted(cite.article), *_sorted(cite.clause), cite.point or "", version.id)


def _sorted(part: str | None) -> tuple[int, str]:
    match = _NUMBER.match(part or "")
    return (int(match[1]), match[2]) if match else (0, part or "")


def rule_namer(book: Corpus, version: Version, lang: Lang, up: str) -> Callable[[str], str]:
    """Give the words for the rules that a rule names: titles that lead to them.

    As the engine reads it, a name stands for every rule whose id begins with it.
    """

    def name(rule_id: str) -> str:
        found = [
            other
            for known, wordings in book.by_id.items()
            if known.startswith(rule_id)
            for other in wordings
            if other.holds_on(version.first)
        ]
        return ", ".join(link(other, pick(lang, other.rule.title), up) for other in found) or (
            f"`{rule_id}`"
        )

    return name
