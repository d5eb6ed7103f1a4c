"""Draw the schedule of a run from its seed: which fault comes when, and which come together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "worker killed", "worker killed in a task", "temporal killed", "postgres killed",
    "mail killed", "disk full", "mail slow", "mail refusing", "clock jumped",
    "commands doubled", "process paused",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
TOGETHER = 0.35
"""The share of faults that strike while the system has not recovered from the one before."""


class Fault(NamedTuple):
    """One fault to come: its number, kind, the seed of its own details, the pause before it.

    `together`: it does not wait until the system serves again after the one before.
    """

    number: int
    kind: Kind
    seed: int
    pause: float
    together: bool


def draw(faults: int, seed: int, kinds: Sequence[Kind] = KINDS) -> tuple[Fault, ...]:
    """Draw a schedule in which every kind occurs as often as any other, or once more."""
    dice = random.Random(seed)
    order = dice.sample(kinds, len(kinds))
    drawn = [order[number % len(order)] for number in range(faults)]
    dice.shuffle(drawn)
    return tuple(
        Fault(
            number=number,
            kind=kind,
            seed=dice.getrandbits(32),
            pause=round(dice.uniform(0.1, 1.0), 3),
            together=number > 1 and dice.random() < TOGETHER,
        )
        for number, kind in enumerate(drawn, 1)
    )


def least(faults: int) -> int:
    """Give how often each kind must have met something in a run of so many faults.

    One in six may come when there is nothing to meet, such as a slow mail server between mails.
    """
    times = faults // len(KINDS)
    return times - times // 6
