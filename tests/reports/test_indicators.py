"""What is counted of a time: every matter once, and late by its own time limits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.assess import assess
from cases.dossier import read_dossier
from law.calendar import ZONE, Calendar, load_calendar
from law.corpus import Corpus
from reports.indicators import Count, Indicators, Period, Share, count
from reports.matters import (
    ACCEPTS,
    EVENTS,
    OPENS,
    OUTCOMES,
    DossierRow,
    Rules,
    SetLimit,
    ToldFact,
    matters_of,
    rules_of_letters,
)

CALENDAR = load_calendar()
NOW = datetime(2026, 11, 23, 9, tzinfo=ZONE)
YEAR = date(2026, 10, 1)
NO_RULES = Rules(frozenset(), frozenset())
_OBJECT = {"object": "before_measures", "instance": "first"}
Fact = tuple[str, str, dict[str, Any]]


def told(*facts: Fact) -> tuple[ToldFact, ...]:
    ordered = sorted(facts, key=lambda fact: fact[1])
    return tuple(
        ToldFact(number=number, event=event, on=date.fromisoformat(on), fields=fields)
        for number, (event, on, fields) in enumerate(ordered, start=1)
    )


def bare(kind: str, *facts: Fact) -> DossierRow:
    return DossierRow(id=f"{kind}/X-1", kind=kind, office="nghe-an", facts=told(*facts))


def rows(
    book: Corpus,
    calendar: Calendar,
    kind: str,
    *facts: Fact,
    id: str = "KN-1",  # noqa: A002
) -> DossierRow:
    """Assess a dossier by the real book, and give it as the register would."""
    plain = [{"event": event, "on": on, **fields} for event, on, fields in facts]
    dossier = read_dossier({"kind": kind, "id": id, "office": "nghe-an/kv1", "facts": plain})
    limits = [
        SetLimit(**limit.model_dump() | {"rule": limit.id, "clause": limit.clause})
        for limit in assess(dossier, book, calendar, NOW).limits
    ]
    return DossierRow(
        id=dossier.id, kind=kind, office=dossier.office, limits=tuple(limits),
        facts=tuple(ToldFact(**fact.model_dump()) for fact in dossier.effective_facts()),
    )  # fmt: skip


def counted(
    book: Corpus, *dossiers: DossierRow, first: date = YEAR, last: date | None = None
) -> Indicators:
    period = Period.until(first, last or NOW.date(), NOW)
    return count(dossiers, rules_of_letters(book.versions), period, CALENDAR)


def fields(**given: int) -> Count:
    return Count(**given)


def test_a_complaint_resolved_by_its_last_day_is_in_time_and_a_day_later_is_not(
    book: Corpus, calendar: Calendar
) -> None:
    # Accepted on Monday 5 October: 15 days end on Tuesday 20 October (Art. 102.1).
    facts: tuple[Fact, ...] = (
        ("complaint_received", "2026-10-01", _OBJECT), ("complaint_accepted", "2026-10-05", {}),
    )  # fmt: skip
    for resolved, expected in (
        ("2026-10-20", fields(received=1, accepted=1, resolved_in_time=1)),
        ("2026-10-21", fields(received=1, accepted=1, resolved_late=1)),
    ):
        row = rows(book, calendar, "complaint", *facts, ("complaint_resolved", resolved, {}))
        found = counted(book, row)
        assert found.rows == {("complaint", "before_measures", "first"): expected}
        assert found.total.in_time == Share(expected.resolved_in_time, 1)
    (late,) = found.late
    assert (late.verdict, late.days, late.limit.due) == ("resolved_late", 1, date(2026, 10, 20))
    assert late.limit.rule == "complaint.resolution_before_measures"


def test_one_that_is_open_is_late_from_the_day_after_its_limit_and_was_not_before(
    book: Corpus, calendar: Calendar
) -> None:
    row = rows(
        book, calendar, "complaint",
        ("complaint_received", "2026-10-01", _OBJECT), ("complaint_accepted", "2026-10-05", {}),
        ("complaint_resolved", "2026-11-20", {}),
    )  # fmt: skip
    then = counted(book, row, last=date(2026, 10, 20))
    assert then.total == fields(received=1, accepted=1, open_in_time=1)
    assert then.total.in_time.permille is None
    after = counted(book, row, last=date(2026, 10, 21))
    assert after.total == fields(received=1, accepted=1, open_late=1)
    assert [(one.verdict, one.days) for one in after.late] == [("open_late", 1)]
    closed = counted(book, row, first=date(2026, 11, 1))
    assert closed.total == fields(carried=1, resolved_late=1)
    # 21 October to 20 November: 23 working days.
    assert [one.days for one in closed.late] == [23]


def test_one_that_nobody_accepted_in_five_working_days_is_open_late(
    book: Corpus, calendar: Calendar
) -> None:
    # Received on Thursday 1 October: the fifth working day is Thursday 8 October (Art. 104).
    row = rows(book, calendar, "complaint", ("complaint_received", "2026-10-01", _OBJECT))
    assert counted(book, row, last=date(2026, 10, 8)).total.open_in_time == 1
    late = counted(book, row, last=date(2026, 10, 9))
    assert late.total.open_late == 1
    assert late.late[0].limit.rule == "complaint.acceptance_first"


def test_an_extension_after_the_day_has_passed_does_not_make_it_kept(
    book: Corpus, calendar: Calendar
) -> None:
    facts: tuple[Fact, ...] = (
        ("complaint_received", "2026-10-01", _OBJECT), ("complaint_accepted", "2026-10-05", {}),
        ("complaint_resolved", "2026-11-02", {}),
    )  # fmt: skip
    for extended, expected in (("2026-10-19", 1), ("2026-10-23", 0)):
        extension: Fact = ("complaint_extended", extended, {"ground": "complex"})
        row = rows(book, calendar, "complaint", *facts, extension)
        assert counted(book, row).total.resolved_in_time == expected


def test_each_level_is_counted_by_itself_with_its_own_limits(
    book: Corpus, calendar: Calendar
) -> None:
    row = rows(
        book, calendar, "complaint",
        ("complaint_received", "2026-09-21", _OBJECT), ("complaint_accepted", "2026-09-22", {}),
        ("complaint_resolved", "2026-10-06", {}),
        ("complaint_resolution_notified", "2026-10-07", {}),
        ("complaint_received", "2026-10-12", {"instance": "second"}),
    )  # fmt: skip
    found = counted(book, row)
    assert found.rows == {
        ("complaint", "before_measures", "first"): fields(carried=1, resolved_in_time=1),
        ("complaint", "before_measures", "second"): fields(received=1, open_late=1),
    }
    assert found.late[0].limit.holder == "superior"


def test_a_denunciation_is_late_by_its_own_limit_and_a_transferred_one_is_turned_away(
    book: Corpus, calendar: Calendar
) -> None:
    first = rows(
        book, calendar, "denunciation",
        ("denunciation_received", "2026-10-01", {}), ("denunciation_accepted", "2026-10-05", {}),
        ("denunciation_concluded", "2026-11-05", {}), id="TC-1",
    )  # fmt: skip
    second = rows(
        book, calendar, "denunciation",
        ("denunciation_received", "2026-10-01", {}),
        ("denunciation_transferred", "2026-10-05", {}), id="TC-2",
    )  # fmt: skip
    found = counted(book, first, second)
    # Thirty days from 5 October end on 4 November (Art. 110.2).
    assert found.rows == {
        ("denunciation", "", "first"): fields(
            received=2, accepted=1, resolved_late=1, transferred=1
        )
    }
    assert found.total.in_time == Share(0, 1)


def test_only_what_came_over_the_level_in_the_period_counts_as_that() -> None:
    over = {**_OBJECT, "over_level": True}
    row = bare("complaint", ("complaint_received", "2026-10-02", over))
    period = Period.until(YEAR, date(2026, 10, 31), NOW)
    assert count([row], NO_RULES, period, CALENDAR).total.over_level == 1
    later = Period.until(date(2026, 11, 1), date(2026, 11, 20), NOW)
    assert count([row], NO_RULES, later, CALENDAR).total == fields(carried=1, open_in_time=1)


def test_what_is_directed_to_be_taken_up_again_is_another_matter() -> None:
    row = bare(
        "complaint",
        ("complaint_received", "2026-10-02", _OBJECT), ("complaint_refused", "2026-10-05", {}),
        ("complaint_lower_level_directed", "2026-10-20", {}),
        ("complaint_accepted", "2026-10-21", {}),
    )  # fmt: skip
    found = matters_of(row)
    assert [(one.level, one.outcome, one.accepted) for one in found] == [
        ("first", "refused", None), ("first", None, date(2026, 10, 21)),
    ]  # fmt: skip


def test_a_denunciation_that_is_examined_again_is_accepted_or_turned_away() -> None:
    before: tuple[Fact, ...] = (
        ("denunciation_received", "2026-08-03", {}), ("denunciation_concluded", "2026-09-01", {}),
        ("repeat_denunciation_received", "2026-10-02", {"ground": "resolution_unlawful"}),
    )  # fmt: skip
    for said, accepted, outcome in (
        ("resolve_again", date(2026, 10, 12), None), ("resolved_lawfully", None, "refused"),
    ):  # fmt: skip
        examined = ("repeat_denunciation_examined", "2026-10-12", {"repeat_outcome": said})
        again = matters_of(bare("denunciation", *before, examined))[1]
        assert (again.level, again.accepted, again.outcome) == ("again", accepted, outcome)


@pytest.mark.parametrize(
    ("part", "whole", "permille"),
    [(12, 13, 923), (13, 13, 1000), (0, 5, 0), (0, 0, None), (1999, 2000, 999)],
)
def test_a_share_is_rounded_down_so_that_only_the_whole_is_the_whole(
    part: int, whole: int, permille: int | None
) -> None:
    assert Share(part, whole).permille == permille


def limit(rule: str, due: str, holder: str = "officer", **given: Any) -> SetLimit:
    plain = {"title_vi": "Việc", "title_en": "Duty", "act": "71/2016/NĐ-CP", "article": "6"}
    state = given.pop("state", "open")
    return SetLimit(
        rule=rule, due=date.fromisoformat(due), holder=holder, started=YEAR, state=state,
        **plain, **given,
    )  # fmt: skip


def test_a_judgment_is_followed_while_none_of_the_agencys_own_duties_has_passed() -> None:
    received: Fact = ("administrative_judgment_received", "2026-10-02", {})
    cases = {
        "in time": [limit("a", "2026-11-20", met_on=date(2026, 11, 20), state="met")],
        "another's": [limit("a", "2026-11-20", "other_body")],
        "undone": [limit("a", "2026-11-20"), limit("b", "2026-11-18")],
        "done late": [limit("a", "2026-11-20", met_on=date(2026, 11, 23), state="late")],
        "done late before": [limit("a", "2026-10-01", met_on=date(2026, 10, 2), state="late")],
    }
    dossiers = [
        bare("administrative_judgment", received).model_copy(
            update={"id": f"admin/{name}", "limits": tuple(limits)}
        )
        for name, limits in cases.items()
    ]
    ended: Fact = ("administrative_judgment_performed", "2026-10-03", {})
    dossiers.append(bare("administrative_judgment", received, ended))
    period = Period.until(date(2026, 11, 1), NOW.date(), NOW)
    found = count(dossiers, NO_RULES, period, CALENDAR)
    assert found.followed == Share(3, 5)
    assert [(row.dossier.id, row.limit.rule, row.verdict, row.days) for row in found.behind] == [
        ("admin/undone", "b", "undone", 3), ("admin/done late", "a", "done_late", 1),
    ]  # fmt: skip
    assert found.rows == {}


_DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 20)).map(date.isoformat)
_AGAIN = ("resolved_lawfully", "resolve_again")
_KINDS = ("complaint", "denunciation", "petition")


@st.composite
def _dossiers(draw: st.DrawFn) -> DossierRow:
    kind = draw(st.sampled_from(_KINDS))
    known = sorted(event for event in {*EVENTS} if event.removeprefix("repeat_").startswith(kind))
    facts = draw(
        st.lists(
            st.tuples(
                st.sampled_from(known), _DAYS,
                st.fixed_dictionaries(
                    {}, optional={"instance": st.sampled_from(["first", "second"]),
                                  "object": st.sampled_from(["coercion", "general"]),
                                  "repeat_outcome": st.sampled_from(_AGAIN),
                                  "over_level": st.booleans()},
                ),
            ),
            max_size=8,
        )
    )  # fmt: skip
    due = draw(st.dates(date(2026, 1, 1), date(2026, 12, 1)))
    rule = limit("r", due.isoformat(), state=draw(st.sampled_from(["open", "late", "breached"])))
    started = rule.model_copy(update={"started": due - timedelta(days=10)})
    return bare(kind, *facts).model_copy(update={"limits": (started,)})


@given(
    dossiers=st.lists(_dossiers(), max_size=6),
    days=st.tuples(st.dates(date(2026, 1, 1), NOW.date()), st.dates(date(2026, 1, 1), NOW.date())),
)
def test_whatever_came_is_closed_or_open_and_the_next_period_takes_over_what_is_open(
    dossiers: list[DossierRow], days: tuple[date, date]
) -> None:
    first, last = min(days), max(days)
    rules = Rules(frozenset({"r"}), frozenset({"r"}))
    found = count(dossiers, rules, Period.until(first, last, NOW), CALENDAR)
    for each in (*found.rows.values(), found.total):
        assert each.carried + each.received == each.closed + each.open
        assert each.in_time.part <= each.in_time.whole
    assert len(found.late) == found.total.resolved_late + found.total.open_late
    following = last + timedelta(days=1)
    if following <= NOW.date():
        next_one = count(dossiers, rules, Period.until(following, NOW.date(), NOW), CALENDAR)
        assert next_one.total.carried == found.total.open
        whole = count(dossiers, rules, Period.until(first, NOW.date(), NOW), CALENDAR).total
        assert whole.received == found.total.received + next_one.total.received
        assert whole.closed == found.total.closed + next_one.total.closed


def test_every_event_that_is_counted_is_one_of_letters() -> None:
    for event in (*OPENS, *ACCEPTS, *OUTCOMES):
        assert any(kind in event for kind in _KINDS), event


def test_the_books_rules_of_resolving_are_among_those_of_handling(book: Corpus) -> None:
    rules = rules_of_letters(book.versions)
    assert rules.resolving < rules.handling
    assert "complaint.resolution_coercion" in rules.resolving
    assert "complaint.acceptance_first" in rules.handling - rules.resolving
    assert "complaint.halt" not in rules.handling, "nobody's duty"


def test_a_judgment_whose_debtor_nobody_asked_is_not_followed_as_the_stuck_list_says(
    book: Corpus, calendar: Calendar
) -> None:
    facts: tuple[Fact, ...] = (
        ("administrative_judgment_received", "2026-10-01", {"ruling": "decision_annulled"}),
        ("administrative_judgment_booked", "2026-10-01", {}),
        ("voluntary_performance_notified", "2026-10-06", {}),
    )
    known: Fact = ("debtor_received_judgment", "2026-10-12", {"evidence": "giấy báo phát mẫu"})
    kind = "administrative_judgment"
    # Ten days, our norm, from the notice of 6 October.
    asked = counted(book, rows(book, calendar, kind, *facts), last=date(2026, 10, 16))
    assert asked.followed == Share(1, 1)
    late = counted(book, rows(book, calendar, kind, *facts), last=date(2026, 10, 19))
    assert late.followed == Share(0, 1)
    (row,) = late.behind
    assert (row.limit.rule, row.verdict, row.days) == ("administrative.unknown_start", "undone", 1)
    told = counted(book, rows(book, calendar, kind, *facts, known), last=date(2026, 10, 19))
    assert told.followed == Share(1, 1)
