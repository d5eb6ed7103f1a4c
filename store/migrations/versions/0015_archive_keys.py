"""Let an archive's file be sealed anew under another master key; all else of it stays."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # A change of keys writes the same content into another file; an erasure leaves less of it.
    """
    create or replace function record.keep_archive() returns trigger language plpgsql as $$
    begin
      if (new.dossier, new.run, new.workflow, new.status, new.closed_at, new.archived_at)
          is distinct from
          (old.dossier, old.run, old.workflow, old.status, old.closed_at, old.archived_at)
        or (old.erased_at is not null or new.erased_at is null)
          and ((new.events, new.has_state, new.erased_at)
              is distinct from (old.events, old.has_state, old.erased_at)
            or new.file = '' or old.file = '')
      then
        raise exception
          'record.archives is a record: it changes by an erasure or a change of keys alone';
      end if;
      return new;
    end $$
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
