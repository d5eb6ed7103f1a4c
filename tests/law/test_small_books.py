"""Small books: what follows from files alone, and what is said of each fault in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from law.corpus import load_corpus, uncovered_days
from law.errors import StatuteFileError
from tests.law.books import act_file, write_files

HEAD = """
id = "ID"
cite = { article = "44", clause = "1", point = "a" }
title = { vi = "Quy định", en = "Rule" }
text = "Trong thời hạn"
"""
LIMIT = (
    "[[limit]]"
    + HEAD
    + 'starts_on = ["begun"]\nterm = { length = 10, unit = "days" }\nholder = "officer"\n'
)
WINDOW = "[[window]]" + HEAD + 'bars = ["begun"]\ndays_off = true\n'
GUARD = "[[guard]]" + HEAD + 'judges = ["begun"]\n'


def _one_rule(folder: Path, rule: str) -> Path:
    files = {"old/act.toml": act_file("1/2000", "2000-01-01"), "old/topic/2000-01-01.toml": rule}
    return write_files(folder, files)


@pytest.mark.parametrize(
    ("rule", "field", "named"),
    [
        (LIMIT, "and_on", '["forgotten"]'),
        (LIMIT, "met_by", '["begun", "forgotten"]'),
        (LIMIT, "unless", '["forgotten"]'),
        (LIMIT, "only_with", '["forgotten"]'),
        (LIMIT, "alternative_to", '["forgotten"]'),
        (LIMIT, "raises", '"forgotten"'),
        (LIMIT, "met_early_since", '"forgotten"'),
        (LIMIT, "delivered_by", '"forgotten"'),
        (LIMIT, "when_on", "{ forgotten = {} }"),
        (WINDOW, "unless", '["forgotten"]'),
        (GUARD, "requires", '["forgotten"]'),
        (GUARD, "unless", '["forgotten"]'),
    ],
)
def test_an_unknown_event_is_refused_with_the_rule_and_the_field_that_names_it(
    tmp_path: Path, rule: str, field: str, named: str
) -> None:
    folder = _one_rule(tmp_path, rule.replace("ID", "a.rule") + f"{field} = {named}\n")
    with pytest.raises(StatuteFileError) as refusal:
        load_corpus({"begun"}, folder)
    assert refusal.value.file == "old/topic/2000-01-01.toml"
    assert f"rule 'a.rule': {field} names the event 'forgotten', which nobody knows" in str(
        refusal.value
    )
    assert load_corpus({"begun", "forgotten"}, folder).versions
    assert load_corpus(None, folder).versions


@pytest.mark.parametrize(("rule", "field"), [(LIMIT, "starts_on"), (WINDOW, "bars"),
                                             (GUARD, "judges")])  # fmt: skip
def test_an_unknown_start_is_refused_as_well(tmp_path: Path, rule: str, field: str) -> None:
    folder = _one_rule(tmp_path, rule.replace("ID", "a.rule"))
    with pytest.raises(StatuteFileError, match=f"{field} names the event 'begun'"):
        load_corpus({"ended"}, folder)


def test_rules_are_found_by_what_starts_bars_or_judges_on_a_day(tmp_path: Path) -> None:
    rules = LIMIT.replace("ID", "c") + WINDOW.replace("ID", "b") + GUARD.replace("ID", "a")
    book = load_corpus({"begun"}, _one_rule(tmp_path, rules))
    day = date(2000, 1, 1)
    assert [v.id for v in book.started_by("begun", day)] == ["c"]
    assert [v.id for v in book.judging("begun", day)] == ["a", "b"]
    assert [v.id for v in book.rules_on(day)] == ["a", "b", "c"]
    before = date(1999, 12, 31)
    assert book.started_by("begun", before) == book.judging("begun", before) == ()
    assert book.rules_on(before) == ()
    cite = book.rule("c", day).cite
    assert (cite.act, cite.article, cite.clause, cite.point) == ("1/2000", "44", "1", "a")
    assert book.act("1/2000").in_force == day


def test_a_topics_next_file_replaces_it_whole_from_its_day_on(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01"),
        "old/topic/2000-01-01.toml": LIMIT.replace("ID", "a") + LIMIT.replace("ID", "b"),
        "old/topic/2010-03-01.toml": LIMIT.replace("ID", "a") + "until = 2011-06-30\n",
    }
    book = load_corpus({"begun"}, write_files(tmp_path, files))
    spans = {v.id + f"{v.first.year}": (v.first, v.last) for v in book.versions}
    assert spans == {
        "a2000": (date(2000, 1, 1), date(2010, 2, 28)),
        "b2000": (date(2000, 1, 1), date(2010, 2, 28)),
        "a2010": (date(2010, 3, 1), date(2011, 6, 30)),
    }
    assert book.eras == (date(2000, 1, 1), date(2010, 3, 1), date(2011, 7, 1))
    assert [v.first.year for v in book.started_by("begun", date(2010, 2, 28))] == [2000, 2000]
    assert [v.first.year for v in book.started_by("begun", date(2010, 3, 1))] == [2010]
    assert book.started_by("begun", date(2011, 7, 1)) == ()


def test_a_replaced_act_knows_its_day_of_change(tmp_path: Path) -> None:
    transition = (
        'replaces = ["1/2000"]\n[transition]\nsteps_done_stand = { article = "116", clause = "4" }'
        '\ngoes_on_under_new_act = { article = "116", clause = "3" }'
    )
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01", "ended = 2009-12-31"),
        "old/topic/2000-01-01.toml": LIMIT.replace("ID", "a"),
        "new/act.toml": act_file("2/2010", "2010-01-01", transition),
        "new/topic/2010-01-01.toml": LIMIT.replace("ID", "a"),
    }
    book = load_corpus({"begun"}, write_files(tmp_path, files))
    old, new = book.by_id["a"]
    change = book.change_after(old)
    assert change is not None
    assert change[0] == date(2010, 1, 1)
    assert change[1] is not None
    assert change[1].steps_done_stand.clause == "4"
    assert book.change_after(new) is None
    assert (old.holds_on(date(2009, 12, 31)), new.holds_on(date(2009, 12, 31))) == (True, False)


def test_every_hole_between_the_first_day_and_the_last_is_listed(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file(
            "1/2000", "2000-01-01", 'ended = 2013-12-31\nnot_encoded = ["later"]'
        ),
        "old/early/2000-01-01.toml": LIMIT.replace("ID", "a") + "until = 2010-01-31\n",
        "old/early/2011-01-01.toml": LIMIT.replace("ID", "a"),
        "new/act.toml": act_file("2/2014", "2014-01-01", 'replaces = ["1/2000"]'),
        "new/later/2014-01-01.toml": LIMIT.replace("ID", "b"),
    }
    book = load_corpus({"begun"}, write_files(tmp_path, files))
    until = date(2014, 6, 30)
    assert uncovered_days(book, until) == [
        ("early", date(2010, 2, 1), date(2010, 12, 31)),
        ("early", date(2014, 1, 1), until),
    ]


def test_the_hash_of_a_book_is_that_of_its_files(tmp_path: Path) -> None:
    one = load_corpus(None, _one_rule(tmp_path / "one", LIMIT.replace("ID", "a")))
    same = load_corpus(None, _one_rule(tmp_path / "same", LIMIT.replace("ID", "a")))
    other = load_corpus(None, _one_rule(tmp_path / "other", LIMIT.replace("ID", "a") + "# x\n"))
    assert one.hash == same.hash != other.hash
    renamed = _one_rule(tmp_path / "act", LIMIT.replace("ID", "a"))
    (renamed / "old/act.toml").write_text(act_file("1/2000", "2000-01-01", "# x"), "utf-8")
    assert load_corpus(None, renamed).hash != one.hash
    assert len(one.hash) == 16


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[limit]", "old/topic/2000-01-01.toml, line 1: "),
        (LIMIT.replace("ID", "A rule"), "old/topic/2000-01-01.toml, line 2: field 'limit.0.id' "),
        ("[[limits]]\n", "old/topic/2000-01-01.toml, line 1: field 'limits' "),
    ],
)
def test_a_file_that_does_not_read_is_named_with_its_field(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(StatuteFileError) as refusal:
        load_corpus(None, _one_rule(tmp_path, text))
    assert str(refusal.value).startswith(said)
    if "field" in said:
        assert "(value " in str(refusal.value)
        assert "(value None)" not in str(refusal.value)


def test_a_topic_file_is_named_by_a_day(tmp_path: Path) -> None:
    files = {"old/act.toml": act_file("1/2000", "2000-01-01"), "old/topic/today.toml": ""}
    with pytest.raises(StatuteFileError, match=r"^old/topic/today\.toml: a topic file is named by"):
        load_corpus(None, write_files(tmp_path, files))


def test_an_act_that_ended_with_no_successor_is_told_which_act_could_be_it(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01", "ended = 2009-12-31"),
        "old/topic/2000-01-01.toml": LIMIT.replace("ID", "a"),
        "new/act.toml": act_file("2/2010", "2010-01-01"),
        "new/topic/2010-01-01.toml": LIMIT.replace("ID", "b"),
    }
    with pytest.raises(StatuteFileError, match=r"add it there \(new/act\.toml\)"):
        load_corpus({"begun"}, write_files(tmp_path, files))
