from __future__ import annotations

from pathlib import Path

import pytest

from cases.predicates import names_known
from law.corpus import the_book
from law.coverage import cover
from law.errors import StatuteFileError

ROW = '[[row]]\nid = "{id}"\nact = "106/2025/QH15"\nplace = "Đ1"\namount = "5"\nunit = "days"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a table of the rows that the shipped rules name, with one row more, nothing left out."""
    named = {row for version in the_book(names_known()).versions for row in version.rule.covers}
    rows = "".join(ROW.format(id=row) for row in [*sorted(named), "one_more"])
    (tmp_path / "rows.toml").write_text(rows, "utf-8")
    _leave_out(tmp_path)
    return tmp_path


def _leave_out(folder: Path, *entries: tuple[str, str]) -> None:
    text = "".join(f'[[row]]\nid = "{row}"\nreason = "{reason}"\n' for row, reason in entries)
    (folder / "left_out.toml").write_text(text or "row = []\n", "utf-8")


def test_a_row_that_no_rule_names_is_missing_until_it_is_left_out_with_a_reason(
    folder: Path,
) -> None:
    book = the_book(names_known())
    [before] = cover(book, folder)
    assert before.missing == ("one_more",)
    assert before.encoded == before.rows - 1
    _leave_out(folder, ("one_more", "organisational"))
    [after] = cover(book, folder)
    assert (after.missing, after.left_out) == ((), {"organisational": 1})


@pytest.mark.parametrize("reason", ["not_needed", "duplicate_of", "counting_rule:x"])
def test_a_reason_outside_the_closed_list_is_refused(folder: Path, reason: str) -> None:
    _leave_out(folder, ("one_more", reason))
    with pytest.raises(StatuteFileError, match=r"left_out\.toml"):
        cover(the_book(names_known()), folder)


def test_a_row_that_is_both_encoded_and_left_out_is_refused(folder: Path) -> None:
    _leave_out(folder, ("request_refusal_notice", "organisational"))
    with pytest.raises(StatuteFileError, match="both encoded and left out"):
        cover(the_book(names_known()), folder)


@pytest.mark.parametrize("entry", [("nowhere", "amount"), ("one_more", "duplicate_of:nowhere")])
def test_a_name_that_stands_in_no_table_is_refused(folder: Path, entry: tuple[str, str]) -> None:
    _leave_out(folder, entry)
    with pytest.raises(StatuteFileError, match="'nowhere'"):
        cover(the_book(names_known()), folder)


def test_a_row_stated_twice_is_refused(folder: Path) -> None:
    (folder / "again.toml").write_text(ROW.format(id="one_more"), "utf-8")
    with pytest.raises(StatuteFileError, match="twice"):
        cover(the_book(names_known()), folder)


def test_the_shipped_tables_and_the_shipped_rules_agree() -> None:
    found = cover(the_book(names_known()))
    assert sum(act.rows for act in found) == 392
    for act in found:
        assert act.rows == act.encoded + sum(act.left_out.values()) + len(act.missing)
