"""Name the tables of `record` about passed limits, and the figures of each morning."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Identity, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from store.tables import metadata

_Instant = DateTime(timezone=True)

breaches = Table(
    "breaches",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("occurrence", Text, primary_key=True),
    Column("due", Text, primary_key=True),
    Column("due_day", Date, nullable=False),
    Column("rule", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("clause", Text),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("officer", Text),
    Column("breached_at", _Instant, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("why", Text),
    Column("now_due", Text),
    Column("done_on", Date),
    Column("ended_on", Date),
    Column("reported_at", _Instant),
    Column("days_late", Integer),
    Column("first_recorded_at", _Instant, nullable=False),
    Column("changed_at", _Instant, nullable=False),
    schema="record",
)

breach_causes = Table(
    "breach_causes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("evidence", Text),
    Column("note", Text),
    Column("actor", Text, nullable=False),
    Column("at", _Instant, nullable=False),
    schema="record",
)

figures = Table(
    "figures",
    metadata,
    Column("office", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", _Instant, nullable=False),
    Column("figures", JSONB, nullable=False),
    schema="record",
)
