from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from string import Formatter
from typing import get_args

import pytest

from cases.assessment import State, StuckReason
from cases.key_cases import FLAGS
from cases.stages import PAUSES, STATUS
from cases.stuck import ADMINISTRATOR, EVERY_REASON
from cases.vocabulary import vocabulary
from i18n.dates import short, spell, spell_as_of, spell_since
from i18n.findings import stuck_line
from i18n.money import spell_vnd
from i18n.places import act_name, cite_briefly, cite_in_full, read_term, spell_term
from i18n.texts import LANGS, texts
from law.calendar import ZONE
from law.errors import TermSyntaxError
from law.model import Confidence, Holder
from law.terms import Term, Unit

_A_CASE = re.compile(r"(?<!nghĩa )(?<!dịch )(?<!nhiệm )(?<!nghiệp )\bvụ\b", re.IGNORECASE)


def _places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def test_both_languages_have_the_same_phrases_with_the_same_places_to_fill() -> None:
    vietnamese, english = texts("vi"), texts("en")
    assert {(s, k) for s in vietnamese for k in vietnamese[s]} == {
        (s, k) for s in english for k in english[s]
    }
    for section, phrases in vietnamese.items():
        for key, phrase in phrases.items():
            assert _places(phrase) == _places(english[section][key]), (section, key)


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("stages", STATUS),
        ("status", set(STATUS.values())),
        ("states", get_args(State)),
        ("holders", [*Holder, ADMINISTRATOR]),
        ("holders_briefly", [*Holder, ADMINISTRATOR]),
        ("units", list(Unit)),
        ("units_one", list(Unit)),
        ("confidence", list(Confidence)),
        ("stuck", EVERY_REASON),
        ("stuck_briefly", EVERY_REASON),
        ("stuck_freed_by", EVERY_REASON),
        ("case_flags", FLAGS),
        (
            "grounds",
            (
                "terminated",
                *PAUSES.values(),
                *vocabulary().kind("limitation_excluded").fields["ground"],
                *vocabulary().kind("denunciation_expert_time").fields["ground"],
            ),
        ),
    ],
)
def test_every_code_has_a_name_and_no_name_is_left_over(section: str, codes: Iterable[str]) -> None:
    for lang in LANGS:
        assert set(texts(lang)[section]) == {str(code) for code in codes}


def test_the_phrases_say_viec_and_never_vu_for_a_case() -> None:
    for phrases in texts("vi").values():
        assert not [p for p in phrases.values() if _A_CASE.search(p)]


def test_days_and_moments_are_spelled_in_both_languages() -> None:
    day = date(2026, 11, 24)
    moment = datetime(2026, 11, 27, 9, 30, tzinfo=ZONE)
    assert spell(day, "vi") == "Thứ Ba, 24/11/2026"
    assert spell(day, "en") == "Tuesday, 24 November 2026"
    assert spell(moment, "vi") == "09 giờ 30, Thứ Sáu, 27/11/2026"
    assert spell(moment, "en") == "09:30, Friday, 27 November 2026"
    assert short(date(2026, 11, 4), "en") == "4 Nov 2026"
    assert short(None, "vi") == "–"


def test_a_whole_day_is_shown_as_the_day_and_midnight_as_the_day_it_begins() -> None:
    end = datetime(2026, 11, 23, 23, 59, 59, 999999, tzinfo=ZONE)
    assert spell_as_of(end, "vi") == "Thứ Hai, 23/11/2026"
    assert spell_since(datetime(2026, 11, 24, tzinfo=ZONE), "vi") == "Thứ Ba, 24/11/2026"


def test_money_is_grouped_as_in_each_language() -> None:
    assert spell_vnd(1250000, "vi") == "1.250.000 đồng"
    assert spell_vnd(1250000, "en") == "VND 1,250,000"


def test_terms_and_citations_are_written_as_offices_write_them() -> None:
    assert spell_term("vi", 5, "working_days") == "05 ngày làm việc"
    assert spell_term("en", 1, "working_days") == "1 working day"
    assert cite_in_full("vi", "106/2025/QH15", "33", "3", "a") == (
        "điểm a khoản 3 Điều 33 Luật THADS 2025 (106/2025/QH15)"
    )
    assert cite_briefly("en", "152/2026/NĐ-CP", "42") == "Article 42, Decree 152/2026"
    assert act_name("vi", "1/2030/QH17") == "1/2030/QH17"


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("5 ngày làm việc", Term(length=5, unit=Unit.WORKING_DAYS)),
        ("05 ngày", Term(length=5, unit=Unit.DAYS)),
        ("24 giờ", Term(length=24, unit=Unit.HOURS)),
        ("2 năm", Term(length=2, unit=Unit.YEARS)),
        ("5 working days", Term(length=5, unit=Unit.WORKING_DAYS)),
    ],
)
def test_a_term_is_read_in_either_language(text: str, term: Term) -> None:
    assert read_term(text) == term


@pytest.mark.parametrize("text", ["0 ngày", "5 ngày rưỡi", "ngày", "-1 days", ""])
def test_a_term_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(TermSyntaxError):
        read_term(text)


def test_a_stuck_reason_says_who_acts_and_what_would_free_the_case() -> None:
    reason = StuckReason(
        reason="no_officer", since=datetime(2026, 11, 24, tzinfo=ZONE), holder="head"
    )
    assert stuck_line(reason, None, "vi") == (
        "Chưa phân công Chấp hành viên (từ Thứ Ba, 24/11/2026; người thực hiện: "
        "Thủ trưởng cơ quan thi hành án dân sự). Thủ trưởng phân công Chấp hành viên."
    )
