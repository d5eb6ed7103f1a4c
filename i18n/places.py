"""Write terms and citations: '05 ngày làm việc', 'khoản 3 Điều 34 Luật THADS 2025'."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from i18n.texts import Lang, pick, say
from law.calendar import Words
from law.corpus import FOLDER
from law.errors import TermSyntaxError
from law.model import ActFile, AnyRule, Gap, TermReading
from law.sources import read_model
from law.terms import Term, parse_term

_VIETNAMESE_UNITS = {
    "giờ": "hours",
    "ngày": "days",
    "ngày làm việc": "working days",
    "tuần": "weeks",
    "tháng": "months",
    "năm": "years",
}
_VIETNAMESE = re.compile(r"\s*(\d+)\s*([^\W\d_]+(?:\s+[^\W\d_]+)*)\s*")


_learned: dict[str, Words] = {}
_DECREE: dict[Lang, str] = {"vi": "Nghị định", "en": "Decree"}


def learn_acts(acts: Iterable[ActFile]) -> None:
    """Know the short names of another book's acts too, for as long as the process runs."""
    _learned.update((act.number, act.short) for act in acts)


@lru_cache(maxsize=1)
def _acts() -> tuple[ActFile, ...]:
    paths = sorted(FOLDER.glob("*/act.toml"))
    return tuple(read_model(ActFile, path, f"{path.parent.name}/act.toml") for path in paths)


@lru_cache(maxsize=1)
def _act_names() -> dict[str, Words]:
    return {act.number: act.short for act in _acts()}


@lru_cache(maxsize=1)
def _full_names() -> dict[str, Words]:
    return {act.number: act.name for act in _acts()}


def act_name(lang: Lang, number: str) -> str:
    """Give the short name of an act of the books known; an act unknown there is its number."""
    words = _learned.get(number) or _act_names().get(number)
    return pick(lang, words) if words else number


def cite_briefly(
    lang: Lang, act: str, article: str, clause: str | None = None, point: str | None = None
) -> str:
    """Write a citation with the act's short name, smallest part first."""
    return _cite(lang, act_name(lang, act), article, clause, point)


def cite_in_full(
    lang: Lang, act: str, article: str, clause: str | None = None, point: str | None = None
) -> str:
    """Write a citation with the act's short name and number."""
    name = act_name(lang, act)
    full = name if name == act else say(lang, "citation.act", short=name, number=act)
    return _cite(lang, full, article, clause, point)


def cite_formally(
    lang: Lang, act: str, article: str, clause: str | None = None, point: str | None = None
) -> str:
    """Write a citation as a letter does, with the act's whole name and number."""
    words = _full_names().get(act)
    name = act if words is None else pick(lang, words)
    if name.startswith(_DECREE[lang]):
        name = _DECREE[lang]  # known by its number alone: the name of a decree is a sentence
    full = name if act in name else say(lang, "citation.numbered", name=name, number=act)
    return _cite(lang, full, article, clause, point)


def _cite(lang: Lang, act: str, article: str, clause: str | None, point: str | None) -> str:
    parts = [
        *([say(lang, "citation.point", point=point)] if point else []),
        *([say(lang, "citation.clause", clause=clause)] if clause else []),
        say(lang, "citation.article", article=article),
        act,
    ]
    return say(lang, "citation.join").join(parts)


def spell_term(lang: Lang, length: int, unit: str) -> str:
    """Write a term: '05 ngày làm việc' or '5 working days'."""
    number = f"{length:02}" if lang == "vi" else str(length)
    return say(lang, f"{'units_one' if length == 1 else 'units'}.{unit}", n=number)


def spell_way(lang: Lang, way: TermReading) -> str:
    """Write the term of a way to read a gap, or that it gives no date."""
    if way.term is None:
        return say(lang, "readings.no_date")
    return spell_term(lang, way.term.length, way.term.unit.value)


def spell_rule_term(lang: Lang, rule: AnyRule) -> str:
    """Write the term that a rule states, or what it is instead."""
    term: Term | None = getattr(rule, "term", None)
    if isinstance(rule, Gap) and rule.reading:
        terms = [spell_way(lang, way) for way in rule.reading]
        return " / ".join(dict.fromkeys(terms))
    if term is None:
        return say(lang, f"kinds.{rule.kind}")
    return spell_term(lang, term.length, term.unit.value)


def read_term(text: str) -> Term:
    """Read a term in either language, such as '5 ngày làm việc' or '5 working days'.

    Raises `TermSyntaxError` with what is allowed.
    """
    given = text
    match = _VIETNAMESE.fullmatch(unicodedata.normalize("NFC", text))
    if match:
        unit = _VIETNAMESE_UNITS.get(" ".join(match[2].lower().split()))
        if unit:
            text = f"{match[1]} {unit}"
    try:
        return parse_term(text)
    except TermSyntaxError as error:
        raise TermSyntaxError(
            str(error),
            f"Không đọc được thời hạn {given!r}; hãy ghi một số nguyên lớn hơn 0 và một trong: "
            f"{', '.join(_VIETNAMESE_UNITS)}",
        ) from error
