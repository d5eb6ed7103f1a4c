"""Answer alerts: find the limit, judge the answer by law and ladder, and keep it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from cases.dossier import read_dossier
from cases.errors import FormError, Words
from cases.escalation import Ladder, the_ladder
from cases.replies import (
    HOLDING,
    Reply,
    check_text,
    find_latest,
    find_next_rung,
    settle_until,
    the_terms,
)
from law.calendar import Calendar
from law.edition import Edition
from store.engine import Engine
from store.replies import AnsweredLimit, Recorded, ReplyRows


class Kept(NamedTuple):
    """An answer as it was kept: for which limit, to when it holds, and whether it is new."""

    limit: AnsweredLimit
    until: datetime | None
    recorded: Recorded


def _shipped(_office: str) -> Ladder:
    return the_ladder()


class Answering:
    """What judges and keeps answers: the register, the law in use, and an office's ladder."""

    def __init__(
        self,
        engine: Engine,
        edition: Callable[[], Edition],
        ladder_of: Callable[[str], Ladder] = _shipped,
    ) -> None:
        """Take the register, and where the law and the ladders are found when they are needed."""
        self.rows = ReplyRows(engine)
        self._edition = edition
        self._ladder_of = ladder_of

    async def find(self, dossier: str, wanted: str, now: datetime) -> AnsweredLimit:
        """Find the one open limit of a case by rule or occurrence.

        Raises `FormError` for an unknown case, an unknown or a done limit, and where several
        occurrences of the rule are open; each names what is open.
        """
        found = await self.rows.limits(dossier, now)
        if not found and await self.rows.dossier_file(dossier) is None:
            raise FormError("CASE", dossier, _UNKNOWN_CASE)
        asking = [limit for limit in found if limit.asks]
        named = [limit for limit in asking if wanted in (limit.rule, limit.occurrence)]
        if len(named) == 1:
            return named[0]
        if named:
            raise FormError("RULE", wanted, _several(named))
        done = any(wanted in (limit.rule, limit.occurrence) for limit in found)
        raise FormError("RULE", wanted, _open(asking, done=done))

    @property
    def calendar(self) -> Calendar:
        """Give the calendar in use."""
        return self._edition().calendar

    async def latest_snooze(self, limit: AnsweredLimit, now: datetime) -> datetime:
        """Give the latest moment to which a limit may be snoozed: its next rung, if one follows."""
        following = await self._next_rung(limit, now)
        ladder = self._ladder_of(limit.office)
        return find_latest(limit.dossier, following, self.calendar, ladder, now)

    async def _next_rung(self, limit: AnsweredLimit, now: datetime) -> datetime | None:
        file = await self.rows.dossier_file(limit.dossier)
        if file is None:
            raise FormError("CASE", limit.dossier, _UNKNOWN_CASE)
        law, ladder = self._edition(), self._ladder_of(limit.office)
        dossier = read_dossier(file, masked=True)
        return find_next_rung(dossier, limit.occurrence, law.book, law.calendar, ladder, now)

    async def answer(self, limit: AnsweredLimit, reply: Reply, now: datetime) -> Kept:
        """Judge an answer about an open limit and keep it; the same answer twice is one.

        Raises `FormError` naming what is allowed; then nothing was written.
        """
        reply = reply.model_copy(update={"text": check_text(reply, the_terms())})
        until = None
        if reply.action in HOLDING:
            if not limit.raised:
                raise FormError("RULE", limit.rule, _NEVER_RAISED)
            following = await self._next_rung(limit, now) if reply.action == "snooze" else None
            ladder = self._ladder_of(limit.office)
            until = settle_until(reply, limit.dossier, following, self.calendar, ladder, now)
        lines = await self.rows.lines(limit.dossier, now)
        # After a taking back, the same words are a new answer.
        revoked = [line.id for line in lines if line.action == "revoked"]
        standing = [line.id for line in lines if line.standing and line.person == reply.person]
        taken = standing if reply.action == "revoked" else revoked
        command = command_of(limit, reply, until, max(taken, default=0))
        return Kept(limit, until, await self.rows.record(limit, reply, until, command, now))


def command_of(limit: AnsweredLimit, reply: Reply, until: datetime | None, *more: object) -> str:
    """Hash what makes two answers the same: limit, person, action, text and expiry."""
    plain = [
        limit.dossier, limit.occurrence, limit.due, reply.person, reply.action, reply.text,
        until.isoformat() if until else None, *more,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:32]


_UNKNOWN_CASE = Words(
    vi="chưa có việc này trong sổ; tìm việc bằng lệnh: thads search",
    en="the register has no such case; find it with: thads search",
)
_NEVER_RAISED = Words(
    vi="chưa có cảnh báo nào về thời hạn này để xác nhận hay hoãn nhắc; chỉ ghi chú được",
    en="no alert was raised about it yet, to acknowledge or to snooze; a comment is allowed",
)


def _several(found: Sequence[AnsweredLimit]) -> Words:
    listed = ", ".join(f"{limit.occurrence} ({limit.due})" for limit in found)
    return Words(
        vi=f"quy định này đang có nhiều thời hạn mở; hãy nêu một trong: {listed}",
        en=f"several of it are open; name one of: {listed}",
    )


def _open(found: Sequence[AnsweredLimit], *, done: bool) -> Words:
    listed = ", ".join(limit.occurrence for limit in found)
    vi = "thời hạn này đã xong, đã dời hoặc tạm dừng; " if done else ""
    en = "it is done, has moved or is paused; " if done else ""
    if not found:
        return Words(
            vi=f"{vi}việc này không có thời hạn nào đang mở", en=f"{en}this case has no open limit"
        )
    return Words(vi=f"{vi}đang mở: {listed}", en=f"{en}open are: {listed}")
