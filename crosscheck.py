"""Fit the register's findings and Temporal's visibility to what the nightly check asks for."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from activities.checks import Condition, Found, OpenCase, Run
from store.findings import FindingRow, FindingRows
from workflows.attributes import NEXT_DUE_AT, OFFICE, OFFICER, STAGE
from workflows.dossiers import OF_ANY_KIND
from workflows.messages import dossier_id, workflow_id

_RUNNING = f"{OF_ANY_KIND} AND ExecutionStatus = 'Running'"
_FAILING = f"{OF_ANY_KIND} AND TemporalReportedProblems IS NOT NULL"
_PROBLEMS = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
_ASKED_TOGETHER = 100
"""Workflow ids in one question; longer questions are refused or slow."""
_PAGE = 1000


class CheckPost:
    """The check's book over the register's rows."""

    def __init__(self, rows: FindingRows) -> None:
        """Take the rows."""
        self._rows = rows

    async def open_cases(self, now: datetime, after: str, most: int) -> Sequence[OpenCase]:
        """List started cases not closed, by id, those after an id."""
        rows = await self._rows.open_rows(now, after, most)
        return [OpenCase.model_validate(row.model_dump()) for row in rows]

    async def known(self, ids: Collection[str]) -> set[str]:
        """Give those of the ids that the register has."""
        return await self._rows.known(ids)

    async def in_files(self, now: datetime, ids: Sequence[str], rungs: int) -> Sequence[Found]:
        """Find limits unarmed and alerts unacknowledged."""
        return _found(
            [
                *await self._rows.unarmed(now, ids),
                *await self._rows.unacknowledged(now, ids, rungs),
            ]
        )

    async def undelivered(self, now: datetime) -> Sequence[Found]:
        """Find alerts that were given up and reached nobody."""
        return _found(await self._rows.undelivered(now))

    async def doubtful(self, reasons: Collection[str], most: int) -> Sequence[str]:
        """Name cases that have findings of these reasons."""
        return await self._rows.doubtful(reasons, most)

    async def tally(self) -> Mapping[str, int]:
        """Count the findings that are not cleared, by reason."""
        return await self._rows.tally()

    async def raise_found(self, found: Sequence[Found], now: datetime) -> int:
        """Record findings, each once while it stands."""
        return await self._rows.raise_found(found, now)

    async def clear_before(self, now: datetime) -> int:
        """Clear what stands and was not found at `now` or later."""
        return await self._rows.clear_before(now)


def _found(rows: Sequence[FindingRow]) -> list[Found]:
    return [Found.model_validate(row.model_dump()) for row in rows]


class TemporalRuns:
    """The running workflows of cases, as Temporal lists and describes them."""

    def __init__(self, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def running(self, cases: Sequence[str]) -> Mapping[str, Run]:
        """Find the running workflows of these cases, as visibility has them."""
        found: dict[str, Run] = {}
        for at in range(0, len(cases), _ASKED_TOGETHER):
            ids = [f"'{workflow_id(case)}'" for case in cases[at : at + _ASKED_TOGETHER]]
            query = f"{_RUNNING} AND WorkflowId IN ({', '.join(ids)})"
            async for execution in self._client.list_workflows(query, page_size=_PAGE):
                run = _run(execution)
                found[run.id] = run
        return found

    async def page(self, token: str) -> tuple[Sequence[Run], str]:
        """List running workflows, those after a token; an empty token ends it."""
        listed = self._client.list_workflows(
            _RUNNING, page_size=_PAGE, next_page_token=base64.b64decode(token) or None
        )
        await listed.fetch_next_page()
        after = base64.b64encode(listed.next_page_token or b"").decode()
        return [_run(execution) for execution in listed.current_page or ()], after

    async def failing(self, most: int) -> Sequence[str]:
        """List cases of whose tasks Temporal reports a problem."""
        return [
            dossier_id(execution.id)
            async for execution in self._client.list_workflows(_FAILING, limit=most)
        ]

    async def describe(self, case: str) -> Condition:
        """Describe a case's workflow, as it is now."""
        try:
            about = await self._client.get_workflow_handle(workflow_id(case)).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return Condition(status="NOT_FOUND")
        pending = about.raw_description.pending_activities
        worst = max(pending, key=lambda activity: activity.attempt, default=None)
        failure = worst.last_failure if worst is not None else None
        problems = about.typed_search_attributes.get(_PROBLEMS) or []
        runs = about.status is WorkflowExecutionStatus.RUNNING
        return Condition(
            run=_run(about) if runs else None,
            status=about.status.name if about.status is not None else "",
            attempts=worst.attempt if worst is not None else 0,
            activity=worst.activity_type.name if worst is not None else "",
            failure=failure.application_failure_info.type if failure is not None else "",
            problem=", ".join(problems),
        )


def _run(execution: WorkflowExecution) -> Run:
    told = execution.typed_search_attributes
    return Run(
        id=dossier_id(execution.id),
        office=told.get(OFFICE),
        officer=told.get(OFFICER),
        stage=told.get(STAGE),
        next_due_at=told.get(NEXT_DUE_AT),
        started_at=execution.start_time,
    )
