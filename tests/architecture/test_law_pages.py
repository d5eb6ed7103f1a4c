"""Hold the pages of the law to the book: nothing of a rule is left out, and all is in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from cases.predicates import PREDICATES, names_known
from cases.stages import STATUS, TRANSITIONS
from cases.vocabulary import vocabulary
from docs.generate.examples import example_of
from docs.generate.files import write_all
from docs.generate.pages import section
from docs.generate.places import LAW, anchor_of, page_of
from docs.generate.stages import DAY
from i18n.phrases import compare, index_of, office_phrases
from i18n.texts import LANGS, texts
from law.calendar import Words, load_calendar
from law.corpus import Corpus, Version, load_corpus
from law.model import (
    AroundTet,
    Before,
    Clock,
    Confidence,
    Correction,
    Gap,
    Holder,
    Hours,
    Limit,
    Place,
    Severity,
    TermReading,
    TetReading,
    Waiting,
    Window,
)
from law.signatures import Signature, digest_of
from law.terms import Term, Unit, count, count_back

BOOK = load_corpus(names_known())
KINDS = sorted({version.rule.kind for version in BOOK.versions})

# Another value for each attribute that a rule may have. One that is missing here is one that
# nobody has thought of showing to a lawyer.
ANOTHER: dict[str, Any] = {
    "after_waiting": "postponement.period",
    "alternative_to": ("entrusted",),
    "and_on": ("entrusted",),
    "around_tet": AroundTet(before=3, after=4),
    "barred_in": ("seizing_immovable",),
    "bars": ("entrusted",),
    "at_once": True,
    "chain_late": True,
    "corrected": Correction(
        reads="L0 ngày", meant="10 ngày", why=Words(vi="Máy đọc nhầm.", en="Misread.")
    ),
    "counted_from": "start",
    "cite": Place(article="999"),
    "confidence": Confidence.SECONDARY,
    "covers": ("no_such_row",),
    "counts_from": "entrusted",
    "days_off": True,
    "delivered_by": "entrusted",
    "during": "postponement.period",
    "ends_by_field": "until",
    "excludes": ("entrusted",),
    "holder": Holder.DEBTOR,
    "hours": Hours(start=time(20, 15), end=time(5, 45)),
    "id": "another.rule",
    "judges": ("entrusted",),
    "lengthens": ("verification.first",),
    "met_by": ("entrusted",),
    "met_early_since": "entrusted",
    "met_when": {"payment": ("once",)},
    "note": Words(vi="Một ghi chú khác.", en="Another note."),
    "once": True,
    "only_with": ("entrusted",),
    "outlives": True,
    "pauses": True,
    "raises": "act_replaced",
    "reaches_back": True,
    "requires": ("entrusted",),
    "same": ("instalment",),
    "severity": Severity.GRAVE,
    "starts_on": ("entrusted",),
    "successor": "postponement.period",
    "term": Term(length=17, unit=Unit.DAYS),
    "text": "Một câu trích khác",
    "title": Words(vi="Một tên khác", en="Another title"),
    "together": True,
    "unless": ("entrusted",),
    "until_field": "received_on",
    "unless_when": {"payment": ("once",)},
    "voids": True,
    "when": {"payment": ("once",)},
    "when_on": {"entrusted": {"payment": ("once",)}},
    "while_state": ("suspended",),
    "why": "no_number",
}
_WAY = {
    "id": "another", "words": Words(vi="Cách khác", en="Another way"),
    "ground": Words(vi="căn cứ mẫu", en="a made-up ground"),
}  # fmt: skip
ANOTHER_WAY = {
    "gap": TermReading(**_WAY, term=Term(length=3, unit=Unit.DAYS)),
    "window": TetReading(**_WAY, counted_from="tet_day"),
}
TOLD_ELSEWHERE = {"kind", "until"}
"""The kind is the class itself, and `until` the last day of the wording."""
TOLD_ONCE = {"id", "text"}
"""What stands above both languages."""


def _plain(kind: str) -> Version:
    """Give a wording of a kind with as little as possible on it."""
    version = next(v for v in BOOK.versions if v.rule.kind == kind and v.last is None)
    rule = version.rule
    fields = type(rule).model_fields
    bare = {
        name: field.default
        for name, field in fields.items()
        if not field.is_required() and name not in {"kind", "term"}
    }
    return _with(version, rule.model_copy(update=bare))


def _with(version: Version, rule: Any) -> Version:
    return Version(rule, version.act, version.topic, version.first, version.last)


def _fields() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        rule = next(v.rule for v in BOOK.versions if v.rule.kind == kind)
        yield from ((kind, name) for name in type(rule).model_fields)


@pytest.mark.parametrize(("kind", "name"), list(_fields()))
def test_each_attribute_of_a_rule_shows_on_its_page_in_both_languages(kind: str, name: str) -> None:
    if name in TOLD_ELSEWHERE:
        return
    before = _plain(kind)
    value = (ANOTHER_WAY[kind],) if name == "reading" else ANOTHER[name]
    after = _with(before, before.rule.model_copy(update={name: value}))
    old, new = (section(BOOK, version).split("<details>") for version in (before, after))
    assert old[0] != new[0]
    assert old[1] != new[1] or name in TOLD_ONCE


def test_every_wording_has_its_place_on_its_page_and_only_one() -> None:
    pages = write_all()
    for version in BOOK.versions:
        text = pages[LAW / page_of(version)]
        assert text.count(f'<a id="{anchor_of(version)}"></a>') == 1, version.id
    for path, text in pages.items():
        again = [name for name, n in Counter(re.findall(r'<a id="(.+?)"', text)).items() if n > 1]
        assert again == [], path


def _codes_used() -> Iterator[tuple[str, str]]:
    for version in BOOK.versions:
        rule = version.rule
        yield "topics", version.topic
        for name in ("when", "unless_when", "met_when"):
            for field, wanted in getattr(rule, name, {}).items():
                yield from _codes_of_condition(field, wanted)
        for conditions in getattr(rule, "when_on", {}).values():
            for field, wanted in conditions.items():
                yield from _codes_of_condition(field, wanted)
        yield from (("fields", name) for name in getattr(rule, "same", ()))
        yield from (("flags", flag) for flag in getattr(rule, "while_state", ()))
        yield from (("flags", flag) for flag in getattr(rule, "barred_in", ()))
        yield from (("predicates", n) for n in getattr(rule, "unless", ()) if n in PREDICATES)
        if isinstance(rule, Clock):
            yield "severities", rule.severity.value
        if isinstance(rule, Waiting) and rule.ends_by_field:
            yield "fields", rule.ends_by_field
    for transition in TRANSITIONS:
        for field, value in transition.when:
            known = "diagram" if value.startswith("not ") else "values"
            yield known, f"{field}.{value}"


def _codes_of_condition(field: str, wanted: tuple[str | bool, ...]) -> Iterator[tuple[str, str]]:
    default = vocabulary().defaults.get(field)
    for value in (*wanted, *(() if default is None else (default,))):
        yield "values", f"{field}.{str(value).lower() if isinstance(value, bool) else value}"
    if not any(isinstance(value, bool) for value in wanted):
        yield "fields", field


@pytest.mark.parametrize("code", sorted(set(_codes_used())), ids=".".join)
def test_every_code_that_a_rule_uses_has_words(code: tuple[str, str]) -> None:
    for lang in LANGS:
        assert texts(lang)[code[0]].get(code[1]), code


def test_a_not_encoded_topic_has_a_name() -> None:
    for act in BOOK.acts:
        assert set(act.not_encoded) <= set(texts("vi")["topics"])


def test_no_code_is_left_between_the_words_of_a_page() -> None:
    known = {*names_known(), *texts("vi")["values"], *texts("vi")["flags"]}
    codes = {code for code in known if "_" in code}
    for version in BOOK.versions:
        text = section(BOOK, version)
        prose = re.sub(r"`[^`]*`|\]\([^)]*\)|<a id=[^>]*>", "", text)
        quoted = f"{version.rule.text} {version.rule.note}"
        shown = set(re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", prose))
        assert {word for word in shown if word in codes and word not in quoted} == set(), version.id


@pytest.mark.parametrize("kind", [Limit, Before])
def test_the_example_of_a_term_is_counted_from_a_day_of_its_wording(kind: type[Clock]) -> None:
    calendar, seen = load_calendar(), 0
    for version in BOOK.versions:
        rule = version.rule
        if not isinstance(rule, kind) or not isinstance(rule, (Limit, Before)):
            continue
        found = example_of(version)
        assert found is not None
        start, counted = found
        day = start.date() if isinstance(start, datetime) else start
        assert version.holds_on(day)
        again = count_back(rule.term, day, calendar) if kind is Before else None
        if again is None:
            again = count(rule.term, start, calendar)
        assert (again.nominal, again.due) == (counted.nominal, counted.due)
        seen += 1
    assert seen > 10


def test_the_example_of_the_voluntary_period_runs_over_national_day() -> None:
    """Law 106/2025, Art. 36.1 and Civil Code Art. 148.5: 29 August 2026 is a Saturday, 31 August
    is swapped for 22 August, 1 and 2 September are National Day.
    """
    version = BOOK.rule("voluntary_period", date(2026, 11, 23))
    found = example_of(version)
    assert found is not None
    start, counted = found
    assert (start, counted.nominal, counted.due) == (
        date(2026, 8, 19), date(2026, 8, 29), date(2026, 9, 3),
    )  # fmt: skip
    page = write_all()[LAW / page_of(version)]
    assert "Thứ Hai, 31/08/2026 là ngày nghỉ: Nghỉ hoán đổi ngày làm việc (9441/TB-BNV" in page


def test_every_gap_stands_on_the_page_of_gaps() -> None:
    text = write_all()[LAW / "gaps.md"]
    gaps = [version for version in BOOK.versions if isinstance(version.rule, Gap)]
    assert [v.id for v in gaps if f"{page_of(v)}#{anchor_of(v)})" not in text] == []


def test_every_rule_in_force_stands_on_the_page_of_stages_by_what_starts_it() -> None:
    text = write_all()[LAW / "stages.md"].partition("## Sơ đồ theo chủ đề")[0]
    for version in BOOK.rules_on(DAY):
        rule = version.rule
        starts = rule.starts_on if isinstance(rule, Clock) else ("judged",)
        assert (f"{page_of(version)}#{anchor_of(version)})" in text) == bool(starts), version.id
    for stage in STATUS:
        assert f"`{stage}` ·" in text


_FLOW = re.compile(
    r'flowchart LR|    (?:e\d+\(\["[^"]+"\]\)|r\d+\["[^"]+"\]'
    r"|[er]\d+ (?:-->|-\.->)(?:\|[^|\"()\[\]{}]+\|)? [er]\d+)"
)
_STATES = re.compile(
    r'stateDiagram-v2|    state "[^"]+" as [a-z_]+|    (?:\[\*\]|[a-z_]+) --> (?:\[\*\]|[a-z_]+)'
    r"(?:: [^:;\n]+)?"
)


def _diagrams() -> list[str]:
    text = write_all()[LAW / "stages.md"]
    return re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL)


def test_each_line_of_each_diagram_has_the_form_that_mermaid_reads() -> None:
    diagrams = _diagrams()
    assert len(diagrams) > 30
    for diagram in diagrams:
        form = _FLOW if diagram.startswith("flowchart") else _STATES
        assert [line for line in diagram.splitlines() if not form.fullmatch(line)] == []


def test_each_arrow_of_each_diagram_joins_boxes_that_are_drawn() -> None:
    for diagram in _diagrams():
        if diagram.startswith("flowchart"):
            drawn = set(re.findall(r"^    ([er]\d+)[\[(]", diagram, re.MULTILINE))
            joined = set(
                re.findall(r"\b([er]\d+)(?= -)|(?<=[>|] )([er]\d+)$", diagram, re.MULTILINE)
            )
            assert {name for pair in joined for name in pair if name} <= drawn


def test_a_phrase_is_compared_word_by_word_with_its_sources() -> None:
    index = index_of([("Điều 1", "ra quyết định thi hành án"), ("Điều 2", "Chấp hành viên")])
    assert compare("Quyết định thi hành án", index).how == "whole"
    assert compare("Chấp hành viên ra quyết định", index).how == "built"
    missing = compare("{title}: chưa ra quyết định thi hành án", index)
    assert missing == ("none", "ra quyết định thi hành án", "Điều 1", ("chưa",))
    assert compare("án", index_of([("Điều 1", "thi hành án")])).how == "whole"
    assert compare("lạ", index).missing == ("lạ",)


def test_the_phrases_of_offices_are_there_each_with_how_far_it_can_be_trusted() -> None:
    phrases = office_phrases()
    assert len({phrase.vi for phrase in phrases}) == len(phrases) == 64
    assert {phrase.strength for phrase in phrases} == {"terms", "usage"}


def test_a_window_says_when_it_ends_as_the_engine_does() -> None:
    """Law 106/2025, Art. 72.5 and Decree 152/2026, Art. 42.2: Tết 2027 is 6 February."""
    tet = next(v for v in BOOK.versions if v.id == "coercion.barred_tet" and _held(v, DAY))
    assert isinstance(tet.rule, Window)
    calendar = load_calendar()
    first = last = calendar.tet(2027)
    while not calendar.is_working(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while not calendar.is_working(last + timedelta(days=1)):
        last += timedelta(days=1)
    text = section(BOOK, tet)
    assert f"{first - timedelta(days=15):%d/%m/%Y}: trái quy định" in text
    assert f"00 giờ 00, {_spelled(last + timedelta(days=16))}" in text


def _held(version: Version, day: date) -> bool:
    return version.holds_on(day)


def _spelled(day: date) -> str:
    names = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
    return f"{names[day.weekday()]}, {day:%d/%m/%Y}"


def test_a_signed_wording_says_by_whom_and_when() -> None:
    version = BOOK.rule("voluntary_period", DAY)
    signature = Signature(
        rule=version.id, first=version.first, by="Người mẫu 0001", on=date(2026, 11, 2),
        digest=digest_of(version.rule, version.act.number, version.first),
    )  # fmt: skip
    signed = replace(version, signatures=(signature,))
    assert "- **Chữ ký:** Người mẫu 0001, 02/11/2026" in section(BOOK, signed)
    assert "- **Chữ ký:** chưa ký" in section(BOOK, version)


def test_the_book_of_the_pages_is_the_shipped_one() -> None:
    assert isinstance(BOOK, Corpus)
    assert (
        f"{len(BOOK.versions)} nội dung của {len(BOOK.by_id)} quy định"
        in (write_all()[LAW / "README.md"])
    )
