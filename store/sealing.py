"""Seal texts that the register must hold and nobody may read there, and open them again.

Every text has a data key of its own, wrapped under a master key (AES-256-GCM both times). Where a
text belongs is bound to it, so that it opens nowhere else. Master keys are told apart by an id,
so that a new one can take over while older texts still open.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from law.errors import SpokenError

KEPT_IN = "seal.key"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class SealError(SpokenError):
    """A sealed text cannot be opened, or nothing can be sealed."""


class Sealed(NamedTuple):
    """A sealed text: the master key's id, the wrapped data key (its nonce first), the text."""

    key_id: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes


class _Master(NamedTuple):
    id: str
    wrapping: AESGCM
    marking: bytes


class Seal:
    """The master keys of one installation: the first seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the keys, 32 bytes each, the one in use first."""
        self._masters = tuple(_master(key) for key in keys)

    @property
    def key_id(self) -> str:
        """Give the id of the key in use."""
        return self._masters[0].id

    def close(self, content: bytes, place: str) -> Sealed:
        """Seal a text under the key in use; it opens at the same `place` alone."""
        master = self._masters[0]
        data_key = AESGCM.generate_key(bit_length=8 * _KEY_BYTES)
        wrap_nonce, nonce = secrets.token_bytes(_NONCE_BYTES), secrets.token_bytes(_NONCE_BYTES)
        wrapped = master.wrapping.encrypt(wrap_nonce, data_key, _bound(place, master.id))
        text = AESGCM(data_key).encrypt(nonce, content, _bound(place, master.id))
        return Sealed(master.id, wrap_nonce + wrapped, nonce, text)

    def open(self, sealed: Sealed, place: str) -> bytes:
        """Open a text; raise `SealError` where the key is not there, or text or place are not."""
        master = next((one for one in self._masters if one.id == sealed.key_id), None)
        if master is None:
            raise SealError(
                f"the key {sealed.key_id} that this was sealed with is not at hand; add it after "
                "the present one in THADS_SEAL_KEY",
                f"Không có khóa {sealed.key_id} đã dùng để niêm phong; hãy ghi thêm khóa đó sau "
                "khóa hiện dùng trong THADS_SEAL_KEY",
            )
        wrap_nonce, wrapped = sealed.wrapped_key[:_NONCE_BYTES], sealed.wrapped_key[_NONCE_BYTES:]
        bound = _bound(place, master.id)
        try:
            data_key = master.wrapping.decrypt(wrap_nonce, wrapped, bound)
            return AESGCM(data_key).decrypt(sealed.nonce, sealed.ciphertext, bound)
        except (InvalidTag, ValueError) as error:
            raise SealError(
                f"what is sealed at {place} was changed, or belongs elsewhere; it is not opened",
                f"Nội dung niêm phong tại {place} đã bị thay đổi hoặc thuộc nơi khác; không mở",
            ) from error

    def mark(self, content: str | bytes) -> str:
        """Give what a text is told again by, without telling it: a HMAC under the key in use."""
        return self.marks(content)[0]

    def marks(self, content: str | bytes) -> tuple[str, ...]:
        """Give a text's mark under every key, for finding what was marked under an older one."""
        plain = content.encode() if isinstance(content, str) else content
        return tuple(hmac.new(one.marking, plain, sha256).hexdigest() for one in self._masters)


def read_seal(given: str | None, var: Path) -> Seal:
    """Make the seal of the settings' keys, else of the one kept under `var`, made at first use.

    `given`: base64 of 32 bytes; several with spaces between while one replaces another, the one
    in use first. Raises `SealError`, which repeats no key.
    """
    if given is not None:
        return Seal(_read_keys(given, "THADS_SEAL_KEY"))
    path = var / KEPT_IN
    try:
        if not path.exists():
            _keep_new(path)
        kept = path.read_text("ascii", "replace")
    except OSError as error:
        raise SealError(
            f"{path} cannot be kept or read ({error.strerror}); set THADS_SEAL_KEY",
            f"Không ghi hoặc đọc được {path} ({error.strerror}); hãy đặt THADS_SEAL_KEY",
        ) from error
    return Seal(_read_keys(kept, str(path)))


def _read_keys(text: str, where: str) -> list[bytes]:
    keys = [_read_key(one) for one in text.split()]
    read = [key for key in keys if key is not None]
    if not read or len(read) != len(keys):
        raise SealError(
            f"{where} does not hold a key; allowed is base64 of {_KEY_BYTES} random bytes, made "
            "by: openssl rand -base64 32",
            f"{where} không phải là khóa; cho phép {_KEY_BYTES} byte ngẫu nhiên dạng base64, tạo "
            "bằng: openssl rand -base64 32",
        )
    return read


def _read_key(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None


def _keep_new(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # Another process may have kept its own meanwhile; a link never takes a file's place.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def _master(key: bytes) -> _Master:
    """Derive what each key does, so that one use tells nothing about another."""
    name = hmac.new(key, b"thads.seal.id", sha256).hexdigest()[:12]
    wrapping = hmac.new(key, b"thads.seal.wrap", sha256).digest()
    return _Master(name, AESGCM(wrapping), hmac.new(key, b"thads.seal.mark", sha256).digest())


def _bound(place: str, key_id: str) -> bytes:
    return f"{place}|{key_id}".encode()
