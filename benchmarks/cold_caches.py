"""Start every test with cold caches, so that a changed function is called and not remembered.

A plugin for the runs of `benchmarks.mutants`: what is kept to be quick is forgotten before each
test, what is read once for a process, such as the vocabulary, once for each run. While mutmut
learns which test reaches what, that is forgotten before each test too.
"""

from __future__ import annotations

import os
import sys
from functools import _lru_cache_wrapper

FLOORS = ("law", "cases")


def _forget(*, files_too: bool) -> None:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in FLOORS:
            for kept in vars(module).values():
                if isinstance(kept, _lru_cache_wrapper) and (
                    files_too or kept.cache_parameters()["maxsize"] != 1
                ):
                    kept.cache_clear()


def pytest_sessionstart() -> None:
    _forget(files_too=True)


def pytest_runtest_setup() -> None:
    _forget(files_too=os.environ.get("MUTANT_UNDER_TEST") == "stats")
