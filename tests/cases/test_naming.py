"""A name that nothing answers to is found, in whichever key of a rule it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cases.naming import unknown_names
from cases.predicates import names_known
from law.corpus import FOLDER, load_corpus


@pytest.fixture(name="draft")
def _draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "statutes"))


def test_every_name_in_the_shipped_book_means_something() -> None:
    assert unknown_names(load_corpus(names_known())) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "name"),
    [
        ("law-106-2025/closure/2026-07-01", '["ended"]', '["closed"]', "barred_in", "closed"),
        (
            "law-106-2025/classification/2026-07-01",
            'while_state = ["no_means"]', 'while_state = ["no_mean"]', "while_state", "no_mean",
        ),
        (
            "decree-152-2026/unclaimed/2026-07-01",
            "\nwhen = { abroad = [true] }", "\nwhen = { aboard = [true] }", "when", "aboard",
        ),
        (
            "decree-152-2026/unclaimed/2026-07-01",
            "\nwhen = { abroad = [true] }", '\nwhen = { abroad = ["yes"] }', "when.abroad", "yes",
        ),
        (
            "decree-152-2026/classification/2026-07-01",
            'when = { origin = ["on_request"] }', 'when = { origin = ["request"] }',
            "when.origin", "request",
        ),
        (
            "decree-152-2026/classification/2026-07-01",
            'when = { extent = ["full"] }', 'when = { extent = ["whole"] }', "when.extent", "whole",
        ),
        (
            "decree-152-2026/unclaimed/2026-07-01",
            'same = ["asset", "document"]', 'same = ["assets"]', "same", "assets",
        ),
        (
            "law-106-2025/suspension/2026-07-01",
            'ends_by_field = "until"', 'ends_by_field = "number"', "ends_by_field", "number",
        ),
        (
            "law-106-2025/denunciation/2026-07-01",
            'when = { complexity = ["complex"] }\nlengthens = ["denunciation.resolution"]',
            'lengthens = ["denunciation.solution"]', "lengthens", "denunciation.solution",
        ),
        (
            "law-25-2018/denunciation/2019-01-01",
            'until_field = "until"', 'until_field = "note"', "until_field", "note",
        ),
        (
            "law-25-2018/denunciation/2019-01-01",
            'starts_on = ["denunciation_accepted"]',
            'starts_on = ["denunciation_accepted"]\nwhen = { object = ["coercion"] }',
            "when", "object",
        ),
        (
            "decree-152-2026/unclaimed/2026-07-01",
            'met_by = ["papers_sent_to_issuer"]', 'met_by = ["officer_known"]',
            "met_by", "officer_known",
        ),
        (
            "decree-152-2026/unclaimed/2026-07-01",
            'starts_on = ["papers_pickup_failed_twice"]', 'starts_on = ["no_means_in_force"]',
            "starts_on", "no_means_in_force",
        ),
        (
            "law-106-2025/closure/2026-07-01",
            '"coercion_planned"', '"voluntary_period_expired"', "judges",
            "voluntary_period_expired",
        ),
        (
            "law-106-2025/voluntary/2026-07-01",
            'raises = "voluntary_period_expired"', 'raises = "closed"', "raises", "closed",
        ),
    ],
)  # fmt: skip
def test_a_name_or_a_value_that_nothing_answers_to_is_found(
    draft: Path, file: str, old: str, new: str, key: str, name: str
) -> None:
    path = draft / f"{file}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = unknown_names(load_corpus(names_known(), draft))
    assert (key, name) in {(unknown.key, unknown.name) for unknown in found}


def test_an_event_of_the_engine_that_no_rule_raises_any_more_starts_nothing(draft: Path) -> None:
    path = draft / "law-106-2025/voluntary/2026-07-01.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('raises = "voluntary_period_expired"\n', ""), "utf-8")
    for old in draft.glob("law-26-2008/voluntary/*.toml"):
        old.write_text(
            old.read_text("utf-8").replace('raises = "voluntary_period_expired"\n', ""), "utf-8"
        )
    found = {(u.key, u.name) for u in unknown_names(load_corpus(names_known(), draft))}
    assert ("starts_on", "voluntary_period_expired") in found


def test_a_period_that_bars_must_hold_on_every_day_of_the_rule_that_names_it(draft: Path) -> None:
    path = draft / "law-106-2025/voluntary/2026-07-01.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[[limit]]", "[[limit]]\nuntil = 2027-06-30", 1), "utf-8")
    found = {(u.key, u.name) for u in unknown_names(load_corpus(names_known(), draft))}
    assert ("during", "voluntary_period") in found


def test_a_yes_or_no_is_told_what_it_can_be(draft: Path) -> None:
    path = draft / "decree-152-2026/unclaimed/2026-07-01.toml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("when = { abroad = [true] }", 'when = { abroad = ["x"] }'), "utf-8"
    )
    (found, *_) = unknown_names(load_corpus(names_known(), draft))
    assert found.allowed == ("false", "true")
