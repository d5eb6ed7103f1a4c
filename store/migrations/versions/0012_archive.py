"""Keep which closed workflows are archived, and how far a rebuild of the projection came."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    create table record.archives (
      dossier text collate "C" not null,
      run text not null,
      workflow text not null,
      status text not null,
      file text not null,
      sha256 text not null,
      bytes bigint not null,
      events int not null,
      has_state bool not null,
      closed_at timestamptz not null,
      archived_at timestamptz not null,
      erased_at timestamptz,
      primary key (dossier, run)
    )
    """,
    """
    create trigger keep before delete or truncate on record.archives
      for each statement execute function record.keep()
    """,
    # What an erasure leaves behind is all that may ever change.
    """
    create function record.keep_archive() returns trigger language plpgsql as $$
    begin
      if old.erased_at is not null or new.erased_at is null
        or (new.dossier, new.run, new.workflow, new.status, new.closed_at, new.archived_at)
          is distinct from
          (old.dossier, old.run, old.workflow, old.status, old.closed_at, old.archived_at)
      then
        raise exception 'record.archives is a record: it changes by an erasure alone';
      end if;
      return new;
    end $$
    """,
    """
    create trigger keep_archive before update on record.archives
      for each row execute function record.keep_archive()
    """,
    """
    create table record.rebuilds (
      id text primary key,
      by text not null,
      started_at timestamptz not null,
      phase text not null check (phase in ('workflows', 'archive', 'finished', 'given_up')),
      done int not null,
      total int not null,
      failed int not null,
      changed_at timestamptz not null,
      finished_at timestamptz
    )
    """,
    "create unique index one_rebuild on record.rebuilds ((true)) where finished_at is null",
    """
    create trigger keep before delete or truncate on record.rebuilds
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
