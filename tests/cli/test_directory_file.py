from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
import pytest

from cli.directory_file import DirectoryFileError, load_directory, read_directory_file
from cli.live import find_directory
from cli.register_problems import RegisterFileError
from samples.people import sample_directory
from settings import Settings
from store.directory import AddressEntry, DirectoryEntries
from store.duty import Found
from tests.cli.conftest import ROOT
from tests.cli.workbooks import write_book

DAY = date(2026, 11, 23)
SAMPLE = ROOT / "samples" / "directory.xlsx"
OFFICES: list[list[Any]] = [
    ["Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Đơn vị cấp trên", "Giờ làm việc"],
    ["a", "Cơ quan A", "agency", None, "7:30-11:30; 13:00-16:30"],
    ["a/1", "Phòng 1", "Phòng khu vực", "a", None],
]
PEOPLE: list[list[Any]] = [
    ["Mã người", "Họ và tên", "Đơn vị", "Chức danh", "Thư điện tử"],
    ["an", "An", "a/1", "Chấp hành viên", "an@x.invalid"],
    ["binh", "Bình", "a/1", "CHV trưởng", "binh@x.invalid"],
]
GOOD: dict[str, list[list[Any]]] = {"Đơn vị": OFFICES, "Người": PEOPLE}


def test_the_sample_is_read_as_it_was_made_and_fast() -> None:
    begun = perf_counter()
    read = load_directory(SAMPLE).entries
    assert perf_counter() - begun < 0.5
    assert read == sample_directory(DAY)


def test_a_workbook_is_read_whatever_the_spelling_of_its_headings(tmp_path: Path) -> None:
    file = write_book(tmp_path / "d.xlsx", {
        "đơn  vị": [["TÊN", "MÃ", "Loại"], ["Cơ quan A", "A", "Cơ quan THADS tỉnh"]],
        "CÁN BỘ": [["Danh sách cán bộ"], ["Họ tên", "Mã", "Đơn vị", "Email"],
                   ["An", "An", "A", "an@x.invalid"]],
        "Địa chỉ": [["Mã người", "Kênh", "Địa chỉ"],
                    ["an", "Tin nhắn", "tgram://t/c"], ["an", "webhook", "https://x.vn/h"]],
        "Uỷ quyền": [["Người ủy quyền", "Người nhận ủy quyền", "Chức danh", "Từ ngày", "Đến ngày"]],
    })  # fmt: skip
    entries = load_directory(file).entries
    assert [office.key for office in entries.offices] == ["a"]
    (person,) = entries.people
    assert (person.key, person.office) == ("an", "a")
    assert person.addresses == (
        AddressEntry(channel="mail", value="an@x.invalid"),
        AddressEntry(channel="apprise", value="tgram://t/c"),
        AddressEntry(channel="webhook", value="https://x.vn/h"),
    )


