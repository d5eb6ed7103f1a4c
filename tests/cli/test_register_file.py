from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.register_file import read_register_file
from cli.register_problems import RegisterFileError
from tests.cli.registers import row, table, write_csv, write_ods, write_xlsx


def refusal(path: Path) -> RegisterFileError:
    with pytest.raises(RegisterFileError) as caught:
        read_register_file(path)
    return caught.value


def test_a_workbook_and_a_csv_hold_the_same_rows(tmp_path: Path) -> None:
    lines = table(row(), row(number="37/QĐ-THADS"))
    sheet = read_register_file(write_xlsx(tmp_path / "r.xlsx", lines))
    typed = read_register_file(write_csv(tmp_path / "r.csv", lines))
    assert [r.number for r in sheet.rows] == [r.number for r in typed.rows] == [2, 3]
    assert sheet.rows[0].cells["decided"] == date(2026, 10, 5)
    assert typed.rows[0].cells["decided"] == "05/10/2026"
    assert sheet.columns == typed.columns


def test_a_semicolon_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", table(row()), ";")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_register_file(path).rows[0].cells["number"] == "36/QĐ-THADS"


def test_title_rows_above_the_heading_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    lines = [["DỮ LIỆU MẪU – SYNTHETIC"], [], *table(row()), [], *table(row())[1:]]
    assert [r.number for r in read_register_file(write_csv(tmp_path / "r.csv", lines)).rows] == [
        4,
        6,
    ]


def test_headings_are_known_by_alias_case_blanks_and_decomposed_signs(tmp_path: Path) -> None:
    lines = table(row())
    lines[0][lines[0].index("Số QĐ thi hành án")] = "  SỐ  QUYẾT ĐỊNH\nTHI HÀNH ÁN "
    lines[0][lines[0].index("Tình trạng")] = "Ti\u0300nh tra\u0323ng"
    assert "status" in read_register_file(write_csv(tmp_path / "r.csv", lines)).columns


def test_a_heading_that_nothing_is_read_from_is_named(tmp_path: Path) -> None:
    lines = table(row())
    lines[0].append("Màu bìa")
    assert read_register_file(write_csv(tmp_path / "r.csv", lines)).ignored == ("Màu bìa",)


def test_a_missing_column_is_named_and_nothing_is_read(tmp_path: Path) -> None:
    error = refusal(write_csv(tmp_path / "r.csv", table(row(), without=("status", "debtor"))))
    assert "“Người phải thi hành án”, “Tình trạng”" in str(error)
    assert "thiếu cột bắt buộc" in error.say("vi")


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    lines = table(row())
    lines[0].append("Trạng thái")
    lines[0][-1] = "Tình trạng"
    assert "twice" in str(refusal(write_csv(tmp_path / "r.csv", lines)))


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16", "utf-16-le"])
def test_another_encoding_is_refused_with_its_row(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("STT,Ghi chú\n1,Đơn vị\n".encode(encoding, "replace"))
    error = refusal(path)
    assert "encoding" in str(error)
    assert "row 1" in str(error)
    assert "UTF-8" in error.say("vi")


def test_merged_cells_in_the_rows_are_refused_with_their_range(tmp_path: Path) -> None:
    lines = [["", ""], *table(row(), row())]
    path = write_xlsx(tmp_path / "r.xlsx", lines, merged=("B3:B4",))
    assert "B3:B4" in str(refusal(path))


def test_merged_cells_of_a_title_above_are_no_harm(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", [["", ""], *table(row())], merged=("A1:F1",))
    assert len(read_register_file(path).rows) == 1


def test_a_formula_refuses_its_row_and_names_the_column(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", table(row(), row()), formulas={"B2": "=1+4"})
    first, second = read_register_file(path).rows
    assert [(p.row, p.column) for p in first.problems] == [(2, "Số QĐ thi hành án")]
    assert "formula" in first.problems[0].reason_en
    assert not second.problems


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|x", "-A1", " =HYPERLINK(1)"])
def test_a_text_that_a_spreadsheet_would_run_is_refused_in_csv(tmp_path: Path, text: str) -> None:
    (read,) = read_register_file(write_csv(tmp_path / "r.csv", table(row(note=text)))).rows
    assert [p.column for p in read.problems] == ["Ghi chú"]


def test_a_dash_before_a_blank_and_a_telephone_number_are_plain_text(tmp_path: Path) -> None:
    lines = table(row(note="- Trả một lần"), row(note="+84 000"))
    rows = read_register_file(write_csv(tmp_path / "r.csv", lines)).rows
    assert not any(r.problems for r in rows)


def test_a_row_with_more_cells_than_the_heading_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", table(row()))
    path.write_text(path.read_text("utf-8").rstrip() + ",,thừa\n", "utf-8")
    (read,) = read_register_file(path).rows
    assert "quote cells" in read.problems[0].reason_en


def test_an_open_quotation_mark_does_not_swallow_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", table(row()))
    path.write_text(path.read_text("utf-8") + '1,"mở ngoặc,3\n4,5,6\n', "utf-8")
    assert "quotation mark" in str(refusal(path))


def test_a_lost_character_is_reported_with_its_column(tmp_path: Path) -> None:
    (read,) = read_register_file(write_csv(tmp_path / "r.csv", table(row(note="Ng\ufffdi")))).rows
    assert [p.column for p in read.problems] == ["Ghi chú"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.xlsx", b"no workbook", "workbook"),
        ("r.xls", b"", "save another kind as .xlsx"),
        ("r.csv", b"a,b,c\n1,2,3\n", "heading"),
        ("r.csv", b"", "heading"),
    ],
)
def test_a_file_that_is_no_register_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert said in str(refusal(path))


def test_a_missing_file_and_a_heading_without_rows_are_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in str(refusal(tmp_path / "none.csv"))
    assert "no row" in str(refusal(write_csv(tmp_path / "r.csv", table())))


def test_an_open_document_is_read_and_its_formulas_and_merged_cells_are_seen(
    tmp_path: Path,
) -> None:
    lines = table(row(), row(number="37"))
    path = write_ods(tmp_path / "r.ods", lines, {(2, 1): 'table:formula="of:=1+1"'})
    first, second = read_register_file(path).rows
    assert not first.problems
    assert [p.column for p in second.problems] == ["Số QĐ thi hành án"]
    merged = write_ods(tmp_path / "m.ods", lines, {(1, 1): 'table:number-rows-spanned="2"'})
    assert "B2:B3" in str(refusal(merged))
