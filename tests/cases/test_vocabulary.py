"""The vocabulary of events: what a field may hold, and what is said where it may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.errors import FormError
from cases.vocabulary import FOLDER, EventKind, vocabulary

KIND = EventKind(
    name="tried",
    vi="thử",
    en="tried",
    fields={
        "word": "text?", "day": "date?", "sum": "money?", "sure": "yes_no?",
        "which": ("", "this", "that"),
    },
)  # fmt: skip
NEEDY = EventKind(name="needed", vi="cần", en="needed", fields={"which": ("this", "that")})


@pytest.mark.parametrize(
    ("field", "given", "read"),
    [
        ("word", "  một lời ", "một lời"),
        ("word", "x" * 500, "x" * 500),
        ("word", "a\nb\tc", "a\nb\tc"),
        ("day", "2026-11-24", "2026-11-24"),
        ("sum", 1, 1),
        ("sure", False, False),
        ("which", "that", "that"),
        ("note", "ghi chú", "ghi chú"),
    ],
)
def test_a_value_of_its_type_is_read(field: str, given: object, read: object) -> None:
    assert KIND.check({field: given}, "") == {field: read}


@pytest.mark.parametrize(
    ("field", "given", "vi", "en"),
    [
        ("word", "", "cho phép văn bản từ 1 đến 500 ký tự", "allowed is a text of 1 to 500"),
        ("word", "   ", "cho phép văn bản", "allowed is a text"),
        ("word", "x" * 501, "cho phép văn bản", "allowed is a text"),
        ("word", "a\x00b", "cho phép văn bản", "allowed is a text"),
        ("word", 7, "cho phép văn bản", "allowed is a text"),
        ("day", "24/11/2026", "cho phép một ngày như 2026-11-23", "allowed is a date such as"),
        ("day", 7, "cho phép một ngày như 2026-11-23", "allowed is a date such as"),
        ("sum", 0, "cho phép số nguyên đồng lớn hơn 0", "allowed is a whole number of đồng above"),
        ("sum", True, "cho phép số nguyên đồng", "allowed is a whole number"),
        ("sum", "1", "cho phép số nguyên đồng", "allowed is a whole number"),
        ("sure", "true", "cho phép true hoặc false", "allowed is true or false"),
        ("sure", 1, "cho phép true hoặc false", "allowed is true or false"),
        ("which", "", "cho phép một trong: this, that", "allowed is one of this, that"),
        ("which", "other", "cho phép một trong: this, that", "allowed is one of this, that"),
        ("which", True, "cho phép một trong: this, that", "allowed is one of this, that"),
        ("note", "", "cho phép văn bản", "allowed is a text"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_is_allowed(
    field: str, given: object, vi: str, en: str
) -> None:
    with pytest.raises(FormError) as refusal:
        KIND.check({field: given}, "facts[3]")
    assert (refusal.value.field, refusal.value.value) == (field, given)
    assert refusal.value.where == "facts[3]"
    assert vi in refusal.value.say("vi")
    assert en in refusal.value.say("en")


def test_a_field_that_is_left_out_or_null_is_not_there() -> None:
    assert KIND.check({"word": None, "note": None}, "") == {}


def test_a_field_that_is_needed_is_asked_for() -> None:
    with pytest.raises(FormError) as refusal:
        NEEDY.check({}, "facts[1]")
    assert (refusal.value.field, refusal.value.value) == ("which", None)
    assert refusal.value.where == "facts[1]"
    assert "one of this, that" in str(refusal.value)


def test_an_unknown_field_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(FormError) as refusal:
        NEEDY.check({"which": "this", "colour": "red"}, "facts[1]")
    assert (refusal.value.field, refusal.value.value) == ("field", "colour")
    assert "which, number, document" in str(refusal.value)


@pytest.mark.parametrize("name", [None, 7, "danced", "voluntary_period_expired"])
def test_only_an_event_that_people_report_is_taken(name: Any) -> None:
    with pytest.raises(FormError) as refusal:
        vocabulary().reported(name, "facts[1]")
    assert (refusal.value.field, refusal.value.value) == ("event", name)
    assert "request_received" in str(refusal.value)
    assert "one of: voluntary_period_expired" not in str(refusal.value)
    assert vocabulary().reported("closed", "").name == "closed"


def test_events_of_later_files_are_known_from_their_release() -> None:
    known = vocabulary()
    later = [kind for kind in known.events.values() if kind.known_from != date.min]
    assert len(later) > 100
    assert {path.name for path in FOLDER.glob("*.toml")}
    assert "request_received" in known.first_known
    assert "auction_failed_reported" not in known.first_known
    assert known.kind("auction_failed_reported").known_from > date(2026, 1, 1)
    assert known.first_known == set(known.events) - {kind.name for kind in later}


def test_a_value_left_out_is_what_the_vocabulary_says() -> None:
    assert vocabulary().defaults["extent"] == "full"


def test_what_can_be_reported_is_of_its_kind_and_is_not_what_the_engine_finds() -> None:
    cases = vocabulary().reportable()
    assert "request_received" in cases
    assert "voluntary_period_expired" not in cases
    assert "complaint_received" not in cases
    assert "complaint_received" in vocabulary().reportable("complaint")
    assert set(cases) & set(vocabulary().reportable("denunciation")) == {"officer_assigned"}
