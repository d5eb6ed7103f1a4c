"""Bound what a file may hold, in bytes as it lies and unpacked, before anything reads it."""

from __future__ import annotations

import os
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO

from cli.register_problems import RegisterFileError

TEXT_MOST = 10_000_000
"""Bytes of a dossier, a letter, a notice or another text that is read whole."""

FACTS_MOST = 5_000
"""Facts in a dossier's file; a long life has twenty-five, and 5,000 are assessed in seconds."""

BOOK_MOST = 100_000_000
"""Bytes of a register or a directory as it lies on the disk."""

UNPACKED_MOST = 400_000_000
"""Bytes of a workbook's parts together, unpacked."""

RATIO_MOST = 200
"""How many times longer a part may be than its packed form; registers are below 30."""

SMALL_PART = 1_000_000
"""Bytes below which a part may be packed as well as it will: templates repeat themselves."""

PARTS_MOST = 5_000
ROWS_MOST = 200_000
COLUMNS_MOST = 1_000
AREA_MOST = 10_000_000
"""Cells between the first and the last that hold something: all of them take memory."""

READING_SECONDS = 120.0
"""How long one sheet may be looked through."""

_CHUNK = 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Of a part's own header: the signature, and how long the name and the extra field are."""

_SIGNATURE = b"PK\x03\x04"


class TooLargeError(OSError):
    """A text is longer than what is read; `most` is the bound in bytes."""

    def __init__(self, most: int) -> None:
        """Keep the bound."""
        super().__init__(f"it is above {megabytes(most)} MB")
        self.most = most


def megabytes(size: int) -> int:
    """Give a bound in whole MB, as people say it."""
    return size // 1_000_000


def read_bounded(file: str, most: int = TEXT_MOST) -> bytes:
    """Read a file, or standard input for '-'; raise `TooLargeError` instead of reading on."""
    if file == "-":
        raw = sys.stdin.buffer.read(most + 1)
    else:
        with Path(file).open("rb") as stream:
            raw = stream.read(most + 1)
    if len(raw) > most:
        raise TooLargeError(most)
    return raw


def check_area(name: str, sheet: str, rows: int, columns: int) -> None:
    """Raise `RegisterFileError` for a sheet that has more rows, columns or cells than are read."""
    if rows > ROWS_MOST:
        raise too_large(
            name,
            f"trang {sheet!r} có hơn {ROWS_MOST} dòng; hãy chia nhỏ tệp",
            f"the sheet {sheet!r} has more than {ROWS_MOST} rows; split the file",
        )
    if columns > COLUMNS_MOST:
        raise too_large(
            name,
            f"trang {sheet!r} có hơn {COLUMNS_MOST} cột; hãy xóa các cột thừa",
            f"the sheet {sheet!r} has more than {COLUMNS_MOST} columns; delete what is too many",
        )
    if rows * columns > AREA_MOST:
        raise too_large(
            name,
            f"trang {sheet!r} rộng {rows} dòng × {columns} cột, nhiều hơn {AREA_MOST} ô; "
            "hãy chia nhỏ tệp",
            f"the sheet {sheet!r} is {rows} rows × {columns} columns, more than {AREA_MOST} "
            "cells; split the file",
        )


def check_size(path: Path, most: int = BOOK_MOST) -> None:
    """Raise `RegisterFileError` for a file that cannot be opened, or is above so many bytes."""
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or "?"
        raise RegisterFileError(
            "FILE", path.name, f"không mở được: {reason}", f"it cannot be opened: {reason}"
        ) from error
    if size > most:
        raise too_large(
            path.name,
            f"tệp lớn hơn {megabytes(most)} MB; hãy chia nhỏ",
            f"it is above {megabytes(most)} MB; split it",
        )


def check_package(path: Path) -> None:
    """Raise `RegisterFileError` for a workbook that unpacks to more than it should.

    What the package says of itself is compared with what really comes out, because whoever reads
    it next may go by either. Raises `zipfile.BadZipFile`, `OSError` and `zlib.error` for what is
    no package.
    """
    with zipfile.ZipFile(path) as package, path.open("rb") as raw:
        parts = package.infolist()
        if len(parts) > PARTS_MOST:
            raise _bomb(path)
        if len({part.filename.casefold() for part in parts}) < len(parts):
            raise zipfile.BadZipFile("two parts have one name")
        if any(part.flag_bits & 1 for part in parts):
            raise too_large(
                path.name,
                "tệp có mật khẩu; hãy bỏ mật khẩu rồi lưu lại",
                "it has a password; take that away and save it anew",
            )
        # A sum first: many entries may name the same packed bytes.
        if sum(part.file_size for part in parts) > UNPACKED_MOST:
            raise _bomb(path)
        for part in parts:
            if part.file_size > max(SMALL_PART, RATIO_MOST * part.compress_size):
                raise _bomb(path)
            if part.compress_type == zipfile.ZIP_DEFLATED and not _is_honest(raw, part):
                raise _bomb(path)
            if part.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
                raise zipfile.BadZipFile("packed in another way than workbooks are")


def _is_honest(raw: IO[bytes], part: zipfile.ZipInfo) -> bool:
    """Tell whether a part unpacks to the length that it states, and never unpack much more."""
    raw.seek(part.header_offset)
    header = raw.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(_SIGNATURE):
        raise zipfile.BadZipFile("a part does not begin where the package says")
    _, name, extra = _LOCAL_HEADER.unpack(header)
    raw.seek(name + extra, os.SEEK_CUR)
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    left, length = part.compress_size, 0
    while left > 0 and not unpacking.eof:
        packed = raw.read(min(left, _CHUNK))
        if not packed:
            break
        left -= len(packed)
        while packed and not unpacking.eof:
            length += len(unpacking.decompress(packed, _CHUNK))
            if length > part.file_size:
                return False
            packed = unpacking.unconsumed_tail
    length += len(unpacking.flush())
    return length == part.file_size


def _bomb(path: Path) -> RegisterFileError:
    return too_large(
        path.name,
        f"tệp nén giải ra quá lớn (hơn {megabytes(UNPACKED_MOST)} MB, hoặc gấp hơn {RATIO_MOST} "
        "lần); hãy chia nhỏ, hoặc mở và lưu lại tệp",
        f"it unpacks to too much (above {megabytes(UNPACKED_MOST)} MB, or more than {RATIO_MOST} "
        "times its size); split it, or open it and save it anew",
    )


def too_large(name: str, vi: str, en: str) -> RegisterFileError:
    """Make the refusal of a file as a whole."""
    return RegisterFileError("FILE", name, vi, en)
