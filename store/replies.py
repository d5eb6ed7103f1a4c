"""Keep what people answer to alerts: acknowledgements, snoozes and comments, each a row for ever.

An answer is about a limit (dossier, occurrence, due date) and takes the place of what the same
person answered before. Its reminder is an alert like any other: it is withdrawn unsent when the
limit is done or its date moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.dialects.postgresql import array

from cases.errors import FormError, Words
from cases.replies import Reply
from store.audit import Action, Entry, note_in
from store.engine import Connection, Engine
from store.records import acknowledgements, alerts, deliveries
from store.reply_statements import ASKS, KEEP, KNOWN, LET_GO, LOCK, MINE, REMIND
from store.tables import dossiers, limits
from store.verdicts import state_at


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AnsweredLimit(_Row):
    """A limit as it stands, as far as an answer needs to know it; `asks`: it is still open.

    `raised`: an alert was raised about this due date.
    """

    dossier: str
    occurrence: str
    rule: str
    due: str
    state: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    officer: str | None
    office: str
    asks: bool
    raised: bool


class ReplyLine(_Row):
    """One answer; `standing` tells whether it holds at the moment asked for."""

    id: int
    dossier: str
    occurrence: str
    due: str
    rule: str
    person: str
    action: str
    text: str
    until: datetime | None
    at: datetime
    actor: str
    via: str
    standing: bool


class ToldLine(_Row):
    """One alert of a case: to whom, when, by which channel, with what proof."""

    key: str
    kind: str
    occurrence: str
    rule: str
    rung: int
    role: str
    due: str
    title_vi: str
    title_en: str
    state: str
    raised_at: datetime
    sent_at: datetime | None
    withdrawn_at: datetime | None
    person: str | None
    channel: str | None
    reference: str | None


class AlertSubject(_Row):
    """What an alert is about."""

    dossier: str
    occurrence: str
    due: str
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None


class Recorded(NamedTuple):
    """What became of an answer: its number, and whether it is new or the same as before."""

    id: int
    new: bool


def is_standing_at(now: datetime) -> ColumnElement[bool]:
    """Tell whether an answer holds: it is not over, and no other has taken its place."""
    later = acknowledgements.alias("later")
    replaced = exists().where(later.c.about == acknowledgements.c.id)
    return and_(acknowledgements.c.until > now, ~replaced)


def is_answered_at(now: datetime) -> ColumnElement[bool]:
    """Tell of a row of `projection.limits` whether somebody answered it, and the answer holds."""
    return exists().where(
        acknowledgements.c.dossier == limits.c.dossier,
        acknowledgements.c.occurrence == limits.c.occurrence,
        acknowledgements.c.due == limits.c.due,
        is_standing_at(now),
    )


def reminder_key(limit: tuple[str, str, str], person: str, until: datetime) -> str:
    """Give the key of a reminder about a limit (dossier, occurrence, due date)."""
    dossier, occurrence, due = limit
    return f"{dossier}|{occurrence}|reminder|{due}|{person}|{until.isoformat()}"


class ReplyRows:
    """The answers to alerts, and what they are about; every method may be repeated."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def limits(self, dossier: str, now: datetime) -> list[AnsweredLimit]:
        """List the limits of a dossier that began and have a date, in the order of its receipts."""
        shown = ("occurrence", "rule", "due", "title_vi", "title_en", "act", "article", "clause")
        told = exists().where(
            alerts.c.dossier == limits.c.dossier,
            alerts.c.occurrence == limits.c.occurrence,
            alerts.c.due == limits.c.due,
            alerts.c.state != "withdrawn",
        )
        asks = and_(
            limits.c.met_on.is_(None), limits.c.ended_on.is_(None), limits.c.paused_by.is_(None)
        )
        query = (
            select(
                limits.c.dossier,
                *(limits.c[name] for name in shown),
                dossiers.c.office,
                dossiers.c.officer,
                state_at(now).label("state"),
                asks.label("asks"),
                told.label("raised"),
            )
            .join(dossiers, dossiers.c.id == limits.c.dossier)
            .where(limits.c.dossier == dossier, limits.c.due.is_not(None), limits.c.opens_at <= now)
            .order_by(limits.c.place)
        )
        return [AnsweredLimit.model_validate(row) for row in await self._engine.fetch(query)]

    async def dossier_file(self, dossier: str) -> dict[str, Any] | None:
        """Give a dossier's file as the register has it, or None where it does not know it."""
        query = select(dossiers.c.dossier).where(dossiers.c.id == dossier)
        found = await self._engine.fetch(query)
        return found[0]["dossier"] if found else None

    async def subject(self, key: str) -> AlertSubject | None:
        """Give what the alert of a key is about."""
        query = select(alerts).where(alerts.c.key == key)
        found = await self._engine.fetch(query)
        return AlertSubject.model_validate(found[0]) if found else None

    async def lines(self, dossier: str, now: datetime) -> list[ReplyLine]:
        """List every answer about a dossier, the first first."""
        holds = is_standing_at(now)
        query = (
            select(acknowledgements, holds.is_(True).label("standing"))
            .where(acknowledgements.c.dossier == dossier)
            .order_by(acknowledgements.c.id)
        )
        return [ReplyLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def standing(self, now: datetime, keys: list[str]) -> dict[str, ReplyLine]:
        """Give the answer that holds for each of these alerts' limits, the latest, by alert key."""
        same = and_(
            acknowledgements.c.dossier == alerts.c.dossier,
            acknowledgements.c.occurrence == alerts.c.occurrence,
            acknowledgements.c.due == alerts.c.due,
        )
        query = (
            select(alerts.c.key, acknowledgements)
            .join(acknowledgements, same)
            .where(alerts.c.key.in_(keys), is_standing_at(now))
            .order_by(acknowledgements.c.id)
        )
        rows = await self._engine.fetch(query)
        return {row["key"]: ReplyLine.model_validate(row | {"standing": True}) for row in rows}

    async def told(self, dossier: str) -> list[ToldLine]:
        """List every alert of a dossier with its delivery, the earliest first."""
        how = (
            select(deliveries.c.channel, deliveries.c.reference)
            .where(
                deliveries.c.state == "sent", deliveries.c["keys"].contains(array([alerts.c.key]))
            )
            .order_by(deliveries.c.at)
            .limit(1)
            .lateral("how")
        )
        names = [name for name in ToldLine.model_fields if name not in ("channel", "reference")]
        query = (
            select(*(alerts.c[name] for name in names), how.c.channel, how.c.reference)
            .outerjoin(how, alerts.c.sent_at.is_not(None))
            .where(alerts.c.dossier == dossier)
            .order_by(alerts.c.raised_at, alerts.c.key)
        )
        return [ToldLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def record(
        self,
        limit: AnsweredLimit,
        reply: Reply,
        until: datetime | None,
        command: str,
        now: datetime,
    ) -> Recorded:
        """Keep an answer, and its reminder, in one transaction; the same command is one answer.

        Raises `FormError` where the limit is done, gone or paused by now, and where there is
        nothing to take back.
        """
        values: dict[str, Any] = {
            "dossier": limit.dossier, "occurrence": limit.occurrence, "due": limit.due,
            "rule": limit.rule, "person": reply.person, "action": reply.action,
            "text": reply.text, "until": until, "now": now, "actor": reply.actor,
            "via": reply.via, "command_id": command,
        }  # fmt: skip
        async with self._engine.connected() as connection, connection.transaction():
            # Held against projections, so that no reminder is left for a limit that was just done.
            await connection.execute(LOCK, values)
            if known := await _id(connection, KNOWN, values):
                return Recorded(known, new=False)
            if not await _one(connection, ASKS, values):
                raise FormError("limit", limit.occurrence, _NO_LONGER)
            mine = await _id(connection, MINE, values)
            if reply.action == "revoked" and mine is None:
                raise FormError("person", reply.person, _NOTHING_HELD)
            values["about"] = None if reply.action == "comment" else mine
            kept = await _id(connection, KEEP, values)
            if kept is None:
                return Recorded(await _id(connection, KNOWN, values) or 0, new=False)
            if reply.action != "comment":
                await connection.execute(LET_GO, values)
            if until is not None:
                about = (limit.dossier, limit.occurrence, limit.due)
                key = reminder_key(about, reply.person, until)
                await connection.execute(REMIND, values | {"key": key})
            await note_in(connection, [_noted(reply, values, kept)])
        return Recorded(kept, new=True)


_ACTIONS: Mapping[str, Action] = {
    "ack": "alert_ack", "snooze": "alert_snooze", "comment": "alert_comment",
    "revoked": "alert_revoked",
}  # fmt: skip
_NO_LONGER = Words(
    vi="thời hạn này không còn chờ ai trả lời: đã xong, đã dời hoặc đang tạm dừng",
    en="this limit asks for nothing any more: it is done, has moved or is paused",
)
_NOTHING_HELD = Words(
    vi="người này không có xác nhận hay hẹn nhắc nào đang có hiệu lực cho thời hạn này",
    en="this person has no acknowledgement or snooze of this limit that holds",
)


def _noted(reply: Reply, values: Mapping[str, Any], kept: int) -> Entry:
    """Tell of an answer by its number; its text stands with the answer alone."""
    until = values["until"]
    detail = {name: values[name] for name in ("occurrence", "due", "person", "via")} | {
        "answer": kept,
        "until": until.isoformat() if until else None,
    }
    return Entry(
        action=_ACTIONS[reply.action], actor=reply.actor, at=values["now"],
        dossier=values["dossier"], detail=detail,
    )  # fmt: skip


async def _one(
    connection: Connection, query: str, values: Mapping[str, Any]
) -> dict[str, Any] | None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchone()


async def _id(connection: Connection, query: str, values: Mapping[str, Any]) -> int | None:
    row = await _one(connection, query, values)
    return None if row is None else row["id"]
