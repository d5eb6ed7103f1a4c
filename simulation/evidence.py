"""Collect what a run left: in the workflows, in the register, in the mailboxes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from temporalio.exceptions import TemporalError

from benchmarks.morning import read_mail
from cases.assessment import Assessment
from cases.dossier import Dossier
from simulation.caseload import Caseload
from simulation.ledger import Line, read_ledger
from simulation.servers import Servers
from store.engine import Engine
from store.records import alerts, deliveries
from store.tables import dossiers, facts, limits
from workflows.client import dossier_of, failing_cases, look

Row = Mapping[str, Any]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Kept(_Part):
    """One dossier as its workflow has it, and as the register has it.

    `began_with`: how many facts it began with; `answers`: whether its workflow does; `fresh`:
    what is assessed of the workflow's dossier anew, at the register's moment; `dates`: every
    limit, with its due date, that any state of the dossier had; `told`: the dossiers that it
    told something, with the number there.
    """

    id: str
    began_with: int
    answers: bool = True
    dossier: Dossier
    row: Row | None
    facts: tuple[Row, ...] = ()
    limits: tuple[Row, ...] = ()
    fresh: Assessment | None = None
    dates: frozenset[tuple[str, str]] = frozenset()
    told: tuple[tuple[str, int | None], ...] = ()


class Taken(_Part):
    """One mail that was taken: its Message-ID's token, to whom, the dates that it speaks of."""

    token: str
    to: str
    entries: frozenset[tuple[str, str]]


class Evidence(_Part):
    """All that the checks look at; `at` is the moment of its collection."""

    at: datetime
    lines: tuple[Line, ...]
    kept: Mapping[str, Kept]
    alerts: tuple[Row, ...]
    deliveries: tuple[Row, ...]
    mails: tuple[Taken, ...]
    expected: frozenset[str] = frozenset()
    failing: tuple[str, ...] = ()


async def collect(servers: Servers, caseload: Caseload, ledger: Path) -> Evidence:
    """Collect everything from a system at rest."""
    client, engine = servers.client, servers.engine
    rows = {row["id"]: row for row in await engine.fetch(select(dossiers))}
    own_facts = await _by_dossier(engine, select(facts))
    own_limits = await _by_dossier(engine, select(limits).order_by(limits.c.place))
    kept: dict[str, Kept] = {}
    for name, account in caseload.accounts.items():
        row = rows.get(name)
        try:
            dossier = await dossier_of(client, name)
            card, _, _ = await look(client, name)
        except TemporalError:
            # Its workflow answers nobody; what it began with is all that is known of it.
            kept[name] = Kept(
                id=name, began_with=len(account.dossier.facts), dossier=account.dossier,
                row=row, answers=False,
            )  # fmt: skip
            continue
        kept[name] = Kept(
            id=name,
            began_with=len(account.dossier.facts),
            dossier=dossier,
            row=row,
            facts=tuple(own_facts.get(name, ())),
            limits=tuple(own_limits.get(name, ())),
            fresh=None if row is None else caseload.assess(dossier, row["assessed_at"]),
            dates=_dates(dossier, len(account.dossier.facts), caseload.assess),
            told=tuple((told.tiding.target, told.number) for told in card.told),
        )
    return Evidence(
        at=datetime.now(UTC),
        lines=tuple(read_ledger(ledger)),
        kept=kept,
        alerts=tuple(await engine.fetch(select(alerts))),
        deliveries=tuple(
            await engine.fetch(select(deliveries).where(deliveries.c.kind == "alerts"))
        ),
        mails=tuple(_read(content) for content in servers.mail.taken()),
        expected=frozenset(caseload.expected()),
        failing=tuple(await failing_cases(client)),
    )


def keep(evidence: Evidence, path: Path) -> None:
    """Write the alerts, the deliveries and the mails down, for whoever must understand a fault."""
    parts = {
        "alert": evidence.alerts,
        "delivery": evidence.deliveries,
        "mail": [mail.model_dump() for mail in evidence.mails],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for what, rows in parts.items():
            for row in rows:
                file.write(
                    json.dumps({"what": what, **row}, default=str, ensure_ascii=False) + "\n"
                )


def entry_of(alert: Row) -> tuple[str, str]:
    """Give what shows an alert's date in a mailbox: the calendar entry's UID, the due date."""
    named = f"{alert['dossier']}|{alert['occurrence']}"
    return f"{hashlib.sha256(named.encode()).hexdigest()[:40]}@thads.invalid", _plain(alert["due"])


def _plain(due: str) -> str:
    """Write a day as a day, and a moment in UTC."""
    if "T" not in due:
        return date.fromisoformat(due).isoformat()
    return datetime.fromisoformat(due).astimezone(UTC).isoformat()


def _read(content: bytes) -> Taken:
    mail = read_mail(content)
    token = mail.message_id.strip("<>").partition("@")[0]
    to = next((to for to, _, _ in mail.entries), "")
    return Taken(
        token=token, to=to, entries=frozenset((uid, _plain(due)) for _, uid, due in mail.entries)
    )


def _dates(
    dossier: Dossier, began_with: int, assess: Callable[[Dossier, datetime], Assessment]
) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    now = datetime.now(UTC)
    for many in range(began_with, len(dossier.facts) + 1):
        seen = assess(dossier.with_facts(dossier.facts[:many]), now)
        found |= {
            (row.occurrence, row.due.isoformat()) for row in seen.limits if row.due is not None
        }
    return frozenset(found)


async def _by_dossier(engine: Engine, query: Any) -> dict[str, list[Row]]:  # noqa: ANN401 - a select
    found: dict[str, list[Row]] = {}
    for row in await engine.fetch(query):
        found.setdefault(row["dossier"], []).append(row)
    return found


def tokens(mails: Sequence[Taken]) -> dict[str, list[Taken]]:
    """Put the copies of each message together, in the order in which they were taken."""
    found: dict[str, list[Taken]] = {}
    for mail in mails:
        found.setdefault(mail.token, []).append(mail)
    return found
