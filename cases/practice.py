"""Bring together what is our practice and not law: the ladder, and when silence means stuck."""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cases.escalation import FILE, Ladder, read_ladder
from cases.stuck import Norms, the_norms


class Practice(BaseModel):
    """The ladder and the norms that assessments go by; `hash` changes when either does."""

    model_config = ConfigDict(frozen=True)

    ladder: Ladder
    norms: Norms

    @cached_property
    def hash(self) -> str:
        """Pin the practice by its content."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


@lru_cache(maxsize=8)
def read_practice(ladder: Path | None = None) -> Practice:
    """Read a ladder, else the shipped one, with the shipped norms; raise `DataFileError`."""
    return Practice(ladder=read_ladder(ladder or FILE), norms=the_norms())
