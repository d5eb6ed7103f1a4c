"""Take a notice on days off at the command line: a look first, written only when asked."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cases.assess import assess
from cases.dossier import read_dossier
from cases.predicates import names_known
from cli.year_files import write_years
from law.amendments import Amendment, amend
from law.calendar import FOLDER, ZONE, Calendar, load_calendar
from law.corpus import the_book
from law.errors import CalendarFileError
from law.notices import read_notice
from store.engine import open_engine
from store.register import Register
from tests.seals import SEAL

Thads = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "notice-2026-swap.toml"
NOVEMBER = Path(__file__).parent / "dossiers" / "november.json"
ON = ("--as-of", "2026-11-23")
SWAP = """
number = "1/TB-MAU"
issued = 2026-11-20
about = { vi = "Hoán đổi mẫu", en = "Sample swap" }
years = [2026]

[[off]]
date = 2026-11-25
name = { vi = "Nghỉ hoán đổi mẫu", en = "Sample day off by a swap" }
swapped_with = 2026-12-05

[[worked]]
date = 2026-12-05
name = { vi = "Làm bù mẫu", en = "Sample worked Saturday" }
swapped_with = 2026-11-25
"""
VOLUNTARY = {
    "id": "X-{n}", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
    "facts": [
        {"event": "request_received", "on": "2026-11-02"},
        {"event": "enforcement_decision_issued", "on": "2026-11-04", "number": "1/QĐ"},
        {"event": "decision_validly_notified", "on": "2026-11-15", "channel": "direct"},
    ],
}  # fmt: skip
"""Its voluntary period of ten days (Law 106/2025, Art. 36.1) ends on 25 November 2026."""


@pytest.fixture(name="nowhere", autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no engine that happens to run be found."""
    monkeypatch.setenv("THADS_VAR", str(tmp_path / "var"))
    for name in ("THADS_DATABASE_URL", "TEMPORAL_ADDRESS", "TEMPORAL_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(name="years")
def _years(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "vn"))


@pytest.fixture(name="notice")
def _notice(tmp_path: Path) -> Path:
    path = tmp_path / "swap.toml"
    path.write_text(SWAP, "utf-8")
    return path


@pytest.fixture(name="case_file")
def _case_file(tmp_path: Path) -> Path:
    path = tmp_path / "X-1.json"
    path.write_text(json.dumps(_case(1)), "utf-8")
    return path


