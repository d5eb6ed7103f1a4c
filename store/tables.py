"""Name the tables of `projection`, which may be dropped and rebuilt; see `store.records`.

Instants are kept, not verdicts: readers compare `breaches_at`, `since` and `stage_until` with
now. A due date is text, as a day (2026-11-23) or, for terms in hours, as a moment; `due_day` is
its day in Viet Nam. No key leads from one schema to the other, so that either lives alone.

`flags` and `key_rank` (0 key, 1 complex, 2 neither) are what does not depend on time; a case is
prolonged from `prolonged_at` on. Rows of `stuck` carry what they are sorted, counted and asked
for by, so that a page needs no other table; `gravity` is 0 grave, 1 serious, 2 routine, 3 none.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()
_Instant = DateTime(timezone=True)

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("officer", Text),
    Column("origin", Text),
    Column("stage", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage_since", Date),
    Column("stage_until", _Instant),
    Column("next_stage", Text),
    Column("next_due", Text),
    Column("next_wake", _Instant),
    Column("revision", Integer, nullable=False),
    Column("assessed_at", _Instant, nullable=False),
    Column("book", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("facts_count", Integer, nullable=False),
    Column("search", Text, nullable=False),
    Column("dossier", JSONB, nullable=False),
    Column("answer", JSONB(none_as_null=True)),
    Column("started_at", _Instant),
    Column("practice", Text, nullable=False),
    Column("flags", ARRAY(Text), nullable=False),
    Column("key_rank", SmallInteger, nullable=False),
    Column("prolonged_at", _Instant),
    Column("amount_vnd", BigInteger),
    Column("about", Text),
    schema="projection",
)

facts = Table(
    "facts",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("event", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", _Instant),
    Column("fields", JSONB, nullable=False),
    Column("command_id", Text),
    Column("actor", Text),
    Column("received_at", _Instant),
    Column("corrects", Integer),
    Column("retracts", Integer),
    Column("reason", Text),
    Column("effective", Boolean, nullable=False),
    schema="projection",
)

limits = Table(
    "limits",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("occurrence", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("clause", Text),
    Column("point", Text),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("starts_on", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("started", Date, nullable=False),
    Column("nominal", Text),
    Column("due", Text),
    Column("due_day", Date),
    Column("state", Text, nullable=False),
    Column("met_on", Date),
    Column("met_by_fact", Integer),
    Column("reported_late", Boolean, nullable=False),
    Column("opens_at", _Instant, nullable=False),
    Column("breaches_at", _Instant),
    Column("ended_on", Date),
    Column("paused_by", Text),
    Column("provisional", Boolean, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("transition_review", Boolean, nullable=False),
    Column("readings", JSONB, nullable=False),
    Column("receipt", JSONB, nullable=False),
    Column("receipt_hash", Text, nullable=False),
    Column("upcoming", Boolean, nullable=False),
    schema="projection",
)

irregularities = Table(
    "irregularities",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("event", Text, nullable=False),
    Column("fact", Integer, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", _Instant),
    Column("rule", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("clause", Text),
    Column("reason", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    schema="projection",
)

refused_plans = Table(
    "refused_plans",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("event", Text, nullable=False),
    Column("fact", Integer, nullable=False),
    Column("at", _Instant, nullable=False),
    Column("rule", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("clause", Text),
    Column("reason", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("next_lawful", _Instant),
    schema="projection",
)

stuck = Table(
    "stuck",
    metadata,
    Column("dossier", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", _Instant, nullable=False),
    Column("holder", Text, nullable=False),
    Column("occurrence", Text),
    Column("days", Integer),
    Column("severity", Text),
    Column("gravity", SmallInteger, nullable=False),
    Column("first_of_case", Boolean, nullable=False),
    Column("first_of_reason", Boolean, nullable=False),
    Column("office", Text, nullable=False),
    Column("officer", Text),
    Column("stage", Text, nullable=False),
    Column("stage_until", _Instant),
    Column("next_stage", Text),
    Column("flags", ARRAY(Text), nullable=False),
    Column("key_rank", SmallInteger, nullable=False),
    Column("prolonged_at", _Instant),
    Column("amount_vnd", BigInteger),
    schema="projection",
)
