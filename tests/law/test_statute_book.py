"""Hold the statute book to its form, its coverage and the days on which its rules change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cases.predicates import names_known
from law.corpus import FIRST_DAY, Corpus, Version, load_corpus, uncovered_days
from law.errors import RuleNotInForceError, StatuteFileError
from law.model import Before, Gap, Holder, Limit, Recurring, Waiting, Window
from law.terms import Term, Unit
from law.transition import choose
from tests.law.books import act_file, write_files

OLD_LAW, NEW_LAW = "26/2008/QH12", "106/2025/QH15"
OLD_DECREE, NEW_DECREE = "62/2015/NĐ-CP", "152/2026/NĐ-CP"
OFFICES_DECREE = "151/2026/NĐ-CP"
DENUNCIATION_LAW, DENUNCIATION_DECREE = "25/2018/QH14", "31/2019/NĐ-CP"
RECEPTION_LAW, RECEPTION_DECREE = "42/2013/QH13", "154/2026/NĐ-CP"
CIRCULAR, JOINT_CIRCULAR = "13/2021/TT-BTP", "11/2016/TTLT-BTP-TANDTC-VKSNDTC"
COMPLAINTS_LAW, COMPLAINTS_DECREE = "02/2011/QH13", "155/2026/NĐ-CP"
COURT_LAW, COURT_DECREE = "93/2015/QH13", "71/2016/NĐ-CP"
LAST_OLD_DAY, FIRST_NEW_DAY = date(2026, 6, 30), date(2026, 7, 1)


def _vocabulary() -> frozenset[str]:
    return names_known()


@pytest.fixture(name="book", scope="module")
def _book() -> Corpus:
    return load_corpus(_vocabulary())


def _ids(book: Corpus, day: date) -> set[str]:
    return {version.id for version in book.rules_on(day)}


def _term(version: Version) -> Term | None:
    assert isinstance(version.rule, Limit | Before | Recurring | Waiting)
    return version.rule.term


def _place(version: Version) -> tuple[str, str, str | None, str | None]:
    cite = version.cite
    return cite.act, cite.article, cite.clause, cite.point


def test_the_whole_book_names_only_known_events_and_predicates(book: Corpus) -> None:
    assert {act.number for act in book.acts} == {
        OLD_LAW, NEW_LAW, OLD_DECREE, NEW_DECREE, OFFICES_DECREE, DENUNCIATION_LAW,
        DENUNCIATION_DECREE, RECEPTION_LAW, RECEPTION_DECREE, CIRCULAR, JOINT_CIRCULAR,
        COMPLAINTS_LAW, COMPLAINTS_DECREE,
        COURT_LAW, COURT_DECREE,
    }  # fmt: skip


def test_every_topic_is_covered_on_every_day(book: Corpus) -> None:
    assert uncovered_days(book, date(2028, 11, 23)) == []


def test_what_begins_with_an_act_is_covered_from_that_act_on_and_asks_for_nothing_before(
    tmp_path: Path,
) -> None:
    rule = """[[gap]]
