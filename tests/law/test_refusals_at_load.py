from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.conditions import check_conditions
from cases.predicates import names_known
from law import calendar, corpus
from law.calendar import load_calendar
from law.corpus import load_corpus
from law.errors import CalendarFileError, DataFileError, StatuteFileError

ACT = """number = "{number}"
name = {{ vi = "Luật", en = "Law" }}
short = {{ vi = "Luật", en = "Law" }}
in_force = {in_force}
source = "a copy"
"""
RULE = """[[limit]]
id = "verification.first"
cite = { article = "37", clause = "1" }
title = { vi = "Xác minh", en = "Verification" }
text = "Trong thời hạn 09 ngày"
starts_on = ["voluntary_period_ended"]
term = { length = 9, unit = "days" }
met_by = ["means_verified"]
holder = "officer"
"""
OLD, NEW = "old/act.toml", "new/act.toml"
OLD_TOPIC, NEW_TOPIC = "old/verification/2000-01-01.toml", "new/verification/2010-01-01.toml"
TRANSITION = """[transition]
steps_done_stand = { article = "116", clause = "4" }
goes_on_under_new_act = { article = "116", clause = "3" }
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Write a book of two acts, the second of which replaces the first."""
    folder = tmp_path / "statutes"
    for name, text in {
        OLD: ACT.format(number="1/2000", in_force="2000-01-01") + "ended = 2009-12-31\n",
        OLD_TOPIC: RULE,
        NEW: ACT.format(number="2/2010", in_force="2010-01-01")
        + f'replaces = ["1/2000"]\n\n{TRANSITION}',
        NEW_TOPIC: RULE,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    load_corpus(names_known() | {"voluntary_period_ended"}, folder)
    return folder


def _refused(folder: Path) -> StatuteFileError:
    with pytest.raises(StatuteFileError) as told:
        load_corpus(names_known() | {"voluntary_period_ended"}, folder)
    error = told.value
    if error.line is not None:
        assert str(error).startswith(f"{error.file}, line {error.line}: ")
        assert error.vi.startswith(f"{error.file}, dòng {error.line}: ")
    assert error.vi != str(error)
    return error


FAULTS = [
    (OLD_TOPIC, 'met_by = ["means_verified"]', 'met_bye = ["x"]', 8, "write 'met_by'"),
    (OLD_TOPIC, 'met_by = ["means_verified"]', 'met_by = "x"', 8, "list in brackets"),
    (OLD_TOPIC, "length = 9", "length = 0", 7, "must be above 0"),
    (OLD_TOPIC, "length = 9", 'length = "nine"', 7, "must be a whole number"),
    (OLD_TOPIC, "length = 9", "length = 99999999999", 7, "longer than a hundred years"),
    (OLD_TOPIC, '"days"', '"wrking_days"', 7, "must be one of 'hours', 'days'"),
    (OLD_TOPIC, 'id = "verification.first"\n', "", 1, "field 'limit.0.id' is missing"),
    (OLD_TOPIC, '"means_verified"', '"means_verifed"', 8, "which nobody knows"),
    (OLD_TOPIC, 'holder = "officer"', 'holder = "keeper"', 9, "must be one of 'officer'"),
    (OLD_TOPIC, 'holder = "officer"', 'holder = "officer', 9, "does not read as TOML"),
    (OLD_TOPIC, 'holder = "officer"', 'holder = "officer"\nuntil = 1999-01-01', 10, "'until'"),
    (OLD_TOPIC, 'holder = "officer"', 'holder = "officer"\nuntil = 2009-02-30', 10, "TOML"),
    (OLD_TOPIC, 'holder = "officer"', f'holder = "officer"\n{RULE}', 11, "line 2) overlaps"),
    (NEW, 'article = "116", clause = "4"', 'clause = "4"', 9, "steps_done_stand.article"),
    (NEW, "steps_done_stand", "steps_stand", 9, "write 'steps_done_stand'"),
    (
        NEW,
        'replaces = ["1/2000"]',
        'replaces = ["1/2001"]',
        6,
        "no act of the book; known are: 2/2010 (new",
    ),
    (NEW, "in_force = 2010-01-01", "in_force = 0001-01-01", 4, "write a day between 1900"),
    (OLD, "ended = 2009-12-31", "ended = 2009-12-30", 6, "must be 2009-12-31, not 2009-12-30"),
    (OLD, "ended = 2009-12-31", "ended = 1999-12-31", 6, "before the act is in force"),
    (OLD, "ended = 2009-12-31", "", 1, "must be 2009-12-31, not left out"),
    (OLD, "in_force = 2000-01-01", "in_force = 2000-13-01", 4, "does not read as TOML"),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "reason"), FAULTS)
