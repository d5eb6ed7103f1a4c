"""Show what the statute book says on a day, through time, and between two days."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cases.conditions import check_conditions
from cases.errors import FormError, one_of
from cases.predicates import names_known
from cases.views import plain
from cli.clock import read_today
from cli.edition import law_in_use
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from i18n.dates import short, spell
from i18n.places import cite_briefly, spell_rule_term
from i18n.texts import Lang, name_of, say
from i18n.wordings import condition_lines, rule_lines
from law.corpus import Corpus, Version, load_corpus
from law.errors import RuleNotInForceError

Day = Annotated[str | None, Parameter(name="--on", help="A day; the current day when left out.")]

RuleId = Annotated[
    str | None,
    Parameter(name="--rule", help="A rule such as voluntary_period, through time or on a day."),
]


Draft = Annotated[
    Path | None, Parameter(name="--statutes", help="Another folder of statutes, such as a draft.")
]


def read_book(statutes: Path | None) -> Corpus:
    """Read the book in use, or that of another folder."""
    if statutes is None:
        return law_in_use().book
    return load_corpus(names_known(), statutes, check_conditions)


def show(
    *,
    on: Day = None,
    rule: RuleId = None,
    statutes: Draft = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Show the rules in force on a day, or all wordings of one rule."""
    book = read_book(statutes)
    if rule is not None:
        return _show_rule(book, rule, on, json=json, lang=lang)
    day = read_day("--on", on) if on else read_today()
    versions = sorted(book.rules_on(day), key=lambda v: (v.topic, v.id))
    if json:
        rules = [version_as_json(version) for version in versions]
        print_json({"on": day.isoformat(), "rules": rules, "book": book.hash})
        return OK
    heading = "law.on" if versions else "law.none_on"
    print_lines([say(lang, heading, day=spell(day, lang))], style="bold")
    for topic, group in groupby(versions, key=lambda v: v.topic):
        print_heading(name_of(lang, "topics", topic))
        for version in group:
            print_lines(rule_lines(version, lang))
    return OK


def _show_rule(book: Corpus, rule: str, on: str | None, *, json: bool, lang: Lang) -> int:
    wordings = book.by_id.get(rule)
    if wordings is None:
        raise FormError("--rule", rule, one_of(sorted(book.by_id)))
    if on is not None:
        wordings = (find_wording(wordings, rule, read_day("--on", on)),)
    if json:
        shown = [version_as_json(version) for version in wordings]
        print_json({"rule": rule, "wordings": shown, "book": book.hash})
        return OK
    print_lines([say(lang, "law.wordings", rule=rule)], style="bold")
    for version in wordings:
        print_heading(spell_force(version.first, version.last, lang))
        print_lines([*rule_lines(version, lang), *condition_lines(version.rule, lang)])
    return OK


def find_wording(wordings: tuple[Version, ...], rule: str, day: date) -> Version:
    """Give the wording in force on a day; raise `RuleNotInForceError` with those known."""
    for version in wordings:
        if version.holds_on(day):
            return version
    known, known_vi = (
        "; ".join(f"{v.cite.act} {spell_force(v.first, v.last, lang)}" for v in wordings)
        for lang in ("en", "vi")
    )
    raise RuleNotInForceError(
        rule, day, f"known wordings: {known}", f"các nội dung đã biết: {known_vi}"
    )


def diff(
    first: str,
    second: str,
    /,
    *,
    statutes: Draft = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Show the rules that differ between two days."""
    book = read_book(statutes)
    days = read_day("FIRST", first), read_day("SECOND", second)
    before, after = ({v.id: v for v in book.rules_on(day)} for day in days)
    differing = [
        (rule, before.get(rule), after.get(rule))
        for rule in sorted(before.keys() | after.keys())
        if _differ(before.get(rule), after.get(rule))
    ]
    if json:
        changed = [
            {
                "id": rule,
                "old": version_as_json(old) if old else None,
                "new": version_as_json(new) if new else None,
            }
            for rule, old, new in differing
        ]
        print_json({"from": first, "to": second, "differing": changed, "book": book.hash})
        return OK
    spelled = {"first": spell(days[0], lang), "second": spell(days[1], lang)}
    print_lines([say(lang, "law.diff" if differing else "law.same", **spelled)], style="bold")
    if differing:
        heads = [say(lang, "columns.before", day=short(day, lang)) for day in days]
        print_table(
            [say(lang, "columns.rule"), *heads],
            [(rule, _in_short(old, lang), _in_short(new, lang)) for rule, old, new in differing],
        )
    return OK


def _differ(old: Version | None, new: Version | None) -> bool:
    if old is None or new is None:
        return old is not new
    return (old.cite, old.rule) != (new.cite, new.rule)


def _in_short(version: Version | None, lang: Lang) -> str:
    if version is None:
        return "–"
    return f"{place_of(version, lang)}: {spell_rule_term(lang, version.rule)}"


def place_of(version: Version, lang: Lang) -> str:
    """Write where a wording stands, with the act's short name."""
    cite = version.cite
    return cite_briefly(lang, cite.act, cite.article, cite.clause, cite.point)


def spell_force(first: date, last: date | None, lang: Lang) -> str:
    """Write from when to when something is in force."""
    if last is None:
        return say(lang, "law.from_on", first=short(first, lang))
    return say(lang, "law.from_until", first=short(first, lang), last=short(last, lang))


def version_as_json(version: Version) -> dict[str, Any]:
    """Give one wording of a rule as JSON types; days ISO, `last` nothing while in force."""
    rule, cite = version.rule, version.cite
    term = getattr(rule, "term", None)
    holder = getattr(rule, "holder", None)
    return {
        "id": rule.id,
        "kind": rule.kind,
        "topic": version.topic,
        "act": cite.act,
        "article": cite.article,
        "clause": cite.clause,
        "point": cite.point,
        "title_vi": rule.title.vi,
        "title_en": rule.title.en,
        "term": {"length": term.length, "unit": term.unit.value} if term else None,
        "holder": holder.value if holder else None,
        "text": rule.text,
        "confidence": rule.confidence.value,
        "signatures": [
            {
                "by": signature.by,
                "on": plain(signature.on),
                "reference": signature.reference,
                "counts": signature in version.standing,
            }
            for signature in version.signatures
        ],
        "note_vi": rule.note.vi if rule.note else None,
        "note_en": rule.note.en if rule.note else None,
        "first": plain(version.first),
        "last": plain(version.last),
    }
