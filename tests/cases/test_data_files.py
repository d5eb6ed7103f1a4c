from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cases import escalation, stuck, vocabulary
from cases.vocabulary import read_vocabulary
from law.errors import DataFileError
from law.sources import read_model


@pytest.fixture
def words(tmp_path: Path) -> Path:
    shutil.copy(vocabulary.FILE, tmp_path)
    shutil.copytree(vocabulary.FOLDER, tmp_path / "events")
    return tmp_path


def _line_of(path: Path, text: str) -> int:
    return path.read_text("utf-8").split("\n").index(text) + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("events.toml", "[judgment_effective]", "[judgment_effective]\ncolour = 1", "known"),
        ("events.toml", "[defaults]", "[defaults]\nx = [1]", "defaults.x"),
        ("events/money.toml", "known_from = 2026-11-25", "known_from = 1", "such as 2026-11-23"),
        ("events/money.toml", "known_from = 2026-11-25", "", "'known_from' is missing"),
        ("events/money.toml", "[advance_refunded]", "[advance_refunded]\nplan = 7", "true or"),
        ("events/money.toml", "[advance_refunded]", "[judgment_effective]", "in another file"),
        ("events/money.toml", "[advance_refunded]", "[advance_refunded", "TOML"),
    ],
)
def test_a_fault_in_the_vocabulary_is_refused_with_its_file_and_line(
    words: Path, name: str, old: str, new: str, reason: str
) -> None:
    path = words / name
    at = _line_of(path, old)
    path.write_text(path.read_text("utf-8").replace(f"\n{old}\n", f"\n{new}\n", 1), "utf-8")
    with pytest.raises(DataFileError) as told:
        read_vocabulary(words / "events.toml", words / "events")
    assert told.value.file == f"cases/{name}"
    assert told.value.line in {at, at + 1, 1}
    assert reason in str(told.value)
    assert told.value.vi.startswith(f"cases/{name}, dòng {told.value.line}: ")


def test_the_shipped_vocabulary_is_what_a_copy_of_it_reads_as(words: Path) -> None:
    copied = read_vocabulary(words / "events.toml", words / "events")
    assert copied == vocabulary.vocabulary()


@pytest.mark.parametrize(
    ("model", "shipped", "old", "new"),
    [
        (escalation.Ladder, escalation.FILE, "\noffset", "\nofset"),
        (stuck.Norms, stuck.FILE, "\n[silence]", "\n[silences]"),
    ],
)
def test_a_fault_in_the_ladder_or_in_the_norms_is_refused_with_its_file_and_line(
    tmp_path: Path,
    model: type[escalation.Ladder | stuck.Norms],
    shipped: Path,
    old: str,
    new: str,
) -> None:
    text = shipped.read_text("utf-8").replace(old, new, 1)
    path = tmp_path / shipped.name
    path.write_text(text, "utf-8")
    with pytest.raises(DataFileError) as told:
        read_model(model, path, path.name, DataFileError)
    line = text[: text.index(new)].count("\n") + 2
    assert (told.value.file, told.value.line) == (path.name, line)