def _case(number: int) -> dict[str, Any]:
    return {**VOLUNTARY, "id": f"X-{number}"}


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def test_a_notice_is_shown_with_what_it_would_move_and_nothing_is_written(
    thads: Thads, years: Path, notice: Path, case_file: Path
) -> None:
    before = _texts(years)
    code, out, err = thads(
        "law", "calendar", "add", str(notice), "--dossier", str(case_file), *ON,
        "--calendars", str(years),
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert _texts(years) == before
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "Thông báo 1/TB-MAU, 20/11/2026: Hoán đổi mẫu"
    assert (
        "Thứ Tư, 25/11/2026 ngày làm việc ngày nghỉ (Nghỉ hoán đổi mẫu) 1/TB-MAU, 20/11/2026"
        in lines
    )
    assert (
        "Thứ Bảy, 05/12/2026 ngày nghỉ hằng tuần ngày làm việc (Làm bù mẫu) 1/TB-MAU, 20/11/2026"
        in lines
    )
    assert "Đã tính thử 1 hồ sơ trong tệp, tính đến Thứ Hai, 23/11/2026" in lines
    assert (
        "X-1 Thời hạn tự nguyện thi hành án khoản 1 Điều 36 Luật THADS 2025 25/11/2026 26/11/2026 "
        "muộn hơn" in lines
    )
    assert lines[-1] == "Chưa ghi gì. Để ghi vào lịch, hãy chạy lại lệnh này với --write."


def test_the_json_holds_every_difference_of_two_assessments(
    thads: Thads, notice: Path, case_file: Path
) -> None:
    code, out, _ = thads(
        "law", "calendar", "add", str(notice), "--dossier", str(case_file), "--dossier",
        str(NOVEMBER), *ON, "--json",
    )  # fmt: skip
    answer = json.loads(out)
    assert code == 0
    assert [change["date"] for change in answer["changes"]] == ["2026-11-25", "2026-12-05"]
    assert answer["years"] == [{"year": 2026, "before": "announced", "after": "announced"}]
    found = answer["dossiers"]
    assert (found["source"], found["looked_at"], found["failed"]) == ("files", 2, [])
    assert answer["calendar"]["before"] == load_calendar().hash
    moves = {(move["dossier"], move["occurrence"]): move for move in found["moves"]}
    expected = _expected([_case(1), json.loads(NOVEMBER.read_text("utf-8"))])
    assert {key: (m["due_before"], m["due_after"]) for key, m in moves.items()} == expected
    counts = found["counts"]
    assert counts["moves"] == len(expected) == counts["later"] + counts["earlier"]
    assert answer["written"] == []


def _amended() -> tuple[Calendar, Calendar]:
    found = amend(load_calendar(), read_notice(SWAP, "swap.toml", date(2026, 11, 23)), "swap.toml")
    return found.before, found.after


def _expected(files: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Assess plainly with both calendars, and keep the dates that differ."""
    moved: dict[tuple[str, str], tuple[str, str]] = {}
    for file in files:
        dossier = read_dossier(file)
        before, after = (
            assess(dossier, the_book(names_known()), calendar, date(2026, 11, 23))
            for calendar in _amended()
        )
        dues = [
            {row.occurrence: row.due for row in (*answer.limits, *answer.upcoming)}
            for answer in (before, after)
        ]
        for key, due in dues[0].items():
            if due != dues[1][key]:
                moved[dossier.id, key] = (str(due), str(dues[1][key]))
    return moved


def test_without_an_engine_only_the_calendar_is_compared_and_that_is_said(
    thads: Thads, notice: Path
) -> None:
    code, out, err = thads("law", "calendar", "add", str(notice), *ON)
    assert (code, err) == (0, "")
    assert "Chỉ so sánh được lịch, chưa xem hạn của việc nào: Không có hệ thống nào đang" in out
    _, out, _ = thads("law", "calendar", "add", str(notice), *ON, "--lang", "en")
    assert "Only the calendar was compared, no due date was looked at: no engine runs under" in out
    _, out, _ = thads("law", "calendar", "add", str(notice), *ON, "--json")
    assert json.loads(out)["dossiers"]["source"] == "none"


def test_a_notice_that_is_written_is_read_by_the_next_command(
    thads: Thads, years: Path, notice: Path
) -> None:
    before = _texts(years)
    folder = ("--calendars", str(years))
    code, out, err = thads("law", "calendar", "add", str(notice), *ON, *folder, "--write")
    assert (code, err) == (0, "")
    assert f"Đã ghi: {years / '2026.toml'}" in out
    assert "Worker đọc lịch trong " in out
    after = _texts(years)
    assert {name for name in before if before[name] != after[name]} == {"2026.toml"}
    assert after.keys() == before.keys()
    assert load_calendar(years).hash == _amended()[1].hash
    code, out, _ = thads("law", "calendar", "add", str(notice), *ON, *folder, "--write")
    assert (code, _texts(years)) == (0, after)
    assert "Không có gì mới: lịch đang ghi đúng như thông báo này." in out


def test_the_notice_of_the_documents_puts_the_swap_of_august_2026_back_in(
    thads: Thads, years: Path
) -> None:
    text = (years / "2026.toml").read_text("utf-8")
    blocks = text.split("\n\n")
    kept = [block for block in blocks if "2026-08-31" not in block]
    assert len(blocks) - len(kept) == 2
    (years / "2026.toml").write_text("\n\n".join(kept) + "\n", "utf-8")
    code, out, _ = thads(
        "law", "calendar", "add", str(EXAMPLE), *ON, "--calendars", str(years), "--write", "--json"
    )
    answer = json.loads(out)
    assert (code, answer["written"]) == (0, [str(years / "2026.toml")])
    assert answer["known"] == ["2026-09-01", "2026-09-02"]
    written = (years / "2026.toml").read_text("utf-8")
    assert [line for line in written.splitlines() if not line.startswith("source")] == [
        line for line in text.splitlines() if not line.startswith("source")
    ]


def test_a_year_that_nobody_keeps_gets_a_file_of_its_own(
    thads: Thads, years: Path, tmp_path: Path
) -> None:
    shipped = (years / "2027.toml").read_text("utf-8")
    (years / "2027.toml").unlink()
    notice = ROOT / "docs" / "examples" / "notice-2027-year.toml"
    code, out, _ = thads(
        "law", "calendar", "add", str(notice), *ON, "--calendars", str(years), "--write"
    )
    assert code == 0
    assert "Thêm lịch năm 2027, đã công bố." in out
    written = (years / "2027.toml").read_text("utf-8")
    assert written.partition("[[off]]")[2] == shipped.partition("[[off]]")[2]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (SWAP.replace("[[worked]]", "[[work]]"), "swap.toml: work: unknown key; allowed are: "),
        (SWAP.replace("2026-11-25", "2026-11-24"), "that day is off by Nghị quyết 28/2026/QH16"),
        ("=", "swap.toml: it is no TOML: "),
        (None, "FILE is '"),
        (b"\xff", "FILE is '"),
    ],
)
def test_a_notice_that_is_refused_is_one_sentence_and_writes_nothing(
    thads: Thads, years: Path, notice: Path, text: str | bytes | None, english: str
) -> None:
    before = _texts(years)
    notice.unlink()
    if text is not None:
        notice.write_bytes(text if isinstance(text, bytes) else text.encode())
    tokens = ("law", "calendar", "add", str(notice), *ON, "--calendars", str(years), "--write")
    code, out, err = thads(*tokens, "--lang", "en")
    assert (code, out) == (2, "")
    assert english in err
    assert err.count("\n") == 1
    code, _, vietnamese = thads(*tokens)
    assert code == 2
    assert vietnamese != err
    assert _texts(years) == before


def test_a_dossier_file_that_does_not_read_is_refused_before_anything_is_written(
    thads: Thads, years: Path, notice: Path
) -> None:
    before = _texts(years)
    code, out, err = thads(
        "law", "calendar", "add", str(notice), *ON, "--dossier", "nowhere.json",
        "--calendars", str(years), "--write",
    )  # fmt: skip
    assert (code, out) == (2, "")
    assert err.startswith("FILE là 'nowhere.json'; không đọc được: không có tệp này")
    assert _texts(years) == before


def _amendment(folder: Path) -> Amendment:
    notice = read_notice(SWAP, "swap.toml", date(2026, 11, 23))
    return amend(load_calendar(folder), notice, "swap.toml")


def test_a_calendar_that_someone_changed_meanwhile_is_left_alone(years: Path) -> None:
    amendment = _amendment(years)
    (years / "2030.toml").unlink()
    before = _texts(years)
    with pytest.raises(CalendarFileError, match="was changed meanwhile, nothing is written") as no:
        write_years(years, amendment)
    assert "lịch vừa bị người khác sửa" in no.value.say("vi")
    assert _texts(years) == before


def test_a_folder_that_cannot_be_written_keeps_its_calendar_and_no_draft(years: Path) -> None:
    amendment = _amendment(years)
    # A folder in the draft's place fails for every user, root too.
    (years / ".2026.toml.new").mkdir()
    before = (years / "2026.toml").read_text("utf-8")
    with pytest.raises(CalendarFileError, match="cannot be written") as no:
        write_years(years, amendment)
    assert "không ghi được" in no.value.say("vi")
    assert (years / "2026.toml").read_text("utf-8") == before


def test_a_long_list_is_cut_at_twenty_lines_unless_all_are_asked_for(
    thads: Thads, notice: Path, tmp_path: Path
) -> None:
    tokens = ["law", "calendar", "add", str(notice), *ON]
    for number in range(21):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(_case(number)), "utf-8")
        tokens += ["--dossier", str(path)]
    _, cut, _ = thads(*tokens)
    _, whole, _ = thads(*tokens, "--all")
    rows = [sum(" muộn hơn" in line for line in out.splitlines()) - 1 for out in (cut, whole)]
    assert rows[0] == 20
    assert rows[1] > 20
    assert f"… còn {rows[1] - 20} dòng nữa; xem hết với --all hoặc --json" in cut
    assert "dòng nữa" not in whole


async def test_the_register_of_a_running_engine_is_looked_at_page_by_page_and_only_read(
    database: str, notice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(database, statement_seconds=10)
    register, book, calendar = Register(engine, SEAL), the_book(names_known()), load_calendar()
    closed = {**_case(2), "facts": [*VOLUNTARY["facts"], {"event": "closed", "on": "2026-11-20"}]}
    now = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    for file in (_case(1), closed, _case(3)):
        dossier = read_dossier(file)
        await register.project(dossier, assess(dossier, book, calendar, now), 1)
    await engine.dispose()

    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "starter.py", "law", "calendar", "add", str(notice), *ON, "--json"],
        capture_output=True, check=False, timeout=60, cwd=ROOT,
        env=os.environ | {"THADS_DATABASE_URL": database, "TEMPORAL_ADDRESS": "127.0.0.1:1"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)["dossiers"]
    assert (found["source"], found["looked_at"], found["failed"]) == ("register", 2, [])
    moved = {
        (m["dossier"], m["occurrence"]): (m["due_before"], m["due_after"]) for m in found["moves"]
    }
    assert moved == _expected([_case(1), _case(3)])
    assert {case for case, _ in moved} == {"X-1", "X-3"}


def test_the_years_are_listed_with_what_they_rest_on(thads: Thads) -> None:
    code, out, err = thads("law", "calendar", "show")
    assert (code, err) == (0, "")
    rows = {cells[0]: " ".join(cells[1:]) for line in out.splitlines() if (cells := line.split())}
    assert rows["2026"] == "đã công bố 14 2 249"
    assert rows["2028"] == "ước tính 12 0 248"
    assert rows["2020"].startswith("theo danh mục đã đăng, chưa đối chiếu thông báo")
    _, out, _ = thads("law", "calendar", "show", "--json")
    shown = json.loads(out)
    assert [year["year"] for year in shown["years"]] == list(range(2009, 2031))
    assert shown["calendar"] == load_calendar().hash


def test_a_year_is_shown_day_by_day_with_its_notices(thads: Thads) -> None:
    code, out, _ = thads("law", "calendar", "show", "2026", "--lang", "en")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, lines[0]) == (0, "Calendar of 2026: announced")
    assert "Working days: 249" in lines
    assert (
        "Saturday, 22 August 2026 working day (Worked day, working day swapped) "
        "Monday, 31 August 2026 9441/TB-BNV, 16/10/2025" in lines
    )
    _, out, _ = thads("law", "calendar", "show", "2026", "--json")
    (year,) = json.loads(out)["years"]
    assert (year["working_days"], len(year["off"]), len(year["worked"])) == (249, 15, 2)


def test_a_calendar_that_does_not_read_is_refused(thads: Thads, years: Path, notice: Path) -> None:
    (years / "2026.toml").write_bytes(b"\xff")
    for tokens in (("show",), ("add", str(notice), *ON)):
        code, out, err = thads("law", "calendar", *tokens, "--calendars", str(years))
        assert (code, out) == (2, "")
        assert err.startswith("2026.toml, dòng 1: không phải văn bản UTF-8")


def test_a_year_that_is_not_kept_is_refused(thads: Thads) -> None:
    code, out, err = thads("law", "calendar", "show", "2031")
    assert (code, out) == (2, "")
    assert err.startswith("YEAR là 2031; cho phép một trong: 2009, 2010, ")
