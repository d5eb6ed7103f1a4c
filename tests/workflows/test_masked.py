from __future__ import annotations

import json

from cases.dossier import read_dossier
from cli.opening import open_dossier
from store.parties import PartyRows
from tests.seals import SEAL
from tests.store.test_parties import NAME, PLANTED, planted, rows_telling
from tests.workflows.conftest import Stage, eventually
from workflows.client import (
    delete_executions,
    dossier_of,
    is_at_rest,
    is_known,
    look,
    start_case,
)
from workflows.messages import CaseState

AT_REST = (
    "judgment_received 2026-03-03",
    "enforcement_decision_issued 2026-03-05 number=22/QĐ",
    "officer_assigned 2026-03-06",
    "case_file_opened 2026-03-09",
    "decision_sent_to_procuracy 2026-03-10",
    "decision_validly_notified 2026-03-06 channel=direct",
    "means_verified 2026-03-23 outcome=with_means",
    "closed 2026-04-09",
)


async def history_telling(stage: Stage, case: str) -> list[str]:
    history = await stage.handle(case).fetch_history()
    raw = b"".join(event.SerializeToString() for event in history.events)
    assert case.encode() in raw
    return [t for t in PLANTED if t.encode() in raw or json.dumps(t)[1:-1].encode() in raw]


async def test_a_dossier_is_opened_with_its_parties_by_place_alone(stage: Stage) -> None:
    rows, case = PartyRows(stage.engine, SEAL), read_dossier(planted() | {"id": "MASKED-1"})
    async with stage.worker(max_cached_workflows=100):
        assert await open_dossier(stage.client, rows, case)
        assert not await open_dossier(stage.client, rows, case)
        other = read_dossier(planted() | {"id": "MASKED-1", "parties": {"debtor": [{"name": "X"}]}})
        assert not await open_dossier(stage.client, rows, other)
        await stage.tell("MASKED-1", "enforcement_decision_issued 2026-10-05")
        found = await dossier_of(stage.client, "MASKED-1")
    assert not found.names_anyone
    assert (await rows.named(found)).as_file()["parties"] == case.as_file()["parties"]
    assert await history_telling(stage, "MASKED-1") == []
    assert await rows_telling(stage.database) == []


async def test_a_running_dossier_of_before_gives_its_names_to_the_register(stage: Stage) -> None:
    rows, case = PartyRows(stage.engine, SEAL), read_dossier(planted() | {"id": "MASKED-2"})
    async with stage.worker(max_cached_workflows=100):
        await start_case(stage.client, case)

        async def is_masked() -> bool:
            return not (await dossier_of(stage.client, case.id)).names_anyone

        await eventually(is_masked)
        told = await stage.tell(case.id, "enforcement_decision_issued 2026-10-05")
        assert told.assessed
        left = await dossier_of(stage.client, case.id)
    assert [fact.number for fact in left.facts] == [1, 2]
    assert await rows_telling(stage.database) == []
    assert (await rows.named(left)).as_file()["parties"] == case.as_file()["parties"]


async def test_a_run_that_continues_a_dossier_of_before_begins_without_names(stage: Stage) -> None:
    case = read_dossier(planted() | {"id": "MASKED-3"})
    async with stage.worker(max_cached_workflows=100):
        await stage.client.start_workflow(
            "EnforcementCase", CaseState(dossier=case, most_events=1), id="case/MASKED-3",
            task_queue="thads",
        )  # fmt: skip
        first = (await stage.handle(case.id).describe()).run_id

        async def continued() -> bool:
            return (await stage.handle(case.id).describe()).run_id != first

        await eventually(continued)
        assert NAME not in str((await look(stage.client, case.id))[0])
    assert await history_telling(stage, case.id) == []


async def test_every_run_of_a_dossier_is_deleted_from_temporal(stage: Stage) -> None:
    async with stage.worker(max_cached_workflows=100):
        case = await stage.open(*AT_REST, id="DELETED-1")
        assert await is_known(stage.client, case)
        await stage.handle(case).result()
        assert await is_at_rest(stage.client, case)
        assert await is_at_rest(stage.client, "DELETED-2")
        assert not await is_known(stage.client, "DELETED-2")

        async def is_gone() -> bool:
            return not await delete_executions(stage.client, case)

        await eventually(lambda: delete_executions(stage.client, case))
        await eventually(is_gone, 20)
        assert not await is_known(stage.client, case)
