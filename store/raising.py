"""Hold the statement that settles a dossier's alerts once its limits are written.

It works only while the stored revision is the one being written (see `store.statements`). An
alert is asked for while its limit, with its date, still asks for something. What was told to a
person and does not hold any more is told once again: as moved, or as withdrawn. Whoever may have
been told, by a message whose answer was never heard, counts as told.
"""

from __future__ import annotations

from store.records import alerts

_COLUMNS = ", ".join(f'"{column.name}"' for column in alerts.columns)

# Such an alert was noted as sent because it may have been: `store.alerts` ends its message so.
_NOTED = """exists (
    select from unproven u
    where u.key = a.key and u.person = a.person and u.begun_at = a.sent_at)"""

RAISE = f"""
with mine as (
  select id, office, officer from projection.dossiers
  where id = %(id)s and revision = %(revision)s
),
due_now as materialized (
  select mine.id as dossier, mine.office, mine.officer, a.*
  from mine, jsonb_to_recordset(%(alerts)s::jsonb) as a(
    key text, occurrence text, rule text, rung int, role text, channel text, severity text,
    due text, raised_at timestamptz, missed int[])
),
ours as materialized (
  select l.*, l.met_on is null and l.ended_on is null and l.paused_by is null as asks
  from mine join projection.limits l on l.dossier = mine.id
  where l.due is not null
),
unproven as materialized (
  select k.key, d.person, d.begun_at
  from mine, record.deliveries d, unnest(d.keys) as k(key)
  where d.reference is null and d.state in ('begun', 'sent') and d.kind = 'alerts'
    and k.key = any(array(select key from record.alerts where dossier = %(id)s))
),
known as materialized (
  select b.*, coalesce(b.sent_at, u.begun_at) as told_at,
    case when b.sent_at is null then u.person else b.person end as told_to,
    (b.kind = 'withdrawn') <> exists (
      select from ours where ours.occurrence = b.occurrence and ours.due = b.due and ours.asks
    ) as asked
  from mine join record.alerts b on b.dossier = mine.id
  left join unproven u on u.key = b.key and b.sent_at is null
),
told as materialized (
  select distinct on (occurrence, told_to) * from known
  where told_at is not null and told_to is not null and kind <> 'reminder'
  order by occurrence, told_to, told_at desc, inserted_at desc, rung desc
),
settled as (
  update record.alerts a set office = mine.office, officer = mine.officer,
    state = case when b.asked then 'raised' else 'withdrawn' end,
    withdrawn_at = case when b.asked then null else %(as_of)s::timestamptz end
  from mine, known b
  where a.dossier = mine.id and a.key = b.key and b.state = 'raised'
    and (not b.asked or b.office <> mine.office or b.officer is distinct from mine.officer)
),
taken_back as (
  update record.alerts a set state = 'withdrawn', withdrawn_at = %(as_of)s::timestamptz
  from mine, known b
  where a.dossier = mine.id and a.key = b.key and b.state = 'sent' and b.kind <> 'withdrawn'
    and not exists (select from ours where ours.occurrence = b.occurrence)
),
notices as (
  select 'moved' as what, o.due as now_due, case when t.kind <> 'withdrawn' then t.due end as was,
    o.title_vi as vi, o.title_en as en,
    o.act as by_act, o.article as by_article, o.clause as by_clause, t.*
  from told t join ours o on o.occurrence = t.occurrence
  where o.asks and (t.kind = 'withdrawn' or o.due <> t.due)
  union all
  select 'withdrawn', t.due, t.due, t.title_vi, t.title_en, t.act, t.article, t.clause, t.*
  from told t
  where t.kind <> 'withdrawn' and not exists (select from ours o where o.occurrence = t.occurrence)
),
raised as (
  select n.key, n.dossier, n.occurrence, n.rule, n.rung, n.role, n.channel, n.severity, n.due,
    n.raised_at,
    array(
      select rung from unnest(n.missed) rung
      where not exists (
        select from known b
        where b.occurrence = n.occurrence and b.due = n.due and b.rung = rung.rung
          and b.kind = 'rung' and (b.state <> 'withdrawn' or b.told_at is not null))
      order by rung) as missed,
    n.office, n.officer, l.title_vi, l.title_en, l.act, l.article, l.clause, l.holder,
    'rung' as kind, null as person, null as was_due
  from due_now n join ours l on l.occurrence = n.occurrence
  where not exists (select from known b where b.key = n.key and b.state <> 'withdrawn')
  union all
  select concat_ws('|', n.dossier, n.occurrence, n.what, n.now_due, n.told_to, %(revision)s::int),
    n.dossier, n.occurrence, n.rule, n.rung, n.role, 'notice', n.severity, n.now_due,
    %(as_of)s::timestamptz, '{{}}', mine.office, mine.officer, n.vi, n.en, n.by_act,
    n.by_article, n.by_clause, n.holder, n.what, n.told_to, n.was
  from mine, notices n
  where not exists (
    select from known b
    where b.state = 'raised' and b.asked and b.occurrence = n.occurrence and b.kind = n.what
      and b.person = n.told_to and b.due = n.now_due)
)
insert into record.alerts as a ({_COLUMNS})
select key, dossier, occurrence, rule, rung, role, channel, severity, due, raised_at, missed,
  'raised', office, officer, title_vi, title_en, act, article, clause, holder, null, null, now(),
  kind, person, was_due, null, 0, '{{}}'
from raised
order by key
on conflict (key) do update set withdrawn_at = null, office = excluded.office,
  officer = excluded.officer,
  state = case when a.sent_at is null or {_NOTED} then 'raised' else 'sent' end,
  sent_at = case when {_NOTED} then null else a.sent_at end
where a.state = 'withdrawn'
"""  # noqa: S608 - every name is that of a column of ours
"""Withdraw what nobody asks for any more, and raise what is due and was not raised before.

An alert that was withdrawn and is due again comes back: raised if nobody was told, else sent. One
that may have been told is raised too: it goes out again as the message that it was in.
"""
