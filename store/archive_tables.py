"""Name the tables of what is archived and of rebuilds, which are never dropped.

A run of a workflow has one archive; that of a run which continued as new holds no state, for the
run after it has it. `erased_at` is when an erasure left the dossier without names and history.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, Table, Text

from store.tables import metadata

__all__ = ["archives", "rebuilds"]

_Instant = DateTime(timezone=True)

archives = Table(
    "archives",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("workflow", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Column("has_state", Boolean, nullable=False),
    Column("closed_at", _Instant, nullable=False),
    Column("archived_at", _Instant, nullable=False),
    Column("erased_at", _Instant),
    schema="record",
)

rebuilds = Table(
    "rebuilds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("started_at", _Instant, nullable=False),
    Column("phase", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("changed_at", _Instant, nullable=False),
    Column("finished_at", _Instant),
    schema="record",
)
