"""Keep a key for each dossier, wrapped under a master key, and what was sealed without one."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    create table record.dossier_keys (
      dossier text collate "C" primary key,
      key_id text collate "C" not null,
      wrapped_key bytea,
      made_at timestamptz not null,
      destroyed_at timestamptz,
      check ((wrapped_key is null) = (destroyed_at is not null))
    )
    """,
    # Rotation looks for what is not under the key in use.
    "create index on record.dossier_keys (key_id, dossier) where wrapped_key is not null",
    """
    create table record.away_seals (
      dossier text collate "C" not null,
      key_id text collate "C" not null,
      noted_at timestamptz not null,
      primary key (dossier, key_id)
    )
    """,
    """
    create function record.keep_key() returns trigger language plpgsql as $$
    begin
      if old.dossier is distinct from new.dossier or old.made_at is distinct from new.made_at
         or old.wrapped_key is null then
        raise exception 'record.dossier_keys is a record: a key is wrapped anew or destroyed,'
          ' nothing else is done there';
      end if;
      return new;
    end $$
    """,
    """
    create trigger keep_key before update on record.dossier_keys
      for each row execute function record.keep_key()
    """,
    """
    create trigger keep before delete or truncate on record.dossier_keys
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before update or delete or truncate on record.away_seals
      for each statement execute function record.keep()
    """,
    # What is sealed may be sealed anew under another master key; whose it is stays.
    "drop trigger keep on record.sealed",
    """
    create function record.keep_sealed() returns trigger language plpgsql as $$
    begin
      if (old.id, old.letter, old.what) is distinct from (new.id, new.letter, new.what)
         or old.key_id = new.key_id then
        raise exception 'record.sealed is a record: a text is sealed anew under another key,'
          ' nothing else is done there';
      end if;
      return new;
    end $$
    """,
    """
    create trigger keep before update on record.sealed
      for each row execute function record.keep_sealed()
    """,
    """
    create trigger keep_whole before delete or truncate on record.sealed
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
