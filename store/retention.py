"""Find what is kept no longer, and have it go: dossiers by whoever erases, letters here.

A dossier stays while anything about it is unfinished: a dossier that is about it, or that it is
about, is open, or a time limit still runs. What was counted of it stays: dates, stages, limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text

from cases.retention import LETTER, Cut, due_from
from store.audit import Entry, note_in
from store.engine import Engine

# An applied rule stands in the audit, so that a run that was cut short goes on where it ended.
_DUE = text("""
with cut as (
  select * from unnest(cast(:kinds as text[]), cast(:ways as text[]), cast(:befores as date[]),
    cast(:places as int[])) as c(kind, way, before, place)
)
select d.id, d.kind, d.office, d.stage as closed_as, d.stage_since as closed_on, c.place,
  exists (
    select from projection.dossiers o where o.status <> 'closed' and o.id <> d.id
      and (o.id = d.about or o.about = d.id or o.about = d.about)
  ) or exists (
    select from projection.limits l where l.dossier = d.id
      and l.met_on is null and l.ended_on is null
      and (l.paused_by is not null or l.breaches_at > :now)
  ) as held
from projection.dossiers d
join cut c on c.kind = d.kind and c.way = d.stage and d.stage_since < c.before
where d.status = 'closed'
  and (cast(:office as text) is null or d.office = :office or starts_with(d.office, :office || '/'))
  and (cast(:ids as text[]) is null or d.id = any(:ids))
  and not exists (
    select from record.audit a where a.dossier = d.id and a.action = 'retention_applied')
order by d.stage_since, d.id
""")

# The last word on each of its parts is that it is filed, and nothing was opened by it.
_LETTERS = text("""
select l.number as id, 'letter' as kind, l.office, 'file' as closed_as, ended.closed_on,
  0 as place, false as held
from record.letters l
cross join lateral (
  select max(last.day) as closed_on, bool_and(last.decision = 'file') as filed
  from (
    select distinct on (part) decision,
      coalesce("on", (at at time zone 'Asia/Ho_Chi_Minh')::date) as day
    from record.letter_steps where letter = l.number and step = 'decided'
    order by part, id desc
  ) last
) ended
where ended.filed and ended.closed_on < :before
  and not exists (
    select from record.letter_steps s
    where s.letter = l.number and (s.dossier is not null or (s.step = 'proposed' and not exists (
      select from record.letter_steps t
      where t.letter = l.number and t.part = s.part and t.step = 'decided'))))
  and exists (select from record.sealed x where x.letter = l.number and x.ciphertext <> '')
  and (cast(:office as text) is null or l.office = :office or starts_with(l.office, :office || '/'))
  and (cast(:ids as text[]) is null or l.number = any(:ids))
order by ended.closed_on, l.number
""")

_UNRULED = text("""
select count(*) as many from projection.dossiers d
where d.status = 'closed'
  and (cast(:office as text) is null or d.office = :office or starts_with(d.office, :office || '/'))
  and not exists (
    select from unnest(cast(:kinds as text[]), cast(:ways as text[])) as c(kind, way)
    where c.kind = d.kind and c.way = d.stage)
""")

_DESTROY = """
update record.sealed set key_id = 'destroyed', wrapped_key = '', nonce = '', ciphertext = ''
where letter = any(%(letters)s) and ciphertext <> ''
returning letter
"""

# A letter goes with its last dossier: one that others hang on is kept until they went.
_LETTERS_OF = text("""
select l.number from record.letters l
where (l.number in (select letter from record.letter_steps where dossier = :dossier)
    or l.number = (select dossier ->> 'letter' from projection.dossiers where id = :dossier))
  and not exists (
    select from record.letter_steps s
    where s.letter = l.number and s.dossier is not null and s.dossier <> :dossier
      and not exists (
        select from record.audit a
        where a.dossier = s.dossier and a.action = 'retention_applied'))
