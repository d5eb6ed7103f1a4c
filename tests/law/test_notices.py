"""Refuse a notice that does not read, each time with its place, value and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from law.errors import NoticeError
from law.notices import Notice, read_notice

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TODAY = date(2026, 11, 23)
HEAD = """
number = "9441/TB-BNV"
issued = 2025-10-16
about = { vi = "x", en = "x" }
years = [2026]
"""
NAME = '\nname = { vi = "x", en = "x" }'
OFF = f"[[off]]\ndate = 2026-08-31{NAME}\nswapped_with = 2026-08-22\n"
WORKED = f"[[worked]]\ndate = 2026-08-22{NAME}\nswapped_with = 2026-08-31\n"
SWAP = HEAD + OFF + WORKED


def _read(text: str) -> Notice:
    return read_notice(text, "n.toml", TODAY)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("notice-*.toml")), ids=lambda path: path.name)
def test_every_notice_of_the_documents_reads(path: Path) -> None:
    assert read_notice(path.read_text("utf-8"), path.name, TODAY).years


def test_a_swap_with_both_halves_reads_and_cites_itself() -> None:
    notice = _read(SWAP)
    assert notice.reference == "9441/TB-BNV, 16/10/2025"
    assert notice.note_of(notice.off[0]).notice == "9441/TB-BNV, 16/10/2025"


def test_a_day_may_cite_a_statute_instead_of_the_notice() -> None:
    day = f'[[off]]\ndate = 2026-04-30{NAME}\nnotice = "Điều 112.1"\n'
    notice = _read(HEAD + day)
    assert notice.note_of(notice.off[0]).notice == "Điều 112.1"


REFUSED = {
    "no TOML": ("number = ", "n.toml: it is no TOML: ", "lỗi tại cuối tệp"),
    "cut off": (
        SWAP + "x = \n",
        "n.toml: it is no TOML: Invalid value (at line",
        "lỗi tại dòng 14, cột 5",
    ),
    "unknown key": (
        HEAD + "colour = 1\n" + OFF,
        ("n.toml: colour: unknown key; allowed are: number, issued,"),
        "không có khóa này",
    ),
    "unknown key of a day": (
        SWAP + "colour = 1\n",
        "n.toml: worked[1].colour: unknown key",
        "swapped_with, weekday",
    ),
    "missing": (
        SWAP.replace("issued = 2025-10-16", ""),
        "n.toml: issued: it is missing",
        "còn thiếu",
    ),
    "no day": (
        SWAP.replace("2025-10-16", '"October"'),
        ("n.toml: issued is 'October'; allowed is a day such as"),
        "cho phép một ngày như",
    ),
    "no year": (
        SWAP.replace("[2026]", '["x"]'),
        "n.toml: years[1] is 'x'; allowed is a year",
        "cho phép một năm như",
    ),
    "years empty": (
        SWAP.replace("[2026]", "[]"),
        "n.toml: years is []; name at least one year",
        "nêu ít nhất một năm",
    ),
    "no text": (
        SWAP.replace('"9441/TB-BNV"', "9441"),
        "n.toml: number is 9441; allowed is a text",
        "cho phép một đoạn chữ",
    ),
    "no list": (HEAD + "off = 3\n", "n.toml: off is 3; Input should be", "không đúng dạng"),
    "number with its day": (
        SWAP.replace('"9441/TB-BNV"', '"9441/TB-BNV, 16/10/2025"'),
        "allowed is the number alone",
        "cho phép riêng số",
    ),
    "number with control": (
        SWAP.replace('"9441/TB-BNV"', r'"9441\u001b[31m"'),
        "n.toml: number is ",
        "cho phép riêng số",
    ),
    "about empty": (
        SWAP.replace('{ vi = "x"', '{ vi = " "', 1),
        ("n.toml: about.vi is ' '; allowed is one line"),
        "cho phép một dòng chữ",
    ),
    "name of two lines": (
        SWAP.replace(NAME, '\nname = { vi = "x", en = "a\\nb" }'),
        "n.toml: off[1].name.en is ",
        "cho phép một dòng chữ",
    ),
    "issued tomorrow": (
        SWAP.replace("2025-10-16", "2026-11-24"),
        ("n.toml: issued is 2026-11-24; a notice is entered once it is issued, 2026-11-23"),
        "chậm nhất là ngày",
    ),
    "completes another year": (
        HEAD + "completes = 2027\n" + OFF + WORKED,
        "n.toml: completes is 2027; name that year in years",
        "ở years",
    ),
    "Tết without completes": (
        HEAD + "tet = 2026-02-17\n" + OFF + WORKED,
        "n.toml: tet is 2026-02-17; it goes with the year",
        "completes",
    ),
    "outside the year": (
        SWAP.replace("2026-08-31", "2027-08-31"),
        ("n.toml: off[1].date is 2027-08-31; the notice is of 2026; correct the day, or name 2027"),
        "hãy sửa ngày",
    ),
    "withdrawn outside": (
        HEAD + "withdrawn = [2025-01-02]\n" + OFF + WORKED,
        "n.toml: withdrawn[1] is 2025-01-02",
        "hãy sửa ngày",
    ),
    "stated twice": (
        SWAP + WORKED,
        ("n.toml: worked[2].date is 2026-08-22; that day stands at worked[1].date already"),
        "hãy giữ một chỗ",
    ),
    "off and withdrawn": (
        HEAD + "withdrawn = [2026-08-31]\n" + OFF + WORKED,
        ("n.toml: withdrawn[1] is 2026-08-31; that day stands at off[1].date"),
        "hãy giữ một chỗ",
    ),
    "a year without a day": (
        SWAP.replace("[2026]", "[2026, 2027]"),
        ("n.toml: years is 2027; the notice states no day of that year"),
        "hoặc bỏ năm",
    ),
    "another weekday": (
        SWAP.replace("2026-08-31" + NAME, '2026-08-31\nweekday = "Tue"' + NAME),
        "n.toml: off[1].weekday is 'Tue'; 2026-08-31 is a Mon",
        "31/08/2026 là Thứ Hai",
    ),
    "a worked weekday": (
        SWAP.replace("2026-08-22", "2026-08-25"),
        ("n.toml: worked[1].date is 2026-08-25; it is a Tue, which is worked anyway"),
        "vốn là ngày làm việc",
    ),
    "off on a weekend": (
        SWAP.replace("2026-08-31", "2026-08-30"),
        ("n.toml: off[1].date is 2026-08-30; it is a Sun, which is off anyway"),
        "vốn là ngày nghỉ",
    ),
    "worked for nothing": (
        HEAD + WORKED.replace("swapped_with = 2026-08-31", ""),
        "n.toml: worked[1].swapped_with: it is missing; name the day off",
        "hãy nêu ngày nghỉ",
    ),
    "half a swap": (
        HEAD + OFF,
        (
            "n.toml: off[1].swapped_with is 2026-08-22; a swap has two halves: "
            "state [[worked]] 2026-08-22 with swapped_with = 2026-08-31"
        ),
        "phải có đủ hai ngày",
    ),
    "halves that do not meet": (
        HEAD + OFF + WORKED.replace("= 2026-08-31", "= 2026-09-04"),
        "n.toml: off[1].swapped_with is 2026-08-22",
        "phải có đủ hai ngày",
    ),
    "swapped with another day off": (
        HEAD
        + OFF.replace("2026-08-22", "2026-08-28")
        + f"[[off]]\ndate = 2026-08-28{NAME}\nswapped_with = 2026-08-31\n",
        "n.toml: off[1].swapped_with is 2026-08-28",
        "phải có đủ hai ngày",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_notice_that_is_wrong_is_refused_in_both_languages(name: str) -> None:
    text, english, vietnamese = REFUSED[name]
    with pytest.raises(NoticeError) as refused:
        _read(text)
    assert english in refused.value.say("en")
    assert vietnamese in refused.value.say("vi")
    assert refused.value.say("vi").startswith("n.toml")


def test_a_weekday_is_taken_in_either_language() -> None:
    for weekday in ("Mon", "Thứ Hai"):
        text = SWAP.replace("2026-08-31" + NAME, f'2026-08-31\nweekday = "{weekday}"' + NAME)
        assert _read(text).off[0].date == date(2026, 8, 31)
