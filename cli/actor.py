"""Know who gives a command: as named, as the environment says, else the system's user."""

from __future__ import annotations

import getpass
import os
from typing import Annotated

from cyclopts import Parameter

Actor = Annotated[str | None, Parameter(name="--actor", help="Who does it; default: you.")]


def acting(given: str | None) -> str:
    """Give the name under which a command is recorded."""
    if given:
        return given
    try:
        return os.environ.get("THADS_ACTOR") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
