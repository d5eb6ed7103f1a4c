"""Print what came of a run: its faults by kind, its ledger in numbers, its verdicts."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from simulation.evidence import tokens
from simulation.run import Outcome
from simulation.schedule import KINDS

_MOST_SHOWN = 12


def show(console: Console, outcome: Outcome, lasted: timedelta) -> None:
    """Print the tables of a run."""
    console.print(_faults(outcome))
    console.print(_numbers(outcome, lasted))
    console.print(_verdicts(outcome))
    for verdict in outcome.verdicts:
        for fault in verdict.faults[:_MOST_SHOWN]:
            console.print(f"  {verdict.name}: {fault}", highlight=False, markup=False)
    lost = [struck for struck in outcome.struck if not struck.recovered]
    for struck in lost:
        console.print(f"  fault {struck.fault.number} was not recovered from: {struck.blow.detail}")
    for kind in outcome.missed:
        console.print(f"  {kind}: met too seldom what it was to strike")
    console.print("PASS: nothing lost, nothing doubled" if outcome.passed else "FAIL")


def _faults(outcome: Outcome) -> Table:
    table = Table(title="Faults")
    for name in ("kind", "times", "met something", "served again after, median s", "longest s"):
        table.add_column(name)
    for kind in KINDS:
        seconds = [s.seconds for s in outcome.struck if s.fault.kind == kind]
        if seconds:
            median, longest = statistics.median(seconds), max(seconds)
            met = sum(s.blow.met for s in outcome.struck if s.fault.kind == kind)
            table.add_row(kind, str(len(seconds)), str(met), f"{median:.1f}", f"{longest:.1f}")
    together = sum(struck.fault.together for struck in outcome.struck)
    met = sum(struck.blow.met for struck in outcome.struck)
    table.add_row("all", str(len(outcome.struck)), str(met), f"{together} of them together", "")
    return table


def _numbers(outcome: Outcome, lasted: timedelta) -> Table:
    evidence = outcome.evidence
    lines = Counter(line["what"] for line in evidence.lines)
    states = Counter(row["state"] for row in evidence.deliveries)
    distinct = len(tokens(evidence.mails))
    commands = {line["command"] for line in evidence.lines if line["what"] == "acknowledged"}
    table = Table(title="Ledger")
    table.add_column("what")
    table.add_column("how many", justify="right")
    for what, many in (
        ("dossiers", len(evidence.kept)),
        ("reports sent, repeats included", lines["asked"]),
        ("acknowledgements", lines["acknowledged"]),
        ("facts acknowledged", len(commands)),
        ("reports refused", lines["refused"]),
        ("reports without an answer", lines["unanswered"]),
        ("runs continued as new", outcome.continued),
        ("alerts on record", len(evidence.alerts)),
        ("messages", distinct),
        ("mails taken again with the same Message-ID", len(evidence.mails) - distinct),
        ("dead letters", states["dead"]),
        ("minutes", round(lasted.total_seconds() / 60)),
    ):
        table.add_row(what, str(many))
    return table


def _verdicts(outcome: Outcome) -> Table:
    table = Table(title="Checks")
    for name in ("check", "looked at", "faults", ""):
        table.add_column(name)
    for verdict in outcome.verdicts:
        said = "PASS" if verdict.passed else "FAIL"
        table.add_row(verdict.name, str(verdict.looked_at), str(len(verdict.faults)), said)
    return table
