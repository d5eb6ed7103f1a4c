"""Put together what a worker serves: its activities, the ways out, the page behind the links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route
from temporalio.client import Client

from activities.archive import Archives, ClosedRuns
from activities.archiving import ArchivingActivities
from activities.assessing import AssessingActivities
from activities.checks import CheckBook, Runs
from activities.cross_checking import CrossCheckingActivities
from activities.delivering import DeliveringActivities
from activities.delivery import AlertBook, Channel, DirectorySource
from activities.digesting import DigestingActivities
from activities.handing_over import HandoverActivities
from activities.ports import Register, Siblings
from activities.rebuild import RebuildBook, Shelf, Source
from activities.rebuilding import RebuildingActivities
from activities.telling import TellingActivities
from adapters import LetterChannel, RegisterPeople
from archiving import ArchivePost, TemporalClosedRuns, open_archive
from case_reports import TemporalCases
from channels.mail import Mail
from channels.outbox import Outbox
from channels.ways import Ways
from channels.webhook import Webhook
from cli.edition import practice_of
from codec import turn_json
from console.app import build
from console.codec import CodecAccess, CodecServer
from console.links import Links, read_secret
from crosscheck import CheckPost, TemporalRuns
from digests import DigestDesk, DigestLog, DigestPost
from law.calendar import ZONE, Calendar
from law.edition import Watch
from metrics import MeasuredPost, MeasuredRegister
from observing import Observing
from rebuilding import ArchiveShelf, RebuildPost, TemporalSource
from settings import Settings
from store.alerts import AlertRows
from store.answering import Answering
from store.breaches import BreachRows
from store.digests import DigestRows
from store.directory_rows import DirectoryRows
from store.engine import Engine, open_engine
from store.findings import FindingRows
from store.handovers import HandoverRows
from store.parties import PartyRows
from store.rebuilds import RebuildRows
from store.register import Register as RegisterRows
from store.sealing import read_seal
from workflows.archive_closed import ArchiveClosed
from workflows.cross_check import CrossCheck
from workflows.deliver_alerts import DeliverAlerts
from workflows.dossiers import WORKFLOWS as DOSSIERS
from workflows.handover import HandOver
from workflows.rebuild_register import RebuildRegister
from workflows.send_digests import SendDigests

WORKFLOWS: Sequence[type] = (
    *DOSSIERS.values(),
    DeliverAlerts,
    SendDigests,
    HandOver,
    CrossCheck,
    ArchiveClosed,
    RebuildRegister,
)

_COUNTING = 60.0
"""Seconds that counting over the whole register may take; a projection is given less."""


class Services:
    """What one worker process serves, over one register and one Temporal."""

    def __init__(
        self,
        settings: Settings,
        law: Watch,
        client: Client,
        engine: Engine,
        observing: Observing,
    ) -> None:
        """Take what everything is put together from; nothing is connected yet."""
        self._observing = observing
        self._settings = settings
        self._law = law
        self._client = client
        self._engine = engine
        address = settings.database_url or ""
        self._counting = open_engine(address, statement_seconds=_COUNTING, connections=2)
        self._practice = practice_of(settings)
        self._seal = read_seal(settings.sealing_key, settings.var)
        self.register = RegisterRows(engine, self._seal)
        self.parties = PartyRows(engine, self._seal)
        self.alerts = AlertRows(engine)
        self._directory = DirectoryRows(engine)
        self._people = RegisterPeople(self._directory)

    @cached_property
    def assessing(self) -> AssessingActivities:
        """Make what assesses dossiers and writes them to the register."""
        register: Register = MeasuredRegister(self.register, self._observing.meters)
        law = self._law.edition
        return AssessingActivities(law.book, law.calendar, register, self._practice)

    @cached_property
    def activities(self) -> Sequence[Callable[..., Any]]:
        """Make every activity that the worker carries out."""
        ways = self._ways()
        clock = partial(datetime.now, ZONE)
        breaches = BreachRows(self._counting)
        book: AlertBook = MeasuredPost(self.alerts, breaches, self._observing.meters, clock)
        people: DirectorySource = self._people
        links = self.links
        channel: Channel = LetterChannel(
            ways,
            calendar=self._calendar,
            link=None if links is None else lambda person, alert: links.make(alert, person),
            name=self._people.called,
        )
        counted = DigestRows(self._counting)
        digesting = DigestingActivities(
            DigestDesk(counted, self._directory.read, self._calendar),
            people,
            DigestLog(counted),
            DigestPost(ways),
            self._calendar,
        )
        check_book: CheckBook = CheckPost(FindingRows(self._counting))
        runs: Runs = TemporalRuns(self._client)
        checking = CrossCheckingActivities(check_book, runs, self._practice.norms)
        archive = open_archive(self._settings, self._counting)
        closed: ClosedRuns = TemporalClosedRuns(self._client)
        archives: Archives = ArchivePost(self._client, archive)
        archiving = ArchivingActivities(closed, archives)
        clock = partial(datetime.now, ZONE)
        source: Source = TemporalSource(self._client)
        shelf: Shelf = ArchiveShelf(archive)
        rebuild_book: RebuildBook = RebuildPost(RebuildRows(self._counting), self.register, clock)
        rebuilding = RebuildingActivities(self.assessing, source, shelf, rebuild_book, clock)
        cases = TemporalCases(self._client, archive.last_state)
        handing = HandoverActivities(HandoverRows(self._engine), cases)
        siblings: Siblings = cases
        return (
            self.assessing.assess,
            DeliveringActivities(book, people, channel, self._calendar).deliver,
            digesting.send_digests,
            handing.plan,
            handing.move,
            handing.close,
            TellingActivities(siblings).tell,
            *checking.all,
            *archiving.all,
            *rebuilding.all,
        )

    @cached_property
    def links(self) -> Links | None:
        """Make the signed links of messages; none where no page is served."""
        settings = self._settings
        if settings.console_port == 0:
            return None
        secret = read_secret(settings.link_key, settings.var)
        return Links(secret, settings.link_root, partial(datetime.now, ZONE))

    @cached_property
    def pages(self) -> Starlette | None:
        """Make the pages behind the links; none where none are served."""
        if self.links is None:
            return None
        answering = Answering(self._engine, lambda: self._law.edition, self._practice.ladder.at)
        clock = partial(datetime.now, ZONE)
        more = (*self._observing.routes, *self._codec_routes())
        return build(answering, self.links, self._people, clock, more)

    def _codec_routes(self) -> Sequence[Route]:
        """Make the codec server, where there is a token and something is locked."""
        settings, codec = self._settings, self._client.data_converter.payload_codec
        if settings.codec_token is None or codec is None:
            return ()
        token = settings.codec_token.get_secret_value()
        access = CodecAccess(token, settings.codec_origin, self._client.namespace)
        turns = (partial(turn_json, codec.encode), partial(turn_json, codec.decode))
        return CodecServer(access, *turns).routes

    async def dispose(self) -> None:
        """Close the connections that were opened here."""
        await self._counting.dispose()

    def _calendar(self) -> Calendar:
        return self.assessing.edition.calendar

    def _ways(self) -> Ways:
        settings = self._settings
        secret = settings.webhook_secret
        webhook = Webhook(secret.get_secret_value() if secret else None)
        if settings.smtp_url:
            return Ways(Mail(settings.smtp_url, settings.smtp_sender), webhook=webhook)
        return Ways(Outbox(settings.var / "outbox", settings.smtp_sender), webhook=webhook)
