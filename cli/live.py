"""Find the running engine for a command: its Temporal, its register, its directory."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from temporalio.client import Client

from cli.directory_file import load_directory
from cli.output import print_sentence
from cli.usage import find_lang
from codec import open_codec
from embedded.errors import EmbeddedError
from embedded.state import find_running
from i18n.texts import say
from law.errors import SpokenError
from settings import Settings
from store.directory import OfficeDirectory
from store.directory_rows import read_directory
from store.engine import Engine, open_engine
from store.errors import RegisterNotPreparedError
from store.parties import PartyRows
from store.reading import Reading
from store.rebuilds import RebuildRows
from store.register import Register
from store.sealing import Seal, read_seal
from workflows.client import connect, leave

_ADVICE = "start it with: make run"
_ADVICE_VI = "hãy khởi động bằng: make run"


class NotRunningError(SpokenError):
    """No engine could be found or reached."""


@dataclass(frozen=True)
class Places:
    """Where the engine's servers are."""

    temporal: str | None
    database: str
    ui: str | None = None


def find_places(settings: Settings) -> Places:
    """Give the servers that the settings name, else those that run under `var`.

    Raises `NotRunningError` saying what to do.
    """
    if settings.database_url is not None and settings.temporal_is_given:
        return Places(temporal=None, database=settings.database_url)
    try:
        state = find_running(settings.var)
    except EmbeddedError as error:
        raise NotRunningError(
            str(error),
            f"Không đọc được tệp trạng thái trong {settings.var}/; hãy dừng các máy chủ mà tệp đó "
            "nêu, nếu còn chạy, rồi xóa tệp",
        ) from error
    database = settings.database_url or (state.database_url if state else None)
    if database is None or (state is None and not settings.temporal_is_given):
        raise NotRunningError(
            f"no engine runs under {settings.var}/; {_ADVICE}",
            f"Không có hệ thống nào đang chạy trong {settings.var}/; {_ADVICE_VI}",
        )
    return Places(
        temporal=state.temporal_address if state and not settings.temporal_is_given else None,
        database=database,
        ui=state.ui_url if state else None,
    )


@asynccontextmanager
async def reach_register(settings: Settings) -> AsyncIterator[tuple[Engine, Reading]]:
    """Lend the register for reading."""
    engine = open_engine(find_places(settings).database, statement_seconds=30, connections=4)
    try:
        await _tell_of_rebuild(engine)
        yield engine, Reading(engine)
    finally:
        await engine.dispose()


async def _tell_of_rebuild(engine: Engine) -> None:
    """Say on standard error that lists are not complete, while the register is being rebuilt."""
    with suppress(RegisterNotPreparedError):
        row = await RebuildRows(engine).under_way()
        if row is not None:
            lang = find_lang(sys.argv[1:])
            print_sentence(say(lang, "rebuild.under_way", done=row.done, total=row.total))


@asynccontextmanager
async def reach_temporal(settings: Settings) -> AsyncIterator[Client]:
    """Lend a client of Temporal; raise `NotRunningError` where it is not reached, `SealError`."""
    places = find_places(settings)
    codec = open_codec(settings, places.database)
    try:
        client = await connect(places.temporal, codec=codec)
    except RuntimeError as error:
        raise NotRunningError(
            "Temporal does not answer at "
            f"{places.temporal or 'the address in the environment'}; {_ADVICE}",
            "Temporal không trả lời tại "
            f"{places.temporal or 'địa chỉ trong biến môi trường'}; {_ADVICE_VI}",
        ) from error
    try:
        yield client
    finally:
        await codec.dispose()
        await leave(client)


def find_directory(settings: Settings) -> OfficeDirectory:
    """Read the directory of the running engine; where none runs, or it has none yet, the file's.

    Raises `RegisterAwayError`, `DirectoryFileError`.
    """
    address = _find_database(settings)
    if address is not None:
        try:
            found = read_directory(address)
        except RegisterNotPreparedError:
            # No worker of this release has come up there yet.
            found = None
        if found is not None:
            return found
    return load_directory(settings.directory)


def _find_database(settings: Settings) -> str | None:
    if settings.database_url is not None:
        return settings.database_url
    try:
        state = find_running(settings.var)
    except EmbeddedError:
        return None
    return None if state is None else state.database_url


def check_known(settings: Settings, office: str | None, officer: str | None) -> None:
    """Raise `FormError` for an office or an officer that the directory does not know."""
    directory = find_directory(settings)
    if office is not None:
        directory.check_office(office)
    directory.check_officer(officer)


def writer(engine: Engine, settings: Settings) -> Register:
    """Give the register for writing."""
    return Register(engine, _seal(settings))


def parties_of(engine: Engine, settings: Settings) -> PartyRows:
    """Give the register's parties, to be kept and named."""
    return PartyRows(engine, _seal(settings))


def _seal(settings: Settings) -> Seal:
    return read_seal(settings.sealing_key, settings.var)
