from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import offices, people
from cli.app import build, run
from cli.directory_file import fill_directory
from law.calendar import ZONE
from store.engine import open_engine
from tests.cli.conftest import ROOT
from tests.cli.workbooks import write_book
from tests.conftest import free_port

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
SAMPLE = ROOT / "samples" / "directory.xlsx"
Told = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="offline")
def _offline(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Told:
    """Run a command where no engine runs; the clock stands at 9:00 of 23 November 2026."""
    for name in ("THADS_DATABASE_URL", "TEMPORAL_ADDRESS", "THADS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THADS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("THADS_ACTOR", "thư ký")
    monkeypatch.delenv("COLUMNS", raising=False)
    for module in ("people", "offices", "people_away"):
        monkeypatch.setattr(f"cli.{module}.read_today", NOW.date)
    for module in ("people_file", "directory_edit"):
        monkeypatch.setattr(f"cli.{module}.read_now", lambda: NOW)

    def call(*tokens: str) -> tuple[int, str, str]:
        from starter import ALL_REFUSALS  # noqa: PLC0415, TID251 - what the command refuses

        code = run(build((people.add_to, offices.add_to)), tokens, ALL_REFUSALS)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture(name="thads")
def _thads(offline: Told, database: str, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Run a command on a register that was filled with the sample."""
    monkeypatch.setenv("THADS_DATABASE_URL", database)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")

    async def fill() -> None:
        engine = open_engine(database, statement_seconds=10)
        await fill_directory(engine, SAMPLE, NOW, "worker")
        await engine.dispose()

    asyncio.run(fill())
    return offline


def told(thads: Told, *tokens: str) -> Any:
    code, out, err = thads(*tokens, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def who(thads: Told, role: str, *more: str, office: str = "nghe-an/kv1") -> tuple[str, str | None]:
    found = told(thads, "people", "who", "--office", office, "--role", role, *more)
    return found["person"], found["why"]


def test_the_register_is_what_counts_and_not_the_file(
    thads: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("THADS_DIRECTORY", str(tmp_path / "missing.xlsx"))
    assert len(told(thads, "people", "list")) == 13
    assert [office["key"] for office in told(thads, "offices", "list")] == [
        "cuc", "nghe-an", "nghe-an/kv1", "nghe-an/kv2", "nghe-an/kv3", "nghe-an/nv",
    ]  # fmt: skip


def test_where_no_engine_runs_the_file_is_shown_and_nothing_can_be_changed(offline: Told) -> None:
    assert len(told(offline, "people", "list")) == 13
    code, out, err = offline("people", "depart", "cv.an")
    assert (code, out) == (2, "")
    assert err.startswith("Không có hệ thống nào đang chạy")


def test_an_officer_on_leave_is_shown_with_the_deputy(thads: Told) -> None:
    _, out, _ = thads("people", "list", "--office", "nghe-an/kv2")
    assert "vắng đến 04/12/2026, cv.chi thay" in out
    assert "cv.an" not in out
    _, out, _ = thads("people", "show", "cv.dung", "--lang", "en")
    assert "from 23 Nov 2026 to 4 Dec 2026: cv.chi stands in; Nghỉ phép năm (mẫu)" in out


def test_who_is_told_is_said_with_why(thads: Told) -> None:
    ask = ("people", "who", "--office", "nghe-an/kv2", "--role")
    _, out, _ = thads(*ask, "officer", "--officer", "cv.dung")
    assert "Chấp hành viên mẫu Chi (cv.chi)" in out
    assert "Thay Chấp hành viên mẫu Dũng (cv.dung), đang vắng mặt." in out
    _, out, _ = thads(*ask, "head_of_agency", "--on", "2026-12-01", "--lang", "en")
    assert "Told on 1 Dec 2026: Phó Thủ trưởng mẫu (ptt.nghe-an), nghe-an" in out
    assert "Delegate of Thủ trưởng mẫu (tt.nghe-an)." in out
    _, out, _ = thads(*ask, "officer", "--officer", "cv.chi", "--unreached", "cv.chi")
    assert "Không liên lạc được với Chấp hành viên mẫu Chi (cv.chi), nên báo người này." in out
    assert "Việc chưa có Chấp hành viên" in thads(*ask, "officer")[1]
    assert "Đúng người phải báo." in thads(*ask, "officer", "--officer", "cv.chi")[1]


def test_a_leave_begins_and_is_ended_early(thads: Told) -> None:
    mine = ("--officer", "cv.an")
    told(thads, "people", "leave", "cv.an", "--to", "2026-11-27", "--deputy", "cv.binh")
    assert who(thads, "officer", *mine) == ("cv.binh", "deputy")
    told(thads, "people", "leave", "cv.an", "--end", "2026-11-25")
    assert who(thads, "officer", *mine) == ("cv.binh", "deputy")
    assert who(thads, "officer", *mine, "--on", "2026-11-25") == ("cv.an", None)
    (absence,) = told(thads, "people", "show", "cv.an")["absences"]
    assert (absence["last"], absence["ended_on"]) == ("2026-11-27", "2026-11-25")


def test_a_delegation_of_one_role_begins_and_is_ended(thads: Told) -> None:
    told(
        thads, "people", "delegate", "cvt.kv1", "cv.binh", "--to", "2026-11-30",
        "--role", "chief_officer", "--reason", "đi học",
    )  # fmt: skip
    assert who(thads, "chief_officer") == ("cv.binh", "delegate")
    told(thads, "people", "delegate", "cvt.kv1", "--end", "2026-11-23")
    assert who(thads, "chief_officer") == ("cvt.kv1", None)


def test_someone_who_departs_is_told_no_more_and_stays_on_record(thads: Told) -> None:
    code, out, _ = thads("people", "depart", "cv.an", "--on", "2026-11-25")
    assert code == 0
    assert "thads officer handover cv.an" in out
    assert who(thads, "officer", "--officer", "cv.an") == ("cv.an", None)
    later = who(thads, "officer", "--officer", "cv.an", "--on", "2026-11-25")
    assert later == ("cvt.kv1", "fallback")
    shown = told(thads, "people", "show", "cv.an")
    assert shown["left_on"] == "2026-11-25"
    assert [post["last"] for post in shown["posts"]] == ["2026-11-24"]


def test_an_office_and_its_officer_are_added_and_changed(thads: Told) -> None:
    told(
        thads, "offices", "add", "nghe-an/kv4", "--name", "Phòng 4 (mẫu)", "--kind", "room",
        "--parent", "nghe-an", "--hours", "8:00-11:30; 13h00-16:30",
    )  # fmt: skip
    told(
        thads, "people", "add", "cvt.kv4", "--name", "Trưởng mẫu 4", "--office", "nghe-an/kv4",
        "--role", "chief_officer", "--address", "kv4@example.invalid",
        "--address", "tgram://sekret/chat",
    )  # fmt: skip
    office = told(thads, "offices", "show", "nghe-an/kv4")
    assert office["hours_in_force"] == ["08:00-11:30", "13:00-16:30"]
    assert office["people"] == ["cvt.kv4"]
    assert who(thads, "chief_officer", office="nghe-an/kv4") == ("cvt.kv4", None)
    told(thads, "people", "change", "cvt.kv4", "--office", "nghe-an/kv3", "--language", "en")
    shown = told(thads, "people", "show", "cvt.kv4")
    assert (shown["office"], shown["roles"], shown["language"]) == (
        "nghe-an/kv3", ["chief_officer"], "en",
    )  # fmt: skip
    assert "sekret" not in json.dumps(shown)
    told(thads, "people", "change", "cvt.kv4", "--role", "none")
    assert told(thads, "people", "show", "cvt.kv4")["roles"] == []
    told(thads, "offices", "change", "nghe-an/kv4", "--hours", "none", "--parent", "none")
    office = told(thads, "offices", "show", "nghe-an/kv4")
    assert office["parent"] is None
    assert office["hours_in_force"] == ["07:30-11:30", "13:30-17:00"]


def test_a_role_beside_the_others_ends_none_of_them(thads: Told) -> None:
    told(
        thads, "people", "change", "cvt.kv1", "--role", "chief_officer", "--office",
        "nghe-an/kv2", "--beside",
    )  # fmt: skip
    shown = told(thads, "people", "show", "cvt.kv1")
    assert shown["office"] == "nghe-an/kv1"
    assert shown["roles"] == ["chief_officer", "chief_officer"]


def test_every_change_is_on_record_with_who_made_it(thads: Told) -> None:
    told(thads, "people", "change", "cv.an", "--name", "Tên khác", "--actor", "quản trị")
    told(thads, "people", "leave", "cv.an", "--to", "2026-11-27")
    found = told(thads, "people", "history", "cv.an", "--most", "2")
    assert [(one["actor"], one["source"]) for one in found] == [
        ("thư ký", "thads people leave"), ("quản trị", "thads people change"),
    ]  # fmt: skip
    _, out, _ = thads("people", "history", "cv.an")
    assert "directory.xlsx" in out
    assert "Tên khác" in out


_REFUSED = {
    "unknown person": (("people", "show", "zz"), "PERSON là 'zz'; cho phép một trong: cv.an, "),
    "unknown office": (("offices", "show", "zz"), "OFFICE là 'zz'; cho phép một trong: cuc, "),
    "known key": (
        ("people", "add", "cv.an", "--name", "X", "--office", "cuc"),
        "KEY là 'cv.an'; mã này đã có trong danh bạ",
    ),
    "bad key": (
        ("people", "add", "Cv An", "--name", "X", "--office", "cuc"),
        "key là 'Cv An'; cho phép chữ thường không dấu",
    ),
    "bad address": (
        ("people", "change", "cv.an", "--address", "cv an"),
        "mail là 'cv an'; cho phép một địa chỉ thư điện tử",
    ),
    "plain webhook": (
        ("people", "change", "cv.an", "--address", "http://x.vn/"),
        "--address là 'http://x.vn/'; webhook phải là https://",
    ),
    "bad hours": (
        ("people", "change", "cv.an", "--hours", "sáng"),
        "hours là 'sáng'; cho phép các khoảng giờ",
    ),
    "leave without an end": (("people", "leave", "cv.an"), "--to còn thiếu; hãy nêu ngày cuối"),
    "leave backwards": (
        ("people", "leave", "cv.an", "--to", "2026-11-22"),
        "last là '2026-11-22'; ngày cuối không được trước ngày đầu (23/11/2026)",
    ),
    "leave twice": (
        ("people", "leave", "cv.dung", "--to", "2026-11-25"),
        "--from là '2026-11-23'; trùng với khoảng đã ghi 23/11/2026-04/12/2026",
    ),
    "nothing to end": (
        ("people", "leave", "cv.an", "--end", "2026-11-25"),
        "--end là '2026-11-25'; không có gì còn hiệu lực",
    ),
    "own deputy": (
        ("people", "leave", "cv.an", "--to", "2026-11-25", "--deputy", "cv.an"),
        "deputy là 'cv.an'; phải là một người khác",
    ),
    "no delegate": (
        ("people", "delegate", "cv.an", "--to", "2026-11-25"), "TO còn thiếu; hãy nêu người nhận",
    ),
    "office below itself": (
        ("offices", "change", "nghe-an", "--parent", "nghe-an/kv1"),
        "parent là 'nghe-an/kv1'; đơn vị cấp trên không được là chính đơn vị đó",
    ),
    "unknown officer": (
        ("people", "who", "--office", "cuc", "--role", "officer", "--officer", "zz"),
        "officer là 'zz'; cho phép một trong: cv.an, ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _REFUSED)
def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(
    thads: Told, name: str
) -> None:
    before = told(thads, "people", "history")
    tokens, begin = _REFUSED[name]
    code, out, err = thads(*tokens)
    assert (code, out) == (2, "")
    assert err.startswith(begin)
    assert err.count("\n") == 1
    assert told(thads, "people", "history") == before


def test_who_departed_cannot_be_a_deputy(thads: Told) -> None:
    told(thads, "people", "depart", "cv.binh")
    code, _, err = thads("people", "leave", "cv.an", "--to", "2026-11-25", "--deputy", "cv.binh")
    assert code == 2
    assert err.startswith("--deputy là 'cv.binh'; người này đã thôi việc từ 23/11/2026")


def test_an_import_shows_what_it_would_change_and_writes_only_when_told(
    thads: Told, tmp_path: Path
) -> None:
    file = write_book(tmp_path / "new.xlsx", {
        "Đơn vị": [["Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Đơn vị cấp trên"],
                   ["vinh", "THADS Vinh", "Cơ quan THADS tỉnh", "cuc"]],
        "Người": [["Mã người", "Họ và tên", "Đơn vị", "Chức danh", "Thư điện tử", "Ngôn ngữ"],
                  ["tt.vinh", "Thủ trưởng Vinh", "vinh", "Thủ trưởng", "tt@x.invalid", None],
                  ["cv.an", "An đổi tên", "nghe-an/kv1", "CHV", None, "tiếng Anh"]],
        "Vắng mặt": [["Mã người", "Từ ngày", "Đến ngày", "Người thay"],
                     ["cv.an", date(2026, 12, 1), "05/12/2026", "cv.binh"]],
        "Linh tinh": [["x"]],
    })  # fmt: skip
    code, out, err = thads("people", "import", str(file))
    assert (code, err) == (0, "")
    assert "Chưa ghi gì." in out
    assert "An đổi tên" in out
    assert "Không đọc: Linh tinh" in out
    assert "12 người mẫu thôi việc từ 23/11/2026, vì danh bạ thật được nhập: cv.binh" in out
    assert len(told(thads, "people", "list")) == 13
    done = told(thads, "people", "import", str(file), "--write", "--actor", "quản trị")
    assert done["written"]
    assert who(thads, "head_of_agency", office="vinh") == ("tt.vinh", None)
    shown = told(thads, "people", "show", "cv.an")
    assert (shown["name"], shown["language"], shown["addresses"]) == ("An đổi tên", "en", [])
    assert told(thads, "people", "history")[0]["actor"] == "quản trị"
    again = told(thads, "people", "import", str(file), "--write")
    assert (again["changes"], again["written"]) == ([], False)


def test_a_file_with_faults_is_refused_whole_and_each_fault_named(
    thads: Told, tmp_path: Path
) -> None:
    file = write_book(tmp_path / "bad.xlsx", {
        "Người": [["DANH SÁCH"],
                  ["Mã người", "Họ và tên", "Đơn vị", "Chức danh", "Thư điện tử"],
                  ["cv.moi", "Mới", "nghe-an/kv1", "CHV", "moi@x.invalid"],
                  ["cv.lan", "Lan", "nghe-an/kv1", "Trưởng ban", "lan@x.invalid"],
                  [None, "Không mã", "nghe-an/kv1", None, None]],
        "Vắng mặt": [["Mã người", "Từ ngày", "Đến ngày"], ["cv.an", "31/02/2026", "2026-03-01"]],
    })  # fmt: skip
    code, out, _ = thads("people", "import", str(file), "--write")
    assert code == 2
    assert (
        "Trang “Người”, dòng 4, cột “Chức danh”: “Trưởng ban”; cho phép một trong: chấp hành viên,"
    ) in out
    assert "Trang “Người”, dòng 5, cột “Mã người”: (trống); không được để trống" in out
    assert (
        "Trang “Vắng mặt”, dòng 2, cột “Từ ngày”: “31/02/2026”; ngày này không có trong lịch"
    ) in out
    assert "Có 3 lỗi; chưa ghi gì." in out
    code, out, _ = thads("people", "import", str(file), "--write", "--json")
    assert (code, json.loads(out)["written"]) == (2, False)
    assert len(told(thads, "people", "list")) == 13


def test_what_is_exported_is_imported_again_without_a_change(thads: Told, tmp_path: Path) -> None:
    told(
        thads, "people", "change", "cv.an", "--address", "tgram://sekret/chat", "--address",
        "an@x.invalid", "--hours", "08:00-12:00",
    )  # fmt: skip
    told(
        thads, "people", "change", "cvt.kv1", "--role", "chief_officer", "--office",
        "nghe-an/kv2", "--beside",
    )  # fmt: skip
    told(thads, "people", "depart", "cv.ha")
    file = tmp_path / "out.xlsx"
    code, out, _ = thads("people", "export", str(file))
    assert (code, out) == (0, f"Đã ghi 6 đơn vị, 13 người vào {file}.\n")
    done = told(thads, "people", "import", str(file))
    assert (done["changes"], done["untouched"], done["not_read"]) == ([], [], [])


def test_an_export_to_another_kind_of_file_is_refused(thads: Told, tmp_path: Path) -> None:
    code, _, err = thads("people", "export", str(tmp_path / "out.csv"))
    assert code == 2
    assert "cho phép một tệp .xlsx" in err
