"""The outbox and a real SMTP server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from channels import mail as mail_way
from channels.errors import NoAnswerError, RefusedForGoodError
from channels.mail import Mail, MailAddressError
from channels.outbox import Outbox
from tests.channels.conftest import Box, free_port, serving_mail
from tests.channels.test_compose import NOW, alert, letter

TO = "cv@example.invalid"


@pytest.fixture(name="post")
async def _post() -> AsyncIterator[tuple[Box, Mail]]:
    box, port = Box(), free_port()
    with serving_mail(box, port):
        mail = Mail(f"smtp://127.0.0.1:{port}", "thads@example.invalid")
        yield box, mail
        await mail.close()


async def test_a_letter_reaches_a_real_mail_server(post: tuple[Box, Mail]) -> None:
    box, mail = post
    proof = await mail.send(letter(alert(1)), NOW)
    (raw,) = box.taken
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == TO
    assert message["Subject"] == "[THADS] Việc NA-1: ĐÃ QUÁ HẠN 01 ngày làm việc"
    assert message["Message-ID"] == "<t1@thads.invalid>"
    assert proof == "<t1@thads.invalid> taken".replace("@thads.invalid", "")


async def test_many_letters_go_over_one_connection(post: tuple[Box, Mail]) -> None:
    box, mail = post
    written = letter(alert(1))
    letters = [written.model_copy(update={"to": f"cv{n}@example.invalid"}) for n in range(20)]
    await asyncio.gather(*(mail.send(each, NOW) for each in letters))
    assert len(box.taken) == 20
    assert len(box.peers) == 1


async def test_a_mail_server_that_came_back_is_called_up_again() -> None:
    box, port = Box(), free_port()
    mail = Mail(f"smtp://127.0.0.1:{port}", "thads@example.invalid")
    with serving_mail(box, port):
        await mail.send(letter(alert(1)), NOW)
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await mail.send(letter(alert(1)), NOW)
    with serving_mail(box, port):
        await mail.send(letter(alert(1)), NOW)
        await mail.close()
    assert len(box.taken) == 2


async def test_the_connection_is_let_go_when_nothing_follows(
    post: tuple[Box, Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_way, "_IDLE", 0.01)
    box, mail = post
    await mail.send(letter(alert(1)), NOW)
    await asyncio.sleep(0.1)
    assert not mail._server.is_connected
    await mail.send(letter(alert(1)), NOW)
    assert len(box.peers) == 2


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 no such user", "550 no such user", "552 5.2.2 mailbox full"]
)
async def test_a_mailbox_that_is_none_is_refused_for_good(
    post: tuple[Box, Mail], answer: str
) -> None:
    box, mail = post
    box.recipients[TO] = answer
    with pytest.raises(RefusedForGoodError, match=f"{answer}; correct '{TO}' in the directory"):
        await mail.send(letter(alert(1)), NOW)
    box.recipients.clear()
    await mail.send(letter(alert(1)), NOW)
    assert len(box.peers) == 1, "the connection goes on after a refusal"


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "554 5.7.1 relay access denied"])
async def test_what_is_not_the_mailboxs_refusal_can_be_tried_again(
    post: tuple[Box, Mail], answer: str
) -> None:
    box, mail = post
    box.recipients[TO] = answer
    with pytest.raises(OSError, match=answer) as caught:
        await mail.send(letter(alert(1)), NOW)
    assert not isinstance(caught.value, RefusedForGoodError)


@pytest.mark.parametrize(
    ("answer", "for_good"),
    [
        ("451 try again later", False),
        ("554 5.6.0 looks like spam", False),
        ("550 5.1.1 no such user", True),
    ],
)
async def test_a_refusal_of_the_content_is_the_mailboxs_only_where_it_says_so(
    post: tuple[Box, Mail], answer: str, *, for_good: bool
) -> None:
    box, mail = post
    box.content = answer
    with pytest.raises(OSError, match=answer) as caught:
        await mail.send(letter(alert(1)), NOW)
    assert isinstance(caught.value, RefusedForGoodError) is for_good


async def test_a_missing_mail_server_is_an_error_that_can_be_tried_again() -> None:
    port = free_port()
    with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port}") as caught:
        await Mail(f"smtp://127.0.0.1:{port}", "a@example.invalid").send(letter(alert(1)), NOW)
    assert not isinstance(caught.value, RefusedForGoodError)


async def test_a_mail_server_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail_way, "_LONGEST", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with pytest.raises(OSError, match=r"no answer in 0\.2 s"):
            await Mail(f"smtp://127.0.0.1:{port}", "a@example.invalid").send(letter(alert(1)), NOW)


async def test_a_mail_that_may_have_been_taken_is_told_from_one_that_was_not(
    post: tuple[Box, Mail],
) -> None:
    box, mail = post
    box.hangs_up = 1
    with pytest.raises(NoAnswerError, match=r"127\.0\.0\.1"):
        await mail.send(letter(alert(1)), NOW)
    assert len(box.taken) == 1
    box.content = "451 4.3.0 later"
    with pytest.raises(OSError, match="451") as answered:
        await mail.send(letter(alert(1)), NOW)
    away = Mail(f"smtp://127.0.0.1:{free_port()}", "thads@example.invalid")
    with pytest.raises(OSError, match=r"127\.0\.0\.1") as unconnected:
        await away.send(letter(alert(1)), NOW)
    assert not isinstance(answered.value, NoAnswerError)
    assert not isinstance(unconnected.value, NoAnswerError)


async def test_a_sending_that_is_broken_off_leaves_no_half_answer_to_the_next(
    post: tuple[Box, Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, mail = post
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()
    plain = box.handle_DATA

    async def slow(server: Any, session: Any, envelope: Any) -> str:
        loop.call_soon_threadsafe(reached.set)
        await asyncio.sleep(0.2)
        return await plain(server, session, envelope)

    monkeypatch.setattr(box, "handle_DATA", slow)
    sending = asyncio.create_task(mail.send(letter(alert(1)), NOW))
    await reached.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    monkeypatch.setattr(box, "handle_DATA", plain)
    box.content = "250 second"
    assert (await mail.send(letter(alert(1)), NOW)).endswith("second")


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


async def test_no_address_leads_out_of_the_outbox(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", "thads@example.invalid")
    odd = letter(alert(1)).model_copy(update={"to": "/etc/y@example.invalid"})
    await outbox.send(odd, NOW)
    (path,) = tmp_path.rglob("*.eml")
    assert path.parent == tmp_path / "outbox"
