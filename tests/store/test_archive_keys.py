"""An archive comes under a new master key, reads as before, and leaves nothing of itself behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from archiving import Archive
from store.archive_files import ArchiveError, ArchiveFiles, Kept
from store.archive_keys import ARCHIVES, ArchiveKeys
from store.archives import ArchiveRow, ArchiveRows
from store.engine import Engine
from store.rewrapping import KeyUse
from store.sealing import Seal

OLD, NEW = b"o" * 32, b"n" * 32
OLD_ID, NEW_ID = Seal([OLD]).ids[0], Seal([NEW]).ids[0]
CLOSED = datetime(2026, 3, 2, tzinfo=UTC)


def row_of(name: str, kept: Kept) -> ArchiveRow:
    return ArchiveRow(
        dossier=name, run=f"run-{name}", workflow=f"case/{name}", status="COMPLETED",
        **kept._asdict(), events=3, has_state=True, closed_at=CLOSED, archived_at=CLOSED,
    )  # fmt: skip


async def archived(engine: Engine, folder: Path, *names: str) -> ArchiveRows:
    rows, files = ArchiveRows(engine), ArchiveFiles(folder, Seal([OLD]))
    for name in names:
        kept = files.keep(name, f"run-{name}", CLOSED, f"all of {name}".encode())
        await rows.add(row_of(name, kept))
    return rows


def keys_in(rows: ArchiveRows, folder: Path, *keys: bytes) -> ArchiveKeys:
    seal = Seal(keys)
    return ArchiveKeys(rows, ArchiveFiles(folder, seal), seal.ids)


def content_of(row: ArchiveRow, folder: Path, *keys: bytes) -> bytes:
    return ArchiveFiles(folder, Seal(keys)).read(row.dossier, row.run, row.file, row.sha256)


async def test_archives_open_with_the_new_key_alone_afterwards(
    engine: Engine, tmp_path: Path
) -> None:
    rows = await archived(engine, tmp_path, "A", "B", "C")
    keys = keys_in(rows, tmp_path, NEW, OLD)
    assert await keys.uses() == [KeyUse(ARCHIVES, OLD_ID, 3)]
    assert [many async for many in keys.rotate()] == [3]
    assert [many async for many in keys.rotate()] == []
    assert await keys.uses() == [KeyUse(ARCHIVES, NEW_ID, 3)]
    for name in ("A", "B", "C"):
        (row,) = await rows.of(name)
        assert content_of(row, tmp_path, NEW) == f"all of {name}".encode()
    assert len(list(tmp_path.rglob("*.sealed"))) == 3, "nothing is left under the old key"


async def test_what_is_under_a_key_not_at_hand_is_left_and_counted(
    engine: Engine, tmp_path: Path
) -> None:
    rows = await archived(engine, tmp_path, "A")
    keys = keys_in(rows, tmp_path, NEW)
    assert [many async for many in keys.rotate()] == []
    assert await keys.uses() == [KeyUse(ARCHIVES, OLD_ID, 1)]


async def test_a_folder_without_the_files_frees_no_key(engine: Engine, tmp_path: Path) -> None:
    rows = await archived(engine, tmp_path / "there", "A")
    with pytest.raises(ArchiveError, match="THADS_ARCHIVE"):
        await keys_in(rows, tmp_path / "elsewhere", NEW, OLD).uses()


async def test_an_erasure_in_between_wins_and_no_copy_of_the_names_stays(
    engine: Engine, tmp_path: Path
) -> None:
    rows = await archived(engine, tmp_path, "A")
    (before,) = await rows.of("A")
    files = ArchiveFiles(tmp_path, Seal([NEW, OLD]))
    left = files.keep("A", "run-A", CLOSED, b"what is left")
    await rows.erase(before.model_copy(update=left._asdict()), CLOSED + timedelta(days=1))
    # A rotation that had read the row before the erasure.
    moved = files.keep("A", "run-A", CLOSED, b"all of A")
    assert not await rows.move(before, *moved)
    files.remove_all("A", "run-A", CLOSED, but=left.file)
    assert [path.name for path in tmp_path.rglob("*.sealed")] == [Path(left.file).name]
    # What the erasure left is sealed anew as well.
    other = keys_in(rows, tmp_path, b"x" * 32, NEW)
    assert [many async for many in other.rotate()] == [1]
    (after,) = await rows.of("A")
    assert content_of(after, tmp_path, b"x" * 32) == b"what is left"


async def test_a_reader_who_looked_before_a_change_of_keys_finds_the_new_file(
    engine: Engine, tmp_path: Path
) -> None:
    rows = await archived(engine, tmp_path, "A")
    (before,) = await rows.of("A")
    assert [many async for many in keys_in(rows, tmp_path, NEW, OLD).rotate()] == [1]
    archive = Archive(rows, ArchiveFiles(tmp_path, Seal([NEW])))
    # It was found: what it holds here is no archive's text, and that is what is said.
    with pytest.raises(ArchiveError, match="does not hold the run"):
        await archive.read(before)


@pytest.mark.parametrize(
    "change", ["events = 0", "has_state = false", "status = 'FAILED'", "file = ''"]
)
async def test_nothing_else_of_an_archive_changes(
    engine: Engine, database: str, tmp_path: Path, change: str
) -> None:
    await archived(engine, tmp_path, "A")
    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="a record"),
    ):
        connection.execute(f"update record.archives set {change}".encode())
