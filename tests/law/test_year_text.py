"""Write calendar years so that they read back, and change a file no more than it must be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import FOLDER, DayNote, Words, YearFile, read_year
from law.year_text import edit_year, render_year

FILES = sorted(FOLDER.glob("*.toml"))
OFF = DayNote(
    date=date(2026, 11, 30), name=Words(vi="Nghỉ mẫu", en="Sample"), notice="1/TB-MAU, 20/11/2026"
)


def _read(path: Path) -> tuple[str, YearFile]:
    text = path.read_text("utf-8")
    return text, read_year(text, path.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_year_is_written_as_its_file_stands(path: Path) -> None:
    text, file = _read(path)
    assert render_year(file) == text
    assert edit_year(text, file) == text


def test_another_day_adds_its_block_in_its_place_and_leaves_the_others() -> None:
    text, file = _read(FOLDER / "2026.toml")
    text = text.replace("[[off]] # Tue\ndate = 2026-11-24", "[[off]] # as decided\ndate=2026-11-24")
    text = "# kept by the office\n" + text
    new = file.model_copy(update={"off": (*file.off, OFF), "source": 'a "source"'})
    edited = edit_year(text, new)
    assert read_year(edited, "2026.toml") == new
    lines = set(edited.splitlines()) ^ set(text.splitlines())
    source = next(line for line in text.splitlines() if line.startswith("source"))
    assert lines == {
        source, r'source = "a \"source\""', "date = 2026-11-30", 'notice = "1/TB-MAU, 20/11/2026"',
        'name = { vi = "Nghỉ mẫu", en = "Sample" }',
    }  # fmt: skip
    assert edited.index("2026-11-24") < edited.index("2026-11-30") < edited.index("[[worked]]")


def test_a_day_taken_out_takes_its_block_out() -> None:
    text, file = _read(FOLDER / "2026.toml")
    edited = edit_year(text, file.model_copy(update={"off": file.off[:-1]}))
    assert "2026-11-24" not in edited
    assert len(edited.splitlines()) == len(text.splitlines()) - 5


def test_a_file_that_is_not_in_blocks_is_written_anew() -> None:
    _, file = _read(FOLDER / "2026.toml")
    days = ", ".join(
        f'{{ date = {n.date}, name = {{ vi = "x", en = "x" }}, notice = "y" }}' for n in file.off
    )
    text = f'year = 2026\nstatus = "announced"\nsource = "x"\ntet = 2026-02-17\noff = [{days}]\n'
    assert edit_year(text, file) == render_year(file)


words = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\x7f\n\x00\u2028'), max_size=20
)


@given(words, words, words, words)
def test_any_text_reads_back_as_it_was(source: str, vi: str, en: str, notice: str) -> None:
    note = DayNote(date=date(2026, 1, 5), name=Words(vi=vi, en=en), notice=notice)
    file = YearFile(
        year=2026, status="estimated", source=source, tet=date(2026, 2, 17), off=(note,)
    )
    assert read_year(render_year(file), "2026.toml") == file
    assert read_year(edit_year(render_year(file), file), "2026.toml") == file
