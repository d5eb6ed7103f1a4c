"""Write a wording in short, as the command line shows it: its text, conditions, who signed it."""

from __future__ import annotations

from collections.abc import Iterator

from i18n.dates import short
from i18n.places import cite_in_full, spell_rule_term
from i18n.rules import tell_rule
from i18n.texts import Lang, name_of, pick, say
from i18n.trust import trust_line
from law.corpus import Version
from law.model import AnyRule


def rule_lines(version: Version, lang: Lang) -> list[str]:
    """Write a wording in short: title, place and term, text, note, and who signed it."""
    cite, rule = version.cite, version.rule
    place = cite_in_full(lang, cite.act, cite.article, cite.clause, cite.point)
    return [
        f"{rule.id}: {pick(lang, rule.title)}",
        f"  {place}: {spell_rule_term(lang, rule)}",
        *([f"  “{rule.text}”"] if rule.text else []),
        *([f"  {pick(lang, rule.note)}"] if rule.note else []),
        *_trust_lines(version, lang),
    ]


def _trust_lines(version: Version, lang: Lang) -> Iterator[str]:
    signature, confidence = version.signature, version.rule.confidence.value
    by, on = (signature.by, signature.on) if signature else (None, None)
    yield f"  {trust_line(confidence, by, on, lang)}"
    if signature and signature.reference:
        yield "  " + say(lang, "signing.compared", reference=signature.reference)
    for lapsed in version.lapsed:
        yield "  " + say(lang, "signing.lapsed", by=lapsed.by, on=short(lapsed.on, lang))


def condition_lines(rule: AnyRule, lang: Lang) -> list[str]:
    """Write all that a wording asks for, one line each: what starts it, what fulfils it."""
    kind = say(lang, "signing.kind", kind=name_of(lang, "kinds", rule.kind))
    told = tell_rule(lang, rule, lambda rule_id: rule_id)
    return [f"  {kind}", *(f"  {line.label}: {line.text}" for line in told)]
