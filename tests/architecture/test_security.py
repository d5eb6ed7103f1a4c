"""Hold what must not creep in: SQL made of values, packages without a hash, secrets in files."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
_SQL = re.compile(
    r"\b(select\s.*\sfrom|insert\s+into|update\s+\S+\s.*\bset|delete\s+from)\b",
    re.IGNORECASE | re.DOTALL,
)
_MADE_OF_OUR_NAMES = {
    # Tables and their columns, out of dictionaries of the module; values are parameters.
    "store/directory_rows.py": 2,
    "store/statements.py": 1,
}


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def _made_sql(tree: ast.AST) -> Iterator[ast.JoinedStr]:
    """Find statements that a function puts together; those of a module are the same for ever."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.JoinedStr) and any(
                    isinstance(part, ast.FormattedValue) for part in node.values
                ):
                    fixed = "{}".join(
                        str(part.value) for part in node.values if isinstance(part, ast.Constant)
                    )
                    if _SQL.search(fixed):
                        yield node


def test_no_statement_is_put_together_where_values_are() -> None:
    found: dict[str, int] = {}
    for path in _tracked("*.py"):
        name = str(path.relative_to(ROOT))
        if name.startswith(("tests/", "benchmarks/", "simulation/")):
            continue
        many = len(list(_made_sql(ast.parse(path.read_text("utf-8")))))
        if many:
            found[name] = many
    assert found == _MADE_OF_OUR_NAMES


def test_the_scan_sees_a_statement_that_is_made_of_values() -> None:
    tree = ast.parse("def find(a):\n    run(f\"select x from y where z = '{a}'\")")
    assert len(list(_made_sql(tree))) == 1


def test_the_linter_looks_for_statements_made_of_values_and_each_exception_says_why() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert not [code for code in lint["ignore"] if code.startswith("S")]
    for path in _tracked("*.py"):
        for line in path.read_text("utf-8").splitlines():
            if "noqa: " + "S608" in line:
                assert re.search(r"S608 - \w+", line), path


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_one_version_and_its_hashes(lock: Path) -> None:
    lines = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert len(packages) > 20
    for package in packages:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^\s;,]+", package), package
        assert "--hash=sha256:" in package, package


def test_no_committed_file_holds_a_private_key_or_a_filled_in_secret() -> None:
    assignment = re.compile(
        r"^\s*(?:export )?(\w*(?:PASSWORD|SECRET|API_KEY|TOKEN|SEAL_KEY))\s*[=:]\s*(\S+)",
        re.MULTILINE,
    )
    for path in [*_tracked("deploy/*"), *_tracked("docs/*.md"), *_tracked("*.md")]:
        text = path.read_text("utf-8", "replace")
        assert "PRIVATE KEY-----" not in text, path
        for name, value in assignment.findall(text):
            assert not re.fullmatch(r"[A-Za-z0-9+/=_-]{24,}", value), f"{path}: {name}"
