"""Name the tables of `record`: alerts, deliveries and the audit, which are never dropped."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, FetchedValue, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.archive_tables import archives, rebuilds
from store.breach_tables import breach_causes, breaches, figures
from store.finding_rows import findings
from store.key_tables import away_seals, dossier_keys
from store.letter_tables import letter_readings, letter_steps, letters, rights, sealed
from store.party_tables import erasures, parties
from store.people_tables import people
from store.reply_tables import acknowledgements, handover_cases, handovers
from store.tables import metadata

__all__ = [
    "acknowledgements", "alerts", "archives", "audit", "away_seals", "breach_causes", "breaches",
    "deliveries", "dossier_keys", "erasures", "figures", "findings", "handover_cases", "handovers",
    "letter_readings", "letter_steps", "letters", "metadata", "parties", "people", "rebuilds",
    "rights", "sealed",
]  # fmt: skip

_Instant = DateTime(timezone=True)

alerts = Table(
    "alerts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("dossier", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("raised_at", _Instant, nullable=False),
    Column("missed", ARRAY(Integer), nullable=False),
    Column("state", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("officer", Text),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("clause", Text),
    Column("holder", Text, nullable=False),
    Column("sent_at", _Instant),
    Column("withdrawn_at", _Instant),
    Column("inserted_at", _Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person", Text),
    Column("was_due", Text),
    Column("not_before", _Instant),
    Column("attempts", Integer, nullable=False),
    Column("unreached", ARRAY(Text), nullable=False),
    schema="record",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("token", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("keys", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("channel", Text),
    Column("reference", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("begun_at", _Instant, nullable=False),
    Column("at", _Instant, nullable=False),
    Column("kind", Text, nullable=False),
    schema="record",
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, server_default=FetchedValue(), primary_key=True, autoincrement=False),
    Column("at", _Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("dossier", Text),
    Column("detail", JSONB, nullable=False),
    Column("previous", Text, server_default=FetchedValue(), nullable=False),
    Column("hash", Text, server_default=FetchedValue(), nullable=False),
    schema="record",
)
"""Who did what; its trigger gives each row its number and its place in the chain."""
