"""Make a copy of the tree in which every function of law/ and cases/ can be changed.

The library leaves decorated functions alone, and among them the one that counts days. In the
copy a decorator stands behind its function, `f = lru_cache(...)(f)`, which is the same program.
Texts for people are kept as they are: refusals, pairs of words, and everything in errors.py.
No line moves, so that a change is found in the file that it was made in.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

FLOORS = ("law", "cases")
_LEFT_BEHIND = (".*", "var", "__pycache__", "*.egg-info", "build", "dist", "live", "replay")
_LOWERED = ("lru_cache", "cached_property", "property")
_KEPT_WORDS = ("Words", "super")
_MARK = "  # pragma: no mutate"


def copy_tree(root: Path, copy: Path) -> None:
    """Copy what the tests of the two floors need, with law/ and cases/ made mutable."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
    for floor in FLOORS:
        for path in (copy / floor).glob("*.py"):
            path.write_text(make_mutable(path.read_text("utf-8")), "utf-8")


def make_mutable(source: str) -> str:
    """Put decorators behind their functions and mark the lines of texts, line for line."""
    tree = ast.parse(source)
    lines = [*source.splitlines(), ""]
    for node, depth in _functions(tree):
        if len(node.decorator_list) == 1 and _named(node.decorator_list[0]) in _LOWERED:
            _lower(node, depth, lines)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call) and _named(node) in _KEPT_WORDS
        ):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                if _MARK not in lines[number - 1]:
                    lines[number - 1] += _MARK
    return "\n".join(lines).rstrip("\n") + "\n"


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, int]]:
    """List the functions of a module and the methods of its classes, with their depth."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, 0
        elif isinstance(node, ast.ClassDef):
            yield from ((child, 4) for child in node.body if isinstance(child, ast.FunctionDef))


def _lower(node: ast.FunctionDef, depth: int, lines: list[str]) -> None:
    (decorator,) = node.decorator_list
    for number in range(decorator.lineno, node.lineno):
        lines[number - 1] = ""
    behind = f"{' ' * depth}{node.name} = {ast.unparse(decorator)}({node.name})"
    end = node.end_lineno or node.lineno
    if lines[end]:
        raise ValueError(f"no empty line follows the function {node.name}")
    lines[end] = behind


def _named(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.id if isinstance(called, ast.Name) else ""
