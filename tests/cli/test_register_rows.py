from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.register_columns import COLUMNS
from cli.register_rows import enforcement_year
from tests.cli.registers import NOW, ROOT, build, row, table, write_csv, write_xlsx

VERIFIED = date(2026, 10, 22)


def events(tmp_path: Path, **changes: Any) -> list[tuple[str, str]]:
    built = build(write_xlsx(tmp_path / "r.xlsx", table(row(**changes))))
    assert not built.problems, [p.said("en") for p in built.problems]
    return [(fact.event, fact.on.isoformat()) for fact in built.good[0].dossier.facts]


def told(tmp_path: Path, **changes: Any) -> list[tuple[int, str, str]]:
    built = build(write_xlsx(tmp_path / "r.xlsx", table(row(**changes))))
    assert not built.good
    assert all(p.reason and p.reason_en for p in built.problems)
    return [(p.row, p.column, p.value) for p in built.problems]


def test_a_row_becomes_a_dossier_with_its_facts_in_order(tmp_path: Path) -> None:
    assert events(tmp_path) == [
        ("judgment_received", "2026-09-28"),
        ("request_received", "2026-09-30"),
        ("enforcement_decision_issued", "2026-10-05"),
        ("officer_assigned", "2026-10-05"),
        ("decision_validly_notified", "2026-10-08"),
        ("means_verified", "2026-10-22"),
    ]


def test_the_id_is_made_of_office_enforcement_year_and_number(tmp_path: Path) -> None:
    built = build(write_xlsx(tmp_path / "r.xlsx", table(row(), row(decided=date(2026, 9, 30)))))
    assert [one.dossier.id for one in built.good] == [
        "nghe-an.kv1-2027-0036",
        "nghe-an.kv1-2026-0036",
    ]


def test_the_enforcement_year_begins_on_the_first_of_october() -> None:
    assert enforcement_year(date(2026, 9, 30)) == 2026
    assert enforcement_year(date(2026, 10, 1)) == 2027


