"""A short run of the fault harness comes through; `make faults` makes the long one."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from rich.console import Console

from simulation.caseload import Sizes
from simulation.ledger import read_ledger
from simulation.run import Plan, run
from simulation.schedule import Fault, Kind

KINDS: tuple[Kind, ...] = (
    "worker killed in a task", "postgres killed", "temporal killed", "disk full",
    "mail refusing", "commands doubled",
)  # fmt: skip
SIZES = Sizes(waves=0, moving=8, complaints=2, denunciations=2, petitions=2, probes=2)


@pytest.mark.timeout(300)
async def test_six_faults_in_a_row_lose_and_double_nothing(tmp_path: Path) -> None:
    faults = [
        Fault(number, kind, seed=7 * number, pause=0.2, together=number == 4)
        for number, kind in enumerate(KINDS, 1)
    ]
    ledger = tmp_path / "kept" / "ledger.jsonl"
    first = random.randint(21400, 30000)
    plan = Plan(seed=6, faults=faults, ledger=ledger, ports=first, sizes=SIZES)
    # Not under tmp_path, whose folders PostgreSQL's account may not pass through.
    with tempfile.TemporaryDirectory(prefix="thads-faults-", ignore_cleanup_errors=True) as folder:
        outcome = await run(Path(folder), plan, Console(quiet=True))
    found = {verdict.name: verdict.faults for verdict in outcome.verdicts if verdict.faults}
    assert found == {}, (plan.logs / "worker.log").read_text("utf-8", "replace")[-4000:]
    assert [struck.fault.kind for struck in outcome.struck if not struck.recovered] == []
    lines = list(read_ledger(ledger))
    assert [line["kind"] for line in lines if line["what"] == "recovered"], "the ledger has them"
    acknowledged = [line for line in lines if line["what"] == "acknowledged"]
    assert len(acknowledged) > len(KINDS)
    assert len(outcome.evidence.mails) > 0
