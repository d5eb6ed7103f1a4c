"""Say how far a text may be trusted: how it was read, and whether a lawyer has signed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from i18n.dates import short
from i18n.texts import Lang, name_of, say


class Trusted(NamedTuple):
    """A rule, how its text was read, and whether a lawyer has signed it."""

    rule: str
    confidence: str
    signed: bool


def trust_line(confidence: str, by: str | None, on: date | None, lang: Lang) -> str:
    """Say of one text how it was read, and who signed it or that nobody has."""
    return say(
        lang, "trust.signed" if by else "trust.unsigned",
        confidence=name_of(lang, "confidence", confidence), by=by, on=short(on, lang),
    )  # fmt: skip


def trust_summary(rules: Iterable[Trusted], lang: Lang) -> str:
    """Say of several rules how many were read in which way, and which of them nobody signed."""
    known = tuple(dict.fromkeys(rules))
    counts = Counter(rule.confidence for rule in known)
    read = "; ".join(
        say(lang, "trust.counted", n=n, confidence=name_of(lang, "confidence", confidence))
        for confidence, n in counts.most_common()
    )
    unsigned = [rule.rule for rule in known if not rule.signed]
    key = "none_signed" if len(unsigned) == len(known) else "some_signed"
    return say(
        lang, f"trust.{key}" if unsigned else "trust.all_signed",
        read=read, rules=", ".join(unsigned),
    )  # fmt: skip
