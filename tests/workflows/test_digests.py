"""Digests: one letter a person and day, on working mornings, through a real mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from python_calamine import CalamineWorkbook
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.delivery import Person, Proof, StandsIn
from activities.digest import Digested, DigestOffice, DigestRequest, Letter, find_receivers
from activities.digesting import DigestingActivities, is_first_of_week
from activities.ports import BULK_QUEUE
from adapters import OfficePeople
from cases.assess import assess
from channels.mail import Mail
from cli.directory_file import load_directory
from digests import DigestDesk, DigestLog, DigestPost, offices_of
from law.calendar import ZONE, Calendar
from store.digests import DigestRows
from store.directory import OfficeDirectory
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.workflows.conftest import PASSED_THROUGH, Stage, beside, eventually, make_dossier
from workflows.send_digests import SendDigests

THURSDAY = datetime(2026, 7, 16, 7, 30, tzinfo=ZONE)
PEOPLE = Path(__file__).parents[2] / "samples" / "directory.xlsx"
BELOW = {f"truong-kv{n}@example.invalid" for n in (1, 2, 3)}
HEAD = "thu-truong@example.invalid"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Box:
    """Take mail, or refuse it for a while."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refused: set[str] = set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refused & set(envelope.rcpt_tos):
            return "451 try again later"
        self.taken.append(envelope.content)
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.taken]

    def by_reader(self) -> dict[str, list[EmailMessage]]:
        found: dict[str, list[EmailMessage]] = {}
        for mail in self.mails:
            found.setdefault(str(mail["To"]), []).append(mail)
        return found


class _Death(BaseException):
    """The process ends here; nothing catches it."""


class _Dies:
    """A post that hands the first letter over and dies before it can say so."""

    def __init__(self, real: DigestPost) -> None:
        self.real = real
        self.deaths = 1

    async def send(self, person: Person, letter: Letter, token: str, now: datetime) -> Proof:
        proof = await self.real.send(person, letter, token, now)
        if self.deaths:
            self.deaths -= 1
            raise _Death
        return proof


