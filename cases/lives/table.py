"""Define the table that a dossier of one kind lives by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["open", "paused", "closed"]

ANY_OPEN = "any_open_stage"
"""Stands in the diagram for the open stages from `decided` on."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources`, `event` leads to `target`; `when` are fields it must have."""

    event: str
    sources: tuple[str, ...]
    target: str
    when: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """How dossiers of a kind live: `stages` with their status, the first of them, the moves.

    `resumptions`: event, paused stage, and the stage that the diagram leads back to; in truth
    the one before the pause. `pauses`: the state that an event brings in which clocks may stand
    still; `resumes`: the states that an event ends.
    """

    first: str
    stages: Mapping[str, Status]
    transitions: tuple[Transition, ...]
    resumptions: tuple[tuple[str, str, str], ...] = ()
    pauses: Mapping[str, str] = field(default_factory=dict)
    resumes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
