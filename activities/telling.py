"""Tell one dossier what another has to say, once, however often it is repeated."""

from __future__ import annotations

import structlog
from temporalio import activity

from activities.ports import TELL, Siblings, TellRequest, Told

log = structlog.get_logger(__name__)


class TellingActivities:
    """The way from one dossier to another."""

    def __init__(self, siblings: Siblings) -> None:
        """Take the way."""
        self._siblings = siblings

    @activity.defn(name=TELL)
    async def tell(self, request: TellRequest) -> Told:
        """Report the fact; its command id makes a repeat the same fact.

        Raises what Temporal raises while it is away; a dossier that is unknown, or refuses the
        fact, is an answer and no fault.
        """
        told = await self._siblings.tell(request.target, request.fact)
        if told.number is None:
            log.warning("not told", event_told=request.fact.event, reason=told.problem_en)
        return told
