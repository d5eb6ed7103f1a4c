from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from law import calendar as calendars
from law import corpus as corpora

Thads = Callable[..., tuple[int, str, str]]


def test_five_working_days_over_the_culture_day_are_counted_as_the_agreed_json(
    starter: Thads,
) -> None:
    code, out, err = starter("law", "count", "5 working days", "--from", "2026-11-20", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert list(answer) == ["from", "nominal", "due", "skipped", "added", "provisional"]
    assert (answer["from"], answer["nominal"], answer["due"]) == (
        "2026-11-20", "2026-11-30", "2026-11-30",
    )  # fmt: skip
    assert answer["skipped"][2] == {
        "date": "2026-11-24",
        "name": "Ngày Văn hóa Việt Nam",
        "notice": "Nghị quyết 28/2026/QH16, Điều 2",
    }
    assert (answer["added"], answer["provisional"]) == ([], False)


@pytest.mark.parametrize(
    ("tokens", "due"),
    [
        (("10 days", "--from", "2026-11-14"), "2026-11-25"),
        (("10 ngày", "--from", "2026-11-14"), "2026-11-25"),
        (("2 weeks", "--from", "2026-11-10"), "2026-11-25"),
        (("1 month", "--from", "2026-10-24"), "2026-11-25"),
        (("1 year", "--from", "2025-11-24"), "2026-11-25"),
        (("24 hours", "--from", "2026-11-27T16:30"), "2026-11-28T16:30:00+07:00"),
        (("2 working days", "--from", "2026-11-25", "--before"), "2026-11-20"),
        (("2 working days", "--from", "2026-11-25T08:00", "--before"), "2026-11-20"),
        (("6 working days", "--from", "2026-08-21"), "2026-08-28"),
    ],
)
def test_a_term_is_counted_in_every_unit(thads: Thads, tokens: tuple[str, ...], due: str) -> None:
    code, out, err = thads("law", "count", *tokens, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["due"] == due


def test_a_worked_saturday_is_listed_as_added(thads: Thads) -> None:
    _, out, _ = thads("law", "count", "1 working day", "--from", "2026-08-21", "--json")
    answer = json.loads(out)
    assert answer["due"] == "2026-08-22"
    assert [day["date"] for day in answer["added"]] == ["2026-08-22"]


def test_a_count_on_an_estimated_year_says_that_it_is_provisional(thads: Thads) -> None:
    _, out, _ = thads("law", "count", "5 working days", "--from", "2029-03-01", "--json")
    assert json.loads(out)["provisional"] is True
    _, out, _ = thads("law", "count", "5 working days", "--from", "2029-03-01")
    assert "Hạn tạm tính" in out


def test_the_count_is_explained_with_each_day_that_is_not_counted(thads: Thads) -> None:
    code, out, err = thads("law", "count", "5 working days", "--from", "2026-11-20")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "05 ngày làm việc kể từ Thứ Sáu, 20/11/2026",
        "Ngày của sự kiện không tính vào thời hạn.",
        "Không tính Thứ Bảy, 21/11/2026: ngày nghỉ hằng tuần.",
        "Không tính Chủ nhật, 22/11/2026: ngày nghỉ hằng tuần.",
        "Không tính Thứ Ba, 24/11/2026: Ngày Văn hóa Việt Nam (Nghị quyết 28/2026/QH16, Điều 2).",
        "Không tính Thứ Bảy, 28/11/2026: ngày nghỉ hằng tuần.",
        "Không tính Chủ nhật, 29/11/2026: ngày nghỉ hằng tuần.",
        "Hạn: Thứ Hai, 30/11/2026.",
    ]


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        (("24 hours", "--from", "2026-11-27"), "a term in hours runs from a moment, not from"),
        (("24 hours", "--from", "2026-11-27", "--before"), "hours cannot be counted back"),
        (("1 year", "--from", "2030-06-01"), "no calendar is known for 2031"),
        (("5 wrking days", "--from", "2026-11-20"), "term '5 wrking days' is not readable"),
        (("5 days", "--from", "20.11.2026"), "--from is '20.11.2026'; allowed is a day"),
        (("99999999999 days", "--from", "2026-11-20"), "99999999999 days counted from"),
        (("9999 years", "--from", "2026-11-20"), "9999 years counted from"),
        (("5 days",), 'Command "law count" parameter --from requires an argument.'),
    ],
)
def test_a_count_that_cannot_be_made_is_one_sentence(
    thads: Thads, tokens: tuple[str, ...], sentence: str
) -> None:
    code, out, err = thads("law", "count", *tokens, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_the_shipped_book_and_calendar_are_in_order(starter: Thads) -> None:
    code, out, err = starter("law", "check", "--today", "2026-11-23", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert (answer["ok"], answer["problems"], answer["until"]) == (True, [], "2028-11-23")
    assert {act["number"] for act in answer["acts"]} >= {"106/2025/QH15", "26/2008/QH12"}
    assert {gap["why"] for gap in answer["gaps"]} >= {"no_number", "text_not_at_hand"}


def test_the_check_is_told_in_words(thads: Thads) -> None:
    code, out, err = thads("law", "check", "--today", "2026-11-23")
    assert (code, err) == (0, "")
    assert "Luật THADS 2025 (106/2025/QH15)" in out
    assert "Sổ quy định dùng được: mọi ngày từ Thứ Tư, 01/07/2009 đến Thứ Năm, 23/11/2028" in out


@pytest.fixture(name="draft")
def _draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpora.FOLDER, tmp_path / "statutes"))


