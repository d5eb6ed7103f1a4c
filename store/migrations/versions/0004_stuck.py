"""Sort the stuck list without joins, flag cases, and keep what no file tells: findings."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # The instants and flags come with a case's next assessment; what is owed is in its file.
    """
    alter table projection.dossiers
      add column flags text[] not null default '{}',
      add column key_rank smallint not null default 2,
      add column prolonged_at timestamptz,
      add column amount_vnd bigint
    """,
    """
    update projection.dossiers set amount_vnd = (
      select sum((owed ->> 'amount_vnd')::bigint)
      from jsonb_array_elements(dossier -> 'obligations') owed)
    where jsonb_typeof(dossier -> 'obligations') = 'array'
    """,
    """
    alter table projection.stuck
      add column severity text,
      add column gravity smallint not null default 3,
      add column first_of_case bool not null default false,
      add column first_of_reason bool not null default false,
      add column office text collate "C" not null default '',
      add column officer text collate "C",
      add column stage text not null default '',
      add column stage_until timestamptz,
      add column next_stage text,
      add column flags text[] not null default '{}',
      add column key_rank smallint not null default 2,
      add column prolonged_at timestamptz,
      add column amount_vnd bigint
    """,
    """
    update projection.stuck s set
      severity = limits.severity,
      gravity = coalesce(array_position(array['grave', 'serious', 'routine'], limits.severity), 4)
        - 1,
      first_of_case = numbered.in_case = 1,
      first_of_reason = numbered.in_reason = 1,
      office = d.office, officer = d.officer, stage = d.stage, stage_until = d.stage_until,
      next_stage = d.next_stage, amount_vnd = d.amount_vnd
    from projection.dossiers d, (
      select dossier, place, occurrence,
        row_number() over (partition by dossier order by since, place) as in_case,
        row_number() over (partition by dossier, reason order by since, place) as in_reason
      from projection.stuck) numbered
      left join projection.limits limits
        on limits.dossier = numbered.dossier and limits.occurrence = numbered.occurrence
    where d.id = s.dossier and numbered.dossier = s.dossier and numbered.place = s.place
    """,
    """
    create index stuck_shown on projection.stuck
      (key_rank, gravity, since, dossier, place, prolonged_at)
    """,
    """
    create index stuck_reason on projection.stuck
      (reason, key_rank, gravity, since, dossier, place, prolonged_at)
    """,
    """
    create index stuck_office on projection.stuck (office, since)
      include (reason, first_of_case, first_of_reason, next_stage, stage_until)
    """,
    "create index stuck_officer on projection.stuck (officer, since)",
    "create index stuck_amount on projection.stuck (amount_vnd)",
    "create index stuck_stage on projection.stuck (stage)",
    "create index stuck_next_stage on projection.stuck (next_stage)",
    "drop index projection.stuck_since_idx",
    """
    create index stuck_counted on projection.stuck (since)
      include (reason, first_of_case, first_of_reason, next_stage, stage_until, stage)
    """,
    """
    create index on projection.dossiers (next_wake) where status <> 'closed'
    """,
    """
    create table record.findings (
      id bigint generated always as identity primary key,
      dossier text collate "C" not null,
      reason text not null,
      occurrence text collate "C" not null,
      holder text not null,
      since timestamptz not null,
      severity text,
      detail jsonb not null,
      found_at timestamptz not null,
      confirmed_at timestamptz not null,
      cleared_at timestamptz
    )
    """,
    """
    create unique index findings_open on record.findings (dossier, reason, occurrence)
      where cleared_at is null
    """,
    "create index on record.findings (found_at)",
    """
    create trigger keep before delete or truncate on record.findings
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
