"""Chat and SMS: a few lines by an apprise URL, received by a real server."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from channels.chat import Chat
from channels.errors import RefusedForGoodError
from channels.letter import Letter
from tests.channels.conftest import Receiver, free_port
from tests.channels.test_compose import NOW, alert, letter


def _for(url: str, written: Letter | None = None) -> Letter:
    return (written or letter(alert(1))).model_copy(update={"to": url})


async def test_a_chat_service_receives_subject_and_lines(receiver: Receiver) -> None:
    six = letter(*(alert(1, dossier=f"NA-{n}") for n in range(6)))
    proof = await Chat().send(_for(receiver.url.replace("http", "json"), six), NOW)
    (request,) = receiver.taken
    said = json.loads(request.body)
    assert said["title"] == "[THADS] 6 việc cần chú ý, 6 quá hạn"
    assert said["message"].splitlines() == list(six.brief)
    assert proof == "JSON t1"


async def test_a_letter_without_lines_is_its_subject(receiver: Receiver) -> None:
    plain = Letter(subject="Bản tin sáng", text="Kính gửi A", html="", token="t2")
    await Chat().send(_for(receiver.url.replace("http", "json"), plain), NOW)
    assert json.loads(receiver.taken[0].body)["message"] == "Bản tin sáng"


async def test_a_service_that_does_not_take_it_is_an_error_with_its_reason(
    receiver: Receiver,
) -> None:
    receiver.status = 503
    address = receiver.url.replace("http://", "json://user:hush@")
    with pytest.raises(OSError, match=r"JSON: .*503") as caught:
        await Chat().send(_for(f"{address}/?password=hush"), NOW)
    assert not isinstance(caught.value, RefusedForGoodError)
    assert "hush" not in str(caught.value)


async def test_a_service_that_is_away_can_be_tried_again() -> None:
    with pytest.raises(OSError, match="JSON: ") as caught:
        await Chat().send(_for(f"json://127.0.0.1:{free_port()}"), NOW)
    assert not isinstance(caught.value, RefusedForGoodError)


@pytest.fixture(name="logged")
def _logged() -> Iterator[StringIO]:
    """Gather what reaches the root logger, and so the worker's log."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("url", ["", "nonsense", "zalo://", "tgram://hush", "https://x.invalid/y"])
async def test_an_address_that_apprise_cannot_read_is_refused_for_good_and_not_repeated(
    url: str, capfd: pytest.CaptureFixture[str], logged: StringIO
) -> None:
    with pytest.raises(RefusedForGoodError, match="correct it in the directory") as caught:
        await Chat().send(_for(url), NOW)
    out, err = capfd.readouterr()
    assert "hush" not in str(caught.value) + out + err + logged.getvalue()
