"""Make and read signed links: which alert they are about, for whom, and not for ever."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from keyfile import LINK_SECRET, keep_new
from law.errors import SpokenError

LinkMaker = Callable[[str, str], str | None]
"""Gives the link for an alert's key and a person's key; None where there are no links."""

LASTING = timedelta(days=30)
_SHORTEST = 32
_SALT = "thads.alert"


class SecretError(SpokenError):
    """What links are signed with cannot be used."""


class LinkError(SpokenError):
    """A link does not open what it was made for."""


class ForgedLinkError(LinkError):
    """The link was not made here, or was changed on its way."""


class ExpiredLinkError(LinkError):
    """The link is older than it may be."""


class Subject(NamedTuple):
    """What a link is about: an alert, and the person whom it was sent to."""

    alert: str
    person: str


class _Signer(TimestampSigner):
    """Stamp with a clock that is given, as everywhere in this house."""

    def __init__(self, *given: Any, clock: Callable[[], datetime], **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*given, **named)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())


class Links:
    """The links of one installation, made and read with its secret."""

    def __init__(self, secret: str, root: str, clock: Callable[[], datetime]) -> None:
        """Take the secret, what links begin with, and the clock that they age by."""
        self._root = root
        self._serializer = URLSafeTimedSerializer(
            secret, salt=_SALT, signer=_Signer, signer_kwargs={"clock": clock}
        )

    def make(self, alert: str, person: str) -> str | None:
        """Give the link by which a person answers an alert; it satisfies `LinkMaker`."""
        return f"{self._root}/a/{self.sign(alert, person)}"

    def sign(self, alert: str, person: str) -> str:
        """Give a link's own part, safe in an address."""
        signed = self._serializer.dumps([alert, person])
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, token: str) -> Subject:
        """Read what was signed; raise `ExpiredLinkError` or `ForgedLinkError`."""
        try:
            said = self._serializer.loads(token, max_age=int(LASTING.total_seconds()))
        except SignatureExpired as error:
            raise ExpiredLinkError(
                f"this link is older than {LASTING.days} days",
                f"liên kết này đã quá {LASTING.days} ngày",
            ) from error
        except BadData as error:
            raise ForgedLinkError(
                "this link was not made here, or was cut off",
                "liên kết này không do hệ thống tạo ra hoặc đã bị cắt mất một phần",
            ) from error
        match said:
            case [str() as alert, str() as person]:
                return Subject(alert, person)
        raise ForgedLinkError("this link says nothing known", "liên kết này không đọc được")


def read_secret(given: str | None, var: Path) -> str:
    """Give the secret of the settings, else the one kept under `var`, made once, for us alone.

    Raises `SecretError` where it is too short to be one, or none can be kept.
    """
    if given is not None:
        return _checked(given, "THADS_LINK_SECRET")
    path = var / LINK_SECRET
    try:
        if not path.exists():
            keep_new(path, lambda: secrets.token_urlsafe(48))
        kept = path.read_text("utf-8", "replace")
    except OSError as error:
        raise SecretError(
            f"{path} cannot be kept or read ({error.strerror}); set THADS_LINK_SECRET",
            f"không ghi hoặc đọc được {path} ({error.strerror}); hãy đặt THADS_LINK_SECRET",
        ) from error
    return _checked(kept.strip(), str(path))


def _checked(secret: str, where: str) -> str:
    if len(secret) < _SHORTEST:
        raise SecretError(
            f"{where} has {len(secret)} signs; a secret needs {_SHORTEST} at least",
            f"{where} chỉ có {len(secret)} ký tự; khóa bí mật cần ít nhất {_SHORTEST} ký tự",
        )
    return secret
