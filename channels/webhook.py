"""Post messages to other systems, signed as Standard Webhooks 1.0.0 says."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from http import HTTPStatus

import httpx2

from channels.errors import NoAnswerError, RefusedForGoodError
from channels.letter import Letter

_TIMEOUT = 20
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class WebhookSecretError(Exception):
    """The secret of the webhooks does not read; its value is never said."""


def read_secrets(text: str) -> tuple[bytes, ...]:
    """Read one secret, or several with spaces between while an old one is being replaced.

    Raises `WebhookSecretError` where one is not whsec_ with 24 to 64 bytes in base64.
    """
    return tuple(_key(secret) for secret in text.split())


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise WebhookSecretError(
            f"THADS_WEBHOOK_SECRET does not read; allowed is {_PREFIX} and {_SHORTEST} to "
            f"{_LONGEST} random bytes in base64, made by: "
            f'echo "{_PREFIX}$(openssl rand -base64 32)"'
        )
    return key


class Webhook:
    """The receivers of signed messages, each named by its URL."""

    name = "webhook"

    def __init__(self, secrets: str | None, clock: Callable[[], float] = time.time) -> None:
        """Take the secrets; raise `WebhookSecretError` where they do not read.

        `clock` gives the seconds since 1970 of an attempt: receivers refuse one that is minutes
        old, however long ago its gathering began.
        """
        self._keys = read_secrets(secrets or "")
        self._clock = clock

    async def send(self, letter: Letter, now: datetime) -> str:
        """Post the letter's data; give the receiver's answer.

        Raises `RefusedForGoodError` where the URL is none, the receiver is gone (404, 410) or
        no secret is set, `NoAnswerError` where none came, and `OSError` for all else.
        """
        where = self._check(letter.to)
        body = _body(letter, now)
        stamp = str(int(self._clock()))
        headers = {
            "content-type": "application/json",
            "user-agent": "THADS",
            "webhook-id": letter.token,
            "webhook-timestamp": stamp,
            "webhook-signature": self._sign(f"{letter.token}.{stamp}.".encode() + body),
        }
        try:
            async with asyncio.timeout(_TIMEOUT), self._client() as client:
                request = client.stream("POST", letter.to, content=body, headers=headers)
                async with request as answer:
                    status = answer.status_code
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.InvalidURL) as error:
            raise OSError(f"webhook {where}: {error}") from error
        except (httpx2.HTTPError, TimeoutError) as error:
            said = str(error) or f"no answer in {_TIMEOUT} s"
            raise NoAnswerError(f"webhook {where}: {said}") from error
        if status in _GONE:
            raise RefusedForGoodError(
                f"webhook {where}: {_words(status)}; correct or remove it in the directory"
            )
        if not HTTPStatus(HTTPStatus.OK) <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise OSError(f"webhook {where}: {_words(status)}")
        return f"{_words(status)} {letter.token}"

    def _check(self, url: str) -> str:
        try:
            read = httpx2.URL(url)
        except (httpx2.InvalidURL, ValueError):
            read = httpx2.URL("")
        if read.scheme not in ("http", "https") or not read.host:
            raise RefusedForGoodError(
                "a webhook's address is no http(s) URL; correct it in the directory, such as "
                "https://host/path"
            )
        if not self._keys:
            raise RefusedForGoodError(
                f"webhook {read.host}: no secret is set to sign with; set THADS_WEBHOOK_SECRET"
            )
        return read.host

    def _sign(self, content: bytes) -> str:
        digests = (hmac.digest(key, content, hashlib.sha256) for key in self._keys)
        return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)

    def _client(self) -> httpx2.AsyncClient:
        # A redirect is an error: the URL in the directory is to be corrected.
        return httpx2.AsyncClient(verify=self._trust, timeout=_TIMEOUT, follow_redirects=False)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def _body(letter: Letter, now: datetime) -> bytes:
    data = letter.data or {"lines": list(letter.brief)}
    said = {
        "type": letter.event,
        "timestamp": now.isoformat(),
        "data": {"subject": letter.subject, "language": letter.language, **data},
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
