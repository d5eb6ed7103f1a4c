"""Tell the one life of twenty-five facts that every benchmark lives through."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from activities.answers import answer_of
from activities.ports import Answer, NewFact
from cases.assess import assess
from cases.dossier import Dossier, read_dossier
from cases.facts import read_report
from cases.predicates import names_known
from law.calendar import ZONE, Calendar, load_calendar
from law.corpus import the_book

_LIFE = """
    0 request_received
    3 enforcement_decision_issued
    4 officer_assigned officer=cv.an
    5 case_file_opened
    5 decision_sent_to_procuracy
    6 decision_notified_to_parties channel=direct
    7 decision_validly_notified channel=direct
    20 means_verified outcome=without_means
    22 no_means_decided
    120 means_verified outcome=without_means
    122 new_information_received
    126 means_verified outcome=with_means
    127 enforcement_continued
    130 postponement_ground_arose
    132 postponed ground=illness
    150 postponement_ground_ended
    153 resumed
    157 coercion_decided measure=seizure
    159 coercion_cost_notified
    160 seizure_notified
    166 coercion_planned at=08:30
    170 coercion_carried_out at=08:30 with_forces=yes
    174 money_collected amount_vnd=85000000
    179 proceeds_paid amount_vnd=85000000
    182 closed
"""
"""Working days since the first; without means and with them, postponed, coerced, paid, closed."""
FIRST_DAY = "THADS_BENCH_FIRST_DAY"
"""The variable that tells a worker of a benchmark on which day the lives begin."""
_RECEIVED = time(16, 30)

LENGTH = len(_LIFE.strip().splitlines())


class Life:
    """The life of a case that begins on a day; each fact comes in on its own afternoon."""

    def __init__(self, first: date, calendar: Calendar) -> None:
        """Lay the days out; those that lie ahead are assessed as of their own day."""
        self._facts = [_told(line, first, calendar) for line in _LIFE.strip().splitlines()]

    def new_fact(self, number: int) -> NewFact:
        """Give a fact, counted from 1, as an officer sends it in."""
        told = read_report(self._facts[number - 1])
        return NewFact(
            **told.model_dump(),
            command_id=f"{number}",
            actor="cv.an",
            received_at=self.received(number),
        )

    def received(self, number: int) -> datetime:
        """Give the moment at which a fact comes in."""
        day = date.fromisoformat(self._facts[number - 1]["on"])
        return datetime.combine(day, _RECEIVED, ZONE)

    def dossier(self, case: str, facts: int = 0) -> Dossier:
        """Give the case with its first facts; with `LENGTH` of them the life is whole."""
        return read_dossier(
            {
                "id": case,
                "office": "nghe-an/kv1",
                "origin": "on_request",
                "obligations": [{"kind": "money", "amount_vnd": 85_000_000, "text": "Trả nợ vay"}],
                "parties": {
                    "creditor": [{"name": "Người mẫu 1001", "address": "Xã mẫu 1"}],
                    "debtor": [{"name": "Người mẫu 0001", "address": "Xã mẫu 2"}],
                },
                "judgment": "12/2026/DS-ST",
                "decision_number": "31/QĐ-THADS",
                "facts": [
                    fact
                    | {"actor": "cv.an", "command_id": f"{n}"}
                    | {"received_at": self.received(n).isoformat()}
                    for n, fact in enumerate(self._facts[:facts], start=1)
                ],
            }
        )


def _told(line: str, first: date, calendar: Calendar) -> dict[str, Any]:
    days, event, *rest = line.split()
    plain: dict[str, Any] = {"event": event}
    plain["on"] = calendar.working_days_after(first, int(days)).isoformat()
    for word in rest:
        name, _, value = word.partition("=")
        plain[name] = int(value) if value.isdigit() else value == "yes" or value
    return plain


def answers_of(life: Life) -> list[Answer]:
    """Give the answer to each fact of a life, as an assessment of that afternoon has it."""
    book, calendar = the_book(names_known()), load_calendar()
    return [
        answer_of(assess(life.dossier("life", n), book, calendar, life.received(n)))
        for n in range(1, LENGTH + 1)
    ]
