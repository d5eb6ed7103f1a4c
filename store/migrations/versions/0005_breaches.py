"""Keep each passed limit for good, with its causes; and each morning's figures of an office."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    create table record.breaches (
      dossier text collate "C" not null,
      occurrence text collate "C" not null,
      due text not null,
      due_day date not null,
      rule text not null,
      kind text not null,
      act text not null,
      article text not null,
      clause text,
      title_vi text not null,
      title_en text not null,
      holder text not null,
      severity text not null,
      office text collate "C" not null,
      officer text collate "C",
      breached_at timestamptz not null,
      verdict text not null check (verdict in
        ('open', 'not_at_once', 'done_late', 'reported_late', 'never_done', 'void')),
      why text check (why in ('moved', 'removed', 'paused', 'ended', 'done_in_time')),
      now_due text,
      done_on date,
      ended_on date,
      reported_at timestamptz,
      days_late int,
      first_recorded_at timestamptz not null,
      changed_at timestamptz not null,
      primary key (dossier, occurrence, due),
      check ((verdict = 'void') = (why is not null))
    )
    """,
    "create index on record.breaches (due_day)",
    "create index on record.breaches (office, due_day)",
    """
    create table record.breach_causes (
      id bigint generated always as identity primary key,
      dossier text collate "C" not null,
      occurrence text collate "C" not null,
      due text not null,
      cause text not null check (cause in
        ('force_majeure', 'objective_obstacle', 'other_body', 'workload', 'other')),
      evidence text,
      note text,
      actor text not null,
      at timestamptz not null
    )
    """,
    "create index on record.breach_causes (dossier, occurrence, due, id)",
    """
    create table record.figures (
      office text collate "C" not null,
      day date not null,
      at timestamptz not null,
      figures jsonb not null,
      primary key (office, day)
    )
    """,
    "create index on record.figures (day)",
    # Who was told of a breach, and by which message, is looked up by an alert's key.
    "create index on record.deliveries using gin (keys)",
    """
    create trigger keep before delete or truncate on record.breaches
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before update or delete or truncate on record.breach_causes
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before update or delete or truncate on record.figures
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
