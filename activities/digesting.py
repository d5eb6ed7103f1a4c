"""Send the digests of a working morning: one to each person, at most one a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from temporalio import activity

from activities.delivery import DirectorySource, UnreachableError
from activities.digest import (
    DIGEST,
    Desk,
    DigestBook,
    Digested,
    DigestRequest,
    Found,
    Morning,
    Post,
    find_receivers,
)
from law.calendar import ZONE, Calendar, WeekendsAlone

log = structlog.get_logger(__name__)


def is_first_of_week(day: date, calendar: Calendar) -> bool:
    """Tell whether a working day is the first one of its week, which begins on Monday."""
    monday = day - timedelta(days=day.weekday())
    earlier = (monday + timedelta(days=n) for n in range(day.weekday()))
    return not any(calendar.is_working(one) for one in earlier)


def token_of(person: str, day: date) -> str:
    """Give the token of a person's digest of a day: a repeated sending is the same letter."""
    return hashlib.sha256(f"{person}\n{day.isoformat()}\ndigest".encode()).hexdigest()[:32]


class DigestingActivities:
    """The desk, the directory, the book and the post of this process."""

    def __init__(
        self,
        desk: Desk,
        directory: DirectorySource,
        book: DigestBook,
        post: Post,
        calendar: Callable[[], Calendar],
    ) -> None:
        """Take what a morning needs; the calendar is asked for each time, since it may change."""
        self._desk = desk
        self._directory = directory
        self._book = book
        self._post = post
        self._calendar = calendar

    @activity.defn(name=DIGEST)
    async def send_digests(self, request: DigestRequest) -> Digested:
        """Send every digest of the day that has not gone yet; on a day off, none.

        A digest that fails keeps its reason and is tried when this is asked for again; the others
        still go out.
        """
        now = request.now
        day, calendar = now.astimezone(ZONE).date(), WeekendsAlone(self._calendar())
        if not calendar.is_working(day):
            return Digested(working_day=False)
        offices = await self._desk.offices()
        weekly = is_first_of_week(day, calendar)
        receivers = find_receivers(offices, await self._directory.read(), now, weekly=weekly)
        morning = await self._desk.open(offices, now)
        counts = dict.fromkeys(("sent", "had", "failed", "unreachable"), 0)
        for found in receivers:
            activity.heartbeat(found.person.key)
            counts[await self._send(found, morning, now)] += 1
        done = Digested(**counts)
        log.info("digested", **done.model_dump())
        return done

    async def _send(self, found: Found, morning: Morning, now: datetime) -> str:
        person = found.person
        token = token_of(person.key, now.astimezone(ZONE).date())
        if not await self._book.begin(token, person.key, now):
            return "had"
        try:
            letter = await morning.write(person, found.offices, now)
            proof = await self._post.send(person, letter, token, now)
        except OSError as error:
            await self._book.fail(token, person.key, f"{type(error).__name__}: {error}", now)
            log.warning("no digest", person=person.key, reason=str(error))
            return "unreachable" if isinstance(error, UnreachableError) else "failed"
        await self._book.confirm(token, person.key, proof, now)
        return "sent"
