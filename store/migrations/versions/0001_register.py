"""Create the register: what is derived in `projection`, what must last in `record`."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Keys sort and match byte by byte, so that an index serves every prefix in any locale.
_STATEMENTS = (
    "create extension if not exists pg_trgm with schema public",
    "create schema projection",
    "create schema record",
    """
    create table projection.dossiers (
      id text collate "C" primary key,
      kind text not null,
      office text collate "C" not null,
      officer text collate "C",
      origin text not null,
      stage text not null,
      status text not null,
      stage_since date,
      stage_until timestamptz,
      next_stage text,
      next_due text,
      next_wake timestamptz,
      revision int not null,
      assessed_at timestamptz not null,
      book text not null,
      calendar text not null,
      facts_count int not null,
      search text not null,
      dossier jsonb not null,
      answer jsonb,
      started_at timestamptz
    )
    """,
    "create index on projection.dossiers (office, officer)",
    "create index on projection.dossiers (officer)",
    "create index on projection.dossiers (id) where started_at is null",
    "create index on projection.dossiers using gin (search public.gin_trgm_ops)",
    """
    create table projection.facts (
      dossier text collate "C" not null,
      number int not null,
      event text not null,
      "on" date not null,
      at timestamptz,
      fields jsonb not null,
      command_id text,
      actor text,
      received_at timestamptz,
      corrects int,
      retracts int,
      reason text,
      effective bool not null,
      primary key (dossier, number)
    )
    """,
    """
    create table projection.limits (
      dossier text collate "C" not null,
      occurrence text collate "C" not null,
      place int not null,
      rule text not null,
      kind text not null,
      act text not null,
      article text not null,
      clause text,
      point text,
      title_vi text not null,
      title_en text not null,
      starts_on text not null,
      holder text not null,
      severity text not null,
      started date not null,
      nominal text,
      due text,
      due_day date,
      state text not null,
      met_on date,
      met_by_fact int,
      reported_late bool not null,
      opens_at timestamptz not null,
      breaches_at timestamptz,
      ended_on date,
      paused_by text,
      provisional bool not null,
      confidence text not null,
      transition_review bool not null,
      readings jsonb not null,
      receipt jsonb not null,
      receipt_hash text not null,
      upcoming bool not null,
      primary key (dossier, occurrence)
    )
    """,
    """
    create index on projection.limits (breaches_at)
      where met_on is null and ended_on is null and paused_by is null
    """,
    """
    create table projection.irregularities (
      dossier text collate "C" not null,
      place int not null,
      event text not null,
      fact int not null,
      "on" date not null,
      at timestamptz,
      rule text not null,
      act text not null,
      article text not null,
      clause text,
      reason text not null,
      reason_en text not null,
      primary key (dossier, place)
    )
    """,
    """
    create table projection.refused_plans (
      dossier text collate "C" not null,
      place int not null,
      event text not null,
      fact int not null,
      at timestamptz not null,
      rule text not null,
      act text not null,
      article text not null,
      clause text,
      reason text not null,
      reason_en text not null,
      next_lawful timestamptz,
      primary key (dossier, place)
    )
    """,
    """
    create table projection.stuck (
      dossier text collate "C" not null,
      place int not null,
      reason text not null,
      since timestamptz not null,
      holder text not null,
      occurrence text collate "C",
      days int,
      primary key (dossier, place)
    )
    """,
    "create index on projection.stuck (since)",
    """
    create table record.alerts (
      key text collate "C" primary key,
      dossier text collate "C" not null,
      occurrence text collate "C" not null,
      rule text not null,
      rung int not null,
      role text not null,
      channel text not null,
      severity text not null,
      due text not null,
      raised_at timestamptz not null,
      missed int[] not null,
      state text not null check (state in ('raised', 'sent', 'withdrawn')),
      office text collate "C" not null,
      officer text collate "C",
      title_vi text not null,
      title_en text not null,
      act text not null,
      article text not null,
      clause text,
      holder text not null,
      sent_at timestamptz,
      withdrawn_at timestamptz,
      inserted_at timestamptz not null
    )
    """,
    "create index on record.alerts (dossier, occurrence)",
    "create index on record.alerts (raised_at) where state = 'raised'",
    "create index on record.alerts (office)",
    """
    create table record.deliveries (
      token text primary key,
      person text not null,
      keys text[] not null,
      state text not null check (state in ('begun', 'sent', 'failed')),
      channel text,
      reference text,
      reason text,
      attempts int not null,
      begun_at timestamptz not null,
      at timestamptz not null
    )
    """,
    "create index on record.deliveries (begun_at) where state <> 'sent'",
    """
    create table record.audit (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor text not null,
      action text not null,
      dossier text,
      detail jsonb not null
    )
    """,
    "create index on record.audit (dossier, id)",
    """
    create function record.keep() returns trigger language plpgsql as $$
    begin
      raise exception '%.% is a record: % is not done there',
        tg_table_schema, tg_table_name, lower(tg_op);
    end $$
    """,
    """
    create trigger keep before delete or truncate on record.alerts
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before delete or truncate on record.deliveries
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before update or delete or truncate on record.audit
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
