from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from cases.kinds import PREFIXES
from cases.retention import FILE, LETTER, due_from, read_retention, ways_of
from law.errors import DataFileError

RULE = """
[[rule]]
id = "one"
kinds = ["petition"]
years = {years}
then = "erase"
confidence = "default"
source = {{ vi = "a", en = "b" }}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "retention.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_kind_and_way_of_closing_has_a_rule_with_its_source() -> None:
    rules = read_retention()
    for kind in (*PREFIXES, LETTER):
        for way in ways_of(kind):
            found = rules.find(kind, way)
            assert found is not None, (kind, way)
            assert found.source.vi
            assert found.source.en


def test_nothing_goes_by_a_rule_whose_years_stand_in_no_text() -> None:
    rules = read_retention()
    assert {rule.id for rule in rules.rule if rule.years is None} == {
        rule.id for rule in rules.rule if rule.confidence == "not_at_hand"
    }
    assert {(cut.kind, cut.closed_as) for cut in rules.cuts(date(2099, 1, 1))} == {
        ("letter", "file"), ("complaint", "complaint_filed"),
        ("denunciation", "denunciation_filed"),
    }  # fmt: skip


def test_the_first_rule_that_fits_counts() -> None:
    rules = read_retention()
    filed, settled = (rules.find("complaint", f"complaint_{way}") for way in ("filed", "settled"))
    assert filed is not None
    assert settled is not None
    assert (filed.id, settled.id) == ("complaint_filed", "complaint_file")


@pytest.mark.parametrize(
    ("closed_on", "years", "due"),
    [
        (date(2026, 11, 24), 1, date(2027, 11, 25)),
        (date(2024, 2, 29), 1, date(2025, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 3, 1)),
        (date(2025, 12, 31), 1, date(2027, 1, 1)),
    ],
)
def test_what_is_kept_for_years_is_not_due_on_its_last_day(
    closed_on: date, years: int, due: date
) -> None:
    assert due_from(closed_on, years) == due


def test_the_day_of_a_cut_and_the_day_when_something_is_due_always_agree(tmp_path: Path) -> None:
    for years in (1, 3, 4):
        rules = read_retention(written(tmp_path, RULE.format(years=years)))
        for back in range(1500):
            as_of = date(2027, 1, 1) + timedelta(days=back)
            before = rules.cuts(as_of)[0].before
            for near in range(-3, 4):
                closed_on = before + timedelta(days=near)
                assert (closed_on < before) == (due_from(closed_on, years) <= as_of)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULE.format(years=0), "years"),
        (RULE.format(years=1) * 2, "two rules have the id one"),
        (RULE.format(years=1).replace('"petition"', '"tờ trình"'), "kinds"),
        (RULE.format(years=1) + 'closed_as = ["gone"]', "closed as gone"),
        (RULE.format(years=1).replace('"erase"', '"burn"'), "then"),
        ("[[rule]", "retention.toml"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(DataFileError, match=said):
        read_retention(written(tmp_path, text))


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.toml"):
        read_retention(tmp_path / "none.toml")


def test_the_shipped_file_is_the_one_that_is_read() -> None:
    assert read_retention() == read_retention(FILE)
