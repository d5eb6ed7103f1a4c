"""Name the tables of `record` that hold answers to alerts, and the handovers of officers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Identity, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from store.tables import metadata

_Instant = DateTime(timezone=True)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("until", _Instant),
    Column("at", _Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("command_id", Text, nullable=False),
    Column("about", BigInteger),
    schema="record",
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("from_person", Text, nullable=False),
    Column("to_person", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("office", Text),
    Column("decision", Text),
    Column("actor", Text, nullable=False),
    Column("asked_at", _Instant, nullable=False),
    Column("ended_at", _Instant),
    schema="record",
)

handover_cases = Table(
    "handover_cases",
    metadata,
    Column("handover", Text, primary_key=True),
    Column("dossier", Text, primary_key=True),
    Column("on", Date, nullable=False),
    Column("at", _Instant),
    Column("state", Text, nullable=False),
    Column("reason_vi", Text),
    Column("reason_en", Text),
    Column("moved_at", _Instant),
    Column("limits", JSONB, nullable=False),
    Column("opened", JSONB, nullable=False),
    Column("answers", BigInteger, nullable=False),
    schema="record",
)
