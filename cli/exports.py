"""Note in the audit what a command writes to a file for somebody to take away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from cli.actor import acting
from cli.live import reach_register
from settings import Settings
from store.audit import Audit, Entry
from store.engine import Engine

What = Literal[
    "agenda", "audit", "breaches", "digest", "directory", "handover", "indicators", "judgments",
    "reception_book", "request_letter", "stuck",
]  # fmt: skip


class Export(NamedTuple):
    """A file that is about to be written: what it lists, in what form, how many rows, its hash.

    `dossier`: the one that it is about, if one alone. Neither the file's name nor its place is
    kept, since both may name somebody.
    """

    what: What
    form: str
    rows: int
    sha256: str
    dossier: str | None = None


def export_of(
    what: What, form: str, rows: int, content: str | bytes, dossier: str | None = None
) -> Export:
    """Describe a file by its content."""
    raw = content.encode() if isinstance(content, str) else content
    return Export(what, form, rows, sha256(raw).hexdigest(), dossier)


async def note_exports(settings: Settings, exports: Sequence[Export], now: datetime) -> None:
    """Note files before they are written, so that none leaves without a row.

    Raises what reaching the register raises; nothing is then to be written.
    """
    async with reach_register(settings) as (engine, _):
        await note_exports_in(engine, exports, now)


async def note_exports_in(engine: Engine, exports: Sequence[Export], now: datetime) -> None:
    """Note files through a register that is at hand."""
    entries = [
        Entry(
            action="exported",
            actor=acting(None),
            at=now,
            dossier=export.dossier,
            detail={name: getattr(export, name) for name in ("what", "form", "rows", "sha256")},
        )
        for export in exports
    ]
    await Audit(engine).note_all(entries)
