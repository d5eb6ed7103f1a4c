"""Keep archives as files that are sealed, and read them again once their hash is checked.

A file holds one line that says under which key it is sealed, and then nothing but ciphertext.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from law.calendar import ZONE
from store.errors import StoreError
from store.sealing import Seal, Sealed

ENDING = ".jsonl.gz.sealed"
_FORMAT = "thads-sealed/1"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80
_HEAD_MOST = 4096


class ArchiveError(StoreError):
    """An archive cannot be read, or is not what was archived."""


class Kept(NamedTuple):
    """A file that was kept: its name below the folder, its SHA-256, its length in bytes."""

    file: str
    sha256: str
    bytes: int


class ArchiveFiles:
    """The folder of archives; every process that archives or reads them needs the same one."""

    def __init__(self, folder: Path, seal: Seal) -> None:
        """Take the folder, made at first use, and what seals."""
        self._folder = folder
        self._seal = seal

    @property
    def folder(self) -> Path:
        """Give the folder."""
        return self._folder

    def keep(self, dossier: str, run: str, closed_at: datetime, content: bytes) -> Kept:
        """Compress, seal and write an archive, whole or not at all; raise `ArchiveError`."""
        made = self._close(content, _place(dossier, run))
        digest = hashlib.sha256(made).hexdigest()
        # The hash in its name: two who archive the same run never write the same file.
        name = f"{_year(closed_at)}/{safe_name(dossier)}.{run[:8]}.{digest[:8]}{ENDING}"
        try:
            _write(self._folder / name, made)
        except OSError as error:
            raise ArchiveError(
                f"nothing can be archived in {self._folder} ({error.strerror}); see its disk and "
                "its rights, or set THADS_ARCHIVE",
                f"Không ghi được vào {self._folder} ({error.strerror}); hãy xem đĩa và quyền ghi, "
                "hoặc đặt THADS_ARCHIVE",
            ) from error
        return Kept(name, digest, len(made))

    def read(self, dossier: str, run: str, file: str, sha256: str) -> bytes:
        """Give what was archived; raise `ArchiveError` where a file is missing or was changed."""
        raw = self._raw(file)
        self._compare(raw, file, sha256)
        sealed = self._sealed(raw, file)
        return gzip.decompress(self._seal.open(sealed, _place(dossier, run)))

    def key_of(self, file: str) -> str:
        """Give the id of the master key that a file is sealed under; raise `ArchiveError`."""
        return self._sealed(self._raw(file, head=True), file).key_id

    def remove(self, file: str) -> None:
        """Remove a file that nothing refers to any more."""
        (self._folder / file).unlink(missing_ok=True)

    def remove_all(self, dossier: str, run: str, closed_at: datetime, but: str = "") -> None:
        """Remove every file of a run but one, also what a process that was killed left."""
        mine = f"{safe_name(dossier)}.{run[:8]}.????????{ENDING}"
        for path in (self._folder / _year(closed_at)).glob(mine):
            if path != self._folder / but:
                path.unlink(missing_ok=True)

    def _compare(self, raw: bytes, file: str, sha256: str) -> None:
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise ArchiveError(
                f"the archive {file} was changed: its hash is not the recorded one; restore the "
                "file from a backup",
                f"Tệp lưu trữ {file} đã bị thay đổi: mã băm không khớp với sổ; hãy khôi phục tệp "
                "từ bản sao lưu",
            )

    def _sealed(self, raw: bytes, file: str) -> Sealed:
        head, _, ciphertext = raw.partition(b"\n")
        try:
            told = json.loads(head)
            parts = [base64.b64decode(told[name]) for name in ("wrapped_key", "nonce")]
            return Sealed(str(told["key_id"]), parts[0], parts[1], ciphertext)
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(
                f"{file} is no archive of this engine",
                f"{file} không phải tệp lưu trữ của hệ thống",
            ) from error

    def _raw(self, file: str, *, head: bool = False) -> bytes:
        try:
            with (self._folder / file).open("rb") as opened:
                return opened.readline(_HEAD_MOST) if head else opened.read()
        except OSError as error:
            raise ArchiveError(
                f"the archive {file} cannot be read in {self._folder} ({error.strerror}); restore "
                "it from a backup, or set THADS_ARCHIVE to the folder that the worker archives to",
                f"Không đọc được tệp lưu trữ {file} trong {self._folder} ({error.strerror}); hãy "
                "khôi phục từ bản sao lưu, hoặc đặt THADS_ARCHIVE là thư mục mà worker ghi vào",
            ) from error

    def _close(self, content: bytes, place: str) -> bytes:
        sealed = self._seal.close(gzip.compress(content, 6, mtime=0), place)
        told = {
            "format": _FORMAT,
            "key_id": sealed.key_id,
            "wrapped_key": base64.b64encode(sealed.wrapped_key).decode(),
            "nonce": base64.b64encode(sealed.nonce).decode(),
        }
        return json.dumps(told).encode() + b"\n" + sealed.ciphertext


def safe_name(dossier: str) -> str:
    """Give a dossier's id as a file's name; two ids never have the same."""
    plain = _UNSAFE.sub("_", dossier).strip(".")[:_LONGEST]
    if plain == dossier:
        return plain
    return f"{plain}-{hashlib.sha256(dossier.encode()).hexdigest()[:8]}"


def _year(closed_at: datetime) -> str:
    return str(closed_at.astimezone(ZONE).year)


def _place(dossier: str, run: str) -> str:
    return f"archive/{dossier}/{run}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=".draft.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).rename(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # The name must survive a loss of power as well as the content.
        os.fsync(folder)
    finally:
        os.close(folder)
