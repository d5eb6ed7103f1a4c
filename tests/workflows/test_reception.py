from __future__ import annotations

from datetime import datetime

import pytest

from cases.errors import FormError
from cli.reception_book import book_of, open_books, read_book, report_to_book
from law.calendar import ZONE
from reports.reception import entries_of
from store.register import Register
from tests.seals import SEAL
from tests.workflows.conftest import Stage, eventually

NOW = datetime(2026, 11, 20, 9, tzinfo=ZONE)
VISIT = {"event": "reception_entry", "on": "2026-11-20", "entry": "1", "what": "petition"}


async def test_the_first_visit_opens_the_years_book_and_a_repeated_one_is_one(
    stage: Stage,
) -> None:
    office = "nghe-an/kv7"
    async with stage.worker():
        first = await report_to_book(stage.client, office, 2026, [VISIT], NOW, "tester")
        again = await report_to_book(stage.client, office, 2026, [VISIT], NOW, "tester")
        facts, answer = await read_book(stage.client, book_of(office, 2026))
    assert (first.repeated, again.repeated) == ((), first.numbers)
    assert [(fact.event, str(fact.on)) for fact in facts] == [
        ("reception_book_opened", "2026-11-01"), ("reception_entry", "2026-11-20"),
    ]  # fmt: skip
    assert [entry.number for entry in entries_of(facts)] == ["1"]
    assert answer is not None
    due = {line.id: str(line.due) for line in answer.agenda}
    assert due["reception.citizen_notified"] == "2026-12-07"
    assert due["reception.head_day"] == "2026-11-30"


async def test_the_book_after_a_book_begins_with_the_year(stage: Stage) -> None:
    office = "nghe-an/kv8"
    later = NOW.replace(year=2027, month=2, day=10)
    async with stage.worker():
        await report_to_book(stage.client, office, 2026, [VISIT], NOW, "tester")
        visit = VISIT | {"on": "2027-02-10"}
        await report_to_book(stage.client, office, 2027, [visit], later, "tester")
        facts, _ = await read_book(stage.client, book_of(office, 2027))
    assert str(facts[0].on) == "2027-01-01"


async def test_a_visit_that_cannot_be_read_opens_no_book(stage: Stage) -> None:
    async with stage.worker():
        with pytest.raises(FormError, match="note"):
            await report_to_book(
                stage.client, "nghe-an/kv9", 2026, [VISIT | {"note": "Người mẫu"}], NOW, None
            )


async def test_a_new_years_book_is_opened_where_there_was_one_and_once(stage: Stage) -> None:
    office = "nghe-an/kv5"
    january = NOW.replace(year=2027, month=1, day=2)
    register = Register(stage.engine, SEAL)
    async with stage.worker():
        await report_to_book(stage.client, office, 2026, [VISIT], NOW, "tester")
        opened = await open_books(stage.client, register, january)
        assert book_of(office, 2027) in opened

        async def projected() -> bool:
            return office in await register.reception_offices(2027)

        await eventually(projected)
        assert book_of(office, 2027) not in await open_books(stage.client, register, january)
        facts, _ = await read_book(stage.client, book_of(office, 2027))
    assert [(fact.event, str(fact.on)) for fact in facts] == [
        ("reception_book_opened", "2027-01-01")
    ]
