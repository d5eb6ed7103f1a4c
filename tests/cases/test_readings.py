"""Two readings: both dates by hand, the safer one acted on, and an agency that settles which."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from cases.assess import assess
from cases.assessment import LimitRow
from cases.dossier import read_dossier
from law.calendar import Calendar
from law.corpus import Corpus
from law.readings import settle
from law.settlements import Settlement
from tests.conftest import Assessed, MakeCase, fact_from

STARTED = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")
BEFORE_THE_CHANGE = ("request_received 2026-03-02", "enforcement_decision_issued 2026-03-04")


def _shown(row: LimitRow, question: str) -> list[tuple[str, str, bool]]:
    return [(r.reason, str(r.due), r.acted) for r in row.readings if r.question == question]


def _why(row: LimitRow, question: str) -> str | None:
    (acted,) = (r for r in row.readings if r.question == question and r.acted)
    return acted.why


@pytest.fixture(name="settled")
def _settled(book: Corpus, calendar: Calendar) -> Any:
    def make(
        question: str, reading: str, *facts: str, as_of: str, office: str = "nghe-an", **own: Any
    ) -> Assessed:
        """Assess a dossier of nghe-an/kv1 where `office` has settled a question."""
        one = Settlement(
            question=question, reading=reading, office=office, by="Thủ trưởng cơ quan mẫu",
            on=date(2026, 11, 20), reason="văn bản mẫu số 1",
        )  # fmt: skip
        plain = {
            "id": "X-1", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
            "facts": [fact_from(text) for text in facts], **own,
        }  # fmt: skip
        moment = datetime.fromisoformat(as_of) if "T" in as_of else date.fromisoformat(as_of)
        read = read_dossier(plain, as_of=moment)
        return Assessed(read, assess(read, settle(book, [one]), calendar, moment))

    return make


@pytest.mark.parametrize(
    ("first", "next_day", "next_working_day"),
    [
        ("2026-11-20", "2026-11-21", "2026-11-23"),  # Friday: Saturday, or Monday
        ("2026-11-23", "2026-11-24", "2026-11-25"),  # Monday: Culture Day, or Wednesday
        ("2026-08-21", "2026-08-22", "2026-08-22"),  # Friday before a worked Saturday
    ],
)
def test_the_second_publication_is_due_on_the_very_next_day(
    case: MakeCase, first: str, next_day: str, next_working_day: str
) -> None:
    """Decree 152/2026, Art. 18.2: twice on two consecutive days, or two consecutive issues."""
    row = case(f"media_notice_first {first}", as_of=first).limit("service.media")
    assert (row.kind, str(row.due), row.state) == ("gap", next_day, "open")
    assert _shown(row, "service.media") == [
        ("next_day", next_day, True), ("next_working_day", next_working_day, False),
    ]  # fmt: skip
    assert _why(row, "service.media") == ("same" if next_day == next_working_day else "earlier")


def test_a_gap_with_readings_is_met_alerted_and_breached_like_a_limit(case: MakeCase) -> None:
    facts = ("media_notice_first 2026-11-20",)
    late = case(*facts, as_of="2026-11-23T10:00:00+07:00")
    assert late.shown("service.media") == ("2026-11-21", "breached")
    assert "limit_passed" in late.stuck()
    assert {alert.rule for alert in late.answer.alerts} == {"service.media"}
    met = case(*facts, "media_notice_second 2026-11-21", as_of="2026-11-23")
    assert met.shown("service.media") == ("2026-11-21", "met")
    after = case(*facts, "media_notice_second 2026-11-23", as_of="2026-11-23")
    assert after.shown("service.media") == ("2026-11-21", "late")


def test_the_extension_for_many_creditors_runs_from_the_extension(case: MakeCase) -> None:
    """Decree 152/2026, Art. 30.3.a: money on 5 October, ten days to 15 October, extended on 10.

    10 October + 45 days is 24 November, Culture Day, so 25 November; 15 October + 45 days is
    29 November, a Sunday, so 30 November.
    """
    found = case(
        "money_collected 2026-10-05 amount_vnd=1000000",
        "payment_extended 2026-10-10 ground=many_creditors", as_of="2026-10-12",
    )  # fmt: skip
    row = found.limit("payment.extended_many_creditors")
    assert _shown(row, row.id) == [
        ("from_extension", "2026-11-25", True), ("from_end_of_term", "2026-11-30", False),
    ]  # fmt: skip
    assert (row.receipt.length, row.receipt.unit) == (45, "days")


def test_an_extension_after_the_ten_days_is_counted_from_their_end(case: MakeCase) -> None:
    """Extended on 20 October, five days late: 15 October + 45 days is the earlier date."""
    found = case(
        "money_collected 2026-10-05 amount_vnd=1000000",
        "payment_extended 2026-10-20 ground=many_creditors", as_of="2026-10-20",
    )  # fmt: skip
    row = found.limit("payment.extended_many_creditors")
    assert _shown(row, row.id) == [
        ("from_extension", "2026-12-04", False), ("from_end_of_term", "2026-11-30", True),
    ]  # fmt: skip
    assert str(row.started) == "2026-10-15"


def test_a_reading_whose_start_nobody_told_of_gives_no_date(case: MakeCase) -> None:
    row = case("payment_extended 2026-10-10 ground=many_creditors", as_of="2026-10-12").limit(
        "payment.extended_many_creditors"
    )
    assert _shown(row, row.id) == [
        ("from_extension", "2026-11-25", True), ("from_end_of_term", "None", False),
    ]  # fmt: skip
    assert _why(row, row.id) == "only"


def test_a_partys_period_ends_after_the_worked_saturday_and_the_duty_runs_from_before(
    case: MakeCase,
) -> None:
    """12 August + 10 days is Saturday 22 August, worked for 31 August: for a party Monday 24.

    The nine days of the verification are the agency's duty and run from Saturday: 31 August is
    off, and so are 1 and 2 September, so they end on 3 September.
    """
    facts = (*STARTED, "decision_validly_notified 2026-08-12 channel=direct")
    row = case(*facts, as_of="2026-08-23").limit("voluntary_period")
    assert (str(row.due), row.state) == ("2026-08-24", "open")
    assert _why(row, "worked_saturday") == "later"
    found = case(*facts, as_of="2026-08-25")
    assert found.limit("voluntary_period").state == "expired"
    first = found.limit("verification.first")
    assert (str(first.started), str(first.due)) == ("2026-08-22", "2026-09-03")
    early = case(*facts, "coercion_decided 2026-08-24 measure=seizure", as_of="2026-08-24")
    assert ("coercion_decided", "72", "1") in early.irregular()


def test_five_working_days_of_a_party_have_no_worked_saturday_in_them(case: MakeCase) -> None:
    """From 19 August: 20, 21, 22 (worked), 24, 25; for a party 20, 21, 24, 25, 26 August."""
    row = case("act_decision_notified 2026-08-19 act=hand_over_minor person=A",
               as_of="2026-08-20").limit("measures.minor_period")  # fmt: skip
    assert _shown(row, "worked_saturday") == [
        ("working_day", "2026-08-25", False), ("day_off", "2026-08-26", True),
    ]  # fmt: skip


def test_a_duty_that_runs_over_the_change_keeps_its_date_and_shows_the_other(
    case: MakeCase,
) -> None:
    """Asked on 30 June: five working days to 7 July (26/2008, 53), three to 3 July (152, 32.3)."""
    found = case(*BEFORE_THE_CHANGE, "result_confirmation_requested 2026-06-30", as_of="2026-07-01")
    row = found.limit("result.confirmation")
    assert _shown(row, "running_on_change") == [
        ("old_act", "2026-07-07", True), ("new_act", "2026-07-03", False),
    ]  # fmt: skip
    assert (row.act, row.receipt.length, row.transition_review) == ("26/2008/QH12", 5, True)
    assert row.receipt.why == "running_on_the_day_of_change"


def test_a_duty_done_before_the_change_has_one_date(case: MakeCase) -> None:
    row = case(
        *BEFORE_THE_CHANGE, "result_confirmation_requested 2026-06-26",
        "result_confirmed 2026-06-30", as_of="2026-07-10",
    ).limit("result.confirmation")  # fmt: skip
    assert (row.readings, str(row.due), row.act) == ((), "2026-07-03", "26/2008/QH12")


def test_the_new_act_ends_no_time_before_it_is_in_force(case: MakeCase) -> None:
    """Asked on 25 June: to 2 July under the old act; three working days end on 30 June."""
    found = case(*BEFORE_THE_CHANGE, "result_confirmation_requested 2026-06-25", as_of="2026-07-01")
    row = found.limit("result.confirmation")
    assert _shown(row, "running_on_change") == [
        ("old_act", "2026-07-02", True), ("new_act", "None", False),
    ]  # fmt: skip
    assert "trước ngày văn bản có hiệu lực" in row.readings[1].vi


POSTPONED = (
    *STARTED, "decision_validly_notified 2026-07-15 channel=direct",
    "postponed 2026-08-03 ground=46.1.c",
)  # fmt: skip


def test_while_a_pause_lasts_the_date_without_it_is_shown(case: MakeCase) -> None:
    """27 July + 9 days is 5 August, two days of which are left on 3 August."""
    row = case(*POSTPONED, as_of="2026-08-10").limit("verification.first")
    assert (row.state, row.breaches_at) == ("paused", None)
    assert _shown(row, "paused_time") == [
        ("stands_still", "None", True), ("runs_on", "2026-08-05", False),
    ]  # fmt: skip
    assert _why(row, "paused_time") == "declared"


def test_an_agency_may_settle_that_clocks_run_on(settled: Any) -> None:
    row = settled("paused_time", "runs_on", *POSTPONED, as_of="2026-08-10").limit(
        "verification.first"
    )
    assert (str(row.due), row.state, row.paused_by) == ("2026-08-05", "breached", None)
    after = settled("paused_time", "runs_on", *POSTPONED, "resumed 2026-08-13", as_of="2026-08-14")
    row = after.limit("verification.first")
    assert _shown(row, "paused_time") == [
        ("stands_still", "2026-08-17", False), ("runs_on", "2026-08-05", True),
    ]  # fmt: skip
    assert row.receipt.excluded == ()


def test_a_pause_under_which_clocks_run_on_says_which_way_is_acted_on(settled: Any) -> None:
    row = settled("paused_time", "runs_on", *POSTPONED, as_of="2026-08-04").limit(
        "verification.first"
    )
    assert _shown(row, "paused_time") == [
        ("stands_still", "None", False), ("runs_on", "2026-08-05", True),
    ]  # fmt: skip
    assert _why(row, "paused_time") == "settled"


def test_an_agency_may_settle_what_is_acted_on_anyway(settled: Any) -> None:
    row = settled("paused_time", "stands_still", *POSTPONED, as_of="2026-08-10").limit(
        "verification.first"
    )
    assert (row.state, row.paused_by) == ("paused", "postponed")
    assert _why(row, "paused_time") == "settled"


def test_the_words_of_a_settled_tet_name_the_reading_that_was_settled(settled: Any) -> None:
    """Counted from the days off, 4 to 10 February 2027, a plan on 25 February is barred."""
    plan = "coercion_planned 2026-08-05 at=2027-02-25T09:00 with_forces=true"
    facts = (*STARTED, "decision_validly_notified 2026-07-15 channel=direct", plan)
    by_days = settled("coercion.barred_tet", "days_off", *facts, as_of="2026-08-05").answer
    (refused,) = (p for p in by_days.refused_plans if p.article == "42")
    assert "cho nghe-an: tính từ ngày nghỉ Tết đầu tiên" in refused.reason
    by_day = settled("coercion.barred_tet", "tet_day", *facts, as_of="2026-08-05").answer
    assert [p for p in by_day.refused_plans if p.article == "42"] == []


def test_a_settled_saturday_moves_the_period_its_end_and_the_coercion(settled: Any) -> None:
    facts = (*STARTED, "decision_validly_notified 2026-08-12 channel=direct")
    found = settled("worked_saturday", "working_day", *facts, as_of="2026-08-23")
    row = found.limit("voluntary_period")
    assert (str(row.due), row.state) == ("2026-08-22", "expired")
    (acted,) = (reading for reading in row.readings if reading.acted)
    assert (acted.why, acted.settled_by, str(acted.settled_on), acted.settled_for) == (
        "settled", "Thủ trưởng cơ quan mẫu", "2026-11-20", "nghe-an",
    )  # fmt: skip
    assert row.receipt.readings == row.readings
    seized = settled(
        "worked_saturday", "working_day", *facts, "means_verified 2026-08-23 outcome=with_means",
        "coercion_decided 2026-08-23 measure=seizure", as_of="2026-08-23",
    )  # fmt: skip
    assert ("coercion_decided", "72", "1") not in seized.irregular()
    later = settled("worked_saturday", "day_off", *facts, as_of="2026-08-25")
    assert str(later.limit("verification.first").started) == "2026-08-24"


def test_a_settled_change_of_law_needs_no_review(settled: Any) -> None:
    facts = (*BEFORE_THE_CHANGE, "result_confirmation_requested 2026-06-30")
    row = settled("running_on_change", "old_act", *facts, as_of="2026-07-01").limit(
        "result.confirmation"
    )
    assert (str(row.due), row.act, row.transition_review) == ("2026-07-07", "26/2008/QH12", False)
    assert row.receipt.why == "step_of_old_act"


def test_a_settlement_holds_below_its_office_and_nowhere_else(settled: Any, case: MakeCase) -> None:
    facts = (*STARTED, "media_notice_first 2026-11-20")

    def due(office: str) -> str:
        found = settled(
            "service.media", "next_working_day", *facts, as_of="2026-11-20", office=office
        )
        return str(found.limit("service.media").due)

    offices = ("nghe-an", "nghe-an/kv1", "nghe-an/kv2", "nghe")
    assert {office: due(office) for office in offices} == {
        "nghe-an": "2026-11-23", "nghe-an/kv1": "2026-11-23", "nghe-an/kv2": "2026-11-21",
        "nghe": "2026-11-21",
    }  # fmt: skip
    elsewhere = settled(
        "service.media", "next_working_day", *facts, as_of="2026-11-20", office="ha-tinh"
    ).answer
    plain = case(*facts, as_of="2026-11-20").answer
    assert elsewhere.book != plain.book
    assert [row.due for row in elsewhere.limits] == [row.due for row in plain.limits]
    assert [row.readings for row in elsewhere.limits] == [row.readings for row in plain.limits]


def test_the_nearest_office_decides(book: Corpus) -> None:
    def one(office: str, reading: str) -> Settlement:
        return Settlement(
            question="worked_saturday", reading=reading, office=office, by="A", on=date(2026, 1, 5),
            reason="b",
        )  # fmt: skip

    both = settle(book, [one("nghe-an/kv1", "day_off"), one("nghe-an", "working_day")])
    assert both.settled_for("nghe-an/kv1")["worked_saturday"].reading == "day_off"
    assert both.settled_for("nghe-an/kv2")["worked_saturday"].reading == "working_day"
    assert both.settled_for("ha-tinh") == {}


TET = (
    *STARTED,
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-08-03 outcome=with_means",
    "coercion_decided 2026-12-01 measure=seizure",
)


def _plan(at: str) -> str:
    return f"coercion_planned 2026-12-15 at={at} with_forces=true"


def test_a_plan_near_tet_is_refused_with_both_dates(case: MakeCase) -> None:
    """Tết 2027: off 4 to 10 February, first lunar day 6 February (10065/VPCP-KGVX).

    Fifteen days: 20 January to 25 February by the days off, 22 January to 21 February by the
    first lunar day; a plan of 24 February is barred by the first reading alone.
    """
    found = case(*TET, _plan("2027-02-24T08:00"), as_of="2026-12-16")
    (plan,) = (p for p in found.answer.refused_plans if p.rule == "coercion.barred_tet")
    assert "từ 20/01/2027 đến 25/02/2027 nếu tính từ ngày nghỉ" in plan.reason
    assert "từ 22/01/2027 đến 21/02/2027 nếu tính từ mùng 1 Tết" in plan.reason
    assert "safer reading is acted on" in plan.reason_en
    assert str(plan.next_lawful)[:10] == "2027-02-26"


def test_a_settled_tet_bars_fewer_days(settled: Any) -> None:
    found = settled(
        "coercion.barred_tet", "tet_day", *TET, _plan("2027-02-24T08:00"), as_of="2026-12-16"
    )
    assert found.answer.refused_plans == ()
    barred = settled(
        "coercion.barred_tet", "tet_day", *TET, _plan("2027-02-19T08:00"), as_of="2026-12-16"
    )
    (plan,) = barred.answer.refused_plans
    assert "Thủ trưởng cơ quan mẫu đã quyết định ngày 20/11/2026" in plan.reason
    assert str(plan.next_lawful)[:10] == "2027-02-22"
