"""List what one person has to do, over dossiers of every kind: what has passed first, then by due.

Every row comes from cards and limits, which hold no party and nobody who denounces. The statement
is text: a list that is in the order of an index is cut off where the page ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import TextClause, text

from cases.stages import STATUS
from law.calendar import ZONE
from law.model import Holder
from store.directory import OfficeDirectory
from store.engine import Engine
from store.seats import Seat, left_alone, officers_without, seats_of

_CLOSED = "', '".join(stage for stage, status in STATUS.items() if status == "closed")

# What was open when its dossier was closed by a fact outlives it; where a stage has closed by
# itself since the last assessment, that is not known yet, and nothing is asked.
_ASKS = f"""l.met_on is null and l.ended_on is null and l.opens_at <= :now
  and (d.status = 'closed' or d.next_stage is null or d.stage_until > :now
    or d.next_stage not in ('{_CLOSED}'))
  and (cast(:until as date) is null or l.due_day <= :until)"""
_DATED = "and l.paused_by is null and l.breaches_at is not null"
_OF_OFFICERS = f"('{Holder.OFFICER}', '{Holder.AGENCY}')"
_OF_OFFICES = f"('{Holder.HEAD}', '{Holder.AGENCY}', '{Holder.SUPERIOR}')"
"""The index `limits_of_offices` holds these; see migration 0009."""

_SEATS = """
with seats as (
  select * from unnest(cast(:roles as text[]), cast(:offices as text[]), cast(:officers as text[]),
    cast(:whys as text[]), cast(:insteads as text[]))
    as seats(role, office, officer, why, instead_of)
)"""

_COLUMNS = """l.dossier, d.kind, d.office, d.officer,
  case when d.stage_until <= :now then coalesce(d.next_stage, d.stage) else d.stage end as stage,
  l.rule, l.occurrence, l.title_vi, l.title_en, l.act, l.article, l.clause, l.holder, l.severity,
  l.due, l.due_day, l.breaches_at, l.paused_by, l.place, s.role, s.why, s.instead_of,
  l.paused_by is not null or l.breaches_at is null as stands"""

_PARTS = (
    # By their officer, whatever the office.
    f"""from seats s join projection.dossiers d on d.officer = s.officer
    join projection.limits l on l.dossier = d.id
  where s.role = 'officer' and s.office is null and l.holder in {_OF_OFFICERS}""",
    # By office: those without an officer, and those of one whom nobody replaces by name.
    f"""from seats s join projection.dossiers d on d.office = s.office
    and (d.officer = s.officer or (s.officer is null and (d.officer is null
      or d.officer <> all(cast(:people as text[])))))
    join projection.limits l on l.dossier = d.id
  where s.role = 'officer' and s.office is not null and l.holder = '{Holder.OFFICER}'""",
    # By office: what heads and those above them have to do.
    f"""from projection.limits l join projection.dossiers d on d.id = l.dossier
    join seats s on s.office = d.office and s.role <> 'officer'
      and (s.role = 'managing_authority') = (l.holder = '{Holder.SUPERIOR}')
      and (s.role <> 'chief_officer' or d.kind <> 'denunciation')
  where l.holder in {_OF_OFFICES}
    and not (l.holder = '{Holder.AGENCY}' and d.officer is not null
      and d.officer = any(cast(:mine as text[])))""",
)

_PAGE = """{seats}
select * from ({parts}) every order by {order} limit :most
"""
_BY_DUE = "breaches_at, dossier, place"
_STANDING_LAST = f"stands, {_BY_DUE}"

_TALLY = """{seats}
select count(*) filter (where not stands) as dated, count(*) filter (where stands) as standing,
  count(*) filter (where passed) as passed
