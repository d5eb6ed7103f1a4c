"""Alert rules, dashboard and scrape hold together: they parse, say enough, and lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from settings import Settings
from tests.observability import ALERTS, DASHBOARD, FOLDER, ROOT, every_expression, rules

INCIDENTS = ROOT / "docs" / "operations" / "incidents.md"
OLD_PAGE = ROOT / "docs" / "operations.md"
_PLACE = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def test_every_alert_says_what_it_is_in_both_languages_and_where_to_read_on() -> None:
    assert len(rules()) >= 20
    for rule in rules():
        name, notes = rule["alert"], rule["annotations"]
        assert re.fullmatch(r"([A-Z][a-z]+)+", name), name
        assert rule["labels"]["severity"] in {"critical", "warning"}, name
        assert set(notes) == {"summary", "summary_vi", "runbook"}, name
        assert notes["summary"] != notes["summary_vi"], name
        assert notes["summary"].isascii(), name
        assert not notes["summary_vi"].isascii(), f"{name}: Vietnamese has its marks"
        assert notes["runbook"] == f"docs/operations/incidents.md#{_kebab(name)}"


def test_no_alert_has_the_name_of_another() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)


@pytest.mark.skipif(OLD_PAGE.exists(), reason="the incidents come with docs/operations/")
def test_every_alert_has_its_section_in_the_incidents() -> None:
    titles = _PLACE.findall(INCIDENTS.read_text("utf-8"))
    sections = {title.strip("`").lower().replace(" ", "-") for title in titles}
    assert [_kebab(r["alert"]) for r in rules() if _kebab(r["alert"]) not in sections] == []


@pytest.mark.parametrize("expression", every_expression())
def test_every_expression_is_promql(expression: str) -> None:
    promql_parser.parse(expression)


def test_an_expression_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        promql_parser.parse("max(thads_limits_unarmed > 0")


def test_every_panel_has_a_title_in_both_languages_a_query_and_a_place_of_its_own() -> None:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    panels: list[dict[str, Any]] = board["panels"]
    drawn = [panel for panel in panels if panel["type"] != "row"]
    assert len(drawn) >= 25
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in drawn:
        at = panel["gridPos"]
        cells = {(at["x"] + i, at["y"] + j) for i in range(at["w"]) for j in range(at["h"])}
        assert not cells & taken, f"{panel['title']} lies over another panel"
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
        assert all(target["expr"] for target in panel["targets"]), panel["title"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_prometheus_scrapes_the_port_that_a_worker_serves_and_loads_the_rules() -> None:
    config = yaml.safe_load((FOLDER / "prometheus" / "prometheus.yml").read_text("utf-8"))
    assert config["rule_files"] == [ALERTS.name]
    (job,) = config["scrape_configs"]
    assert job["job_name"] == "thads", "alerts and panels ask for this job"
    port = Settings.model_fields["metrics_port"].default
    assert job["static_configs"] == [{"targets": [f"127.0.0.1:{port}"]}]


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yml")), ids=lambda path: path.name)
def test_every_file_reads_and_names_no_secret(path: Path) -> None:
    text = path.read_text("utf-8")
    assert yaml.safe_load(text)
    assert not re.search(r"(?i)password|secret|token|://[^$]", text)
