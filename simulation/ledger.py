"""Keep what was asked, answered and struck in a file of its own, safe before the run goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]


class Ledger:
    """A file of JSON lines to which alone is added; no fault reaches it."""

    def __init__(self, path: Path) -> None:
        """Begin a file; raise `FileExistsError` rather than go on in one of an earlier run."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("x", encoding="utf-8")

    def note(self, what: str, **values: object) -> None:
        """Add a line with its moment; it is on the disk when this returns."""
        line = {"at": datetime.now(UTC).isoformat(), "what": what, **values}
        self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """End the file."""
        self._file.close()


def read_ledger(path: Path) -> Iterator[Line]:
    """Read a ledger's lines in their order."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