def test_a_draft_with_an_unknown_key_is_wrong_with_file_field_and_value(
    thads: Thads, draft: Path
) -> None:
    file = next(draft.glob("law-106-2025/voluntary/*.toml"))
    file.write_text(file.read_text("utf-8").replace("holder =", "keeper ="), "utf-8")
    code, out, err = thads("law", "check", "--statutes", str(draft), "--json")
    answer = json.loads(out)
    assert code == 1
    assert answer["ok"] is False
    assert "law-106-2025/voluntary/" in answer["problems"][0]
    assert err.count("\n") == 1


def test_a_draft_that_leaves_a_topic_uncovered_is_wrong(thads: Thads, draft: Path) -> None:
    shutil.rmtree(draft / "law-106-2025" / "voluntary")
    code, _, err = thads(
        "law", "check", "--statutes", str(draft), "--today", "2026-11-23", "--lang", "en"
    )
    assert code == 1
    assert "topic 'voluntary' has neither a rule nor a declared gap from 2026-07-01" in err


def test_a_draft_that_is_empty_or_not_utf_8_is_wrong(
    thads: Thads, draft: Path, tmp_path: Path
) -> None:
    assert thads("law", "check", "--statutes", str(tmp_path / "nowhere"))[0] == 1
    next(draft.glob("law-106-2025/voluntary/*.toml")).write_bytes(b"\xff\xfe")
    code, _, err = thads("law", "check", "--statutes", str(draft), "--lang", "en")
    assert code == 1
    assert err.startswith("law-106-2025/voluntary/2026-07-01.toml, line 1: is not UTF-8 text")


def test_a_calendar_that_misses_a_year_is_wrong(thads: Thads, tmp_path: Path) -> None:
    years = Path(shutil.copytree(calendars.FOLDER, tmp_path / "vn"))
    (years / "2028.toml").unlink()
    code, _, err = thads(
        "law", "check", "--calendars", str(years), "--today", "2026-11-23", "--lang", "en"
    )
    assert (code, err) == (1, "no calendar is known for 2028; add 2028.toml\n")


