from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from cases.assess import assess
from cli.register_columns import heading_of
from cli.register_rows import BuiltRegister
from law.calendar import Calendar
from law.corpus import Corpus
from samples.generate import NOTE, TITLE, generate, write_csv, write_register, write_xlsx
from samples.people import sample_directory, write_directory
from samples.scenarios import CHANGE
from tests.cli.registers import NOW, ROOT, build

TODAY = date(2026, 11, 23)
SYNTHETIC = re.compile(r"Người mẫu \d{4}|Công ty mẫu \d{3}|Ngân hàng mẫu \d{2}|Ngân sách nhà nước")


TOLD = ("limit_passed", "reverification_missed", "postponement_past_end", "no_officer", "silence")
"""The reasons that a register can show; no column tells of a request or a complaint."""


@pytest.fixture(name="sample", scope="module")
def _sample() -> BuiltRegister:
    return build(ROOT / "samples" / "register.xlsx")


def test_the_sample_has_three_hundred_good_rows_of_three_offices(sample: BuiltRegister) -> None:
    assert not sample.problems
    assert len({one.dossier.id for one in sample.good}) == 300
    assert Counter(one.dossier.office for one in sample.good).keys() == {
        "nghe-an/kv1", "nghe-an/kv2", "nghe-an/kv3",
    }  # fmt: skip


def test_the_workbook_and_the_csv_are_the_same_register(sample: BuiltRegister) -> None:
    typed = build(ROOT / "samples" / "register.csv")
    assert [one.dossier for one in typed.good] == [one.dossier for one in sample.good]


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    rows = generate(TODAY)
    write_xlsx(rows, tmp_path / "register.xlsx")
    write_csv(rows, tmp_path / "register.csv")
    write_directory(tmp_path / "directory.xlsx", TODAY)
    for name in ("register.xlsx", "register.csv", "directory.xlsx"):
        assert (tmp_path / name).read_bytes() == (ROOT / "samples" / name).read_bytes()


def test_every_reason_to_be_stuck_has_cases_and_most_cases_are_healthy(
    sample: BuiltRegister, book: Corpus, calendar: Calendar
) -> None:
    answers = [assess(one.dossier, book, calendar, NOW) for one in sample.good]
    reasons = Counter(reason for a in answers for reason in {r.reason for r in a.stuck})
    assert all(reasons[reason] >= 5 for reason in TOLD), reasons
    assert 0.25 <= sum(bool(a.stuck) for a in answers) / len(answers) <= 0.35
    statuses = Counter(a.status for a in answers)
    assert all(statuses[status] >= 15 for status in ("open", "paused", "closed"))
    stages = {a.stage for a in answers}
    assert stages >= {
        "assigned", "voluntary_period", "verification", "with_means", "without_means", "no_means",
        "separate_register", "coercion", "money_in_hand", "paid_out", "postponed", "suspended",
        "closed", "terminated",
    }  # fmt: skip


def test_some_cases_began_before_the_law_changed_and_some_ran_across_it(
    sample: BuiltRegister,
) -> None:
    days = [[fact.on for fact in one.dossier.facts] for one in sample.good]
    assert sum(min(found) < CHANGE for found in days) >= 60
    assert sum(min(found) < CHANGE <= max(found) for found in days) >= 12


@pytest.mark.parametrize("today", [date(2026, 9, 1), date(2027, 2, 14), date(2027, 10, 2)])
def test_the_sample_reads_whatever_the_day_of_the_import(tmp_path: Path, today: date) -> None:
    path = tmp_path / "register.xlsx"
    write_register(path, today)
    built = build(path, NOW.replace(year=today.year, month=today.month, day=today.day))
    assert not built.problems
    assert len(built.good) == 300


def test_the_sample_directory_names_every_officer_and_leads_nowhere(sample: BuiltRegister) -> None:
    entries = sample_directory(TODAY)
    people = {person.key for person in entries.people}
    facts = (fact for one in sample.good for fact in one.dossier.facts)
    officers = {fact.fields["officer"] for fact in facts if "officer" in fact.fields}
    assert len(officers) == 6
    assert officers <= people
    for person in entries.people:
        assert person.synthetic
        assert "mẫu" in person.name
        assert [address.channel for address in person.addresses] == ["mail"]
        assert person.addresses[0].value.endswith("@example.invalid")


def test_another_seed_gives_another_register() -> None:
    assert generate(TODAY, 1) != generate(TODAY, 2)
    assert generate(TODAY, 1) == generate(TODAY, 1)


def test_no_name_lies_outside_the_synthetic_patterns() -> None:
    for row in generate(TODAY):
        for key in ("debtor", "creditor"):
            assert SYNTHETIC.fullmatch(str(row[heading_of(key)]))
        assert re.fullmatch(r"Xã mẫu \d{1,2}", str(row[heading_of("debtor_address")]))
        assert re.fullmatch(r"Tòa án mẫu khu vực [123]", str(row[heading_of("court")]))
        assert row[heading_of("debtor_number")] is None
        assert row[heading_of("note")] == NOTE
    assert "SYNTHETIC" in TITLE
