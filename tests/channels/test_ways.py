"""Addresses in order: the first that takes a letter, both for what is urgent, and who refused."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from activities.delivery import Address, Gathered, Person, Proof, StandsIn, UnreachableError
from adapters import LetterChannel
from channels.errors import RefusedForGoodError
from channels.letter import Attachment, Letter
from channels.mail import Mail
from channels.outbox import Outbox
from channels.ways import Taken, Ways
from channels.webhook import Webhook
from tests.channels.conftest import Box, Receiver, free_port, serving_mail
from tests.channels.test_compose import NOW, alert, letter

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
MAIL = Address(channel="mail", value="cv@example.invalid")
OTHER_MAIL = Address(channel="mail", value="cv.2@example.invalid")


@dataclass
class Town:
    """A mail server, a web server, and the ways to both."""

    box: Box
    web: Receiver
    ways: Ways

    @property
    def chat(self) -> Address:
        return Address(channel="apprise", value=f"{self.web.url.replace('http', 'json')}/chat")

    @property
    def hook(self) -> Address:
        return Address(channel="webhook", value=f"{self.web.url}/hook")

    async def send(self, *addresses: Address, urgent: bool = False) -> Taken:
        return await self.ways.send_letter(addresses, letter(alert(1)), NOW, urgent=urgent)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.web.taken]


@pytest.fixture(name="town")
async def _town(receiver: Receiver) -> AsyncIterator[Town]:
    box, port = Box(), free_port()
    with serving_mail(box, port):
        mail = Mail(f"smtp://127.0.0.1:{port}", "thads@example.invalid")
        yield Town(box, receiver, Ways(mail, webhook=Webhook(SECRET)))
        await mail.close()


async def test_a_letter_goes_by_the_first_address_alone(town: Town) -> None:
    assert (await town.send(MAIL, town.chat, town.hook)).channel == "mail"
    assert (len(town.box.taken), town.paths) == (1, [])
    assert (await town.send(town.hook, MAIL)).channel == "webhook"
    assert (len(town.box.taken), town.paths) == (1, ["/hook"])


async def test_an_address_that_refuses_hands_over_to_the_next_and_is_named(town: Town) -> None:
    town.box.recipients[MAIL.value] = "550 no such user"
    taken = await town.send(MAIL, town.chat)
    assert taken.channel == "apprise"
    assert "550 no such user" in taken.reference
    town.web.status = 500
    assert (await town.send(town.chat, OTHER_MAIL)).channel == "mail"


async def test_what_is_urgent_goes_by_mail_and_by_chat(town: Town) -> None:
    taken = await town.send(town.hook, town.chat, MAIL, OTHER_MAIL, urgent=True)
    assert taken.channel == "mail+apprise"
    assert (len(town.box.taken), town.paths) == (1, ["/chat"])


async def test_what_is_urgent_is_sent_when_one_of_the_two_takes_it(town: Town) -> None:
    town.web.status = 500
    taken = await town.send(MAIL, town.chat, urgent=True)
    assert taken.channel == "mail"
    assert "not by JSON" in taken.reference
    town.box.recipients[MAIL.value] = "550 no such user"
    assert (await town.send(MAIL, town.chat, OTHER_MAIL, urgent=True)).channel == "mail"
    assert len(town.box.taken) == 2


async def test_refused_for_now_by_one_is_refused_for_now(town: Town) -> None:
    town.box.recipients[MAIL.value] = "550 no such user"
    town.web.status = 500
    with pytest.raises(OSError, match=r"550 no such user.*500") as caught:
        await town.send(MAIL, town.hook)
    assert not isinstance(caught.value, RefusedForGoodError)


async def test_refused_for_good_by_all_or_no_address_is_for_good(town: Town) -> None:
    town.box.recipients[MAIL.value] = "550 no such user"
    town.web.status = 410
    with pytest.raises(RefusedForGoodError, match=r"550 no such user.*410"):
        await town.send(MAIL, town.hook)
    with pytest.raises(RefusedForGoodError, match="holds no address; add one"):
        await town.send()


async def test_a_digest_with_a_workbook_goes_the_same_ways(town: Town) -> None:
    digest = Letter(
        subject="Bản tin sáng",
        text="Kính gửi A,\n",
        html="<p>Kính gửi A</p>",
        token="d1",
        brief=("Quá hạn: 3",),
        attachments=(Attachment(name="ban-tin.xlsx", mime="application/x", content=b"PK"),),
    )
    taken = await town.ways.send_letter([MAIL, town.chat], digest, NOW, urgent=True)
    assert taken.channel == "mail+apprise"
    mail = message_from_bytes(town.box.taken[0], policy=policy.default)
    assert [file.get_filename() for file in mail.iter_attachments()] == ["ban-tin.xlsx"]
    said = json.loads(town.web.taken[0].body)
    assert (said["title"], said["message"]) == ("Bản tin sáng", "Quá hạn: 3")


def _gathered(
    addresses: Sequence[Address], *, channel: str = "notice", stands_in: StandsIn | None = None
) -> Gathered:
    person = Person(
        key="cvt.kv1",
        name="Chấp hành viên trưởng mẫu 1",
        role="chief_officer",
        office="nghe-an/kv1",
        addresses=tuple(addresses),
        stands_in=stands_in,
    )
    return Gathered(person=person, alerts=(alert(1, channel=channel),), token="t1")


async def test_a_gathering_with_an_urgent_alert_goes_by_both(town: Town) -> None:
    channel = LetterChannel(town.ways)
    assert (await channel.send(_gathered([MAIL, town.chat]), NOW)).channel == "mail"
    urgent = _gathered([MAIL, town.chat], channel="urgent")
    assert (await channel.send(urgent, NOW)).channel == "mail+apprise"


async def test_a_gathering_nobody_takes_says_whose_it_is(town: Town) -> None:
    channel = LetterChannel(town.ways)
    with pytest.raises(UnreachableError, match=r"person 'cvt\.kv1': .* no address"):
        await channel.send(_gathered([]), NOW)
    town.web.status = 503
    with pytest.raises(OSError, match="503") as caught:
        await channel.send(_gathered([town.hook]), NOW)
    assert not isinstance(caught.value, UnreachableError)


async def test_the_outbox_stands_for_the_mail_server_and_links_and_names_are_looked_up(
    tmp_path: Path,
) -> None:
    channel = LetterChannel(
        Outbox(tmp_path, "thads@example.invalid"),
        link=lambda person, key: f"https://thads.invalid/{person}/{key}",
        name={"cv.an": "Chấp hành viên mẫu 1"}.get,
    )
    meant = StandsIn(why="deputy", role="officer", person="cv.an")
    proof = await channel.send(_gathered([MAIL], stands_in=meant), NOW)
    assert proof == Proof(channel="outbox", reference="20261125-cv-t1.eml")
    mail = message_from_bytes((tmp_path / proof.reference).read_bytes(), policy=policy.default)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "https://thads.invalid/cvt.kv1/k1" in text.get_content()
    assert "thay Chấp hành viên mẫu 1 (Chấp hành viên)" in text.get_content()
