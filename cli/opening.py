"""Open a dossier: keep who its parties are, then start its workflow, which never learns it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client

from cases.dossier import Dossier
from cli.live import parties_of, reach_register, reach_temporal
from settings import Settings
from store.dossier_keys import KeyDestroyedError
from store.errors import ErasedError
from store.parties import PartyRows
from workflows import client as engine


async def open_dossier(client: Client, parties: PartyRows, dossier: Dossier) -> bool:
    """Open a dossier; tell whether it is new. A known id changes nothing.

    Parties come first: what is cut short between is found again by the repeat. Raises
    `ErasedError`.
    """
    if await parties.is_erased(dossier.id):
        raise ErasedError(dossier.id)
    if await engine.is_known(client, dossier.id):
        return False
    await parties.write(dossier)
    return await engine.start_case(client, dossier.masked())


@asynccontextmanager
async def reach_cases(settings: Settings) -> AsyncIterator[Client]:
    """Lend a client for commands about known dossiers.

    Raises `NotRunningError`, and `ErasedError` for a dossier that was erased.
    """
    try:
        async with reach_temporal(settings) as client:
            yield client
    except KeyDestroyedError as error:
        raise ErasedError(error.dossier) from error
    except engine.UnknownCaseError as error:
        async with reach_register(settings) as (register, _):
            if await parties_of(register, settings).is_erased(error.case):
                raise ErasedError(error.case) from error
        raise
