"""Seal texts that the register must hold and nobody may read there, and open them again.

Every text has a data key of its own, wrapped under a master key (AES-256-GCM both times). Where a
text belongs is bound to it, so that it opens nowhere else. Master keys are told apart by an id,
so that a new one can take over while older texts still open.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyfile import SEAL_KEY, Given, keep_new
from law.errors import SpokenError

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


class Wrapped(NamedTuple):
    """A wrapped data key: the master key's id, and the key with its nonce first."""

    key_id: str
    wrapped_key: bytes


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
        data_key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
        wrapped = self.wrap(data_key, place)
        text = AESGCM(data_key).encrypt(nonce, content, _bound(place, wrapped.key_id))
        return Sealed(*wrapped, nonce, text)

    def open(self, sealed: Sealed, place: str) -> bytes:
        """Open a text; raise `SealError` where the key is not there, or text or place are not."""
        data_key = self.unwrap(Wrapped(sealed.key_id, sealed.wrapped_key), place)
        bound = _bound(place, sealed.key_id)
        try:
            return AESGCM(data_key).decrypt(sealed.nonce, sealed.ciphertext, bound)
        except (InvalidTag, ValueError) as error:
            raise _changed(place) from error

    @property
    def ids(self) -> tuple[str, ...]:
        """Name the master keys, the one in use first; a name tells nothing of its key."""
        return tuple(master.id for master in self._masters)

    def wrap(self, data_key: bytes, place: str) -> Wrapped:
        """Wrap a data key under the key in use; it is unwrapped at the same `place` alone."""
        master, nonce = self._masters[0], secrets.token_bytes(_NONCE_BYTES)
        return Wrapped(
            master.id, nonce + master.wrapping.encrypt(nonce, data_key, _bound(place, master.id))
        )

    def unwrap(self, wrapped: Wrapped, place: str) -> bytes:
        """Give a data key back; raise `SealError` where the master key or the place is not."""
        master = self._master_of(wrapped.key_id)
        nonce, key = wrapped.wrapped_key[:_NONCE_BYTES], wrapped.wrapped_key[_NONCE_BYTES:]
        try:
            return master.wrapping.decrypt(nonce, key, _bound(place, master.id))
        except (InvalidTag, ValueError) as error:
            raise _changed(place) from error

    def renew(self, sealed: Sealed, place: str) -> Sealed:
        """Seal a text anew under the key in use; raise `SealError` as `open` does."""
        return self.close(self.open(sealed, place), place)

    def mark(self, content: str | bytes) -> str:
        """Give what a text is told again by, without telling it: a HMAC under the key in use."""
        return self.marks(content)[0]

    def marks(self, content: str | bytes) -> tuple[str, ...]:
        """Give a text's mark under every key, for finding what was marked under an older one."""
        plain = content.encode() if isinstance(content, str) else content
        return tuple(hmac.new(one.marking, plain, sha256).hexdigest() for one in self._masters)

    def _master_of(self, key_id: str) -> _Master:
        found = next((one for one in self._masters if one.id == key_id), None)
        if found is None:
            raise SealError(
                f"the key {key_id} that this was sealed with is not at hand; add it after "
                "the present one in THADS_SEAL_KEY",
                f"Không có khóa {key_id} đã dùng để niêm phong; hãy ghi thêm khóa đó sau "
                "khóa hiện dùng trong THADS_SEAL_KEY",
            )
        return found


def read_seal(given: Given | str | None, var: Path) -> Seal:
    """Make the seal of the keys that are given, else of the one kept under `var`, made once.

    `given`: base64 of 32 bytes; several with white space between while one replaces another, the
    one in use first. Raises `SealError`, which repeats no key.
    """
    if isinstance(given, str):
        given = Given(given, "THADS_SEAL_KEY")
    if given is not None:
        return Seal(_read_keys(given.text, given.where))
    path = var / SEAL_KEY
    try:
        if not path.exists():
            keep_new(path, _new_key)
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


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def _master(key: bytes) -> _Master:
    """Derive what each key does, so that one use tells nothing about another."""
    name = hmac.new(key, b"thads.seal.id", sha256).hexdigest()[:12]
    wrapping = hmac.new(key, b"thads.seal.wrap", sha256).digest()
    return _Master(name, AESGCM(wrapping), hmac.new(key, b"thads.seal.mark", sha256).digest())


def _changed(place: str) -> SealError:
    return SealError(
        f"what is sealed at {place} was changed, or belongs elsewhere; it is not opened",
        f"Nội dung niêm phong tại {place} đã bị thay đổi hoặc thuộc nơi khác; không mở",
    )


def _bound(place: str, key_id: str) -> bytes:
    return f"{place}|{key_id}".encode()
