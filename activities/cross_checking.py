"""Compare the register with Temporal, both ways, and record every difference as a finding.

Each part goes page by page, records what it finds before it says how far it came, and goes on
from there when it is tried again. What visibility tells may lag: a difference counts when it is
older than the grace, and when the workflow itself, as it is now, shows it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from temporalio import activity

from activities.checks import (
    CHECK_FAULTS,
    CHECK_REGISTER,
    CHECK_RUNS,
    SETTLE_CHECK,
    CheckBook,
    Checked,
    CheckRequest,
    Condition,
    Found,
    Looked,
    OpenCase,
    Run,
    Runs,
)
from cases.stuck import ADMINISTRATOR, TASK_FAILING, Norms

log = structlog.get_logger(__name__)

PAGE = 500
MOST_DESCRIBED = 500
"""How many workflows one part of a check asks about one by one; beyond, visibility is believed."""
_NOBODY = "-"
_SUSPICIOUS = frozenset({"not_woken", "differs", TASK_FAILING})
"""Findings of which the workflow is asked whether an activity keeps failing."""


class CrossCheckingActivities:
    """The register's side, Temporal's side, and the norms of this process."""

    def __init__(self, book: CheckBook, runs: Runs, norms: Norms) -> None:
        """Take what a check needs."""
        self._book = book
        self._runs = runs
        self._norms = norms

    @property
    def all(self) -> tuple[Callable[..., Any], ...]:
        """Give every activity, for a worker to carry."""
        return (self.check_register, self.check_runs, self.check_faults, self.settle_check)

    @activity.defn(name=CHECK_REGISTER)
    async def check_register(self, request: CheckRequest) -> Looked:
        """Look for each open case of the register among the running workflows."""
        after, looked, described = _resume(request, "")
        while page := await self._book.open_cases(request.as_of, after, PAGE):
            ids = [case.id for case in page]
            runs = await self._runs.running(ids)
            rungs = self._norms.unacknowledged.rungs
            found = list(await self._book.in_files(request.as_of, ids, rungs))
            for case in page:
                doubts = list(self._compare(case, runs.get(case.id), request.as_of))
                if doubts and described < MOST_DESCRIBED:
                    described += 1
                    about = await self._runs.describe(case.id)
                    doubts = list(self._compare(case, about.run, request.as_of, about))
                found += doubts
            after = ids[-1]
            looked = await self._record(found, looked, len(page), request)
            activity.heartbeat(request.as_of.isoformat(), after, looked.model_dump(), described)
        return looked

    @activity.defn(name=CHECK_RUNS)
    async def check_runs(self, request: CheckRequest) -> Looked:
        """Look for each running workflow in the register."""
        token, looked, _ = _resume(request, "")
        while True:
            page, token = await self._runs.page(token)
            known = await self._book.known({run.id for run in page})
            found = [
                self._found(run.id, "not_registered", run.started_at, **_about(run))
                for run in page
                if run.id not in known and self._is_old(run.started_at, request.as_of)
            ]
            looked = await self._record(found, looked, len(page), request)
            activity.heartbeat(request.as_of.isoformat(), token, looked.model_dump(), 0)
            if not token:
                return looked

    @activity.defn(name=CHECK_FAULTS)
    async def check_faults(self, request: CheckRequest) -> Looked:
        """Look for tasks that fail, activities that keep retrying, and alerts given up."""
        failing = list(await self._runs.failing(MOST_DESCRIBED))
        doubtful = await self._book.doubtful(_SUSPICIOUS, MOST_DESCRIBED)
        found = list(await self._book.undelivered(request.as_of))
        asked = list(dict.fromkeys([*failing, *doubtful]))[:MOST_DESCRIBED]
        for case in asked:
            found += self._faults(case, await self._runs.describe(case), request.as_of)
            activity.heartbeat()
        return await self._record(found, Looked(), len(asked), request)

    @activity.defn(name=SETTLE_CHECK)
    async def settle_check(self, request: CheckRequest) -> Checked:
        """Clear what was not found again, and count what stands."""
        cleared = await self._book.clear_before(request.as_of)
        standing = dict(await self._book.tally())
        say = log.warning if standing else log.info
        say("cross-checked", cleared=cleared, **standing)
        return Checked(as_of=request.as_of, cleared=cleared, standing=standing)

    async def _record(
        self, found: Sequence[Found], looked: Looked, cases: int, request: CheckRequest
    ) -> Looked:
        raised = await self._book.raise_found(found, request.as_of)
        return Looked(cases=looked.cases + cases, raised=looked.raised + raised)

    def _compare(
        self, case: OpenCase, run: Run | None, now: datetime, about: Condition | None = None
    ) -> Iterator[Found]:
        """Give the differences between a case and its run that are older than the grace."""
        if run is None:
            if self._is_old(case.started_at, now):
                status = about.status if about is not None else ""
                yield self._found(case.id, "not_running", case.assessed_at, status=status)
            return
        late = timedelta(minutes=self._norms.not_woken.minutes)
        if case.next_wake is not None and now - case.next_wake > late:
            yield self._found(case.id, "not_woken", case.next_wake)
        if self._is_old(case.assessed_at, now) and (apart := dict(_differences(case, run))):
            yield self._found(case.id, "differs", case.assessed_at, **apart)

    def _faults(self, case: str, about: Condition, now: datetime) -> Iterator[Found]:
        if about.problem:
            yield self._found(case, TASK_FAILING, now, problem=about.problem)
        if about.attempts >= self._norms.activity_retrying.attempts:
            yield self._found(
                case, "activity_retrying", now,
                activity=about.activity, attempts=str(about.attempts), failure=about.failure,
            )  # fmt: skip

    def _found(self, case: str, reason: str, since: datetime, **detail: str) -> Found:
        return Found(
            dossier=case,
            reason=reason,
            holder=ADMINISTRATOR,
            since=since,
            severity=self._norms.severity.get(reason),
            detail={name: value for name, value in detail.items() if value},
        )

    def _is_old(self, moment: datetime, now: datetime) -> bool:
        return now - moment >= timedelta(minutes=self._norms.differs.minutes)


def _differences(case: OpenCase, run: Run) -> Iterator[tuple[str, str]]:
    """Give what Temporal says and the register does not, as "register / Temporal"."""
    pairs = (
        ("office", case.office, run.office),
        ("officer", case.officer or _NOBODY, run.officer),
        ("stage", case.stage, run.stage),
    )
    for name, here, there in pairs:
        if there is not None and here != there:
            yield name, f"{here} / {there}"
    if run.stage is not None and case.next_due_at != run.next_due_at:
        yield "next_due_at", f"{_plain(case.next_due_at)} / {_plain(run.next_due_at)}"


def _plain(moment: datetime | None) -> str:
    return _NOBODY if moment is None else moment.isoformat()


def _about(run: Run) -> dict[str, str]:
    officer = "" if run.officer in (None, _NOBODY) else str(run.officer)
    return {"office": run.office or "", "officer": officer, "stage": run.stage or ""}


def _resume(request: CheckRequest, first: str) -> tuple[str, Looked, int]:
    """Give where the attempt before came to, if it was of the same check."""
    told = activity.info().heartbeat_details
    if len(told) == 4 and told[0] == request.as_of.isoformat():  # noqa: PLR2004 - what is told
        return str(told[1]), Looked.model_validate(told[2]), int(told[3])
    return first, Looked(), 0