def test_a_fault_is_refused_with_its_file_its_line_and_its_remedy(
    book: Path, name: str, old: str, new: str, line: int, reason: str
) -> None:
    path = book / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    error = _refused(book)
    assert (error.file, error.line) == (name, line)
    assert reason in str(error)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('replaces = ["1/2000"]', "", 6, "no act says in 'replaces' that it follows"),
        ('number = "2/2010"', 'number = "1/2000"', 1, "stands in new/act.toml, line 1 too"),
    ],
)
def test_a_fault_between_two_acts_is_told_where_the_older_act_shows_it(
    book: Path, old: str, new: str, line: int, reason: str
) -> None:
    (book / NEW).write_text((book / NEW).read_text("utf-8").replace(old, new), "utf-8")
    error = _refused(book)
    assert (error.file, error.line) == (OLD, line)
    assert reason in str(error)


def test_two_wordings_on_one_day_name_the_files_and_lines_of_both(book: Path) -> None:
    (book / NEW_TOPIC).rename(book / "new/verification/2011-01-01.toml")
    (book / OLD).write_text((book / OLD).read_text("utf-8").replace("ended = 2009-12-31", ""))
    (book / NEW).write_text((book / NEW).read_text("utf-8").replace('replaces = ["1/2000"]', ""))
    error = _refused(book)
    assert (error.file, error.line) == ("new/verification/2011-01-01.toml", 2)
    assert f"{OLD_TOPIC}, line 2" in str(error)
    assert f"{OLD_TOPIC}, dòng 2" in error.vi


def _not_utf_8(book: Path) -> str:
    (book / NEW_TOPIC).write_bytes(RULE.encode("utf-16"))
    return NEW_TOPIC


def _a_folder_in_place_of_a_file(book: Path) -> str:
    (book / NEW).unlink()
    (book / NEW).mkdir()
    return NEW


def _an_act_without_its_file(book: Path) -> str:
    (book / OLD).unlink()
    return OLD


def _a_file_of_another_name(book: Path) -> str:
    (book / NEW_TOPIC).rename(book / "new/verification/2010-1-1.toml")
    return "new/verification/2010-1-1.toml"


def _a_file_of_another_ending(book: Path) -> str:
    shutil.copy(book / NEW_TOPIC, book / "new/verification/2011-01-01.txt")
    return "new/verification/2011-01-01.txt"


def _a_topic_beside_the_act(book: Path) -> str:
    shutil.copy(book / NEW_TOPIC, book / "new/2010-01-01.toml")
    return "new/2010-01-01.toml"


def _a_topic_after_the_act(book: Path) -> str:
    (book / OLD_TOPIC).rename(book / "old/verification/2010-01-01.toml")
    return "old/verification/2010-01-01.toml"


def _an_empty_topic(book: Path) -> str:
    (book / NEW_TOPIC).write_text("", "utf-8")
    return NEW_TOPIC


def _a_broken_link(book: Path) -> str:
    (book / "new" / "closure").symlink_to("nowhere")
    return "new/closure"


def _a_number_without_end(book: Path) -> str:
    (book / NEW_TOPIC).write_text(RULE.replace("length = 9", f"length = {'9' * 5000}"), "utf-8")
    return NEW_TOPIC


def _nothing(book: Path) -> str:
    shutil.rmtree(book)
    return "statutes"


def _no_act(book: Path) -> str:
    shutil.rmtree(book)
    book.mkdir()
    return "statutes"


