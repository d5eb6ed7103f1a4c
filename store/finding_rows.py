"""Name the table of what the nightly check found, which is never dropped."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from store.tables import metadata

__all__ = ["findings"]

_Instant = DateTime(timezone=True)

findings = Table(
    "findings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("since", _Instant, nullable=False),
    Column("severity", Text),
    Column("detail", JSONB, nullable=False),
    Column("found_at", _Instant, nullable=False),
    Column("confirmed_at", _Instant, nullable=False),
    Column("cleared_at", _Instant),
    schema="record",
)
