"""Find what a closed case left behind, once Temporal has lost it: in the archive."""

from __future__ import annotations

from archiving import open_archive
from cli.live import reach_register
from settings import Settings
from workflows.client import CaseState, LastKept


def kept_by(settings: Settings) -> LastKept:
    """Give what looks a case up in the archive; nothing is opened before it is asked."""

    async def find(case: str) -> CaseState | None:
        async with reach_register(settings) as (engine, _):
            return await open_archive(settings, engine).last_state(case)

    return find
