"""The ladder: which rung is present, for whom, and when the next one comes."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.assess import assess
from cases.escalation import FILE, morning_of, read_ladder, the_ladder
from cases.practice import read_practice
from law.calendar import ZONE, Calendar
from law.corpus import Corpus
from law.errors import DataFileError
from law.model import Holder
from tests.conftest import Assessed, MakeCase

REQUEST = "request_received 2026-07-06"


def told(found: Assessed, rule: str) -> list[tuple[int, str]]:
    return sorted((a.rung, a.role) for a in found.answer.alerts if a.rule == rule)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-07-07", []),
        ("2026-07-08", [(-3, "officer")]),
        ("2026-07-09", [(-3, "officer")]),
        ("2026-07-10", [(-1, "officer")]),
        ("2026-07-13", [(0, "chief_officer"), (0, "officer")]),
        ("2026-07-14", [(1, "chief_officer")]),
        ("2026-07-16", [(3, "head_of_agency")]),
        ("2026-09-16", [(3, "head_of_agency")]),
    ],
)
def test_the_present_rung_is_raised_and_no_other(
    case: MakeCase, as_of: str, expected: list[tuple[int, str]]
) -> None:
    """Due Monday 13 July: three working days before is Wednesday 8 July."""
    assert told(case(REQUEST, as_of=as_of), "decision.on_request") == expected


def test_rungs_that_passed_unseen_are_named(case: MakeCase) -> None:
    (alert,) = [a for a in case(REQUEST, as_of="2026-07-16").answer.alerts
                if a.rule == "decision.on_request"]  # fmt: skip
    assert alert.missed == (-3, -1, 0, 1)


def test_a_routine_limit_has_no_early_reminder(case: MakeCase) -> None:
    found = case(REQUEST, "enforcement_decision_issued 2026-07-10", as_of="2026-07-10")
    assert told(found, "procuracy.sending") == []


def test_the_next_wake_is_the_next_rung_in_the_half_hour_before_office_hours(
    case: MakeCase,
) -> None:
    wake = case(REQUEST, as_of="2026-07-08").answer.next_wake
    assert wake is not None
    assert wake.date().isoformat() == "2026-07-10"
    assert "07:00" <= f"{wake:%H:%M}" < "07:30"


def test_wakes_of_many_dossiers_are_spread_over_the_half_hour() -> None:
    day = datetime(2026, 7, 10, tzinfo=ZONE).date()
    minutes = {morning_of(day, f"NA-{n}", the_ladder()).minute for n in range(500)}
    assert len(minutes) == the_ladder().minutes_before


def test_what_is_done_is_not_alerted(case: MakeCase) -> None:
    found = case(REQUEST, "enforcement_decision_issued 2026-07-10", as_of="2026-07-16")
    assert told(found, "decision.on_request") == []


def test_a_partys_period_gives_one_notice_at_its_end(case: MakeCase) -> None:
    facts = (REQUEST, "enforcement_decision_issued 2026-07-10",
             "decision_validly_notified 2026-07-15 channel=direct")  # fmt: skip
    assert told(case(*facts, as_of="2026-07-27"), "voluntary_period") == []
    assert told(case(*facts, as_of="2026-07-28"), "voluntary_period") == [(0, "officer")]


def test_a_duty_at_once_has_one_rung_and_it_is_at_once(case: MakeCase) -> None:
    received = "judgment_received 2026-07-06"
    for day in ("2026-07-06", "2026-07-10"):
        found = case(received, origin="provisional_measure", as_of=day)
        assert told(found, "decision.provisional_measure") == [
            (0, "chief_officer"), (0, "officer"),
        ]  # fmt: skip


def test_a_paused_limit_is_silent(case: MakeCase) -> None:
    found = case(
        REQUEST, "enforcement_decision_issued 2026-07-10",
        "decision_validly_notified 2026-07-15 channel=direct",
        "postponed 2026-07-29 ground=46.1.c", as_of="2026-08-20",
    )  # fmt: skip
    assert told(found, "verification.first") == []


def test_a_moved_date_has_another_key(case: MakeCase, calendar: Calendar) -> None:
    one = {a.key for a in case(REQUEST, as_of="2026-07-10").answer.alerts}
    two = {a.key for a in case("request_received 2026-07-03", as_of="2026-07-09").answer.alerts}
    assert not one & two


def test_a_term_in_hours_is_told_of_at_once_and_again_once_it_is_over(case: MakeCase) -> None:
    """24 hours from Friday 16:30 end on Saturday; the next working mornings are 30/11 and 02/12."""
    facts = (
        "judgment_received 2026-11-27", "enforcement_decision_issued 2026-11-27",
        "officer_assigned 2026-11-27 at=16:30",
    )  # fmt: skip
    rule = "notice.provisional_measure"

    def at(moment: str) -> list[tuple[int, str]]:
        found = case(*facts, origin="provisional_measure", as_of=f"{moment}:00+07:00")
        return told(found, rule)

    assert at("2026-11-27T16:30") == [(0, "chief_officer"), (0, "officer")]
    assert at("2026-11-30T07:00") == [(0, "chief_officer"), (0, "officer")]
    assert at("2026-11-30T07:30") == [(1, "chief_officer"), (1, "head_of_agency")]
    assert at("2026-12-02T07:30") == [(3, "head_of_agency")]


def test_an_alert_carries_its_limit_its_day_and_since_when_it_is_due(case: MakeCase) -> None:
    found = case(REQUEST, as_of="2026-07-16")
    (alert,) = [a for a in found.answer.alerts if a.rule == "decision.on_request"]
    assert alert.key == "X-1|decision.on_request#1|3|2026-07-13|head_of_agency"
    assert (alert.occurrence, alert.channel, alert.severity) == (
        "decision.on_request#1", "urgent", "serious",
    )  # fmt: skip
    assert alert.due == found.limit("decision.on_request").due
    assert alert.raised_at == morning_of(datetime(2026, 7, 16, tzinfo=ZONE).date(), "X-1",
                                         the_ladder())  # fmt: skip


def test_every_dossiers_minute_lies_in_the_half_hour_before_office_hours() -> None:
    day = datetime(2026, 7, 10, tzinfo=ZONE).date()
    mornings = {morning_of(day, f"NA-{n}", the_ladder()) for n in range(500)}
    assert min(mornings) == datetime(2026, 7, 10, 7, 0, tzinfo=ZONE)
    assert max(mornings) == datetime(2026, 7, 10, 7, 29, tzinfo=ZONE)


def test_a_partys_period_is_not_told_of_a_week_after_its_end(case: MakeCase) -> None:
    facts = (REQUEST, "enforcement_decision_issued 2026-07-10",
             "decision_validly_notified 2026-07-15 channel=direct")  # fmt: skip
    assert told(case(*facts, as_of="2026-08-03"), "voluntary_period") == [(0, "officer")]
    assert told(case(*facts, as_of="2026-08-05"), "voluntary_period") == []


def test_a_due_day_in_an_unknown_year_is_told_of_by_plain_days(case: MakeCase) -> None:
    """Re-verification within six months of 10 July 2030 is due on 10 January 2031."""
    facts = (
        "request_received 2030-07-01", "enforcement_decision_issued 2030-07-02",
        "means_verified 2030-07-08 outcome=without_means", "no_means_decided 2030-07-10",
    )  # fmt: skip
    found = case(*facts, as_of="2030-12-02")
    assert str(found.limit("verification.periodic").due) == "2031-01-10"
    days = {
        f"{wake.at:%m-%d}" for wake in found.answer.wakes if wake.key.startswith("verification.p")
    }
    assert days == {"01-07"}
    later = case(*facts, as_of="2031-01-12")
    assert told(later, "verification.periodic") == [(1, "chief_officer")]


def test_a_reminder_that_fell_before_the_clock_began_is_not_given(case: MakeCase) -> None:
    """Three working days from 10 July end on 15 July; three before is 10 July, before its start."""
    found = case(
        REQUEST, "enforcement_decision_issued 2026-07-10", "document_issued 2026-07-10 "
        "kind=decision document=d number=1", as_of="2026-07-13",
    )  # fmt: skip
    wakes = {w.key: w for w in found.answer.wakes}
    assert wakes["procuracy.sending#2"].what == "rung"
    assert f"{wakes['procuracy.sending#2'].at:%Y-%m-%d}" == "2026-07-14"


LADDER = tomllib.loads(FILE.read_text("utf-8"))
COMPLAINT = ("complaint_received 2026-07-06 object=coercion", "complaint_accepted 2026-07-08")
LIMITS = [
    ("routine", "procuracy.sending", {}, (REQUEST, "enforcement_decision_issued 2026-07-10")),
    ("serious", "decision.on_request", {}, (REQUEST,)),
    ("serious", "complaint.resolution_coercion", {"kind": "complaint", "about": "NA-1"}, COMPLAINT),
]


@pytest.mark.parametrize(("severity", "rule", "more", "facts"), LIMITS)
def test_every_rung_fires_once_on_its_working_day_for_each_of_its_roles(
    case: MakeCase,
    calendar: Calendar,
    severity: str,
    rule: str,
    more: dict[str, Any],
    facts: tuple[str, ...],
) -> None:
    """Stepped morning by morning, with the ladder's file read by itself beside it."""
    opened = date.fromisoformat(facts[-1].split()[1])
    due = case(*facts, as_of="2026-07-20", **more).limit(rule).due
    assert isinstance(due, date)
    expected: dict[tuple[int, str], date] = {}
    for rung in LADDER["rung"]:
        fits = severity in rung.get("severity", [severity]) and "holders" not in rung
        if fits and rule.startswith(tuple(rung.get("rules", [""]))):
            day = _stepped(due, rung["offset"], calendar)
            if day > opened:
                expected |= {(rung["offset"], role): day for role in rung["roles"]}
    first_seen: dict[tuple[int, str], date] = {}
    keys: dict[tuple[int, str], set[str]] = {}
    for ahead in range(70):
        day = opened + timedelta(days=ahead)
        known = [fact for fact in facts if fact.split()[1] <= day.isoformat()]
        for alert in case(*known, as_of=f"{day}T07:30:00+07:00", **more).answer.alerts:
            if alert.rule == rule:
                first_seen.setdefault((alert.rung, alert.role), day)
                keys.setdefault((alert.rung, alert.role), set()).add(alert.key)
    assert first_seen == expected
    assert all(len(found) == 1 for found in keys.values())


