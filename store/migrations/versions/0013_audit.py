"""Chain the audit: every row carries the hash of the row before it and a hash of its own."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "alter table record.audit add column previous text, add column hash text",
    # As in every other table, so that an index serves where ids are compared.
    'alter table record.audit alter dossier type text collate "C"',
    # The same text as store.chain writes; jsonb spells a value in one way alone.
    """
    create function record.audit_hash(
      previous text, id bigint, at timestamptz, actor text, action text, dossier text, detail jsonb
    ) returns text language sql stable as $$
      select encode(sha256(convert_to(jsonb_build_array(
        previous, id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actor, action, dossier, detail)::text, 'UTF8')), 'hex')
    $$
    """,
    # What was written before is chained as it stands, and keeps its numbers.
    "alter table record.audit disable trigger keep",
    """
    do $$
    declare
      line record;
      last text := '';
    begin
      for line in select * from record.audit order by id loop
        update record.audit set previous = last,
          hash = record.audit_hash(last, line.id, line.at, line.actor, line.action,
            line.dossier, line.detail)
        where id = line.id returning hash into last;
      end loop;
    end $$
    """,
    "alter table record.audit enable trigger keep",
    "alter table record.audit alter previous set not null, alter hash set not null",
    # A number is taken where the chain is held, so that numbers and links have one order.
    "alter table record.audit alter id drop identity",
    """
    create function record.chain() returns trigger language plpgsql as $$
    declare
      last record;
    begin
      perform pg_advisory_xact_lock(7418201113);
      select a.id, a.hash into last from record.audit a order by a.id desc limit 1;
      new.id := coalesce(last.id, 0) + 1;
      new.previous := coalesce(last.hash, '');
      new.hash := record.audit_hash(new.previous, new.id, new.at, new.actor, new.action,
        new.dossier, new.detail);
      return new;
    end $$
    """,
    """
    create trigger chain before insert on record.audit
      for each row execute function record.chain()
    """,
    # A fact is told once, whatever is assessed anew or rebuilt.
    """
    create unique index audit_of_facts on record.audit (dossier, (detail ->> 'mark'))
      where action in ('fact_reported', 'fact_corrected', 'fact_retracted')
    """,
    """
    create unique index audit_of_openings on record.audit (dossier)
      where action = 'dossier_opened'
    """,
    # A sealed text may be sealed anew under another master key, or destroyed; whose it is stays.
    "drop trigger if exists keep on record.sealed",
    "drop trigger if exists keep_sealed on record.sealed",
    """
    create or replace function record.keep_sealed() returns trigger language plpgsql as $$
    begin
      if (old.id, old.letter, old.what) is distinct from (new.id, new.letter, new.what)
         or old.key_id = new.key_id or old.key_id = 'destroyed'
         or (new.key_id = 'destroyed') <> (new.ciphertext = '' and new.wrapped_key = '') then
        raise exception 'record.sealed is a record: a text is sealed anew under another key, or'
          ' destroyed, and nothing else is done there';
      end if;
      return new;
    end $$
    """,
    """
    create trigger keep_sealed before update on record.sealed
      for each row execute function record.keep_sealed()
    """,
    """
    create trigger keep before delete or truncate on record.sealed
      for each statement execute function record.keep()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
