"""Hold the statements of a handover; each may be repeated and then changes nothing."""

from __future__ import annotations

from store.reply_statements import REMINDER_COLUMNS

OPEN = """
insert into record.handovers as h
  (id, from_person, to_person, from_day, office, decision, actor, asked_at)
values (%(id)s, %(from_person)s, %(to_person)s, %(from_day)s, %(office)s, %(decision)s,
  %(actor)s, %(asked_at)s)
on conflict (id) do update set ended_at = null where h.ended_at is not null
"""

PLAN = """
insert into record.handover_cases
  (handover, dossier, "on", at, state, limits, opened, answers)
values (%(id)s, %(dossier)s, %(on)s, %(at)s, 'planned', '[]', '[]', 0)
on conflict (handover, dossier) do nothing
"""

TRY_AGAIN = """
update record.handover_cases set state = 'planned', reason_vi = null, reason_en = null
where handover = %(id)s and state = 'failed'
"""
"""Take up what failed, also where the case took the facts after all."""

LOCK = "select 1 from projection.dossiers where id = %(dossier)s for no key update"
OFFICER = "select officer from projection.dossiers where id = %(dossier)s"

MOVE_ANSWERS = """
insert into record.acknowledgements
  (dossier, occurrence, due, rule, person, action, text, until, at, actor, via, command_id, about)
select a.dossier, a.occurrence, a.due, a.rule, %(to_person)s, 'moved', a.text, a.until, %(now)s,
  %(actor)s, 'command', %(id)s || ':' || a.id, a.id
from record.acknowledgements a
where a.dossier = %(dossier)s and a.person = %(from_person)s and a.until > %(now)s
  and not exists (select from record.acknowledgements b where b.about = a.id)
order by a.id
on conflict do nothing
"""
"""Let what FROM answered hold for TO; who said it stays on record."""

MOVE_UNSENT = """
update record.alerts set person = %(to_person)s
where key in (
  select key from record.alerts
  where dossier = %(dossier)s and person = %(from_person)s and state = 'raised'
  order by key for no key update)
"""
"""Turn to TO what waits for FROM by name; what waits for the officer follows by itself."""

TELL = f"""
insert into record.alerts ({REMINDER_COLUMNS})
select a.dossier || '|' || a.occurrence || '|reminder|' || a.due || '|' || %(to_person)s || '|'
    || %(id)s,
  a.dossier, a.occurrence, a.rule, a.rung, a.role, 'notice', a.severity, a.due, %(now)s, '{{}}',
  'raised', d.office, d.officer, a.title_vi, a.title_en, a.act, a.article, a.clause, a.holder,
  now(), 'reminder', %(to_person)s, 0, '{{}}'
from (
  select distinct on (occurrence, due) * from record.alerts
  where dossier = %(dossier)s and person = %(from_person)s and state = 'sent'
    and kind <> 'withdrawn'
  order by occurrence, due, rung desc, raised_at desc, key
) a
join projection.dossiers d on d.id = a.dossier
join projection.limits l on l.dossier = a.dossier and l.occurrence = a.occurrence and l.due = a.due
where l.met_on is null and l.ended_on is null and l.paused_by is null
  and l.holder = any(%(duty_holders)s)
on conflict (key) do nothing
"""  # noqa: S608 - every name is that of a column of ours
"""Tell TO what FROM had been told of and is still open; the gathering makes it one message."""

SETTLE = """
update record.handover_cases
set state = 'moved', moved_at = %(now)s, limits = %(limits)s, opened = %(opened)s,
  answers = %(answers)s, reason_vi = null, reason_en = null
where handover = %(id)s and dossier = %(dossier)s and state <> 'moved'
"""

FAIL = """
update record.handover_cases
set state = 'failed', reason_vi = %(vi)s, reason_en = %(en)s, moved_at = %(now)s
where handover = %(id)s and dossier = %(dossier)s and state <> 'moved'
"""

CLOSE = "update record.handovers set ended_at = %(now)s where id = %(id)s and ended_at is null"
