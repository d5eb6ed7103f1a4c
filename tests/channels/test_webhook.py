"""Webhooks: signed as Standard Webhooks says, checked by a receiver that knows only the text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from channels import webhook as webhook_way
from channels.errors import NoAnswerError, RefusedForGoodError
from channels.letter import Letter
from channels.webhook import Webhook, WebhookSecretError
from tests.channels.conftest import Receiver, Request, free_port
from tests.channels.test_compose import NOW, alert, letter

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OLD = "whsec_" + base64.b64encode(KEY[::-1]).decode()


def _signatures(request: Request, key: bytes) -> str:
    signed = b".".join(
        [
            request.headers["webhook-id"].encode(),
            request.headers["webhook-timestamp"].encode(),
            request.body,
        ]
    )
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _for(url: str, *alerts: Any) -> Letter:
    return letter(*(alerts or (alert(1),))).model_copy(update={"to": url})


async def test_the_receiver_can_verify_what_it_is_sent(receiver: Receiver) -> None:
    proof = await Webhook(SECRET, lambda: 1795566600.9).send(_for(f"{receiver.url}/thads"), NOW)
    (request,) = receiver.taken
    assert (request.path, request.headers["webhook-id"]) == ("/thads", "t1")
    assert request.headers["webhook-timestamp"] == "1795566600"
    assert request.headers["webhook-signature"] == _signatures(request, KEY)
    assert request.headers["content-type"] == "application/json"
    assert proof == "200 OK t1"


def test_the_example_of_the_specification_is_signed_as_its_libraries_sign_it() -> None:
    signer = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signer._sign(b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_the_body_says_each_line_and_names_nobody(receiver: Receiver) -> None:
    lines = (alert(1, missed=(-1,)), alert(-1, kind="moved", was_due="2026-11-20", dossier="NA-2"))
    await Webhook(SECRET).send(_for(receiver.url, *lines), NOW)
    said = json.loads(receiver.taken[0].body)
    assert said["type"] == "thads.alerts"
    assert said["timestamp"] == "2026-11-25T07:30:00+07:00"
    assert said["data"]["figures"] == {"limits": 2, "cases": 2, "cases_overdue": 1}
    first, second = said["data"]["alerts"]
    assert (first["case"], first["state"], first["missed"]) == ("NA-1", "late", [-1])
    assert (second["state"], second["due"], second["was_due"]) == (
        "moved",
        "2026-11-26",
        "2026-11-20",
    )
    assert "mẫu" not in receiver.taken[0].body.decode()
    assert "cv.an" not in receiver.taken[0].body.decode()


async def test_a_letter_of_another_kind_carries_its_lines(receiver: Receiver) -> None:
    digest = Letter(to=receiver.url, subject="s", text="t", html="", token="d1", brief=("3", "4"))
    await Webhook(SECRET).send(digest, NOW)
    said = json.loads(receiver.taken[0].body)
    assert (said["type"], said["data"]["lines"]) == ("thads.letter", ["3", "4"])


async def test_while_a_secret_is_replaced_both_sign(receiver: Receiver) -> None:
    await Webhook(f"{SECRET} {OLD}").send(_for(receiver.url), NOW)
    (request,) = receiver.taken
    assert request.headers["webhook-signature"].split() == [
        _signatures(request, KEY),
        _signatures(request, KEY[::-1]),
    ]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_receiver_that_is_gone_is_refused_for_good(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(RefusedForGoodError, match=f"{status} .*directory"):
        await Webhook(SECRET).send(_for(receiver.url), NOW)


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503, 599])
async def test_every_other_answer_can_be_tried_again(receiver: Receiver, status: int) -> None:
    receiver.status = status
    receiver.headers = {"location": f"{receiver.url}/elsewhere"}
    with pytest.raises(OSError, match=str(status)) as caught:
        await Webhook(SECRET).send(_for(f"{receiver.url}/x?token=hush"), NOW)
    assert not isinstance(caught.value, RefusedForGoodError)
    assert "hush" not in str(caught.value)
    assert len(receiver.taken) == 1, "no redirect is followed"


async def test_a_receiver_that_is_away_or_silent_can_be_tried_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match=r"webhook 127\.0\.0\.1") as away:
        await Webhook(SECRET).send(_for(f"http://127.0.0.1:{free_port()}/"), NOW)
    assert not isinstance(away.value, NoAnswerError)
    monkeypatch.setattr(webhook_way, "_TIMEOUT", 0.2)
    receiver.seconds = 5
    with pytest.raises(NoAnswerError, match=r"no answer in 0\.2 s"):
        await Webhook(SECRET).send(_for(receiver.url), NOW)


@pytest.mark.parametrize("url", ["", "host/path", "ftp://host/", "file:///etc/passwd", "http://"])
async def test_an_address_that_is_no_web_address_is_refused_for_good(url: str) -> None:
    with pytest.raises(RefusedForGoodError, match="directory"):
        await Webhook(SECRET).send(_for(url), NOW)


async def test_without_a_secret_nothing_is_sent_and_the_setting_is_named(
    receiver: Receiver,
) -> None:
    with pytest.raises(RefusedForGoodError, match="set THADS_WEBHOOK_SECRET"):
        await Webhook(None).send(_for(receiver.url), NOW)
    assert receiver.taken == []


@pytest.mark.parametrize(
    "secret", ["hush", "whsec_hush", "whsec_aHVzaA==", base64.b64encode(KEY).decode(), "whsec_"]
)
def test_a_secret_that_does_not_read_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(WebhookSecretError, match="allowed is whsec_") as caught:
        Webhook(secret)
    assert "hush" not in str(caught.value)
    assert "aHVzaA" not in str(caught.value)
