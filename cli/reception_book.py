"""Find an office's book of citizen reception, open it when it is needed, and report to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from cyclopts import Parameter
from temporalio.client import Client

from activities.ports import AgendaLine, Answer, NewFact
from cases.dossier import Dossier, read_dossier
from cases.facts import Fact, check_not_future, effective, read_report
from cases.kinds import PREFIXES
from cli.actor import acting
from law.calendar import ZONE
from law.model import Holder
from store.register import Register
from workflows import client as engine

Office = Annotated[str, Parameter(name="--office", help="The office whose book it is.")]
_OPENED = "reception_book_opened"
Told = dict[str, Any]
"""One report as it is typed: its event, its day, its fields."""


def book_of(office: str, year: int) -> str:
    """Name the book of an office and a year, such as reception/nghe-an-2026."""
    return f"{PREFIXES['reception']}{office.replace('/', '.')}-{year}"


def facts_of(told: Sequence[Told], book: str, now: datetime, actor: str | None) -> list[NewFact]:
    """Check reports and make them facts; a report that is repeated is the same fact."""
    return [_fact(plain, book, now, actor) for plain in told]


async def report_to_book(
    client: Client, office: str, year: int, told: Sequence[Told], now: datetime, actor: str | None
) -> engine.Reported:
    """Report to the book of an office's year, which is opened first where there is none."""
    book = book_of(office, year)
    facts = facts_of(told, book, now, actor)
    try:
        return await engine.report(client, book, facts)
    except engine.UnknownCaseError:
        first = min([fact.on for fact in facts] + [now.astimezone(ZONE).date()])
        opened = await _first_day(client, office, year, first)
        await engine.start_case(client, _new_book(office, book, opened, now, actor))
        return await engine.report(client, book, facts)


async def open_books(client: Client, register: Register, now: datetime) -> list[str]:
    """Open this year's books of the offices that kept one last year; give the new ones.

    So that the first month of a year counts though nobody has written in its book yet.
    """
    today = now.astimezone(ZONE).date()
    kept = await register.reception_offices(today.year - 1)
    lacking = set(kept) - set(await register.reception_offices(today.year)) if kept else set()
    opened: list[str] = []
    for office in sorted(lacking):
        book = book_of(office, today.year)
        new = _new_book(office, book, date(today.year, 1, 1), now, "worker")
        if await engine.start_case(client, new):
            opened.append(book)
    return opened


async def read_book(client: Client, book: str) -> tuple[tuple[Fact, ...], Answer | None]:
    """Give what counts of a book, and what is due in it; raise `UnknownCaseError`."""
    _, facts, answer = await engine.look(client, book)
    return effective(facts), answer


def due_lines(answer: Answer | None) -> list[AgendaLine]:
    """List what somebody must do in a book; that a month goes by is nobody's to do."""
    return [line for line in answer.agenda if line.holder != Holder.NOBODY] if answer else []


async def _first_day(client: Client, office: str, year: int, first: date) -> date:
    """Begin where the year before ended; an office that kept no book begins with this month."""
    try:
        await engine.look(client, book_of(office, year - 1))
    except engine.UnknownCaseError:
        return max(first.replace(day=1), date(year, 1, 1))
    return date(year, 1, 1)


def _new_book(office: str, book: str, day: date, now: datetime, actor: str | None) -> Dossier:
    told: Told = {"event": _OPENED, "on": day.isoformat()}
    [fact] = facts_of([told], book, now, actor)
    kept = fact.model_dump(mode="json", exclude={"fields", "corrects", "retracts", "reason", "at"})
    plain = {"kind": "reception", "id": book, "office": office, "facts": [kept]}
    return read_dossier(plain, as_of=now)


def _fact(plain: Told, book: str, now: datetime, actor: str | None) -> NewFact:
    report = read_report({n: v for n, v in plain.items() if v is not None}, "", "reception")
    check_not_future(report, now)
    same = [book, report.event, report.on.isoformat(), report.fields]
    text = json.dumps(same, sort_keys=True, ensure_ascii=False)
    return NewFact(
        **report.model_dump(),
        command_id=hashlib.sha256(text.encode()).hexdigest()[:32],
        actor=acting(actor),
        received_at=now,
    )
