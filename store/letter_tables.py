"""Name the tables of the book of letters in `record`; nothing in them is ever changed.

A letter's own words stand in `sealed` alone. `letters` holds what the book may show: `secret`
means that who wrote it is, or may be, a denouncer. What becomes of a letter is told by
`letter_steps`, who looked at a sealed identity by `letter_readings`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.tables import metadata

_Instant = DateTime(timezone=True)

letters = Table(
    "letters",
    metadata,
    Column("number", Text, primary_key=True),
    Column("office", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("booked_at", _Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("received_on", Date),
    Column("channel", Text),
    Column("sent_to", Text),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("file_mark", Text, nullable=False),
    Column("marks", ARRAY(Text), nullable=False),
    Column("replaces", Text),
    schema="record",
)

sealed = Table(
    "sealed",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("letter", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    schema="record",
)

letter_steps = Table(
    "letter_steps",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("letter", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("decision", Text),
    Column("ground", Text),
    Column("on", Date),
    Column("dossier", Text),
    Column("detail", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", _Instant, nullable=False),
    Column("command_id", Text, nullable=False),
    schema="record",
)

letter_readings = Table(
    "letter_readings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("letter", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("at", _Instant, nullable=False),
    schema="record",
)

rights = Table(
    "rights",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("by_person", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", _Instant, nullable=False),
    schema="record",
)
