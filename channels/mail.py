"""Send messages by SMTP."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from channels.compose import Letter, as_mail

_TIMEOUT = 20
_TLS_PORT = 465


class MailAddressError(Exception):
    """The address of the mail server does not read."""


class Mail:
    """A mail server such as smtp://user:password@host:587 or smtps://host."""

    name = "mail"

    def __init__(self, url: str, sender: str) -> None:
        """Read the server's address; raise `MailAddressError` where it is no smtp(s) URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise MailAddressError(
                f"THADS_SMTP_URL is {parts.scheme}://…; "
                "allowed is smtp://user:password@host:port or smtps://host"
            )
        self._host = parts.hostname
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (_TLS_PORT if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender

    async def send(self, letter: Letter, now: datetime) -> str:
        """Hand the letter to the server; give its answer, or raise `OSError` with it."""
        mail = as_mail(letter, self._sender, now)
        try:
            _, answer = await aiosmtplib.send(
                mail,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                timeout=_TIMEOUT,
            )
        except aiosmtplib.SMTPException as error:
            raise OSError(f"mail server {self._host}:{self._port}: {error}") from error
        return f"<{letter.token}> {answer}"[:200]
