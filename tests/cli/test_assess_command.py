from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Thads = Callable[..., tuple[int, str, str]]
Data = dict[str, Any]
Write = Callable[[object], str]

DOSSIERS = Path(__file__).parent / "dossiers"
NOVEMBER = str(DOSSIERS / "november.json")
LIMIT_KEYS = {
    "id", "kind", "act", "article", "clause", "point", "starts_on", "trigger", "nominal", "due",
    "state", "met_on", "holder", "provisional", "confidence", "occurrence", "transition_review",
    "readings", "paused_by", "receipt",
}  # fmt: skip


def test_the_json_answer_is_one_document_with_the_agreed_keys(starter: Thads) -> None:
    code, out, err = starter("assess", NOVEMBER, "--as-of", "2026-11-23", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert list(answer) == [
        "id", "as_of", "stage", "status", "stage_since", "stage_until", "next_stage", "next_wake",
        "limits", "upcoming", "irregularities", "refused_plans", "stuck", "flags",
        "prolonged_at", "amount_vnd", "book", "calendar",
    ]  # fmt: skip
    assert all(set(row) == LIMIT_KEYS for row in answer["limits"] + answer["upcoming"])
    assert answer["as_of"] == "2026-11-23T23:59:59.999999+07:00"
    assert answer["stage_until"] == "2026-11-26T00:00:00+07:00"


def test_a_limit_names_the_event_that_triggered_it_and_the_day_its_clock_starts(
    thads: Thads,
) -> None:
    _, out, _ = thads("assess", NOVEMBER, "--as-of", "2026-11-23", "--json")
    rows = {row["id"]: row for row in json.loads(out)["limits"]}
    row = rows["voluntary_period"]
    assert (row["trigger"], row["starts_on"]) == ("decision_validly_notified", "2026-11-14")
    assert (row["nominal"], row["due"]) == ("2026-11-24", "2026-11-25")
    assert row["receipt"]["evidence"] == "biên bản giao ngày 14/11/2026"


def test_a_refused_plan_is_told_with_its_article_and_the_assessment_still_succeeds(
    thads: Thads,
) -> None:
    code, out, _ = thads("assess", NOVEMBER, "--as-of", "2026-11-23", "--json")
    plans = json.loads(out)["refused_plans"]
    assert code == 0
    assert {(p["article"], p["clause"]) for p in plans} == {("72", "5"), ("72", "1")}
    assert {p["next_lawful"] for p in plans} == {"2026-11-26T06:00:00+07:00"}
    assert plans[0]["at"] == "2026-11-24T22:30:00+07:00"


def test_a_dossier_is_read_from_standard_input(starter: Thads) -> None:
    text = Path(NOVEMBER).read_text("utf-8")
    from_file = starter("assess", NOVEMBER, "--as-of", "2026-11-23", "--json")
    assert starter("assess", "-", "--as-of", "2026-11-23", "--json", stdin=text) == from_file


def test_a_byte_order_mark_at_the_beginning_is_passed_over(
    thads: Thads, dossier_file: Write, november: Data
) -> None:
    file = dossier_file(b"\xef\xbb\xbf" + json.dumps(november).encode())
    assert thads("assess", file, "--as-of", "2026-11-23")[0] == 0


def test_a_moment_is_one_of_viet_nam_when_it_names_no_offset(thads: Thads) -> None:
    _, out, _ = thads("assess", NOVEMBER, "--as-of", "2026-11-23T16:30", "--json")
    assert json.loads(out)["as_of"] == "2026-11-23T16:30:00+07:00"


def test_people_read_the_stage_the_limits_and_what_is_wrong_in_vietnamese(thads: Thads) -> None:
    code, out, err = thads("assess", NOVEMBER, "--as-of", "2026-11-23")
    assert (code, err) == (0, "")
    assert "Giai đoạn: Đang trong thời hạn tự nguyện" in out
    assert "từ Thứ Năm, 26/11/2026 nếu không có gì thay đổi" in out
    assert "Sớm nhất có thể: 06 giờ 00, Thứ Năm, 26/11/2026." in out
    assert "Gửi quyết định cho Viện kiểm sát nhân dân" in out


def test_people_read_the_same_in_english(thads: Thads) -> None:
    code, out, _ = thads("assess", NOVEMBER, "--as-of", "2026-11-23", "--lang", "en")
    assert code == 0
    assert "Stage: Voluntary period running (open), since Saturday, 14 November 2026" in out
    assert "Earliest lawful moment: 06:00, Thursday, 26 November 2026." in out


def test_a_text_that_would_steer_the_terminal_is_shown_without_its_escapes(
    thads: Thads, dossier_file: Write, november: Data
) -> None:
    november["facts"][3]["evidence"] = "a\u202eb\nc"
    file = dossier_file(november)
    _, out, _ = thads("why", file, "voluntary_period", "--as-of", "2026-11-23")
    assert "\u202e" not in out
    assert "a b c" in out


def test_why_takes_an_occurrence_as_well_as_a_rule(thads: Thads) -> None:
    by_rule = thads("why", NOVEMBER, "voluntary_period", "--as-of", "2026-11-23")
    assert thads("why", NOVEMBER, "voluntary_period#4", "--as-of", "2026-11-23") == by_rule


def test_why_in_json_holds_the_words_and_the_receipt(thads: Thads) -> None:
    code, out, _ = thads("why", NOVEMBER, "voluntary_period", "--as-of", "2026-11-23", "--json")
    explained = json.loads(out)["explained"]
    assert code == 0
    assert explained[0]["receipt"]["hash"] in explained[0]["lines"][-1]


def test_why_names_the_limits_that_the_dossier_has_when_asked_for_another(thads: Thads) -> None:
    code, out, err = thads("why", NOVEMBER, "payment", "--as-of", "2026-11-23", "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith("LIMIT is 'payment'; this dossier has: decision.on_request,")


def _with(november: Data, **changes: object) -> Data:
    return {**november, **changes}


def _with_fact(november: Data, **fact: object) -> Data:
    return {**november, "facts": [fact]}


BAD: dict[str, tuple[Callable[[Data], object], str]] = {
    "unknown event": (
        lambda d: _with_fact(d, event="request_recieved", on="2026-11-01"),
        "facts[1]: event is 'request_recieved'; allowed is one of: ",
    ),
    "done in the future": (
        lambda d: _with_fact(d, event="request_received", on="2026-11-24"),
        "facts[1]: on is '2026-11-24'; what is done cannot be dated after 2026-11-23",
    ),
    "negative amount": (
        lambda d: _with_fact(d, event="money_collected", on="2026-11-02", amount_vnd=-1),
        "facts[1]: amount_vnd is -1; allowed is a whole number of đồng above 0",
    ),
    "fractional amount": (
        lambda d: _with(d, obligations=[{"kind": "money", "amount_vnd": 1250000.5}]),
        "obligations[1]: amount_vnd is 1250000.5; allowed is a whole number of đồng above 0",
    ),
    "missing field": (
        lambda d: _with_fact(d, event="means_verified", on="2026-11-02"),
        "facts[1]: outcome is missing; means_verified needs it: one of with_means, without_means",
    ),
    "missing day": (
        lambda d: _with_fact(d, event="request_received"),
        "facts[1]: on is missing; allowed is a date such as 2026-11-23",
    ),
    "missing origin": (
        lambda d: {name: value for name, value in d.items() if name != "origin"},
        "origin is missing; allowed is one of: on_request, ",
    ),
    "unknown key": (
        lambda d: _with(d, judgement="1/2026"),
        "field is 'judgement'; a dossier of the kind enforcement_case has only: ",
    ),
    "a moment of reception that is none": (
        lambda d: _with_fact(d, event="request_received", on="2026-11-02", received_at="yesterday"),
        "facts[1]: received_at is 'yesterday'; ",
    ),
    "a list": (lambda _: [], "dossier is 'list'; a dossier file holds one JSON object"),
    "not JSON": (lambda _: b"{", "FILE is "),
    "not UTF-8": (lambda _: '{"id": "Nghệ"}'.encode("utf-16"), "FILE is "),
    "half a character": (lambda d: json.dumps(_with(d, note="\ud800")).encode(), "FILE is "),
    "no number": (lambda _: b'{"id": NaN}', "FILE is "),
    "a name twice": (lambda _: b'{"id": "a", "id": "b"}', "FILE is "),
    "nested without end": (lambda _: b"[" * 100_000, "FILE is "),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_bad_input_is_one_sentence_on_standard_error(
    thads: Thads, dossier_file: Write, november: Data, name: str, form: tuple[str, ...]
) -> None:
    change, begin = BAD[name]
    file = dossier_file(change(november))
    code, out, err = thads("assess", file, "--as-of", "2026-11-23", "--lang", "en", *form)
    assert (code, out) == (2, "")
    assert err.startswith(begin)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        (("assess", "nowhere.json", "--as-of", "2026-11-23"), "FILE is 'nowhere.json'; it cannot"),
        (("assess", ".", "--as-of", "2026-11-23"), "FILE is '.'; it cannot be read"),
        (("assess", NOVEMBER), 'Command "assess" parameter --as-of requires an argument.'),
        (("assess", NOVEMBER, "--as-of", "23/11/2026"), "--as-of is '23/11/2026'; allowed is"),
        (("assess", NOVEMBER, "--as-of", "2026-02-30"), "--as-of is '2026-02-30'; allowed is"),
        (("assess", NOVEMBER, "--as-of", "2026-11-23", "--bogus"), "Unknown option: --bogus."),
        (("assess", NOVEMBER, "--as-of", "2026-11-23", "--batch", "3"), "Unknown option: --b"),
        (("asses",), "Unknown command"),
    ],
)
def test_a_wrong_command_is_one_sentence_with_exit_code_2(
    starter: Thads, tokens: tuple[str, ...], sentence: str
) -> None:
    code, out, err = starter(*tokens, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1
