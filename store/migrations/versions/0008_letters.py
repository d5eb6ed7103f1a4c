"""Keep the book of letters: what it may show, what is sealed, and who opened what."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    create table record.letters (
      number text collate "C" primary key,
      office text collate "C" not null,
      year int not null,
      place int not null,
      booked_at timestamptz not null,
      actor text not null,
      received_on date,
      channel text,
      sent_to text,
      kinds text[] not null,
      secret bool not null,
      file_mark text collate "C" not null unique,
      marks text[] not null,
      replaces text collate "C" unique references record.letters,
      unique (office, year, place)
    )
    """,
    "create index on record.letters using gin (marks)",
    """
    create table record.sealed (
      id bigint generated always as identity primary key,
      letter text collate "C" not null references record.letters,
      what text not null check (what in ('file', 'sender')),
      key_id text not null,
      wrapped_key bytea not null,
      nonce bytea not null,
      ciphertext bytea not null,
      unique (letter, what)
    )
    """,
    """
    create table record.letter_steps (
      id bigint generated always as identity primary key,
      letter text collate "C" not null references record.letters,
      part int not null,
      step text not null check (step in ('refused', 'proposed', 'opened', 'decided')),
      decision text
        check (decision in ('accept', 'ask', 'transfer', 'guide', 'refuse', 'file')),
      ground text,
      "on" date,
      dossier text collate "C",
      detail jsonb not null,
      actor text not null,
      at timestamptz not null,
      command_id text collate "C" not null unique
    )
    """,
    "create index on record.letter_steps (letter, part, id)",
    "create index on record.letter_steps (dossier)",
    """
    create table record.letter_readings (
      id bigint generated always as identity primary key,
      letter text collate "C" not null references record.letters,
      person text not null,
      actor text not null,
      reason text not null,
      allowed bool not null,
      at timestamptz not null
    )
    """,
    "create index on record.letter_readings (letter, id)",
    # A right is given and taken back by a row of its own; the last one of a person counts.
    """
    create table record.rights (
      id bigint generated always as identity primary key,
      person text not null,
      "right" text not null check ("right" in ('denouncer_identity')),
      office text collate "C" not null,
      given bool not null,
      by_person text not null,
      actor text not null,
      reason text not null,
      at timestamptz not null
    )
    """,
    'create index on record.rights (person, "right", office, id)',
    *(
        f"""
        create trigger keep before update or delete or truncate on record.{table}
          for each statement execute function record.keep()
        """
        for table in ("letters", "sealed", "letter_steps", "letter_readings", "rights")
    ),
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
