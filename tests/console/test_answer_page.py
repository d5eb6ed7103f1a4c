"""The page behind a link, by a real server: looking changes nothing, sending is kept once."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest

from activities.delivery import Directory, Person, Span
from cases.facts import Fact
from console.app import build
from console.links import LASTING, Links
from console.serve import serve
from law.calendar import Calendar
from law.corpus import Corpus
from law.edition import Edition
from store.answering import Answering
from store.engine import open_engine
from store.register import Register
from tests.conftest import free_port
from tests.seals import SEAL
from tests.store import dossiers

CASE, FILE, PAPER = "NA-2026-000001", "case_file.opening#4", "procuracy.sending#3"
SECRET = "s" * 40
PARTIES = ("Nguyễn Văn A", "Đỗ Thị Bưởi")


class _People:
    """The few whom these links were sent to."""

    async def read(self) -> Directory:
        return self

    def person(self, key: str) -> Person | None:
        if key == "cv.khong":
            return None
        name, role = "Chấp hành viên trưởng mẫu", "chief_officer"
        return Person(key=key, name=name, role=role, office="nghe-an/kv1")

    def addressee(self, *_: object, **__: object) -> Person:
        raise AssertionError("a page answers to the person of its link alone")

    def hours(self, _office: str) -> tuple[Span, ...]:
        return ()


@dataclass
class Desk:
    """A running page, its register, and a clock that the test sets."""

    root: str
    answering: Answering
    register: Register
    assessed: dossiers.Assessor
    now: datetime = dossiers.NOW
    client: httpx2.AsyncClient = field(default_factory=httpx2.AsyncClient)

    async def link(self, occurrence: str = FILE, person: str = "cvt.kv1") -> str:
        told = await self.answering.rows.told(CASE)
        key = next(line.key for line in told if line.occurrence == occurrence)
        link = Links(SECRET, self.root, lambda: self.now).make(key, person)
        assert link is not None
        return link

    async def get(self, link: str, **query: str) -> httpx2.Response:
        return await self.client.get(link, params=query)

    async def post(self, link: str, **form: str) -> httpx2.Response:
        plain = {"token": link.partition("/a/")[2], "action": "ack", **form}
        return await self.client.post(link, data=plain)

    async def lines(self) -> list[tuple[str, str, str, str]]:
        lines = await self.answering.rows.lines(CASE, self.now)
        return [(line.person, line.action, line.text, line.via) for line in lines]


@pytest.fixture(name="desk")
async def _desk(database: str, book: Corpus, calendar: Calendar) -> AsyncIterator[Desk]:
    """Have two limits that were due on 8 October 2026, on the morning of the 9th."""
    engine, port, stop = open_engine(database, statement_seconds=10), free_port(), asyncio.Event()
    law = Edition(book, calendar)
    assessed = dossiers.Assessor(book, calendar)
    register = Register(engine, SEAL)
    await register.project(dossiers.build(), assessed(dossiers.build()), 1)
    desk = Desk(
        f"http://127.0.0.1:{port}", Answering(engine, lambda: law), register, assessed
    )  # fmt: skip
    links = Links(SECRET, desk.root, lambda: desk.now)
    app = build(desk.answering, links, _People(), lambda: desk.now)
    serving = asyncio.create_task(serve(app, "127.0.0.1", port, stop))
    await _listening(port)
    async with desk.client:
        yield desk
    stop.set()
    await serving
    await engine.dispose()


async def _listening(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.1).close()
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the page is not served")


async def test_the_page_says_what_is_due_by_which_article_and_names_no_party(desk: Desk) -> None:
    shown = await desk.get(await desk.link())
    assert shown.status_code == 200
    for words in (
        "Lập hồ sơ thi hành án", CASE, "08/10/2026", "Điều 12", "Đã quá hạn 1 ngày",
        "Chấp hành viên trưởng mẫu", '<html lang="vi">',
    ):  # fmt: skip
        assert words in shown.text
    assert not any(party in shown.text for party in PARTIES)
    english = await desk.get(await desk.link(), lang="en")
    assert "Opening the case file" in english.text
    assert '<html lang="en">' in english.text
    assert "Đã nắm" not in english.text


async def test_looking_however_often_and_with_whatever_in_the_address_writes_nothing(
    desk: Desk,
) -> None:
    link = await desk.link()
    for _ in range(3):
        await desk.get(link, action="ack", text="x", until="2026-10-12", kept="ack")
    assert (await desk.client.head(link)).status_code == 200
    assert await desk.lines() == []
    assert [a.kind for a in await desk.answering.rows.told(CASE)] == ["rung", "rung"]


async def test_what_is_sent_is_kept_once_however_often_it_is_sent(desk: Desk) -> None:
    link = await desk.link()
    form = {"text": "đang lập hồ sơ", "until": "2026-10-16"}
    first = await desk.post(link, **form)
    assert first.status_code == 303
    assert (await desk.post(link, **form)).status_code == 303
    assert await desk.lines() == [("cvt.kv1", "ack", "đang lập hồ sơ", "link")]
    location = first.headers["location"]
    assert location.startswith("?"), "back to the page itself, by GET"
    after = await desk.client.get(link + location)
    assert "Đã ghi nhận" in after.text
    assert "đang lập hồ sơ" in after.text


async def test_a_snooze_and_a_comment_are_kept_too(desk: Desk) -> None:
    link = await desk.link()
    snoozed = await desk.post(link, action="snooze", until="2026-10-12T14:00")
    said = await desk.post(link, action="comment", text="<b>gấp</b>")
    assert (snoozed.status_code, said.status_code) == (303, 303)
    assert [line[:3] for line in await desk.lines()] == [
        ("cvt.kv1", "snooze", ""), ("cvt.kv1", "comment", "<b>gấp</b>"),
    ]  # fmt: skip
    shown = (await desk.get(link)).text
    assert "<b>gấp</b>" not in shown
    assert "&lt;b&gt;gấp&lt;/b&gt;" in shown


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": " ", "until": "2026-10-16"}, "Hãy nêu ngắn gọn"),
        ({"text": "x", "until": "2026-12-01"}, "2026-11-08"),
        ({"text": "x", "until": "mai"}, "Hãy chọn một ngày"),
        ({"text": "x" * 1001, "until": "2026-10-16"}, "1000 ký tự"),
        ({"action": "snooze", "until": "2026-10-20T08:00"}, "2026-10-13T07"),
        ({"action": "snooze", "until": "bây giờ"}, "Hãy chọn ngày và giờ"),
        ({"action": "comment", "text": ""}, "Hãy nêu ngắn gọn"),
    ],
)
async def test_what_is_not_allowed_is_said_beside_what_was_typed(
    desk: Desk, form: dict[str, str], words: str
) -> None:
    answer = await desk.post(await desk.link(), **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert 'aria-describedby="problem"' in answer.text
    if form.get("until") == "2026-12-01":
        assert 'value="2026-12-01"' in answer.text
    assert await desk.lines() == []


async def test_a_link_that_is_old_forged_or_of_somebody_unknown_opens_nothing(desk: Desk) -> None:
    link = await desk.link()
    stranger = await desk.link(person="cv.khong")
    cases = [
        (f"{link}x", 403, "không đúng"),
        (link.replace("/a/", "/a/x"), 403, "không đúng"),
        (stranger, 403, "danh bạ"),
        (f"{desk.root}/a/", 404, "Không có trang"),
        (f"{desk.root}/", 404, "Không có trang"),
    ]
    for address, status, words in cases:
        shown = await desk.get(address)
        assert (shown.status_code, words in shown.text) == (status, True), address
        sent = await desk.post(address, text="x", until="2026-10-16")
        assert sent.status_code in (status, 405), address
    desk.now += LASTING + timedelta(minutes=1)
    old = await desk.get(link)
    assert (old.status_code, "đã hết hạn" in old.text) == (410, True)
    assert (await desk.post(link, text="x", until="2026-11-20")).status_code == 410
    assert await desk.lines() == []


async def test_a_link_to_an_alert_that_the_register_does_not_have_says_so(desk: Desk) -> None:
    link = Links(SECRET, desk.root, lambda: desk.now).make("nothing|like|it", "cv.an")
    assert link is not None
    assert (await desk.get(link)).status_code == 410


async def test_a_form_from_elsewhere_is_refused(desk: Desk) -> None:
    link = await desk.link()
    foreign = await desk.post(link, token="another", text="x", until="2026-10-16")
    assert foreign.status_code == 403
    unknown = await desk.post(link, action="revoked", text="x")
    assert unknown.status_code == 422
    plain = await desk.client.post(link, content=b"{}", headers={"content-type": "text/plain"})
    assert plain.status_code == 422
    large = await desk.post(link, text="x" * 20_000, until="2026-10-16")
    assert large.status_code == 422
    assert (await desk.client.put(link)).status_code == 405
    assert await desk.lines() == []


async def test_a_limit_that_is_done_says_so_and_takes_no_answer(desk: Desk) -> None:
    link = await desk.link()
    plain = dossiers.build()
    done = Fact(number=6, event="case_file_opened", on=dossiers.NOW.date())
    changed = plain.with_facts((*plain.facts, done))
    await desk.register.project(changed, desk.assessed(changed), 2)
    shown = await desk.get(link)
    assert shown.status_code == 200
    assert "không cần trả lời nữa" in shown.text
    assert "<form" not in shown.text
    assert (await desk.post(link, text="x", until="2026-10-16")).status_code == 409
    assert await desk.lines() == []


async def test_a_date_that_moved_names_the_new_one(desk: Desk) -> None:
    link = await desk.link(PAPER)
    facts = [
        fact.model_copy(update={"on": date(2026, 10, 6)}) if fact.number == 3 else fact
        for fact in dossiers.build().facts
    ]
    moved = dossiers.build().with_facts(tuple(facts))
    await desk.register.project(moved, desk.assessed(moved), 2)
    shown = await desk.get(link)
    assert "Hạn này đã dời sang" in shown.text
    assert "09/10/2026" in shown.text
    assert (await desk.post(link, text="x", until="2026-10-16")).status_code == 409


async def test_every_answer_keeps_to_itself(desk: Desk) -> None:
    link = await desk.link()
    for answer in (
        await desk.get(link),
        await desk.get(f"{link}x"),
        await desk.post(link, text="x", until="2026-10-16"),
        await desk.get(f"{desk.root}/nowhere"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers


class _Fields(HTMLParser):
    """Collect what a screen reader goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.shown: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "label":
            self.labels.append(str(named["for"]))
        if tag in ("textarea", "input") and named.get("type") != "hidden":
            self.shown.append(str(named["id"]))


