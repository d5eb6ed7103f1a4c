"""Time a page of the stuck list over a hundred thousand open cases, as people ask for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import psycopg

from benchmarks.measure import Figure
from law.calendar import ZONE
from store.engine import open_engine
from store.reading import Reading
from store.rows import Wanted

CASES = 100_000
_EACH = 40
_PAGE = 40
_TARGET = 100.0
NOW = datetime(2026, 11, 20, 9, tzinfo=ZONE)

# Synthetic: 5 agencies of 12 offices, 720 officers; one case in four is stuck, some twice; one
# in a thousand is key, one in a hundred complex, one in ten prolonged; 200 findings stand.
_DOSSIERS = """
insert into projection.dossiers (id, kind, office, officer, origin, stage, status, stage_since,
  revision, assessed_at, book, calendar, facts_count, search, dossier, flags, key_rank,
  prolonged_at, amount_vnd)
select 'B-' || lpad(n::text, 6, '0'), 'enforcement', 'o' || n %% 5 || '/k' || n %% 60,
  'o' || n %% 5 || '.' || n %% 720, 'on_request', 'verification', 'open', date '2026-10-01',
  1, %(now)s, 'book', 'calendar', 8, 'b ' || n, '{}',
  case when n %% 1000 = 7 then '{key}' when n %% 100 = 7 then '{complex}' else '{}' end::text[],
  case when n %% 1000 = 7 then 0 when n %% 100 = 7 then 1 else 2 end,
  %(now)s + make_interval(days => 700 - n * 7 %% 778), n::bigint * 7919 %% 1000003 * 1000
from generate_series(1, %(cases)s) n
"""
_LIMITS = """
insert into projection.limits (dossier, occurrence, place, rule, kind, act, article, clause,
  title_vi, title_en, starts_on, holder, severity, started, due, due_day, state, reported_late,
  opens_at, breaches_at, provisional, confidence, transition_review, readings, receipt,
  receipt_hash, upcoming)
select 'B-' || lpad(n::text, 6, '0'), 'verification.first#' || m, m, 'verification.first', 'limit',
  '106/2025/QH15', '37', '1', 'Xác minh', 'Verification', 'voluntary_period_ended', 'officer',
  (array['routine', 'serious', 'grave'])[1 + n %% 3], date '2026-10-01', '2026-10-12',
  date '2026-10-12', 'open', false, %(now)s - interval '50 days',
  %(now)s + make_interval(days => n %% 200 - 40), false, 'verbatim', false, '[]', '{}', 'hash',
  false
from generate_series(1, %(cases)s) n, generate_series(1, 4) m
"""
_STUCK = """
insert into projection.stuck (dossier, place, reason, since, holder, occurrence, days, severity,
  gravity, first_of_case, first_of_reason, office, officer, stage, flags, key_rank, prolonged_at,
  amount_vnd)
select d.id, m, case m when 1 then 'limit_passed' else 'silence' end,
  %(now)s + make_interval(days => n %% 200 - 40 * m / 2, secs => n), 'officer',
  case m when 1 then 'verification.first#1' end, case m when 2 then 20 end,
  case m when 1 then (array['routine', 'serious', 'grave'])[1 + n %% 3] end,
  case m when 1 then 2 - n %% 3 else 3 end, m = 2, true, d.office, d.officer, d.stage, d.flags,
  d.key_rank, d.prolonged_at, d.amount_vnd
from generate_series(1, %(cases)s) n
join projection.dossiers d on d.id = 'B-' || lpad(n::text, 6, '0'), generate_series(1, 2) m
"""
_FINDINGS = """
insert into record.findings (dossier, reason, occurrence, holder, since, severity, detail,
  found_at, confirmed_at)
select 'B-' || lpad((n * 491)::text, 6, '0'), 'unacknowledged', 'verification.first#1', 'officer',
  %(now)s - interval '1 day', 'serious', '{}', %(now)s, %(now)s
from generate_series(1, 200) n
"""


async def bench_stuck(database_url: str) -> list[Figure]:
    """Give the 95th percentile in milliseconds of a page with the counts above it."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for statement in (_DOSSIERS, _LIMITS, _STUCK, _FINDINGS):
            connection.execute(statement.encode(), {"now": NOW, "cases": CASES})
        # What autovacuum does by itself a minute after such a load.
        connection.execute(
            "vacuum analyze projection.dossiers, projection.limits, projection.stuck, "
            "record.findings"
        )
    engine = open_engine(database_url, statement_seconds=30)
    reading = Reading(engine)

    async def ask(turn: int, **wanted: Any) -> None:
        await reading.stuck(NOW, Wanted(**wanted), most=_PAGE, skip=_PAGE * (turn % 3))
        await reading.stuck_tally(NOW, Wanted(**wanted))

    ways: dict[str, Callable[[int], Awaitable[None]]] = {
        "all cases": ask,
        "one agency": lambda turn: ask(turn, office=f"o{turn % 5}"),
        "one office": lambda turn: ask(turn, office=f"o{turn % 5}/k{turn % 60}"),
        "one officer": lambda turn: ask(turn, officer=f"o{turn % 5}.{turn % 720}"),
        "one reason, frequent": lambda turn: ask(turn, reason="silence"),
        "one reason, rare": lambda turn: ask(turn, reason="unacknowledged"),
        "one stage": lambda turn: ask(turn, stage="verification"),
        "one stage, empty": lambda turn: ask(turn, stage="coercion"),
        "key cases": lambda turn: ask(turn, flag="key"),
        "prolonged cases": lambda turn: ask(turn, flag="prolonged"),
        "a range of amounts": lambda turn: ask(
            turn, amount_from=100_000_000, amount_to=110_000_000 + turn
        ),
        "one agency and reason": lambda turn: ask(turn, office=f"o{turn % 5}", reason="silence"),
    }
    try:
        return [_figure(way, await _times(asked)) for way, asked in ways.items()]
    finally:
        await engine.dispose()


async def _times(ask: Callable[[int], Awaitable[None]]) -> list[timedelta]:
    taken = []
    await ask(0)
    for turn in range(_EACH):
        begun = perf_counter()
        await ask(turn)
        taken.append(timedelta(seconds=perf_counter() - begun))
    return sorted(taken)


def _figure(way: str, taken: list[timedelta]) -> Figure:
    shown = taken[int(len(taken) * 0.95)] / timedelta(milliseconds=1)
    return Figure(
        what=f"a page of the stuck list over {CASES:,} open cases, {way}, 95th percentile",
        measured=f"{shown:.0f} ms",
        target=f"<= {_TARGET:g} ms",
        met=shown <= _TARGET,
    )
