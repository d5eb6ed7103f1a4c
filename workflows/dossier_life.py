"""Keep one dossier: remember its facts, ask for assessments, tell others, wait for what is next."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError
from temporalio.workflow import ContinueAsNewVersioningBehavior

with workflow.unsafe.imports_passed_through():
    from activities.ports import ASSESS, TELL, Answer, AssessRequest, NewFact, Told
    from cases.dossier import Dossier
    from cases.errors import DossierError, FormError, Words
    from cases.facts import Fact, check_not_future, read_report
    from cases.tidings import Tiding
    from workflows.attributes import changes_between, values_of
    from workflows.messages import (
        Card,
        CaseState,
        ReportCommand,
        Reported,
        ToldTiding,
        as_fact,
        card_of,
    )
    from workflows.tidings import after_telling, next_to_tell, request_of

# Two attempts together. The SDK's core panics at a worker's end over a start-to-close timer that
# outlives its local activity; a schedule-to-close one it cleans up.
_SHORT = timedelta(seconds=4)
_LONG = timedelta(seconds=10)
_FEW = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=2)
_FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2)
)
_MOST_FACTS = 200
CURRENT_VERSION = ContinueAsNewVersioningBehavior.AUTO_UPGRADE
"""A pinned run would hand its version on to the next one; this goes on with the current one."""
_TELLING = timedelta(seconds=60)
_TELL_ONCE = timedelta(seconds=25)
_TELL_AGAIN = timedelta(minutes=5)


class DossierLife:
    """What every kind of dossier does; it lives until it is closed, at rest and all is told."""

    @workflow.init
    def __init__(self, start: CaseState) -> None:
        """Take up a new dossier, an imported one, or the state of the run before."""
        self.state = start
        self._by_command = {f.command_id: f.number for f in start.dossier.facts if f.command_id}
        self._lock = asyncio.Lock()
        self._published = values_of(start.dossier, start.answer)
        self._nudged = False
        self._tell_at: datetime | None = None

    async def live(self) -> CaseState:
        """Assess what is new or due, wait for the next moment, and end when at rest."""
        while not self._at_rest():
            if self._must_assess():
                await self._assess_patiently()
            elif self._may_tell():
                await self._tell()
            elif self._must_continue():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(
                    self.state.model_copy(update={"register_away": False}),
                    initial_versioning_behavior=CURRENT_VERSION,
                )
            else:
                await self._wait()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.state

    @workflow.update
    async def report(self, command: ReportCommand) -> Reported:
        """Take facts, corrections and retractions; answer with the agenda that follows."""
        numbers: list[int] = []
        repeated: list[int] = []
        for new in command.facts:
            known = self._by_command.get(new.command_id)
            if known is not None:
                repeated.append(known)
            numbers.append(self._append(new) if known is None else known)
        if not self.state.register_away:
            await self._assess_shortly()
        return self._reported(numbers, repeated)

    @report.validator
    def _check_report(self, command: ReportCommand) -> None:
        """Refuse what is malformed or in the future; a repeated command passes."""
        try:
            if not 0 < len(command.facts) <= _MOST_FACTS:
                allowed = Words(
                    vi=f"cho phép từ 1 đến {_MOST_FACTS}", en=f"allowed are 1 to {_MOST_FACTS}"
                )
                raise FormError("facts", len(command.facts), allowed)
            for new in command.facts:
                if new.command_id not in self._by_command:
                    self._check(new)
        except DossierError as error:
            raise ApplicationError(
                str(error), error.say("vi"), type=type(error).__name__
            ) from error

    @workflow.signal
    def nudge(self) -> None:
        """Assess again and move on: a new book, a new calendar or a new release is there."""
        self._nudged = True

    @workflow.query
    def card(self) -> Card:
        """Show the dossier at a glance."""
        return card_of(self.state)

    @workflow.query
    def agenda(self) -> Answer | None:
        """Show the last answer: what is due, by which article, with its working."""
        return self.state.answer

    @workflow.query
    def dossier(self) -> Dossier:
        """Show the whole dossier, as its file has it."""
        return self.state.dossier

    @workflow.query
    def whole(self) -> CaseState:
        """Show all that the dossier remembers, as it leaves it when it ends."""
        return self.state

    @workflow.query
    def facts(self) -> tuple[Fact, ...]:
        """Show every fact as it was reported, corrections and retractions included."""
        return self.state.dossier.facts

    def _check(self, new: NewFact) -> None:
        flat = {"event": new.event, "on": new.on.isoformat(), **new.fields}
        if new.at is not None:
            flat["at"] = new.at.isoformat()
        check_not_future(read_report(flat, "", self.state.dossier.kind), new.received_at)
        for name, number in (("corrects", new.corrects), ("retracts", new.retracts)):
            if number is None:
                continue
            if not any(f.number == number and f.corrects is None for f in self.state.dossier.facts):
                known = len(self.state.dossier.facts)
                allowed = Words(
                    vi=f"cho phép số của một sự kiện, từ 1 đến {known}",
                    en=f"allowed is the number of a fact, 1 to {known}",
                )
                raise FormError(name, number, allowed)
            if not new.reason:
                needed = Words(
                    vi="sửa hoặc rút sự kiện phải nêu lý do", en="a correction needs its reason"
                )
                raise FormError("reason", None, needed)

    def _append(self, new: NewFact) -> int:
        facts = self.state.dossier.facts
        fact = as_fact(new, len(facts) + 1)
        self._by_command[new.command_id] = fact.number
        self._remember(dossier=self.state.dossier.with_facts((*facts, fact)))
        return fact.number

    def _remember(self, **changes: object) -> None:
        self.state = self.state.model_copy(update=changes)

    def _is_assessed(self) -> bool:
        known = len(self.state.dossier.facts)
        return self.state.answer is not None and self.state.assessed == known

    def _is_due(self) -> bool:
        wake = self.state.answer.next_wake if self.state.answer else None
        return wake is not None and wake <= workflow.now()

    def _must_assess(self) -> bool:
        new = not self._is_assessed() and not self._lock.locked()
        return new or self._is_due() or self._nudged

    def _must_continue(self) -> bool:
        info = workflow.info()
        most = self.state.most_events
        return (
            info.is_continue_as_new_suggested()
            or (most > 0 and info.get_current_history_length() > most)
            or info.is_target_worker_deployment_version_changed()
        )

    def _at_rest(self) -> bool:
        answer = self.state.answer
        return (
            answer is not None
            and self._is_assessed()
            and answer.status == "closed"
            and answer.next_wake is None
            and not answer.agenda
            and self._untold() is None
        )

    def _untold(self) -> tuple[Tiding, ToldTiding | None] | None:
        wanted = self.state.answer.tidings if self.state.answer else ()
        if not wanted and not self.state.told:
            return None
        return next_to_tell(wanted, self.state.told, self.state.revision)

    def _may_tell(self) -> bool:
        again = self._tell_at
        return self._untold() is not None and (again is None or again <= workflow.now())

    async def _tell(self) -> None:
        """Tell another dossier one thing; while it is away, try again later and go on meanwhile."""
        found = self._untold()
        if found is None or self.state.answer is None:
            return
        tiding, known = found
        gone = all(tiding.key != wanted.key for wanted in self.state.answer.tidings)
        revision = self.state.revision
        try:
            answer = await workflow.execute_activity(
                TELL,
                request_of(self.state.dossier.id, tiding, known, gone=gone, now=workflow.now()),
                result_type=Told,
                start_to_close_timeout=_TELL_ONCE,
                schedule_to_close_timeout=_TELLING,
                retry_policy=_FOR_EVER,
                summary=f"telling {tiding.target}: {tiding.event}",
            )
        except ActivityError:
            self._tell_at = workflow.now() + _TELL_AGAIN
            return
        self._tell_at = None
        told = after_telling(self.state.told, tiding, known, answer, revision, gone=gone)
        self._remember(told=told)

    async def _assess_shortly(self) -> None:
        """Assess within this workflow task; on failure remember that the register is away."""
        async with self._lock:
            if self._is_assessed():
                return
            request = self._request()
            try:
                answer = await workflow.execute_local_activity(
                    ASSESS,
                    request,
                    result_type=Answer,
                    schedule_to_close_timeout=_SHORT,
                    retry_policy=_FEW,
                )
            except FailureError:
                # Replayed, it comes as what its marker holds, such as a time-out, not wrapped.
                self._remember(register_away=True)
            else:
                self._take(request, answer)

    async def _assess_patiently(self) -> None:
        """Assess for the main loop: shortly where the register is there, else until it is back."""
        if not self.state.register_away:
            if self._is_due() or self._nudged:
                self._remember(assessed=-1)
            self._nudged = False
            await self._assess_shortly()
            return
        async with self._lock:
            self._nudged = False
            request = self._request()
            answer = await workflow.execute_activity(
                ASSESS,
                request,
                result_type=Answer,
                start_to_close_timeout=_LONG,
                retry_policy=_FOR_EVER,
                summary="register away: waiting for it",
            )
            self._remember(register_away=False)
            self._take(request, answer)

    def _request(self) -> AssessRequest:
        self._remember(revision=self.state.revision + 1)
        facts = self.state.dossier.facts
        received = [fact.received_at for fact in facts if fact.received_at is not None]
        return AssessRequest(
            dossier=self.state.dossier,
            revision=self.state.revision,
            as_of=max([workflow.now(), *received]),
        )

    def _take(self, request: AssessRequest, answer: Answer) -> None:
        self._remember(answer=answer, assessed=len(request.dossier.facts))
        if answer.names_kept:
            self._remember(dossier=self.state.dossier.masked())
        self._publish(answer)

    def _publish(self, answer: Answer) -> None:
        """Tell Temporal what changed: one upsert at most, and the card for its pages."""
        now = values_of(self.state.dossier, answer)
        changes = changes_between(self._published, now)
        if changes:
            workflow.upsert_search_attributes(changes)
        self._published = now
        workflow.set_current_details(_details(answer))

    async def _wait(self) -> None:
        """Wait until something is new, or until the next moment; which of them is not asked."""
        wake = self.state.answer.next_wake if self.state.answer else None
        ends = [at for at in (wake, self._tell_at) if at is not None]
        timeout = max(min(ends) - workflow.now(), timedelta()) if ends else None

        def woken() -> bool:
            current = self.state.answer.next_wake if self.state.answer else None
            moved = current != wake or self._may_tell()
            return moved or self._must_assess() or self._must_continue() or self._at_rest()

        try:
            await workflow.wait_condition(woken, timeout=timeout, timeout_summary=_summary(wake))
        except TimeoutError:
            return

    def _reported(self, numbers: list[int], repeated: list[int]) -> Reported:
        answer = self.state.answer
        assessed = self._is_assessed() and answer is not None
        new = set(numbers)
        return Reported(
            numbers=tuple(numbers),
            repeated=tuple(repeated),
            assessed=assessed,
            stage=answer.stage if answer else "",
            status=answer.status if answer else "",
            agenda=answer.agenda if answer else (),
            refused_plans=tuple(p for p in answer.refused_plans if p.fact in new) if answer else (),
            irregularities=answer.irregularities if answer else 0,
        )


def _details(answer: Answer) -> str:
    lines = [f"**{answer.stage}** ({answer.status})"]
    lines += [
        f"- {line.due or '?'} · {line.state} · {line.title_vi} (Điều {line.article}, {line.act})"
        for line in answer.agenda
    ]
    if answer.stuck:
        lines.append("stuck: " + ", ".join(answer.stuck))
    return "\n".join(lines)


def _summary(wake: datetime | None) -> str | None:
    return None if wake is None else f"next look at {wake:%Y-%m-%d %H:%M}"
