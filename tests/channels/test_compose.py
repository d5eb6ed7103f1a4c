"""Messages: short, in the person's language, with the article, without names."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from activities.delivery import PendingAlert
from channels.compose import Desk, compose
from channels.letter import Letter
from channels.reader import InPlace, Reader
from law.calendar import ZONE, load_calendar

NOW = datetime(2026, 11, 25, 7, 30, tzinfo=ZONE)
CALENDAR = load_calendar()
DESK = Desk(CALENDAR)
DUE = {-3: "2026-11-30", -1: "2026-11-26", 0: "2026-11-25", 1: "2026-11-23", 3: "2026-11-19"}
"""Rung by rung a due date for which it is the present one on the 25th; the 24th is a day off."""


def alert(rung: int, **more: object) -> PendingAlert:
    plain = {
        "key": f"k{rung}", "dossier": "NA-1", "occurrence": f"o{rung}", "channel": "notice",
        "office": "nghe-an/kv1", "officer": "cv.an",
        "role": "officer", "rung": rung, "severity": "serious", "due": DUE[rung],
        "rule": "verification.first", "title_vi": "Xác minh lần đầu", "title_en": "First check",
        "act": "106/2025/QH15", "article": "37", "clause": "1", "holder": "officer",
        "raised_at": NOW,
    }  # fmt: skip
    return PendingAlert.model_validate(plain | more)


def reader(language: str = "vi", in_place: InPlace | None = None) -> Reader:
    return Reader(
        key="cv.an",
        name="Chấp hành viên mẫu",
        role="officer",
        office="nghe-an/kv1",
        language=language,
        in_place=in_place,
    )


def letter(*alerts: PendingAlert, language: str = "vi", desk: Desk = DESK) -> Letter:
    written = compose(reader(language), alerts, "t1", NOW, desk)
    return written.model_copy(update={"to": "cv@example.invalid"})


def test_a_message_says_what_which_case_due_when_why_and_what_to_do() -> None:
    text = letter(alert(-1)).text
    for words in (
        "Việc NA-1", "Xác minh lần đầu", "Hạn: Thứ Năm, 26/11/2026", "khoản 1 Điều 37",
        "Việc cần làm: thực hiện", "thads why NA-1 verification.first",
    ):  # fmt: skip
        assert words in text
    english = letter(alert(-1), language="en").text
    for words in (
        "Case NA-1", "First check", "Due: Thursday, 26 November 2026", "Article 37", "To do: do it",
        "thads why NA-1 verification.first",
    ):  # fmt: skip
        assert words in english


def test_the_html_says_what_the_text_says() -> None:
    both = letter(alert(1, missed=(-1,)), alert(0, dossier="NA-2", unreached=("cv.binh",)))
    seen = re.sub(r"<[^>]+>", "\n", both.html)
    for line in both.text.splitlines():
        for part in filter(None, (part.strip(" []") for part in line.split("] "))):
            assert part in seen, part
    assert '<html lang="vi">' in both.html
    assert '<html lang="en">' in letter(alert(1), language="en").html


def test_html_fetches_nothing_and_shows_text_as_text() -> None:
    html = letter(alert(0, title_vi="<b>x</b>")).html
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x" in html
    assert not re.search(r"(src=|url\(|<link|<script|@import)", html)


def test_the_subject_of_several_cases_counts_and_names_nobody() -> None:
    two = letter(alert(1), alert(0, dossier="NA-2"), alert(-1, dossier="NA-2"))
    assert two.subject == "[THADS] 2 việc cần chú ý, 1 quá hạn"
    assert "Thời hạn: 3 · Việc: 2 · Việc quá hạn: 1 (lúc 07:30 25/11/2026)" in two.text


def test_the_subject_of_one_case_names_it_with_its_gravest_mark() -> None:
    assert letter(alert(1)).subject == "[THADS] Việc NA-1: ĐÃ QUÁ HẠN 01 ngày làm việc"
    more = letter(alert(1), alert(-1), language="en")
    assert more.subject == "[THADS] Case NA-1: OVERDUE by 1 working day, and 1 more"


@pytest.mark.parametrize(
    ("rung", "more", "vi", "en"),
    [
        (3, {}, "ĐÃ QUÁ HẠN 03 ngày làm việc", "OVERDUE by 3 working days"),
        (0, {}, "ĐẾN HẠN", "DUE"),
        (-1, {}, "Sắp đến hạn, còn 01 ngày làm việc", "Due soon, 1 working day left"),
        (-3, {}, "Sắp đến hạn, còn 03 ngày làm việc", "Due soon, 3 working days left"),
        (0, {"due": "2026-11-24", "holder": "debtor"}, "ĐÃ HẾT THỜI HẠN", "HAS RUN OUT"),
        (0, {"due": "2026-11-24", "holder": "complainant"}, "ĐÃ HẾT THỜI HẠN", "HAS RUN OUT"),
        (0, {"due": "2026-11-25T07:00:00+07:00"}, "ĐÃ QUÁ HẠN", "OVERDUE"),
        (0, {"due": "2026-11-25T02:30:00+00:00"}, "ĐẾN HẠN", "DUE"),
        (-1, {"due": "2026-11-28"}, "Sắp đến hạn, còn 02 ngày làm việc", "Due soon, 2 working"),
        (0, {"due": "1999-01-04"}, "ĐÃ QUÁ HẠN", "OVERDUE"),
        (-1, {"kind": "moved", "was_due": "2026-11-20"},
         "ĐÃ ĐỔI HẠN từ 20/11/2026 sang 26/11/2026",
         "DATE MOVED from 20 Nov 2026 to 26 Nov 2026"),
        (1, {"kind": "withdrawn"}, "KHÔNG CÒN HẠN", "NO LONGER DUE"),
        (1, {"kind": "reminder"}, "NHẮC LẠI: ĐÃ QUÁ HẠN 01 ngày làm việc",
         "REMINDER: OVERDUE by 1 working day"),
    ],
)  # fmt: skip
def test_the_mark_says_what_has_become_of_the_date(
    rung: int, more: dict[str, object], vi: str, en: str
) -> None:
    assert f"[{vi}] Xác minh lần đầu" in letter(alert(rung, **more)).text
    assert f"[{en}" in letter(alert(rung, **more), language="en").text


def test_days_are_counted_to_the_day_of_the_message_and_not_taken_from_the_rung() -> None:
    late = letter(alert(1, due="2026-11-16"))
    assert "ĐÃ QUÁ HẠN 06 ngày làm việc" in late.text


def test_a_day_off_that_is_due_is_due_on_the_working_day_before_it() -> None:
    friday = datetime(2026, 11, 27, 7, 30, tzinfo=ZONE)
    text = compose(reader(), [alert(0, due="2026-11-29")], "t", friday, DESK).text
    assert "[ĐẾN HẠN]" in text


def test_a_withdrawn_date_shows_what_it_was_and_asks_for_nothing() -> None:
    text = letter(alert(-1, kind="withdrawn"), desk=Desk(CALENDAR, link=str.upper)).text
    assert "Hạn đã báo trước đây: Thứ Năm, 26/11/2026" in text
    assert "không phải làm gì thêm" in text
    assert "thads why" not in text
    assert "Đã nắm" not in text


@pytest.mark.parametrize(
    ("role", "holder", "words"),
    [
        ("officer", "officer", "Việc cần làm: thực hiện rồi báo"),
        ("officer", "head", "trình Thủ trưởng cơ quan thi hành án dân sự thực hiện"),
        ("chief_officer", "officer", "đôn đốc Chấp hành viên"),
        ("head_of_agency", "head", "Việc cần làm: thực hiện rồi báo"),
        ("managing_authority", "head", "đôn đốc Thủ trưởng"),
        ("officer", "other_body", "nhắc cơ quan, tổ chức đó"),
        ("chief_officer", "other_body", "đôn đốc cơ quan, tổ chức khác"),
        ("officer", "debtor", "thời hạn này là của người phải thi hành án"),
        ("officer", "nobody", "thời gian phải chờ đã hết"),
    ],
)
def test_what_to_do_is_said_as_seen_from_the_role(role: str, holder: str, words: str) -> None:
    assert words in letter(alert(1, role=role, holder=holder)).text


def test_cases_stand_together_where_their_gravest_entry_stands() -> None:
    text = letter(alert(3), alert(1, dossier="NA-2"), alert(-1)).text
    assert text.index("Việc NA-1") < text.index("còn 01") < text.index("Việc NA-2")
    assert text.count("Việc NA-1") == 1


def test_a_long_list_is_cut_and_says_so() -> None:
    many = letter(*(alert(1, dossier=f"NA-{n}", key=f"k{n}") for n in range(50)))
    assert many.text.count("[ĐÃ QUÁ HẠN") == 20
    assert many.html.count("ĐÃ QUÁ HẠN") == 20
    assert "30 thời hạn nữa" in many.text
    assert "thời hạn nữa" not in letter(*(alert(1, key=f"k{n}") for n in range(20))).text


def test_reminders_that_could_not_be_sent_are_named_as_days() -> None:
    missed = (-3, 0, 1)
    assert "03 ngày làm việc trước hạn, vào ngày đến hạn, 01 ngày làm việc sau hạn." in (
        letter(alert(3, missed=missed)).text
    )
    assert "3 working days before the due date, on the due date, 1 working day after" in (
        letter(alert(3, missed=missed), language="en").text
    )


def test_a_link_takes_the_place_of_the_command() -> None:
    desk = Desk(CALENDAR, link=lambda key: f"https://thads.invalid/a?k={key}&x=1")
    linked = letter(alert(1), desk=desk)
    assert "Đã nắm, đang xử lý: https://thads.invalid/a?k=k1&x=1" in linked.text
    assert 'href="https://thads.invalid/a?k=k1&amp;x=1"' in linked.html
    assert "thads why" not in linked.text


def _in_place(why: str, *alerts: PendingAlert, name: str | None = "Người mẫu 2") -> Letter:
    meant = InPlace.model_validate({"why": why, "role": "officer", "name": name})
    return compose(reader(in_place=meant), alerts, "t1", NOW, DESK)


def test_whoever_stands_in_reads_for_whom_and_why() -> None:
    other = alert(1, officer="cv.binh")
    text = _in_place("deputy", other).text
    assert "cả 1 mục trong thư này thay Người mẫu 2 (Chấp hành viên), vì người này" in text
    assert "thay Chấp hành viên, vì tại đơn vị" in _in_place("fallback", other, name=None).text
    assert "không địa chỉ nào" in _in_place("unreached", other).text
    assert "được giao" in _in_place("delegate", other).text


def test_entries_of_ones_own_are_told_from_those_taken_in_someones_place() -> None:
    text = _in_place("deputy", alert(1), alert(0, officer="cv.binh", dossier="NA-2")).text
    assert "Anh/chị nhận 1 mục trong thư này thay" in text
    assert "nhận thay" not in text.partition("Việc NA-2")[0]
    assert "Mục này anh/chị nhận thay." in text.partition("Việc NA-2")[2]
    assert "thay Người mẫu 2" not in _in_place("deputy", alert(1)).text


def test_who_could_not_be_told_is_named() -> None:
    desk = Desk(CALENDAR, name={"cv.binh": "Người mẫu 2"}.__getitem__)
    assert "Chưa báo được cho: Người mẫu 2." in (
        letter(alert(1, unreached=("cv.binh",)), desk=desk).text
    )


def test_chat_gets_five_lines_at_most_and_no_name_and_no_link() -> None:
    desk = Desk(CALENDAR, link=lambda key: f"https://thads.invalid/{key}")
    few = letter(*(alert(1, dossier=f"NA-{n}") for n in range(5)), desk=desk)
    assert len(few.brief) == 5
    assert few.brief[0] == (
        "ĐÃ QUÁ HẠN 01 ngày làm việc: Xác minh lần đầu, việc NA-0, hạn 23/11/2026"
    )
    six = letter(*(alert(1, dossier=f"NA-{n}") for n in range(6)), desk=desk)
    assert (len(six.brief), six.brief[-1]) == (5, "… và 2 mục nữa")
    place = _in_place("unreached", *(alert(1, officer="cv.binh") for _ in range(6)))
    assert (len(place.brief), place.brief[0]) == (5, "Nhận thay Chấp hành viên")
    for said in (few, six, place):
        words = "\n".join([said.subject, *said.brief])
        assert "mẫu" not in words
        assert "http" not in words
