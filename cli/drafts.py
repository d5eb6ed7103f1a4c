"""Write whole files or nothing: as drafts on the disk that then take their places."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def drafted(path: Path) -> Iterator[BinaryIO]:
    """Lend a draft to write into; it takes the file's place at the end, or is thrown away.

    Raises `OSError`.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
        _sync(path.parent)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


_MINE = 0o600


def replace_files(texts: Mapping[Path, str | bytes], *, private: bool = False) -> None:
    """Give files their new content; whoever reads sees an old file or a new one, and no half.

    Each takes its place once all drafts are on the disk, and keeps the mode of what it replaces;
    a new one that is `private`, such as an export of cases, is for its owner alone.
    Raises `OSError` with nothing left behind; where the power fails between two, some are new.
    """
    drafts = {path: path.with_name(f".{path.name}.new") for path in texts}
    try:
        for path, draft in drafts.items():
            _write_draft(draft, path, texts[path], private=private)
        for path, draft in drafts.items():
            draft.replace(path)
        for folder in {path.parent for path in drafts}:
            _sync(folder)
    except OSError:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        raise


def _write_draft(draft: Path, path: Path, content: str | bytes, *, private: bool) -> None:
    with draft.open("wb") as file:
        if private:
            draft.chmod(_MINE)
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, draft)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
