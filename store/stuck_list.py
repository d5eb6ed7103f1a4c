"""List what is stuck, and count it: what follows from the files, and what the check found.

A page is put together from four lists that are each in the order of an index or short: key and
complex cases, prolonged ones, all others, and findings. Only the rows shown are joined to their
time limits. The statements are text: to build them anew would take longer than to run them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text

from cases.key_cases import FLAGS, PROLONGED
from cases.stages import STATUS
from store.engine import Engine
from store.rows import EVERY_ONE, StuckLine, StuckTally, Wanted

_CLOSED = "', '".join(stage for stage, status in STATUS.items() if status == "closed")
_NEITHER, _OTHERS = FLAGS.index(PROLONGED), len(FLAGS)

_HOLDS = f"""s.since <= :now
  and (s.next_stage is null or s.stage_until > :now or s.next_stage not in ('{_CLOSED}'))"""
"""Whether a reason of a file holds; a case that has closed by itself meanwhile has none."""

_FOUND = f"""
record.findings f
  left join projection.dossiers d on d.id = f.dossier
  left join projection.limits l on l.dossier = f.dossier and l.occurrence = f.occurrence
  cross join lateral (
    select coalesce(d.office, f.detail ->> 'office', '') as office,
      coalesce(d.officer, f.detail ->> 'officer') as officer,
      coalesce(case when d.stage_until <= :now then d.next_stage end, d.stage,
        f.detail ->> 'stage', '') as stage
  ) as at
where f.cleared_at is null and f.since <= :now
  and (f.reason not in ('unacknowledged', 'undelivered')
    or (at.stage not in ('{_CLOSED}')
      and l.met_on is null and l.ended_on is null and l.paused_by is null))"""
"""What the check found and is not cleared; the office of a case without a card is Temporal's."""

_FOUND_ROWS = f"""
select f.dossier, 10000 as place, f.reason, f.since, f.holder,
  nullif(f.occurrence, '') as occurrence, null::int as days, f.severity,
  coalesce(array_position(array['grave', 'serious', 'routine'], f.severity), 4) - 1 as gravity,
  at.office, at.officer, at.stage, coalesce(d.flags, '{{}}') as flags, d.prolonged_at,
  d.amount_vnd,
  case when d.key_rank < {_NEITHER} then d.key_rank
    when d.prolonged_at <= :now then {_NEITHER} else {_OTHERS} end as rank
from {_FOUND}"""  # noqa: S608 - nothing in it comes from outside

_NAMED = re.compile(r"(?<!:):([a-z_]+)")

_PAGE = """
with page as (
  select * from ({parts}) every
  order by rank, gravity, since, dossier, place limit :most offset :skip
)
select page.*, l.rule, l.title_vi, l.title_en, l.act, l.article, l.clause, l.due
from page left join projection.limits l
  on l.dossier = page.dossier and l.occurrence = page.occurrence
order by page.rank, page.gravity, page.since, page.dossier, page.place
"""

_PART = """(
  select s.dossier, s.place, s.reason, s.since, s.holder, s.occurrence, s.days, s.severity,
    s.gravity, s.office, s.officer,
    case when s.stage_until <= :now then coalesce(s.next_stage, s.stage) else s.stage end as stage,
    s.flags, s.prolonged_at, s.amount_vnd, {rank} as rank
  from projection.stuck s
  where {holds} and {among} {wanted}
  order by s.key_rank, s.gravity, s.since, s.dossier, s.place limit :reach
)"""

_TALLY = """
select s.reason, count(*) as rows, count(*) filter (where s.first_of_case) as alone,
  count(*) filter (where s.first_of_reason) as cases
from projection.stuck s where {holds} {wanted} group by s.reason
union all
select reason, count(*), count(*) filter (where first and not also), count(distinct dossier)
from (
  select f.dossier, f.reason, row_number() over (partition by f.dossier order by f.id) = 1 as first,
    exists (select from projection.stuck s where s.dossier = f.dossier and {holds}) as also
  from {found} {wanted_found}
) found group by reason
"""


_BY_OFFICE = f"""
select office, reason, count(distinct dossier) as cases
from (
  select s.office, s.reason, s.dossier from projection.stuck s where {_HOLDS}
  union all
  select at.office, f.reason, f.dossier from {_FOUND}
) every
group by grouping sets ((office, reason), (office))
"""  # noqa: S608 - nothing in it comes from outside


