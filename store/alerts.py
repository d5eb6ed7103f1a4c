"""Keep the alerts that wait and the record of what was sent.

A delivery is begun before a message goes out and confirmed after, so that a worker that dies in
between leaves a trace: `begun` lists it, and the same token makes the same message again. Where
nothing of it is left to send, whoever it was for counts as told: they may have been.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, text

from law.model import DUTY_HOLDERS
from store.engine import Connection, Engine, compiled
from store.records import alerts, deliveries


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class PendingRow(_Row):
    """An alert that waits to be sent, with what its message says."""

    key: str
    dossier: str
    occurrence: str
    kind: str
    person: str | None
    office: str
    officer: str | None
    role: str
    rung: int
    channel: str
    severity: str
    due: str
    was_due: str | None
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    holder: str
    raised_at: datetime
    inserted_at: datetime | None = None
    missed: tuple[int, ...] = ()
    attempts: int = 0
    not_before: datetime | None = None
    unreached: tuple[str, ...] = ()


class DeliveryRow(_Row):
    """One message to one person: which alerts it holds, how far it came, and its proof."""

    token: str
    person: str
    keys: tuple[str, ...]
    state: str
    channel: str | None
    reference: str | None
    reason: str | None
    attempts: int
    begun_at: datetime
    at: datetime
    kind: str


class Failure(NamedTuple):
    """Why a message did not go out for certain, when it is tried again, and what it is now.

    A `dead` one is given up; one that stays `begun` may have been taken, and goes again as it is.
    """

    reason: str
    again_at: datetime
    state: Literal["failed", "begun", "dead"] = "failed"


_BEGIN = text("""
insert into record.deliveries as d (token, person, keys, state, attempts, begun_at, at)
values (:token, :person, cast(:keys as text[]), 'begun', 0, :now, :now)
on conflict (token) do update set state = 'begun', at = excluded.at where d.state = 'failed'
""")

# The alerts are locked in the order in which projections lock them.
_CONFIRM = text("""
with sent as (
  insert into record.deliveries as d
    (token, person, keys, state, channel, reference, attempts, begun_at, at)
  values (:token, :person, cast(:keys as text[]), 'sent', :channel, :reference, 1, :now, :now)
  on conflict (token) do update set state = 'sent', channel = excluded.channel,
    reference = excluded.reference, reason = null, attempts = d.attempts + 1, at = excluded.at
  where d.state <> 'sent' or d.reference is null
  returning keys
),
told as (
  select key from record.alerts
  where key = any(array(
      select unnest(cast(:keys as text[])) union select unnest(keys) from sent
    ))
    and sent_at is null and (state = 'withdrawn' or key = any(cast(:keys as text[])))
  order by dossier, key for no key update
)
update record.alerts a set sent_at = :now, person = :person,
  state = case when a.state = 'raised' then 'sent' else a.state end
from told where a.key = told.key
""")

_FAIL = text("""
with failed as (
  insert into record.deliveries as d (token, person, keys, state, reason, attempts, begun_at, at)
  values (:token, :person, cast(:keys as text[]), :state, :reason, 1, :now, :now)
  on conflict (token) do update set state = excluded.state, reason = excluded.reason,
    attempts = d.attempts + 1, at = excluded.at
  where d.state <> 'sent'
),
waiting as (
  select key from record.alerts where key = any(cast(:keys as text[])) and state = 'raised'
  order by dossier, key for no key update
)
update record.alerts a set
  attempts = case when :state = 'dead' then 0 else a.attempts + 1 end,
  not_before = case
    when :state <> 'dead' or :person = any(a.unreached) then cast(:again_at as timestamptz) end,
  unreached = case
    when :state = 'dead' and :person <> all(a.unreached) then a.unreached || :person
    else a.unreached end
