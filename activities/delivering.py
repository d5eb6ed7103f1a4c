"""Deliver what waits: gather alerts by person, send one message each, keep the proof."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import structlog
from temporalio import activity

from activities.delivery import (
    DELIVER,
    AlertBook,
    Channel,
    Delivered,
    DeliverRequest,
    Directory,
    DirectorySource,
    Gathered,
    PendingAlert,
    Person,
    Unfinished,
)

log = structlog.get_logger(__name__)


def gather(
    alerts: Sequence[PendingAlert],
    begun: Sequence[Unfinished],
    directory: Directory,
    now: datetime,
) -> list[Gathered]:
    """Put the alerts of each person together, gravest and longest overdue first.

    A message that was begun and not confirmed is made again with its own token and alerts,
    before anything new, so that whoever honours the token receives it once.
    """
    waiting = {alert.key: alert for alert in alerts}
    gathered: list[Gathered] = []
    for old in begun:
        person = directory.person(old.person)
        own = [waiting.pop(key) for key in old.keys if key in waiting]
        if person is not None and own:
            gathered.append(Gathered(person=person, alerts=_ordered(own), token=old.token))
    people: dict[str, Person] = {}
    found: dict[str, list[PendingAlert]] = {}
    for alert in waiting.values():
        person = directory.addressee(alert.office, alert.role, alert.officer, now)
        people[person.key] = person
        found.setdefault(person.key, []).append(alert)
    for key in sorted(found):
        own = found[key]
        token = _token(key, own)
        gathered.append(Gathered(person=people[key], alerts=_ordered(own), token=token))
    return gathered


def _ordered(alerts: list[PendingAlert]) -> tuple[PendingAlert, ...]:
    return tuple(sorted(alerts, key=lambda a: (-a.rung, a.due, a.key)))


def _token(person: str, alerts: list[PendingAlert]) -> str:
    text = "\n".join([person, *sorted(alert.key for alert in alerts)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class DeliveringActivities:
    """The alert book, the directory and the channel of this process."""

    def __init__(self, book: AlertBook, directory: DirectorySource, channel: Channel) -> None:
        """Take what a delivery needs."""
        self._book = book
        self._directory = directory
        self._channel = channel

    @activity.defn(name=DELIVER)
    async def deliver(self, request: DeliverRequest) -> Delivered:
        """Send one message to each person; record it before and after, so a repeat is no second.

        A message that fails stays pending with its reason; the others still go out.
        """
        begun = await self._book.unfinished()
        pending = await self._book.pending(request.now)
        done = Delivered()
        for gathered in gather(pending, begun, await self._directory.read(), request.now):
            activity.heartbeat(gathered.token)
            await self._book.begin(gathered, request.now)
            try:
                proof = await self._channel.send(gathered, request.now)
            except OSError as error:
                await self._book.fail(gathered, f"{type(error).__name__}: {error}", request.now)
                log.warning("not delivered", person=gathered.person.key, reason=str(error))
                done = done.model_copy(update={"failed": done.failed + 1})
                continue
            await self._book.confirm(gathered, proof, request.now)
            done = done.model_copy(
                update={
                    "messages": done.messages + 1,
                    "alerts": done.alerts + len(gathered.alerts),
                }
            )
        if done.messages or done.failed:
            log.info("delivered", **done.model_dump())
        return done
