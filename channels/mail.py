"""Send messages by SMTP, those of a gathering over one connection."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from channels.errors import NoAnswerError, RefusedForGoodError
from channels.letter import Letter, as_mail

_TIMEOUT = 20
_LONGEST = 60
_IDLE = 5
_TLS_PORT = 465
_REFUSED = 500
_MAILBOX = re.compile(r"5\.[12]\.\d")
_POLICY = re.compile(r"5\.7\.\d")
_ANSWERS = (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused)
"""The server has answered, so that its connection can be used on; all else leaves it unsure."""


class MailAddressError(Exception):
    """The address of the mail server does not read."""


class Mail:
    """A mail server such as smtp://user:password@host:587 or smtps://host."""

    name = "mail"

    def __init__(self, url: str, sender: str) -> None:
        """Read the server's address; raise `MailAddressError` where it is no smtp(s) URL."""
        parts, given = _read_url(url)
        tls = parts.scheme == "smtps"
        port = given or (_TLS_PORT if tls else 25)
        self._where = f"mail server {parts.hostname}:{port}"
        self._server = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=tls,
            timeout=_TIMEOUT,
        )
        self._sender = sender
        self._one_at_a_time = asyncio.Lock()
        self._hang_up: asyncio.TimerHandle | None = None

    async def send(self, letter: Letter, now: datetime) -> str:
        """Hand the letter to the server; give its answer.

        Raises `RefusedForGoodError` where the server refuses the recipient for good,
        `NoAnswerError` where the line breaks under way, and `OSError` for all else.
        """
        mail = as_mail(letter, self._sender, now)
        lost: type[OSError] = OSError
        async with self._one_at_a_time:
            self._keep_line()
            try:
                async with asyncio.timeout(_LONGEST):
                    await self._call_up()
                    lost = NoAnswerError
                    _, answer = await self._server.send_message(mail)
            except _ANSWERS as error:
                raise self._refusal(error, letter.to) from error
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                self._server.close()
                said = str(error) or f"no answer in {_LONGEST} s"
                raise lost(f"{self._where}: {said}") from error
            except asyncio.CancelledError:
                # What it still answers to this letter must not be read as an answer to the next.
                self._server.close()
                raise
            finally:
                self._hang_up = asyncio.get_running_loop().call_later(_IDLE, self._server.close)
        return f"<{letter.token}> {answer}"[:200]

    async def close(self) -> None:
        """Take leave of the server; it is called up again by the next letter."""
        async with self._one_at_a_time:
            self._keep_line()
            if self._server.is_connected:
                try:
                    await self._server.quit()
                except (aiosmtplib.SMTPException, OSError):
                    self._server.close()

    def _keep_line(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
            self._hang_up = None

    async def _call_up(self) -> None:
        """Connect, or make sure before a letter is begun that the old connection still stands."""
        if self._server.is_connected:
            try:
                await self._server.rset()
            except (aiosmtplib.SMTPException, OSError):
                self._server.close()
            else:
                return
        await self._server.connect()

    def _refusal(
        self,
        error: aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused,
        to: str,
    ) -> OSError:
        if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
            error = error.recipients[0]
        said = f"{self._where}: {error.code} {error.message}"
        if _is_for_good(error):
            return RefusedForGoodError(f"{said}; correct {to!r} in the directory")
        return OSError(said)


def _read_url(url: str) -> tuple[SplitResult, int | None]:
    """Read the server's address and its port; what is refused is not repeated."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        # Its words hold the part that does not read, which may be of the password.
        parts, port, host = urlsplit(""), None, None
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise MailAddressError(
            f"THADS_SMTP_URL is {parts.scheme or '?'}://…; allowed is "
            "smtp://user:password@host:port or smtps://host, a sign such as / or # in the "
            "password written as %2F or %23"
        )
    return parts, port


def _is_for_good(error: aiosmtplib.SMTPResponseException) -> bool:
    """Tell whether the mailbox refuses, now and later.

    A refusal by policy, such as a relay that does not know this sender, is not the mailbox's.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return error.code >= _REFUSED and not _POLICY.match(error.message)
    if isinstance(error, aiosmtplib.SMTPDataError):
        return error.code >= _REFUSED and bool(_MAILBOX.match(error.message))
    return False
