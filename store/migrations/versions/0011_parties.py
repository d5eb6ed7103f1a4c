"""Keep who the parties are sealed and apart, findable by tokens; note what was erased."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    create table record.parties (
      dossier text collate "C" not null,
      place int not null check (place > 0),
      role text not null,
      key_id text,
      wrapped_key bytea,
      nonce bytea,
      ciphertext bytea,
      tokens text[] not null,
      erased_at timestamptz,
      primary key (dossier, place),
      check ((erased_at is null) = (ciphertext is not null)),
      check (num_nulls(key_id, wrapped_key, nonce, ciphertext) in (0, 4)),
      check (erased_at is null or tokens = '{}')
    )
    """,
    "create index on record.parties using gin (tokens)",
    "create index on record.parties (key_id, dossier, place) where key_id is not null",
    # What is sealed may be sealed anew or erased; what is erased stays so.
    """
    create function record.keep_parties() returns trigger language plpgsql as $$
    begin
      if old.erased_at is not null
        or (new.dossier, new.place) is distinct from (old.dossier, old.place)
      then
        raise exception 'record.parties is a record: what is erased stays so, and a place too';
      end if;
      return new;
    end $$
    """,
    """
    create trigger keep_erased before update on record.parties
      for each row execute function record.keep_parties()
    """,
    """
    create table record.erasures (
      id bigint generated always as identity primary key,
      dossier text collate "C" not null,
      place int,
      reason text not null,
      person text not null,
      at timestamptz not null,
      remains jsonb
    )
    """,
    "create index on record.erasures (dossier, place)",
    """
    create trigger keep before update or delete or truncate on record.erasures
      for each statement execute function record.keep()
    """,
    """
    create trigger keep before delete or truncate on record.parties
      for each statement execute function record.keep()
    """,
    # Rows of before hold names in clear; a worker of this release takes them over.
    """
    create index dossiers_naming on projection.dossiers (id)
      where dossier @? '$.parties.*[*].name'
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
