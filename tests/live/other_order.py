"""A later release of the workflows, which gives commands in another order."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from workflows.dossier_life import DossierLife
from workflows.dossiers import WORKFLOWS
from workflows.messages import CaseState


@workflow.defn(name="EnforcementCase")
class LaterCase(DossierLife):
    """Sleeps before all else: no history of the present order replays on it."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        await workflow.sleep(timedelta(milliseconds=1))
        return await self.live()


LATER: tuple[type, ...] = (
    LaterCase,
    *(one for kind, one in WORKFLOWS.items() if kind != "enforcement_case"),
)
