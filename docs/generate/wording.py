"""Write which legal phrases have no source among the quoted texts and the phrases of offices."""

from __future__ import annotations

from collections.abc import Iterator

from cases.vocabulary import vocabulary
from docs.generate import markdown as md
from docs.generate.places import place_of
from i18n.phrases import Sourced, compare, index_of, office_phrases
from i18n.texts import say, texts
from law.corpus import Corpus

NOT_LEGAL = frozenset(
    {
        "agenda", "archive", "assess", "audit", "audit_actions", "backup", "breaches", "case",
        "columns", "coverage", "cross_check", "diagram", "digest", "keys", "locked", "ops_verify",
        "ops_verify_parts", "page", "rebuild", "release", "retention", "verify",
        "watch", "weekdays", "welcome",
    }
)  # fmt: skip
"""Sections of the words that head tables or speak of the software; every other one is compared."""

_INTRO = """\
Mỗi câu chữ pháp lý mà người dùng đọc được so với nội dung điều luật được trích trong sổ quy định
và với {phrases} câu thường dùng ở cơ quan thi hành án
([`i18n/phrases.toml`](../../i18n/phrases.toml)), không phân biệt chữ hoa, dấu câu và các chỗ
điền. Một từ có nguồn khi nó nằm trong một cụm từ hai tiếng trở lên có nguyên trong một nguồn.
Trang này liệt kê những câu **còn từ ngữ không có nguồn**, kèm từ ngữ đó và cụm từ dài nhất có
nguồn, để luật sư xem từng câu. Có nguồn chưa có nghĩa là dùng đúng chỗ; không có nguồn chưa có
nghĩa là sai."""
_INTRO_EN = """\
*Each legal phrase that people read is compared with the texts quoted in the statute book and
with {phrases} phrases of office practice, without regard to case, signs and places to fill in. A
word has a source when it belongs to a run of at least two words that stands in one. This page
lists the phrases **with words that have no source**, those words, and the longest run that has
one, for a lawyer to look at one by one. A source does not prove that a phrase stands in the
right place, nor the lack of one that it is wrong. Not compared are headings of tables and words
about the software: {left_out}.*"""


def write_wording(book: Corpus) -> str:
    """Write the page of the phrases without a source."""
    phrases = office_phrases()
    sources = [(place_of(v, "vi"), v.rule.text) for v in book.versions if v.rule.text]
    usual = say("vi", "page.usual")
    index = index_of([*sources, *((p.source or usual, p.vi) for p in phrases)])
    found = [(group, key, text, compare(text, index)) for group, key, text in _phrases(book)]
    none = [row for row in found if row[3].how == "none"]
    built, whole = (sum(row[3].how == how for row in found) for how in ("built", "whole"))
    counts = md.table(
        ("", "Số câu", "*Phrases*"),
        [
            ("Nằm trọn trong một nguồn", str(whole), "*whole in a source*"),
            ("Ghép từ các cụm từ có nguồn", str(built), "*built from runs of words with a source*"),
            ("Có từ ngữ không có nguồn", str(len(none)), "*with words that have no source*"),
        ],
    )
    left_out = ", ".join(f"`{section}`" for section in sorted(NOT_LEGAL))
    return md.join(
        [
            "# Câu chữ chưa có nguồn",
            "*Phrases without a source*",
            _INTRO.format(phrases=len(phrases)),
            _INTRO_EN.format(phrases=len(phrases), left_out=left_out),
            counts,
            *_tables(none),
        ]
    )


def _phrases(book: Corpus) -> Iterator[tuple[str, str, str]]:
    """Give every phrase with its group and the key under which it is used."""
    for section, phrases in texts("vi").items():
        if section not in NOT_LEGAL:
            for key, text in phrases.items():
                yield f"i18n/vi.toml, {section}", f"{section}.{key}", text
    titles: dict[str, str] = {}
    for version in book.versions:
        titles.setdefault(version.rule.title.vi, version.id)
    for title, rule_id in sorted(titles.items(), key=lambda pair: pair[1]):
        yield say("vi", "page.titles"), rule_id, title
    for kind in vocabulary().events.values():
        yield say("vi", "page.events"), kind.name, kind.vi


def _tables(rows: list[tuple[str, str, str, Sourced]]) -> Iterator[str]:
    groups = dict.fromkeys(row[0] for row in rows)
    for group in groups:
        found = [row for row in rows if row[0] == group]
        yield f"## {group}: {len(found)}"
        yield md.table(
            [say("vi", f"page.{name}") for name in ("phrase", "missing", "found_part", "used")],
            [
                (md.escape(text), "; ".join(sourced.missing), _part(sourced), f"`{key}`")
                for _, key, text, sourced in found
            ],
        )


def _part(sourced: Sourced) -> str:
    return f"“{sourced.part}” ({sourced.where})" if sourced.part else "–"
