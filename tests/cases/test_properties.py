"""Properties that hold for any story, likely or not."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.assess import assess
from cases.assessment import Assessment, LimitRow
from cases.dossier import Dossier, read_dossier
from cases.facts import end_of
from cases.kinds import Kind
from cases.predicates import names_known
from cases.receipt import first_broken_link
from cases.views import as_json
from cases.vocabulary import EventKind, vocabulary
from law.calendar import load_calendar
from law.corpus import load_corpus
from law.readings import questions_of, settle
from law.settlements import Settlement

FIRST, LAST = date(2025, 1, 2), date(2027, 12, 1)
AS_OF = LAST + timedelta(days=1)
EVENTS = {told: vocabulary().reportable(told) for told in get_args(Kind)}
ORIGINS = ["on_request", "ex_officio", "provisional_measure", "bankruptcy", "entrusted"]
DUTY = {"officer", "head", "agency", "other_body", "superior"}


class _Tools:
    """The book and the calendar, read when the first test asks."""

    def __init__(self) -> None:
        self.corpus = load_corpus(names_known())
        self.calendar = load_calendar()

    def assess(self, dossier: Dossier, as_of: date | datetime) -> Assessment:
        return assess(dossier, self.corpus, self.calendar, as_of)


_tools: list[_Tools] = []


def tools() -> _Tools:
    if not _tools:
        _tools.append(_Tools())
    return _tools[0]


def _field(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, tuple):
        return st.sampled_from([value for value in kind if value])
    return {
        "text": st.just("căn cứ mẫu"),
        "date": st.dates(FIRST, LAST).map(date.isoformat),
        "money": st.integers(1, 10**12),
        "yes_no": st.booleans(),
    }[kind.removesuffix("?")]


@st.composite
def facts(draw: st.DrawFn, told: Kind) -> dict[str, Any]:
    kind: EventKind = vocabulary().kind(draw(st.sampled_from(EVENTS[told])))
    on = draw(st.dates(FIRST, LAST))
    fact: dict[str, Any] = {"event": kind.name, "on": on.isoformat()}
    if kind.at == "required" or draw(st.booleans()):
        hour, minute = draw(st.integers(0, 23)), draw(st.integers(0, 59))
        fact["at"] = f"{hour:02}:{minute:02}"
    for name, shape in kind.fields.items():
        fact[name] = draw(_field(shape))
    if "first" in fact and "last" in fact:
        fact["first"], fact["last"] = sorted((fact["first"], fact["last"]))
    return fact


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    kind: Kind = draw(st.sampled_from(get_args(Kind)))
    own = {"origin": draw(st.sampled_from(ORIGINS))} if kind == "enforcement_case" else {}
    return read_dossier(
        {
            "kind": kind,
            "id": "P-1",
            "office": "nghe-an/kv1",
            "officer": draw(st.sampled_from(["cv.an", None])),
            "facts": draw(st.lists(facts(kind), max_size=25)),
            **own,
        },
        as_of=AS_OF,
    )


@settings(max_examples=120, deadline=None)
@given(dossiers())
def test_any_story_is_assessed_and_explained(dossier: Dossier) -> None:
    answer = tools().assess(dossier, AS_OF)
    json.dumps(as_json(answer))
    rows = [*answer.limits, *answer.upcoming]
    assert first_broken_link([row.receipt for row in rows]) is None
    assert len({row.occurrence for row in rows}) == len(rows)
    # What the engine makes without checking holds when it is checked, in every field.
    assert [LimitRow.model_validate(row.model_dump()) for row in rows] == rows
    for row in rows:
        assert row.act
        assert row.article
        if row.state == "breached":
            assert row.holder in DUTY
        if row.state == "expired":
            assert row.holder not in DUTY
        if row.kind == "gap" and not row.readings:
            assert row.due is None


def _days(row: LimitRow, question: str) -> list[tuple[date, bool]]:
    return [
        (r.due.date() if isinstance(r.due, datetime) else r.due, r.acted)
        for r in row.readings
        if r.question == question and r.due is not None
    ]


@settings(max_examples=120, deadline=None)
@given(dossiers())
def test_the_date_acted_on_is_the_earliest_for_a_duty_and_the_latest_for_others(
    dossier: Dossier,
) -> None:
    answer = tools().assess(dossier, AS_OF)
    for row in (*answer.limits, *answer.upcoming):
        assert row.receipt.readings == row.readings
        # Of these two the book itself says which way is acted on until they are settled.
        declared = {"paused_time", "running_on_change"}
        for question in {reading.question for reading in row.readings} - declared:
            days = _days(row, question)
            (acted,) = (day for day, is_acted in days if is_acted)
            assert acted == row.due
            safer = min if row.holder in DUTY else max
            assert acted == safer(day for day, _ in days)


def _settlements() -> st.SearchStrategy[Settlement]:
    known = questions_of(tools().corpus)
    choices = [(name, way.id) for name, (asked, _) in known.items() for way in asked.reading]
    return st.sampled_from(choices).map(
        lambda choice: Settlement(
            question=choice[0],
            reading=choice[1],
            office="nghe-an",
            by="Người mẫu 0001",
            on=FIRST,
            reason="văn bản mẫu",
        )
    )


@settings(max_examples=120, deadline=None)
@given(dossiers(), st.deferred(_settlements))
def test_what_is_settled_is_acted_on_there_and_changes_nothing_elsewhere(
    dossier: Dossier, one: Settlement
) -> None:
    corpus = settle(tools().corpus, [one])
    answer = assess(dossier, corpus, tools().calendar, AS_OF)
    rows = [*answer.limits, *answer.upcoming]
    assert first_broken_link([row.receipt for row in rows]) is None
    for row in rows:
        ways = {r.reason: r for r in row.readings if r.question == one.question}
        if ways and ways[one.reading].due is not None:
            acted = ways[one.reading]
            assert (acted.acted, acted.why, acted.settled_by) == (True, "settled", one.by)
            assert acted.due == row.due
    elsewhere = dossier.model_copy(update={"office": "ha-tinh"})
    there = assess(elsewhere, corpus, tools().calendar, AS_OF)
    plain = tools().assess(elsewhere, AS_OF)
    hashes = {"book", "hash", "previous"}
    for before, after in zip(plain.limits, there.limits, strict=True):
        kept = {"receipt": hashes}
        assert before.model_dump(exclude=kept) == after.model_dump(exclude=kept)
    assert (plain.stage, plain.stuck, plain.alerts) == (there.stage, there.stuck, there.alerts)
    assert (plain.irregularities, plain.refused_plans) == (
        there.irregularities, there.refused_plans,
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(dossiers())
def test_writing_a_dossier_and_reading_it_back_changes_nothing(dossier: Dossier) -> None:
    again = read_dossier(json.loads(json.dumps(dossier.as_file())), as_of=AS_OF)
    first, second = tools().assess(dossier, AS_OF), tools().assess(again, AS_OF)
    assert [row.receipt.hash for row in first.limits] == [r.receipt.hash for r in second.limits]
    assert first.stuck == second.stuck


def _verdict(row: LimitRow, now: datetime) -> str:
    """Say what a reader of the register says, who only compares instants."""
    if row.met_on or row.ended_on or row.paused_by or row.breaches_at is None:
        return row.state
    if now < row.breaches_at:
        return "open"
    if row.holder not in DUTY:
        return "expired"
    return "not_at_once" if row.kind == "immediate" else "breached"


@settings(max_examples=120, deadline=None)
@given(dossiers(), st.integers(0, 900))
def test_comparing_instants_later_is_the_same_as_assessing_later(
    dossier: Dossier, days: int
) -> None:
    seen = max((fact.on for fact in dossier.facts), default=FIRST)
    early = tools().assess(dossier, seen)
    now = end_of(seen + timedelta(days=days))
    late = tools().assess(dossier, now)
    known = {row.occurrence: row for row in (*early.limits, *early.upcoming)}
    assert {row.occurrence for row in late.limits} == {
        row.occurrence for row in known.values() if row.opens_at <= now
    }
    for row in late.limits:
        assert (row.occurrence, row.state) == (row.occurrence, _verdict(known[row.occurrence], now))
    stage = early.next_stage if early.stage_until and early.stage_until <= now else early.stage
    assert stage == late.stage
    later = {r.reason for r in (*early.stuck, *early.stuck_later) if r.since <= now}
    assert {r.reason for r in late.stuck} == later


@settings(max_examples=60, deadline=None)
@given(dossiers())
def test_no_alert_is_due_twice_and_each_wake_lies_ahead(dossier: Dossier) -> None:
    answer = tools().assess(dossier, AS_OF)
    keys = [alert.key for alert in answer.alerts]
    assert len(keys) == len(set(keys))
    assert all(wake.at > answer.as_of for wake in answer.wakes)
    assert all(alert.raised_at <= answer.as_of for alert in answer.alerts)


@settings(max_examples=60, deadline=None)
@given(dossiers())
def test_every_open_duty_with_a_date_ahead_has_an_armed_moment(dossier: Dossier) -> None:
    answer = tools().assess(dossier, AS_OF)
    armed = {wake.key for wake in answer.wakes}
    for row in answer.limits:
        ahead = row.breaches_at is not None and row.breaches_at > answer.as_of
        if row.state == "open" and row.holder in DUTY and ahead and row.kind != "immediate":
            assert row.occurrence in armed, row.occurrence