@pytest.fixture(name="box")
async def _box() -> AsyncIterator[tuple[Box, DigestPost]]:
    box, port = Box(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    mail = Mail(f"smtp://127.0.0.1:{port}", "thads@example.invalid")
    yield box, DigestPost(mail)
    await mail.close()
    controller.stop()


@pytest.fixture(name="directory")
def _directory() -> OfficeDirectory:
    return load_directory(PEOPLE)


class Known:
    """A directory that does not change."""

    def __init__(self, directory: OfficeDirectory) -> None:
        self.directory = directory

    async def entries(self) -> OfficeDirectory:
        return self.directory

    async def read(self) -> OfficePeople:
        return OfficePeople(self.directory)


async def fill(stage: Stage) -> None:
    register = Register(stage.engine, SEAL)
    for number in range(30):
        dossier = make_dossier(
            "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
            id=f"D-{number:03}",
            parties={"debtor": [{"name": "Người mẫu 0001"}], "creditor": []},
        )  # fmt: skip
        answer = assess(dossier, stage.corpus, stage.calendar, THURSDAY)
        await register.project(dossier, answer, 1)


def activities_of(
    stage: Stage, directory: OfficeDirectory, post: DigestPost | _Dies
) -> DigestingActivities:
    rows, known = DigestRows(stage.engine), Known(directory)
    return DigestingActivities(
        DigestDesk(rows, known.entries, lambda: stage.calendar),
        known,
        DigestLog(rows),
        post,
        lambda: stage.calendar,
    )


async def send(
    stage: Stage,
    directory: OfficeDirectory,
    post: DigestPost | _Dies,
    now: datetime = THURSDAY,
) -> Digested:
    doing = activities_of(stage, directory, post)
    return await ActivityEnvironment().run(doing.send_digests, DigestRequest(now=now))


async def test_each_head_gets_one_letter_about_what_is_below_and_no_second_that_day(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    await fill(stage)
    held, post = box
    assert await send(stage, directory, post) == Digested(sent=4)
    again = await send(stage, directory, post, THURSDAY + timedelta(hours=1))
    assert again == Digested(had=4)
    found = held.by_reader()
    assert {reader: len(mails) for reader, mails in found.items()} == dict.fromkeys(
        {HEAD, *BELOW}, 1
    )
    (first,) = found["truong-kv1@example.invalid"]
    assert str(first["Subject"]).startswith("[THADS] Sáng 16/07/2026: ")
    subject = str(first["Subject"])
    assert "khu vực 1" in subject
    assert (
        f": {len(await DigestRows(stage.engine).overdue(['nghe-an/kv1'], THURSDAY))} quá hạn"
        in (subject)
    )
    (quiet,) = found["truong-kv2@example.invalid"]
    assert "Mọi việc đều trong hạn" in _body(quiet, "plain")
    assert list(quiet.iter_attachments()) == []
    tomorrow = await send(stage, directory, post, THURSDAY + timedelta(days=1))
    assert tomorrow.sent == 4


def _body(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text


async def test_a_letter_names_twenty_cases_attaches_the_rest_and_no_party(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    await fill(stage)
    held, post = box
    await send(stage, directory, post)
    (mail,) = held.by_reader()["truong-kv1@example.invalid"]
    text, page = _body(mail, "plain"), _body(mail, "html")
    assert text.count("\n- D-") == 20
    (book,) = mail.iter_attachments()
    assert book.get_content_type() == _XLSX
    assert book.get_filename() == "thoi-han-2026-07-16.xlsx"
    content = book.get_content()
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = [workbook.get_sheet_by_index(n).to_python()[1:] for n in (1, 2)]
    whole = DigestRows(stage.engine)
    assert len(rows[0]) == len(await whole.overdue(["nghe-an/kv1"], THURSDAY)) > 20
    told = [str(cell) for sheet in rows for row in sheet for cell in row]
    for said in (text, page, str(mail["Subject"]), *told):
        assert "Người mẫu 0001" not in said


async def test_what_a_mail_server_refuses_is_sent_later_and_the_others_at_once(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    held, post = box
    held.refused = {HEAD}
    assert await send(stage, directory, post) == Digested(sent=3, failed=1)
    held.refused = set()
    assert await send(stage, directory, post) == Digested(sent=1, had=3)
    assert {reader: len(mails) for reader, mails in held.by_reader().items()} == dict.fromkeys(
        {HEAD, *BELOW}, 1
    )


async def test_a_death_between_sending_and_recording_repeats_the_same_letter(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    held, post = box
    dying = _Dies(post)
    with pytest.raises(_Death):
        await send(stage, directory, dying)
    assert await send(stage, directory, dying) == Digested(sent=4)
    ids = [str(mail["Message-ID"]) for mail in held.mails]
    assert (len(ids), len(set(ids))) == (5, 4), "whoever honours the id receives it once"


async def test_on_a_day_off_nothing_goes_out_and_nothing_is_kept(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    held, post = box
    sunday = THURSDAY + timedelta(days=3)
    assert await send(stage, directory, post, sunday) == Digested(working_day=False)
    assert held.taken == []
    week_later = sunday.date() + timedelta(days=7)
    assert await DigestRows(stage.engine).week_before(week_later) is None


async def test_a_week_later_the_letter_says_what_has_changed(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    held, post = box
    await send(stage, directory, post)
    await fill(stage)
    await send(stage, directory, post, THURSDAY + timedelta(days=7))
    first, second = held.by_reader()["truong-kv1@example.invalid"]
    assert "Chưa có số liệu tuần trước" in _body(first, "plain")
    assert "So với số liệu ngày 16/07/2026." in _body(second, "plain")
    assert "so với tuần trước)" in _body(second, "plain")


async def test_of_someone_without_an_address_the_office_above_gets_the_figures(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    held, post = box
    people = tuple(
        person.model_copy(update={"addresses": ()}) if person.key == "cvt.kv2" else person
        for person in directory.people.values()
    )
    bare = OfficeDirectory(directory.entries.model_copy(update={"people": people}))
    assert await send(stage, bare, post) == Digested(sent=3)
    assert "truong-kv2@example.invalid" not in held.by_reader()


OFFICES = (
    DigestOffice(key="vn", name="Cơ quan quản lý", role="managing_authority"),
    DigestOffice(key="nghe-an", name="Tỉnh", role="head_of_agency", parent="vn"),
    DigestOffice(key="nghe-an/kv1", name="Phòng 1", role="chief_officer", parent="nghe-an"),
    DigestOffice(key="nghe-an/kv2", name="Phòng 2", role="chief_officer", parent="nghe-an"),
)


class _Named(OfficePeople):
    """A directory that says who stands for an office's role, as it was told."""

    def __init__(self, **told: Person) -> None:
        super().__init__(load_directory(PEOPLE))
        self.told = told

    def addressee(self, office: str, *_: Any) -> Person:
        return self.told[office.replace("-", "_").replace("/", "_")]


def person(key: str, role: str, why: Any = None) -> Person:
    stands = None if why is None else StandsIn(why=why, role="x")
    return Person(key=key, name=key, role=role, office="o", stands_in=stands)


def offices_by_person(directory: _Named, *, weekly: bool = False) -> dict[str, tuple[str, ...]]:
    found = find_receivers(OFFICES, directory, THURSDAY, weekly=weekly)
    return {one.person.key: one.offices for one in found}


def test_who_stands_for_several_gets_one_letter_about_all_of_them() -> None:
    chief, head = person("c", "chief_officer"), person("h", "head_of_agency")
    top = person("m", "managing_authority")
    plain = _Named(vn=top, nghe_an=head, nghe_an_kv1=chief, nghe_an_kv2=chief)
    assert offices_by_person(plain) == {"c": ("nghe-an/kv1", "nghe-an/kv2"), "h": ("nghe-an",)}
    assert offices_by_person(plain, weekly=True)["m"] == ("vn",)
    above = person("h", "head_of_agency", "fallback")
    falls = _Named(vn=top, nghe_an=head, nghe_an_kv1=above, nghe_an_kv2=chief)
    assert offices_by_person(falls) == {"c": ("nghe-an/kv2",), "h": ("nghe-an",)}


def test_the_figures_of_an_office_never_fall_to_a_role_below_nor_daily_to_the_one_above() -> None:
    chief, top = person("c", "chief_officer"), person("m", "managing_authority", "fallback")
    below = person("cv.an", "officer", "fallback")
    found = _Named(vn=below, nghe_an=below, nghe_an_kv1=chief, nghe_an_kv2=top)
    assert offices_by_person(found) == {"c": ("nghe-an/kv1",)}
    assert offices_by_person(found, weekly=True) == {"c": ("nghe-an/kv1",), "m": ("nghe-an/kv2",)}
    deputy = person("cv.an", "officer", "deputy")
    stands = _Named(vn=deputy, nghe_an=deputy, nghe_an_kv1=chief, nghe_an_kv2=deputy)
    assert offices_by_person(stands)["cv.an"] == ("nghe-an",)


def test_the_sample_has_an_agency_above_its_rooms(directory: OfficeDirectory) -> None:
    found = {office.key: (office.role, office.parent) for office in offices_of(directory)}
    assert found["cuc"] == ("managing_authority", None)
    assert found["nghe-an"] == ("head_of_agency", "cuc")
    assert found["nghe-an/kv1"] == ("chief_officer", "nghe-an")
    assert OfficePeople(directory).addressee("nghe-an", "head_of_agency", None, THURSDAY).key


def test_the_week_begins_on_its_first_working_day(calendar: Calendar) -> None:
    days = [date(2026, 8, 31) + timedelta(days=n) for n in range(5)]
    first = [day for day in days if calendar.is_working(day) and is_first_of_week(day, calendar)]
    assert first == [date(2026, 9, 3)], "the three days before are off"
    assert is_first_of_week(date(2026, 11, 23), calendar)
    assert not is_first_of_week(date(2026, 11, 25), calendar)


async def test_a_run_tries_again_until_everybody_has_the_letter_of_its_moment(
    stage: Stage, directory: OfficeDirectory, box: tuple[Box, DigestPost]
) -> None:
    held, post = box
    held.refused = {HEAD}
    doing = activities_of(stage, directory, post)
    queue = f"digests-{uuid4().hex[:8]}"
    worker = Worker(
        stage.client,
        task_queue=queue,
        workflows=[SendDigests],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
        ),
        max_cached_workflows=0,
    )
    async with worker, beside(stage.client, BULK_QUEUE, doing.send_digests):
        handle = await stage.client.start_workflow(
            SendDigests.run, THURSDAY, id=f"digests-{uuid4().hex}", task_queue=queue
        )
        await eventually(lambda: len(held.taken) == 3)
        held.refused = set()
        await stage.environment.fast_forward(handle, timedelta(minutes=11))
        done = await handle.result()
    assert done.sent == 4
    assert {str(mail["Subject"])[:24] for mail in held.mails} == {"[THADS] Sáng 16/07/2026:"}
    assert len(held.by_reader()[HEAD]) == 1