def _edit(draft: Path, file: str, old: str, new: str) -> None:
    path = draft / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_draft_whose_quote_has_another_digit_than_the_act_is_wrong(
    thads: Thads, draft: Path
) -> None:
    verification = "law-106-2025/verification/2026-07-01.toml"
    _edit(draft, verification, "Trong thời hạn 09 ngày", "Trong thời hạn 10 ngày")
    code, _, err = thads("law", "check", "--statutes", str(draft), "--lang", "en")
    assert code == 1
    assert (
        "rule 'verification.first', wording of 1 Jul 2026: its quote stands neither in clause 1, "
        "Article 37, Enforcement Law 2025 nor anywhere else in the text at hand"
    ) in err
    assert "counts 9 days, and its quote" in err
    _, out, err = thads("law", "check", "--statutes", str(draft), "--json")
    answer = json.loads(out)
    found = [f for f in answer["quotes"]["findings"] if f["id"] == "verification.first"]
    assert [f["code"] for f in found] == ["nowhere", "other_number"]
    assert "Quy định 'verification.first', nội dung từ 01/07/2026: đoạn trích không có ở" in err


def test_a_draft_that_cites_another_article_is_told_where_the_quote_stands(
    thads: Thads, draft: Path
) -> None:
    _edit(
        draft, "law-106-2025/voluntary/2026-07-01.toml",
        'article = "36", clause = "1"', 'article = "35", clause = "1"',
    )  # fmt: skip
    code, _, err = thads("law", "check", "--statutes", str(draft), "--lang", "en")
    assert code == 1
    assert "its quote stands in Article 36 and not in clause 1, Article 35" in err


def test_a_draft_that_names_an_unknown_flag_is_told_the_known_ones(
    thads: Thads, draft: Path
) -> None:
    _edit(draft, "law-106-2025/closure/2026-07-01.toml", '["ended"]', '["closed"]')
    code, _, err = thads("law", "check", "--statutes", str(draft), "--lang", "en")
    assert code == 1
    assert "names 'closed', which means nothing there; allowed is one of: any, ended" in err


def test_a_limit_of_the_reference_table_that_a_draft_leaves_out_is_named(
    thads: Thads, draft: Path
) -> None:
    _edit(
        draft, "law-106-2025/voluntary/2026-07-01.toml", 'covers = ["voluntary_period"]\n', ""
    )  # fmt: skip
    code, out, err = thads("law", "check", "--statutes", str(draft), "--json", "--lang", "en")
    assert code == 1
    assert "voluntary_period" in next(
        line for line in err.splitlines() if line.startswith("Enforcement Law 2025: limits of")
    )
    [act] = [a for a in json.loads(out)["coverage"] if a["act"] == "106/2025/QH15"]
    assert "voluntary_period" in act["missing"]


def test_the_check_counts_the_quotes_of_each_act_by_how_they_agree(thads: Thads) -> None:
    _, out, _ = thads("law", "check", "--json")
    acts = {act["number"]: act for act in json.loads(out)["quotes"]["acts"]}
    assert acts["106/2025/QH15"]["exact"] > 160
    assert acts["152/2026/NĐ-CP"]["ocr"]
    assert [c["reads"] for c in acts["152/2026/NĐ-CP"]["corrected"]] == ["L0 ngày"]
    assert {n["why"] for n in acts["151/2026/NĐ-CP"]["not_compared"]} == {"no_text"}
    _, out, _ = thads("law", "check")
    assert "máy đọc là 'L0 ngày', đúng ra là '10 ngày'" in out
    assert "Nghị định 151/2026: 7 trích dẫn chưa đối chiếu vì chưa có văn bản." in out


def test_a_folder_without_texts_is_wrong(thads: Thads, tmp_path: Path) -> None:
    code, _, err = thads("law", "check", "--texts", str(tmp_path / "nowhere"), "--lang", "en")
    assert (code, err) == (1, "nowhere: holds no text such as law-106-2025/2026-07-01.txt\n")


def test_a_day_off_without_its_notice_is_wrong(thads: Thads, tmp_path: Path) -> None:
    years = Path(shutil.copytree(calendars.FOLDER, tmp_path / "vn"))
    file = years / "2026.toml"
    text = file.read_text("utf-8")
    notice = 'notice = "Nghị quyết 28/2026/QH16, Điều 2"'
    assert notice in text
    file.write_text(text.replace(notice, 'notice = " "'), "utf-8")
    code, _, err = thads("law", "check", "--calendars", str(years), "--lang", "en")
    assert code == 1
    assert "24 Nov 2026 differs from its weekday and names no notice" in err


