"""Keep receipts of each kind and special clock word for word, and whole answers as JSON."""

from __future__ import annotations

import pytest

from law.calendar import Calendar
from law.corpus import Corpus
from tests.golden import FOLDER, Story, stories

STORIES = stories()


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_a_story_reads_as_agreed(story: Story, book: Corpus, calendar: Calendar) -> None:
    for path, text in story.texts(book, calendar).items():
        assert text == path.read_text("utf-8"), f"{path.name}: {story.shows}"


def test_each_kind_of_clock_has_a_receipt_and_no_file_is_left_over(
    book: Corpus, calendar: Calendar
) -> None:
    shown = {rule for story in STORIES for rule in story.limits}
    assert {v.rule.kind for v in book.versions if v.id in shown} == {
        "limit", "immediate", "before", "recurring", "limitation", "waiting", "gap",
    }  # fmt: skip
    kept = {path for story in STORIES for path in story.texts(book, calendar)}
    assert set(FOLDER.iterdir()) == kept | {FOLDER / "stories.toml"}
