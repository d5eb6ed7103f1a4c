from __future__ import annotations

from datetime import timedelta

import pytest

from cases.assessment import Assessment
from store.parties import PartyRows
from store.reading import Reading
from store.register import Register
from store.rows import Wanted
from store.search import normalise
from tests.store.dossiers import NOTIFIED, NOW, Assessor, build, moment

MIDNIGHT = moment("2026-10-09T00:00:00")
MOMENT_BEFORE = MIDNIGHT - timedelta(microseconds=1)
DAY_BEFORE = moment("2026-10-08T12:00:00")


async def test_a_dossier_is_stuck_at_midnight_without_a_write(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier, DAY_BEFORE), 1)
    assert await reading.stuck(MOMENT_BEFORE) == []
    found = await reading.stuck(MIDNIGHT)
    assert {(row.reason, row.rule, row.due) for row in found} == {
        ("limit_passed", "case_file.opening", "2026-10-08"),
        ("limit_passed", "procuracy.sending", "2026-10-08"),
    }
    assert {row.holder for row in found} == {"officer", "agency"}
    assert all(row.title_vi and row.article and row.severity for row in found)


@pytest.mark.parametrize(
    "now",
    [MOMENT_BEFORE, MIDNIGHT, moment("2026-10-19T23:59:59"), moment("2026-10-20T00:00:00"),
     moment("2026-10-29T00:00:00")],
)  # fmt: skip
async def test_rows_compared_with_now_say_what_an_assessment_at_that_moment_would(
    register: Register, reading: Reading, assessed: Assessor, now: object
) -> None:
    dossier = build()
    moment_asked = now
    assert isinstance(moment_asked, type(NOW))
    await register.project(dossier, assessed(dossier, DAY_BEFORE), 1)
    wanted = assessed(dossier, moment_asked)
    card = await reading.card(dossier.id, moment_asked)
    assert card is not None
    assert (card.stage, card.status) == (wanted.stage, wanted.status)
    assert set(card.stuck) == {reason.reason for reason in wanted.stuck}
    states = {
        line.occurrence: (line.state, line.upcoming)
        for line in await reading.limits(dossier.id, moment_asked)
    }
    assert states == _states(wanted)


def _states(answer: Assessment) -> dict[str, tuple[str, bool]]:
    now = {row.occurrence: (str(row.state), False) for row in answer.limits}
    return now | {row.occurrence: (str(row.state), True) for row in answer.upcoming}