def _stepped(day: date, offset: int, calendar: Calendar) -> date:
    step = timedelta(days=1 if offset > 0 else -1)
    for _ in range(abs(offset)):
        day += step
        while not calendar.is_working(day):
            day += step
    return day


def test_what_the_law_puts_above_the_agency_climbs_to_the_managing_authority() -> None:
    """Decree 152/2026 Art. 74.1 and 76.2: who stands above must ask for the overdue answer."""
    steps = the_ladder().steps("complaint.resolution_coercion", "serious")
    assert (steps[-1].offset, steps[-1].roles) == (10, ("managing_authority",))
    assert the_ladder().steps("denunciation.resolution", "serious")[-1].offset == 10
    assert the_ladder().steps("verification.first", "serious")[-1].offset == 3


def test_a_grave_limit_is_told_higher_and_sooner_than_a_routine_one() -> None:
    def told(severity: str) -> dict[int, tuple[str, ...]]:
        return {step.offset: step.roles for step in the_ladder().steps("any", severity)}

    assert told("grave")[-1] == ("officer", "chief_officer")
    assert told("routine")[-1] == ("officer",)
    assert told("grave")[1] == ("chief_officer", "head_of_agency")
    assert told("routine")[1] == ("chief_officer",)


OWN = """
[[office]]
key = "nghe-an/kv1"
office_hours_begin = 08:00:00
[[office.rung]]
offset = -2
roles = ["chief_officer"]
channel = "notice"
[[office.rung]]
offset = 0
roles = ["officer"]
channel = "notice"
[[office.rung]]
offset = 2
roles = ["head_of_agency"]
channel = "urgent"
"""


