"""Write what the law leaves open: every declared gap, why, and what is to be known of it."""

from __future__ import annotations

from collections.abc import Iterator

from docs.generate import markdown as md
from docs.generate.pages import arrange, spell_length
from docs.generate.places import link, place_of, spell_force
from i18n.texts import Lang, name_of, pick, say
from law.corpus import Corpus, Version
from law.model import Gap

_INTRO = """\
Chỗ nào luật không ấn định ngày, chưa có văn bản hoặc có nhiều cách hiểu thì được khai là khoảng
trống và không bao giờ được điền bằng một con số tự đặt. Việc phải làm vẫn được thể hiện, nhưng
không có hạn."""
_INTRO_EN = """\
*Where the law gives no number, its text is not at hand, or readings differ, a gap is declared
and never filled with a number of our own. What has to be done is shown, without a date.*"""
_EARLIER = """\
Bản pháp điển chỉ in nội dung sau cùng của một điều: trước ngày có hiệu lực của lần sửa đổi gần
nhất, nội dung khi đó là khoảng trống."""
_EARLIER_EN = """\
*The codification prints the last wording of an article alone: before the in-force date of its
latest amendment, what it said is a gap.*"""
_NOT_ENCODED = """\
Chủ đề dưới đây của văn bản đã hết hiệu lực chưa được mã hóa: bước nào do văn bản đó điều chỉnh
thì không được theo dõi.

*Topics of a replaced act that are not encoded: a step under it is not watched.*"""


def write_gaps(book: Corpus) -> str:
    """Write the page of the gaps: those in force, those of earlier law, what is not encoded."""
    gaps = [v for v in arrange(book.versions) if isinstance(v.rule, Gap)]
    present = [version for version in gaps if version.last is None]
    earlier = [version for version in gaps if version.last is not None]
    return md.join(
        [
            "# Những chỗ luật để trống",
            "*What the law leaves open*",
            _INTRO,
            _INTRO_EN,
            f"## Khoảng trống của quy định đang có hiệu lực: {len(present)}",
            *_by_act(book, present),
            f"## Khoảng trống của quy định trước đây: {len(earlier)}",
            _EARLIER,
            _EARLIER_EN,
            *_by_act(book, earlier),
            "## Chưa được mã hóa",
            _NOT_ENCODED,
            *_not_encoded(book),
        ]
    )


def _by_act(book: Corpus, gaps: list[Version]) -> Iterator[str]:
    for act in book.acts:
        found = [version for version in gaps if version.act is act]
        if found:
            yield f"### {act.short.vi} ({act.number})"
            yield _table(found, "vi")
            yield md.details("In English", _table(found, "en"))


def _table(gaps: list[Version], lang: Lang) -> str:
    names = ("place", "rule", "why", "note", "in_force")
    return md.table(
        [say(lang, f"page.{name}") for name in names],
        [
            (
                place_of(version, lang),
                link(version, pick(lang, version.rule.title)),
                spell_length(version, lang),
                md.escape(pick(lang, version.rule.note)) if version.rule.note else "–",
                spell_force(version, lang),
            )
            for version in gaps
        ],
    )


def _not_encoded(book: Corpus) -> Iterator[str]:
    for act in book.acts:
        if act.not_encoded:
            names = [
                f"{name_of('vi', 'topics', topic)} (*{name_of('en', 'topics', topic)}*)"
                for topic in act.not_encoded
            ]
            yield f"**{act.short.vi}** ({act.number}): {'; '.join(names)}."
        if act.begins:
            names = [
                f"{name_of('vi', 'topics', topic)} (*{name_of('en', 'topics', topic)}*)"
                for topic in act.begins
            ]
            first = act.in_force.strftime("%d/%m/%Y")
            yield f"Trước ngày {first} (*before that day*): {'; '.join(names)}."
