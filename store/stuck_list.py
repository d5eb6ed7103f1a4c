"""List what is stuck, and count it: what follows from the files, and what the check found.

A page is put together from four lists that are each in the order of an index or short: key and
complex cases, prolonged ones, all others, and findings. Only the rows shown are joined to their
time limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    distinct,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from cases.key_cases import FLAGS, PROLONGED
from cases.stages import STATUS
from store.engine import Engine
from store.finding_rows import findings
from store.rows import StuckLine, StuckTally, Wanted
from store.tables import dossiers, limits, stuck
from store.verdicts import stage_at, status_at, within

_CLOSED = [stage for stage, status in STATUS.items() if status == "closed"]
_NEITHER = FLAGS.index(PROLONGED)
_OTHERS = len(FLAGS)
_LAST_PLACE = 10_000
"""Where a case's findings stand among reasons that are equal in all else."""
_OF_THE_FILE = ("unacknowledged", "undelivered")
"""Findings that a closed case does not have any more."""
_SEVERITIES = ("grave", "serious", "routine")
_ABOUT = ("rule", "title_vi", "title_en", "act", "article", "clause", "due")


async def list_stuck(
    engine: Engine, now: datetime, wanted: Wanted, *, most: int | None = None, skip: int = 0
) -> list[StuckLine]:
    """List why dossiers are stuck: flagged cases first, then the gravest, then the longest stuck.

    `most` rows after the first `skip`; None is all.
    """
    reach = None if most is None else most + skip
    every = union_all(*(part.subquery().select() for part in _parts(now, wanted, reach))).subquery()
    order = (every.c.rank, every.c.gravity, every.c.since, every.c.dossier, every.c.place)
    page = select(every).order_by(*order).limit(most).offset(skip).subquery()
    same = and_(limits.c.dossier == page.c.dossier, limits.c.occurrence == page.c.occurrence)
    query = (
        select(page, *(limits.c[name] for name in _ABOUT))
        .outerjoin(limits, same)
        .order_by(page.c.rank, page.c.gravity, page.c.since, page.c.dossier, page.c.place)
    )
    rows = await engine.fetch(query)
    return [StuckLine.model_validate(row | {"flags": _flags(row, now)}) for row in rows]


def _flags(row: dict[str, Any], now: datetime) -> list[str]:
    late = row["prolonged_at"] is not None and row["prolonged_at"] <= now
    return [*row["flags"], *((PROLONGED,) if late else ())]


def _parts(now: datetime, wanted: Wanted, reach: int | None) -> Iterator[Select[Any]]:
    s = stuck.c
    late = and_(s.prolonged_at.is_not(None), s.prolonged_at <= now)
    early = or_(s.prolonged_at.is_(None), s.prolonged_at > now)
    for rank, among in (
        (s.key_rank, s.key_rank < _NEITHER),
        (literal(_NEITHER), and_(s.key_rank == _NEITHER, late)),
        (literal(_OTHERS), and_(s.key_rank == _NEITHER, early)),
    ):
        yield (
            select(
                s.dossier, s.place, s.reason, s.since, s.holder, s.occurrence, s.days,
                s.severity, s.gravity, s.office, s.officer, _stage(now).label("stage"),
                s.flags, s.prolonged_at, s.amount_vnd, rank.label("rank"),
            )
            .where(among, _is_stuck(now, wanted))
            .order_by(s.key_rank, s.gravity, s.since, s.dossier, s.place)
            .limit(reach)
        )  # fmt: skip
    yield _found(now, wanted)


def _found(now: datetime, wanted: Wanted) -> Select[Any]:
    f, d = findings.c, dossiers.c
    late = and_(d.prolonged_at.is_not(None), d.prolonged_at <= now)
    return (
        select(
            f.dossier, literal(_LAST_PLACE).label("place"), f.reason, f.since, f.holder,
            func.nullif(f.occurrence, "").label("occurrence"), cast(null(), Integer).label("days"),
            f.severity, _gravity(f.severity).label("gravity"),
            func.coalesce(d.office, f.detail["office"].astext, "").label("office"),
            func.coalesce(d.officer, f.detail["officer"].astext).label("officer"),
            func.coalesce(stage_at(now), f.detail["stage"].astext, "").label("stage"),
            func.coalesce(d.flags, cast([], ARRAY(Text))).label("flags"),
            d.prolonged_at, d.amount_vnd,
            case(
                (d.key_rank < _NEITHER, d.key_rank), (late, _NEITHER), else_=_OTHERS
            ).label("rank"),
        )
        .outerjoin(dossiers, d.id == f.dossier)
        .outerjoin(limits, and_(limits.c.dossier == f.dossier, limits.c.occurrence == f.occurrence))
        .where(_is_found(now, wanted))
    )  # fmt: skip


