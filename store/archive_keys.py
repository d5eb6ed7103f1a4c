"""Bring archives that are sealed under older master keys under the one in use, file by file."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from store.archive_files import ArchiveFiles
from store.archives import ArchiveRow, ArchiveRows
from store.rewrapping import KeyUse

ARCHIVES = "archives"
"""What archives are called where the uses of keys are listed."""
_PAGE = 500


class ArchiveKeys:
    """The master keys that the archive of one installation is sealed under."""

    def __init__(self, rows: ArchiveRows, files: ArchiveFiles, ids: Sequence[str]) -> None:
        """Take the record, the folder, and the master keys at hand, the one in use first."""
        self._rows = rows
        self._files = files
        self._ids = tuple(ids)

    async def uses(self) -> list[KeyUse]:
        """Count archives by master key; raise `ArchiveError` where a file is not there to tell."""
        counted: Counter[str] = Counter()
        async for page in self._pages():
            counted.update(key_id for _, key_id in page)
        return [KeyUse(ARCHIVES, key_id, many) for key_id, many in sorted(counted.items())]

    async def rotate(self) -> AsyncIterator[int]:
        """Seal anew under the key in use, giving how many each time; it may be broken off.

        Archives whose master key is not at hand are left. Raises `ArchiveError`, `SealError`.
        """
        async for page in self._pages():
            older = [row for row, key_id in page if key_id in self._ids[1:]]
            for row in older:
                await self._renew(row)
            if older:
                yield len(older)

    async def _renew(self, row: ArchiveRow) -> None:
        content = await asyncio.to_thread(
            self._files.read, row.dossier, row.run, row.file, row.sha256
        )
        kept = await asyncio.to_thread(
            self._files.keep, row.dossier, row.run, row.closed_at, content
        )
        moved = await self._rows.move(row, kept.file, kept.sha256, kept.bytes)
        # Erased, or sealed anew by somebody else meanwhile: then this copy must not stay.
        self._files.remove(row.file if moved else kept.file)

    async def _pages(self) -> AsyncIterator[list[tuple[ArchiveRow, str]]]:
        after = ("", "")
        while rows := await self._rows.page(after, _PAGE):
            # What an erasure left without a file guards nothing.
            there = [row for row in rows if row.file]
            yield await asyncio.to_thread(self._look, there)
            after = rows[-1].dossier, rows[-1].run

    def _look(self, rows: Sequence[ArchiveRow]) -> list[tuple[ArchiveRow, str]]:
        return [(row, self._files.key_of(row.file)) for row in rows]
