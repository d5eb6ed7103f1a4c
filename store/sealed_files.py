"""Seal whole files as they stream, and open them again: AES-256-GCM in chunks.

A file has a data key of its own, sealed under the master key with the file's place. Every chunk
is bound to its number and to whether it is the last, so that none can be taken out, put in,
moved or cut off unnoticed; no chunk is given before it was checked.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.sealing import Seal, Sealed, SealError

CHUNK = 1 << 20
"""Bytes of a chunk before it is sealed; the last may be shorter, or empty."""

_FIRST = b"THADS-SEALED-FILE-1\n"
_KEY_BYTES = 32
_TAG_BYTES = 16
_HEADER_MOST = 4096


def seal_stream(seal: Seal, place: str, content: Iterable[bytes], target: IO[bytes]) -> int:
    """Write what comes, of any length each, sealed; give how many bytes came."""
    data_key = secrets.token_bytes(_KEY_BYTES)
    sealed = seal.close(data_key, place)
    target.write(_FIRST + _write_header(sealed))
    cipher, number, came = AESGCM(data_key), 0, 0
    waiting = bytearray()
    for some in content:
        waiting += some
        came += len(some)
        # One byte more is awaited before a chunk is written: the last one is marked.
        while len(waiting) > CHUNK:
            target.write(cipher.encrypt(_nonce(number), bytes(waiting[:CHUNK]), b"more"))
            del waiting[:CHUNK]
            number += 1
    target.write(cipher.encrypt(_nonce(number), bytes(waiting), b"last"))
    return came


def open_stream(seal: Seal, place: str, source: IO[bytes]) -> Iterator[bytes]:
    """Give what was sealed, chunk by chunk; raise `SealError` where it is not what was sealed."""
    if source.readline(len(_FIRST)) != _FIRST:
        raise _changed(place)
    data_key = seal.open(_read_header(source.readline(_HEADER_MOST), place), place)
    if len(data_key) != _KEY_BYTES:
        raise _changed(place)
    cipher, number = AESGCM(data_key), 0
    chunk = source.read(CHUNK + _TAG_BYTES)
    while chunk:
        following = source.read(CHUNK + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number), chunk, b"more" if following else b"last")
        except InvalidTag as error:
            raise _changed(place) from error
        chunk, number = following, number + 1
    if number == 0:
        raise _changed(place)


def _write_header(sealed: Sealed) -> bytes:
    plain = {
        "key": sealed.key_id,
        **{
            name: base64.b64encode(value).decode()
            for name, value in zip(("wrapped", "nonce", "sealed"), sealed[1:], strict=True)
        },
    }
    return json.dumps(plain).encode() + b"\n"


def _read_header(line: bytes, place: str) -> Sealed:
    try:
        plain = json.loads(line)
        wrapped, nonce, text = (
            base64.b64decode(plain[name], validate=True) for name in ("wrapped", "nonce", "sealed")
        )
        return Sealed(str(plain["key"]), wrapped, nonce, text)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise _changed(place) from error


def _nonce(number: int) -> bytes:
    # The key is used for one file alone, so a counter never meets the same nonce twice.
    return number.to_bytes(12, "big")


def _changed(place: str) -> SealError:
    return SealError(
        f"the sealed file of {place} was changed, is cut off or is another file; it is not opened",
        f"Tệp niêm phong {place} đã bị thay đổi, bị cắt hoặc là tệp khác; không mở",
    )
