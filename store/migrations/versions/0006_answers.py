"""Keep what people answer to alerts, and the handovers of officers with what became of them."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # `about` is the answer whose place this one takes: a newer one, a handover, a taking back.
    """
    create table record.acknowledgements (
      id bigint generated always as identity primary key,
      dossier text collate "C" not null,
      occurrence text collate "C" not null,
      due text not null,
      rule text not null,
      person text not null,
      action text not null check (action in ('ack', 'snooze', 'comment', 'revoked', 'moved')),
      text text not null,
      until timestamptz,
      at timestamptz not null,
      actor text not null,
      via text not null check (via in ('command', 'link')),
      command_id text not null unique,
      about bigint references record.acknowledgements,
      check ((until is not null) = (action in ('ack', 'snooze', 'moved')))
    )
    """,
    "create index on record.acknowledgements (dossier, occurrence, due, id)",
    "create unique index on record.acknowledgements (about)",
    """
    create trigger keep before update or delete or truncate on record.acknowledgements
      for each statement execute function record.keep()
    """,
    # Finds the message that an alert went out in.
    """
    create table record.handovers (
      id text collate "C" primary key,
      from_person text not null,
      to_person text not null,
      from_day date not null,
      office text collate "C",
      decision text,
      actor text not null,
      asked_at timestamptz not null,
      ended_at timestamptz
    )
    """,
    """
    create table record.handover_cases (
      handover text collate "C" not null references record.handovers,
      dossier text collate "C" not null,
      "on" date not null,
      at timestamptz,
      state text not null check (state in ('planned', 'moved', 'failed')),
      reason_vi text,
      reason_en text,
      moved_at timestamptz,
      limits jsonb not null,
      opened jsonb not null,
      answers bigint not null,
      primary key (handover, dossier)
    )
    """,
    """
    create trigger keep before delete or truncate on record.handovers
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before delete or truncate on record.handover_cases
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
