from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

from python_calamine import CalamineWorkbook

from cases.dossier import read_dossier
from law.calendar import ZONE
from reports.reception import Visitor, entries_of, outcomes, reception_sheet
from reports.sheets import make_workbook
from tests.conftest import fact_from

FACTS = (
    "reception_book_opened 2026-11-02",
    "reception_entry 2026-11-03 entry=1 what=petition people=3 competence=own",
    "reception_entry 2026-11-04 entry=2 what=denunciation competence=other_body",
    "reception_citizen_notified 2026-11-05 entry=2 result=transferred to='Thanh tra' number=9/CV",
    "reception_citizen_notified 2026-11-06 entry=1 result=guided to='UBND xã mẫu'",
    "reception_entry 2026-11-09 entry=3 what=complaint dossier=complaint/KN-12",
)
VISITORS = {
    "1": Visitor("Người mẫu 0001, xã mẫu", "000000000001", "đề nghị xem xét"),
    "2": Visitor("Người mẫu 0002, xã mẫu", "000000000002", "tố cáo ai đó"),
}


def _rows(lang: str = "vi") -> list[list[object]]:
    told = {
        "kind": "reception", "id": "reception/nghe-an-2026", "office": "nghe-an",
        "facts": [fact_from(text) for text in FACTS],
    }  # fmt: skip
    entries = entries_of(read_dossier(told).effective_facts())
    sheet = reception_sheet(entries, VISITORS, "en" if lang == "en" else "vi")
    assert outcomes(entries[2], "vi") == ["complaint/KN-12"]
    assert [heading[:4].rstrip() for heading, _ in sheet.columns] == [
        f"({place})" for place in range(1, 13)
    ]
    return [list(row) for row in sheet.rows]


def test_a_visit_stands_in_the_twelve_columns_of_the_form() -> None:
    assert _rows()[0] == [
        "1", date(2026, 11, 3), "Người mẫu 0001, xã mẫu", "000000000001", "đề nghị xem xét",
        "Kiến nghị, phản ánh", "3", "", "x", "UBND xã mẫu", "", "đã hướng dẫn, 06/11/2026",
    ]  # fmt: skip


def test_who_denounces_stands_in_no_column_though_the_name_is_at_hand() -> None:
    row = _rows()[1]
    assert row[2:5] == ["(giữ bí mật)"] * 3
    assert row[10] == "Thanh tra, 9/CV"
    assert "0002" not in str(row)


def test_a_visit_whose_visitor_is_not_at_hand_leaves_the_columns_empty() -> None:
    row = _rows("en")[2]
    assert row[2:6] == ["", "", "", "A complaint"]
    assert row[11] == "complaint/KN-12"


def test_the_book_opens_as_a_workbook() -> None:
    told = {"kind": "reception", "id": "reception/x-2026", "office": "nghe-an",
            "facts": [fact_from(text) for text in FACTS]}  # fmt: skip
    sheet = reception_sheet(entries_of(read_dossier(told).effective_facts()), VISITORS)
    book = make_workbook([sheet], datetime(2026, 11, 24, 8, tzinfo=ZONE))
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert (len(rows), rows[1][0], rows[1][1]) == (4, "1", date(2026, 11, 3))
