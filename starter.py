"""Run the `thads` command: wire its parts together and nothing else."""

from __future__ import annotations

import os
import sys

from cli import (
    agenda,
    assess,
    breaches,
    case,
    check,
    digest,
    importing,
    indicators,
    judgment,
    law,
    letter,
    letters,
    officer,
    offices,
    ops,
    people,
    reception,
    replies,
    stuck,
    watch,
)
from cli.app import REFUSALS, build, name_of, run
from cli.backup_files import BackupError
from cli.directory_file import DirectoryFileError
from cli.live import NotRunningError
from keyfile import KeyFileError
from observe import traced
from settings import SettingsError
from store.dossier_keys import KeyDestroyedError, KeyMissingError
from store.errors import StoreError
from store.sealing import SealError
from workflows.client import CommandError

PARTS = (
    assess.add_to, law.add_to, case.add_to, stuck.add_to, replies.add_to, breaches.add_to,
    judgment.add_to, letter.add_to, letters.add_to, reception.add_to, watch.add_to, digest.add_to,
    check.add_to, officer.add_to, offices.add_to, people.add_to, agenda.add_to, indicators.add_to,
    ops.add_to, importing.add_to,
)  # fmt: skip
ALL_REFUSALS = (
    *REFUSALS, NotRunningError, StoreError, DirectoryFileError, CommandError, SettingsError,
    SealError, BackupError, KeyFileError, KeyDestroyedError, KeyMissingError,
)  # fmt: skip


def main() -> None:
    """Run one command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    app, tokens = build(PARTS), sys.argv[1:]
    with traced(name_of(app, tokens)):
        code = run(app, tokens, ALL_REFUSALS)
    sys.stdout.flush()
    sys.stderr.flush()
    # The Temporal client's threads sometimes abort an interpreter that ends by itself.
    os._exit(code)


if __name__ == "__main__":
    main()
