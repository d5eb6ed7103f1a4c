"""Group the commands that operate the engine itself: releases, keys, rebuilds, checks."""

from __future__ import annotations

from collections.abc import Callable

from cyclopts import App

from cli import ops_archive, ops_rebuild, ops_verify

_PARTS: tuple[Callable[[App], None], ...] = (
    ops_archive.add_to,
    ops_rebuild.add_to,
    ops_verify.add_to,
)


def add_to(app: App) -> None:
    """Add `ops` with its commands."""
    ops = App(name="ops", help="Operate the engine: releases, keys, archive, rebuild, verify.")
    for add in _PARTS:
        add(ops)
    app.command(ops)
