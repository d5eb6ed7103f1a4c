"""Name the tables of `record` that say who the parties are, sealed, and what was erased.

Of a party nothing else may be found: name and address are sealed, `tokens` tell words again
without telling them. Erasing empties a row and leaves its role. `remains` is a dossier's file as
its erasure left it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
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

parties = Table(
    "parties",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    Column("key_id", Text),
    Column("wrapped_key", LargeBinary),
    Column("nonce", LargeBinary),
    Column("ciphertext", LargeBinary),
    Column("tokens", ARRAY(Text), nullable=False),
    Column("erased_at", _Instant),
    schema="record",
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("dossier", Text, nullable=False),
    Column("place", Integer),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", _Instant, nullable=False),
    Column("remains", JSONB(none_as_null=True)),
    schema="record",
)