from waiting where a.key = waiting.key
""")

_SETTLE = text("""
with unproven as materialized (
  select d.token, d.person, d.keys, d.begun_at, exists (
      select from record.alerts a where a.key = any(d.keys) and a.state = 'raised'
    ) as waits
  from record.deliveries d
  where d.reference is null and d.state in ('begun', 'sent') and d.kind = 'alerts'
),
settled as (
  update record.deliveries d set at = :now,
    state = case when u.waits then 'begun' else 'sent' end,
    reason = case when not u.waits then
      concat_ws('; ', d.reason, 'never answered; what it held was withdrawn meanwhile') end
  from unproven u
  where d.token = u.token and d.state = case when u.waits then 'sent' else 'begun' end
  returning d.keys, d.person, d.begun_at, d.state
),
told as (
  select a.key, s.person, s.begun_at
  from settled s join record.alerts a on a.key = any(s.keys)
  where s.state = 'sent' and a.state = 'withdrawn' and a.sent_at is null
  order by a.dossier, a.key for no key update of a
)
update record.alerts a set sent_at = told.begun_at, person = told.person
from told where a.key = told.key
""")

_URGENT = text("""
select exists (
  select from record.alerts
  where state = 'raised' and severity = 'grave' and kind = 'rung' and rung > 0
    and holder = any(cast(:duties as text[]))
    and raised_at <= :now and (not_before is null or not_before <= :now)
) as waits
""")

_LOCK = 7_418_201_107
"""The advisory lock that one delivery holds; any number will do that nobody else uses."""


class AlertRows:
    """The rows of alerts and deliveries; every method may be repeated."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine
        self._locked: Connection | None = None

    async def pending_rows(self, now: datetime) -> list[PendingRow]:
        """List unsent alerts whose moment has come; `not_before` is that of the next attempt."""
        query = (
            select(*(alerts.c[name] for name in PendingRow.model_fields))
            .where(alerts.c.state == "raised", alerts.c.raised_at <= now)
            .order_by(alerts.c.office, alerts.c.dossier, alerts.c.key)
        )
        return [PendingRow.model_validate(row) for row in await self._engine.fetch(query)]

    async def begun(self) -> list[DeliveryRow]:
        """List deliveries that were begun and neither confirmed nor failed, oldest first."""
        query = (
            select(deliveries)
            .where(deliveries.c.state == "begun", deliveries.c.kind == "alerts")
            .order_by(deliveries.c.begun_at, deliveries.c.token)
        )
        return [DeliveryRow.model_validate(row) for row in await self._engine.fetch(query)]

    async def begin(self, token: str, person: str, keys: Sequence[str], now: datetime) -> None:
        """Record that a message is about to go out; one that failed is begun again.

        Within `alone` it fails once the lock is lost, for then another may be at work.
        """
        values = {"token": token, "person": person, "keys": list(keys), "now": now}
        statement = _BEGIN.bindparams(**values)
        if self._locked is None:
            await self._engine.fetch(statement)
        else:
            await self._locked.execute(*compiled(statement))

    async def confirm(
        self,
        token: str,
        keys: Sequence[str],
        person: str,
        channel: str,
        reference: str,
        now: datetime,
    ) -> None:
        """Record the proof and mark the alerts as sent; the first proof stays.

        An alert that was withdrawn meanwhile stays withdrawn, with the moment it was sent; so
        does one that an earlier attempt of the same message held.
        """
        values = {
            "token": token,
            "keys": list(keys),
            "person": person,
            "channel": channel,
            "reference": reference,
            "now": now,
        }
        await self._engine.fetch(_CONFIRM.bindparams(**values))

    async def fail(
        self, token: str, person: str, keys: Sequence[str], failure: Failure, now: datetime
    ) -> None:
        """Record a failed attempt with its reason; its alerts wait until its next moment.

        A dead one is not tried again: its alerts know that the person was not reached, and wait
        only where that was known before.
        """
        values = {
            "token": token,
            "person": person,
            "keys": list(keys),
            "reason": failure.reason,
            "now": now,
            "again_at": failure.again_at,
            "state": failure.state,
        }
        await self._engine.fetch(_FAIL.bindparams(**values))

    async def settle_begun(self, now: datetime) -> None:
        """End messages without an answer of which nothing is left to send, within `alone`.

        Their alerts were withdrawn meanwhile and are noted as sent, without a proof. One of whose
        alerts is due again is begun again, to go out as it is.
        """
        await self._engine.fetch(_SETTLE.bindparams(now=now))

    async def urgent_waits(self, now: datetime) -> bool:
        """Tell whether news of a passed grave limit waits, which keeps no hours."""
        asked = _URGENT.bindparams(now=now, duties=sorted(DUTY_HOLDERS))
        return bool((await self._engine.fetch(asked))[0]["waits"])

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        """Hold the lock of deliveries; False where another holds it. Its holder's end frees it."""
        async with self._engine.connected() as connection:
            told = await connection.execute("select pg_try_advisory_lock(%s)", [_LOCK])
            row = await told.fetchone()
            if row is None or not row[0]:
                yield False
                return
            self._locked = connection
            try:
                yield True
            finally:
                self._locked = None
                if not connection.closed:
                    await connection.execute("select pg_advisory_unlock(%s)", [_LOCK])
