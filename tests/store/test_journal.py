from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from law.calendar import ZONE
from store.engine import Engine
from store.journal import REPEATED, Journal, LawNote

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
TAKEN = LawNote(host="a", book="b1", calendar="c1", statutes="/law", calendars="/vn")
REFUSED = TAKEN.model_copy(update={"file": "x.toml", "line": 3, "vi": "sai", "en": "wrong"})


@pytest.fixture(name="journal")
def _journal(engine: Engine) -> Journal:
    return Journal(engine)


async def test_a_refusal_stands_until_its_worker_takes_a_book(journal: Journal) -> None:
    await journal.note("law_taken", TAKEN, NOW)
    assert await journal.refusals(NOW) == []
    await journal.note("law_refused", REFUSED, NOW)
    await journal.note("law_taken", TAKEN.model_copy(update={"host": "b"}), NOW)
    assert await journal.refusals(NOW) == [REFUSED]
    await journal.note("law_taken", TAKEN, NOW)
    assert await journal.refusals(NOW) == []


async def test_a_refusal_that_its_worker_no_longer_repeats_is_not_shown(journal: Journal) -> None:
    await journal.note("law_refused", REFUSED, NOW)
    assert await journal.refusals(NOW + REPEATED + timedelta(minutes=5)) == [REFUSED]
    assert await journal.refusals(NOW + 2 * REPEATED) == []
