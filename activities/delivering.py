"""Deliver what waits: one message a person, recorded before and after, tried again or given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from temporalio import activity

from activities.delivery import (
    DELIVER,
    AlertBook,
    Channel,
    Delivered,
    DeliverRequest,
    DirectorySource,
    Gathered,
    UnansweredError,
    UnreachableError,
)
from activities.gathering import gather
from law.calendar import Calendar

log = structlog.get_logger(__name__)

_ROUNDS = 4
"""How often one delivery looks again for whoever stands in for somebody who was given up."""

_MOST_REFUSALS = 5
"""So many refusals one after another mean that the way out is closed, and not one person."""

_MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """Give how long a message waits after so many attempts that failed: 10, 20, 40, 60 minutes."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 10)), _LONGEST_PAUSE)


class DeliveringActivities:
    """The alert book, the directory, the channel and the calendar of this process."""

    def __init__(
        self,
        book: AlertBook,
        directory: DirectorySource,
        channel: Channel,
        calendar: Callable[[], Calendar],
    ) -> None:
        """Take what a delivery needs; the calendar is asked for anew at each one."""
        self._book = book
        self._directory = directory
        self._channel = channel
        self._calendar = calendar

    @activity.defn(name=DELIVER)
    async def deliver(self, request: DeliverRequest) -> Delivered:
        """Send one message to each person; record it before and after, so a repeat is no second.

        A message that fails for now is tried again later, with growing pauses. Whoever cannot be
        reached at all is given up, and the fallback is told at once, with the reason. Only one
        delivery is at work at a time.
        """
        async with self._book.alone() as alone:
            if not alone:
                return Delivered(busy=True)
            await self._book.note_passed(request.now)
            await self._book.settle(request.now)
            return await self._deliver(request)

    async def _deliver(self, request: DeliverRequest) -> Delivered:
        done = Delivered()
        for _ in range(_ROUNDS):
            dead = done.dead
            done = await self._send_round(request, done)
            if done.dead == dead:
                break
        if done.messages or done.failed or done.dead:
            log.info("delivered", **done.model_dump())
        return done

    async def _send_round(self, request: DeliverRequest, done: Delivered) -> Delivered:
        now = request.now
        messages, held = gather(
            await self._book.pending(now),
            await self._book.unfinished(),
            await self._directory.read(),
            self._calendar(),
            now,
            regardless=request.regardless,
        )
        done = done.model_copy(update={"held": held})
        refusals = 0
        for gathered in messages:
            activity.heartbeat(gathered.token)
            sent, done = await self._send(gathered, now, done)
            refusals = 0 if sent else refusals + 1
            if refusals >= _MOST_REFUSALS:
                log.warning("no way out", refusals=refusals)
                break
        return done

    async def _send(
        self, gathered: Gathered, now: datetime, done: Delivered
    ) -> tuple[bool, Delivered]:
        """Send one message; tell whether the way out is open, and what is done by now."""
        await self._book.begin(gathered, now)
        attempts = 1 + max(alert.attempts for alert in gathered.alerts)
        again_at = now + pause_after(attempts)
        try:
            proof = await self._channel.send(gathered, now)
        except UnreachableError as error:
            return True, await self._give_up(gathered, str(error), now, done)
        except OSError as error:
            reason = f"{type(error).__name__}: {error}"
            if attempts >= _MOST_ATTEMPTS and done.messages:
                # Others are reached by the same way, so it is this person who is not.
                return True, await self._give_up(gathered, reason, now, done)
            await self._note(gathered, error, now, again_at)
            log.warning("not delivered", person=gathered.person.key, reason=reason)
            return False, done.model_copy(update={"failed": done.failed + 1})
        except Exception as error:
            # One message that cannot be made must not keep the others back.
            await self._note(gathered, error, now, again_at)
            log.exception("not made", person=gathered.person.key)
            return True, done.model_copy(update={"failed": done.failed + 1})
        await self._book.confirm(gathered, proof, now)
        more = {"messages": done.messages + 1, "alerts": done.alerts + len(gathered.alerts)}
        return True, done.model_copy(update=more)

    async def _note(
        self, gathered: Gathered, error: Exception, now: datetime, again_at: datetime
    ) -> None:
        """Note a failure; what may have been taken must not be told again by another message."""
        may_be_taken = gathered.begun or isinstance(error, UnansweredError)
        note = self._book.leave_open if may_be_taken else self._book.fail
        await note(gathered, f"{type(error).__name__}: {error}", now, again_at)

    async def _give_up(
        self, gathered: Gathered, reason: str, now: datetime, done: Delivered
    ) -> Delivered:
        await self._book.give_up(gathered, reason, now, now + _LONGEST_PAUSE)
        log.error("given up", person=gathered.person.key, reason=reason)
        return done.model_copy(update={"dead": done.dead + 1})
