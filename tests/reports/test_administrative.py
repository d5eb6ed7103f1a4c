from __future__ import annotations

from datetime import date

import pytest

from reports.administrative import Duty, Event, Flow, Judgment, count_flow, follow

NOTICE = Duty(
    rule="administrative.voluntary_notice", title_vi="Thông báo", title_en="Notice",
    act="71/2016/NĐ-CP", article="14", clause="2", due=date(2026, 9, 3),
)  # fmt: skip


def _judgment(dossier: str, *events: tuple[str, str], status: str = "open") -> Judgment:
    told = tuple(Event(event=name, on=date.fromisoformat(day)) for name, day in events)
    return Judgment(
        dossier=dossier, office="nghe-an", stage="judgment_followed", status=status, events=told
    )


def test_what_waits_longest_comes_first_and_what_has_no_date_last() -> None:
    late = _judgment("a").model_copy(update={"passed": (NOTICE,)})
    later = _judgment("b").model_copy(
        update={"passed": (NOTICE.model_copy(update={"due": date(2026, 9, 2)}),)}
    )
    unasked = _judgment("c").model_copy(update={"reasons": ("unknown_start",)})
    found = follow([unasked, late, _judgment("d"), later])
    assert found.judgments == 4
    assert [one.dossier for one in found.behind] == ["b", "a", "c"]
    assert found.permille == 250


@pytest.mark.parametrize(
    ("judgments", "behind", "permille"),
    [(0, 0, None), (3, 0, 1000), (3, 1, 666), (2001, 1, 999), (1, 1, 0)],
)
def test_the_share_is_the_whole_only_when_every_judgment_is_followed(
    judgments: int, behind: int, permille: int | None
) -> None:
    undone = _judgment("x").model_copy(update={"passed": (NOTICE,)})
    rows = [undone] * behind + [_judgment("y")] * (judgments - behind)
    assert follow(rows).permille == permille


def test_a_closed_judgment_counts_only_while_something_of_it_is_undone() -> None:
    closed = _judgment("a", status="closed")
    published = closed.model_copy(update={"dossier": "b", "passed": (NOTICE,)})
    assert follow([closed]) == (0, ())
    assert follow([closed, published]) == (1, (published,))


RECEIVED, PERFORMED = "administrative_judgment_received", "administrative_judgment_performed"
CLOSED, NOTIFIED = "administrative_file_closed", "voluntary_performance_notified"


def test_the_figures_of_a_time_carry_over_what_was_not_ended_before_it() -> None:
    rows = [
        _judgment("before", (RECEIVED, "2026-08-31"), (NOTIFIED, "2026-09-01")),
        _judgment("ended-before", (RECEIVED, "2026-06-01"), (PERFORMED, "2026-08-31")),
        _judgment("ended-first-day", (RECEIVED, "2026-06-01"), (PERFORMED, "2026-09-01")),
        _judgment("new", (RECEIVED, "2026-09-01"), (NOTIFIED, "2026-09-30")),
        _judgment("new-done", (RECEIVED, "2026-09-02"), (PERFORMED, "2026-09-30")),
        _judgment("new-annulled", (RECEIVED, "2026-09-02"), (CLOSED, "2026-09-10")),
        _judgment("done-after", (RECEIVED, "2026-09-30"), (PERFORMED, "2026-10-01")),
        _judgment("after", (RECEIVED, "2026-10-01"), (NOTIFIED, "2026-10-01")),
        _judgment("never-received"),
    ]
    flow = count_flow(rows, date(2026, 9, 1), date(2026, 9, 30))
    assert flow == Flow(
        carried=2, received=4, performed=2, left=3,
        counted={
            NOTIFIED: 2, "compelling_decision_received": 0, "officer_worked_with_debtor": 0,
            "sanction_recommended": 0,
        },
    )  # fmt: skip