@pytest.mark.parametrize(
    "spoil",
    [
        _not_utf_8, _a_folder_in_place_of_a_file, _an_act_without_its_file,
        _a_file_of_another_name, _a_file_of_another_ending, _a_topic_beside_the_act,
        _a_topic_after_the_act, _an_empty_topic, _a_broken_link, _a_number_without_end, _nothing,
        _no_act,
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_it_should_be_is_named(
    book: Path, spoil: Callable[[Path], str]
) -> None:
    name = spoil(book)
    assert _refused(book).file == name


def test_a_file_that_may_not_be_read_is_named(book: Path) -> None:
    (book / NEW_TOPIC).chmod(0)
    if os.access(book / NEW_TOPIC, os.R_OK):  # the system's own account reads everything
        (book / NEW_TOPIC).unlink()
        (book / NEW_TOPIC).symlink_to(book / NEW_TOPIC)
    assert _refused(book).file == NEW_TOPIC


WINDOW = """[[window]]
id = "coercion.hours"
cite = { article = "72" }
title = { vi = "Giờ", en = "Hours" }
text = "Không cưỡng chế"
bars = ["coercion_carried_out"]
"""


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        ("", 2, "states none of hours"),
        ('days_off = true\nduring = "x"\n', 8, "states days_off and during of"),
    ],
)
def test_a_window_that_says_nothing_or_two_things_is_refused(
    book: Path, more: str, line: int, reason: str
) -> None:
    (book / NEW_TOPIC).write_text(WINDOW + more, "utf-8")
    error = _refused(book)
    assert (error.file, error.line) == (NEW_TOPIC, line)
    assert reason in str(error)


_VALUE = re.compile(r"= .*")
_KEY = re.compile(r"^(\s*)[a-z_]+(?= =)")
_NAME = re.compile(r'"([a-z]+_[a-z_]+)"')
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _deleted(lines: list[str], at: int, rng: random.Random) -> None:
    del lines[at]


def _doubled(lines: list[str], at: int, rng: random.Random) -> None:
    lines.insert(at, lines[at])


def _doubled_block(lines: list[str], at: int, rng: random.Random) -> None:
    lines += lines[at:]


def _renamed_key(lines: list[str], at: int, rng: random.Random) -> None:
    lines[at] = _KEY.sub(r"\1another_key", lines[at])


def _other_value(lines: list[str], at: int, rng: random.Random) -> None:
    value = rng.choice(["5", "-1", '"x"', "true", "[1]", "{}", "2026-01-01", "1e400", "[[]]", "''"])
    lines[at] = _VALUE.sub(f"= {value}", lines[at])


def _wrong_date(lines: list[str], at: int, rng: random.Random) -> None:
    dates = ["2026-13-45", "0001-01-01", "9999-12-31", "2026-01-32", "1999-01-01"]
    lines[at] = _DATE.sub(rng.choice(dates), lines[at])


def _unknown_name(lines: list[str], at: int, rng: random.Random) -> None:
    lines[at] = _NAME.sub(r'"\1_x"', lines[at])


def _cut(lines: list[str], at: int, rng: random.Random) -> None:
    lines[at:] = [lines[at][: rng.randrange(len(lines[at]) + 1)]]


def _typed_over(lines: list[str], at: int, rng: random.Random) -> None:
    sign = rng.choice(['"', "'", "[", "]", "{", "}", "=", "#", "\x00", "\\", "é", ".", "0"])
    column = rng.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:column] + sign + lines[at][column + 1 :]


_DAMAGES = [
    _deleted, _doubled, _doubled_block, _renamed_key, _other_value, _wrong_date, _unknown_name,
    _cut, _typed_over,
]  # fmt: skip


def _damage(path: Path, seed: int, how: Callable[[list[str], int, random.Random], None]) -> None:
    rng = random.Random(seed)
    lines = path.read_text("utf-8").split("\n")
    how(lines, rng.randrange(len(lines)), rng)
    path.write_text("\n".join(lines), "utf-8")


