"""Hold the operator's pages to the code: commands that exist, alerts with a section, settings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/operations").glob("*.md"))
ALERTS = ROOT / "deploy/observability/prometheus/alerts.yml"
INCIDENTS = ROOT / "docs/operations/incidents.md"


def _name(path: Path) -> str:
    return path.name


def _commands() -> set[tuple[str, ...]]:
    """Find the commands that the pages name, to their second word, third for groups of `ops`."""
    found: set[tuple[str, ...]] = set()
    for page in PAGES:
        text = page.read_text("utf-8")
        for block in re.findall(r"`(thads [^`\n]+)`", text) + re.findall(
            r"^    (?:[A-Z_]+=\S+ )*(thads .+)$", text, re.MULTILINE
        ):
            words = re.match(r"thads((?: [a-z]+(?=\s|$))+)", block)
            if words:
                found.add(tuple(words[1].split()[: 3 if words[1].startswith(" ops") else 2]))
    return found


_LOOK = """
import json, sys
import starter
from cli.app import build
for words in json.load(sys.stdin):
    found = build(starter.PARTS)
    for word in words:
        try:
            found = found[word]
        except KeyError:
            # What follows a command is what it is given.
            if not list(found.resolved_commands()):
                break
            print(*words)
            break
"""


def test_every_command_that_a_page_names_is_there() -> None:
    named = sorted(_commands())
    done = subprocess.run(
        [sys.executable, "-c", _LOOK], input=json.dumps([*named, ["stok"]]),
        capture_output=True, text=True, check=True, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["stok"]


def test_the_pages_name_the_commands_that_matter() -> None:
    assert {("ops", "backup"), ("ops", "restore"), ("check",), ("stuck",)} <= _commands()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_setting_that_a_page_names_is_one(page: Path) -> None:
    known = {f"THADS_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"THADS_[A-Z_]+", page.read_text("utf-8"))) <= known


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/operations/README.md").read_text("utf-8")
    assert {page.name for page in PAGES} - {"README.md"} <= set(re.findall(r"\((\w+\.md)\)", index))


def test_every_alert_has_its_section_and_every_section_its_alert() -> None:
    named = re.findall(r"- alert: (\w+)", ALERTS.read_text("utf-8"))
    wanted = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize() for name in named]
    sections = re.findall(r"^## (.+)$", INCIDENTS.read_text("utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(["Watching", *wanted])
