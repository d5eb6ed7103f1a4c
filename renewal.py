"""Give a running worker a new book: look at its files, turn to them, say what is refused."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime

import structlog

from law.edition import Edition, Look, Shelf, Watch
from store.errors import StoreError
from store.journal import REPEATED, Journal, LawNote

log = structlog.get_logger("worker")


class Renewal:
    """One worker's looks at its law, and what it says of them: in the log, in the register."""

    def __init__(
        self, shelf: Shelf, watch: Watch, journal: Journal, turn_to: Callable[[Edition], None]
    ) -> None:
        """Take the watch, where to note, and what turns the worker to another edition."""
        self._shelf = shelf
        self._watch = watch
        self._journal = journal
        self._turn_to = turn_to
        self._noted_at: datetime | None = None

    async def look(self, now: datetime) -> bool:
        """Look once, turn to what is new and good, say what is new; tell whether it turned."""
        before = self._watch.edition
        look = await asyncio.to_thread(self._watch.look)
        if look.is_news:
            self._noted_at = None
            _say(before, look)
        if look.edition is not before:
            self._turn_to(look.edition)
        await self._note(now)
        return look.edition.hashes != before.hashes

    async def _note(self, now: datetime) -> None:
        """Tell the register how things stand, unless it knows; else again at the next look."""
        refused = self._watch.refused
        if self._noted_at is not None and (refused is None or now - self._noted_at < REPEATED):
            return
        book, calendar = self._watch.edition.hashes
        note = LawNote(
            host=socket.gethostname(),
            book=book,
            calendar=calendar,
            statutes=str(self._shelf.statutes.absolute()),
            calendars=str(self._shelf.calendars.absolute()),
        )
        if refused is not None:
            why = {"file": refused.file, "line": refused.line}
            note = note.model_copy(update=why | {"vi": refused.vi, "en": str(refused)})
        try:
            await self._journal.note("law_refused" if refused else "law_taken", note, now)
        except StoreError as error:
            log.warning("law not noted", reason=str(error)[:200])
        else:
            self._noted_at = now


def _say(before: Edition, look: Look) -> None:
    book, calendar = look.edition.hashes
    if look.refused is not None:
        log.error(
            "law refused",
            file=look.refused.file,
            line=look.refused.line,
            reason=str(look.refused),
            kept_book=book,
            kept_calendar=calendar,
            remedy="the worker goes on with the law it has; correct the file",
        )
    elif look.edition is before:
        log.info("law as before", book=book, calendar=calendar)
    else:
        old_book, old_calendar = before.hashes
        gone = sorted(before.book.by_id.keys() - look.edition.book.by_id.keys())
        log.info(
            "law taken",
            old_book=old_book,
            book=book,
            old_calendar=old_calendar,
            calendar=calendar,
            rules=len(look.edition.book.by_id),
            rules_gone=gone,
        )