async def list_stuck(
    engine: Engine, now: datetime, wanted: Wanted, *, most: int | None = None, skip: int = 0
) -> list[StuckLine]:
    """List why dossiers are stuck: flagged cases first, then the gravest, then the longest stuck.

    `most` rows after the first `skip`; None is all.
    """
    asked = " ".join(_asked(wanted))
    parts = [
        _PART.format(rank=rank, holds=_HOLDS, among=among, wanted=asked)
        for rank, among in _parts(wanted)
    ]
    parts.append(f"({_FOUND_ROWS} {' '.join(_asked_of_found(wanted))})")
    statement = _PAGE.format(parts=" union all ".join(parts))
    reach = None if most is None else most + skip
    values = _values(statement, wanted, now=now, most=most, skip=skip, reach=reach)
    return [
        StuckLine.model_validate(row | {"flags": _flags(row, now)})
        for row in await engine.fetch(values)
    ]


async def tally_stuck(engine: Engine, now: datetime, wanted: Wanted = EVERY_ONE) -> StuckTally:
    """Count what `list_stuck` lists: rows, cases, and cases by reason."""
    asked, of_found = " ".join(_asked(wanted)), " ".join(_asked_of_found(wanted))
    statement = _TALLY.format(holds=_HOLDS, wanted=asked, found=_FOUND, wanted_found=of_found)
    rows = await engine.fetch(_values(statement, wanted, now=now))
    by_reason: Counter[str] = Counter()
    for row in rows:
        by_reason[row["reason"]] += row["cases"]
    # Of one reason alone, a case is counted at its first row of that reason.
    cases = sum(row["cases" if wanted.reason is not None else "alone"] for row in rows)
    total = sum(row["rows"] for row in rows)
    return StuckTally(rows=total, cases=cases, by_reason=dict(by_reason))


async def tally_by_office(engine: Engine, now: datetime) -> list[tuple[str, str | None, int]]:
    """Count the cases that are stuck by exact office and reason; no reason is all of them."""
    rows = await engine.fetch(text(_BY_OFFICE.replace("::", "\\:\\:")).bindparams(now=now))
    return [(row["office"], row["reason"], row["cases"]) for row in rows]


def _flags(row: dict[str, Any], now: datetime) -> list[str]:
    late = row["prolonged_at"] is not None and row["prolonged_at"] <= now
    return [*row["flags"], *((PROLONGED,) if late else ())]


def _parts(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Give the lists that can hold what is asked for: their rank, and which rows they are."""
    early = "(s.prolonged_at is null or s.prolonged_at > :now)"
    yield "s.key_rank", f"s.key_rank < {_NEITHER}"
    if wanted.flag in (None, PROLONGED):
        yield str(_NEITHER), f"s.key_rank = {_NEITHER} and s.prolonged_at <= :now"
    if wanted.flag is None:
        yield str(_OTHERS), f"s.key_rank = {_NEITHER} and {early}"


def _asked(wanted: Wanted) -> Iterator[str]:
    yield from _asked_of_case(wanted, office="s.office", officer="s.officer", case="s")
    if wanted.stage is not None:
        yield (
            "and (s.stage = :stage and (s.next_stage is null or s.stage_until > :now)"
            " or s.next_stage = :stage and s.stage_until <= :now)"
        )
    if wanted.reason is not None:
        yield "and s.reason = :reason"


def _asked_of_found(wanted: Wanted) -> Iterator[str]:
    yield from _asked_of_case(wanted, office="at.office", officer="at.officer", case="d")
    if wanted.stage is not None:
        yield "and at.stage = :stage"
    if wanted.reason is not None:
        yield "and f.reason = :reason"


def _asked_of_case(wanted: Wanted, *, office: str, officer: str, case: str) -> Iterator[str]:
    if wanted.office is not None:
        # One range of the index: "/" is followed by "0".
        yield f"and ({office} = :office or {office} > :office || '/' and {office} < :office || '0')"
    if wanted.officer is not None:
        yield f"and {officer} = :officer"
    if wanted.flag == PROLONGED:
        yield f"and {case}.prolonged_at <= :now"
    elif wanted.flag is not None:
        yield f"and {case}.key_rank < {_NEITHER} and {case}.flags @> array[:flag]::text[]"
    if wanted.amount_from is not None:
        yield f"and {case}.amount_vnd >= :amount_from"
    if wanted.amount_to is not None:
        yield f"and {case}.amount_vnd <= :amount_to"


def _values(statement: str, wanted: Wanted, **values: object) -> TextClause:
    """Give the statement its values; those that it does not name are left out."""
    given = values | wanted._asdict()
    named = {name: given[name] for name in _NAMED.findall(statement)}
    return text(statement.replace("::", "\\:\\:")).bindparams(**named)
