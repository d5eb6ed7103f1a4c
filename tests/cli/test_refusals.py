"""A refusal is one sentence on standard error, in the language that was asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from cli.directory_file import DirectoryFileError, load_directory
from cli.live import NotRunningError
from cli.usage import find_lang
from law.errors import CalendarFileError, StatuteFileError
from store.engine import read_address
from store.errors import DatabaseAddressError, RegisterAwayError, told_plainly

Thads = Callable[..., tuple[int, str, str]]
Data = dict[str, Any]

ROOT = Path(__file__).parents[2]
NOVEMBER = str(Path(__file__).parent / "dossiers" / "november.json")
ON = ("--as-of", "2026-11-23")

COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown command": (("asses",), 'Không có lệnh "asses" (gần giống: assess); các lệnh hiện'),
    "unknown subcommand": (("law", "coun"), 'Không có lệnh "coun" (gần giống: count); '),
    "unknown option": (("assess", NOVEMBER, *ON, "--bogus"), "Không có tùy chọn --bogus."),
    "near option": (
        ("assess", NOVEMBER, *ON, "--jsom"),
        "Không có tùy chọn --jsom (gần giống: --json).",
    ),
    "missing option": (("assess", NOVEMBER), 'Lệnh "assess" còn thiếu giá trị của --as-of.'),
    "missing argument": (("assess", *ON), 'Lệnh "assess" còn thiếu giá trị của FILE.'),
    "unknown language": (
        ("assess", NOVEMBER, *ON, "--lang", "fr"),
        "--lang là 'fr'; cho phép một trong: vi, en.",
    ),
    "no number": (("stuck", "--most", "x"), "--most là 'x'; cho phép một số nguyên."),
    "number out of bounds": (("import", "x", "--batch", "0"), "--batch là '0'; phải từ 1 trở lên."),
    "an option twice": (("stuck", "--most=1", "--most=2"), "--most chỉ được nêu một lần."),
    "too many arguments": (("assess", NOVEMBER, "x", *ON), "Thừa trong lệnh: x."),
    "no file": (
        ("assess", "nowhere.json", *ON),
        "FILE là 'nowhere.json'; không đọc được: không",
    ),
    "a folder": (("assess", ".", *ON), "FILE là '.'; không đọc được: đây là một thư mục; cho phép"),
    "no day": (("law", "show", "--on", "1/7/2026"), "--on là '1/7/2026'; cho phép một ngày như "),
    "no moment": (
        ("assess", NOVEMBER, "--as-of", "mai"),
        "--as-of là 'mai'; cho phép một ngày như 2026-11-23 hoặc một thời điểm như ",
    ),
    "no limit": (("why", NOVEMBER, "payment", *ON), "LIMIT là 'payment'; hồ sơ này có: decision."),
    "no rule": (("law", "show", "--rule", "x"), "--rule là 'x'; cho phép một trong: "),
    "rule not in force": (
        ("law", "show", "--rule", "voluntary_period", "--on", "2009-06-30"),
        "Quy định 'voluntary_period' không có hiệu lực vào ngày 30/06/2009; các nội dung đã biết: ",
    ),
    "no term": (
        ("law", "count", "5 nagỳ", "--from", "2026-11-20"),
        "Không đọc được thời hạn '5 nagỳ'; hãy ghi một số nguyên lớn hơn 0 và một trong: giờ, ",
    ),
    "hours from a day": (
        ("law", "count", "24 giờ", "--from", "2026-11-20"),
        "Thời hạn tính bằng giờ được tính từ một thời điểm, không phải từ một ngày; ",
    ),
    "hours back": (
        ("law", "count", "24 giờ", "--from", "2026-11-20", "--before"),
        "Không đếm ngược theo giờ từ một ngày được; ",
    ),
    "too far": (
        ("law", "count", "9999 năm", "--from", "2026-11-20"),
        "9999 năm tính từ 2026-11-20 vượt quá mọi lịch",
    ),
    "no calendar": (
        ("law", "count", "1 năm", "--from", "2030-06-01"),
        "Chưa có lịch của năm 2031 (cần cho ngày 01/06/2031); hãy thêm ",
    ),
    "no event": (("case", "report", "X-1", "danced"), "event là 'danced'; cho phép một trong: "),
    "no pair": (
        ("case", "report", "X-1", "closed", "--on", "2026-11-02", "--set", "x"),
        "--set là 'x'; cho phép dạng key=value, như channel=direct",
    ),
    "nothing to correct": (
        ("case", "correct", "X-1", "2", "--reason", "x"),
        "correct còn thiếu; hãy chọn --retract, hoặc nêu điều thay đổi: --on, --at, --set",
    ),
    "no office": (
        ("stuck", "--office", "zz"),
        "office là 'zz'; cho phép một trong: cuc, nghe-an, ",
    ),
    "no officer": (("stuck", "--officer", "zz"), "officer là 'zz'; cho phép một trong: cv.an, "),
    "no engine": (("case", "show", "X-1"), "Không có hệ thống nào đang chạy trong "),
}


_STRANGER = """
office = [{key = "a", name = "A"}]
person = [{key = "p", name = "P", role = "officer", office = "b"}]
"""


def _run(tokens: tuple[str, ...], folder: Path, **env: str) -> tuple[int, str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *tokens],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=ROOT,
        env=own | {"THADS_VAR": str(folder)} | env,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_command_is_refused_in_vietnamese_when_no_language_is_named(
    tmp_path: Path, name: str
) -> None:
    tokens, begin = COMMANDS[name]
    code, out, err = _run(tokens, tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith(begin)
    assert err.count("\n") == 1


def _with_fact(november: Data, **fact: object) -> Data:
    return {**november, "facts": [fact]}


FILES: dict[str, tuple[Callable[[Data], object], str]] = {
    "unknown event": (
        lambda d: _with_fact(d, event="request_recieved", on="2026-11-01"),
        "facts[1]: event là 'request_recieved'; cho phép một trong: ",
    ),
    "done in the future": (
        lambda d: _with_fact(d, event="request_received", on="2026-11-24"),
        "facts[1]: on là '2026-11-24'; việc đã làm không thể ghi ngày sau 23/11/2026",
    ),
    "negative amount": (
        lambda d: _with_fact(d, event="money_collected", on="2026-11-02", amount_vnd=-1),
        "facts[1]: amount_vnd là -1; cho phép số nguyên đồng lớn hơn 0",
    ),
    "missing field": (
        lambda d: _with_fact(d, event="means_verified", on="2026-11-02"),
        "facts[1]: outcome còn thiếu; sự kiện means_verified cần trường này, cho phép một trong: ",
    ),
    "missing day": (
        lambda d: _with_fact(d, event="request_received"),
        "facts[1]: on còn thiếu; cho phép một ngày như 2026-11-23",
    ),
    "unknown key": (
        lambda d: {**d, "x": 1},
        "field là 'x'; hồ sơ loại enforcement_case chỉ có các trường: kind, id, ",
    ),
    "a list": (lambda _: [], "dossier là 'list'; tệp hồ sơ phải là một đối tượng JSON"),
    "not JSON": (lambda _: b"{", "tệp không phải JSON hợp lệ: lỗi tại dòng 1, cột 2"),
    "not UTF-8": (lambda _: b"\xff", "tệp không phải UTF-8, lỗi tại byte 0"),
    "half a character": (
        lambda d: json.dumps({**d, "note": "\ud800"}).encode(),
        "tệp chứa nửa ký tự",
    ),
    "no number": (lambda _: b'{"id": NaN}', "tệp JSON không dùng được: NaN không phải số"),
    "a name twice": (
        lambda _: b'{"id": 1, "id": 2}',
        "tên 'id' xuất hiện hai lần",
    ),
    "too many digits": (lambda _: b'{"id": ' + b"1" * 5000 + b"}", "có giá trị không đọc được"),
    "nested without end": (lambda _: b"[" * 100_000, "không dùng được: lồng nhau quá sâu"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_dossier_file_is_refused_in_vietnamese(
    thads: Thads, dossier_file: Callable[[object], str], november: Data, name: str
) -> None:
    change, words = FILES[name]
    code, out, err = thads("assess", dossier_file(change(november)), *ON)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("tokens", "lang"),
    [
        ((), "vi"),
        (("stuck", "--lang", "en"), "en"),
        (("stuck", "--lang=en"), "en"),
        (("stuck", "--lang=vi"), "vi"),
        (("stuck", "--lang"), "vi"),
        (("stuck", "--lang", "fr"), "vi"),
    ],
)
def test_the_language_of_a_refusal_is_that_of_the_command_line(
    tokens: tuple[str, ...], lang: str
) -> None:
    assert find_lang(tokens) == lang


def test_servers_that_do_not_answer_are_told_in_both_languages(tmp_path: Path) -> None:
    away = {
        "THADS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/thads",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    for tokens, vi, en in (
        (("stuck",), "Không kết nối được cơ sở dữ liệu 127.0.0.1:1/thads", "the database 127"),
        (("case", "show", "X-1"), "Temporal không trả lời tại ", "Temporal does not answer at "),
    ):
        for more, begin in (((), vi), (("--lang", "en"), en)):
            code, out, err = _run((*tokens, *more), tmp_path, **away)
            assert (code, out) == (2, "")
            assert err.startswith(begin)


def test_an_address_that_is_none_and_a_database_that_is_away_say_themselves_twice() -> None:
    with pytest.raises(DatabaseAddressError) as refused:
        read_address("nonsense")
    assert refused.value.say("vi").startswith("Không đọc được địa chỉ cơ sở dữ liệu; cho phép ")
    with (
        pytest.raises(RegisterAwayError) as away,
        told_plainly(make_url("postgresql://u@127.0.0.1:1/x")),
    ):
        raise ConnectionRefusedError("no")
    assert away.value.say("vi").startswith("Không kết nối được cơ sở dữ liệu 127.0.0.1:1/x (no)")
    assert away.value.say("en") == str(away.value)


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("=", "people.toml, dòng 1: dòng này không đúng cú pháp TOML"),
        ("colour = 1", "people.toml, dòng 1: trường 'colour' (giá trị 1) là trường không có"),
        (
            _STRANGER,
            "people.toml, dòng 3: office là 'b'; cho phép một trong: a",
        ),
    ],
)
def test_a_directory_that_does_not_read_is_told_in_vietnamese(
    tmp_path: Path, text: str, begin: str
) -> None:
    file = tmp_path / "people.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DirectoryFileError) as refused:
        load_directory(file)
    assert refused.value.say("vi").startswith(begin)


def test_an_error_with_its_english_sentence_alone_says_its_kind_in_vietnamese() -> None:
    assert StatuteFileError("x.toml: {y}").say("vi") == "Tệp quy định không dùng được: x.toml: {y}"
    assert CalendarFileError("2026.toml").say("vi") == "Tệp lịch không dùng được: 2026.toml"
    assert NotRunningError("away").say("vi") == "away"


def test_a_book_with_holes_is_told_in_vietnamese(thads: Thads, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, _, err = thads("law", "check", "--statutes", str(tmp_path / "empty"))
    assert code == 1
    assert err.startswith("empty: không có văn bản nào, như law-106-2025/act.toml; hãy nêu")
