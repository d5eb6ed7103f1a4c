"""A closed dossier is kept before Temporal loses it, shown again, and gone on from."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import datetime

import psycopg
import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from archiving import ArchivePost, TemporalClosedRuns
from store.archive_files import ArchiveError, safe_name
from store.archives import ArchiveRows
from store.sealing import SealError
from tests.workflows.conftest import PASSED_THROUGH, eventually, make_dossier, new_fact
from tests.workflows.keeping import Keeping, keeping_fixture  # noqa: F401 - a fixture
from workflows.client import (
    CommandError,
    UnknownCaseError,
    archive_now,
    look,
    report,
    start_case,
)
from workflows.dossiers import WORKFLOWS, EnforcementCase
from workflows.messages import CaseState, workflow_id

SECRET = "Nguyễn Thị Kín Đáo"


async def test_a_closed_dossier_is_shown_again_after_temporal_has_lost_it(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        case = await keeping.close_petition("petition/LOST")
        code, told = await keeping.call_json("ops", "archive", "status")
        assert (code, told["waiting"], told["closed"]) == (1, [case], 1)
        assert told["retention_days"] >= 1
        done = await archive_now(keeping.client)
        assert (done.closed, done.archived, done.failed) == (1, 1, 0)
        assert (await keeping.call("ops", "archive", "status"))[0] == 0
        await keeping.lose(case)
        code, out, _ = await keeping.call("ops", "archive", "show", case)
        assert code == 0
        assert "petition/LOST" in out
        assert "06/08/2026" in out, "its facts are shown"
        code, out, _ = await keeping.call("case", "show", case)
        assert code == 0
        assert "06/08/2026" in out
        code, out, _ = await keeping.call("ops", "archive", "show", case, "--history")
        kinds = [json.loads(line)["eventType"] for line in out.splitlines()]
        assert kinds[0] == "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"
        assert kinds[-1] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"
        assert (await keeping.call("ops", "archive", "show", "petition/NONE"))[0] == 1


async def test_a_dossier_of_years_ago_takes_a_report_and_is_archived_once_more(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        case = await keeping.close_petition("petition/OLD")
        await archive_now(keeping.client)
        await keeping.lose(case)
        late = new_fact("petition_answered 2026-08-07", "petition")
        with pytest.raises(UnknownCaseError):
            await report(keeping.client, case, [late])
        told = await report(keeping.client, case, [late], keeping.archive.last_state)
        assert told.numbers == (3,)
        again = await report(keeping.client, case, [late], keeping.archive.last_state)
        assert (again.numbers, again.repeated) == ((3,), (3,)), "the command is known as before"
        _, facts, _ = await look(keeping.client, case)
        assert [fact.number for fact in facts] == [1, 2, 3]
        await keeping.handle(case).result()
        assert (await archive_now(keeping.client)).archived >= 1
        rows = await ArchiveRows(keeping.engine).of(case)
        assert len(rows) == len({row.run for row in rows}) >= 2
        await keeping.lose(case)
        state = await keeping.archive.last_state(case)
        assert state is not None
        assert len(state.dossier.facts) == 3, "the last one counts"


async def test_a_changed_or_missing_file_is_said_and_nothing_is_gone_on_from_it(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        case = await keeping.close_petition("petition/CHANGED")
        await archive_now(keeping.client)
        (row,) = await ArchiveRows(keeping.engine).of(case)
        path = keeping.settings.archive_folder / row.file
        assert path.stat().st_mode & 0o777 == 0o600
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        code, _, said = await keeping.call("ops", "archive", "show", case)
        assert code == 1
        assert "đã bị thay đổi" in said
        code, told = await keeping.call_json("ops", "verify", "--only", "archive")
        assert (code, [one["subject"] for one in told["differences"]]) == (1, [case])
        await keeping.lose(case)
        late = new_fact("petition_answered 2026-08-07", "petition")
        with pytest.raises(ArchiveError, match="its hash is not the recorded one"):
            await report(keeping.client, case, [late], keeping.archive.last_state)
        path.unlink()
        code, _, said = await keeping.call("ops", "archive", "show", case, "--lang", "en")
        assert code == 1
        assert "cannot be read in" in said
        path.write_bytes(whole)
        assert (await keeping.call("ops", "verify", "--only", "archive"))[0] == 0


async def test_an_archive_is_ciphertext_and_opens_with_its_key_alone(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.whole_worker():
        party = {"role": "debtor", "name": SECRET}
        case = await keeping.open(
            "petition_received 2026-08-03", id="petition/SEALED", kind="petition",
            office="nghe-an", officer=None, title=SECRET,
        )  # fmt: skip
        assert party
        await keeping.tell(case, "petition_answered 2026-08-06")
        await keeping.handle(case).result()
        await archive_now(keeping.client)
    (row,) = await ArchiveRows(keeping.engine).of(case)
    raw = (keeping.settings.archive_folder / row.file).read_bytes()
    assert SECRET.encode() not in raw
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(raw.partition(b"\n")[2])
    state = await keeping.archive.last_state(case)
    assert state is not None
    assert state.dossier.title == SECRET
    monkeypatch.setenv("THADS_SEAL_KEY", "A" * 43 + "=")
    keeping.settings = type(keeping.settings)()
    with pytest.raises(SealError, match="is not at hand"):
        await keeping.archive.last_state(case)


async def test_every_run_of_a_chain_is_kept_and_its_history_replays(keeping: Keeping) -> None:
    async with keeping.whole_worker():
        dossier = make_dossier("request_received 2026-07-06")
        await keeping.client.start_workflow(
            EnforcementCase.run, CaseState(dossier=dossier, most_events=12),
            id=workflow_id(dossier.id), task_queue="thads",
        )  # fmt: skip
        for text in (
            "enforcement_decision_issued 2026-07-10", "officer_assigned 2026-07-10",
            "case_file_opened 2026-07-13", "decision_sent_to_procuracy 2026-07-14",
        ):  # fmt: skip
            await keeping.tell(dossier.id, text)
            await asyncio.sleep(0.2)

        async def archived() -> int:
            await archive_now(keeping.client)
            return len(await ArchiveRows(keeping.engine).of(dossier.id))

        await eventually(archived, 30)
    found = [one async for one in keeping.archive.stories(dossier.id)]
    assert {row.status for row, _ in found} == {"CONTINUED_AS_NEW"}
    assert all(story.state is None for _, story in found), "the run after has it"
    assert await keeping.archive.last_state(dossier.id) is None
    firsts = [story.about["first_run"] for _, story in found]
    assert len(set(firsts)) == 1
    replayer = Replayer(
        workflows=list(WORKFLOWS.values()),
        data_converter=keeping.client.data_converter,
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
    )
    for row, story in found:
        history = WorkflowHistory.from_json(row.workflow, {"events": list(story.events)})
        await replayer.replay_workflow(history)


async def test_what_was_terminated_is_kept_with_its_facts_and_takes_no_report(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        case = await keeping.open("request_received 2026-07-06", id="ENDED")
        await eventually(lambda: keeping.assessed(case))
        await keeping.handle(case).terminate("by hand")
        assert (await archive_now(keeping.client)).archived == 1
        await keeping.lose(case)
        state = await keeping.archive.left_by(case)
        assert state is not None
        assert len(state.dossier.facts) == 1
        with pytest.raises(CommandError, match="has ended as TERMINATED"):
            await report(
                keeping.client, case, [new_fact("officer_assigned 2026-07-10")],
                keeping.archive.last_state,
            )  # fmt: skip


async def test_two_who_archive_at_once_keep_one_file_and_one_row(keeping: Keeping) -> None:
    async with keeping.whole_worker():
        case = await keeping.close_petition("petition/TWICE")
        runs = TemporalClosedRuns(keeping.client)

        async def page() -> object:
            return (await runs.page(""))[0]

        await eventually(page)
        (run,), token = await runs.page("")
        assert token == ""
        post = ArchivePost(keeping.client, keeping.archive)
        now = datetime.now().astimezone()  # noqa: TID251 - the edge's clock
        written = await asyncio.gather(*(post.keep(run, now) for _ in range(4)))
    assert len([one for one in written if one]) == 1
    files = [path for path in keeping.settings.archive_folder.rglob("*") if path.is_file()]
    (row,) = await ArchiveRows(keeping.engine).of(case)
    assert [path.relative_to(keeping.settings.archive_folder).as_posix() for path in files] == [
        row.file
    ]


async def test_an_archive_with_fewer_facts_than_the_register_is_not_gone_on_from(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        case = await keeping.close_petition("petition/BEHIND")
        await archive_now(keeping.client)
        await keeping.lose(case)
        await _ask(keeping, "update projection.dossiers set facts_count = 9")
        with pytest.raises(ArchiveError, match="has 2 facts, the register 9"):
            await keeping.archive.last_state(case)


async def test_the_record_of_archives_is_not_deleted_nor_changed(keeping: Keeping) -> None:
    async with keeping.whole_worker():
        await keeping.close_petition("petition/RECORD")
        await archive_now(keeping.client)
    for statement in (
        "delete from record.archives",
        "truncate record.archives",
        "update record.archives set events = events + 1",
        "update record.archives set dossier = 'x'",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
            await _ask(keeping, statement)


def test_two_ids_never_share_a_file_name() -> None:
    ids = ["a/b", "a_b", "petition/A", "petition_A", "A", "a.b", "x" * 90, "x" * 91]
    assert len({safe_name(one) for one in ids}) == len(ids)
    assert all("/" not in safe_name(one) for one in ids)


async def _ask(keeping: Keeping, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(keeping.database, autocommit=True) as one:
        await one.execute(statement.encode())


async def test_a_case_that_nobody_knows_stays_unknown(keeping: Keeping) -> None:
    async with keeping.whole_worker():
        with pytest.raises(UnknownCaseError):
            await look(keeping.client, "NOBODY", keeping.archive.last_state)
        assert await start_case(keeping.client, make_dossier("request_received 2026-07-06"))


async def test_an_erased_archive_keeps_what_is_left_alone_and_takes_no_report(
    keeping: Keeping,
) -> None:
    async with keeping.whole_worker():
        case = await keeping.close_petition("petition/ERASED")
        await archive_now(keeping.client)
        (before,) = await ArchiveRows(keeping.engine).of(case)
        state = await keeping.archive.left_by(case)
        assert state is not None
        left = state.model_copy(
            update={"dossier": state.dossier.with_facts(state.dossier.facts[:1])}
        )
        now = datetime.now().astimezone()  # noqa: TID251 - the edge's clock
        assert await keeping.archive.erase(case, left, now) == 1
        assert await keeping.archive.erase(case, left, now) == 0
        ((row, story),) = [one async for one in keeping.archive.stories(case)]
        assert story.events == ()
        assert (row.events, row.erased_at is not None) == (0, True)
        assert story.state == left
        assert not (keeping.settings.archive_folder / before.file).exists()
        assert (await keeping.call("ops", "verify", "--only", "archive"))[0] == 0
        with pytest.raises(ArchiveError, match="was erased"):
            await keeping.archive.last_state(case)