def test_the_same_row_a_day_later_has_the_same_ids(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", table(row()))
    first, again = (build(path, NOW + timedelta(days=d)).good[0].dossier for d in (0, 1))
    assert first.id == again.id
    assert [f.command_id for f in first.facts] == [f.command_id for f in again.facts]
    assert first.facts[0].command_id == "import:nghe-an.kv1-2027-0036:judgment_received:2026-09-28"
    assert {f.actor for f in first.facts} == {"import"}
    assert {f.received_at for f in first.facts} == {NOW}


def test_a_case_number_that_stands_twice_refuses_the_later_rows(tmp_path: Path) -> None:
    lines = table(row(), row(number="036/QĐ-THADS"), row(office="nghe-an/kv2", officer="cv.chi"))
    built = build(write_csv(tmp_path / "r.csv", lines))
    assert [one.row for one in built.good] == [2, 4]
    assert [(p.row, p.column) for p in built.problems] == [(3, "Số QĐ thi hành án")]
    assert "row 2" in built.problems[0].reason_en
    assert "dòng 2" in built.problems[0].reason


def test_good_rows_stand_beside_bad_ones_and_every_problem_is_told(tmp_path: Path) -> None:
    lines = table(
        row(), row(number="1/QĐ", decided="32/13/2026", debt="-5", total=None), row(number="2/QĐ")
    )
    built = build(write_csv(tmp_path / "r.csv", lines))
    assert [one.row for one in built.good] == [2, 4]
    assert {(p.row, p.column, p.value) for p in built.problems} == {
        (3, "Ngày QĐ thi hành án", "32/13/2026"),
        (3, "Trả nợ", "-5"),
    }


@pytest.mark.parametrize("typed", ["05/10/2026", "5/10/2026", "05-10-2026", "2026-10-05"])
def test_days_are_read_as_they_are_typed(tmp_path: Path, typed: str) -> None:
    assert ("enforcement_decision_issued", "2026-10-05") in events(tmp_path, decided=typed)


@pytest.mark.parametrize(
    "typed", ["50.000.000", "50,000,000đ", "50 000 000 đồng", "50000000", 50_000_000.0]
)
def test_amounts_are_read_as_they_are_typed(tmp_path: Path, typed: str | float) -> None:
    built = build(write_xlsx(tmp_path / "r.xlsx", table(row(debt=typed))))
    (obligation,) = built.good[0].dossier.obligations
    assert obligation.amount_vnd == 50_000_000


@pytest.mark.parametrize(
    ("column", "changes", "heading"),
    [
        ("decided", {"decided": "10/9/24"}, "Ngày QĐ thi hành án"),
        ("decided", {"decided": 46_000}, "Ngày QĐ thi hành án"),
        ("decided", {"decided": date(2026, 11, 24)}, "Ngày QĐ thi hành án"),
        ("decided", {"decided": date(2005, 1, 1)}, "Ngày QĐ thi hành án"),
        ("debt", {"debt": "1.5", "total": None}, "Trả nợ"),
        ("debt", {"debt": 150_000.5, "total": None}, "Trả nợ"),
        ("debt", {"debt": -1, "total": None}, "Trả nợ"),
        ("debt", {"debt": "năm triệu", "total": None}, "Trả nợ"),
        ("total", {"total": 49_999_999}, "Tổng phải thi hành"),
        ("done", {"done": 60_000_000}, "Đã thi hành"),
        ("left", {"done": 10, "left": 50_000_000}, "Còn phải thi hành"),
        ("origin", {"origin": "Khác"}, "Loại"),
        ("office", {"office": "nghe-an/kv9"}, "Đơn vị"),
        ("officer", {"officer": "cv.khong"}, "Chấp hành viên"),
        ("officer", {"officer": None}, "Chấp hành viên"),
        ("number", {"number": "QĐ-THADS"}, "Số QĐ thi hành án"),
        ("number", {"number": None}, "Số QĐ thi hành án"),
        ("requested", {"requested": None}, "Ngày nhận yêu cầu"),
        ("creditor", {"creditor": None}, "Người được thi hành án"),
        ("channel", {"channel": None}, "Kênh"),
        ("channel", {"channel": "bồ câu"}, "Kênh"),
        ("class_day", {"class": "Hoãn", "class_ground": "x"}, "Ngày QĐ phân loại"),
        ("class_ground", {"class": "Hoãn", "class_day": VERIFIED}, "Căn cứ phân loại"),
        ("until", {"until": VERIFIED}, "Hoãn đến ngày"),
        ("ended", {"status": "Xong"}, "Ngày kết thúc"),
        ("ended", {"ended": VERIFIED}, "Ngày kết thúc"),
        ("end_ground", {"status": "Đình chỉ", "ended": VERIFIED}, "Căn cứ kết thúc"),
        ("measure", {"coerced": VERIFIED}, "Biện pháp cưỡng chế"),
        ("collected_amount", {"collected": VERIFIED}, "Số tiền đã thu"),
        ("debtor_number", {"debtor_number": "12a"}, "Số định danh / Mã số doanh nghiệp"),
    ],
)
def test_a_bad_cell_is_told_once_with_its_row_and_column(
    tmp_path: Path, column: str, changes: dict[str, Any], heading: str
) -> None:
    assert [(number, name) for number, name, _ in told(tmp_path, **changes)] == [(2, heading)]


def test_unknown_words_are_answered_with_what_is_allowed(tmp_path: Path) -> None:
    built = build(write_xlsx(tmp_path / "r.xlsx", table(row(office="x", status="y"))))
    said = {p.column: p.reason for p in built.problems}
    assert "nghe-an/kv1" in said["Đơn vị"]
    assert "theo dõi riêng" in said["Tình trạng"]


def test_an_office_is_known_by_its_name_too(tmp_path: Path) -> None:
    name = "Phòng Thi hành án dân sự khu vực 1 - Nghệ An (dữ liệu mẫu)"
    assert events(tmp_path, office=name)


def test_without_means_a_later_verification_is_a_second_one(tmp_path: Path) -> None:
    found = events(
        tmp_path, verified_first=VERIFIED, class_day=date(2026, 10, 26),
        verified=date(2026, 11, 20),
        informed=date(2026, 11, 18), situation="Đang chấp hành án phạt tù từ 02 năm",
        **{"class": "Chưa có điều kiện"},
    )  # fmt: skip
    assert [name for name, _ in found[5:]] == [
        "means_verified", "no_means_decided", "means_verified", "new_information_received",
    ]  # fmt: skip


def test_a_postponement_may_end_ahead(tmp_path: Path) -> None:
    found = events(
        tmp_path, class_day=date(2026, 11, 2), class_ground="điểm a khoản 1 Điều 46",
        ground_day=date(2026, 10, 30), until=date(2027, 1, 5), **{"class": "Hoãn"},
    )  # fmt: skip
    assert found[6:] == [
        ("postponement_ground_arose", "2026-10-30"),
        ("postponed", "2026-11-02"),
    ]


def test_money_and_the_end_become_facts(tmp_path: Path) -> None:
    found = events(
        tmp_path, coerced=date(2026, 10, 28), measure="Kê biên", collected=date(2026, 11, 9),
        collected_amount="50.000.000đ", paid=date(2026, 11, 12), ended=date(2026, 11, 13),
        status="Xong", asked=date(2026, 11, 16), confirmed=date(2026, 11, 18),
    )  # fmt: skip
    assert [name for name, _ in found[6:]] == [
        "coercion_decided", "money_collected", "proceeds_paid", "closed",
        "result_confirmation_requested", "result_confirmed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("Đình chỉ", "terminated"), ("Ủy thác", "entrusted"), ("Thu hồi", "closed"),
        ("Theo dõi riêng", "moved_to_separate_register"), ("Gửi lại yêu cầu", "request_returned"),
    ],
)  # fmt: skip
def test_each_ending_has_its_event(tmp_path: Path, status: str, event: str) -> None:
    found = events(tmp_path, status=status, ended=date(2026, 11, 13), end_ground="khoản 1 Điều 48")
    assert found[-1] == (event, "2026-11-13")


