"""Tell how the rules' quotes agree with the acts' texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from cases.views import plain
from cli import book
from cli.output import print_heading, print_lines, print_table
from i18n.dates import short
from i18n.places import act_name, cite_briefly, spell_rule_term
from i18n.texts import Lang, pick, say
from law.corpus import Version
from law.model import ActFile
from law.quotes import Compared, Finding, How, WhyNot


def say_finding(finding: Finding, lang: Lang) -> str:
    """Say what is wrong with a citation or a quote, and what to do."""
    place = cite_briefly(
        lang, finding.act, finding.place.article, finding.place.clause, finding.place.point
    )
    version = finding.version
    if version is None:
        return say(lang, f"quotes.transition_{finding.code}", place=place)
    corrected = version.rule.corrected
    return say(
        lang, f"quotes.{finding.code}",
        rule=version.id, first=short(version.first, lang), place=place,
        article=finding.article or finding.place.article,
        term=spell_rule_term(lang, version.rule),
        reads=corrected.reads if corrected else "", meant=corrected.meant if corrected else "",
    )  # fmt: skip


def print_quotes(compared: Compared, acts: Iterable[ActFile], lang: Lang) -> None:
    """Print how many quotes of each act agree and how, then those that need a look."""
    hows = get_args(How)
    print_heading(say(lang, "quotes.heading"))
    print_table(
        [say(lang, "columns.act"), *(say(lang, f"quotes.how_{how}") for how in hows)],
        [
            (pick(lang, act.short), *(str(len(_agreeing(compared, act, how))) for how in hows))
            for act in acts
        ],
    )
    print_lines(_corrected_line(v, lang) for v in _agreeing(compared, None, "corrected"))
    for act in acts:
        for why in get_args(WhyNot):
            many = len(_agreeing(compared, act, "not_compared", why))
            if many:
                name = act_name(lang, act.number)
                print_lines([say(lang, f"quotes.{why}", act=name, number=many)])


def _corrected_line(version: Version, lang: Lang) -> str:
    corrected = version.rule.corrected
    return say(
        lang, "quotes.corrected", rule=version.id, place=book.place_of(version, lang),
        reads=corrected.reads if corrected else "", meant=corrected.meant if corrected else "",
        why=pick(lang, corrected.why) if corrected else "",
    )  # fmt: skip


def _agreeing(
    compared: Compared, act: ActFile | None, how: str, why_not: str | None = None
) -> list[Version]:
    return [
        c.version
        for c in compared.comparisons
        if c.how == how
        and (act is None or c.version.act is act)
        and (why_not is None or c.why_not == why_not)
    ]


def as_json(compared: Compared, acts: Iterable[ActFile]) -> dict[str, Any]:
    """Give the comparison as JSON types: exact quotes as a number, the others by rule."""
    return {
        "acts": [
            {
                "number": act.number,
                "exact": len(_agreeing(compared, act, "exact")),
                "ocr": [_named(v) for v in _agreeing(compared, act, "ocr")],
                "corrected": [_corrected_as_json(v) for v in _agreeing(compared, act, "corrected")],
                "not_compared": [
                    {**_named(v), "why": why}
                    for why in get_args(WhyNot)
                    for v in _agreeing(compared, act, "not_compared", why)
                ],
            }
            for act in acts
        ],
        "findings": [
            {
                "code": finding.code,
                "act": finding.act,
                **finding.place.model_dump(),
                **(_named(finding.version) if finding.version else {"id": None, "first": None}),
                "stands_in": finding.article,
            }
            for finding in compared.findings
        ],
    }


def _corrected_as_json(version: Version) -> dict[str, Any]:
    corrected = version.rule.corrected
    return _named(version) | {
        "reads": corrected.reads if corrected else None,
        "meant": corrected.meant if corrected else None,
        "why_vi": corrected.why.vi if corrected else None,
        "why_en": corrected.why.en if corrected else None,
    }


def _named(version: Version) -> dict[str, Any]:
    return {"id": version.id, "first": plain(version.first)}
