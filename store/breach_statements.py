"""Hold the statements that keep the breach record; see `store.statements` for how they are sent."""

from __future__ import annotations

from sqlalchemy import text

from law.model import DUTY_HOLDERS
from store.breach_tables import breaches

_NAMES = ", ".join(f'"{column.name}"' for column in breaches.columns)
_DUTIES = ", ".join(f"'{holder}'" for holder in sorted(DUTY_HOLDERS))
_CAME_OF_IT = ("verdict", "why", "now_due", "done_on", "ended_on", "reported_at", "days_late")
_TAKEN = ", ".join(f"{name} = excluded.{name}" for name in _CAME_OF_IT)
_KEPT = ", ".join(f"r.{name}" for name in _CAME_OF_IT)
_NEW = ", ".join(f"excluded.{name}" for name in _CAME_OF_IT)

BREACH = f"""
with mine as (
  select id, office from projection.dossiers where id = %(id)s and revision = %(revision)s
),
passed as materialized (
  select mine.id as dossier, mine.office, b.*
  from mine, jsonb_to_recordset(%(breaches)s::jsonb) as b(
    occurrence text, due text, breached_at timestamptz, verdict text, officer text,
    done_on date, ended_on date, reported_at timestamptz, days_late int)
),
gone as (
  update record.breaches r set verdict = 'void', done_on = null, ended_on = null,
    reported_at = null, days_late = null, changed_at = %(as_of)s::timestamptz,
    why = said.why, now_due = case said.why when 'moved' then said.due end
  from (
    select b.dossier, b.occurrence, b.due as was, l.due,
      case
        when l.occurrence is null then 'removed'
        when l.due is distinct from b.due then 'moved'
        when l.met_on is not null then 'done_in_time'
        when l.paused_by is not null then 'paused'
        when l.ended_on is not null then 'ended'
      end as why
    from mine
    join record.breaches b on b.dossier = mine.id and b.verdict <> 'void'
    left join projection.limits l on l.dossier = b.dossier and l.occurrence = b.occurrence
    where not exists (
      select from passed p where p.occurrence = b.occurrence and p.due = b.due)
  ) said
  where r.dossier = said.dossier and r.occurrence = said.occurrence and r.due = said.was
    and said.why is not null
)
insert into record.breaches as r ({_NAMES})
select p.dossier, p.occurrence, p.due, l.due_day, l.rule, l.kind, l.act, l.article, l.clause,
  l.title_vi, l.title_en, l.holder, l.severity, p.office, p.officer, p.breached_at, p.verdict,
  null, null, p.done_on, p.ended_on, p.reported_at, p.days_late,
  %(as_of)s::timestamptz, %(as_of)s::timestamptz
from passed p
join projection.limits l on l.dossier = p.dossier and l.occurrence = p.occurrence
order by p.occurrence, p.due
on conflict (dossier, occurrence, due) do update
set {_TAKEN}, changed_at = excluded.changed_at
where ({_KEPT}) is distinct from ({_NEW})
"""  # noqa: S608 - every name is that of a column of ours
"""Record what has passed, and strike out what a correction, a pause or an end has taken away.

What was first recorded stays: who had the case then, and since when it is on record. A limit
that has not passed by this assessment's clock, though an earlier one saw it passed, is left.
"""

_ASKED = f"""
l.met_on is null and l.ended_on is null and l.paused_by is null
  and l.breaches_at <= :now and l.opens_at <= :now and l.holder in ({_DUTIES})
  and not exists (
    select from record.breaches b
    where b.dossier = l.dossier and b.occurrence = l.occurrence and b.due = l.due
      and b.verdict <> 'void')
"""

FIND_PASSED = text(f"""
select distinct l.dossier from projection.limits l where {_ASKED} order by 1
""")  # noqa: S608 - holders are those of the law's model
"""Find dossiers with a passed limit that is not on record."""

LOCK_PASSED = text("""
select id from projection.dossiers where id = any(:ids) order by id for no key update skip locked
""")
"""Lock dossiers; one being assessed is left out, and has its turn the next time.

With the rows locked, no assessment is between its reading and its writing.
"""

RECORD = text(f"""
insert into record.breaches as r ({_NAMES})
select l.dossier, l.occurrence, l.due, l.due_day, l.rule, l.kind, l.act, l.article, l.clause,
  l.title_vi, l.title_en, l.holder, l.severity, d.office, d.officer, l.breaches_at,
  case l.kind when 'immediate' then 'not_at_once' else 'open' end,
  null, null, null, null, null, null, :now, :now
from projection.limits l join projection.dossiers d on d.id = l.dossier
where l.dossier = any(:ids) and {_ASKED}
order by l.dossier, l.occurrence, l.due
on conflict (dossier, occurrence, due) do update
set {_TAKEN}, changed_at = excluded.changed_at
where r.verdict = 'void'
""")  # noqa: S608 - every name is that of a column of ours
"""Record these dossiers' passed limits; one that was struck out and has passed again stands."""