async def test_every_field_has_its_label_and_there_is_no_script(desk: Desk) -> None:
    page = (await desk.get(await desk.link())).text
    read = _Fields()
    read.feed(page)
    assert sorted(read.labels) == sorted(read.shown)
    assert len(set(read.ids)) == len(read.ids)
    assert not read.tags & {"script", "iframe", "img", "link", "object"}
    assert not re.search(r"\son\w+=", page)
    assert 'name="viewport"' in page


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("#1c2733", "#ffffff"), ("#51606f", "#ffffff"), ("#51606f", "#eef2f6"),
        ("#ffffff", "#0b4a8f"), ("#14532d", "#e3f1e6"), ("#6b4300", "#fdf0d0"),
        ("#8a1c13", "#fde2e0"), ("#37424d", "#e4e9ee"),
    ],
)  # fmt: skip
def test_every_pair_of_colours_can_be_told_apart(ink: str, paper: str) -> None:
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


async def test_a_register_that_is_away_is_said_and_nothing_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await desk.link()
    gone = open_engine("postgresql://postgres@127.0.0.1:1/thads")
    monkeypatch.setattr(desk.answering.rows, "_engine", gone)
    away: Any = await desk.get(link)
    assert away.status_code == 503
    assert "Sổ đang tạm ngừng" in away.text
    assert away.headers["retry-after"] == "60"


async def test_a_port_that_is_taken_is_waited_for_and_ends_nothing(desk: Desk) -> None:
    stop = asyncio.Event()
    port = int(desk.root.rpartition(":")[2])
    links = Links(SECRET, desk.root, lambda: desk.now)
    app = build(desk.answering, links, _People(), lambda: desk.now)
    second = asyncio.create_task(serve(app, "127.0.0.1", port, stop))
    await asyncio.sleep(0.1)
    assert not second.done()
    stop.set()
    await asyncio.wait_for(second, 5)
    assert (await desk.get(await desk.link())).status_code == 200
