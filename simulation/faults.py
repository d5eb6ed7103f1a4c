"""Survive a schedule of faults: python -m simulation.faults [--faults N] [--seed N]."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import structlog
from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console

from simulation.run import Plan, run
from simulation.schedule import draw
from simulation.table import show

app = App(name="simulation.faults", help_format="plaintext", version_flags=[])


@app.default
def main(
    *,
    faults: Annotated[int, Parameter(validator=Number(gte=1))] = 200,
    seed: int | None = None,
    report: Path | None = None,
    ports: int = 21350,
) -> int:
    """Run a caseload under a seeded schedule of faults and compare what is left of it.

    Ends with 0 when nothing was lost and nothing doubled, 1 else.

    Args:
        faults: How many faults strike.
        seed: What the schedule is drawn from; left out, one is made up and printed.
        report: Where the ledger goes; left out, a file of its own under var/faults/.
        ports: From which port on free ones are looked for; below those of outgoing connections.
    """
    chosen = random.SystemRandom().getrandbits(31) if seed is None else seed
    begun = datetime.now(UTC)
    path = report or Path("var") / "faults" / f"{begun:%Y%m%d-%H%M%S}-{chosen}.jsonl"
    plan = Plan(seed=chosen, faults=draw(faults, chosen), ledger=path.resolve(), ports=ports)
    console = Console(width=None if sys.stdout.isatty() else 160, soft_wrap=True)
    console.print(f"seed {chosen}, {faults} faults; ledger: {plan.ledger}")
    clock = time.monotonic()
    logs = plan.logs / "supervisor.log"
    logs.parent.mkdir(parents=True, exist_ok=True)
    # What the supervisor says of each death belongs beside the ledger, not between its lines.
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(logs.open("w", encoding="utf-8"))
    )
    with tempfile.TemporaryDirectory(prefix="thads-faults-", ignore_cleanup_errors=True) as folder:
        outcome = asyncio.run(run(Path(folder), plan, console))
    show(console, outcome, timedelta(seconds=time.monotonic() - clock))
    console.print(f"seed {chosen}; ledger: {plan.ledger}")
    return 0 if outcome.passed else 1


if __name__ == "__main__":
    sys.exit(app())
