"""Run the worker as it is, with points at which the fault harness can strike it.

It serves a caseload of the harness alone. What differs from `worker.py`: it can be told to die
after the register's commit within a workflow task, the clock that it reads can be moved, and it
waits less long for a mail server and between two attempts, so that a run takes minutes.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from temporalio import activity

import channels.mail
import minding
import services
import worker
from activities import delivering
from cases.dossier import Dossier
from simulation.points import CLOCK, DEATHS, DIE, FOLDER
from store.register import Register

SMTP_SECONDS = 2
"""How long an answer of the mail server is waited for; the engine's own patience is 20 s."""
PAUSES = (timedelta(seconds=1), timedelta(seconds=4))
"""The first and the longest pause between two attempts; the engine's own are minutes."""

_folder = Path(os.environ.get(FOLDER, "."))


class MortalRegister(Register):
    """The register, which ends its process after a commit when it is told to."""

    async def project(self, dossier: Dossier, *args: Any, **more: Any) -> None:  # noqa: ANN401
        """Write as the register does; then die, once, if this is within a workflow task."""
        await super().project(dossier, *args, **more)
        if activity.in_activity() and activity.info().is_local:
            die_once(_folder, {"dossier": dossier.id})


def die_once(folder: Path, where: dict[str, object], end: Callable[[], None] | None = None) -> None:
    """End this process at once if the order lies in the folder; the order is used up by it."""
    try:
        # Whoever moves the order away has it, so that one order is one death.
        (folder / DIE).rename(folder / f"{DIE}.{os.getpid()}")
    except FileNotFoundError:
        return
    with (folder / DEATHS).open("a", encoding="utf-8") as deaths:
        deaths.write(json.dumps(where | {"pid": os.getpid()}) + "\n")
        deaths.flush()
        os.fsync(deaths.fileno())
    (end or _kill_self)()


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class MovedClock(datetime):
    """The clock of this process, moved by what the harness says."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Read the machine's clock and move it."""
        return datetime.now(tz) + offset(_folder)


def offset(folder: Path) -> timedelta:
    """Read by how much clocks are moved; none where nothing is said."""
    try:
        return timedelta(seconds=float((folder / CLOCK).read_text("utf-8")))
    except (FileNotFoundError, ValueError):
        return timedelta()


def arm() -> None:
    """Put the points at which faults strike into the worker's modules."""
    services.RegisterRows = MortalRegister  # type: ignore[attr-defined]
    for module in (services, worker, minding):
        module.datetime = MovedClock  # type: ignore[attr-defined]
    channels.mail._TIMEOUT = SMTP_SECONDS  # noqa: SLF001 - no setting of it is wanted in the engine
    delivering._FIRST_PAUSE, delivering._LONGEST_PAUSE = PAUSES  # noqa: SLF001 - the same


if __name__ == "__main__":
    arm()
    worker.run()
