"""Fit closed workflows and the archive's files to what archiving and reopening ask for.

An archive is JSON in lines: what it is about, the state that the workflow left, then each event
of its history as Temporal holds it, payloads that are encrypted included.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.protobuf.json_format import MessageToDict
from pydantic import ValidationError
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.archive import ClosedRun
from cases.kinds import kind_of
from settings import Settings
from store.archive_files import ArchiveError, ArchiveFiles, Kept
from store.archive_keys import ArchiveKeys
from store.archives import ArchiveRow, ArchiveRows, ArchiveTally
from store.engine import Engine
from store.sealing import read_seal
from workflows.client import ended_as
from workflows.dossier_life import DossierLife
from workflows.dossiers import OF_ANY_KIND
from workflows.messages import CaseState, dossier_id, workflow_id

CLOSED = f"{OF_ANY_KIND} AND ExecutionStatus != 'Running'"
"""What visibility is asked for to find closed runs of dossiers."""
FORMAT = "thads-archive/1"
COMPLETED = "COMPLETED"
_CONTINUED = "CONTINUED_AS_NEW"
_PATIENCE = timedelta(seconds=20)
_PAGE = 500


@dataclass(frozen=True)
class Story:
    """What an archive holds: what it is about, the state left, the events of the history."""

    about: dict[str, Any]
    state: CaseState | None
    events: tuple[dict[str, Any], ...]


class TemporalClosedRuns:
    """The closed runs of dossiers, as Temporal lists them."""

    def __init__(self, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def page(self, token: str) -> tuple[Sequence[ClosedRun], str]:
        """List closed runs, those after a token; an empty token ends it."""
        listed = self._client.list_workflows(
            CLOSED, page_size=_PAGE, next_page_token=base64.b64decode(token) or None
        )
        await listed.fetch_next_page()
        after = base64.b64encode(listed.next_page_token or b"").decode()
        return [_run(found) for found in listed.current_page or ()], after

    async def of(self, dossier: str) -> Sequence[ClosedRun]:
        """List the closed runs of one dossier."""
        plain = workflow_id(dossier).replace("'", "''")
        query = f"{CLOSED} AND WorkflowId = '{plain}'"
        return [_run(found) async for found in self._client.list_workflows(query)]


class Archive:
    """The archive of one installation: its files, and the record of them."""

    def __init__(self, rows: ArchiveRows, files: ArchiveFiles) -> None:
        """Take the record and the folder."""
        self._rows = rows
        self._files = files

    async def missing(self, runs: Sequence[ClosedRun]) -> Sequence[ClosedRun]:
        """Give those of the runs that are not archived."""
        known = await self._rows.archived([run.run for run in runs])
        return [run for run in runs if run.run not in known]

    async def write(self, run: ClosedRun, story: Story, now: datetime) -> Kept | None:
        """Keep the story of a run; None where somebody else has kept it meanwhile."""
        content = b"".join(_line(line) for line in _lines(story))
        kept = await asyncio.to_thread(
            self._files.keep, run.dossier, run.run, run.closed_at, content
        )
        row = ArchiveRow(
            dossier=run.dossier, run=run.run, workflow=run.workflow, status=run.status,
            file=kept.file, sha256=kept.sha256, bytes=kept.bytes, events=len(story.events),
            has_state=story.state is not None, closed_at=run.closed_at, archived_at=now,
        )  # fmt: skip
        if await self._rows.add(row):
            return kept
        self._files.remove(kept.file)
        return None

    async def left_by(self, dossier: str) -> CaseState | None:
        """Give the state that a dossier left, however it ended; raise `ArchiveError`."""
        rows = [row for row in await self._rows.of(dossier) if row.has_state]
        return (await self.read(rows[-1])).state if rows else None

    async def unprojected(self, after: str, most: int) -> list[str]:
        """List archived dossiers that the register lacks, by id, those after an id."""
        return await self._rows.unprojected(after, most)

    async def count_among(self, dossiers: Sequence[str]) -> int:
        """Count those of the dossiers that are archived."""
        return len(await self._rows.known(dossiers))

    async def page(self, after: tuple[str, str], most: int) -> list[ArchiveRow]:
        """List archives by dossier and run, those after one."""
        return await self._rows.page(after, most)

    async def tally(self) -> ArchiveTally:
        """Count what is archived."""
        return await self._rows.tally()

    async def stories(self, dossier: str) -> AsyncIterator[tuple[ArchiveRow, Story]]:
        """Give a dossier's archived runs, the oldest first; raise `ArchiveError`, `SealError`."""
        for row in await self._rows.of(dossier):
            yield row, await self.read(row)

    async def read(self, row: ArchiveRow) -> Story:
        """Read one archive, its hash checked; raise `ArchiveError`, `SealError`."""
        try:
            return read_story(await self._raw(row), row)
        except ArchiveError:
            again = next((r for r in await self._rows.of(row.dossier) if r.run == row.run), row)
            if again.file == row.file:
                raise
            # A change of keys has put another file in its place meanwhile.
            return read_story(await self._raw(again), again)

    async def _raw(self, row: ArchiveRow) -> bytes:
        return await asyncio.to_thread(self._files.read, row.dossier, row.run, row.file, row.sha256)

    async def last_state(self, dossier: str) -> CaseState | None:
        """Give the state that a dossier left when it closed last; None where none is archived.

        Raises `ArchiveError`, also where the register knows more facts than the archive: going on
        from there would lose them.
        """
        rows = [row for row in await self._rows.of(dossier) if row.has_state]
        if not rows:
            return None
        if rows[-1].erased_at is not None:
            raise ArchiveError(
                f"dossier {dossier!r} was erased; nothing can be reported to it",
                f"Hồ sơ {dossier!r} đã bị xóa dữ liệu; không nhận báo cáo được nữa",
            )
        if rows[-1].status != COMPLETED:
            raise ended_as(dossier, rows[-1].status)
        state = (await self.read(rows[-1])).state
        known = await self._rows.facts_known(dossier)
        if state is not None and known > len(state.dossier.facts):
            raise ArchiveError(
                f"the archive of {dossier!r} has {len(state.dossier.facts)} facts, the register "
                f"{known}; it is not gone on from; see: thads ops verify",
                f"Bản lưu trữ của {dossier!r} có {len(state.dossier.facts)} sự kiện, kho dữ liệu "
                f"có {known}; không mở tiếp từ bản này; hãy chạy: thads ops verify",
            )
        return state

    async def erase(self, dossier: str, left: CaseState, now: datetime) -> int:
        """Take names and history out of a dossier's archives; `left` is what statistics need.

        The last archive then holds `left` alone, so that a rebuild still shows the dossier, and
        the files of before are removed. Gives how many archives were erased; may be repeated.
        """
        rows = [row for row in await self._rows.of(dossier) if row.erased_at is None]
        last = next((row for row in reversed(rows) if row.has_state), None)
        for row in rows:
            kept = Kept("", "", 0)
            if row is last:
                about = {**(await self.read(row)).about, "events": 0, "erased_at": now.isoformat()}
                content = b"".join(_line(line) for line in _lines(Story(about, left, ())))
                kept = await asyncio.to_thread(
                    self._files.keep, dossier, row.run, row.closed_at, content
                )
            changes = {**kept._asdict(), "has_state": row is last}
            await self._rows.erase(row.model_copy(update=changes), now)
            # A file that a change of keys or a killed process left holds names as well.
            self._files.remove_all(dossier, row.run, row.closed_at, but=kept.file)
        return len(rows)


