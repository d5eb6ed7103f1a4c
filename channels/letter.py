"""Hold a message that is ready to go, for every way out, and make the mail of it."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from channels.errors import RefusedForGoodError
from law.calendar import ZONE

_DOMAIN = "thads.invalid"
_POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes it, with or without 8BITMIME and SMTPUTF8."""

_SPACE = re.compile(r"\s+")


class _Ready(BaseModel):
    model_config = ConfigDict(frozen=True)


class Attachment(_Ready):
    """A file that goes with a mail; `mime` such as text/calendar, with no parameters."""

    name: str
    mime: str
    content: bytes
    method: str | None = None
    """What a calendar file asks for, such as PUBLISH; none for any other file."""


class Letter(_Ready):
    """A message ready to go: what about, in which words; `to` is filled in by the way it goes.

    `brief` is what chat and SMS say under the subject, `data` what a webhook carries under the
    type `event`; both, and the subject, without personal data. A letter that is sent again
    keeps its `token`. Letters of one `thread` lie together in a mailbox.
    """

    to: str = ""
    subject: str
    text: str
    html: str
    token: str
    language: str = "vi"
    attachments: tuple[Attachment, ...] = ()
    thread: str | None = None
    brief: tuple[str, ...] = ()
    event: str = "thads.letter"
    data: dict[str, Any] = {}


def thread_of_case(dossier: str) -> str:
    """Give the thread of everything about one case."""
    return f"case.{_digest(dossier)}"


def thread_of_day(person: str, day: date) -> str:
    """Give the thread of what a person is told on one day about several cases."""
    return f"day.{_digest(f'{person}|{day.isoformat()}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def as_mail(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """Make the mail: HTML beside text, and a Message-ID that a repeated sending shares.

    Raises `RefusedForGoodError` where `letter.to` is no e-mail address.
    """
    mail = EmailMessage(_POLICY)
    mail["From"] = sender
    mail["To"] = _address(letter.to)
    mail["Subject"] = _SPACE.sub(" ", letter.subject).strip()
    mail["Date"] = format_datetime(now.astimezone(ZONE))
    mail["Message-ID"] = f"<{letter.token}@{_DOMAIN}>"
    if letter.thread is not None:
        mail["In-Reply-To"] = mail["References"] = f"<{letter.thread}@{_DOMAIN}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    for file in letter.attachments:
        _attach(mail, file)
    mail["Content-Language"] = letter.language
    return mail


def _address(value: str) -> Address:
    try:
        read = Address(addr_spec=value)
        domain = read.domain.encode("idna").decode()
    except (ValueError, MessageError, IndexError) as error:
        raise _no_address(value) from error
    if not read.username or not domain:
        raise _no_address(value)
    return Address(username=read.username, domain=domain)


def _no_address(value: str) -> RefusedForGoodError:
    return RefusedForGoodError(
        f"{value!r} is no e-mail address; correct it in the directory, such as ten@coquan.gov.vn"
    )


def _attach(mail: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.mime.partition("/")
    params = {} if file.method is None else {"method": file.method}
    if main == "text":
        params["charset"] = "utf-8"
    mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name, params=params)
