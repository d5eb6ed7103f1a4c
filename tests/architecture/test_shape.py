"""The house keeps its shape: sizes, floors, and what the user fixed."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = (
    "activities", "cases", "channels", "cli", "console", "embedded", "i18n", "law", "reports",
    "store", "workflows",
)  # fmt: skip


def _modules() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [
        ROOT / name
        for name in listed
        if not name.startswith("tests/") and "migrations" not in name and (ROOT / name).exists()
    ]


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    assert {str(p.relative_to(ROOT)): _lines(p) for p in _modules() if _lines(p) > 400} == {}


def test_the_median_module_is_short() -> None:
    assert statistics.median(_lines(p) for p in _modules() if p.name != "__init__.py") <= 270


def test_the_names_that_the_user_fixed_are_there() -> None:
    for name in ("workflows", "activities", "tests", "worker.py", "starter.py", "pyproject.toml"):
        assert (ROOT / name).exists(), name


def test_every_floor_says_what_it_is_and_holds_nothing_else() -> None:
    for floor in FLOORS:
        tree = ast.parse((ROOT / floor / "__init__.py").read_text("utf-8"))
        assert ast.get_docstring(tree), floor
        assert len(tree.body) == 1, floor


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text, lock.name


def test_no_two_advisory_locks_share_a_number() -> None:
    found = [
        match[1].replace("_", "")
        for path in sorted((ROOT / "store").glob("*.py"))
        for match in re.finditer(r"^_LOCK = ([\d_]+)$", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(found) >= 4
    assert len(set(found)) == len(found), "a delivery would keep letters from being booked"
