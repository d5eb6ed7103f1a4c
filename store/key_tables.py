"""Name the tables of keys in `record`: a dossier's own, wrapped, and the seals made without it.

A key whose `wrapped_key` is empty was destroyed: what it locked opens nowhere any more, except in
backups of before. `away_seals` names the dossiers of which something is sealed under a master key
itself, because the register was away; that master key must stay at hand for them.
"""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text

from store.tables import metadata

_Instant = DateTime(timezone=True)

dossier_keys = Table(
    "dossier_keys",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("wrapped_key", LargeBinary),
    Column("made_at", _Instant, nullable=False),
    Column("destroyed_at", _Instant),
    schema="record",
)

away_seals = Table(
    "away_seals",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("noted_at", _Instant, nullable=False),
    schema="record",
)
