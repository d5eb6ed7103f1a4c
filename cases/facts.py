"""Hold what was reported: a dated event with its fields, numbered within its dossier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, FutureError, Words
from cases.kinds import Kind
from cases.vocabulary import EventKind, Value, read_date, vocabulary
from law.calendar import ZONE, midnight_after

_CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_META = ("command_id", "actor", "received_at", "corrects", "retracts", "reason", "fact")
_A_TIME = Words(
    vi="cho phép giờ như 08:30 hoặc 2026-11-25T08:30",
    en="allowed is a time such as 08:30 or 2026-11-25T08:30",
)


class Report(BaseModel):
    """What someone reports: an event, its day, its moment where known, and its fields.

    `on` is a day in Viet Nam; `at` an instant with its offset. For a plan, `at` is the
    moment planned.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    event: str
    on: date
    at: datetime | None = None
    fields: dict[str, Value] = {}

    @property
    def kind(self) -> EventKind:
        """Give the event's entry in the vocabulary."""
        return vocabulary().events[self.event]

    def field(self, name: str) -> Value | None:
        """Give a field, or what the vocabulary says it is when left out."""
        value = self.fields.get(name)
        return value if value is not None else vocabulary().defaults.get(name)


class Fact(Report):
    """A report that was accepted: numbered, with who reported it and when it came in.

    A correction is a fact of its own that `corrects` an earlier number and takes its
    place; a retraction `retracts` one. Both give a reason, and both records are kept.
    """

    number: int
    command_id: str = ""
    actor: str = ""
    received_at: datetime | None = None
    corrects: int | None = None
    retracts: int | None = None
    reason: str | None = None

    @property
    def order(self) -> tuple[date, time, int]:
        """Order facts by day, time, then number."""
        return (self.on, self.at.astimezone(ZONE).time() if self.at else time.min, self.number)

    def as_file(self) -> dict[str, Any]:
        """Write the fact as the dossier file has it."""
        plain: dict[str, Any] = {"event": self.event, "on": self.on.isoformat()}
        if self.at:
            plain["at"] = self.at.isoformat()
        plain.update(self.fields)
        plain["fact"] = self.number
        for name in ("command_id", "actor", "received_at", "corrects", "retracts", "reason"):
            value = getattr(self, name)
            if value not in (None, ""):
                plain[name] = value.isoformat() if isinstance(value, datetime) else value
        return plain


def read_report(
    data: Mapping[str, object], where: str = "", dossier: Kind = "enforcement_case"
) -> Report:
    """Read one report from plain data; raise `FormError` on the first thing that is wrong.

    `at` is HH:MM of the day `on`, or an ISO moment (without an offset: Viet Nam's).
    Where `on` is left out, the day of `at` is meant. `dossier` is the kind it is told of.
    """
    kind = vocabulary().reported(data.get("event"), where, dossier)
    at = _read_moment(data.get("at"), data.get("on"), where)
    if data.get("on") is None and at is not None:
        on = at.astimezone(ZONE).date()
    else:
        on = read_date("on", data.get("on"), where)
    if kind.at == "required" and at is None:
        needed = Words(
            vi=f"sự kiện {kind.name} cần giờ, như 08:30 hoặc 2026-11-25T08:30",
            en=f"{kind.name} needs its time, such as 08:30 or 2026-11-25T08:30",
        )
        raise FormError("at", None, needed, where)
    if at is not None and not kind.plan and at.astimezone(ZONE).date() != on:
        same_day = Words(
            vi=f"giờ phải thuộc ngày {on} đã nêu ở 'on'",
            en=f"it must lie on the day {on} that 'on' names",
        )
        raise FormError("at", str(at), same_day, where)
    skip = {"event", "on", "at", *_META}
    fields = {name: value for name, value in data.items() if name not in skip}
    checked = kind.check(fields, where)
    _check_span(checked, where)
    return Report(event=kind.name, on=on, at=at, fields=checked)


def _check_span(fields: Mapping[str, Value], where: str) -> None:
    """Refuse a time that ends before it begins."""
    first, last = fields.get("first"), fields.get("last")
    if first is not None and last is not None and str(last) < str(first):
        not_before = Words(
            vi=f"cho phép một ngày không trước ngày {first} đã nêu ở 'first'",
            en=f"allowed is a day not before the day {first} that 'first' names",
        )
        raise FormError("last", str(last), not_before, where)


def _read_moment(value: object, on: object, where: str) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        if _CLOCK_TIME.fullmatch(value):
            day = read_date("on", on, where)
            return datetime.combine(day, time.fromisoformat(value.zfill(5)), ZONE)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and "T" in value.upper().replace(" ", "T"):
            return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    raise FormError("at", value, _A_TIME, where)


def check_not_future(report: Report, now: datetime, where: str = "") -> None:
    """Refuse something done that is dated after `now`; plans may lie ahead."""
    if report.kind.plan:
        return
    if datetime.combine(report.on, time.min, ZONE) > now:
        today = now.astimezone(ZONE).date()
        allowed = Words(
            vi=f"việc đã làm không thể ghi ngày sau {today:%d/%m/%Y}",
            en=f"what is done cannot be dated after {today}",
        )
        raise FutureError("on", report.on.isoformat(), allowed, where)
    if report.at is not None and report.at > now:
        allowed = Words(
            vi=f"việc đã làm không thể ghi giờ sau {now.astimezone(ZONE):%H:%M ngày %d/%m/%Y}",
            en=f"what is done cannot be timed after {now}",
        )
        raise FutureError("at", report.at.isoformat(), allowed, where)


def end_of(day: date) -> datetime:
    """Give the last instant that still belongs to `day`; how a day is looked at as a whole."""
    return midnight_after(day) - datetime.resolution


def effective(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Give the facts that count now, in order: corrected ones replaced, retracted ones gone.

    A correction keeps the number of the fact it corrects, so that what it triggered keeps
    its identity.
    """
    current: dict[int, Fact] = {}
    for fact in facts:
        if fact.retracts is not None:
            current.pop(fact.retracts, None)
        elif fact.corrects is not None:
            if fact.corrects in current:
                current[fact.corrects] = fact.model_copy(update={"number": fact.corrects})
        else:
            current[fact.number] = fact
    return tuple(sorted(current.values(), key=lambda fact: fact.order))