id = "x"
why = "no_number"
cite = { article = "1" }
title = { vi = "x", en = "x" }
text = ""
starts_on = ["judgment_received"]
holder = "head"
"""
    act = act_file("1/2016", "2016-07-01")
    write_files(tmp_path, {"a/act.toml": act, "a/late/2017-01-01.toml": rule})
    assert uncovered_days(load_corpus(None, tmp_path), date(2020, 1, 1)) == [
        ("late", date(2009, 7, 1), date(2016, 12, 31))
    ]
    write_files(tmp_path, {"a/act.toml": f'{act}begins = ["late"]\n'})
    assert uncovered_days(load_corpus(None, tmp_path), date(2020, 1, 1)) == [
        ("late", date(2016, 7, 1), date(2016, 12, 31))
    ]


def test_the_topics_of_the_old_law_are_those_of_the_new_one_that_are_encoded(book: Corpus) -> None:
    def topics(day: date) -> set[str]:
        return {version.topic for version in book.rules_on(day)}

    absent = {topic for act in book.acts for topic in act.not_encoded}
    begun = {topic for act in book.acts for topic in act.begins}
    assert begun == {"administrative", "petition", "reception"}
    assert topics(FIRST_DAY) == topics(LAST_OLD_DAY) - begun
    assert topics(LAST_OLD_DAY) == topics(FIRST_NEW_DAY) - absent
    assert absent < topics(FIRST_NEW_DAY)
    assert topics(LAST_OLD_DAY) == {
        "intake", "notice", "voluntary", "verification", "classification", "suspension",
        "termination", "coercion", "payment", "closure", "file", "result", "complaint",
        "denunciation", "protest", "halt", "administrative", "petition", "reception",
    }  # fmt: skip


def test_a_holder_named_for_a_waiting_time_is_nobody(book: Corpus) -> None:
    waiting = [version for version in book.versions if isinstance(version.rule, Waiting)]
    assert waiting
    assert {version.rule.holder for version in waiting if isinstance(version.rule, Waiting)} == {
        Holder.NOBODY
    }


def test_every_gap_says_why_in_both_languages(book: Corpus) -> None:
    for version in book.versions:
        if isinstance(version.rule, Gap):
            assert version.rule.note is not None
            assert version.rule.note.vi
            assert version.rule.note.en


def test_the_change_of_law_keeps_the_rules_but_for_those_named(book: Corpus) -> None:
    old, new = _ids(book, LAST_OLD_DAY), _ids(book, FIRST_NEW_DAY)
    assert {rule for rule in old - new if not rule.endswith("_of_head")} == {
        "complaint.decision_to_procuracy",
        "no_means.wait_long",
        "provisional_measure.application",
        "complaint.bar_account",
        "complaint.bar_after_coercion",
        "complaint.resolution_after_coercion",
        "complaint.resolution_after_coercion_second",
        "protest.superior",
        "denunciation.conclusion_to_procuracy",
    }
    assert new - old > {
        "notice.provisional_measure",
        "request.return",
        "request.return_after_wait",
        "separate_register.ex_officio_only",
    }


def test_no_rule_of_an_old_act_holds_on_the_first_day_of_the_new_law(book: Corpus) -> None:
    assert {version.act.number for version in book.rules_on(LAST_OLD_DAY)} == {
        OLD_LAW, OLD_DECREE, DENUNCIATION_LAW, DENUNCIATION_DECREE, RECEPTION_LAW, CIRCULAR,
        JOINT_CIRCULAR, COMPLAINTS_LAW, COURT_LAW, COURT_DECREE,
    }  # fmt: skip
    assert {version.act.number for version in book.rules_on(FIRST_NEW_DAY)} == {
        NEW_LAW, NEW_DECREE, OFFICES_DECREE, DENUNCIATION_LAW, DENUNCIATION_DECREE, RECEPTION_LAW,
        RECEPTION_DECREE, COMPLAINTS_LAW, COMPLAINTS_DECREE,
        COURT_LAW, COURT_DECREE,
    }  # fmt: skip


def test_the_gaps_on_the_last_old_day_are_those_known(book: Corpus) -> None:
    gaps = {
        version.id: version.rule.why
        for version in book.rules_on(LAST_OLD_DAY)
        if isinstance(version.rule, Gap)
    }
    assert gaps == {
        "officer.assignment": "no_number",
        "coercion.decision": "no_number",
        "enforcement.continuation": "no_number",
        "complaint.acceptance_directed": "no_number",
        "complaint.acceptance_supplemented": "reading",
        "complaint.decision_to_procuracy": "reading",
        "complaint.first_effective": "reading",
        "complaint.ministerial_review": "no_number",
        "complaint.processing_second": "reading",
        "complaint.superior_demand": "no_number",
        "complaint.superior_follow_up": "no_number",
        "complaint.superior_measure": "no_number",
        "denunciation.termination_after_withdrawal": "no_number",
        "denunciation.contest_answer": "no_number",
        "denunciation.superior_direction": "no_number",
        "reception.new_day": "no_number",
        "administrative.officer_assignment": "no_number",
        "administrative.unknown_start": "no_number",
        "administrative.result_report": "no_number",
        "administrative.conduct_record": "no_number",
        "administrative.at_once_record": "no_number",
        "administrative.sanction_recommendation": "no_number",
        "administrative.responsibility_directive": "no_number",
    }


def test_the_first_verification_goes_from_10_days_to_9(book: Corpus) -> None:
    old = book.rule("verification.first", LAST_OLD_DAY)
    new = book.rule("verification.first", FIRST_NEW_DAY)
    assert _term(old) == Term(length=10, unit=Unit.DAYS)
    assert _place(old) == (OLD_LAW, "44", "1", None)
    assert (old.first, old.last) == (date(2015, 7, 1), LAST_OLD_DAY)
    assert _term(new) == Term(length=9, unit=Unit.DAYS)
    assert _place(new) == (NEW_LAW, "37", "1", None)
    assert (new.first, new.last) == (FIRST_NEW_DAY, None)


@pytest.mark.parametrize(
    ("rule_id", "old", "new"),
    [
        ("coercion.cost_notice", (3, OLD_LAW, "73", "4", None), (2, NEW_LAW, "72", "7", None)),
        ("result.confirmation", (5, OLD_LAW, "53", None, None), (3, NEW_DECREE, "32", "3", None)),
        ("decision.on_request", (5, OLD_LAW, "36", "1", None), (5, NEW_LAW, "34", "3", None)),
        ("decision.bankruptcy", (3, OLD_LAW, "36", "2", None), (3, NEW_LAW, "33", "3", "c")),
        ("no_means.decision", (5, OLD_DECREE, "9", "4", None), (5, NEW_LAW, "38", "1", None)),
    ],
)
def test_a_term_in_working_days_changes_with_the_law(
    book: Corpus,
    rule_id: str,
    old: tuple[int, str, str, str | None, str | None],
    new: tuple[int, str, str, str | None, str | None],
) -> None:
    for day, (length, *place) in ((LAST_OLD_DAY, old), (FIRST_NEW_DAY, new)):
        version = book.rule(rule_id, day)
        assert _term(version) == Term(length=length, unit=Unit.WORKING_DAYS)
        assert list(_place(version)) == place


def test_the_wait_after_a_no_means_decision_goes_from_one_or_two_years_to_two(book: Corpus) -> None:
    assert _term(book.rule("no_means.wait", LAST_OLD_DAY)) == Term(length=1, unit=Unit.YEARS)
    assert _term(book.rule("no_means.wait_long", LAST_OLD_DAY)) == Term(length=2, unit=Unit.YEARS)
    assert _term(book.rule("no_means.wait", FIRST_NEW_DAY)) == Term(length=2, unit=Unit.YEARS)


def test_periodic_verification_stops_after_two_under_the_old_law_only(book: Corpus) -> None:
    for rule_id in ("verification.periodic", "verification.periodic_yearly"):
        old = book.rule(rule_id, LAST_OLD_DAY).rule
        new = book.rule(rule_id, FIRST_NEW_DAY).rule
        assert isinstance(old, Recurring)
        assert isinstance(new, Recurring)
        assert old.unless[0] == "two_verifications_without_means"
        assert "two_verifications_without_means" not in new.unless


def test_the_decision_on_request_waits_for_the_judgment_under_the_new_law_only(
    book: Corpus,
) -> None:
    old = book.rule("decision.on_request", LAST_OLD_DAY).rule
    new = book.rule("decision.on_request", FIRST_NEW_DAY).rule
    assert isinstance(old, Limit)
    assert isinstance(new, Limit)
    assert old.starts_on == ("request_received",)
    assert old.and_on == ()
    assert "judgment_received" in (*new.starts_on, *new.and_on)


@pytest.mark.parametrize(
    ("rule_id", "last_gap_day"),
    [
        ("verification.first", date(2015, 6, 30)),
        ("decision.on_request", date(2015, 6, 30)),
        ("closure.ends_the_case", date(2015, 6, 30)),
        ("case_file.opening", date(2015, 8, 31)),
        ("decision.entrusted", date(2022, 2, 28)),
        ("no_means.wait", date(2024, 12, 31)),
        ("verification.new_information", date(2024, 12, 31)),
        ("coercion.barred_tet", date(2024, 12, 31)),
    ],
)
def test_before_its_last_amendment_a_rule_is_a_gap_without_text(
    book: Corpus, rule_id: str, last_gap_day: date
) -> None:
    for day in (FIRST_DAY, last_gap_day):
        rule = book.rule(rule_id, day).rule
        assert isinstance(rule, Gap)
        assert rule.why == "text_not_at_hand"
        assert rule.text == ""
    after = date.fromordinal(last_gap_day.toordinal() + 1)
    assert not isinstance(book.rule(rule_id, after).rule, Gap)


@pytest.mark.parametrize(
    "rule_id",
    ["request.limitation", "notice.to_parties", "coercion.cost_notice", "result.confirmation"],
)
def test_a_rule_never_amended_holds_from_the_first_day(book: Corpus, rule_id: str) -> None:
    assert book.rule(rule_id, FIRST_DAY).rule == book.rule(rule_id, LAST_OLD_DAY).rule


def test_a_request_is_not_returned_between_the_repeal_and_the_new_law(book: Corpus) -> None:
    assert isinstance(book.rule("request.return", date(2015, 6, 30)).rule, Gap)
    for day in (date(2015, 7, 1), LAST_OLD_DAY):
        with pytest.raises(RuleNotInForceError, match="was not in force"):
            book.rule("request.return", day)


def test_the_barred_hours_are_the_same_under_both_laws(book: Corpus) -> None:
    old = book.rule("coercion.barred_hours", LAST_OLD_DAY).rule
    new = book.rule("coercion.barred_hours", FIRST_NEW_DAY).rule
    assert isinstance(old, Window)
    assert isinstance(new, Window)
    assert old.hours == new.hours


# Small books, each with one fault.

_RULE = """
[[limit]]
id = "verification.first"
cite = { article = "44", clause = "1" }
title = { vi = "Xác minh", en = "Verification" }
text = "Trong thời hạn 10 ngày"
starts_on = ["voluntary_period_expired"]
term = { length = 10, unit = "days" }
met_by = ["means_verified"]
holder = "officer"
"""


def test_a_small_book_loads(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01", "ended = 2009-12-31"),
        "old/verification/2000-01-01.toml": _RULE,
        "new/act.toml": act_file("2/2010", "2010-01-01", 'replaces = ["1/2000"]'),
        "new/verification/2010-01-01.toml": _RULE,
    }
    book = load_corpus(_vocabulary(), write_files(tmp_path, files))
    assert [(v.act.number, v.first, v.last) for v in book.by_id["verification.first"]] == [
        ("1/2000", date(2000, 1, 1), date(2009, 12, 31)),
        ("2/2010", date(2010, 1, 1), None),
    ]


def test_loading_refuses_an_unknown_key(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01"),
        "old/verification/2000-01-01.toml": _RULE + 'deadline = "soon"\n',
    }
    with pytest.raises(
        StatuteFileError, match=r"2000-01-01\.toml, line \d+: field 'limit\.0\.deadline'"
    ):
        load_corpus(folder=write_files(tmp_path, files))


def test_loading_refuses_two_wordings_of_a_rule_on_one_day(tmp_path: Path) -> None:
    files = {
        "one/act.toml": act_file("1/2000", "2000-01-01"),
        "one/verification/2000-01-01.toml": _RULE,
        "two/act.toml": act_file("2/2010", "2010-01-01"),
        "two/verification/2010-01-01.toml": _RULE,
    }
    with pytest.raises(StatuteFileError, match=r"'verification\.first': 1/2000 .* overlaps 2/2010"):
        load_corpus(folder=write_files(tmp_path, files))


def test_loading_refuses_an_unknown_event(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01"),
        "old/verification/2000-01-01.toml": _RULE.replace("means_verified", "means_verifed"),
    }
    with pytest.raises(StatuteFileError, match="met_by names the event 'means_verifed'"):
        load_corpus(_vocabulary(), write_files(tmp_path, files))


@pytest.mark.parametrize("ended", ["", "ended = 2009-12-30", "ended = 2010-01-01"])
def test_loading_refuses_an_act_that_does_not_end_the_day_before_its_successor(
    tmp_path: Path, ended: str
) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01", ended),
        "new/act.toml": act_file("2/2010", "2010-01-01", 'replaces = ["1/2000"]'),
    }
    with pytest.raises(StatuteFileError, match="'ended' must be 2009-12-31"):
        load_corpus(folder=write_files(tmp_path, files))


def test_loading_refuses_a_topic_that_starts_before_its_act(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01"),
        "old/verification/1999-12-31.toml": _RULE,
    }
    with pytest.raises(StatuteFileError, match="before the act is in force"):
        load_corpus(folder=write_files(tmp_path, files))


def test_a_day_that_no_rule_covers_is_reported_with_its_topic(tmp_path: Path) -> None:
    files = {
        "old/act.toml": act_file("1/2000", "2000-01-01"),
        "old/verification/2000-01-01.toml": _RULE + "until = 2011-03-04\n",
    }
    book = load_corpus(folder=write_files(tmp_path, files))
    assert uncovered_days(book, date(2011, 3, 6)) == [
        ("verification", date(2011, 3, 5), date(2011, 3, 6))
    ]


def test_a_rule_asked_for_outside_its_days_says_which_days_it_has(book: Corpus) -> None:
    with pytest.raises(RuleNotInForceError) as refusal:
        book.rule("voluntary_period", date(2009, 6, 30))
    said = str(refusal.value)
    assert (
        "not in force on 2009-06-30; known wordings: 26/2008/QH12: 2009-07-01 to 2015-06-30, "
        in said
    )
    assert said.endswith("106/2025/QH15: 2026-07-01 to now")
    with pytest.raises(RuleNotInForceError, match="known wordings: none"):
        book.rule("no.such_rule", date(2026, 7, 1))


@pytest.mark.parametrize(
    ("on", "began", "review", "code", "clause"),
    [
        ("2026-06-30", "2026-06-30", True, "running_on_the_day_of_change", "4"),
        ("2026-06-30", "2026-06-30", False, "step_of_old_act", "4"),
        ("2026-07-01", "2026-06-30", False, "goes_on_under_new_act", "3"),
        ("2026-07-01", "2026-07-01", False, "in_force", None),
    ],
)
def test_the_choice_of_a_wording_names_the_clause_of_the_transition(
    book: Corpus, on: str, began: str, *, review: bool, code: str, clause: str | None
) -> None:
    # Law 106/2025, Art. 116.3-116.4.
    day = date.fromisoformat(on)
    version = book.rule("voluntary_period", day)
    choice = choose(version, date.fromisoformat(began), day, book, review=review)
    cite = choice.cite
    assert choice.code == code
    assert (cite and (cite.act, cite.article, cite.clause)) == (
        clause and ("106/2025/QH15", "116", clause)
    )
