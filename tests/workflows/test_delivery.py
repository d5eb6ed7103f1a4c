"""Delivery: one message a person, once, and again after a death in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.delivering import DeliveringActivities
from activities.delivery import (
    Delivered,
    DeliverRequest,
    Gathered,
    Proof,
    UnreachableError,
)
from adapters import AlertPost, LetterChannel, OfficePeople, RegisterPeople
from cases.assess import assess
from channels.mail import Mail
from channels.outbox import Outbox
from channels.ways import Ways
from cli.directory_file import fill_directory, load_directory
from store.alerts import AlertRows
from store.directory_rows import DirectoryRows
from store.engine import open_engine
from store.errors import RegisterAwayError
from store.register import Register
from tests.channels.conftest import Box, free_port, serving_mail
from tests.seals import SEAL
from tests.workflows.conftest import Stage, make_dossier

VN = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 7, 16, 8, 0, tzinfo=VN)
OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
PEOPLE = Path(__file__).parents[2] / "samples" / "directory.xlsx"


class _Death(BaseException):
    """The process ends here; nothing catches it."""


class _Dies:
    """A way out that hands the message over and dies before it can say so."""

    def __init__(self, real: LetterChannel) -> None:
        self.real = real
        self.deaths = 1

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        proof = await self.real.send(gathered, now)
        if self.deaths:
            self.deaths -= 1
            raise _Death
        return proof


class _Refuses:
    """A way out that is closed, or closed for some: `unreachable` ones for good."""

    def __init__(
        self, real: LetterChannel | None = None, unreachable: tuple[str, ...] = ()
    ) -> None:
        self.real = real
        self.unreachable = unreachable
        self.asked: list[str] = []

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        self.asked.append(gathered.person.key)
        if gathered.person.key in self.unreachable:
            raise UnreachableError("550 no such mailbox")
        if self.real is None:
            raise ConnectionRefusedError("the mail server is away")
        return await self.real.send(gathered, now)


class _LosesItsLock:
    """A way out during whose first message the lock of deliveries is lost, and another delivers."""

    def __init__(self, stage: Stage, real: LetterChannel) -> None:
        self.stage = stage
        self.real = real
        self.lost = False

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        if not self.lost:
            self.lost = True
            await self.stage.engine.fetch(_END_OF_LOCK)
            other = open_engine(self.stage.database, statement_seconds=5)
            await _raise_alerts(self.stage, "I-3", office="nghe-an/kv2", officer="cv.chi")
            await _deliver(replace(self.stage, engine=other), self.real, now)
            await other.dispose()
        return await self.real.send(gathered, now)


_END_OF_LOCK = text("""
select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
where l.locktype = 'advisory' and d.datname = current_database()
""")


@pytest.fixture(name="people")
def _people() -> OfficePeople:
    return OfficePeople(load_directory(PEOPLE))


async def _raise_alerts(stage: Stage, *cases: str, **more: str) -> None:
    register = Register(stage.engine, SEAL)
    for case in cases:
        dossier = make_dossier(
            "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10", id=case, **more
        )
        await register.project(dossier, assess(dossier, stage.corpus, stage.calendar, NOW), 1)


async def _deliver(
    stage: Stage,
    channel: LetterChannel | _Dies | _Refuses | _LosesItsLock,
    now: datetime = NOW,
) -> Delivered:
    await fill_directory(stage.engine, PEOPLE, NOW, "tester")
    doing = DeliveringActivities(
        AlertPost(AlertRows(stage.engine)),
        RegisterPeople(DirectoryRows(stage.engine)),
        channel,
        lambda: stage.calendar,
    )
    return await ActivityEnvironment().run(doing.deliver, DeliverRequest(now=now))


async def test_each_person_gets_one_message_for_all_cases_and_only_once(
    stage: Stage, tmp_path: Path
) -> None:
    await _raise_alerts(stage, "A-1", "A-2", "A-3")
    channel = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    first = await _deliver(stage, channel)
    assert (first.messages, first.alerts) == (1, 6)
    assert (await _deliver(stage, channel)).messages == 0
    assert len(list(tmp_path.iterdir())) == 1
    alerts = await stage.reading.alerts()
    assert {alert.state for alert in alerts} == {"sent"}


async def test_a_death_between_sending_and_recording_makes_no_second_message(
    stage: Stage, tmp_path: Path
) -> None:
    await _raise_alerts(stage, "B-1")
    dying = _Dies(LetterChannel(Outbox(tmp_path, "thads@example.invalid")))
    with pytest.raises(_Death):
        await _deliver(stage, dying)
    await _raise_alerts(stage, "B-2")
    await _deliver(stage, dying)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 2, "the message that was begun, once, and one for the new case"
    assert {alert.state for alert in await stage.reading.alerts()} == {"sent"}


async def test_whoever_got_a_message_whose_answer_was_lost_hears_that_its_limits_are_gone(
    stage: Stage, tmp_path: Path
) -> None:
    await _raise_alerts(stage, "J-1")
    channel = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    with pytest.raises(_Death):
        await _deliver(stage, _Dies(channel))
    gone = make_dossier("request_received 2026-07-06", id="J-1")
    await Register(stage.engine, SEAL).project(
        gone, assess(gone, stage.corpus, stage.calendar, NOW), 2
    )
    for _ in range(2):
        await _deliver(stage, channel, NOW + timedelta(minutes=10))
    assert {d.state for d in await stage.deliveries()} == {"sent"}
    alerts = await stage.reading.alerts(states=["sent", "withdrawn"])
    first = {(a.occurrence, a.due, a.person) for a in alerts if a.sent_at == NOW}
    assert len(first) == 2
    assert {(a.occurrence, a.due, a.person) for a in alerts if a.kind == "withdrawn"} == first
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == 3, "the message once, what took it back, and what is asked for now"


async def test_what_a_mail_server_may_have_taken_goes_again_as_itself_beside_what_is_new(
    stage: Stage,
) -> None:
    await _raise_alerts(stage, "H-1")
    box, port = Box(), free_port()
    box.hangs_up = 1
    mail = Mail(f"smtp://127.0.0.1:{port}", "thads@example.invalid")
    channel = LetterChannel(Ways(mail))
    with serving_mail(box, port):
        assert (await _deliver(stage, channel)).failed == 1
        await _raise_alerts(stage, "H-2")
        await mail.close()
    assert (await _deliver(stage, channel, NOW + timedelta(minutes=10))).failed == 2
    with serving_mail(box, port):
        assert (await _deliver(stage, channel, NOW + timedelta(minutes=30))).messages == 2
        await mail.close()
    mails = [message_from_bytes(taken, policy=policy.default) for taken in box.taken]
    assert [("H-1" in m["Subject"], "H-2" in m["Subject"]) for m in mails] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip
    ids = [m["Message-ID"] for m in mails]
    assert ids[0] == ids[1] != ids[2]
    assert {alert.state for alert in await stage.reading.alerts()} == {"sent"}


async def test_what_could_not_be_sent_is_tried_again_later_and_not_at_once(
    stage: Stage, tmp_path: Path
) -> None:
    await _raise_alerts(stage, "C-1")
    assert (await _deliver(stage, _Refuses())).failed == 1
    assert {alert.state for alert in await stage.reading.alerts()} == {"raised"}
    channel = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    assert (await _deliver(stage, channel, NOW + timedelta(minutes=9))).messages == 0
    assert (await _deliver(stage, channel, NOW + timedelta(minutes=10))).messages == 1


async def test_whoever_cannot_be_reached_is_stood_in_for_at_once_and_it_is_kept(
    stage: Stage, tmp_path: Path
) -> None:
    await _raise_alerts(stage, "D-1")
    channel = _Refuses(LetterChannel(Outbox(tmp_path, "x@example.invalid")), ("cvt.kv1",))
    done = await _deliver(stage, channel)
    assert (done.dead, done.messages) == (1, 1)
    assert channel.asked == ["cvt.kv1", "tt.nghe-an"]
    states = {(d.person, d.state, d.reason) for d in await stage.deliveries()}
    assert ("cvt.kv1", "dead", "550 no such mailbox") in states
    assert ("tt.nghe-an", "sent", None) in states


async def test_a_closed_way_out_gives_nobody_up_and_is_not_hammered(stage: Stage) -> None:
    await _raise_alerts(stage, *(f"E-{n}" for n in range(3)))
    closed = _Refuses()
    for hour in range(30):
        await _deliver(stage, closed, NOW + timedelta(hours=hour))
    assert {d.state for d in await stage.deliveries()} == {"failed"}
    assert len(closed.asked) <= 30


async def test_two_deliveries_at_once_are_one(stage: Stage, tmp_path: Path) -> None:
    await _raise_alerts(stage, "F-1")
    channel = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    async with AlertRows(stage.engine).alone() as alone:
        assert alone
        other = open_engine(stage.database, statement_seconds=5)
        async with AlertRows(other).alone() as second:
            assert not second
        await other.dispose()
    assert (await _deliver(stage, channel)).messages == 1


async def test_a_delivery_that_has_lost_its_lock_sends_nothing_more(
    stage: Stage, tmp_path: Path
) -> None:
    await _raise_alerts(stage, "I-1")
    await _raise_alerts(stage, "I-2", office="nghe-an/kv2", officer="cv.chi")
    outbox = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    with pytest.raises(RegisterAwayError):
        await _deliver(stage, _LosesItsLock(stage, outbox))
    await _deliver(stage, outbox)
    sent = [d for d in await stage.deliveries() if d.state == "sent"]
    keys = [key for delivery in sent for key in delivery.keys]
    assert len(keys) == len(set(keys)) == 6, "each alert is in one message"
    assert len(list(tmp_path.iterdir())) == len(sent)


async def test_at_night_the_message_waits_for_the_morning(stage: Stage, tmp_path: Path) -> None:
    await _raise_alerts(stage, "G-1")
    channel = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    night = await _deliver(stage, channel, NOW.replace(hour=22))
    assert (night.messages, night.held) == (0, 2)
    morning = await _deliver(stage, channel, NOW.replace(hour=7, minute=30) + timedelta(days=1))
    assert morning.messages == 1


async def test_nobody_in_a_role_means_the_next_role_above(people: OfficePeople) -> None:
    assert people.addressee("nghe-an/kv1", "officer", "cv.an", NOW).key == "cv.an"
    assert people.addressee("nghe-an/kv1", "officer", None, NOW).key == "cvt.kv1"
    assert people.addressee("nghe-an/kv9", "chief_officer", None, NOW).key == "tt.nghe-an"
    assert people.addressee("nghe-an/kv1", "managing_authority", None, NOW).key == "ql.cuc"
