"""Ask which dossiers the register has already."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from store.register import Register
from store.tables import dossiers


async def known_ids(register: Register, ids: Iterable[str]) -> set[str]:
    """Give those of the ids that the register has; raises RegisterAwayError."""
    query = select(dossiers.c.id).where(dossiers.c.id.in_(sorted(ids)))
    rows = await register._engine.fetch(query)  # noqa: SLF001 - of the same floor
    return {row["id"] for row in rows}
