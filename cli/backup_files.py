"""Hold what a backup's folder is made of: sealed parts, and a manifest that is written last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from law.errors import SpokenError
from store.sealed_files import open_stream, seal_stream
from store.sealing import Seal

# Parts are named as what lies under THADS_VAR, apart from the register, which is no file there.
MANIFEST = "manifest.json"
TEMPORAL = "temporal.db"
REGISTER = "register.dump"
LINKS = "link.secret"
ARCHIVE = "archive"
_SUFFIX = ".sealed"
_CHUNK = 1 << 20
_MANIFEST_MOST = 50_000_000


class BackupError(SpokenError):
    """A backup cannot be taken, or what should be restored is not one."""


class Part(BaseModel):
    """A file of the backup: what it holds, the sealed file's bytes and SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    size: int
    sha256: str
    place: str


class Manifest(BaseModel):
    """What a backup holds; without it a folder is none, because it is written last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    taken_at: datetime
    release: str
    parts: tuple[Part, ...]


def seal_part(
    seal: Seal, folder: Path, name: str, taken_at: datetime, content: Iterable[bytes]
) -> Part:
    """Write one part, on the disk when this returns; nothing of it is written in the clear."""
    path = _path_of(folder, name)
    for parent in reversed(path.parent.relative_to(folder).parents):
        (folder / parent).mkdir(mode=0o700, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    place = f"backup/{taken_at.isoformat()}/{name}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        seal_stream(seal, place, content, file)
        file.flush()
        os.fsync(file.fileno())
    return Part(name=name, size=path.stat().st_size, sha256=_hash(path), place=place)


def open_part(seal: Seal, folder: Path, name: str, manifest: Manifest) -> Iterator[bytes]:
    """Give what a part holds; raise `SealError`."""
    part = next(part for part in manifest.parts if part.name == name)
    with _path_of(folder, name).open("rb") as file:
        yield from open_stream(seal, part.place, file)


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest, by which the folder becomes a backup."""
    path = folder / MANIFEST
    text = manifest.model_dump_json(indent=2) + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read what a folder says it holds; raise `BackupError`."""
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            manifest = Manifest.model_validate_json(file.read(_MANIFEST_MOST))
    except OSError as error:
        raise BackupError(
            f"{folder} is no whole backup: {MANIFEST} cannot be read ({error.strerror})",
            f"{folder} không phải là bản sao lưu đầy đủ: không đọc được {MANIFEST} "
            f"({error.strerror})",
        ) from error
    except ValidationError as error:
        raise BackupError(
            f"{path} does not read as the manifest of a backup; take another backup",
            f"{path} không đúng mẫu của bản sao lưu; hãy dùng bản sao lưu khác",
        ) from error
    names = [part.name for part in manifest.parts]
    if not {TEMPORAL, REGISTER} <= set(names) or len(set(names)) < len(names):
        raise _unlike(folder, "manifest")
    for name in names:
        if name not in (TEMPORAL, REGISTER, LINKS) and not _is_archived(name):
            raise _unlike(folder, name)
    return manifest


def check_parts(folder: Path, manifest: Manifest, seal: Seal) -> None:
    """Read every part once, by its hash and by its seal; raise `BackupError`, `SealError`."""
    for part in manifest.parts:
        path = _path_of(folder, part.name)
        try:
            same = path.stat().st_size == part.size and _hash(path) == part.sha256
        except OSError as error:
            raise _unlike(folder, part.name) from error
        if not same:
            raise _unlike(folder, part.name)
        for _ in open_part(seal, folder, part.name, manifest):
            pass


def _path_of(folder: Path, name: str) -> Path:
    return folder / f"{name}{_SUFFIX}"


def _is_archived(name: str) -> bool:
    """Tell whether a name lies in the archive and leads nowhere else."""
    parts = name.split("/")
    return parts[0] == ARCHIVE and len(parts) > 1 and not {"", ".", ".."} & set(parts)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while some := file.read(_CHUNK):
            digest.update(some)
    return digest.hexdigest()


def _unlike(folder: Path, name: str) -> BackupError:
    return BackupError(
        f"{folder}: {name} is missing or is not what was backed up; take another backup",
        f"{folder}: {name} bị thiếu hoặc không đúng như khi sao lưu; hãy dùng bản sao lưu khác",
    )
