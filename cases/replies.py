"""Judge an answer to an alert: what it must say, and how long it may hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cases.dossier import Dossier
from cases.errors import FormError, Words
from cases.escalation import Ladder, climb, morning_of
from cases.walk import Walk
from law.calendar import ZONE, Calendar
from law.corpus import Corpus
from law.errors import DataFileError
from law.sources import read_model

FILE = Path(__file__).parent / "replies.toml"

Action = Literal["ack", "snooze", "comment", "revoked"]
"""ack: known and in hand, with a reason; snooze: remind me later; comment: a remark alone;
revoked: what was answered before no longer holds."""

Via = Literal["command", "link"]

HOLDING: tuple[Action, ...] = ("ack", "snooze")
"""The answers that hold for a while, and of which the person is reminded when it is over."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AcknowledgementTerms(_Table):
    """How long an acknowledgement holds: working days by default, days at the most."""

    working_days: int = Field(ge=1)
    longest_days: int = Field(ge=1)


class SnoozeTerms(_Table):
    """How far a snooze may go where no rung follows, in working days."""

    after_last_rung: int = Field(ge=1)


class HandoverTerms(_Table):
    """Within how many working days a due date may suffer from a change of officer."""

    settling_working_days: int = Field(ge=0)


class ReplyTerms(_Table):
    """What an answer may ask for."""

    longest_text: int = Field(ge=1)
    acknowledgement: AcknowledgementTerms
    snooze: SnoozeTerms
    handover: HandoverTerms


@lru_cache(maxsize=1)
def the_terms() -> ReplyTerms:
    """Read the shipped terms once for a process."""
    return read_model(ReplyTerms, FILE, "cases/replies.toml", DataFileError)


class Reply(BaseModel):
    """An answer as a person gives it; `until` is a day, a moment, or left to the default."""

    model_config = ConfigDict(frozen=True)

    person: str
    action: Action
    text: str = ""
    until: date | datetime | None = None
    actor: str
    via: Via


def find_next_rung(
    dossier: Dossier,
    occurrence: str,
    corpus: Corpus,
    calendar: Calendar,
    ladder: Ladder,
    now: datetime,
) -> datetime | None:
    """Give the moment of a limit's next rung; None where none follows or it does not run."""
    walk = Walk(dossier, corpus, calendar, now).run()
    for running in walk.line.occurrences:
        if running.key == occurrence:
            return climb(running, dossier.id, calendar, ladder, now)[1]
    return None


def find_latest(
    dossier: str,
    next_rung: datetime | None,
    calendar: Calendar,
    ladder: Ladder,
    now: datetime,
) -> datetime:
    """Give the latest moment of a snooze: the next rung, else a morning some days ahead."""
    ahead = the_terms().snooze.after_last_rung
    return next_rung or _morning_after(now, ahead, dossier, calendar, ladder)


def check_text(reply: Reply, terms: ReplyTerms) -> str:
    """Give the text on one line without odd spaces; raise `FormError` where one is needed."""
    text = " ".join(reply.text.split())
    if not text and reply.action != "snooze":
        raise FormError("text" if reply.action == "comment" else "reason", None, _NEEDED)
    if len(text) > terms.longest_text:
        most = terms.longest_text
        allowed = Words(vi=f"cho phép tối đa {most} ký tự", en=f"allowed are {most} signs at most")
        raise FormError("reason", text, allowed)
    return text


_NEEDED = Words(
    vi="hãy nêu ngắn gọn đã hoặc đang làm gì với thời hạn này",
    en="say in a few words what was or is being done about this limit",
)


def settle_until(
    reply: Reply,
    dossier: str,
    next_rung: datetime | None,
    calendar: Calendar,
    ladder: Ladder,
    now: datetime,
) -> datetime | None:
    """Give the moment to which an answer holds, and of its reminder; None for one without.

    A day means the morning of it, or of the next working day, at the dossier's own minute.
    Raises `FormError` naming what is allowed.
    """
    if reply.action not in HOLDING:
        return None
    if reply.action == "ack":
        return _acknowledged_until(reply, dossier, calendar, ladder, now)
    if reply.until is None:
        raise FormError("until", None, _WHEN)
    latest = find_latest(dossier, next_rung, calendar, ladder, now)
    until = _moment(reply.until, dossier, calendar, ladder)
    if not now < until <= latest:
        raise FormError("until", reply.until.isoformat(), _between(now, latest, next_rung))
    return until


_WHEN = Words(
    vi="hãy nêu ngày hoặc thời điểm cần được nhắc lại, như 2026-11-23 hoặc 2026-11-23T14:00",
    en="give the day or the moment of the reminder, such as 2026-11-23 or 2026-11-23T14:00",
)


def _acknowledged_until(
    reply: Reply, dossier: str, calendar: Calendar, ladder: Ladder, now: datetime
) -> datetime:
    terms = the_terms().acknowledgement
    if reply.until is None:
        return _morning_after(now, terms.working_days, dossier, calendar, ladder)
    today = now.astimezone(ZONE).date()
    first, last = today + timedelta(days=1), today + timedelta(days=terms.longest_days)
    until = reply.until
    day = until.astimezone(ZONE).date() if isinstance(until, datetime) else until
    if not first <= day <= last:
        allowed = Words(
            vi=f"xác nhận có hạn từ {first} đến {last} (tối đa {terms.longest_days} ngày)",
            en=f"allowed is {first} to {last} ({terms.longest_days} days at most)",
        )
        raise FormError("until", until.isoformat(), allowed)
    return _moment(until, dossier, calendar, ladder)


def _moment(until: date | datetime, dossier: str, calendar: Calendar, ladder: Ladder) -> datetime:
    if isinstance(until, datetime):
        return until
    while not calendar.is_working(until):
        until += timedelta(days=1)
    return morning_of(until, dossier, ladder)


def _morning_after(
    now: datetime, count: int, dossier: str, calendar: Calendar, ladder: Ladder
) -> datetime:
    day = calendar.working_days_after(now.astimezone(ZONE).date(), count)
    return morning_of(day, dossier, ladder)


def _between(now: datetime, latest: datetime, next_rung: datetime | None) -> Words:
    last = f"{latest.astimezone(ZONE):%Y-%m-%dT%H:%M}"
    if latest <= now:
        return Words(
            vi="bậc nhắc tiếp theo đã đến, không hoãn nhắc được nữa",
            en="the next rung has come; it cannot be put off any more",
        )
    why = (
        Words(vi="bậc nhắc tiếp theo", en="the next rung")
        if next_rung
        else Words(vi="không còn bậc nhắc nào sau", en="no rung follows")
    )
    return Words(
        vi=f"chỉ hoãn nhắc được đến {last} ({why.vi}), và phải sau lúc này",
        en=f"allowed is a moment after now and up to {last} ({why.en})",
    )