from ({parts}) every
"""

_OFFICES = """
with recursive found as (
  (select office from projection.dossiers order by office limit 1)
  union all
  select (select d.office from projection.dossiers d where d.office > found.office
    order by d.office limit 1)
  from found where found.office is not null
)
select office from found where office is not null
"""

_CASES_OF = text("""
select distinct office, officer from projection.dossiers where officer = any(:officers)
""")


class AgendaLine(BaseModel):
    """A duty: its dossier, when due, who must act, and why it is the person's.

    `role` is the one in which it is theirs; `why` and `instead_of` tell for whom they stand in.
    Without `breaches_at` it has no date, or stands still (`paused_by`).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    dossier: str
    kind: str
    office: str
    officer: str | None
    stage: str
    rule: str
    occurrence: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    holder: str
    severity: str
    due: str | None
    due_day: date | None
    breaches_at: datetime | None
    paused_by: str | None
    role: str
    why: str | None
    instead_of: str | None


class AgendaTally(NamedTuple):
    """How many duties have a date, how many stand still or have none, how many have passed."""

    dated: int
    standing: int
    passed: int


class AgendaRows:
    """What people have to do, by the register alone."""

    def __init__(self, engine: Engine) -> None:
        """Read through the engine's connections."""
        self._engine = engine

    async def seats(self, directory: OfficeDirectory, person: str, now: datetime) -> list[Seat]:
        """List whose duties are the person's on the day of a moment.

        Raises RegisterAwayError or RegisterNotPreparedError when the database cannot answer.
        """
        day = now.astimezone(ZONE).date()
        offices = [row["office"] for row in await self._engine.fetch(text(_OFFICES))]
        seats = seats_of(directory, person, offices, day)
        alone = officers_without(directory, person, day)
        if alone:
            rows = await self._engine.fetch(_CASES_OF.bindparams(officers=alone))
            cases = [(row["office"], row["officer"]) for row in rows]
            seats += left_alone(directory, person, cases, day)
        return seats

    async def lines(
        self,
        directory: OfficeDirectory,
        seats: Sequence[Seat],
        now: datetime,
        *,
        until: date | None = None,
        every: bool = False,
        most: int | None = None,
    ) -> list[AgendaLine]:
        """List the duties of these seats: passed ones first, then by due; at most `most`.

        `until`: none that is due later; `every`: also what stands still or has no date.
        """
        order = _STANDING_LAST if every else _BY_DUE
        parts = [
            f"(select {_COLUMNS} {part} and {_ASKS} {'' if every else _DATED} "
            f"order by {order} limit :most)"
            for part in _PARTS
        ]
        statement = _PAGE.format(seats=_SEATS, parts=" union all ".join(parts), order=order)
        rows = await self._engine.fetch(
            _asked(statement, directory, seats, now=now, until=until, most=most)
        )
        return [AgendaLine.model_validate(row) for row in rows]

    async def tally(
        self,
        directory: OfficeDirectory,
        seats: Sequence[Seat],
        now: datetime,
        *,
        until: date | None = None,
    ) -> AgendaTally:
        """Count what `lines` lists, what of it has passed, and what stands still or has no date."""
        judged = """l.paused_by is null and coalesce(l.breaches_at <= :now, false) as passed,
          l.paused_by is not null or l.breaches_at is null as stands"""
        parts = [f"select {judged} {part} and {_ASKS}" for part in _PARTS]
        statement = _TALLY.format(seats=_SEATS, parts=" union all ".join(parts))
        rows = await self._engine.fetch(_asked(statement, directory, seats, now=now, until=until))
        return AgendaTally(**rows[0])


def _asked(
    statement: str, directory: OfficeDirectory, seats: Sequence[Seat], **values: object
) -> TextClause:
    columns = {
        "roles": [seat.role for seat in seats],
        "offices": [seat.office for seat in seats],
        "officers": [seat.officer for seat in seats],
        "whys": [seat.why for seat in seats],
        "insteads": [seat.instead_of for seat in seats],
        "people": sorted(directory.people),
        "mine": [seat.officer for seat in seats if seat.role == "officer" and seat.office is None],
    }
    return text(statement).bindparams(**columns, **values)
