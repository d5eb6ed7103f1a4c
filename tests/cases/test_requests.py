"""Requests to other bodies: the time to answer, by the law or by our norm, and the reminders.

Off are 31 August to 2 September and 24 November 2026; Saturday 22 August 2026 is worked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from cases.assess import assess
from cases.dossier import Origin, read_dossier
from cases.errors import FormError
from cases.facts import read_report
from cases.requests import (
    OVERDUE,
    AnswerLimit,
    Request,
    RequestNorms,
    astray,
    the_request_norms,
    waiting_requests,
)
from cases.vocabulary import vocabulary
from i18n.receipts import explain
from law.act_texts import load_texts
from law.calendar import ZONE, Calendar
from law.corpus import Corpus
from law.model import Place
from tests.conftest import Assessed, MakeCase

SENT = vocabulary().kind("request_sent").fields
BODIES, WHATS = SENT["body"], SENT["what"]


def _sent(body: str, what: str, on: str = "2026-11-20", more: str = "") -> str:
    return f"request_sent {on} request=15/CV body={body} what={what} {more}".strip()


# Rule, body, what is asked for, sent on, due on; the last are 20 November, a Friday, and
# Law 106/2025 (L) or Decree 152/2026 (D) with the article that gives the number.
ROWS = (
    ("information.reply", "tax_office", "information", "2026-11-20", "2026-11-26"),  # L 37.6.b
    ("information.reply", "police", "information", "2026-08-20", "2026-08-24"),  # worked Saturday
    ("information.registry", "land_office", "information", "2026-08-28", "2026-09-07"),  # L 37.6.c
    ("information.registry", "asset_registry", "information", "2026-11-20", "2026-11-26"),
    ("information.account", "bank", "information", "2026-11-20", "2026-11-20"),  # L 37.6.b: ngay
    ("information.account", "treasury", "information", "2026-11-20", "2026-11-20"),  # D 21.4
    ("information.prison", "prison", "information", "2026-11-20", "2026-11-26"),  # D 21.4
    ("judgment.reply", "court", "explanation", "2026-08-01", "2026-09-03"),  # L 13.3: 30 days
    ("protection.plan", "police", "protection", "2026-11-20", "2026-11-26"),  # L 72.6.b
    ("security.freeze_execution", "bank", "freeze", "2026-11-20", "2026-11-20"),  # L 67.5: ngay
    ("security.securities_freeze", "securities", "freeze", "2026-11-23", "2026-11-25"),  # D 57.1.a
    ("measures.account_deduction", "bank", "deduct", "2026-11-20", "2026-11-20"),  # L 73.2: ngay
    ("measures.income_request", "employer", "income", "2026-11-20", "-"),  # D 51.4: of the period
    ("requests.registration", "land_office", "registration", "2026-11-20", "-"),  # L 68.2
    ("requests.protection", "commune", "protection", "2026-11-20", "-"),  # L 14.1
    ("requests.other", "notary", "other", "2026-11-20", "-"),  # L 14.1
)


@pytest.mark.parametrize(("rule", "body", "what", "on", "due"), ROWS)
def test_a_request_has_the_time_to_answer_of_its_article(
    case: MakeCase, rule: str, body: str, what: str, on: str, due: str
) -> None:
    row = case(_sent(body, what, on), as_of=on).limit(rule)
    assert (row.due.isoformat() if row.due else "-", row.state) == (due, "open")
    assert row.holder == "other_body"


def test_a_complex_judgment_is_explained_within_45_days(case: MakeCase) -> None:
    one = case(_sent("court", "explanation", "2026-10-10", "complex=true"), as_of="2026-11-20")
    assert one.shown("judgment.reply_complex") == ("2026-11-25", "open")
    assert one.limits("judgment.reply") == []


@pytest.mark.parametrize("origin", get_args(Origin))
def test_whatever_is_asked_of_whomever_runs_once_and_never_silently(
    case: MakeCase, origin: str
) -> None:
    for body, what in product(BODIES, WHATS):
        one = case(_sent(body, what), as_of="2026-11-20", origin=origin)
        found = [row.id for row in one.answer.limits if row.holder == "other_body"]
        assert len(found) == 1, (body, what, found)


def test_a_provisional_measure_is_answered_at_once_by_whoever_holds_information(
    case: MakeCase,
) -> None:
    fact = _sent("social_insurance", "information")
    one = case(fact, as_of="2026-11-20", origin="provisional_measure")
    assert one.shown("information.provisional_measure") == ("2026-11-20", "open")


def test_the_time_counts_from_the_day_of_receipt_once_that_is_told(case: MakeCase) -> None:
    sent = _sent("tax_office", "information")
    received = "request_delivered 2026-11-25 request=15/CV"
    assert case(sent, as_of="2026-11-26").shown("information.reply") == ("2026-11-26", "open")
    later = case(sent, received, as_of="2026-11-26")
    assert later.shown("information.reply") == ("2026-11-30", "open")
    assert later.limit("information.reply").started == date(2026, 11, 25)
    other = case(sent, "request_delivered 2026-11-25 request=16/CV", as_of="2026-11-26")
    assert other.shown("information.reply") == ("2026-11-26", "open")


def test_requests_at_the_same_time_are_told_apart_by_their_reference(case: MakeCase) -> None:
    facts = [
        f"request_sent 2026-11-20 request={ref} body=tax_office what=information"
        for ref in ("15/CV", "16/CV", "17/CV")
    ]
    answered = "request_answered 2026-11-23 request=16/CV number=99/CCT"
    withdrawn = "request_withdrawn 2026-11-23 request=17/CV"
    one = case(*facts, answered, withdrawn, as_of="2026-11-27")
    states = {row.title_vi: row.state for row in one.limits("information.reply")}
    assert states == {
        "Trả lời yêu cầu cung cấp thông tin (15/CV)": "breached",
        "Trả lời yêu cầu cung cấp thông tin (16/CV)": "met",
        "Trả lời yêu cầu cung cấp thông tin (17/CV)": "void",
    }
    assert len({row.occurrence for row in one.limits("information.reply")}) == 3


def test_an_event_of_its_own_answers_a_request_that_it_names_and_no_other(case: MakeCase) -> None:
    sent = _sent("bank", "freeze")
    named = case(sent, "freeze_executed 2026-11-20 asset=tk1 request=15/CV", as_of="2026-11-23")
    assert named.limit("security.freeze_execution").state == "met"
    unnamed = case(sent, "freeze_executed 2026-11-20 asset=tk1", as_of="2026-11-23")
    assert unnamed.limit("security.freeze_execution").state == "not_at_once"


def test_a_request_and_the_event_of_its_own_do_not_answer_for_each_other(case: MakeCase) -> None:
    one = case(
        "information_requested 2026-11-20 source=holder holder=A",
        _sent("tax_office", "information"),
        "information_provided 2026-11-23 holder=A",
        as_of="2026-11-23",
    )
    assert [row.state for row in one.limits("information.reply")] == ["met", "open"]


@pytest.mark.parametrize(
    ("sent", "answer", "rule", "state"),
    [
        # what is asked for may be refused with reasons: Decree 152/2026, Art. 21.6.a
        (_sent("tax_office", "information"), "refused=true", "information.reply", "met"),
        # a freeze that is refused is not carried out: Law 106/2025, Art. 67.5
        (_sent("bank", "freeze"), "refused=true", "security.freeze_execution", "not_at_once"),
        (_sent("tax_office", "information"), "extent=part", "information.reply", "breached"),
        (_sent("tax_office", "information"), "extent=full", "information.reply", "met"),
        (_sent("land_office", "registration"), "", "requests.registration", "met"),
        (_sent("land_office", "registration"), "refused=true", "requests.registration", "open"),
        (_sent("employer", "income"), "", "measures.income_request", "met"),
    ],
)
def test_an_answer_ends_the_waiting_only_where_it_is_one(
    case: MakeCase, sent: str, answer: str, rule: str, state: str
) -> None:
    fact = f"request_answered 2026-11-20 request=15/CV {answer}".strip()
    assert case(sent, fact, as_of="2026-11-30").limit(rule).state == state


def test_the_working_says_which_request_to_whom(case: MakeCase) -> None:
    named = _sent("bank", "information", more="body_name='Ngân hàng mẫu'")
    row = case(named, as_of="2026-11-20").limit("information.account")
    assert "Yêu cầu số 15/CV gửi Ngân hàng mẫu." in explain(row.receipt, row, "vi")
    assert "The request 15/CV to Ngân hàng mẫu." in explain(row.receipt, row, "en")
    row = case(_sent("bank", "information"), as_of="2026-11-20").limit("information.account")
    assert "The request 15/CV to a bank or credit institution." in explain(row.receipt, row, "en")


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        ({"body": "bank", "what": "information"}, "request"),
        ({"request": "15/CV", "what": "information"}, "body"),
        ({"request": "15/CV", "body": "bank"}, "what"),
        ({"request": "15/CV", "body": "embassy", "what": "information"}, "body"),
        ({"request": "15/CV", "body": "bank", "what": "everything"}, "what"),
        ({"request": "   ", "body": "bank", "what": "information"}, "request"),
    ],
)
def test_a_request_that_names_no_body_purpose_or_reference_is_refused(
    fact: dict[str, Any], field: str
) -> None:
    with pytest.raises(FormError) as refusal:
        read_report({"event": "request_sent", "on": "2026-11-20", **fact})
    assert refusal.value.field == field


@pytest.mark.parametrize("event", ["request_delivered", "request_answered", "request_withdrawn"])
def test_what_follows_a_request_names_it(event: str) -> None:
    with pytest.raises(FormError) as refusal:
        read_report({"event": event, "on": "2026-11-20"})
    assert refusal.value.field == "request"


@pytest.mark.parametrize("level", [None, "0", "4", 1])
def test_a_reminder_has_a_level(level: object) -> None:
    fact = {"event": "request_reminded", "on": "2026-11-20", "request": "15/CV", "level": level}
    with pytest.raises(FormError) as refusal:
        read_report(fact)
    assert refusal.value.field == "level"


# Our own norm: 10 working days, 5 for a registration, from the day of receipt. 24 November is
# off, so that from 20 November the tenth working day is 7 December and the fifth 30 November.
@pytest.mark.parametrize(
    ("what", "body", "last"),
    [("other", "notary", "2026-12-07"), ("registration", "land_office", "2026-11-30"),
     ("income", "employer", "2026-12-07")],
)  # fmt: skip
def test_where_the_law_gives_no_number_our_norm_makes_the_silence_show(
    case: MakeCase, what: str, body: str, last: str
) -> None:
    over = date.fromordinal(date.fromisoformat(last).toordinal() + 1).isoformat()
    facts = ("request_received 2026-11-16", _sent(body, what))
    assert OVERDUE not in case(*facts, as_of=last).stuck()
    late = case(*facts, as_of=over)
    (reason,) = [one for one in late.answer.stuck if one.reason == OVERDUE]
    assert (reason.since, reason.holder) == (datetime.fromisoformat(f"{over}T00:00+07:00"),
                                             "other_body")  # fmt: skip
    assert reason.limit in {row.occurrence for row in late.answer.limits}
    answered = case(*facts, "request_answered 2026-11-23 request=15/CV", as_of=over)
    assert OVERDUE not in answered.stuck()
    delivered = case(*facts, "request_delivered 2026-11-23 request=15/CV", as_of=over)
    assert OVERDUE not in delivered.stuck()


def test_what_has_a_time_of_the_law_is_a_passed_limit_and_nothing_else(case: MakeCase) -> None:
    one = case("request_received 2026-11-16", _sent("bank", "information"), as_of="2027-01-05")
    limit = one.limit("information.account").occurrence
    assert len([reason for reason in one.answer.stuck if reason.limit == limit]) == 1


@pytest.mark.parametrize("untold", [[], ["request_sent", "request_answered", "information_provided",
                                         "information_refused"]])  # fmt: skip
def test_a_request_that_is_told_of_late_is_judged_all_the_same(
    book: Corpus, calendar: Calendar, untold: list[str]
) -> None:
    known_from = vocabulary().kind("request_answered").known_from
    read = datetime.combine(known_from, datetime.min.time(), ZONE) - timedelta(hours=1)
    fact = {
        "event": "request_sent", "on": "2026-11-02", "request": "15/CV", "body": "bank",
        "what": "information", "received_at": read.isoformat(),
    }  # fmt: skip
    plain = {"id": "X-1", "office": "nghe-an/kv1", "origin": "on_request", "facts": [fact],
             "untold": untold}  # fmt: skip
    answer = assess(read_dossier(plain), book, calendar, date(2026, 11, 27))
    assert [(row.id, row.state) for row in answer.limits] == [
        ("information.account", "not_at_once")
    ]


def test_a_closed_case_waits_for_nobody(case: MakeCase) -> None:
    one = case(
        "request_received 2026-11-16", _sent("notary", "other"), "closed 2026-11-23",
        as_of="2027-01-05",
    )  # fmt: skip
    assert one.stuck() == set()


Waits = Callable[..., tuple[Request, ...]]


@pytest.fixture(name="waits")
def _waits(case: MakeCase, calendar: Calendar) -> Waits:
    def waits(*facts: str, as_of: str) -> tuple[Request, ...]:
        one = case(*facts, as_of=as_of)
        now = datetime.combine(date.fromisoformat(as_of), datetime.min.time(), ZONE)
        return waiting_requests(
            one.dossier.effective_facts(), _limits_of(one), calendar, now.replace(hour=9)
        )

    return waits


def _limits_of(one: Assessed) -> list[AnswerLimit]:
    return [
        AnswerLimit(
            occurrence=row.occurrence, rule=row.id, kind=row.kind, act=row.act,
            article=row.article, clause=row.clause, point=row.point, title_vi=row.title_vi,
            title_en=row.title_en, text=row.receipt.text, started=row.started, due=row.due,
            starts_on=row.starts_on, trigger_fact=row.receipt.trigger_fact or 0,
            running=row.met_on is None and row.ended_on is None,
        )
        for row in one.answer.limits
        if row.holder == "other_body"
    ]  # fmt: skip


def test_the_longest_overdue_comes_first_with_its_working_days(waits: Waits) -> None:
    facts = (
        "request_sent 2026-11-20 request=A body=tax_office what=information",  # 26 November
        "request_sent 2026-11-18 request=B body=bank what=information",  # at once
        "request_sent 2026-11-20 request=C body=notary what=other",  # 7 December, our norm
        "correction_requested 2026-10-01 number=7/CV",  # 30 days: 31 October, rolled to 2 November
    )
    found = waits(*facts, as_of="2026-11-30")
    assert [(one.reference, str(one.due), one.overdue, one.by_default) for one in found] == [
        ("7/CV", "2026-11-02", 19, False),
        ("B", "2026-11-18", 7, False),
        ("A", "2026-11-26", 2, False),
        ("C", "2026-12-07", 0, True),
    ]
    assert [(one.body, one.what) for one in found[:2]] == [
        ("court", "explanation"), ("bank", "information")
    ]  # fmt: skip


def test_a_request_before_the_law_in_force_is_waited_for_by_our_norm(waits: Waits) -> None:
    sent = "request_sent 2026-05-04 request=A body=bank what=information"
    (one,) = waits(sent, as_of="2026-05-20")
    assert (one.limit, str(one.due), one.by_default, one.overdue) == (None, "2026-05-18", True, 2)
    assert waits(sent, "request_answered 2026-05-19 request=A", as_of="2026-05-20") == ()
    assert waits(sent, "request_withdrawn 2026-05-19 request=A", as_of="2026-05-20") == ()
    (part,) = waits(sent, "request_answered 2026-05-19 request=A extent=part", as_of="2026-05-20")
    assert part.partly_on == date(2026, 5, 19)


def test_what_an_event_of_its_own_carried_out_is_waited_for_no_more(waits: Waits) -> None:
    done = "freeze_executed 2026-11-20 request=15/CV"
    assert waits(_sent("bank", "freeze"), done, as_of="2026-11-30") == ()


# Overdue from 20 November on: 23 November is one working day over, 24 November is off.
@pytest.mark.parametrize(
    ("as_of", "reminders", "level"),
    [
        ("2026-11-20", (), 0),
        ("2026-11-23", (), 1),
        ("2026-11-24", (), 1),
        ("2026-12-15", (), 1),  # the first comes first, however late
        ("2026-11-27", ("1 2026-11-23",), 0),  # four working days over
        ("2026-11-30", ("1 2026-11-23",), 2),  # five
        ("2026-11-30", ("1 2026-11-27",), 0),  # reminded one working day ago
        ("2026-12-04", ("1 2026-11-23", "2 2026-11-30"), 0),
        ("2026-12-07", ("1 2026-11-23", "2 2026-11-30"), 3),  # ten
        ("2026-12-31", ("1 2026-11-23", "2 2026-11-30", "3 2026-12-07"), 0),
    ],
)
def test_reminders_rise_by_their_levels_and_not_too_soon(
    waits: Waits, as_of: str, reminders: tuple[str, ...], level: int
) -> None:
    told = []
    for reminder in reminders:
        step, on = reminder.split()
        told.append(f"request_reminded {on} request=15/CV level={step} number=R{step}")
    (one,) = waits(_sent("bank", "information"), *told, as_of=as_of)
    assert one.level == level
    assert [(str(r.level), r.number) for r in one.reminders] == [
        (str(n), f"R{n}") for n in range(1, len(reminders) + 1)
    ]


def test_a_reminder_breaks_the_silence_of_the_file(case: MakeCase) -> None:
    facts = ("request_received 2026-11-02", _sent("notary", "other", "2026-11-03"))
    assert "silence" in case(*facts, as_of="2026-11-20").stuck()
    reminded = "request_reminded 2026-11-16 request=15/CV level=1"
    assert "silence" not in case(*facts, reminded, as_of="2026-11-20").stuck()


def test_a_fact_that_names_a_request_which_is_not_there_is_found(case: MakeCase) -> None:
    one = case(
        _sent("bank", "information"), "correction_requested 2026-11-20 number=7/CV",
        "request_answered 2026-11-20 request=15-CV",
        "request_reminded 2026-11-20 request=15/CV level=1",
        "request_answered 2026-11-20 request=7/CV", "request_answered 2026-11-20 request=2",
        as_of="2026-11-20",
    )  # fmt: skip
    assert [fact.fields["request"] for fact in astray(one.dossier.effective_facts())] == ["15-CV"]


def test_the_quotes_of_reminders_stand_in_the_act_that_they_name() -> None:
    norms = the_request_norms()
    (text,) = load_texts()["106/2025/QH15"]
    for quote in norms.quote:
        assert quote.act == "106/2025/QH15"
        place = Place(article=quote.article, clause=quote.clause, point=quote.point)
        part = text.articles[quote.article].within(place)
        assert quote.text in part, (quote.article, quote.clause, quote.point)


def test_each_level_quotes_what_the_one_before_it_does_and_more() -> None:
    norms = the_request_norms()
    for what in WHATS:
        one, two, three = (norms.quotes_for(what, level) for level in (1, 2, 3))
        assert set(one) < set(two) < set(three)
    articles = {quote.article for quote in norms.quotes_for("freeze", 2)}
    assert articles == {"14", "67", "4"}


@pytest.mark.parametrize(
    "changed",
    [
        {"answer": {"registration": 5}},
        {"answer": {"default": 0}},
        {"reminder": [{"level": 1, "after": 1}, {"level": 2, "after": 5}]},
        {"reminder": [{"level": n, "after": 5} for n in (1, 2, 3)]},
        {"reminder": [{"level": n, "after": n} for n in (1, 3, 2)]},
    ],
)
def test_norms_that_cannot_be_meant_are_refused(changed: dict[str, Any]) -> None:
    plain = the_request_norms().model_dump(mode="json")
    RequestNorms.model_validate(plain)
    with pytest.raises(ValidationError):
        RequestNorms.model_validate(plain | changed)


def test_the_events_that_are_requests_of_their_own_start_a_limit_of_another_body(
    book: Corpus,
) -> None:
    for event, asked in the_request_norms().asked.items():
        started = book.started_by(event, date(2026, 11, 20))
        assert any(getattr(v.rule, "holder", None) == "other_body" for v in started), event
        assert asked.body in BODIES
        assert asked.what in WHATS
