"""The outbox and a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from channels.mail import Mail, MailAddressError
from channels.outbox import Outbox
from tests.channels.test_compose import NOW, alert, letter


class Box:
    """Take mail, or refuse it."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuse = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return "451 try again later"
        self.taken.append(envelope.content)
        return "250 taken"


@pytest.fixture(name="post")
def _post() -> Iterator[tuple[Box, Mail]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, Mail(f"smtp://127.0.0.1:{port}", "thads@example.invalid")
    controller.stop()


async def test_a_letter_reaches_a_real_mail_server(post: tuple[Box, Mail]) -> None:
    box, mail = post
    proof = await mail.send(letter(alert(1)), NOW)
    (raw,) = box.taken
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "cv@example.invalid"
    assert message["Subject"] == "[THADS] Việc NA-1: ĐÃ QUÁ HẠN 01 ngày làm việc"
    assert "250" in proof or "taken" in proof
    assert message["Message-ID"] == "<t1@thads.invalid>"


async def test_a_refusing_mail_server_is_an_error_that_can_be_tried_again(
    post: tuple[Box, Mail],
) -> None:
    box, mail = post
    box.refuse = True
    with pytest.raises(OSError, match="451"):
        await mail.send(letter(alert(1)), NOW)


async def test_a_missing_mail_server_is_an_error_that_can_be_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await Mail(f"smtp://127.0.0.1:{port}", "a@example.invalid").send(letter(alert(1)), NOW)


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail"])
def test_an_address_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(MailAddressError, match="allowed is smtp"):
        Mail(url, "a@example.invalid")


async def test_the_outbox_holds_one_file_for_one_message(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", "thads@example.invalid")
    first = await outbox.send(letter(alert(1)), NOW)
    again = await outbox.send(letter(alert(1)), NOW)
    assert first == again
    (path,) = (tmp_path / "outbox").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert "ĐÃ QUÁ HẠN" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
