"""Put the alerts that wait together, one message for each person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from activities.delivery import Directory, Gathered, PendingAlert, Person, Unfinished
from activities.hours import may_go
from law.calendar import Calendar

_GRAVITY = {"grave": 0, "serious": 1, "routine": 2}


class Gathering(NamedTuple):
    """The messages to send, in order, and how many alerts wait for working hours."""

    messages: list[Gathered]
    held: int


def gather(
    alerts: Sequence[PendingAlert],
    begun: Sequence[Unfinished],
    directory: Directory,
    calendar: Calendar,
    now: datetime,
    *,
    regardless: bool = False,
) -> Gathering:
    """Put the alerts of each person together, gravest and longest overdue first.

    A message that was begun and not confirmed is made again with its own token and alerts,
    before anything new and at any hour, so that whoever honours the token receives it once.
    What waits for another attempt goes along with what does not, so that nobody hears of a rung
    after a higher one of the same date.
    """
    waiting = {alert.key: alert for alert in alerts}
    messages: list[Gathered] = []
    for old in begun:
        person = directory.person(old.person)
        if person is None:
            # The directory lost whom it was for: its alerts go to whoever stands there now.
            continue
        own = [waiting.pop(key) for key in old.keys if key in waiting]
        if own:
            messages.append(_gathered(person, own, old.token, begun=True))
    people: dict[str, Person] = {}
    found: dict[str, list[PendingAlert]] = {}
    held = 0
    for alert in waiting.values():
        person = _addressee(alert, directory, now)
        hours = person.hours or directory.hours(person.office)
        if regardless or may_go(alert, now, hours, calendar):
            if person.key not in people or person.stands_in is not None:
                people[person.key] = person
            found.setdefault(person.key, []).append(alert)
        else:
            held += 1
    messages += [
        _gathered(people[key], own, _token(key, own))
        for key, own in sorted(found.items())
        if _is_time(own, now)
    ]
    return Gathering(messages, held)


def _is_time(own: Sequence[PendingAlert], now: datetime) -> bool:
    """Tell whether anything of a person's need not wait for another attempt."""
    return any(alert.not_before is None or alert.not_before <= now for alert in own)


def _addressee(alert: PendingAlert, directory: Directory, now: datetime) -> Person:
    if alert.person is not None and alert.person not in alert.unreached:
        person = directory.person(alert.person)
        if person is not None:
            return person
    return directory.addressee(alert.office, alert.role, alert.officer, now, alert.unreached)


def _gathered(
    person: Person, own: Sequence[PendingAlert], token: str, *, begun: bool = False
) -> Gathered:
    return Gathered(
        person=person,
        alerts=_ordered(_present(own)),
        token=token,
        keys=tuple(sorted(alert.key for alert in own)),
        begun=begun,
    )


def _present(own: Iterable[PendingAlert]) -> Iterable[PendingAlert]:
    """Keep the present rung of each date and name the earlier ones in it as missed."""
    climbed: dict[tuple[str, str, str, str], list[PendingAlert]] = {}
    for alert in own:
        place = (alert.dossier, alert.occurrence, alert.due, alert.kind)
        climbed.setdefault(place, []).append(alert)
    for rungs in climbed.values():
        present = max(rungs, key=lambda alert: (alert.rung, alert.key))
        passed = {alert.rung for alert in rungs if alert.rung != present.rung}
        missed = tuple(sorted(passed.union(present.missed)))
        yield present.model_copy(update={"missed": missed})


def _ordered(alerts: Iterable[PendingAlert]) -> tuple[PendingAlert, ...]:
    return tuple(sorted(alerts, key=lambda a: (_GRAVITY.get(a.severity, 3), -a.rung, a.due, a.key)))


def _token(person: str, alerts: Sequence[PendingAlert]) -> str:
    text = "\n".join([person, *sorted(alert.key for alert in alerts)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
