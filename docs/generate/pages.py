"""Write the page of each act and topic: every wording, as a lawyer signs it rule by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from docs.generate import markdown as md
from docs.generate.examples import work_out
from docs.generate.places import (
    anchor_of,
    full_place_of,
    link,
    order_of,
    page_of,
    place_of,
    rule_namer,
    spell_force,
)
from i18n.dates import short
from i18n.places import spell_rule_term
from i18n.rules import tell_rule
from i18n.texts import Lang, name_of, pick, say
from law.corpus import Corpus, Version
from law.coverage import FOLDER as REFERENCE
from law.coverage import ReferenceFile
from law.model import ActFile, Gap
from law.sources import read_model

_UP = "../"
_WAY_BACK = "[Mục lục](../README.md), [cách đọc một quy định](../README.md#cách-đọc-một-quy-định)."
_LEFT_OUT = "left_out.toml"


def write_pages(book: Corpus) -> dict[str, str]:
    """Give each page of rules, by its path below the folder of the pages, with its text."""
    pages: dict[str, list[Version]] = defaultdict(list)
    for version in book.versions:
        pages[page_of(version)].append(version)
    return {path: write_page(book, found) for path, found in sorted(pages.items())}


def write_page(book: Corpus, versions: list[Version]) -> str:
    """Write one page: the act and topic, a list of the rules, and each wording."""
    act, topic = versions[0].act, versions[0].topic
    ordered = arrange(versions)
    return md.join(
        [
            f"# {act.short.vi}: {name_of('vi', 'topics', topic)}",
            f"*{act.short.en}: {name_of('en', 'topics', topic)}*",
            f"{act.name.vi} ({act.number}), {in_force(act, 'vi')}. {_WAY_BACK}",
            _contents(ordered),
            *(section(book, version) for version in ordered),
        ]
    )


def arrange(versions: Iterable[Version]) -> list[Version]:
    """Put the wordings of one rule together, the newest first, the rules as the act has them."""
    by_id: dict[str, list[Version]] = defaultdict(list)
    for version in sorted(versions, key=lambda v: v.first, reverse=True):
        by_id[version.id].append(version)
    groups = sorted(by_id.values(), key=lambda group: order_of(group[0]))
    return [version for group in groups for version in group]


def _contents(versions: list[Version]) -> str:
    heads = [say("vi", f"page.{name}") for name in ("place", "rule", "term", "in_force")]
    return md.table(
        [*heads, say("vi", "page.signature")],
        [
            (
                place_of(version, "vi"),
                f"[{pick('vi', version.rule.title)}](#{anchor_of(version)})",
                spell_length(version, "vi"),
                spell_force(version, "vi"),
                spell_signature(version, "vi"),
            )
            for version in versions
        ],
    )


def section(book: Corpus, version: Version) -> str:
    """Write one wording, Vietnamese first, English below it."""
    rule = version.rule
    head = f"`{rule.id}` · {full_place_of(version, 'vi')} · {in_force(version, 'vi')}"
    text = md.quote(rule.text) if rule.text else f"*{say('vi', 'page.no_text')}*"
    english = (
        f"{full_place_of(version, 'en')}, {in_force(version, 'en')}.",
        *_body(book, version, "en"),
    )
    return "\n\n".join(
        (
            md.anchor(anchor_of(version)),
            f"## {md.escape(rule.title.vi)}",
            head,
            text,
            *_body(book, version, "vi"),
            md.details(say("en", "page.english", title=rule.title.en), *english),
        )
    )


def _body(book: Corpus, version: Version, lang: Lang) -> tuple[str, ...]:
    lines = md.bullets(_lines(book, version, lang))
    example = work_out(book, version, lang)
    if not example:
        return (lines,)
    return (lines, f"**{say(lang, 'page.example')}.**", md.steps(example))


def _lines(book: Corpus, version: Version, lang: Lang) -> Iterator[tuple[str, str]]:
    rule = version.rule
    gap = isinstance(rule, Gap)
    yield say(lang, "page.kind"), say(lang, "page.gap" if gap else f"kinds.{rule.kind}")
    for line in tell_rule(lang, rule, rule_namer(book, version, lang, _UP)):
        yield line.label, line.text
    if rule.note:
        yield say(lang, "page.note"), md.escape(pick(lang, rule.note))
    yield say(lang, "page.confidence"), name_of(lang, "confidence", rule.confidence.value)
    if rule.corrected:
        told = rule.corrected
        yield (
            say(lang, "page.corrected"),
            say(
                lang, "page.corrected_line", reads=told.reads, meant=told.meant,
                why=pick(lang, told.why),
            ),
        )  # fmt: skip
    if rule.covers:
        yield say(lang, "page.covers"), ", ".join(map(_row, rule.covers))
    others = [other for other in book.by_id.get(rule.id, ()) if other.first != version.first]
    if others:
        yield say(lang, "page.wordings"), "; ".join(_other(other, lang) for other in others)
    if rule.successor:
        name = rule_namer(book, _following(book, version, rule.successor), lang, _UP)
        yield say(lang, "page.successor"), name(rule.successor)
    yield say(lang, "page.signature"), spell_signature(version, lang)


def _other(version: Version, lang: Lang) -> str:
    return link(version, f"{place_of(version, lang)}, {spell_force(version, lang)}", _UP)


def _following(book: Corpus, version: Version, successor: str) -> Version:
    """Give the wording that follows another under a new id, or that other where none does."""
    later = [other for other in book.by_id.get(successor, ()) if other.first > version.first]
    return later[0] if later else version


def in_force(what: Version | ActFile, lang: Lang) -> str:
    """Say from when and until when a wording or an act is in force."""
    return say(lang, "page.force", force=spell_force(what, lang))


def spell_length(version: Version, lang: Lang) -> str:
    """Write the term of a wording, or why it has none, or what it is instead."""
    rule = version.rule
    if isinstance(rule, Gap):
        return say(lang, f"law.gap_{rule.why}")
    return spell_rule_term(lang, rule)


def spell_signature(version: Version, lang: Lang) -> str:
    """Write who signed a wording and when, or that nobody has."""
    signature = version.signature
    if signature is None:
        return say(lang, "page.unsigned")
    return say(lang, "page.signed", by=signature.by, on=short(signature.on, lang))


@lru_cache(maxsize=1)
def _rows() -> dict[str, str]:
    return {
        row.id: row.place
        for path in sorted(REFERENCE.glob("*.toml"))
        if path.name != _LEFT_OUT
        for row in read_model(ReferenceFile, path, path.name).row
    }


def _row(name: str) -> str:
    place = _rows().get(name)
    return f"`{name}` ({place})" if place else f"`{name}`"
