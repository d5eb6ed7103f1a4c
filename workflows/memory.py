"""Read what a dossier remembers out of its history, without running the code that made it.

A history holds every fact that was taken, every answer and everything that was told, in order.
Reading them needs no worker of the version that wrote them, and no order of commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from activities.ports import ASSESS, TELL, Answer, NewFact, Told
from cases.tidings import Tiding
from workflows.messages import CaseState, ReportCommand, ToldTiding, as_fact
from workflows.tidings import after_telling, next_to_tell

_REPORT = "report"
_NOT_ASSESSED = -1
_LOST = 100
"""More revisions than a task that died can have written to the register without a trace."""
T = TypeVar("T")


async def read_memory(history: WorkflowHistory, converter: DataConverter) -> CaseState:
    """Give what the dossier of a history remembers, to be assessed anew.

    The revision lies above any that the register can have. Raises `ValueError` for a history
    that is not a dossier's.
    """
    memory = _Memory(converter)
    for event in history.events:
        await memory.take(event)
    state = memory.state
    if state is None:
        raise ValueError(f"the history of {history.workflow_id!r} has no start")
    return state.model_copy(
        update={
            "revision": state.revision + _LOST,
            "assessed": _NOT_ASSESSED,
            "register_away": False,
        }
    )


async def newer_facts(
    state: CaseState, history: WorkflowHistory, converter: DataConverter
) -> tuple[NewFact, ...]:
    """List the facts that a history took after a state was read out of it."""
    known = len(state.dossier.facts)
    later = (await read_memory(history, converter)).dossier.facts[known:]
    return tuple(NewFact.model_validate(fact.model_dump(exclude={"number"})) for fact in later)


@dataclass(frozen=True)
class _Telling:
    """One tiding under way, as it stood when it went out."""

    tiding: Tiding
    known: ToldTiding | None
    gone: bool
    revision: int


class _Memory:
    """What is known so far of one history, read from its first event to its last."""

    def __init__(self, converter: DataConverter) -> None:
        """Begin before the first event."""
        self.state: CaseState | None = None
        self._converter = converter
        self._telling: dict[int, _Telling] = {}
        self._assessing: set[int] = set()

    async def take(self, event: HistoryEvent) -> None:
        """Take what one event adds."""
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            started = event.workflow_execution_started_event_attributes
            self.state = await self._read(started.input, CaseState)
            return
        if self.state is None:
            return
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            asked = event.workflow_execution_update_accepted_event_attributes.accepted_request
            if asked.input.name == _REPORT:
                self._append(await self._read(asked.input.args, ReportCommand))
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            await self._take_marker(event.marker_recorded_event_attributes.details)
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            await self._take_scheduled(event)
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            await self._take_completed(event)

    def _remember(self, **changes: object) -> None:
        if self.state is not None:
            self.state = self.state.model_copy(update=changes)

    def _append(self, command: ReportCommand) -> None:
        if self.state is None:
            return
        dossier = self.state.dossier
        facts = dossier.facts
        known = {fact.command_id for fact in facts if fact.command_id}
        for new in command.facts:
            if new.command_id not in known:
                known.add(new.command_id)
                facts = (*facts, as_fact(new, len(facts) + 1))
        self._remember(dossier=dossier.with_facts(facts))

    async def _take_marker(self, details: Mapping[str, Payloads]) -> None:
        """Take the answer of a local activity; dossiers have but one, the assessment."""
        if self.state is None or "data" not in details:
            return
        self._remember(revision=self.state.revision + 1)
        if "result" in details:
            self._remember(answer=await self._read(details["result"], Answer))

    async def _take_scheduled(self, event: HistoryEvent) -> None:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == ASSESS and self.state is not None:
            self._assessing.add(event.event_id)
            self._remember(revision=self.state.revision + 1)
        elif scheduled.activity_type.name == TELL and self.state is not None:
            wanted = self.state.answer.tidings if self.state.answer else ()
            found = next_to_tell(wanted, self.state.told, self.state.revision)
            if found is not None:
                gone = all(found[0].key != one.key for one in wanted)
                self._telling[event.event_id] = _Telling(*found, gone, self.state.revision)

    async def _take_completed(self, event: HistoryEvent) -> None:
        completed = event.activity_task_completed_event_attributes
        begun = completed.scheduled_event_id
        if begun in self._assessing:
            self._remember(answer=await self._read(completed.result, Answer))
        elif begun in self._telling and self.state is not None:
            one = self._telling[begun]
            answer = await self._read(completed.result, Told)
            told = self.state.told
            self._remember(
                told=after_telling(told, one.tiding, one.known, answer, one.revision, gone=one.gone)
            )

    async def _read(self, payloads: Payloads, kind: type[T]) -> T:
        (read,) = await self._converter.decode(payloads.payloads, [kind])
        found: T = read
        return found
