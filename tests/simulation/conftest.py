"""Run weeks against a real register and a real mail server."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from law.calendar import Calendar
from law.corpus import Corpus
from store.engine import open_engine
from tests.channels.conftest import free_port, serving_mail
from tests.conftest import create_database
from tests.simulation.replay import Law
from tests.simulation.week import Post, Week
from tests.simulation.world import World

OpenWeek = Callable[[World], AbstractAsyncContextManager[Week]]
_numbers = itertools.count(1)


@pytest.fixture(name="law", scope="session")
def _law(book: Corpus, calendar: Calendar) -> Law:
    return Law(book, calendar)


@pytest.fixture(name="open_week")
def _open_week(server: str, law: Law) -> OpenWeek:
    @asynccontextmanager
    async def opened(world: World) -> AsyncIterator[Week]:
        """Give a world a register and a mail server of its own."""
        name = f"week_{next(_numbers)}"
        await create_database(server, name, "template_register")
        engine = open_engine(f"{server}/{name}", statement_seconds=30)
        post, port = Post(), free_port()
        with serving_mail(post, port):
            post.url = f"smtp://127.0.0.1:{port}"
            yield Week(world, law, engine, post)
        await engine.dispose()

    return opened
