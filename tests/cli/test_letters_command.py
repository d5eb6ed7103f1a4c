"""Requests that wait, listed over a real register, and the reminders drafted of them.

Today is Monday, 30 November 2026; 24 November is off.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli import letters
from cli.app import build, run
from law.calendar import ZONE, Calendar
from law.corpus import Corpus
from store.engine import open_engine
from store.register import Register
from tests.seals import SEAL, SEAL_KEY
from tests.store import dossiers

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)
DEBTOR = "Nguyễn Văn A"


def _sent(reference: str, body: str, what: str, on: str, **more: Any) -> dict[str, Any]:
    plain = {"event": "request_sent", "on": on, "request": reference, "body": body, "what": what}
    return plain | more


ASKING = (
    *dossiers.NOTIFIED,
    _sent("15/CV", "bank", "information", "2026-11-18", body_name="Ngân hàng mẫu"),
    _sent("16/CV", "land_office", "registration", "2026-11-19"),
    _sent("17/CV", "tax_office", "information", "2026-11-27"),
    {"event": "request_reminded", "on": "2026-11-23", "request": "15/CV", "level": "1",
     "number": "20/CV"},
    {"event": "request_answered", "on": "2026-11-27", "request": "99/CV"},
)  # fmt: skip
EXPLAINING = (
    *dossiers.NOTIFIED,
    {"event": "correction_requested", "on": "2026-10-20", "number": "7/CV"},
)
ANSWERED = (
    *dossiers.NOTIFIED,
    _sent("15/CV", "bank", "information", "2026-11-18"),
    {"event": "request_answered", "on": "2026-11-19", "request": "15/CV"},
)
CLOSED = (
    *dossiers.NOTIFIED,
    _sent("15/CV", "bank", "information", "2026-11-18"),
    {"event": "closed", "on": "2026-11-20"},
)
Called = Callable[..., tuple[int, str, str]]


async def _fill(database: str, assessed: dossiers.Assessor) -> None:
    engine = open_engine(database, statement_seconds=10)
    try:
        register = Register(engine, SEAL)
        for name, facts, office in (
            ("ASKING", ASKING, "nghe-an/kv1"), ("EXPLAINING", EXPLAINING, "nghe-an/kv2"),
            ("ANSWERED", ANSWERED, "nghe-an/kv1"), ("CLOSED", CLOSED, "nghe-an/kv1"),
            ("QUIET", dossiers.NOTIFIED, "nghe-an/kv1"),
        ):  # fmt: skip
            dossier = dossiers.build(facts, id=name, office=office, debtor=DEBTOR)
            await register.project(dossier, assessed(dossier, NOW), 1)
    finally:
        await engine.dispose()


@pytest.fixture(name="called")
def _called(
    database: str,
    book: Corpus,
    calendar: Calendar,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Called:
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("THADS_SEAL_KEY", SEAL_KEY)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(letters, "read_now", lambda: NOW)
    asyncio.run(_fill(database, dossiers.Assessor(book, calendar)))

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((letters.add_to,)), ("letters", *tokens))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def _listed(called: Called, *tokens: str) -> list[tuple[str, str, str, int, int]]:
    code, out, _ = called("list", *tokens, "--json")
    assert code == 0
    return [
        (row["case"], row["reference"], row["due"], row["overdue"], row["level"])
        for row in json.loads(out)
    ]


def test_what_waits_is_listed_the_longest_overdue_first(called: Called) -> None:
    assert _listed(called) == [
        # at once (Law 106/2025, Art. 37.6.b); reminded on 23 November
        ("ASKING", "15/CV", "2026-11-18", 7, 2),
        # 30 days from 20 October end on 19 November (Art. 13.3)
        ("EXPLAINING", "7/CV", "2026-11-19", 6, 1),
        # no number in the law, 5 working days by our norm: 20, 23, 25, 26, 27 November
        ("ASKING", "16/CV", "2026-11-27", 1, 1),
        # 3 working days from Friday, 27 November
        ("ASKING", "17/CV", "2026-12-02", 0, 0),
    ]


def test_one_office_officer_case_or_only_what_is_due_is_listed(called: Called) -> None:
    def references(*tokens: str) -> list[str]:
        return [row[1] for row in _listed(called, *tokens)]

    assert references("--office", "nghe-an/kv2") == ["7/CV"]
    assert references("--office", "nghe-an") == ["15/CV", "7/CV", "16/CV", "17/CV"]
    assert references("--officer", "cv.binh") == []
    assert references("--case", "EXPLAINING") == ["7/CV"]
    assert references("--case", "ASKING", "--due") == ["15/CV", "16/CV"]


def test_the_list_says_what_is_no_time_of_the_law_and_what_names_no_request(
    called: Called,
) -> None:
    code, out, err = called("list")
    assert (code, err) == (0, "")
    assert out.startswith("Đang chờ 2 việc, 4 yêu cầu; quá hạn 3.\n")
    assert "27/11/2026*" in out
    assert "18/11/2026*" not in out
    assert "mức mặc định của phần mềm, không phải thời hạn của luật" in out
    assert "nêu yêu cầu 99/CV, là yêu cầu không có trong hồ sơ" in out
    assert DEBTOR not in out
    code, out, _ = called("list", "--office", "nghe-an/kv3", "--lang", "en")
    assert (code, out) == (0, "No request to another body waits for its answer.\n")


def test_the_letter_names_the_request_its_article_and_its_time_and_no_party(
    called: Called,
) -> None:
    code, out, err = called("draft", "ASKING", "15/CV", "--level", "1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert "V/v nhắc trả lời, thực hiện văn bản số 15/CV (cung cấp thông tin)" in lines
    assert lines[lines.index("Kính gửi:") + 1] == "- Ngân hàng mẫu"
    assert "việc thi hành án số ASKING" in out
    assert "Quyết định thi hành án số 12/QĐ-CTHADS ngày 05/10/2026" in out
    assert "Ngày 18/11/2026" in out
    assert "Căn cứ điểm b khoản 6 Điều 37 Luật Thi hành án dân sự số 106/2025/QH15: “đối" in out
    assert "phải được thực hiện ngay, trong ngày 18/11/2026" in out
    assert "Tính đến ngày 30/11/2026, đã quá hạn 7 ngày làm việc" in out
    assert "chậm nhất là ngày 07/12/2026" in out  # five working days
    assert "lần 1 ngày 23/11/2026 (số 20/CV)" in out
    assert "tính từ ngày gửi 18/11/2026; nếu nhận sau ngày đó" in out
    assert "Điều 4 " not in out, "the first reminder threatens nobody"
    assert lines[-1] == "Chấp hành viên mẫu An"
    assert DEBTOR not in out


def test_the_debtor_is_named_only_where_that_is_asked_for(called: Called) -> None:
    out = called("draft", "ASKING", "15/CV", "--with-names")[1]
    assert f"người phải thi hành án: {DEBTOR}" in out


def test_the_level_after_the_last_reminder_is_drafted(called: Called) -> None:
    second = called("draft", "ASKING", "15/CV")[1]
    assert "V/v nhắc lần 2" in second
    assert "- Cơ quan cấp trên trực tiếp của Ngân hàng mẫu (" in second
    assert "khoản 7 Điều 37 Luật Thi hành án dân sự số 106/2025/QH15" in second
    assert "THỦ TRƯỞNG CƠ QUAN" in second
    first = called("draft", "ASKING", "17/CV")[1]
    assert "V/v nhắc trả lời" in first
    assert "quá hạn" not in first, "it is not due yet"


def test_the_last_letter_recommends_to_deal_with_the_silence(called: Called) -> None:
    out = called("draft", "ASKING", "15/CV", "--level", "3")[1]
    assert "V/v kiến nghị xử lý" in out
    assert "điểm e khoản 2 Điều 22 Luật Thi hành án dân sự" in out
    assert "- Viện kiểm sát nhân dân có thẩm quyền;" in out


def test_our_own_norm_is_never_written_as_a_time_of_the_law(called: Called) -> None:
    out = called("draft", "ASKING", "16/CV")[1]
    assert "27/11/2026" not in out
    assert "quá hạn" not in out
    # 20, 23, 25, 26, 27, 30 November
    assert "Từ ngày 19/11/2026 đến ngày 30/11/2026, đã 6 ngày làm việc" in out
    assert "khoản 1 Điều 14 Luật Thi hành án dân sự số 106/2025/QH15" in out


def test_a_request_by_an_event_of_its_own_is_reminded_by_its_number_or_its_fact(
    called: Called,
) -> None:
    by_number, by_fact = (called("draft", "EXPLAINING", name)[1] for name in ("7/CV", "6"))
    assert by_number == by_fact
    assert "- Tòa án\n" in by_number
    assert "khoản 3 Điều 13" in by_number
    assert "hạn trả lời, thực hiện là hết ngày 19/11/2026" in by_number


def test_the_english_copy_says_that_it_is_one(called: Called) -> None:
    out = called("draft", "ASKING", "15/CV", "--lang", "en")[1]
    assert out.startswith("(Copy to explain the letter by; the Vietnamese text alone is sent.")
    assert "overdue by 7 working days" in out


def test_a_letter_in_a_file_is_the_letter_and_says_what_to_report(
    called: Called, tmp_path: Path
) -> None:
    shown = called("draft", "ASKING", "15/CV")[1]
    file = tmp_path / "nhắc.txt"
    code, out, _ = called("draft", "ASKING", "15/CV", "--out", str(file))
    assert code == 0
    assert file.read_text("utf-8") == shown
    wanted = "thads case report ASKING request_reminded --on 2026-11-30 --set request=15/CV level=2"
    assert wanted in out


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("draft", "ASKING", "18/CV"), "15/CV, 16/CV, 17/CV"),
        (("draft", "ANSWERED", "15/CV"), "không có yêu cầu nào đang chờ trả lời"),
        (("draft", "CLOSED", "15/CV"), "không có yêu cầu nào đang chờ trả lời"),
        (("draft", "NOBODY", "15/CV"), "không có yêu cầu nào đang chờ trả lời"),
        (("draft", "a b", "15/CV"), "a b"),
        (("draft", "ASKING", "15/CV", "--level", "4"), "1, 2, 3"),
        (("list", "--office", "hue"), "nghe-an"),
        (("list", "--officer", "cv.khong"), "cv.an"),
    ],
)
def test_what_does_not_exist_is_refused_in_one_sentence(
    called: Called, tokens: tuple[str, ...], said: str
) -> None:
    code, out, err = called(*tokens)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err


def test_a_file_that_cannot_be_written_is_refused_and_nothing_is_left(
    called: Called, tmp_path: Path
) -> None:
    code, out, err = called(
        "draft", "ASKING", "15/CV", "--out", str(tmp_path / "nowhere" / "a.txt"), "--lang", "en"
    )
    assert (code, out) == (2, "")
    assert "a file in a writable folder" in err
    assert list(tmp_path.iterdir()) == []