async def tally_stuck(engine: Engine, now: datetime, wanted: Wanted) -> StuckTally:
    """Count what `list_stuck` lists: rows, cases, and cases by reason."""
    s = stuck.c
    counted = select(
        s.reason,
        func.count().label("rows"),
        func.count().filter(s.first_of_case).label("alone"),
        func.count().filter(s.first_of_reason).label("cases"),
    ).where(_is_stuck(now, wanted))
    rows = await engine.fetch(counted.group_by(s.reason))
    rows += await engine.fetch(_count_found(now, wanted))
    by_reason: Counter[str] = Counter()
    for row in rows:
        by_reason[row["reason"]] += row["cases"]
    cases = sum(row["cases" if wanted.reason is not None else "alone"] for row in rows)
    total = sum(row["rows"] for row in rows)
    return StuckTally(rows=total, cases=cases, by_reason=dict(by_reason))


def _count_found(now: datetime, wanted: Wanted) -> Select[Any]:
    """Count findings; `alone` are cases that are stuck for no reason of their file."""
    f = findings.c
    also = exists().where(stuck.c.dossier == f.dossier, _is_stuck(now, Wanted()))
    same = and_(limits.c.dossier == f.dossier, limits.c.occurrence == f.occurrence)
    found = (
        select(
            f.dossier,
            f.reason,
            (func.row_number().over(partition_by=f.dossier, order_by=f.id) == 1).label("first"),
            also.label("also"),
        )
        .outerjoin(dossiers, dossiers.c.id == f.dossier)
        .outerjoin(limits, same)
        .where(_is_found(now, wanted))
        .subquery()
    )
    return select(
        found.c.reason,
        func.count().label("rows"),
        func.count().filter(found.c.first, ~found.c.also).label("alone"),
        func.count(distinct(found.c.dossier)).label("cases"),
    ).group_by(found.c.reason)


def _stage(now: datetime) -> ColumnElement[str]:
    turned = and_(stuck.c.next_stage.is_not(None), stuck.c.stage_until <= now)
    return case((turned, stuck.c.next_stage), else_=stuck.c.stage)


def _is_stuck(now: datetime, wanted: Wanted) -> ColumnElement[bool]:
    """Tell whether a reason of a file holds at that moment and is asked for."""
    s = stuck.c
    said = [
        s.since <= now,
        or_(s.next_stage.is_(None), s.stage_until > now, s.next_stage.not_in(_CLOSED)),
        within(stuck, wanted.office, wanted.officer),
    ]
    if wanted.stage is not None:
        said.append(_stage(now) == wanted.stage)
    if wanted.reason is not None:
        said.append(s.reason == wanted.reason)
    return and_(*said, *_of_size(s, now, wanted))


def _is_found(now: datetime, wanted: Wanted) -> ColumnElement[bool]:
    f, d, asks = findings.c, dossiers.c, limits.c
    open_still = and_(
        status_at(now) != "closed",
        asks.met_on.is_(None),
        asks.ended_on.is_(None),
        asks.paused_by.is_(None),
    )
    said = [f.cleared_at.is_(None), f.since <= now, or_(f.reason.not_in(_OF_THE_FILE), open_still)]
    if wanted.office is not None:
        office = func.coalesce(d.office, f.detail["office"].astext, "")
        below = office.startswith(f"{wanted.office}/", autoescape=True)
        said.append(or_(office == wanted.office, below))
    if wanted.officer is not None:
        said.append(func.coalesce(d.officer, f.detail["officer"].astext) == wanted.officer)
    if wanted.stage is not None:
        said.append(func.coalesce(stage_at(now), f.detail["stage"].astext) == wanted.stage)
    if wanted.reason is not None:
        said.append(f.reason == wanted.reason)
    return and_(*said, *_of_size(d, now, wanted))


def _of_size(columns: Any, now: datetime, wanted: Wanted) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - the columns of either table
    """Say which cases are asked for by their flags and by what is owed."""
    if wanted.flag == PROLONGED:
        yield columns.prolonged_at <= now
    elif wanted.flag is not None:
        yield columns.flags.contains([wanted.flag])
    if wanted.amount_from is not None:
        yield columns.amount_vnd >= wanted.amount_from
    if wanted.amount_to is not None:
        yield columns.amount_vnd <= wanted.amount_to


def _gravity(severity: ColumnElement[str]) -> ColumnElement[int]:
    ranks = {name: place for place, name in enumerate(_SEVERITIES)}
    return case(ranks, value=severity, else_=len(_SEVERITIES))
