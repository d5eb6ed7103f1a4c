"""The questions that can be settled, and the file in which an agency settles them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from law.corpus import Corpus, load_corpus
from law.errors import ReadingsFileError, StatuteFileError
from law.readings import questions_of, read_settlements, settle, settle_by_file
from law.settlements import Settlement
from law.sources import Source
from tests.law.books import act_file, write_files

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "readings.toml"
GOOD = """
[[settled]]
question = "worked_saturday"
reading = "working_day"
office = "nghe-an"
by = "Thủ trưởng cơ quan mẫu"
on = 2026-11-20
reason = "văn bản mẫu số 1"
"""


def _source(text: str) -> Source:
    return Source("readings.toml", text.encode(), ReadingsFileError)


def test_every_question_has_a_source_and_ways_with_their_grounds(book: Corpus) -> None:
    found = questions_of(book)
    assert set(found) >= {
        "worked_saturday", "running_on_change", "paused_time", "coercion.barred_tet",
        "payment.extended_many_creditors", "service.media", "complaint.first_effective",
        "complaint.decision_sent", "complaint.refiling",
    }  # fmt: skip
    for question, _ in found.values():
        for words in (question.title, question.source):
            assert words.vi
            assert words.en
        for way in question.reading:
            assert way.words.vi
            assert way.words.en
            assert way.ground.vi
            assert way.ground.en
        if question.acted is not None:
            assert question.way(question.acted)
            assert question.why is not None


def test_a_decision_is_read_and_enters_the_hash_of_the_book(book: Corpus) -> None:
    (one,) = read_settlements(_source(GOOD), book)
    assert (one.office, str(one.on)) == ("nghe-an", "2026-11-20")
    settled = settle(book, [one])
    other = settle(book, [Settlement(**{**one.model_dump(), "reason": "khác"})])
    assert len({book.hash, settled.hash, other.hash}) == 3
    assert settle(book, []).hash == book.hash
    assert book.settled_for("nghe-an") == {}


def test_no_file_settles_nothing_and_the_example_reads(book: Corpus) -> None:
    assert settle_by_file(book, None) is book
    assert settle_by_file(book, EXAMPLE).settlements


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace("worked_saturday", "worked"), "line 3: question is 'worked'; allowed is one"),
        (GOOD.replace("working_day", "x"), "line 4: reading is 'x'; allowed is one of"),
        (GOOD.replace('by = "Thủ trưởng cơ quan mẫu"', ""), "2: field 'settled.0.by' is missing"),
        (GOOD.replace("on = 2026-11-20", ""), "line 2: field 'settled.0.on' is missing"),
        (GOOD.replace("2026-11-20", '"hôm qua"'), "line 7: field 'settled.0.on' (value 'hôm qua')"),
        (GOOD.replace("văn bản mẫu số 1", "  "), "line 8: field 'settled.0.reason' (value '  ')"),
        (GOOD.replace('"nghe-an"', '"nghe an"'), "line 5: field 'settled.0.office'"),
        (GOOD + GOOD, "line 13: worked_saturday is settled for nghe-an at line 2 already"),
        (GOOD + "until = 2027-01-01", "line 9: field 'settled.0.until'"),
        (GOOD.replace("]]", "]"), "line 2: "),
        ("x =", "readings.toml"),
    ],
)  # fmt: skip
def test_a_wrong_decision_is_refused_with_its_line_and_field(
    book: Corpus, wrong: str, told: str
) -> None:
    with pytest.raises(ReadingsFileError) as caught:
        read_settlements(_source(wrong), book)
    assert told in str(caught.value)
    assert caught.value.say("vi") != str(caught.value)


def test_a_file_that_is_not_there_is_refused_by_its_setting(book: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ReadingsFileError, match="THADS_READINGS"):
        settle_by_file(book, tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('why = "reading"', 'why = "no_number"', "names at least two"),
        ('id = "next_working_day"', 'id = "next_day"', "names at least two"),
        ("rolls = false", 'from_end_of = ["x.y"]', "which the book does not have"),
    ],
)
def test_a_gap_with_unusable_readings_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    act = EXAMPLE.parents[2] / "law" / "statutes" / "decree-152-2026"
    folder = tmp_path / "decree"
    (folder / "service").mkdir(parents=True)
    told_of = re.sub(r"replaces = .*", "replaces = []", (act / "act.toml").read_text("utf-8"))
    (folder / "act.toml").write_text(told_of, "utf-8")
    text = (act / "service" / "2026-07-01.toml").read_text("utf-8")
    assert old in text
    changed = folder / "service" / "2026-07-01.toml"
    changed.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(StatuteFileError, match=told):
        load_corpus(folder=tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('term = { length = 2, unit = "working_days" }', "", "no way to read it gives a date"),
        ('id = "no_number"', 'id = "as_before"', "names at least two"),
        ('why = "text_not_at_hand"', 'why = "no_number"', "names at least two"),
    ],
)
def test_an_old_number_that_cannot_be_acted_on_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    (tmp_path / "decree" / "complaint").mkdir(parents=True)
    statutes = EXAMPLE.parents[2] / "law" / "statutes" / "decree-152-2026"
    act = re.sub(r"replaces = .*", "replaces = []", (statutes / "act.toml").read_text("utf-8"))
    (tmp_path / "decree" / "act.toml").write_text(act, "utf-8")
    text = (statutes / "complaint" / "2026-07-01.toml").read_text("utf-8")
    begin = text.index('[[gap]]\nid = "complaint.explanation_request"')
    block = text[begin : text.index("[[gap]]", begin + 10)]
    path = tmp_path / "decree" / "complaint" / "2026-07-01.toml"
    path.write_text(block, "utf-8")
    assert len(load_corpus(folder=tmp_path).versions) == 1
    assert old in block
    path.write_text(block.replace(old, new), "utf-8")
    with pytest.raises(StatuteFileError, match=told):
        load_corpus(folder=tmp_path)


def test_an_undated_gap_has_no_end_that_is_an_event(tmp_path: Path) -> None:
    gap = """
[[gap]]
id = "x.y"
why = "no_number"
cite = { article = "1" }
title = { vi = "x", en = "x" }
text = ""
starts_on = ["a"]
holder = "head"
raises = "b"
"""
    act = act_file("1/2026", "2026-07-01")
    write_files(tmp_path, {"one/act.toml": act, "one/x/2026-07-01.toml": gap})
    with pytest.raises(StatuteFileError, match="has no end"):
        load_corpus(folder=tmp_path)
