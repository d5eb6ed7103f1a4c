"""Change law/ and cases/ in one place at a time, and count the changes that the tests notice.

    python -m benchmarks.mutants [--seed N] [--sample N]

mutmut makes the changes and runs, for each, the tests that reach the changed function. It has no
sample of its own, so the names of a seeded one are given to it. Printed are the share noticed
and each change that was not, with its place; below the target the end is 1.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from mutmut.mutation.diff_apply import find_mutant, get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name, orig_function_and_class_names_from_key

from benchmarks.mutable import FLOORS, copy_tree

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "var" / "mutants"
LOG = COPY / "mutmut.log"
TARGET = 0.9
_NOTICED = ("killed", "timeout", "segfault")
_MUTMUT = str(Path(sys.executable).parent / "mutmut")
_CONFIG = """
[tool.mutmut]
source_paths = ["law", "cases"]
do_not_mutate = ["*/errors.py"]
also_copy = {others}
pytest_add_cli_args_test_selection = ["tests/law", "tests/cases"]
pytest_add_cli_args = ["-p", "benchmarks.cold_caches"]
timeout_multiplier = 2.0
timeout_constant = 15.0
use_git_change_detection = false
use_setproctitle = false
"""


def prepare() -> None:
    """Make the copy and say there what is to be changed and how it is tested."""
    copy_tree(ROOT, COPY)
    others = sorted(p.name for p in COPY.iterdir() if p.name not in (*FLOORS, "pyproject.toml"))
    quoted = ", ".join(f'"{name}"' for name in others)
    with (COPY / "pyproject.toml").open("a", encoding="utf-8") as config:
        config.write(_CONFIG.format(others=f"[{quoted}]"))


def all_names() -> list[str]:
    """Name every change that mutmut would make, in a fixed order."""
    names: list[str] = []
    for floor in FLOORS:
        for path in sorted(Path(floor).glob("*.py")):
            if path.name not in ("__init__.py", "errors.py"):
                made = mutate_file_contents(str(path), path.read_text("utf-8"))
                names += [get_mutant_name(path, name) for name in made.mutant_names]
    return names


def run(names: list[str], children: int) -> dict[str, str]:
    """Let mutmut test the changes named; give the verdict on each."""
    # With CI set, Hypothesis draws the same examples each time and knows no deadline.
    told = os.environ | {"CI": "1", "PYTHONHASHSEED": "0"}
    command = [_MUTMUT, "run", "--max-children", str(children), *names]
    with LOG.open("w", encoding="utf-8") as log:
        ended = subprocess.run(command, env=told, check=False, stdout=log, stderr=subprocess.STDOUT)
    if ended.returncode:
        raise SystemExit(f"mutmut ended with {ended.returncode}; it says why in {LOG}")
    listed = subprocess.run(
        [_MUTMUT, "results", "--all", "true"], env=told, check=True, capture_output=True, text=True
    )
    verdicts = dict(line.strip().split(": ", 1) for line in listed.stdout.splitlines() if line)
    return {name: verdicts[name] for name in names}


def shown(name: str) -> Iterator[str]:
    """Tell a change with its file and line."""
    path = Path(find_mutant(name).path)
    diff = get_diff_for_mutant(name, path=path).splitlines()
    yield f"{path}:{_line_of(name, path, diff)}  {name}"
    yield from (line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def _line_of(name: str, path: Path, diff: list[str]) -> int:
    """Find the first changed line: its place in the function, and the function's in the file."""
    function, owner = orig_function_and_class_names_from_key(name)
    hunk = next(at for at, line in enumerate(diff) if line.startswith("@@"))
    first = int(diff[hunk].split()[1].removeprefix("-").partition(",")[0])
    changed = next(at for at, line in enumerate(diff[hunk + 1 :]) if line.startswith("-"))
    tree: ast.AST = ast.parse(path.read_text("utf-8"))
    if owner:
        tree = next(c for c in ast.walk(tree) if isinstance(c, ast.ClassDef) and c.name == owner)
    found = next(f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.name == function)
    return found.lineno + first + changed - 1


def main() -> int:
    """Sample, run, print; give 1 below the target."""
    reader = argparse.ArgumentParser(description="Count the changes that the tests notice.")
    reader.add_argument("--seed", type=int, default=2026)
    reader.add_argument("--sample", type=int, default=500)
    reader.add_argument("--children", type=int, default=len(os.sched_getaffinity(0)))
    given = reader.parse_args()
    begun = perf_counter()
    print("Each change is tested alone, some minutes in all.", flush=True)
    prepare()
    os.chdir(COPY)
    names = all_names()
    size = min(given.sample, len(names))
    sample = sorted(random.Random(given.seed).sample(names, size))
    verdicts = run(sample, given.children)
    tally = Counter(verdicts.values())
    for name, verdict in verdicts.items():
        if verdict not in _NOTICED:
            print(f"\n{verdict}: " + "\n".join(shown(name)))
    noticed = sum(tally[verdict] for verdict in _NOTICED)
    share = noticed / size
    print(f"\n{size} of {len(names)} possible changes of law/ and cases/, seed {given.seed}")
    print(", ".join(f"{count} {verdict}" for verdict, count in tally.most_common()))
    print(f"noticed: {share:.1%}, target {TARGET:.0%}; {perf_counter() - begun:.0f} s")
    return 0 if share >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
