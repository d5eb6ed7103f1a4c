"""Keep the directory in the record: offices, people, posts, addresses, leave, delegation."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROLES = "('officer', 'chief_officer', 'head_of_agency', 'managing_authority')"

_STATEMENTS = (
    # Offices of one import name each other in any order.
    """
    create table record.offices (
      key text collate "C" primary key,
      name text not null,
      kind text not null check (kind in ('managing_authority', 'agency', 'room', 'division')),
      parent text collate "C" references record.offices deferrable initially deferred,
      hours text[]
    )
    """,
    """
    create table record.people (
      key text collate "C" primary key,
      name text not null,
      office text collate "C" not null references record.offices,
      language text not null check (language in ('vi', 'en')),
      hours text[],
      left_on date,
      synthetic bool not null
    )
    """,
    f"""
    create table record.posts (
      id bigint generated always as identity primary key,
      person text collate "C" not null references record.people,
      role text not null check (role in {_ROLES}),
      office text collate "C" not null references record.offices,
      first date,
      last date
    )
    """,
    "create index on record.posts (person)",
    """
    create table record.addresses (
      id bigint generated always as identity primary key,
      person text collate "C" not null references record.people,
      place int not null,
      channel text not null check (channel in ('mail', 'apprise', 'webhook')),
      value text not null,
      gone_at timestamptz
    )
    """,
    "create unique index on record.addresses (person, place) where gone_at is null",
    """
    create table record.absences (
      id bigint generated always as identity primary key,
      person text collate "C" not null references record.people,
      first date not null,
      last date not null,
      deputy text collate "C" references record.people,
      reason text not null,
      ended_on date,
      check (first <= last),
      check (deputy <> person)
    )
    """,
    "create index on record.absences (person)",
    f"""
    create table record.delegations (
      id bigint generated always as identity primary key,
      person text collate "C" not null references record.people,
      delegate text collate "C" not null references record.people,
      role text check (role in {_ROLES}),
      first date not null,
      last date not null,
      reason text not null,
      ended_on date,
      check (first <= last),
      check (delegate <> person)
    )
    """,
    "create index on record.delegations (person)",
    *(
        f"""
        create trigger keep before delete or truncate on record.{table}
          for each statement execute function record.keep()
        """
        for table in ("offices", "people", "posts", "addresses", "absences", "delegations")
    ),
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
