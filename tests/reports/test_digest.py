"""The digest: numbers first, at most twenty cases, no party's name, nothing fetched."""

from __future__ import annotations

import re
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from i18n.texts import Lang
from law.calendar import ZONE
from reports.digest import Digest, subject_of, write_text
from reports.digest_html import write_html
from reports.digest_sheet import write_digest_sheet
from reports.figures import Figures
from tests.reports.mornings import FIGURES, ahead, digest, line

NAME = "Chấp hành viên trưởng mẫu"
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)


class _Page(HTMLParser):
    """Read a page: its text, its open tags, and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.lang: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.lang = held.get("lang") or self.lang
        self.fetched += [str(held[name]) for name in ("src", "href", "background") if name in held]
        if "url(" in (held.get("style") or ""):
            self.fetched.append(str(held["style"]))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def cases_in(text: str) -> list[str]:
    return re.findall(r"^- (NA-\d+)", text, re.MULTILINE)


def test_the_subject_gives_the_numbers_and_names_nobody() -> None:
    assert subject_of(digest(), "vi") == (
        "[THADS] Sáng 23/11/2026: 12 quá hạn, 8 đến hạn tuần này — Phòng THADS khu vực 1"
    )
    assert subject_of(digest(), "en") == (
        "[THADS] Morning of 23 Nov 2026: 12 overdue, 8 due this week — Phòng THADS khu vực 1"
    )
    assert subject_of(digest(weekly=True), "vi").startswith("[THADS] Tuần từ 23/11/2026")
    assert "\n" not in subject_of(digest(offices=(("x", "Phòng\nBcc: a@b"),)), "vi")


def test_numbers_come_before_cases() -> None:
    text = write_text(digest(), NAME, "vi")
    numbers = [text.index(f"{n}  {what}") for n, what in (
        (12, "Quá hạn"), (8, "Đến hạn tuần này"), (5, "Việc đang vướng"),
        (3, "Quá hạn, chưa ai xác nhận"), (1, "Đơn thư sắp hết hạn"),
    )]  # fmt: skip
    assert numbers == sorted(numbers)
    assert numbers[-1] < text.index("NA-000")
    assert "2 đặc biệt nghiêm trọng; 4 nghiêm trọng; 6 thông thường" in text
    assert "3 Có việc đã quá hạn; 2 Không có tác nghiệp" in text
    assert "riêng hôm nay đến hạn 2" in text


def test_twenty_lines_at_the_most_with_room_for_what_falls_due() -> None:
    many = digest(
        figures=FIGURES.model_copy(update={"overdue": {"routine": 300}, "due_week": 40}),
        overdue=tuple(line(n) for n in range(300)),
        due=tuple(ahead(n + 500) for n in range(40)), due_rows=40,
    )  # fmt: skip
    text = write_text(many, NAME, "vi")
    named = cases_in(text)
    assert len(named) == 20
    assert named[:12] == [f"NA-{n:03}" for n in range(12)]
    assert named[12:] == [f"NA-{n + 500}" for n in range(8)]
    assert "… và 288 thời hạn quá hạn nữa" in text
    assert "thads breaches --verdict open --office nghe-an/kv1" in text
    assert "… và 32 thời hạn đến hạn nữa." in text
    assert "Danh sách đầy đủ trong tệp đính kèm: thoi-han-2026-11-23.xlsx" in text


@pytest.mark.parametrize(("over", "coming", "named"), [(30, 0, 20), (2, 30, 20), (3, 4, 7)])
def test_room_that_one_list_does_not_need_goes_to_the_other(
    over: int, coming: int, named: int
) -> None:
    made = digest(
        figures=FIGURES.model_copy(update={"overdue": {"routine": over}}),
        overdue=tuple(line(n) for n in range(over)),
        due=tuple(ahead(n + 500) for n in range(coming)), due_rows=coming,
    )  # fmt: skip
    assert len(cases_in(write_text(made, NAME, "vi"))) == named


def test_a_list_that_is_too_long_to_attach_whole_says_so() -> None:
    made = digest(figures=FIGURES.model_copy(update={"overdue": {"routine": 9000}}))
    text = write_text(made, NAME, "vi")
    assert "có 12 dòng đầu của mỗi danh sách; xem hết bằng lệnh: thads breaches" in text


def test_the_change_is_against_last_week_and_says_when_that_was() -> None:
    before = FIGURES.model_copy(update={"overdue": {"routine": 9}, "stuck_cases": 5, "due_week": 9})
    text = write_text(digest(before=before, before_day=date(2026, 11, 16)), NAME, "vi")
    assert "Quá hạn (+3 so với tuần trước)" in text
    assert "Đến hạn tuần này (−1 so với tuần trước)" in text
    assert "Việc đang vướng (như tuần trước)" in text
    assert "So với số liệu ngày 16/11/2026." in text
    alone = write_text(digest(), NAME, "vi")
    assert "Chưa có số liệu tuần trước để so sánh." in alone
    assert "so với tuần trước" not in alone


def test_an_office_where_all_is_in_order_is_told_so_shortly() -> None:
    quiet = digest(figures=Figures(open_cases=9), overdue=(), due=(), due_rows=0)
    text = write_text(quiet, NAME, "vi")
    assert "Mọi việc đều trong hạn" in text
    assert "đính kèm" not in text
    assert len(text.splitlines()) < 20
    assert "Mọi việc đều trong hạn" not in write_text(digest(), NAME, "vi")
    assert "Mọi việc đều trong hạn" in write_html(quiet, NAME, "vi")


def test_an_agency_sees_its_offices_apart_and_where_a_case_is() -> None:
    made = digest(
        offices=(("nghe-an", "THADS tỉnh Nghệ An"),),
        parts=(("Phòng khu vực 1", FIGURES), ("Phòng khu vực 2", Figures())),
    )
    text = write_text(made, NAME, "vi")
    assert "Phòng khu vực 1: 12 quá hạn, 8 đến hạn tuần này, 5 việc đang vướng" in text
    assert "cv.an (nghe-an/kv1)" in text
    assert "cv.an (nghe-an/kv1)" not in write_text(digest(), NAME, "vi")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_is_whole_says_its_language_and_fetches_nothing(lang: Lang) -> None:
    made = digest(parts=(("<Phòng> & 1", FIGURES), ("x", Figures())), before=FIGURES,
                  before_day=date(2026, 11, 16))  # fmt: skip
    page = _Page(write_html(made, "<b>Trưởng</b>", lang))
    assert page.open == []
    assert page.lang == lang
    assert page.fetched == []
    assert "<Phòng> & 1" in page.words
    assert any("<b>Trưởng</b>" in words for words in page.words)
    shown = [words for words in page.words if words.startswith("NA-")]
    assert len(shown) == 20
    for number in ("12", "8", "5", "3", "1"):
        assert number in page.words


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_text_page_and_workbook_hold_the_same_cases(lang: Lang) -> None:
    made = digest()
    named = cases_in(write_text(made, NAME, lang))
    page = _Page(write_html(made, NAME, lang))
    assert [words for words in page.words if words.startswith("NA-")] == named
    book = CalamineWorkbook.from_filelike(BytesIO(write_digest_sheet(made, NOW, lang)))
    sheets = [book.get_sheet_by_index(n).to_python() for n in range(3)]
    assert [row[0] for sheet in sheets[1:] for row in sheet[1:]] == named
    assert sheets[0][-1][1:] == [12.0, 8.0, 5.0, 3.0, 1.0, 120.0]
    assert {row[8] for row in sheets[1][1:]} == {date(2026, 11, 16)}


def test_a_formula_in_a_register_stays_text() -> None:
    made: Digest = digest(overdue=(line(1, dossier="=1+1"),))
    book = CalamineWorkbook.from_filelike(BytesIO(write_digest_sheet(made, NOW, "vi")))
    assert book.get_sheet_by_index(1).to_python()[1][0] == "=1+1"


def test_a_term_in_hours_shows_its_moment() -> None:
    made = digest(due=(ahead(1, due="2026-11-23T16:30:00+07:00"),), due_rows=1)
    assert "16:30 23/11/2026" in write_text(made, NAME, "vi")


def test_a_duty_of_another_and_a_case_without_an_officer_say_whose_it_is() -> None:
    made = digest(overdue=(line(1, officer=None), line(2, holder="head")))
    text = write_text(made, NAME, "vi")
    assert "chưa phân công" in text
    assert "Thủ trưởng" in text