class ArchivePost:
    """The archive as the worker fills it from Temporal."""

    def __init__(self, client: Client, archive: Archive) -> None:
        """Take both sides."""
        self._client = client
        self._archive = archive

    async def missing(self, runs: Sequence[ClosedRun]) -> Sequence[ClosedRun]:
        """Give those of the runs that are not archived."""
        return await self._archive.missing(runs)

    async def keep(self, run: ClosedRun, now: datetime) -> int:
        """Archive a run and give the bytes written; raise `ValueError` where it cannot be read."""
        handle = self._client.get_workflow_handle(
            run.workflow, run_id=run.run, result_type=CaseState
        )
        try:
            history = await handle.fetch_history()
            state = await self._left_by(handle, run.status)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            # Lost between the list and the look, or deleted by an erasure.
            raise ValueError("Temporal does not have this run any more") from error
        except WorkflowFailureError as error:
            raise ValueError(str(error)) from error
        events = tuple(MessageToDict(event) for event in history.events)
        story = Story(_about(run, history.events, now), state, events)
        kept = await self._archive.write(run, story, now)
        return kept.bytes if kept is not None else 0

    async def _left_by(
        self, handle: WorkflowHandle[Any, CaseState], status: str
    ) -> CaseState | None:
        """Give the state that a run left: its result, or what a worker makes of its history."""
        if status == COMPLETED:
            return await handle.result(follow_runs=False)
        if status == _CONTINUED:
            return None
        try:
            return await handle.query(DossierLife.whole, rpc_timeout=_PATIENCE)
        except (RPCError, WorkflowQueryFailedError) as error:
            raise ValueError(f"no worker can say what this run left: {error}") from error


