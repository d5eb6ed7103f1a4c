from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cases.predicates import names_known
from law import calendar, corpus
from law.edition import Shelf, Watch, read_edition
from law.errors import CalendarFileError, StatuteFileError

RULE = "statutes/law-106-2025/voluntary/2026-07-01.toml"
TERM = "length = 10"


@pytest.fixture(name="shelf")
def _shelf(tmp_path: Path) -> Shelf:
    """Copy the shipped book and calendar."""
    shutil.copytree(corpus.FOLDER, tmp_path / "statutes")
    shutil.copytree(calendar.FOLDER, tmp_path / "vn")
    return Shelf(names_known(), tmp_path / "statutes", tmp_path / "vn")


def _change(shelf: Shelf, old: str, new: str) -> None:
    path = shelf.statutes.parent / RULE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def _length(watch: Watch) -> int:
    version = watch.edition.book.by_id["voluntary_period"][-1]
    return int(version.rule.model_dump()["term"]["length"])


def test_files_that_stay_are_no_news_and_the_same_edition(shelf: Shelf) -> None:
    watch = Watch(shelf)
    first = watch.edition
    (shelf.statutes.parent / RULE).touch()
    for _ in range(3):
        look = watch.look()
        assert (look.edition, look.refused, look.is_news) == (first, None, False)


def test_a_new_book_is_taken_whole_at_the_second_look_that_finds_it(shelf: Shelf) -> None:
    watch = Watch(shelf)
    first = watch.edition
    _change(shelf, TERM, "length = 11")
    assert not watch.look().is_news
    assert watch.edition is first
    look = watch.look()
    assert look.is_news
    assert look.edition is watch.edition is not first
    assert _length(watch) == 11
    assert look.edition.book.hash != first.book.hash
    assert not watch.look().is_news


def test_a_folder_that_changes_from_look_to_look_is_left_alone(shelf: Shelf) -> None:
    watch = Watch(shelf)
    for length in (11, 12, 13):
        _change(shelf, TERM if length == 11 else f"length = {length - 1}", f"length = {length}")
        assert not watch.look().is_news
        assert _length(watch) == 10
    assert watch.look().is_news
    assert _length(watch) == 13


def test_a_bad_book_is_refused_once_for_its_content_and_the_old_one_stays(shelf: Shelf) -> None:
    watch = Watch(shelf)
    first = watch.edition
    _change(shelf, TERM, 'length = "ten"')
    watch.look()
    look = watch.look()
    assert look.is_news
    assert look.edition is watch.edition is first
    assert isinstance(look.refused, StatuteFileError)
    assert look.refused.file == RULE.partition("/")[2]
    assert look.refused.line is not None
    for _ in range(3):
        again = watch.look()
        assert not again.is_news
        assert again.refused is not None
    _change(shelf, 'length = "ten"', 'length = "elf"')
    watch.look()
    assert watch.look().is_news, "another fault is told anew"


def test_a_good_book_ends_a_refusal(shelf: Shelf) -> None:
    watch = Watch(shelf)
    _change(shelf, TERM, "length = 0")
    watch.look()
    assert watch.look().refused is not None
    _change(shelf, "length = 0", "length = 12")
    assert watch.look().refused is not None, "it is not known yet whether the new files are good"
    look = watch.look()
    assert (look.is_news, look.refused, watch.refused) == (True, None, None)
    assert _length(watch) == 12


def test_files_that_are_put_back_end_a_refusal_at_once(shelf: Shelf) -> None:
    watch = Watch(shelf)
    first = watch.edition
    _change(shelf, TERM, "length = 0")
    watch.look()
    watch.look()
    _change(shelf, "length = 0", TERM)
    look = watch.look()
    assert (look.is_news, look.refused, look.edition) == (True, None, first)


def test_a_new_calendar_is_taken_and_a_bad_one_refused(shelf: Shelf) -> None:
    watch = Watch(shelf)
    first = watch.edition
    year = shelf.calendars / "2028.toml"
    year.write_text(year.read_text("utf-8").replace('"estimated"', '"announced"'), "utf-8")
    watch.look()
    assert watch.look().edition.calendar.hash != first.calendar.hash
    year.unlink()
    watch.look()
    refused = watch.look().refused
    assert isinstance(refused, CalendarFileError)
    assert refused.file == "2028.toml"
    assert 2028 in watch.edition.calendar.years


def test_a_folder_that_is_gone_or_lacks_a_topic_is_refused(shelf: Shelf) -> None:
    watch = Watch(shelf)
    shutil.rmtree(shelf.statutes / "law-106-2025" / "voluntary")
    watch.look()
    assert "topic 'voluntary' has neither" in str(watch.look().refused)
    shutil.rmtree(shelf.statutes)
    watch.look()
    assert "cannot be read" in str(watch.look().refused)
    assert _length(watch) == 10


def test_a_link_to_another_folder_is_followed(shelf: Shelf, tmp_path: Path) -> None:
    link = tmp_path / "in-use"
    link.symlink_to(shelf.statutes)
    linked = Shelf(shelf.names, link, shelf.calendars)
    watch = Watch(linked)
    another = tmp_path / "another"
    shutil.copytree(shelf.statutes, another)
    path = another / Path(RULE).relative_to("statutes")
    path.write_text(path.read_text("utf-8").replace(TERM, "length = 11"), "utf-8")
    assert not watch.look().is_news
    link.unlink()
    link.symlink_to(another)
    watch.look()
    assert watch.look().is_news
    assert _length(watch) == 11


def test_a_bad_book_is_not_begun_with(shelf: Shelf) -> None:
    _change(shelf, TERM, "length = -1")
    with pytest.raises(StatuteFileError):
        Watch(shelf)


def test_the_name_of_a_file_is_part_of_the_hash(shelf: Shelf) -> None:
    before = read_edition(shelf)
    path = shelf.statutes.parent / RULE
    path.rename(path.with_name("2026-07-02.toml"))
    with pytest.raises(StatuteFileError, match="'voluntary'"):
        read_edition(shelf)
    assert corpus.load_corpus(shelf.names, shelf.statutes).hash != before.book.hash


def test_an_edition_is_read_once_while_its_files_stay(shelf: Shelf) -> None:
    first = read_edition(shelf)
    assert read_edition(shelf) is first
    _change(shelf, TERM, "length = 11")
    assert read_edition(shelf) is not first


def test_a_shelf_knows_the_names_that_rules_may_use(shelf: Shelf) -> None:
    _change(shelf, '"obligation_performed"', '"obligation_forgotten"')
    with pytest.raises(StatuteFileError, match="obligation_forgotten"):
        shelf.read()
