"""Read alert rules and dashboard, and find the metrics that their expressions ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy" / "observability"
ALERTS = FOLDER / "prometheus" / "alerts.yml"
DASHBOARD = FOLDER / "grafana" / "thads.json"

_METRIC = re.compile(r"\b(?:thads|temporal|process)_\w+|\bup\b")
_MADE_BY_PROMETHEUS = {"up"}


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load(ALERTS.read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def every_expression() -> list[str]:
    """Give what the alerts ask and what the panels draw, with the dashboard's variables filled."""
    board = json.loads(DASHBOARD.read_text("utf-8"))
    drawn = [t["expr"] for panel in board["panels"] for t in panel.get("targets", [])]
    asked = [*(rule["expr"] for rule in rules()), *drawn]
    return [expression.replace("$instance", ".*") for expression in asked]


def metrics_asked_for() -> set[str]:
    found = {name for text in every_expression() for name in _METRIC.findall(text)}
    return found - _MADE_BY_PROMETHEUS


def metrics_in(page: str) -> set[str]:
    """Give the names of the samples of a scrape, and of families that have none at the moment."""
    samples = re.findall(r"^(\w+)(?:\{| )", page, re.MULTILINE)
    families = re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE)
    buckets = re.findall(r"^# TYPE (\w+) histogram", page, re.MULTILINE)
    return {
        *samples,
        *families,
        *(f"{name}_{end}" for name in buckets for end in ("bucket", "count")),
    }