def open_archive_keys(settings: Settings, engine: Engine) -> ArchiveKeys:
    """Give the keys of the archive that the settings name; raise `SealError` as `open_archive`."""
    seal = read_seal(settings.sealing_key, settings.var)
    files = ArchiveFiles(settings.archive_folder, seal)
    return ArchiveKeys(ArchiveRows(engine), files, seal.ids)


def open_archive(settings: Settings, engine: Engine) -> Archive:
    """Give the archive that the settings name; raise `SealError` where its key does not read."""
    seal = read_seal(settings.sealing_key, settings.var)
    return Archive(ArchiveRows(engine), ArchiveFiles(settings.archive_folder, seal))


def read_story(raw: bytes, row: ArchiveRow) -> Story:
    """Read the lines of an archive; raise `ArchiveError` where it is not that of the row."""
    try:
        about, told, *events = [json.loads(line) for line in raw.splitlines()]
        state = None if told["state"] is None else CaseState.model_validate(told["state"])
        story = Story(about, state, tuple(line["event"] for line in events))
        said = (about["format"], about["dossier"], about["run"])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise _unreadable(row) from error
    if said != (FORMAT, row.dossier, row.run):
        raise _unreadable(row)
    return story


def _unreadable(row: ArchiveRow) -> ArchiveError:
    return ArchiveError(
        f"{row.file} does not hold the run {row.run} of {row.dossier!r} in a form that this "
        "release reads",
        f"{row.file} không chứa lần chạy {row.run} của {row.dossier!r} ở dạng mà phiên bản này "
        "đọc được",
    )


def _about(run: ClosedRun, events: Sequence[HistoryEvent], now: datetime) -> dict[str, object]:
    began = events[0].workflow_execution_started_event_attributes
    return {
        "format": FORMAT,
        "dossier": run.dossier,
        "kind": kind_of(run.dossier),
        "workflow": run.workflow,
        "run": run.run,
        "status": run.status,
        "first_run": began.first_execution_run_id,
        "continued_from": began.continued_execution_run_id or None,
        "started_at": run.started_at.isoformat(),
        "closed_at": run.closed_at.isoformat(),
        "archived_at": now.isoformat(),
        "events": len(events),
    }


def _run(found: WorkflowExecution) -> ClosedRun:
    closed = found.close_time or found.start_time
    return ClosedRun(
        dossier=dossier_id(found.id),
        workflow=found.id,
        run=found.run_id,
        status=found.status.name if found.status is not None else "UNKNOWN",
        started_at=found.start_time,
        closed_at=closed,
    )


def _lines(story: Story) -> Iterator[object]:
    yield story.about
    yield {"state": None if story.state is None else story.state.model_dump(mode="json")}
    for event in story.events:
        yield {"event": event}


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
