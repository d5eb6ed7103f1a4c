"""Name what every test may ask for."""

from __future__ import annotations

import asyncio
import itertools
import shlex
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from cases.assess import assess
from cases.assessment import Assessment, LimitRow
from cases.dossier import Dossier, read_dossier
from cases.predicates import names_known
from embedded.ports import HOST, Ports
from embedded.supervisor import Supervisor
from law.calendar import Calendar, load_calendar
from law.corpus import Corpus, load_corpus
from store.migrate import upgrade

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Assessed:
    """A dossier with its assessment, and short ways to look at it."""

    dossier: Dossier
    answer: Assessment

    def limits(self, rule: str) -> list[LimitRow]:
        return [row for row in self.answer.limits if row.id == rule]

    def limit(self, rule: str) -> LimitRow:
        (row,) = self.limits(rule)
        return row

    def shown(self, rule: str) -> tuple[str, str]:
        """Give the due day and the state of the one occurrence of a rule."""
        row = self.limit(rule)
        return (row.due.isoformat() if row.due else "-", row.state)

    def irregular(self) -> list[tuple[str, str, str | None]]:
        return [(i.event, i.article, i.clause) for i in self.answer.irregularities]

    def stuck(self) -> set[str]:
        return {reason.reason for reason in self.answer.stuck}


class MakeCase(Protocol):
    def __call__(self, *facts: str, as_of: str, **dossier: Any) -> Assessed: ...


def fact_from(text: str) -> dict[str, Any]:
    event, on, *fields = shlex.split(text)
    plain: dict[str, Any] = {"event": event, "on": on}
    for field in fields:
        name, _, value = field.partition("=")
        plain[name] = {"true": True, "false": False}.get(value, value)
        if name == "amount_vnd":
            plain[name] = int(value)
    return plain


@pytest.fixture(name="calendar", scope="session")
def _calendar() -> Calendar:
    """Give the calendar of Viet Nam as its files state it."""
    return load_calendar()


@pytest.fixture(name="book", scope="session")
def _book() -> Corpus:
    return load_corpus(names_known())


@pytest.fixture(name="case")
def _case(book: Corpus, calendar: Calendar) -> MakeCase:
    def make(*facts: str, as_of: str, **dossier: Any) -> Assessed:
        """Assess a dossier; a fact is 'event day [name=value ...]', a value of words in quotes."""
        plain: dict[str, Any] = {
            "id": "X-1", "office": "nghe-an/kv1", "officer": "cv.an",
            "facts": [fact_from(text) for text in facts], **dossier,
        }  # fmt: skip
        if plain.get("kind", "enforcement_case") == "enforcement_case":
            plain.setdefault("origin", "on_request")
        moment = datetime.fromisoformat(as_of) if "T" in as_of else date.fromisoformat(as_of)
        read = read_dossier(plain, as_of=moment)
        return Assessed(read, assess(read, book, calendar, moment))

    return make


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(name="server", scope="session")
async def _server() -> AsyncIterator[str]:
    """Start one PostgreSQL for the run; give its address without a database."""
    with tempfile.TemporaryDirectory(prefix="thads-test-") as folder:
        supervisor = Supervisor(Path(folder) / "var", ports=Ports(postgres=free_port()))
        state = await supervisor.start(temporal=False)
        assert state.database_url is not None
        base = state.database_url.rpartition("/")[0]
        await create_database(base, "template_register", "template0")
        await asyncio.to_thread(upgrade, f"{base}/template_register")
        yield base
        await supervisor.stop()


async def create_database(base: str, name: str, template: str) -> None:
    async with await psycopg.AsyncConnection.connect(f"{base}/postgres", autocommit=True) as admin:
        await admin.execute(f"create database {name} template {template}".encode())


@pytest.fixture(name="database")
async def _database(server: str) -> str:
    """Give a test a database of its own, made from a template."""
    name = f"test_{next(_numbers)}"
    await create_database(server, name, "template_register")
    return f"{server}/{name}"
