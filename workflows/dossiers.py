"""Define the workflow of each kind of dossier; all live alike, by the table of their kind."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.kinds import Kind
    from workflows.dossier_life import DossierLife
    from workflows.messages import CaseState


@workflow.defn
class EnforcementCase(DossierLife):
    """One enforcement decision is one case (việc thi hành án)."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Live until closed and at rest."""
        return await self.live()


@workflow.defn
class Complaint(DossierLife):
    """One complaint (khiếu nại), through both levels."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Live until closed and at rest."""
        return await self.live()


@workflow.defn
class Denunciation(DossierLife):
    """One denunciation (tố cáo), and what follows its conclusion."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Live until closed and at rest."""
        return await self.live()


@workflow.defn
class Petition(DossierLife):
    """One petition or piece of feedback (kiến nghị, phản ánh)."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Live until closed and at rest."""
        return await self.live()


@workflow.defn
class AdministrativeJudgment(DossierLife):
    """One administrative judgment that is followed (theo dõi thi hành án hành chính)."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Live until closed and at rest."""
        return await self.live()


@workflow.defn
class Reception(DossierLife):
    """One office's book of citizen reception (sổ tiếp công dân) of one year."""

    @workflow.run
    async def run(self, _start: CaseState) -> CaseState:
        """Live until closed and at rest."""
        return await self.live()


WORKFLOWS: dict[Kind, type[DossierLife]] = {
    "enforcement_case": EnforcementCase,
    "complaint": Complaint,
    "denunciation": Denunciation,
    "petition": Petition,
    "administrative_judgment": AdministrativeJudgment,
    "reception": Reception,
}
"""The workflow that keeps each kind of dossier."""

OF_ANY_KIND = "WorkflowType IN ({})".format(
    ", ".join(f"'{workflow.__name__}'" for workflow in WORKFLOWS.values())
)
"""What visibility is asked for to find dossiers and nothing else."""
