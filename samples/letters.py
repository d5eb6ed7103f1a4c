"""Make the synthetic dossiers beside the sample register: letters, judgments, a reception book.

Nobody in them exists; the days are counted back from a day, so that some limits are passed, some
run, and some dossiers have come to their end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from cases.dossier import Dossier, read_dossier
from cases.kinds import kind_of
from law.calendar import ZONE

_OFFICE = "nghe-an"
_LEADS = "tt.nghe-an"
_REPORTED = time(15)

Told = tuple[Any, ...]
"""An event, how many days ago, and its fields by name."""


def _complaints(cases: Sequence[str]) -> Iterator[tuple[str, dict[str, Any], tuple[Told, ...]]]:
    overdue: tuple[Told, ...] = (
        ("contested_act_known", 70, {"object": "coercion", "how": "notified"}),
        ("complaint_received", 62, {"object": "coercion", "against": "officer"}),
        ("complaint_accepted", 58, {}),
        ("complaint_halt_ordered", 56, {}),
    )
    yield "KN-01", _about(cases, 0, "Khiếu nại quyết định cưỡng chế kê biên"), overdue
    fresh = (("complaint_received", 3, {"object": "before_measures", "against": "officer"}),)
    yield "KN-02", _about(cases, 1, "Khiếu nại việc thông báo thi hành án"), fresh
    halted: tuple[Told, ...] = (
        ("complaint_received", 12, {"object": "coercion", "against": "officer"}),
        ("complaint_accepted", 8, {}),
        ("complaint_halt_ordered", 7, {}),
    )
    yield "KN-03", _about(cases, 2, "Khiếu nại việc tổ chức cưỡng chế giao nhà"), halted
    decided: tuple[Told, ...] = (
        ("complaint_received", 40, {"object": "before_measures", "against": "head"}),
        ("complaint_accepted", 36, {}),
        ("complaint_resolved", 22, {"result": "kept"}),
        ("complaint_decision_sent", 20, {}),
        ("complaint_resolution_notified", 18, {}),
    )
    second = (
        *decided,
        ("complaint_received", 12, {"instance": "second", "sent_to": "managing_authority"}),
        ("complaint_accepted", 5, {}),
    )
    yield "KN-04", _about(cases, 3, "Khiếu nại quyết định thi hành án"), second
    above = {"object": "coercion", "against": "officer", "sent_to": "minister", "over_level": True}
    yield "KN-05", _about(cases, 4, "Khiếu nại gửi vượt cấp"), (("complaint_received", 2, above),)


def _others() -> Iterator[tuple[str, dict[str, Any], tuple[Told, ...]]]:
    accepted: tuple[Told, ...] = (
        ("denunciation_received", 50, {"competence": "own", "form": "letter"}),
        ("denunciation_accepted", 43, {}),
        ("denunciation_acceptance_notified", 40, {}),
        ("denunciation_team_set_up", 38, {}),
        ("denunciation_team_announced", 33, {}),
    )
    yield "denunciation/TC-01", {}, accepted
    received = (("denunciation_received", 4, {"competence": "own", "form": "letter"}),)
    yield "denunciation/TC-02", {}, received
    title = {"title": "Phản ánh thái độ tiếp dân", "parties": {"petitioner": [_person(31)]}}
    yield "petition/PA-01", title, (("petition_received", 12, {}),)
    known = {"title": "Kiến nghị niêm yết lịch tiếp công dân",
             "parties": {"petitioner": [_person(32)]}}  # fmt: skip
    answered: tuple[Told, ...] = (("petition_received", 15, {}), ("petition_answered", 11, {}))
    yield "petition/PA-02", known, answered
    begun: tuple[Told, ...] = (
        ("administrative_judgment_received", 45, {"ruling": "decision_annulled"}),
        ("administrative_judgment_booked", 45, {}),
        ("voluntary_performance_notified", 41, {}),
    )
    parties = {"creditor": [_person(41)], "debtor": [{"name": "Ủy ban mẫu 01"}]}
    judged = {"judgment": "Bản án mẫu 01/HC-ST", "officer": "cv.an", "parties": parties}
    yield "admin/HC-01", judged, begun
    compelled: tuple[Told, ...] = (
        *begun,
        ("debtor_received_judgment", 44, {"evidence": "giấy báo phát mẫu"}),
        ("compelling_decision_issued", 10, {}),
        ("compelling_decision_received", 9, {}),
        ("compelling_decision_published", 7, {}),
        ("officer_worked_with_debtor", 6, {}),
    )
    yield (
        "admin/HC-02",
        judged | {"judgment": "Bản án mẫu 02/HC-ST", "officer": "cv.binh"},
        compelled,
    )


def sample_dossiers(today: date, cases: Sequence[str]) -> list[Dossier]:
    """Make the dossiers as they stand on a day; complaints are about the first of `cases`."""
    made = [
        _make(f"complaint/{name}", more, told, today) for name, more, told in _complaints(cases)
    ]
    made += [_make(name, more, told, today) for name, more, told in _others()]
    year = date(today.year, 1, 1)
    month = max((today.replace(day=1) - timedelta(days=1)).replace(day=1), year)
    book: list[Told] = [("reception_book_opened", (today - month).days, {})]
    visited = max(today - timedelta(days=16), year)
    day = visited.isoformat()
    ago = (today - visited).days
    book += [
        ("reception_day_held", ago, {"day": day, "by": "head", "occasion": "periodic"}),
        ("reception_entry", ago, {"entry": "1", "what": "complaint", "competence": "own",
                                  "dossier": "complaint/KN-03"}),
        ("reception_entry", ago, {"entry": "2", "what": "petition", "competence": "own"}),
        ("reception_citizen_notified", max(ago - 9, 0), {"entry": "1", "result": "accepted"}),
    ]  # fmt: skip
    made.append(_make(f"reception/{_OFFICE}-{today.year}", {}, tuple(book), today))
    return made


def _about(cases: Sequence[str], place: int, title: str) -> dict[str, Any]:
    about = {"about": cases[place]} if place < len(cases) else {}
    return about | {"title": title, "parties": {"complainant": [_person(place + 1)]}}


def _person(number: int) -> dict[str, str]:
    return {"name": f"Công dân mẫu {number:04d}", "address": f"Xã mẫu {number}, Nghệ An"}


def _make(name: str, more: dict[str, Any], told: tuple[Told, ...], today: date) -> Dossier:
    facts = []
    for place, (event, ago, fields) in enumerate(told):
        on = today - timedelta(days=ago)
        mark = hashlib.sha256(f"{name}.{place}.{event}".encode()).hexdigest()[:32]
        received = datetime.combine(on, _REPORTED, ZONE).isoformat()
        facts.append(
            {"event": event, "on": on.isoformat(), **fields, "command_id": f"sample/{mark}",
             "actor": _LEADS, "received_at": received}
        )  # fmt: skip
    plain = {"kind": kind_of(name), "id": name, "office": _OFFICE, **more, "facts": facts}
    return read_dossier(plain, as_of=today)