def test_the_rules_of_a_day_are_shown_with_citation_term_and_text(thads: Thads) -> None:
    code, out, _ = thads("law", "show", "--on", "2026-07-01", "--lang", "en")
    assert code == 0
    assert "clause 1, Article 36, Enforcement Law 2025 (106/2025/QH15): 10 days" in out
    _, out, _ = thads("law", "show", "--on", "2026-07-01", "--json")
    rules = {rule["id"]: rule for rule in json.loads(out)["rules"]}
    assert rules["verification.first"]["term"] == {"length": 9, "unit": "days"}


def test_a_rule_is_shown_through_time_or_on_one_day(thads: Thads) -> None:
    _, out, _ = thads("law", "show", "--rule", "voluntary_period", "--json")
    wordings = json.loads(out)["wordings"]
    assert wordings[-1]["act"] == "106/2025/QH15"
    days = [(w["first"], w["last"]) for w in wordings]
    assert days == sorted(days, key=lambda pair: pair[0])
    _, out, _ = thads("law", "show", "--rule", "voluntary_period", "--on", "2026-06-30", "--json")
    assert [w["act"] for w in json.loads(out)["wordings"]] == ["26/2008/QH12"]


def test_a_rule_that_nobody_knows_or_that_was_not_in_force_is_refused(thads: Thads) -> None:
    code, out, err = thads("law", "show", "--rule", "voluntary", "--lang", "en")
    assert (code, out) == (2, "")
    assert "allowed is one of: " in err
    day = corpora.FIRST_DAY - timedelta(days=1)
    code, _, err = thads(
        "law", "show", "--rule", "voluntary_period", "--on", day.isoformat(), "--lang=en"
    )
    assert code == 2
    assert "was not in force on 2009-06-30" in err


def test_a_day_before_every_act_has_no_rules(thads: Thads) -> None:
    code, out, _ = thads("law", "show", "--on", "2009-06-30")
    assert (code, out) == (0, "Không có quy định nào có hiệu lực ngày Thứ Ba, 30/06/2009.\n")


def test_the_change_of_law_is_shown_rule_by_rule(thads: Thads) -> None:
    _, out, _ = thads("law", "diff", "2026-06-30", "2026-07-01", "--json")
    differing = {row["id"]: row for row in json.loads(out)["differing"]}
    assert differing["verification.first"]["old"]["term"] == {"length": 10, "unit": "days"}
    assert differing["verification.first"]["new"]["term"] == {"length": 9, "unit": "days"}
    _, out, _ = thads("law", "diff", "2026-06-30", "2026-07-01")
    assert "khoản 1 Điều 37 Luật THADS 2025: 09 ngày" in out


def test_two_days_under_the_same_law_do_not_differ(thads: Thads) -> None:
    _, out, _ = thads("law", "diff", "2026-08-01", "2026-11-23", "--json")
    assert json.loads(out)["differing"] == []
    _, out, _ = thads("law", "diff", "2026-08-01", "2026-11-23", "--lang", "en")
    assert out.startswith("No rule differs between ")


def test_a_reader_that_goes_away_is_no_failure() -> None:
    shown = subprocess.Popen(
        [sys.executable, "starter.py", "law", "show", "--on", "2026-07-01"],
        cwd=corpora.FOLDER.parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert shown.stdout is not None
    assert shown.stderr is not None
    shown.stdout.close()
    assert shown.stderr.read() == b""
    shown.stderr.close()
    assert shown.wait(60) == 0


def test_coverage_counts_the_rows_of_each_act_and_fails_while_one_is_missing(
    starter: Thads,
) -> None:
    code, out, err = starter("law", "coverage", "--json")
    acts = json.loads(out)
    assert err == ""
    assert code == (1 if any(act["missing"] for act in acts) else 0)
    assert "106/2025/QH15" in [act["act"] for act in acts]
    code, out, err = starter("law", "coverage", "--act", "106/2024/QH15")
    assert (code, out) == (2, "")
    assert "106/2025/QH15" in err
