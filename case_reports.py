"""Fit the way to the dossiers to what a handover, and what one dossier tells another, ask for."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import Client, RPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from activities.handover import CaseRefusedError, ToldCase
from activities.ports import NewFact, Told
from workflows.client import CommandError, LastKept, report

_TOO_SLOW = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)


class TemporalCases:
    """The cases behind a Temporal client."""

    def __init__(self, client: Client, kept: LastKept | None = None) -> None:
        """Take the client, and what gives the cases that Temporal has lost."""
        self._client = client
        self._kept = kept

    async def report(self, case: str, facts: Sequence[NewFact]) -> ToldCase:
        """Report facts to a case; raise `CaseRefusedError` where it alone does not take them."""
        try:
            told = await report(self._client, case, facts, self._kept)
        except CommandError as error:
            raise CaseRefusedError(error.say("en"), error.say("vi")) from error
        except RPCTimeoutOrCancelledError as error:
            raise _silent(case) from error
        except RPCError as error:
            if error.status not in _TOO_SLOW:
                raise
            raise _silent(case) from error
        return ToldCase(numbers=told.numbers, agenda=told.agenda)

    async def tell(self, target: str, fact: NewFact) -> Told:
        """Report a fact that another dossier tells; say why where it does not stand there."""
        try:
            told = await report(self._client, target, [fact], self._kept)
        except CommandError as error:
            return Told(problem_vi=error.say("vi"), problem_en=error.say("en"))
        return Told(number=told.numbers[0])


def _silent(case: str) -> CaseRefusedError:
    return CaseRefusedError(
        f"case {case!r} did not answer in 20 seconds; look at its workflow, then hand over again",
        f"Việc {case!r} không trả lời trong 20 giây; hãy xem tiến trình của việc này rồi "
        "bàn giao lại",
    )
