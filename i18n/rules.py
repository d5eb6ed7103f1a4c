"""Say what a rule asks for beside its term and text: each key that its block states, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from pydantic import BaseModel

from i18n.dates import short
from i18n.places import cite_in_full, spell_rule_term
from i18n.texts import Lang, event_name, name_of, pick, say
from i18n.trust import trust_line
from law.corpus import Version
from law.model import AnyRule

SHOWN_APART = frozenset(
    {"kind", "id", "cite", "title", "text", "confidence", "note", "covers", "term"}
)


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
    """Write each further key that the rule states, one line each: what starts it, what meets it."""
    lines = [f"  {say(lang, 'signing.kind', kind=name_of(lang, 'kinds', rule.kind))}"]
    for name, field in type(rule).model_fields.items():
        value = getattr(rule, name)
        if name not in SHOWN_APART and value not in (field.default, ()):
            said = _spell_named(name, value, lang)
            lines.append(f"  {name_of(lang, 'rule_keys', name)}: {said}")
    return lines


def _spell_named(name: str, value: object, lang: Lang) -> str:
    match name:
        case "holder":
            return name_of(lang, "holders", str(value))
        case "severity":
            return name_of(lang, "severities", str(value))
        case "counted_from":
            return say(lang, f"signing.from_{value}")
        case "why":
            return say(lang, f"law.gap_{value}")
        case _:
            return _spell(value, lang)


def _spell(value: object, lang: Lang) -> str:
    match value:
        case bool():
            return say(lang, "signing.yes" if value else "signing.no")
        case date():
            return short(value, lang)
        case time():
            return f"{value:%H:%M}"
        case str():
            name = event_name(lang, value)
            return value if name == value else f"{name} ({value})"
        case tuple():
            return "; ".join(_spell(one, lang) for one in value)
        case dict():
            return ", ".join(f"{name} = {_spell(one, lang)}" for name, one in value.items())
        case BaseModel():
            return _spell(dict(value), lang)
        case _:
            return str(value)
