"""Start one PostgreSQL for the run, and give each test a database of its own."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from embedded.ports import HOST, Ports
from embedded.supervisor import Supervisor
from law.calendar import Calendar
from law.corpus import load_corpus
from store.alerts import AlertRows
from store.engine import Engine, open_engine
from store.migrate import upgrade
from store.reading import Reading
from store.register import Register
from tests.store.dossiers import Assessor

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    var: Path = tmp_path_factory.mktemp("store") / "var"
    supervisor = Supervisor(var, ports=Ports(postgres=port))
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


@pytest.fixture
async def empty_database(server: str) -> str:
    name = f"empty_{next(_numbers)}"
    await create_database(server, name, "template0")
    return f"{server}/{name}"


@pytest.fixture
async def database(server: str) -> str:
    name = f"test_{next(_numbers)}"
    await create_database(server, name, "template_register")
    return f"{server}/{name}"


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    made = open_engine(database, statement_seconds=10)
    yield made
    await made.dispose()


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine)


@pytest.fixture
def reading(engine: Engine) -> Reading:
    return Reading(engine)


@pytest.fixture
def alert_rows(engine: Engine) -> AlertRows:
    return AlertRows(engine)


@pytest.fixture(scope="session")
def assessed(calendar: Calendar) -> Assessor:
    return Assessor(load_corpus(), calendar)
