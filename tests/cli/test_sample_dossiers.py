from __future__ import annotations

import re
from datetime import date

import pytest

from cases.assess import assess
from cases.kinds import PREFIXES, kind_of
from law.calendar import Calendar
from law.corpus import Corpus
from samples.letters import sample_dossiers

CASES = [f"NA-{number}" for number in range(5)]
SYNTHETIC = re.compile(r"Công dân mẫu \d{4}|Ủy ban mẫu \d\d")


@pytest.mark.parametrize(
    "today", [date(2026, 11, 24), date(2027, 1, 1), date(2027, 2, 14), date(2028, 2, 29)]
)
def test_the_sample_dossiers_read_and_are_assessed_whatever_the_day(
    today: date, book: Corpus, calendar: Calendar
) -> None:
    made = sample_dossiers(today, CASES)
    assert {kind_of(one.id) for one in made} == set(PREFIXES) - {"enforcement_case"}
    assert len({one.id for one in made}) == len(made)
    for one in made:
        assess(one, book, calendar, today)


def test_the_sample_dossiers_show_what_is_late_what_runs_and_what_has_ended(
    book: Corpus, calendar: Calendar
) -> None:
    today = date(2026, 11, 24)
    found = {one.id: assess(one, book, calendar, today) for one in sample_dossiers(today, CASES)}
    late = {name for name, one in found.items() if "limit_passed" in {r.reason for r in one.stuck}}
    assert {"complaint/KN-01", "denunciation/TC-01", "petition/PA-01"} <= late
    assert found["petition/PA-02"].status == "closed"
    assert "unknown_start" in {reason.reason for reason in found["admin/HC-01"].stuck}
    open_rules = {row.id for row in found["complaint/KN-01"].limits if row.state == "open"}
    assert "complaint.superior_demand" in open_rules


def test_without_cases_the_complaints_are_about_none() -> None:
    complaints = [one for one in sample_dossiers(date(2026, 11, 24), []) if one.parties]
    assert all(one.about is None for one in complaints)


def test_nobody_in_the_sample_dossiers_exists_and_no_denunciation_names_anybody() -> None:
    for one in sample_dossiers(date(2026, 11, 24), CASES):
        assert all(SYNTHETIC.fullmatch(party.name) for party in one.parties)
        if one.kind == "denunciation":
            assert (one.parties, one.title, one.note) == ((), None, None)