_FAULTY: dict[str, tuple[dict[str, list[list[Any]]], str, str]] = {
    "unknown office": (
        {"Người": [*PEOPLE, ["chi", "Chi", "b", None, None]]},
        "Trang “Người”, dòng 4, cột “Đơn vị”: “b”; cho phép một trong: a, a/1",
        "Sheet “Người”, row 4, column “Đơn vị”: “b”; allowed is one of: a, a/1",
    ),
    "twice": (
        {"Người": [*PEOPLE, PEOPLE[1]]},
        "Trang “Người”, dòng 4, cột “Mã người”: “an”; chỉ được có một lần",
        "Sheet “Người”, row 4, column “Mã người”: “an”; it may stand once",
    ),
    "bad mail": (
        {"Người": [*PEOPLE, ["chi", "Chi", "a", None, "chi at x"]]},
        "Trang “Người”, dòng 4, cột “Thư điện tử”: “chi at x”; cho phép một địa chỉ thư",
        "Sheet “Người”, row 4, column “Thư điện tử”: “chi at x”; allowed is an e-mail address",
    ),
    "bad webhook": (
        {"Địa chỉ": [["Mã người", "Kênh", "Địa chỉ"], ["an", "webhook", "ftp://x"]]},
        "Trang “Địa chỉ”, dòng 2, cột “Địa chỉ”: “ftp://x”; cho phép một địa chỉ https://",
        "Sheet “Địa chỉ”, row 2, column “Địa chỉ”: “ftp://x”; allowed is an address https://",
    ),
    "address of a stranger": (
        {"Địa chỉ": [["Mã người", "Kênh", "Địa chỉ"], ["zz", "email", "z@x.invalid"]]},
        "Trang “Địa chỉ”, dòng 2, cột “Mã người”: “zz”; người này không có trong trang “Người”",
        "Sheet “Địa chỉ”, row 2, column “Mã người”: “zz”; this person is not in the sheet",
    ),
    "hours": (
        {"Đơn vị": [*OFFICES, ["b", "B", "room", None, "sáng và chiều"]]},
        "Trang “Đơn vị”, dòng 4, cột “Giờ làm việc”: “sáng và chiều”; cho phép các khoảng giờ",
        "Sheet “Đơn vị”, row 4, column “Giờ làm việc”: “sáng và chiều”; allowed are spans",
    ),
    "kind": (
        {"Đơn vị": [*OFFICES, ["b", "B", "đội", None, None]]},
        "Trang “Đơn vị”, dòng 4, cột “Loại đơn vị”: “đội”; cho phép một trong: cơ quan quản lý, ",
        "Sheet “Đơn vị”, row 4, column “Loại đơn vị”: “đội”; allowed is one of: cơ quan quản lý",
    ),
    "circle": (
        {"Đơn vị": [OFFICES[0], ["a", "A", "agency", "a/1", None], OFFICES[2]]},
        "Trang “Đơn vị”, dòng 2, cột “Đơn vị cấp trên”: “a/1”; đơn vị cấp trên không được",
        "Sheet “Đơn vị”, row 2, column “Đơn vị cấp trên”: “a/1”; an office cannot be above itself",
    ),
    "deputy": (
        {"Vắng mặt": [["Mã người", "Từ ngày", "Đến ngày", "Người thay"],
                      ["an", "01/12/2026", "05/12/2026", "an"]]},
        "Trang “Vắng mặt”, dòng 2, cột “Người thay”: “an”; phải là một người khác",
        "Sheet “Vắng mặt”, row 2, column “Người thay”: “an”; it must be another person",
    ),
    "backwards": (
        {"Ủy quyền": [["Người ủy quyền", "Người nhận ủy quyền", "Từ ngày", "Đến ngày"],
                      ["an", "binh", "05/12/2026", "01/12/2026"]]},
        "Trang “Ủy quyền”, dòng 2, cột “Đến ngày”: “01/12/2026”; ngày cuối không được trước",
        "Sheet “Ủy quyền”, row 2, column “Đến ngày”: “01/12/2026”; the last day cannot come",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _FAULTY)
def test_a_fault_names_sheet_row_column_value_and_what_is_allowed(
    tmp_path: Path, name: str
) -> None:
    sheets, vi, en = _FAULTY[name]
    file = write_book(tmp_path / "d.xlsx", GOOD | sheets)
    first = read_directory_file(file, DirectoryEntries()).problems[0]
    assert first.said("vi").startswith(vi)
    assert first.said("en").startswith(en)
    with pytest.raises(DirectoryFileError) as refused:
        load_directory(file)
    assert refused.value.say("vi").startswith(f"d.xlsx: {vi}")


def test_a_cell_with_a_formula_is_refused(tmp_path: Path) -> None:
    file = write_book(tmp_path / "d.xlsx", GOOD, {("Người", "B2"): '="A"&"n"'})
    (problem,) = read_directory_file(file, DirectoryEntries()).problems
    assert problem.said("vi").startswith("Trang “Người”, dòng 2, cột “Họ và tên”")
    assert "ô có công thức" in problem.said("vi")


def test_a_file_may_name_who_stands_in_the_register_alone(tmp_path: Path) -> None:
    leave: dict[str, list[list[Any]]] = {
        "Vắng mặt": [["Mã người", "Từ ngày", "Đến ngày"], ["cv.an", DAY, DAY]]
    }
    file = write_book(tmp_path / "d.xlsx", leave)
    assert not read_directory_file(file, sample_directory(DAY)).problems
    assert read_directory_file(file, DirectoryEntries()).problems


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"Trang tính": [["x"]]}, "không có dòng nào trong các trang"),
        ({"Người": [["Mã người", "Họ và tên"], ["an", "An"]]}, "thiếu cột bắt buộc: “Đơn vị”"),
        ({"Người": [["x", "y"], ["an", "An"]]}, "không thấy dòng tiêu đề"),
    ],
)
def test_a_workbook_of_another_form_is_refused_as_a_whole(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], said: str
) -> None:
    file = write_book(tmp_path / "d.xlsx", sheets)
    with pytest.raises(RegisterFileError) as refused:
        read_directory_file(file, DirectoryEntries())
    assert said in refused.value.say("vi")


def test_what_is_no_workbook_or_is_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d.xlsx").write_text("no", "utf-8")
    (tmp_path / "d.csv").write_text("no", "utf-8")
    for name, said in (
        ("d.xlsx", "không đọc được như một bảng tính"),
        ("d.csv", "cho phép tệp .xlsx, .ods hoặc .toml"),
        ("e.xlsx", "không có tệp này"),
        ("e.toml", "No such file"),
    ):
        with pytest.raises(DirectoryFileError) as refused:
            load_directory(tmp_path / name)
        assert said in refused.value.say("vi")


def test_the_older_form_in_toml_is_still_read(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text(
        """
        [[office]]
        key = "a"
        name = "A"
        [[office]]
        key = "a/1"
        name = "Phòng 1"
        [[person]]
        key = "an"
        name = "An"
        role = "officer"
        office = "a/1"
        email = "an@x.invalid"
        [[person]]
        key = "tt"
        name = "T"
        role = "head_of_agency"
        office = "a"
        email = "tt@x.invalid"
        [[absence]]
        person = "an"
        first = 2026-11-23
        last = 2026-11-24
        """,
        "utf-8",
    )
    directory = load_directory(file)
    assert [(o.key, o.kind, o.parent) for o in directory.entries.offices] == [
        ("a", "agency", None), ("a/1", "room", "a"),
    ]  # fmt: skip
    assert directory.people["an"].addresses[0].value == "an@x.invalid"
    assert directory.find("a/1", "officer", "an", DAY) == Found("tt", "fallback", "an")


def test_a_register_without_tables_or_people_leaves_the_file_to_count(
    database: str, server: str
) -> None:
    for address in (database, f"{server}/postgres"):
        assert find_directory(Settings(database_url=address)).entries == sample_directory(DAY)
    with psycopg.connect(database) as connection:
        connection.execute("insert into record.offices (key, name, kind) values ('x', 'X', 'room')")
        connection.execute(
            "insert into record.people values ('p', 'P', 'x', 'vi', null, null, false)"
        )
    found = find_directory(Settings(database_url=database))
    assert (list(found.offices), list(found.people)) == (["x"], ["p"])
