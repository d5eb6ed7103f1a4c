"""Hold the statements of a projection; PostgreSQL takes the assessment's JSON apart by itself.

They are sent together, in one transaction and one exchange. All but the first work only while
the stored revision is the one being written: the first has locked the dossier's row and leaves a
higher revision alone. Rows that did not change are not written again.
"""

from __future__ import annotations

from sqlalchemy import Table

from store.tables import dossiers, facts, irregularities, limits, refused_plans, stuck


def _names(table: Table, prefix: str = "", *, but: tuple[str, ...] = ()) -> str:
    return ", ".join(f'{prefix}"{c.name}"' for c in table.columns if c.name not in but)


def _updates(table: Table, *, but: tuple[str, ...]) -> str:
    return ", ".join(
        f'"{c.name}" = excluded."{c.name}"' for c in table.columns if c.name not in but
    )


def _replace(table: Table, key: str) -> str:
    """Write the steps that make a dossier's rows in a table those of `new_<table>`."""
    name = table.name
    return f"""
gone_{name} as (
  delete from projection.{name} t using mine
  where t.dossier = mine.id and t."{key}" not in (select "{key}" from new_{name})
),
kept_{name} as (
  insert into projection.{name} ({_names(table)})
  select {_names(table)} from new_{name}
  except
  select {_names(table, "t.")} from projection.{name} t join mine on t.dossier = mine.id
  on conflict (dossier, "{key}") do update set {_updates(table, but=("dossier", key))}
)"""  # noqa: S608 - every name is that of a table or column of ours


BY_KEY = "set local enable_seqscan = off"
"""Make plans that find rows by key even where a table was empty when the plan was made."""

TAKE = f"""
insert into projection.dossiers as d ({_names(dossiers)})
select %(id)s, %(kind)s, %(office)s, %(officer)s, %(origin)s, %(stage)s, %(status)s,
  %(stage_since)s, %(stage_until)s, %(next_stage)s, %(next_due)s, %(next_wake)s, %(revision)s,
  %(as_of)s, %(book)s, %(calendar)s, %(facts_count)s, %(search)s, %(dossier)s::jsonb,
  %(answer)s::jsonb, case when %(started)s then now() end, %(practice)s,
  %(flags)s::text[], %(key_rank)s, %(prolonged_at)s, %(amount_vnd)s, %(about)s
on conflict (id) do update set {_updates(dossiers, but=("id", "started_at"))},
  started_at = coalesce(d.started_at, excluded.started_at)
where d.revision <= excluded.revision
"""
"""Lock the dossier's row and write it, unless a higher revision stands."""

SPREAD = f"""
with mine as (
  select * from projection.dossiers where id = %(id)s and revision = %(revision)s
),
answer as materialized (select %(assessment)s::jsonb as said),
new_facts as materialized (
  select mine.id as dossier, f.fact as number, f.event, f."on", f.at,
    entry - '{{event,on,at,fact,command_id,actor,received_at,corrects,retracts,reason}}'::text[]
      as fields,
    f.command_id, f.actor, f.received_at, f.corrects, f.retracts, f.reason,
    f.fact = any(%(standing)s::int[]) as effective
  from mine, jsonb_array_elements(mine.dossier -> 'facts') entry, jsonb_to_record(entry) as f(
    fact int, event text, "on" date, at timestamptz, command_id text, actor text,
    received_at timestamptz, corrects int, retracts int, reason text)
),
new_limits as materialized (
  select mine.id as dossier, l.*, l.id as rule, l.receipt ->> 'hash' as receipt_hash,
    case when l.due like '____-__-__' then l.due::date
      else (l.due::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date end as due_day,
    part.upcoming, (e.place + part.before)::int as place
  from mine, answer, lateral (values
      (said -> 'limits', false, 0),
      (said -> 'upcoming', true, jsonb_array_length(said -> 'limits'))
    ) as part(entries, upcoming, before),
    jsonb_array_elements(part.entries) with ordinality as e(entry, place),
    jsonb_to_record(e.entry) as l(
      id text, occurrence text, kind text, act text, article text, clause text, point text,
      title_vi text, title_en text, starts_on text, started date, nominal text, due text,
      state text, met_on date, met_by_fact int, reported_late bool, holder text, severity text,
      provisional bool, confidence text, transition_review bool, readings jsonb, paused_by text,
      ended_on date, opens_at timestamptz, breaches_at timestamptz, receipt jsonb)
),
new_irregularities as materialized (
  select mine.id as dossier, place::int, i.*
  from mine, answer, jsonb_array_elements(said -> 'irregularities') with ordinality e(entry, place),
    jsonb_to_record(entry) as i(
      event text, fact int, "on" date, at timestamptz, rule text, act text, article text,
      clause text, reason text, reason_en text)
),
new_refused_plans as materialized (
  select mine.id as dossier, place::int, p.*
  from mine, answer, jsonb_array_elements(said -> 'refused_plans') with ordinality e(entry, place),
    jsonb_to_record(entry) as p(
      event text, fact int, at timestamptz, rule text, act text, article text, clause text,
      reason text, reason_en text, next_lawful timestamptz)
),
new_stuck as materialized (
  select mine.id as dossier, place::int, s.reason, s.since, s.holder, s."limit" as occurrence,
    s.days, s.severity,
    (coalesce(array_position(array['grave', 'serious', 'routine'], s.severity), 4) - 1)::smallint
      as gravity,
    row_number() over (order by s.since, place) = 1 as first_of_case,
    row_number() over (partition by s.reason order by s.since, place) = 1 as first_of_reason,
    mine.office, mine.officer, mine.stage, mine.stage_until, mine.next_stage, mine.flags,
    mine.key_rank, mine.prolonged_at, mine.amount_vnd
  from mine, answer,
    jsonb_array_elements((said -> 'stuck') || (said -> 'stuck_later'))
      with ordinality e(entry, place),
    jsonb_to_record(entry) as s(
      reason text, since timestamptz, holder text, "limit" text, days int, severity text)
),
{_replace(facts, "number")},
{_replace(limits, "occurrence")},
{_replace(irregularities, "place")},
{_replace(refused_plans, "place")},
{_replace(stuck, "place")}
select 1
"""  # noqa: S608 - every name is that of a table or column of ours
"""Make the dossier's rows those of the assessment."""

LOCK_ALERTS = """
select key from record.alerts
where dossier = %(id)s and state <> 'sent'
order by key for no key update
"""
"""Lock in the order in which deliveries lock too, so that neither waits for the other in turn."""
