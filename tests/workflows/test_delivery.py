"""Delivery: one message a person, once, and again after a death in between."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from temporalio.testing import ActivityEnvironment

from activities.delivering import DeliveringActivities
from activities.delivery import (
    Address,
    Delivered,
    DeliverRequest,
    Gathered,
    Proof,
    StandsIn,
)
from adapters import AlertPost, LetterChannel, OfficePeople, RegisterPeople
from cases.assess import assess
from channels.outbox import Outbox
from cli.directory_file import fill_directory, load_directory
from store.alerts import AlertRows
from store.directory import DirectoryEntries
from store.directory_rows import DirectoryRows
from store.register import Register
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
    async def send(self, _gathered: Gathered, _now: datetime) -> Proof:
        raise ConnectionRefusedError("the mail server is away")


@pytest.fixture(name="people")
def _people() -> OfficePeople:
    return OfficePeople(load_directory(PEOPLE))


async def _raise_alerts(stage: Stage, *cases: str) -> None:
    register = Register(stage.engine)
    for case in cases:
        dossier = make_dossier(
            "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10", id=case
        )
        await register.project(dossier, assess(dossier, stage.corpus, stage.calendar, NOW), 1)


async def _deliver(stage: Stage, channel: LetterChannel | _Dies | _Refuses) -> Delivered:
    await fill_directory(stage.engine, PEOPLE, NOW, "tester")
    people = RegisterPeople(DirectoryRows(stage.engine))
    doing = DeliveringActivities(AlertPost(AlertRows(stage.engine)), people, channel)
    return await ActivityEnvironment().run(doing.deliver, DeliverRequest(now=NOW))


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


async def test_what_could_not_be_sent_waits_with_its_reason(stage: Stage, tmp_path: Path) -> None:
    await _raise_alerts(stage, "C-1")
    assert (await _deliver(stage, _Refuses())).failed == 1
    assert {alert.state for alert in await stage.reading.alerts()} == {"raised"}
    channel = LetterChannel(Outbox(tmp_path, "thads@example.invalid"))
    assert (await _deliver(stage, channel)).messages == 1


async def test_who_stands_in_is_told_with_why_and_in_whose_place(people: OfficePeople) -> None:
    on_leave = datetime(2026, 11, 24, 8, 0, tzinfo=VN)
    deputy = people.addressee("nghe-an/kv2", "officer", "cv.dung", on_leave)
    assert deputy.key == "cv.chi"
    assert deputy.stands_in == StandsIn(why="deputy", role="officer", person="cv.dung")
    assert deputy.addresses == (Address(channel="mail", value="cv-chi@example.invalid"),)
    assert people.addressee("nghe-an/kv2", "officer", "cv.chi", on_leave).stands_in is None
    other = people.addressee("nghe-an/kv2", "officer", "cv.chi", on_leave, ("cv.chi",))
    assert other.stands_in == StandsIn(why="unreached", role="officer", person="cv.chi")


async def test_a_person_is_known_with_role_language_and_hours(people: OfficePeople) -> None:
    person = people.person("cv.ha")
    assert person is not None
    assert (person.role, person.office, person.language) == ("officer", "nghe-an/kv3", "en")
    assert person.hours == people.hours("nghe-an/kv3") == OFFICE_HOURS
    assert people.person("zz") is None


async def test_one_who_left_is_known_and_told_no_more(stage: Stage) -> None:
    await fill_directory(stage.engine, PEOPLE, NOW, "tester")
    rows = DirectoryRows(stage.engine)

    def depart(before: DirectoryEntries) -> DirectoryEntries:
        left = {"left_on": NOW.date()}
        people = (p.model_copy(update=left) if p.key == "cv.an" else p for p in before.people)
        return before.model_copy(update={"people": tuple(people)})

    await rows.change(depart, "tester", NOW, "a test")
    people = await RegisterPeople(rows).read()
    assert isinstance(people, OfficePeople)
    assert people.person("cv.an") is not None
    assert people.person("cv.an", NOW) is None
    told = people.addressee("nghe-an/kv1", "officer", "cv.an", NOW)
    assert (told.key, told.stands_in) == (
        "cvt.kv1", StandsIn(why="fallback", role="officer", person="cv.an"),
    )  # fmt: skip


async def test_nobody_in_a_role_means_the_next_role_above(people: OfficePeople) -> None:
    assert people.addressee("nghe-an/kv1", "officer", "cv.an", NOW).key == "cv.an"
    assert people.addressee("nghe-an/kv1", "officer", None, NOW).key == "cvt.kv1"
    assert people.addressee("nghe-an/kv9", "chief_officer", None, NOW).key == "tt.nghe-an"
    assert people.addressee("nghe-an/kv1", "managing_authority", None, NOW).key == "ql.cuc"
