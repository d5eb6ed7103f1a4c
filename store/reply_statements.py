"""Hold the statements that keep an answer; they are sent in one transaction."""

from __future__ import annotations

LOCK = "select 1 from projection.dossiers where id = %(dossier)s for no key update"
KNOWN = "select id from record.acknowledgements where command_id = %(command_id)s"
ASKS = """
select 1 from projection.limits
where dossier = %(dossier)s and occurrence = %(occurrence)s and due = %(due)s
  and met_on is null and ended_on is null and paused_by is null
"""
MINE = """
select a.id from record.acknowledgements a
where a.dossier = %(dossier)s and a.occurrence = %(occurrence)s and a.due = %(due)s
  and a.person = %(person)s and a.action in ('ack', 'snooze', 'moved') and a.until > %(now)s
  and not exists (select from record.acknowledgements b where b.about = a.id)
order by a.id desc limit 1
"""
KEEP = """
insert into record.acknowledgements
  (dossier, occurrence, due, rule, person, action, text, until, at, actor, via, command_id, about)
values (%(dossier)s, %(occurrence)s, %(due)s, %(rule)s, %(person)s, %(action)s, %(text)s,
  %(until)s, %(now)s, %(actor)s, %(via)s, %(command_id)s, %(about)s)
on conflict (command_id) do nothing
returning id
"""
LET_GO = """
update record.alerts set state = 'withdrawn', withdrawn_at = %(now)s
where key in (
  select key from record.alerts
  where dossier = %(dossier)s and occurrence = %(occurrence)s and due = %(due)s
    and kind = 'reminder' and state = 'raised' and person = %(person)s
  order by key for no key update)
"""
REMINDER_COLUMNS = """key, dossier, occurrence, rule, rung, role, channel, severity, due,
  raised_at, missed, state, office, officer, title_vi, title_en, act, article, clause, holder,
  inserted_at, kind, person, attempts, unreached"""

# A reminder says the last rung that was sent, else raised: it is no rung of its own.
REMIND = f"""
insert into record.alerts as r ({REMINDER_COLUMNS})
select %(key)s, a.dossier, a.occurrence, a.rule, a.rung, a.role, 'notice', a.severity, a.due,
  %(until)s, '{{}}', 'raised', d.office, d.officer, a.title_vi, a.title_en, a.act, a.article,
  a.clause, a.holder, now(), 'reminder', %(person)s, 0, '{{}}'
from record.alerts a join projection.dossiers d on d.id = a.dossier
where a.dossier = %(dossier)s and a.occurrence = %(occurrence)s and a.due = %(due)s
  and a.kind <> 'withdrawn'
order by a.sent_at is null, a.rung desc, a.raised_at desc, a.key limit 1
on conflict (key) do update set state = 'raised', withdrawn_at = null
where r.state = 'withdrawn' and r.sent_at is null
"""  # noqa: S608 - every name is that of a column of ours
