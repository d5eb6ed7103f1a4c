"""Put a week together: its cases, a register, a mail server, the engine's own delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from temporalio.testing import ActivityEnvironment

from activities.delivering import DeliveringActivities
from activities.delivery import Delivered, DeliverRequest
from adapters import AlertPost, LetterChannel, RegisterPeople
from channels.mail import Mail as MailServer
from channels.ways import Ways
from store.alerts import AlertRows
from store.breaches import BreachRows
from store.directory import (
    AbsenceEntry,
    AddressEntry,
    DelegationEntry,
    DirectoryEntries,
    OfficeEntry,
    PersonEntry,
    PostEntry,
)
from store.directory_rows import DirectoryRows
from store.engine import Engine
from store.records import alerts
from store.register import Register
from tests.channels.conftest import Box
from tests.seals import SEAL
from tests.simulation.mailbox import Mail, Place, expected, received
from tests.simulation.people import FILE, People, address
from tests.simulation.replay import Law, Replay, Span, looks_of
from tests.simulation.second_reading import Line, Look, SecondReading
from tests.simulation.world import World


class Post(Box):
    """A mail server that refuses everything from one moment of the week to another."""

    url: str = ""
    shut: Span | None = None

    def turn_to(self, now: datetime) -> None:
        """Come to a moment."""
        refuses = self.shut is not None and self.shut[0] <= now < self.shut[1]
        self.content = "451 4.3.2 not now" if refuses else "250 taken"


class Week:
    """A week's cases, their register, and the mail server by which people are told."""

    def __init__(self, world: World, law: Law, engine: Engine, post: Post) -> None:
        self.world, self.law, self.engine, self.post = world, law, engine, post
        self.people = People(world.first)
        self.mail = MailServer(post.url, "thads@example.invalid")
        self.doing = DeliveringActivities(
            AlertPost(AlertRows(engine), BreachRows(engine)),
            RegisterPeople(DirectoryRows(engine)),
            LetterChannel(Ways(self.mail)),
            lambda: law.calendar,
        )

    async def open_directory(self) -> None:
        """Write the directory into the register."""
        entries = entries_of(self.world.first)
        await DirectoryRows(self.engine).change(
            lambda _: entries, "tester", self.world.begin, "directory.toml"
        )

    async def replay(self, gatherings: Sequence[datetime], away: Span | None = None) -> None:
        """Live through the week, without workflows."""
        await self.open_directory()
        replay = Replay(self.world.stories, self.law, Register(self.engine, SEAL), away)
        await replay.run(self.world.begin, gatherings, self.deliver)
        await self.mail.close()

    async def deliver(self, now: datetime) -> Delivered:
        """Gather once, as of a moment."""
        self.post.turn_to(now)
        return await ActivityEnvironment().run(self.doing.deliver, DeliverRequest(now=now))

    @cached_property
    def looks(self) -> dict[str, list[Look]]:
        """Give what is known of each case, from when on."""
        return {
            story.dossier.id: looks_of(story, self.law, self.world.begin)
            for story in self.world.stories
        }

    def read(self, gatherings: Sequence[datetime], away: Span | None = None) -> list[Line]:
        """Give what everybody must receive, by the second reading."""
        lines: list[Line] = []
        for story in self.world.stories:
            case, office = story.dossier.id, story.dossier.office
            reading = SecondReading(case, office, self.people, self.law.calendar.is_working, away)
            lines += reading.lines(self.looks[case], gatherings)
        return lines

    async def on_record(self) -> list[tuple[Any, ...]]:
        """List whom the register has told of which rung of which date, at which gathering."""
        columns = (alerts.c.sent_at, alerts.c.person, alerts.c.dossier, alerts.c.occurrence)
        query = (
            select(*columns, alerts.c.due, func.max(alerts.c.rung).label("rung"))
            .where(alerts.c.sent_at.is_not(None), alerts.c.kind == "rung")
            .group_by(*columns, alerts.c.due)
        )
        return sorted(tuple(row.values()) for row in await self.engine.fetch(query))

    @property
    def got(self) -> dict[Place, Mail]:
        """Open the mailboxes."""
        return received(self.post.taken)

    def wanted(self, lines: Sequence[Line]) -> dict[Place, Mail]:
        """Say what the mailboxes would have to hold of some lines."""
        return expected(lines, self.looks, self.law.calendar.is_working)


def entries_of(first: date) -> DirectoryEntries:
    """Make the directory of the week that begins with a day."""

    def spell(entry: dict[str, Any], word: str) -> list[dict[str, Any]]:
        found = [dict(entry[word])] if word in entry else []
        for one in found:
            one |= {name: first + timedelta(days=one[name]) for name in ("first", "last")}
        return [{"person": entry["key"], **one} for one in found]

    people = FILE["person"]
    return DirectoryEntries(
        offices=tuple(OfficeEntry(name=office["key"], **office) for office in FILE["office"]),
        people=tuple(
            PersonEntry(
                key=entry["key"],
                name=f"Người mẫu {entry['key']}",
                office=entry["office"],
                language=entry.get("language", "vi"),
                hours=entry.get("hours"),
                synthetic=True,
                addresses=(AddressEntry(channel="mail", value=address(entry["key"])),),
            )
            for entry in people
        ),
        posts=tuple(
            PostEntry(person=entry["key"], role=entry["role"], office=entry["office"])
            for entry in people
            if entry["role"]
        ),
        absences=tuple(AbsenceEntry(**one) for e in people for one in spell(e, "leave")),
        delegations=tuple(DelegationEntry(**one) for e in people for one in spell(e, "acting")),
    )
