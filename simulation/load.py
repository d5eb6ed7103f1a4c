"""Report to the dossiers at a steady pace, and keep every question and answer in the ledger."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from activities.ports import NewFact
from simulation.caseload import Account, Caseload, Step
from simulation.ledger import Ledger
from simulation.servers import Servers
from workflows.client import CommandError, RefusedError, Reported, report

REPORTERS = 4
_NO_ANSWER = (
    RPCError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    CommandError,
    OSError,
    TimeoutError,
)
"""What leaves it open whether a report was taken."""
_AGAIN = (0.3, 1.5)
_PACE = (0.8, 2.4)
_IMPATIENT, _PATIENCE = 0.25, 1.5
"""The share of callers who hang up, and after how many seconds; they do not know what became."""
_GIVEN_UP = 0.3
"""The share of harmless reports that nobody asks about again once one got no answer."""
_PERSISTENT = 90.0
"""How long anybody asks; a dossier that takes no report for so long is found at the end."""
_INFORMED = 0.85


class Load:
    """The reporters of a run."""

    def __init__(
        self, servers: Servers, caseload: Caseload, ledger: Ledger, dice: random.Random
    ) -> None:
        """Take where to report, what, and where to keep it."""
        self._servers = servers
        self._caseload = caseload
        self._ledger = ledger
        self._dice = dice
        self._accounts = list(caseload.accounts.values())
        self._waiting = asyncio.Event()
        self._answered: list[tuple[str, NewFact]] = []

    async def go_on(self) -> None:
        """Report until `stop`; what is under way then is asked until it is answered."""
        async with asyncio.TaskGroup() as group:
            for _ in range(REPORTERS):
                group.create_task(self._report_on())

    def stop(self) -> None:
        """Begin nothing new."""
        self._waiting.set()

    async def _report_on(self) -> None:
        while not self._waiting.is_set():
            account, step = self._choose()
            if account.still and self._servers.is_moved:
                continue
            fact = self._caseload.new_fact(account, step, self._servers.now())
            harmless = step.event == "new_information_received"
            give_up = harmless and self._dice.random() < _GIVEN_UP
            await self.tell(account.dossier.id, fact, give_up=give_up)
            await asyncio.sleep(self._dice.uniform(*_PACE))

    def _choose(self) -> tuple[Account, Step]:
        ready = [account for account in self._accounts if account.left]
        if ready and self._dice.random() > _INFORMED:
            account = self._dice.choice(ready)
            return account, account.left.pop(0)
        account = self._dice.choice(self._accounts)
        return account, self._caseload.information(account, self._dice.randint(1, 12))

    async def stir(self) -> None:
        """Move a date, so that somebody is to be told."""
        moving = [account for account in self._accounts if account.dossier.id.startswith("F-")]
        account = self._dice.choice(moving)
        if not account.left:
            account.left.extend(self._caseload.moves)
        fact = self._caseload.new_fact(account, account.left.pop(0), self._servers.now())
        await self.tell(account.dossier.id, fact)

    def probe(self) -> tuple[str, NewFact]:
        """Make a report by which is tried whether the system serves."""
        account = self._dice.choice(self._caseload.probes)
        step = self._caseload.information(account, self._dice.randint(1, 12))
        return account.dossier.id, self._caseload.new_fact(account, step, self._servers.now())

    async def tell(self, dossier: str, fact: NewFact, *, give_up: bool = False) -> Reported | None:
        """Report until there is an answer; None where it is refused or given up."""
        until = time.monotonic() + _PERSISTENT
        while time.monotonic() < until:
            hasty = self._dice.random() < _IMPATIENT
            answer = await self.tell_once(dossier, fact, _PATIENCE if hasty else None)
            if isinstance(answer, Reported):
                return answer
            if answer == "refused" or give_up:
                return None
            await asyncio.sleep(self._dice.uniform(*_AGAIN))
        self._ledger.note("given up", dossier=dossier, command=fact.command_id)
        return None

    async def tell_once(
        self, dossier: str, fact: NewFact, patience: float | None = None
    ) -> Reported | str:
        """Report once; give the answer, or what came in its place."""
        about = {"dossier": dossier, "command": fact.command_id}
        self._ledger.note("asked", **about, event=fact.event, received_at=fact.received_at)
        try:
            async with asyncio.timeout(patience):
                told = await report(self._servers.client, dossier, [fact])
        except RefusedError as error:
            self._ledger.note("refused", **about, reason=str(error))
            return "refused"
        except _NO_ANSWER as error:
            self._ledger.note("unanswered", **about, reason=f"{type(error).__name__}: {error}")
            return "unanswered"
        self._ledger.note(
            "acknowledged", **about, event=fact.event, number=told.numbers[0],
            repeated=bool(told.repeated), assessed=told.assessed,
        )  # fmt: skip
        self._answered.append((dossier, fact))
        return told

    def long_answered(self, later: int) -> list[tuple[str, NewFact]]:
        """Give the reports to dossiers that continue as new, with so many answered after them."""
        after: Counter[str] = Counter()
        found = []
        for dossier, fact in reversed(self._answered):
            if after[dossier] >= later and self._caseload.accounts[dossier].most_events:
                found.append((dossier, fact))
            after[dossier] += 1
        return found

    async def double(self, dossier: str, fact: NewFact, times: int) -> Sequence[Reported | str]:
        """Send one report several times at once."""
        return await asyncio.gather(*(self.tell_once(dossier, fact) for _ in range(times)))