order by l.number
""")


class Eraser(Protocol):
    """Whoever takes out what names people in a closed dossier; repeating it changes nothing."""

    async def erase(self, dossier: str, by: str, reason: str, at: datetime) -> object:
        """Erase; raise `SpokenError` where it cannot be, with nothing half done."""
        ...


class DueFile(BaseModel):
    """A dossier or a letter that is kept no longer, since when, and by which cut.

    `held`: it is old enough, and something about it is unfinished, so that it stays.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    office: str
    closed_as: str
    closed_on: date
    due_from: date
    cut: Cut
    held: bool


class Applied(BaseModel):
    """Who had a rule applied, why and when."""

    model_config = ConfigDict(frozen=True)

    by: str
    actor: str
    reason: str
    at: datetime


class RetentionRows:
    """What the register holds of what is due to go."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def due(
        self,
        cuts: Sequence[Cut],
        now: datetime,
        office: str | None = None,
        ids: Sequence[str] | None = None,
    ) -> list[DueFile]:
        """List what is old enough to go, held or not, dossiers first, the oldest first."""
        wanted: dict[str, Any] = {"office": office, "ids": None if ids is None else list(ids)}
        of_dossiers = [cut for cut in cuts if cut.kind != LETTER]
        rows = await self._engine.fetch(
            _DUE.bindparams(
                **wanted,
                now=now,
                kinds=[cut.kind for cut in of_dossiers],
                ways=[cut.closed_as for cut in of_dossiers],
                befores=[cut.before for cut in of_dossiers],
                places=list(range(len(of_dossiers))),
            )
        )
        found = [_due(row, of_dossiers[row["place"]]) for row in rows]
        for cut in cuts:
            if cut.kind == LETTER:
                asked = _LETTERS.bindparams(**wanted, before=cut.before)
                found += [_due(row, cut) for row in await self._engine.fetch(asked)]
        return found

    async def count_unruled(self, cuts: Sequence[Cut], office: str | None = None) -> int:
        """Count closed dossiers for which no rule has a number of years; they stay."""
        asked = _UNRULED.bindparams(
            office=office,
            kinds=[cut.kind for cut in cuts],
            ways=[cut.closed_as for cut in cuts],
        )
        return int((await self._engine.fetch(asked))[0]["many"])

    async def apply(self, due: DueFile, eraser: Eraser, asked: Applied) -> bool:
        """Have one dossier or letter go, and note it; tell whether it was due to go still.

        It may be repeated after any death. Raises what the eraser raises.
        """
        # Something may have been reported since the list was made.
        again = await self.due([due.cut], asked.at, ids=[due.id])
        if not again or again[0].held:
            return False
        if due.kind == LETTER:
            await self._destroy([due.id], due, asked)
            return True
        await eraser.erase(due.id, asked.by, asked.reason, asked.at)
        rows = await self._engine.fetch(_LETTERS_OF.bindparams(dossier=due.id))
        await self._destroy([row["number"] for row in rows], due, asked)
        return True

    async def _destroy(self, letters: Sequence[str], due: DueFile, asked: Applied) -> None:
        """Blank what letters have sealed, with the key to it, and note which rule was applied."""
        rule = {
            "rule": due.cut.rule.id, "then": due.cut.rule.then, "by": asked.by,
            "reason": asked.reason,
        }  # fmt: skip
        who: dict[str, Any] = {"actor": asked.actor, "at": asked.at}
        async with self._engine.connected() as connection, connection.transaction():
            done = await connection.execute(_DESTROY, {"letters": list(letters)})
            gone = sorted({str(row[0]) for row in await done.fetchall()})
            entries = [
                Entry(action="letter_destroyed", detail={"letter": number, **rule}, **who)
                for number in gone
            ]
            if due.kind != LETTER:
                detail = {**rule, "closed_on": due.closed_on.isoformat()}
                entries.append(
                    Entry(action="retention_applied", dossier=due.id, detail=detail, **who)
                )
            await note_in(connection, entries)


def _due(row: dict[str, Any], cut: Cut) -> DueFile:
    years = cut.rule.years or 0
    return DueFile(**row, cut=cut, due_from=due_from(row["closed_on"], years))