def test_an_entrusted_case_begins_with_the_entrustment(tmp_path: Path) -> None:
    found = events(tmp_path, source="Nhận ủy thác", requested=None)
    assert found[0] == ("entrustment_received", "2026-09-28")


def test_several_debtors_and_amounts_are_told_apart(tmp_path: Path) -> None:
    changed = row(debtor="Người mẫu 0001; Người mẫu 0003", debtor_address="Xã mẫu 1; Xã mẫu 2",
                  fee="300.000", total=50_300_000)  # fmt: skip
    dossier = build(write_xlsx(tmp_path / "r.xlsx", table(changed))).good[0].dossier
    debtors = [(p.name, p.address) for p in dossier.parties if p.role == "debtor"]
    assert debtors == [("Người mẫu 0001", "Xã mẫu 1"), ("Người mẫu 0003", "Xã mẫu 2")]
    assert [o.amount_vnd for o in dossier.obligations] == [300_000, 50_000_000]
    assert dossier.judgment == "07/2026/DS-ST ngày 20/08/2026 của Tòa án mẫu khu vực 1"


@pytest.mark.parametrize(
    ("code", "content", "kind"),
    [
        ("YC5", "Giao trả quyền sử dụng đất", "land"), ("YC5", "Giao nhà", "house"),
        ("YC5", "Giao con cho mẹ", "child"), ("CD7", "Tiêu hủy vật chứng", "thing"),
        (None, "Công khai xin lỗi", "other"),
    ],
)  # fmt: skip
def test_without_amounts_the_content_tells_the_obligation(
    tmp_path: Path, code: str | None, content: str, kind: str
) -> None:
    lines = table(row(code=code, content=content, debt=None, total=None))
    dossier = build(write_xlsx(tmp_path / "r.xlsx", lines)).good[0].dossier
    assert [o.kind for o in dossier.obligations] == [kind]


def test_every_column_is_documented() -> None:
    text = (ROOT / "docs" / "import.md").read_text("utf-8")
    assert [c.heading for c in COLUMNS if f"| {c.heading} |" not in text] == []
