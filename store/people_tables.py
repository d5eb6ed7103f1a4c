"""Name the tables of the directory in `record`: offices, people, posts, addresses, who is away.

Nothing is deleted: people leave on a day, posts and leave end on one, addresses are gone from a
moment. Hours are texts such as 07:30-11:30; null means those of the office, or of the one above.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Identity, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from store.tables import metadata

_Instant = DateTime(timezone=True)

offices = Table(
    "offices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("hours", ARRAY(Text)),
    schema="record",
)

people = Table(
    "people",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("hours", ARRAY(Text)),
    Column("left_on", Date),
    Column("synthetic", Boolean, nullable=False),
    schema="record",
)

posts = Table(
    "posts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("first", Date),
    Column("last", Date),
    schema="record",
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("gone_at", _Instant),
    schema="record",
)

absences = Table(
    "absences",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("deputy", Text),
    Column("reason", Text, nullable=False),
    Column("ended_on", Date),
    schema="record",
)

delegations = Table(
    "delegations",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("delegate", Text, nullable=False),
    Column("role", Text),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_on", Date),
    schema="record",
)