async def test_an_office_stands_for_itself_and_those_below_it(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    for number, office in enumerate(("nghe-an", "nghe-an/kv1", "nghe-an/kv10", "nghe-an-2/kv1")):
        dossier = build(id=f"NA-{number}", office=office)
        await register.project(dossier, assessed(dossier), 1)

    async def offices(office: str) -> set[str]:
        return {row.office for row in await reading.stuck(NOW, Wanted(office=office))}

    assert await offices("nghe-an") == {"nghe-an", "nghe-an/kv1", "nghe-an/kv10"}
    assert await offices("nghe-an/kv1") == {"nghe-an/kv1"}
    assert await offices("nghe") == set()
    assert len(await reading.alerts(office="nghe-an/kv1")) == 2
    assert await reading.stuck(NOW, Wanted(office="nghe-an", officer="cv.khac")) == []


async def test_stuck_rows_come_with_the_gravest_limit_first_then_longest(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    for number, facts in enumerate((NOTIFIED[:2], NOTIFIED)):
        dossier = build(facts, id=f"NA-{number}")
        await register.project(dossier, assessed(dossier), 1)
    found = await reading.stuck(moment("2026-12-01T08:00:00"))
    order = ("grave", "serious", "routine", None)
    shown = [(order.index(row.severity), row.since) for row in found]
    assert len({weight for weight, _ in shown}) > 1
    assert shown == sorted(shown)


async def test_stuck_rows_of_one_stage_or_one_reason_can_be_asked_for(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    for number, facts in enumerate((NOTIFIED[:2], NOTIFIED)):
        dossier = build(facts, id=f"NA-{number}")
        await register.project(dossier, assessed(dossier), 1)
    now = moment("2026-12-01T08:00:00")
    found = await reading.stuck(now)
    for stage in {row.stage for row in found}:
        wanted = [row for row in found if row.stage == stage]
        assert wanted != found
        assert await reading.stuck(now, Wanted(stage=stage)) == wanted
    for reason in {row.reason for row in found}:
        wanted = [row for row in found if row.reason == reason]
        assert await reading.stuck(now, Wanted(reason=reason)) == wanted
    assert await reading.stuck(now, Wanted(stage="coercion")) == []


async def test_pages_and_counts_agree_with_the_whole_stuck_list(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    for number, facts in enumerate((NOTIFIED[:2], NOTIFIED, NOTIFIED)):
        dossier = build(facts, id=f"NA-{number}", officer=f"cv.{number}")
        await register.project(dossier, assessed(dossier), 1)
    now = moment("2026-12-01T08:00:00")
    for wanted in (
        Wanted(), Wanted(officer="cv.1"), Wanted(reason="limit_passed"), Wanted(office="hue"),
    ):  # fmt: skip
        whole = await reading.stuck(now, wanted)
        pages = [await reading.stuck(now, wanted, most=2, skip=at) for at in range(0, 20, 2)]
        assert [row for page in pages for row in page] == whole
        tally = await reading.stuck_tally(now, wanted)
        assert (tally.rows, tally.cases) == (len(whole), len({row.dossier for row in whole}))
        assert tally.by_reason == {
            reason: len({row.dossier for row in whole if row.reason == reason})
            for reason in {row.reason for row in whole}
        }


async def test_a_closed_dossier_is_not_stuck(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    dossier = build((*NOTIFIED, {"event": "closed", "on": "2026-10-09"}))
    await register.project(dossier, assessed(dossier), 1)
    assert await reading.stuck(moment("2027-10-09T08:00:00")) == []


@pytest.mark.parametrize(
    "typed", ["nguyen van a", "NGUYỄN Văn A", "do thi buoi", "đỗ", "12/QD-CTHADS", "000001",
              "05/2026", "buoi 000001"],
)  # fmt: skip
async def test_a_dossier_is_found_by_party_number_and_id_with_or_without_marks(
    register: Register, party_rows: PartyRows, assessed: Assessor, typed: str
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    (found,) = await party_rows.search(typed, NOW, office="nghe-an")
    assert found.id == dossier.id
    assert found.parties == {"creditor": ("Đỗ Thị Bưởi",), "debtor": ("Nguyễn Văn A",)}


@pytest.mark.parametrize("typed", ["", "  ", "tran", "100%", "_", "nguyen van x"])
async def test_what_is_not_there_is_not_found(
    register: Register, party_rows: PartyRows, assessed: Assessor, typed: str
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    assert await party_rows.search(typed, NOW) == []
    assert await party_rows.search("nguyen", NOW, office="ha-tinh") == []


async def test_names_as_they_were_typed_come_before_scattered_words(
    register: Register, party_rows: PartyRows, assessed: Assessor
) -> None:
    for number, name in enumerate(("Văn Thị Nguyễn", "Nguyễn Văn Đ")):
        dossier = build(id=f"NA-{number}", debtor=name)
        await register.project(dossier, assessed(dossier), 1)
    assert [row.id for row in await party_rows.search("nguyen van", NOW)] == ["NA-1", "NA-0"]


def test_marks_and_case_do_not_matter_however_they_are_composed() -> None:
    assert (
        normalise("NGUYỄN Văn Đức") == normalise("Nguye\u0302\u0303n Văn đức") == "nguyen van duc"
    )


async def test_counts_agree_with_the_lists(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    for number in range(3):
        dossier = build(id=f"NA-{number}", office=f"nghe-an/kv{number}")
        await register.project(dossier, assessed(dossier), 1)
    counts = await reading.counts(NOW)
    assert counts.stages == {"voluntary_period": 3}
    assert counts.dossiers == 3
    assert counts.reasons == {"limit_passed": 6}
    assert (counts.stuck_dossiers, counts.alerts_waiting) == (3, 6)
    assert counts.states == {"breached": 6, "met": 9, "open": 3}
    assert (await reading.counts(NOW, office="nghe-an/kv1")).dossiers == 1
    assert (await reading.counts(NOW, office="ha-tinh")).dossiers == 0


async def test_cards_come_page_by_page(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    for number in range(5):
        dossier = build(id=f"NA-{number}")
        await register.project(dossier, assessed(dossier), 1)
    first = await reading.cards(NOW, most=3)
    rest = await reading.cards(NOW, after=first[-1].id, most=3)
    assert [card.id for card in (*first, *rest)] == [f"NA-{number}" for number in range(5)]


async def test_irregularities_and_refused_plans_are_listed_with_their_articles(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    plan = {"event": "coercion_planned", "on": "2026-10-09", "at": "2026-10-10T22:30"}
    done = {"event": "coercion_carried_out", "on": "2026-10-08", "at": "2026-10-08T23:00"}
    dossier = build((*NOTIFIED, done, plan))
    answer = assessed(dossier)
    await register.project(dossier, answer, 1)
    acts = await reading.irregularities(dossier.id)
    plans = await reading.refused_plans(dossier.id)
    assert [(a.event, a.article) for a in acts] == [
        (i.event, i.article) for i in answer.irregularities
    ]
    assert [(p.fact, p.next_lawful) for p in plans] == [
        (p.fact, p.next_lawful) for p in answer.refused_plans
    ]
    assert acts
    assert plans


async def test_an_unknown_dossier_has_no_card(reading: Reading) -> None:
    assert await reading.card("NA-0", NOW) is None
    assert await reading.limits("NA-0", NOW) == []


async def test_the_files_of_dossiers_not_closed_are_listed_page_by_page(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    closed = (*NOTIFIED, {"event": "closed", "on": "2026-10-08"})
    for number, facts in enumerate((NOTIFIED, closed, NOTIFIED, NOTIFIED)):
        dossier = build(facts, id=f"NA-{number}")
        await register.project(dossier, assessed(dossier), 1)
    first = await reading.unclosed(most=2)
    rest = await reading.unclosed(after=first[-1]["id"], most=2)
    assert [file["id"] for file in (*first, *rest)] == ["NA-0", "NA-2", "NA-3"]
    assert first[0] == build(id="NA-0").masked().as_file()
    assert await reading.unclosed(after="NA-3") == []
    assert await reading.count_unclosed() == 3
