"""Assess a dossier and write it to the register: one activity, one transaction."""

from __future__ import annotations

from datetime import datetime

import structlog
from temporalio import activity

from activities.answers import answer_of
from activities.ports import ASSESS, Answer, AssessRequest, Register
from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier
from cases.practice import Practice, read_practice
from cases.tidings import tidings_of
from law.calendar import Calendar
from law.corpus import Corpus
from law.edition import Edition

log = structlog.get_logger(__name__)


class AssessingActivities:
    """The law book and the calendar of this process, and the register it writes to."""

    def __init__(
        self,
        corpus: Corpus,
        calendar: Calendar,
        register: Register,
        practice: Practice | None = None,
    ) -> None:
        """Take what an assessment needs; nothing is looked up later."""
        self.edition = Edition(corpus, calendar)
        self.practice = practice or read_practice()
        self._register = register

    def turn_to(self, edition: Edition) -> None:
        """Go by another edition from the next assessment on."""
        self.edition = edition

    def work_out(self, dossier: Dossier, as_of: datetime) -> tuple[Assessment, Answer]:
        """Assess by the law of this process, and give the answer with it; nothing is written."""
        edition = self.edition
        assessment = assess(dossier, edition.book, edition.calendar, as_of, self.practice)
        return assessment, answer_of(assessment, tidings_of(dossier, assessment))

    @activity.defn(name=ASSESS)
    async def assess(self, request: AssessRequest) -> Answer:
        """Assess as of the request's moment, replace the dossier's rows, and answer in short.

        Safe to repeat: the same revision writes the same rows. Raises what the register
        raises when it is away; the workflow then falls back to waiting.
        """
        assessment, answer = self.work_out(request.dossier, request.as_of)
        await self._register.project(
            request.dossier, assessment, request.revision, answer.model_dump(mode="json")
        )
        if request.dossier.names_anyone:
            answer = answer.model_copy(update={"names_kept": True})
        log.info(
            "assessed",
            revision=request.revision,
            stage=answer.stage,
            next_wake=answer.next_wake.isoformat() if answer.next_wake else None,
            alerts=len(assessment.alerts),
        )
        return answer