def test_an_office_has_its_own_ladder_and_so_have_those_below_it(tmp_path: Path) -> None:
    path = tmp_path / "escalation.toml"
    path.write_text(FILE.read_text("utf-8") + OWN, "utf-8")
    ladder = read_ladder(path)
    assert [step.offset for step in ladder.at("nghe-an/kv1").steps("r", "serious")] == [-2, 0, 2]
    assert ladder.at("nghe-an/kv1/to-2").steps("r", "serious")[0].roles == ("chief_officer",)
    assert ladder.at("nghe-an/kv10").steps("r", "serious")[0].offset == -3
    assert ladder.at("nghe-an").office_hours_begin == time(7, 30)
    assert morning_of(date(2026, 7, 10), "X", ladder.at("nghe-an/kv1")).hour == 7
    assert morning_of(date(2026, 7, 10), "X", ladder.at("nghe-an/kv1")).minute >= 30


def test_a_ladder_that_names_no_superior_takes_the_rungs_for_one(tmp_path: Path) -> None:
    shipped = the_ladder().steps("r", "serious", Holder.SUPERIOR)
    assert [(step.offset, step.roles) for step in shipped] == [
        (-3, ("managing_authority",)), (0, ("managing_authority",)), (3, ("managing_authority",)),
    ]  # fmt: skip
    path = tmp_path / "escalation.toml"
    path.write_text(FILE.read_text("utf-8") + OWN, "utf-8")
    assert read_ladder(path).at("nghe-an/kv1").steps("r", "serious", Holder.SUPERIOR) == shipped
    path = tmp_path / "of_before.toml"
    text = FILE.read_text("utf-8")
    path.write_text(text[: text.index("# What the superior itself must do")], "utf-8")
    assert read_ladder(path).steps("r", "serious", Holder.SUPERIOR) == shipped


