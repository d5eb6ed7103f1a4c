"""Rules that the book does not hold yet: what the engine makes of any such rule."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import read_dossier
from cases.predicates import names_known
from law.calendar import Calendar
from law.corpus import FOLDER, load_corpus
from tests.conftest import fact_from

RULE = """[[{kind}]]
id = "{id}"
cite = {{ article = "0" }}
title = {{ vi = "Mẫu", en = "Sample" }}
text = ""
holder = "creditor"
{rest}
"""
Draft = Callable[..., Assessment]


def rule(kind: str, rule_id: str, rest: str) -> str:
    return RULE.format(kind=kind, id=rule_id, rest=rest)


@pytest.fixture(name="draft")
def _draft(tmp_path: Path, calendar: Calendar) -> Draft:
    def make(rules: str, *facts: str, as_of: str, announced: str = "") -> Assessment:
        """Assess a dossier under the shipped book and a topic more.

        `announced`: the last day on which notice through VNeID was not announced yet.
        """
        folder = tmp_path / "statutes"
        shutil.copytree(FOLDER, folder)
        if rules:
            topic = folder / "law-106-2025" / "draft"
            topic.mkdir()
            (topic / "2026-07-01.toml").write_text(rules, "utf-8")
        if announced:
            service = folder / "decree-152-2026" / "service" / "2026-07-01.toml"
            guard = 'id = "service.vneid_not_announced"'
            text = service.read_text("utf-8")
            assert guard in text
            service.write_text(text.replace(guard, f"{guard}\nuntil = {announced}"), "utf-8")
        plain = {
            "id": "X-1", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
            "facts": [fact_from(text) for text in facts],
        }  # fmt: skip
        moment = date.fromisoformat(as_of)
        return assess(
            read_dossier(plain, as_of=moment), load_corpus(names_known(), folder), calendar, moment
        )

    return make


def test_a_notice_of_another_paper_opens_no_voluntary_stage(draft: Draft) -> None:
    """Whatever else a valid notice starts, such as the time to complain."""
    starts = """starts_on = ["decision_validly_notified"]
when = { document = ["notice"] }
term = { length = 15, unit = "days" }"""
    answer = draft(
        rule("limit", "draft.complaint", starts), "request_received 2026-07-06",
        "enforcement_decision_issued 2026-07-10",
        "decision_validly_notified 2026-07-15 channel=direct document=notice", as_of="2026-08-03",
    )  # fmt: skip
    assert answer.stage == "decided"
    assert "draft.complaint" in {row.id for row in answer.limits}


def test_two_ends_that_one_fact_brings_about_are_told_apart(draft: Draft) -> None:
    """The first is dealt with before the second comes; each has its receipt and its alerts."""
    wait = """starts_on = ["document_issued"]
term = {{ length = {days}, unit = "days" }}
raises = "posting_period_ended" """
    after = """starts_on = ["posting_period_ended"]
term = { length = 9, unit = "days" }
met_by = ["notice_taken_down"]"""
    answer = draft(
        rule("limit", "draft.a", wait.format(days=5))
        + rule("limit", "draft.b", wait.format(days=12)) + rule("limit", "draft.after", after),
        "document_issued 2026-11-02 document=thông-báo kind=notice", "notice_taken_down 2026-11-10",
        as_of="2026-11-20",
    )  # fmt: skip
    rows = [row for row in answer.limits if row.id == "draft.after"]
    assert [(row.state, str(row.started)) for row in rows] == [
        ("met", "2026-11-09"), ("open", "2026-11-16"),
    ]  # fmt: skip
    assert rows[0].occurrence != rows[1].occurrence


def test_a_procedure_holds_from_the_day_of_its_announcement(draft: Draft) -> None:
    """Decree 152/2026, Arts. 115.2, 15.2 and 16.1.b."""
    facts = (
        "act_decision_notified 2026-10-31 act=act channel=vneid",
        "act_decision_notified 2026-11-01 act=reinstate_worker channel=vneid",
        "decision_validly_notified 2026-11-02 channel=vneid",
    )
    answer = draft("", *facts, as_of="2026-11-05", announced="2026-10-31")
    assert [str(r.started) for r in answer.limits if r.id.startswith("measures.")] == ["2026-11-01"]
    assert [(found.fact, found.rule) for found in answer.irregularities] == [
        (1, "service.vneid_not_announced"), (3, "service.decision_not_by_vneid"),
    ]  # fmt: skip
