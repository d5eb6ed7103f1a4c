"""Start one PostgreSQL for the run, and give each test a database of its own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest

from law.calendar import Calendar
from law.corpus import load_corpus
from store.alerts import AlertRows
from store.engine import Engine, open_engine
from store.parties import PartyRows
from store.reading import Reading
from store.register import Register
from tests.conftest import create_database
from tests.seals import SEAL
from tests.store.dossiers import Assessor

_numbers = itertools.count(1)


@pytest.fixture
async def empty_database(server: str) -> str:
    name = f"empty_{next(_numbers)}"
    await create_database(server, name, "template0")
    return f"{server}/{name}"


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    made = open_engine(database, statement_seconds=10)
    yield made
    await made.dispose()


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine, SEAL)


@pytest.fixture
def party_rows(engine: Engine) -> PartyRows:
    return PartyRows(engine, SEAL)


@pytest.fixture
def reading(engine: Engine) -> Reading:
    return Reading(engine)


@pytest.fixture
def alert_rows(engine: Engine) -> AlertRows:
    return AlertRows(engine)


@pytest.fixture(scope="session")
def assessed(calendar: Calendar) -> Assessor:
    return Assessor(load_corpus(), calendar)
