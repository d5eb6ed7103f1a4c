"""Keep who did what and when: rows that are only ever added, each chained to the one before.

The database gives a row its number and its place in the chain (migration 0013), so that every
writer makes the same chain. From its first row to its end a transaction holds the chain, and
others wait: a writer notes last, when it has locked all that it needs. `detail` holds codes,
numbers, counts and hashes, never what somebody is called or wrote.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

import psycopg
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, func, select, true

from store.engine import Connection, Engine
from store.records import audit

Action = Literal[
    "dossier_opened", "fact_reported", "fact_corrected", "fact_retracted",
    "alert_ack", "alert_snooze", "alert_comment", "alert_revoked",
    "breach_cause", "reading_settled", "law_taken", "law_refused", "mended",
    "handover_begun", "handed_over", "handover_ended",
    "directory_office", "directory_person", "directory_post", "directory_absence",
    "directory_delegation", "right_given", "right_revoked",
    "exported", "identity_shown", "identity_refused",
    "dossier_erased", "party_erased", "letter_destroyed", "retention_applied",
    "keys_rotated", "register_rebuilt", "history_archived", "release_made",
]  # fmt: skip
"""Everything that is ever noted; each has its name in both languages (`audit_actions`)."""

ACTIONS: tuple[str, ...] = get_args(Action)

_NOTE = """
insert into record.audit (at, actor, action, dossier, detail)
select e.at, e.actor, e.action, e.dossier, e.detail
from jsonb_array_elements(%(entries)s::jsonb) with ordinality as listed(entry, place),
  jsonb_to_record(entry) as e(at timestamptz, actor text, action text, dossier text, detail jsonb)
order by place
"""

_FACTS = """
with known as materialized (
  select a.dossier, a.action, a.detail ->> 'mark' as mark, (a.detail ->> 'facts')::int as facts
  from record.audit a
  where a.dossier = any(%(ids)s::text[]) and a.action in ('dossier_opened', 'fact_reported',
    'fact_corrected', 'fact_retracted')
),
mine as (
  select d.id, d.kind, d.assessed_at from projection.dossiers d
  join unnest(%(ids)s::text[], %(revisions)s::int[]) as asked(id, revision)
    on d.id = asked.id and d.revision = asked.revision
),
said as (
  select mine.id, mine.kind, mine.assessed_at, o.facts is not null as told,
    coalesce(o.facts, begun.facts) as opening, begun.actor, begun.received_at
  from mine
  cross join lateral (
    select count(*) as facts, min(f.actor) as actor, min(f.received_at) as received_at
    from projection.facts f
    where f.dossier = mine.id and f.received_at is not distinct from (
      select received_at from projection.facts where dossier = mine.id order by number limit 1)
  ) begun
  left join known o on o.dossier = mine.id and o.action = 'dossier_opened'
),
marked as materialized (
  select f.*, case when f.retracts is not null then 'fact_retracted'
      when f.corrects is not null then 'fact_corrected' else 'fact_reported' end as action,
    encode(sha256(convert_to(jsonb_build_array(f.number, f.event, f."on"::text, f.command_id,
      f.actor, extract(epoch from f.received_at)::text, f.corrects, f.retracts)::text,
      'UTF8')), 'hex') as mark, said.assessed_at
  from said join projection.facts f on f.dossier = said.id and f.number > said.opening
)
insert into record.audit (at, actor, action, dossier, detail)
select * from (
  select coalesce(received_at, assessed_at) as at, coalesce(nullif(actor, ''), 'import') as actor,
    'dossier_opened' as action, id as dossier,
    jsonb_build_object('kind', kind, 'facts', opening) as detail
  from said where not told
  union all
  select coalesce(received_at, assessed_at), coalesce(nullif(actor, ''), 'unknown'), action,
    dossier, jsonb_strip_nulls(jsonb_build_object('fact', number, 'event', event,
      'on', "on", 'corrects', corrects, 'retracts', retracts, 'command', command_id, 'mark', mark))
  from marked m
  where not exists (select from known where known.dossier = m.dossier and known.mark = m.mark)
) new
order by dossier, (detail ->> 'fact')::int nulls first
on conflict do nothing
"""


class Entry(BaseModel):
    """Something that was done: `actor` is who did it, `at` when; `detail` names no person."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    action: Action
    actor: str
    at: datetime
    dossier: str | None = None
    detail: Mapping[str, Any] = {}


class AuditLine(BaseModel):
    """A row of the audit; `previous` is the hash of the row before, empty in the first."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    at: datetime
    actor: str
    action: str
    dossier: str | None
    detail: dict[str, Any]
    previous: str
    hash: str


class Asked(NamedTuple):
    """Which rows are asked for; None is all. `since` is included."""

    dossier: str | None = None
    actor: str | None = None
    action: str | None = None
    since: datetime | None = None


EVERY_ROW = Asked()


async def note_in(
    connection: Connection | psycopg.AsyncCursor[Any], entries: Sequence[Entry]
) -> None:
    """Note entries in a writer's own transaction, as the last thing it does there."""
    listed = [entry.model_dump(mode="json") for entry in entries]
    if listed:
        await connection.execute(_NOTE, {"entries": json.dumps(listed, ensure_ascii=False)})


async def note_facts(cursor: psycopg.AsyncCursor[Any], dossiers: Mapping[str, int]) -> None:
    """Note what was reported to dossiers, by id with the revision just written, once each.

    What a dossier was opened with is one row; every later fact is one of its own, also where
    the register is rebuilt. A death between register and acknowledgement may leave a row of a
    fact that was then reported again, or never: its mark is in no dossier.
    """
    asked = {"ids": list(dossiers), "revisions": list(dossiers.values())}
    await cursor.execute(_FACTS, asked)


class Audit:
    """The audit of one register."""

    def __init__(self, engine: Engine) -> None:
        """Write and read through the engine's connections."""
        self._engine = engine

    async def note(
        self,
        action: Action,
        actor: str,
        at: datetime,
        dossier: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Note one thing that was done; raises RegisterAwayError, RegisterNotPreparedError."""
        entry = Entry(action=action, actor=actor, at=at, dossier=dossier, detail=detail or {})
        await self.note_all([entry])

    async def note_all(self, entries: Sequence[Entry]) -> None:
        """Note things that were done, all or none, in their order."""
        async with self._engine.connected() as connection:
            await note_in(connection, entries)

    async def lines(
        self, asked: Asked = EVERY_ROW, *, most: int | None = None, after: int | None = None
    ) -> list[AuditLine]:
        """List rows, the newest first; with `after`, those of later numbers, the oldest first."""
        order = audit.c.id.desc() if after is None else audit.c.id
        later = true() if after is None else audit.c.id > after
        query = select(audit).where(_is_asked(asked), later).order_by(order).limit(most)
        return [AuditLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def count(self) -> int:
        """Count every row."""
        found = await self._engine.fetch(select(func.count().label("many")).select_from(audit))
        return int(found[0]["many"])

    async def head(self) -> AuditLine | None:
        """Give the last row of the chain, whose hash stands for all that is before it."""
        found = await self.lines(most=1)
        return found[0] if found else None


def _is_asked(asked: Asked) -> ColumnElement[bool]:
    said: ColumnElement[bool] = true()
    for name in ("dossier", "actor", "action"):
        if (value := getattr(asked, name)) is not None:
            said &= audit.c[name] == value
    if asked.since is not None:
        said &= audit.c.at >= asked.since
    return said
