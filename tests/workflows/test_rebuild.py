"""The projection is dropped and comes back from workflows and archive as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from activities import rebuilding as activity_of_rebuilds
from cases.dossier import Dossier
from rebuilding import RebuildPost, TemporalSource
from store.findings import FindingRows
from store.rebuilds import RebuildingError, RebuildRow, RebuildRows
from store.records import rebuilds
from store.register import Register
from tests.workflows.conftest import eventually, make_dossier
from tests.workflows.keeping import Keeping, keeping_fixture  # noqa: F401 - a fixture
from workflows.client import archive_now, rebuild, start_case

LATE = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")


async def ask(keeping: Keeping, *statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(keeping.database, autocommit=True) as one:
        for statement in statements:
            await one.execute(statement.encode())


async def open_all(keeping: Keeping) -> list[str]:
    """Open dossiers of several kinds: late, corrected, told of another, closed, lost."""
    case = await keeping.open(*LATE, id="CASE")
    await keeping.tell(case, "officer_assigned 2026-07-10")
    await keeping.tell(case, "officer_assigned 2026-07-13", corrects=3, reason="nhầm ngày")
    told = await keeping.open(
        "complaint_received 2026-08-03 object=coercion", id="complaint/TOLD", kind="complaint",
        office="nghe-an", officer=None, about=case,
    )  # fmt: skip
    await keeping.tell(told, "complaint_accepted 2026-08-06")
    closed = await keeping.close_petition("petition/CLOSED")
    lost = await keeping.close_petition("petition/LOST")
    await archive_now(keeping.client)
    await keeping.lose(lost)
    many = [await keeping.open(*LATE, id=f"MANY-{n}") for n in range(4)]
    cases = [case, told, *many]
    for one in cases:
        await eventually(partial(keeping.assessed, one))
    await settled(keeping, len(cases) + 1)
    return [*cases, closed, lost]


async def settled(keeping: Keeping, many: int) -> None:
    """Wait until visibility lists as many dossiers, so that nothing is at work any more."""

    async def listed() -> bool:
        return await TemporalSource(keeping.client).count() == many

    await eventually(listed, 20)


async def rebuilt(keeping: Keeping) -> Any:
    return await (await rebuild(keeping.client, "tester")).result()


async def last(keeping: Keeping) -> RebuildRow:
    query = select(rebuilds).order_by(rebuilds.c.started_at.desc()).limit(1)
    return RebuildRow.model_validate((await keeping.engine.fetch(query))[0])


async def test_every_row_of_every_table_comes_back_and_nothing_on_record_changes(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        cases = await open_all(keeping)
        await ask(
            keeping,
            "update record.alerts set state = 'sent', sent_at = now(), person = 'cv.an' "
            "where dossier = 'CASE' and key = (select min(key) from record.alerts "
            "where dossier = 'CASE' and state = 'raised')",
        )
        before = await keeping.rows("projection", "record")
        assert len(before["projection.dossiers"]) == len(cases)
        assert before["projection.limits"]
        assert before["record.alerts"]
        done = await rebuilt(keeping)
        assert (done.done, done.failed, done.total) == (len(cases), 0, len(cases))
        assert await keeping.rows("projection", "record") == before
        row = await last(keeping)
        assert (row.phase, row.by, row.done, row.failed) == ("finished", "tester", len(cases), 0)
        assert (await keeping.call_json("ops", "verify"))[1]["differences"] == []


@pytest.mark.parametrize(
    "damage",
    [
        "drop schema projection cascade",
        "drop table projection.limits",
        "alter table projection.facts drop column event",
        "drop index projection.stuck_shown",
    ],
)
async def test_a_damaged_projection_is_made_anew(keeping: Keeping, damage: str) -> None:
    async with keeping.whole_worker():
        case = await keeping.open(*LATE)
        await eventually(lambda: keeping.assessed(case))
        await settled(keeping, 1)
        before = await keeping.rows("projection", "record")
        await ask(keeping, damage)
        code, plan = await keeping.call_json("ops", "rebuild")
        assert (code, plan["damaged"], plan["written"]) == (0, True, False)
        await rebuilt(keeping)
        assert await keeping.rows("projection", "record") == before
        assert not (await asyncio.to_thread(RebuildRows(keeping.engine).inspect)).damaged


class Slow(RebuildPost):
    """A register that is written slowly, so that a rebuild can be looked at and killed."""

    began = asyncio.Event()

    async def write(self, items: Sequence[tuple[Dossier, Any, int, Any]]) -> None:
        await asyncio.sleep(0.3)
        await super().write(items)
        Slow.began.set()


async def test_a_rebuild_goes_on_after_its_worker_ended_and_loses_no_report_meanwhile(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity_of_rebuilds, "BATCH", 1)
    monkeypatch.setattr("services.RebuildPost", Slow)
    Slow.began.clear()
    async with keeping.whole_worker():
        cases = await open_all(keeping)
        before = await keeping.rows("projection", "record")
        handle = await rebuild(keeping.client, "tester")
        await rebuild(keeping.client, "other")
        await asyncio.wait_for(Slow.began.wait(), 20)
        row = await RebuildRows(keeping.engine).under_way()
        assert row is not None
        assert 0 <= row.done < len(cases)
        _, _, said = await keeping.call("stuck")
        assert f"/{row.total} hồ sơ. Danh sách dưới đây chưa đủ." in said
        with pytest.raises(RebuildingError, match="is being rebuilt"):
            await FindingRows(keeping.engine).known(["CASE"])
        code, _, said = await keeping.call("ops", "verify", "--lang", "en")
        assert code == 2
        assert "is being rebuilt" in said
    assert await RebuildRows(keeping.engine).under_way() is not None
    async with keeping.whole_worker():
        told = await keeping.tell("CASE", "case_file_opened 2026-07-14")
        assert told.assessed
        done = await handle.result()
    assert done.failed == 0
    after = await keeping.rows("projection", "record")
    assert len(after["projection.facts"]) == len(before["projection.facts"]) + 1
    kept = {one for one in after["projection.dossiers"] if "'id': 'CASE'" not in one}
    assert kept == {one for one in before["projection.dossiers"] if "'id': 'CASE'" not in one}
    assert {one for one in before["record.alerts"] if "'CASE" not in one} == {
        one for one in after["record.alerts"] if "'CASE" not in one
    }
    begun = await keeping.engine.fetch(select(rebuilds))
    assert len(begun) == 1, "one rebuild, however often it was asked for and cut short"


async def test_what_was_imported_and_not_started_is_not_dropped(keeping: Keeping) -> None:
    async with keeping.whole_worker() as services:
        dossier = make_dossier(*LATE)
        now = datetime.now().astimezone()  # noqa: TID251 - the edge's clock
        assessment, _ = services.assessing.work_out(dossier, now)
        await Register(keeping.engine).project_many([(dossier, assessment, 1, None)])
        before = await keeping.rows("projection")
        code, _, said = await keeping.call("ops", "rebuild", "--write", "--lang", "en")
        assert code == 2
        assert "1 imported dossiers are not started yet" in said
        handle = await rebuild(keeping.client, "tester")
        await asyncio.sleep(1)
        assert await keeping.rows("projection") == before, "the worker refuses it too"
        await start_case(keeping.client, dossier)
        await Register(keeping.engine).mark_started([dossier.id])
        assert (await handle.result()).done == 1
        assert await keeping.rows("projection") != {}


async def test_without_write_nothing_is_done(keeping: Keeping) -> None:
    async with keeping.whole_worker():
        cases = await open_all(keeping)
        before = await keeping.rows("projection", "record")
        code, plan = await keeping.call_json("ops", "rebuild")
        counted = {name: plan[name] for name in ("rows", "running", "closed", "kept", "total")}
        assert code == 0
        assert counted == {
            "rows": len(cases), "running": 6, "closed": 1, "kept": 1, "total": len(cases),
        }  # fmt: skip
        _, out, _ = await keeping.call("ops", "rebuild")
        assert "thêm --write" in out
        assert await keeping.rows("projection", "record") == before
        assert await keeping.engine.fetch(select(rebuilds)) == []
        code, told = await keeping.call_json("ops", "rebuild", "--write", "--actor", "quản trị")
        assert (code, told["done"]) == (0, len(cases))
        assert (await last(keeping)).by == "quản trị"
        assert await keeping.rows("projection", "record") == before


async def test_every_difference_is_told_and_a_rebuild_mends_it(keeping: Keeping) -> None:
    async with keeping.whole_worker():
        await open_all(keeping)
        assert (await keeping.call_json("ops", "verify"))[1]["differences"] == []
        await ask(
            keeping,
            "update projection.dossiers set stage = 'coercion' where id = 'CASE'",
            "update projection.dossiers set revision = 90 where id = 'MANY-0'",
            "update projection.facts set \"on\" = '2026-07-01' "
            "where dossier = 'MANY-1' and number = 2",
            "update projection.limits set due = '2030-01-01' where dossier = 'MANY-2' "
            "and occurrence = (select min(occurrence) from projection.limits "
            "where dossier = 'MANY-2' and due is not null)",
            "delete from projection.dossiers where id = 'MANY-3'",
            "delete from projection.dossiers where id = 'petition/LOST'",
            "update projection.dossiers set dossier = jsonb_set(dossier, '{facts,0,on}', "
            "'\"2026-01-01\"') where id = 'petition/CLOSED'",
            "insert into projection.dossiers select (jsonb_populate_record(d, "
            "'{\"id\": \"NOWHERE\"}')).* from projection.dossiers d where id = 'CASE'",
        )
        code, told = await keeping.call_json("ops", "verify")
        assert code == 1
        found = {(one["part"], one["subject"]) for one in told["differences"]}
        assert found == {
            ("dossiers", "CASE"), ("dossiers", "MANY-0"), ("dossiers", "MANY-1"),
            ("receipts", "MANY-2"), ("presence", "MANY-3"),
            ("presence", "petition/LOST"), ("dossiers", "petition/CLOSED"),
            ("dossiers", "NOWHERE"),
        }  # fmt: skip
        said = {one["subject"]: one["en"] for one in told["differences"]}
        assert said["CASE"] == "stage: the register says coercion, the workflow assigned"
        assert "neither Temporal nor the archive" in said["NOWHERE"]
        assert all(one["remedy_vi"] and one["remedy_en"] for one in told["differences"])
        _, out, _ = await keeping.call("ops", "verify")
        assert "kho dữ liệu ghi coercion, tiến trình ghi assigned" in out
        await rebuilt(keeping)
        _, told = await keeping.call_json("ops", "verify")
        assert told["differences"] == [], "what has no source is gone"


async def test_an_unknown_part_of_a_verification_is_refused(keeping: Keeping) -> None:
    code, _, said = await keeping.call("ops", "verify", "--only", "nothing")
    assert code == 2
    assert "dossiers, presence, receipts, archive" in said
