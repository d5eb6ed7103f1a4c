"""Tell people and not roles alone: to whom an alert went, what was held, tried and given up."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    alter table record.alerts
      add column kind text not null default 'rung'
        check (kind in ('rung', 'moved', 'withdrawn', 'reminder')),
      add column person text,
      add column was_due text,
      add column not_before timestamptz,
      add column attempts int not null default 0,
      add column unreached text[] not null default '{}'
    """,
    # Who was told is known of what was sent before there was a column for it.
    """
    update record.alerts a set person = d.person
    from record.deliveries d
    where d.state = 'sent' and a.key = any(d.keys) and a.sent_at is not null
    """,
    "alter table projection.dossiers add column practice text not null default ''",
    """
    alter table record.deliveries
      add column kind text not null default 'alerts',
      drop constraint deliveries_state_check,
      add constraint deliveries_state_check check (state in ('begun', 'sent', 'failed', 'dead'))
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
