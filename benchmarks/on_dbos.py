"""Write the same life on DBOS: a loop that receives, assesses in one step, and answers."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID

from activities.answers import answer_of
from activities.ports import Answer, NewFact
from cases.assess import assess
from cases.dossier import Dossier, read_dossier
from cases.predicates import names_known
from law.calendar import ZONE, Calendar, load_calendar
from law.corpus import Corpus, the_book
from settings import Settings
from store.engine import open_engine
from store.register import Register
from workflows.messages import Reported, as_fact

DBOS_URL = "THADS_BENCH_DBOS_URL"
TOPIC = "facts"
NAME = "thads-benchmark"
_POOL = 20
_FOR_EVER = 10 * 365 * 86_400.0


@dataclass
class Tools:
    """What the step works with; set once before the first life."""

    corpus: Corpus
    calendar: Calendar
    register: Register


_tools: list[Tools] = []


@DBOS.step()  # type: ignore[untyped-decorator]
async def assess_and_write(dossier: Dossier, revision: int, as_of: datetime) -> Answer:
    """Do what our activity does: assess, write the register in one transaction, answer."""
    tools = _tools[0]
    assessment = assess(dossier, tools.corpus, tools.calendar, as_of)
    answer = answer_of(assessment)
    await tools.register.project(dossier, assessment, revision, answer.model_dump(mode="json"))
    return answer


@DBOS.workflow()  # type: ignore[untyped-decorator]
async def live(case: str, plain: dict[str, object]) -> str:
    """Receive facts with a time-out, assess after each, and answer each as an event."""
    dossier = read_dossier(plain)
    answer: Answer | None = None
    revision, as_of = 0, datetime.min.replace(tzinfo=ZONE)
    while answer is None or answer.status != "closed":
        wake = answer.next_wake if answer else None
        # As in our life, moments lie ahead of the real clock: the last fact's day is now.
        patience = _FOR_EVER if wake is None else max((wake - as_of).total_seconds(), 60.0)
        new: NewFact | None = await DBOS.recv_async(TOPIC, timeout_seconds=patience)
        revision += 1
        if new is not None:
            number = len(dossier.facts) + 1
            dossier = dossier.with_facts((*dossier.facts, as_fact(new, number)))
            as_of = max(as_of, new.received_at)
        answer = await assess_and_write(dossier, revision, as_of)
        if new is not None:
            reported = Reported(
                numbers=(len(dossier.facts),),
                stage=answer.stage,
                status=answer.status,
                agenda=answer.agenda,
                irregularities=answer.irregularities,
            )
            await DBOS.set_event_async(new.command_id, reported)
    return case


async def serve_dbos(settings: Settings, url: str, stop: asyncio.Event, ready: Path) -> None:
    """Serve; each line of standard input is a dossier to start, answered by its id."""
    engine = open_engine(settings.database_url or "", statement_seconds=5)
    _tools.append(Tools(the_book(names_known()), load_calendar(), Register(engine)))
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": url,
        "sys_db_pool_size": _POOL,
        "log_level": "ERROR",
        # The quickest that it allows; its own default makes its answers wait ten times longer.
        "notification_coalesce_sec": 0.001,
    }
    DBOS(config=config)
    DBOS.launch()
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    starting = asyncio.create_task(_start_all(reader))
    ready.write_text("serving\n", "utf-8")
    await stop.wait()
    starting.cancel()


async def _start_all(reader: asyncio.StreamReader) -> None:
    while line := await reader.readline():
        plain = json.loads(line)
        with SetWorkflowID(plain["id"]):
            await DBOS.start_workflow_async(live, plain["id"], plain)
        print(plain["id"], flush=True)