_FILES = sorted(str(path.relative_to(corpus.FOLDER)) for path in corpus.FOLDER.rglob("*.toml"))
_FUZZ = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _topics_needed() -> dict[str, set[str]]:
    """Give for each topic those whose rules it points to, itself among them."""
    versions = load_corpus(names_known()).versions
    home = {version.id: version.topic for version in versions}
    needed: dict[str, set[str]] = {"act.toml": set()}
    for version in versions:
        topics = needed.setdefault(version.topic, {version.topic})
        for field in ("successor", "during", "after_waiting"):
            if named := getattr(version.rule, field, None):
                topics.add(home[named])
    for _ in needed:
        for topics in needed.values():
            topics |= {further for topic in set(topics) for further in needed[topic]}
    return needed


_NEEDED = _topics_needed()


def _copy_topic(name: str, folder: Path) -> None:
    """Copy every act with the topic of a file and what it needs: the whole takes longer to read."""
    shutil.rmtree(folder, ignore_errors=True)
    topics = _NEEDED[Path(name).parts[1]]
    for act in corpus.FOLDER.iterdir():
        (folder / act.name).mkdir(parents=True)
        shutil.copy(act / "act.toml", folder / act.name)
        for topic in topics:
            if (act / topic).is_dir():
                shutil.copytree(act / topic, folder / act.name / topic)


def _refusal_of(load: Callable[[], object]) -> DataFileError | None:
    try:
        load()
    except DataFileError as error:
        return error
    return None


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").split("\n"))


@_FUZZ
@given(st.sampled_from(_FILES), st.integers(0), st.sampled_from(_DAMAGES))
def test_a_damaged_book_is_refused_by_file_and_line_or_it_is_a_book_still(
    tmp_path: Path, name: str, seed: int, how: Callable[[list[str], int, random.Random], None]
) -> None:
    folder = tmp_path / "statutes"
    _copy_topic(name, folder)
    _damage(folder / name, seed, how)
    error = _refusal_of(lambda: load_corpus(names_known(), folder, check_conditions))
    if error is not None:
        assert isinstance(error, StatuteFileError)
        pointing = "which the book does not have" in str(error)
        assert name in str(error) or pointing
        assert name in error.vi or pointing
        assert error.line in range(1, _lines(folder / error.file) + 1)


@_FUZZ
@given(
    st.sampled_from(sorted(path.name for path in calendar.FOLDER.iterdir())),
    st.integers(0),
    st.sampled_from(_DAMAGES),
)
def test_a_damaged_calendar_is_refused_by_file_and_line_or_it_is_a_calendar_still(
    tmp_path: Path, name: str, seed: int, how: Callable[[list[str], int, random.Random], None]
) -> None:
    folder = tmp_path / "vn"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(calendar.FOLDER / name, folder)
    _damage(folder / name, seed, how)
    error = _refusal_of(lambda: load_calendar(folder))
    if error is not None:
        assert isinstance(error, CalendarFileError)
        assert error.file == name
        assert error.line in range(1, _lines(folder / name) + 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("year = 2026", "year = 2025", 1, "in a file named 2026.toml"),
        ("tet = 2026-02-17", "tet = 2025-02-17", 4, "first day of the lunar year in 2026"),
        ("date = 2026-01-02", "date = 2026-01-01", 12, "stated twice"),
        ("date = 2026-01-02", "date = 2027-01-02", 12, "outside the year 2026"),
        ('"announced"', '"guessed"', 2, "must be one of 'announced', 'published' or 'estimated'"),
        ('vi = "Tết Dương lịch", ', "", 8, "field 'off.0.name.vi' is missing"),
    ],
)  # fmt: skip
def test_a_fault_in_a_calendar_is_refused_with_its_file_its_line_and_its_remedy(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    text = (calendar.FOLDER / "2026.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "2026.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CalendarFileError) as told:
        load_calendar(tmp_path)
    assert (told.value.file, told.value.line) == ("2026.toml", line)
    assert reason in str(told.value)
    assert told.value.vi.startswith(f"2026.toml, dòng {line}: ")
