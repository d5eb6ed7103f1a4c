"""Group the commands that operate the engine itself: releases, keys, rebuilds, checks."""

from __future__ import annotations

from collections.abc import Callable

from cyclopts import App

from cli import (
    ops_archive,
    ops_audit,
    ops_backup,
    ops_erase,
    ops_keys,
    ops_rebuild,
    ops_release,
    ops_retention,
    ops_verify,
)

_PARTS: tuple[Callable[[App], None], ...] = (
    ops_archive.add_to, ops_audit.add_to, ops_backup.add_to, ops_erase.add_to, ops_keys.add_to,
    ops_rebuild.add_to, ops_release.add_to, ops_retention.add_to, ops_verify.add_to,
)  # fmt: skip


def add_to(app: App) -> None:
    """Add `ops` with its commands."""
    ops = App(name="ops", help="Operate the engine: releases, keys, archive, rebuild, verify.")
    for add in _PARTS:
        add(ops)
    app.command(ops)
