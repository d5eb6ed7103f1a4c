from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from store.sealed_files import CHUNK, open_stream, seal_stream
from store.sealing import Seal, SealError

KEY, OTHER = b"1" * 32, b"2" * 32
PLACE = "backup/x/register.dump"
LONG = bytes(range(256)) * (CHUNK // 128)


def sealed(content: bytes, pieces: int = 1) -> bytes:
    target = io.BytesIO()
    step = max(1, len(content) // pieces)
    parts: Sequence[bytes] = [content[at : at + step] for at in range(0, len(content), step)]
    assert seal_stream(Seal([KEY]), PLACE, parts, target) == len(content)
    return target.getvalue()


def opened(raw: bytes, key: bytes = KEY, place: str = PLACE) -> bytes:
    return b"".join(open_stream(Seal([key]), place, io.BytesIO(raw)))


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_a_file_of_any_length_opens_as_it_was(length: int) -> None:
    content = LONG[:length] if length <= len(LONG) else LONG + b"x" * (length - len(LONG))
    raw = sealed(content, pieces=7)
    assert opened(raw) == content
    assert len(content) < 20 or content not in raw


def test_a_key_that_took_over_opens_what_the_older_one_sealed() -> None:
    raw = sealed(LONG)
    assert b"".join(open_stream(Seal([OTHER, KEY]), PLACE, io.BytesIO(raw))) == LONG


def test_another_key_or_another_place_opens_nothing() -> None:
    raw = sealed(LONG)
    with pytest.raises(SealError, match="not at hand"):
        opened(raw, OTHER)
    with pytest.raises(SealError, match="belongs elsewhere"):
        opened(raw, place="backup/y/register.dump")


def _chunks(raw: bytes) -> tuple[bytes, list[bytes]]:
    head = raw.index(b"\n", raw.index(b"\n") + 1) + 1
    body = raw[head:]
    size = CHUNK + 16
    return raw[:head], [body[at : at + size] for at in range(0, len(body), size)]


def test_what_is_changed_moved_cut_off_or_added_is_refused() -> None:
    head, chunks = _chunks(sealed(LONG + b"end"))
    assert len(chunks) == 3
    changed = bytearray(chunks[1])
    changed[500] ^= 1
    spoiled = [
        [chunks[0], bytes(changed), chunks[2]],
        [chunks[1], chunks[0], chunks[2]],
        chunks[:2],
        [chunks[0], chunks[2]],
        [],
        [*chunks, chunks[2]],
    ]
    for body in spoiled:
        with pytest.raises(SealError, match="changed"):
            opened(head + b"".join(body))
    assert opened(head + b"".join(chunks)) == LONG + b"end"


def test_what_is_no_sealed_file_is_refused() -> None:
    for raw in (b"", b"PGDMP", b"THADS-SEALED-FILE-1\n", b"THADS-SEALED-FILE-1\n{}\nxx"):
        with pytest.raises(SealError, match="changed"):
            opened(raw)