def test_a_rung_for_the_superior_is_none_for_anybody_else() -> None:
    for severity in ("routine", "serious", "grave"):
        general = the_ladder().steps("r", severity)
        assert all(not step.holders for step in general)


def test_an_offices_ladder_reaches_its_dossiers_and_changes_the_practice(
    case: MakeCase, book: Corpus, calendar: Calendar, tmp_path: Path
) -> None:
    path = tmp_path / "escalation.toml"
    path.write_text(FILE.read_text("utf-8") + OWN, "utf-8")
    own = read_practice(path)
    assert own.hash != read_practice().hash
    dossier = case(REQUEST, as_of="2026-07-09").dossier
    found = assess(dossier, book, calendar, date(2026, 7, 9), own)
    assert [(a.rung, a.role) for a in found.alerts] == [(-2, "chief_officer")]
    assert found.practice == own.hash


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("offset = 0", "offset = 2", "needs a rung at offset 0"),
        ('"chief_officer"]\nchannel = "notice"',
         '"chief_officer"]\nseverity = ["grave"]\nchannel = "notice"', "a serious limit needs"),
        ("offset = 3", "offset = 1", "two rungs at offset 1"),
        ('roles = ["head_of_agency"]', "roles = []", "at least 1"),
    ],
)  # fmt: skip
def test_a_ladder_that_would_leave_a_limit_silent_is_refused(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "escalation.toml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(DataFileError, match=reason) as told:
        read_ladder(path)
    assert told.value.file == "escalation.toml"
    assert told.value.line is not None


def test_what_a_plan_asks_for_is_known_from_the_day_it_was_reported(case: MakeCase) -> None:
    """Planned on Friday 20 November for 1 December; three working days before 27/11 is 23/11."""
    facts = (
        "decision_validly_notified 2026-10-21 channel=direct",
        "means_verified 2026-11-09 outcome=with_means",
        "coercion_decided 2026-11-16 measure=hand_over",
        "coercion_planned 2026-12-01 at=08:30 received_at=2026-11-20T08:17:00+07:00",
    )
    for day in ("2026-11-20", "2026-11-23", "2026-11-25"):
        row = case(*facts, as_of=day).limit("coercion.cost_notice")
        assert (f"{row.due}", f"{row.opens_at:%Y-%m-%d}") == ("2026-11-27", "2026-11-20")
    assert told(case(*facts, as_of="2026-11-25"), "coercion.cost_notice") == [(-3, "officer")]
