"""Hold the rules' quotes against the acts' texts, where a text is at hand."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from law.act_texts import ActText, Article
from law.corpus import Corpus, Version
from law.model import Confidence, Gap, Place
from law.terms import Term, Unit

How = Literal["exact", "ocr", "corrected", "not_compared"]
"""`ocr`: letters and digits agree, diacritics, spaces and punctuation do not all."""

WhyNot = Literal["no_text", "other_days"]
Code = Literal[
    "no_quote", "no_article", "no_place", "elsewhere", "other_place", "nowhere",
    "correction_needless", "correction_wrong", "other_number", "too_sure",
]  # fmt: skip

_ELLIPSIS = re.compile(r"…|\.\.\.")
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚", "'") | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u00ad\u200b\ufeff", "")
)  # fmt: skip
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+")
_UNITS = {
    Unit.HOURS: "giờ", Unit.DAYS: "ngày(?! làm việc)", Unit.WORKING_DAYS: "ngày làm việc",
    Unit.WEEKS: "tuần", Unit.MONTHS: "tháng", Unit.YEARS: "năm", Unit.CALENDAR_MONTHS: "tháng",
}  # fmt: skip
_ANY_TERM = re.compile(rf"\d+ ({'|'.join(_UNITS.values())})")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quoted wording beside the act's text: how it agrees, or why it was not compared."""

    version: Version
    how: How
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a citation or a quote; `article`: where the quote does stand."""

    code: Code
    act: str
    place: Place
    version: Version | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it: every quoted wording once, among the agreeing or among the findings."""

    comparisons: tuple[Comparison, ...] = ()
    findings: tuple[Finding, ...] = ()


Texts = dict[str, tuple[ActText, ...]]


def compare(corpus: Corpus, texts: Texts) -> Compared:
    """Compare each quote with the article, clause and point that its rule cites."""
    comparisons: list[Comparison] = []
    findings = _transitions_amiss(corpus, texts)
    for version in corpus.versions:
        found = _compare_one(version, texts)
        if isinstance(found, Comparison):
            comparisons.append(found)
        elif found is not None:
            findings.append(found)
        findings += _number_amiss(version)
    return Compared(tuple(comparisons), tuple(findings))


def _compare_one(version: Version, texts: Texts) -> Comparison | Finding | None:
    rule = version.rule
    if not rule.text and not isinstance(rule, Gap):
        return _finding("no_quote", version)
    text, article, why_not = _look_up(version, texts)
    if why_not is not None:
        return Comparison(version, "not_compared", why_not) if rule.text else None
    if text is None or article is None:
        return _finding("no_article", version)
    if not article.has(rule.cite):
        return _finding("no_place", version)
    return _compare_quote(version, text, article) if rule.text else None


def _compare_quote(version: Version, text: ActText, article: Article) -> Comparison | Finding:
    rule, place = version.rule, article.within(version.rule.cite)
    ocr = text.front.kind == "ocr"
    how = agree(rule.text, place, ocr=ocr)
    if rule.corrected is not None:
        if how is not None:
            return _finding("correction_needless", version)
        printed = rule.text.replace(rule.corrected.meant, rule.corrected.reads)
        if printed == rule.text or agree(printed, place, ocr=ocr) is None:
            return _finding("correction_wrong", version)
        return Comparison(version, "corrected")
    if how is None:
        return _misplaced(version, text, article, ocr=ocr)
    if ocr and rule.confidence is Confidence.VERBATIM:
        return _finding("too_sure", version)
    return Comparison(version, how)


def _look_up(
    version: Version, texts: Texts
) -> tuple[ActText | None, Article | None, WhyNot | None]:
    """Find the cited article in the words that it had when the wording began to hold."""
    known = texts.get(version.act.number, ())
    if not known:
        return None, None, "no_text"
    for text in reversed(known):
        article = text.articles.get(version.rule.cite.article)
        if article is not None and article.since <= version.first:
            return text, article, None
    begins = min(text.first for text in known)
    named = any(version.rule.cite.article in text.articles for text in known)
    return None, None, "other_days" if named or version.first < begins else None


def _misplaced(version: Version, text: ActText, article: Article, *, ocr: bool) -> Finding:
    quote = version.rule.text
    if agree(quote, "\n".join(article.paragraphs), ocr=ocr):
        return _finding("other_place", version)
    for other in text.articles.values():
        if agree(quote, "\n".join(other.paragraphs), ocr=ocr):
            return _finding("elsewhere", version, other.number)
    return _finding("nowhere", version)


def _finding(code: Code, version: Version, article: str | None = None) -> Finding:
    return Finding(code, version.act.number, version.rule.cite, version, article)


def _transitions_amiss(corpus: Corpus, texts: Texts) -> list[Finding]:
    findings: list[Finding] = []
    for act in corpus.acts:
        for text in texts.get(act.number, ())[-1:] if act.transition else ():
            places = [value for _, value in act.transition or () if isinstance(value, Place)]
            for place in places:
                article = text.articles.get(place.article)
                if article is None:
                    findings.append(Finding("no_article", act.number, place))
                elif not article.has(place):
                    findings.append(Finding("no_place", act.number, place))
    return findings


def _number_amiss(version: Version) -> list[Finding]:
    """Find a term that its own quote contradicts; a quote may leave the number to another text."""
    term: Term | None = getattr(version.rule, "term", None)
    if term is None or not _ANY_TERM.search(version.rule.text):
        return []
    same = re.search(rf"(?<!\d)0*{term.length} {_UNITS[term.unit]}", version.rule.text)
    return [] if same else [_finding("other_number", version)]


def agree(quote: str, text: str, *, ocr: bool) -> Literal["exact", "ocr"] | None:
    """Tell whether the pieces of a quote stand in a text, each after the one before it.

    An ellipsis joins pieces. With `ocr`, letters without their diacritics and whole numbers
    are compared as a second step, so that no digit and no word is passed over.
    """
    pieces = [piece for piece in _ELLIPSIS.split(quote) if piece.strip()]
    if _stand([_plain(piece) for piece in pieces], _plain(text), whole_words=True):
        return "exact"
    if ocr and _stand([_bare(piece) for piece in pieces], _bare(text), whole_words=False):
        return "ocr"
    return None


def _stand(pieces: list[str], text: str, *, whole_words: bool) -> bool:
    at = 0
    for piece in pieces:
        if not piece:
            return False
        # A quote of "5 ngày" does not stand in "15 ngày".
        before = r"\b" if whole_words and piece[0].isalnum() else ""
        after = r"\b" if whole_words and piece[-1].isalnum() else ""
        found = re.compile(f"{before}{re.escape(piece)}{after}").search(text, at)
        if found is None:
            return False
        at = found.end()
    return bool(pieces)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY).split())


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    """Keep letters without diacritics, and each number between marks: 0 9 is not 09."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(char for char in letters if not unicodedata.combining(char))
    return "".join(
        f"#{found}#" if found.isdigit() else found for found in _WORD_OR_NUMBER.findall(letters)
    )
