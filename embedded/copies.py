"""Copy the embedded servers' data while they run, both as of one moment, and put it back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

import psycopg

from embedded.binaries import POSTGRES_WHEEL, find_binary
from embedded.errors import EmbeddedError

TEMPORAL_FILE = "temporal.db"
_CHUNK = 1 << 20
_CONNECT_SECONDS = 5


class Moment(NamedTuple):
    """One moment of both servers, kept for as long as it is lent."""

    snapshot: str
    temporal: sqlite3.Connection
    database_url: str


@contextmanager
def one_moment(var: Path, database_url: str) -> Iterator[Moment]:
    """Hold one moment of Temporal's file and of PostgreSQL; raises EmbeddedError.

    Temporal's comes first, by a thousandth of a second: what it refers to is in the register.
    """
    path = var / TEMPORAL_FILE
    try:
        source = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        try:
            with psycopg.connect(database_url, connect_timeout=_CONNECT_SECONDS) as register:
                register.execute("set transaction isolation level repeatable read, read only")
                source.execute("begin")
                source.execute("select count(*) from sqlite_master").fetchone()
                row = register.execute("select pg_export_snapshot()").fetchone()
                yield Moment(str(row[0]) if row else "", source, database_url)
        finally:
            source.close()
    except (sqlite3.Error, psycopg.Error) as error:
        raise EmbeddedError(
            f"what runs under {var} cannot be copied: {str(error).strip().splitlines()[0]}",
            "see that both servers run (make run), and try again",
        ) from error


def read_temporal(moment: Moment, folder: Path) -> Iterator[bytes]:
    """Give Temporal's file of that moment; a draft under `folder` is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".copy-", dir=folder) as draft:
        path = Path(draft, TEMPORAL_FILE)
        target = sqlite3.connect(path)
        try:
            # In one step, so that the server's writing does not make it begin anew.
            moment.temporal.backup(target, pages=-1)
        finally:
            target.close()
        with path.open("rb") as file:
            while some := file.read(_CHUNK):
                yield some


def read_register(moment: Moment) -> Iterator[bytes]:
    """Give the register of that moment as pg_dump's archive; raises EmbeddedError."""
    argv = (
        str(find_binary("pg_dump", POSTGRES_WHEEL)), "--format=custom", "--no-owner",
        "--no-privileges", "--no-password", f"--snapshot={moment.snapshot}",
    )  # fmt: skip
    with tempfile.TemporaryFile() as said, subprocess.Popen(  # noqa: S603 - the arguments are ours
        argv, env=_where(moment.database_url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=said,
    ) as dump:  # fmt: skip
        assert dump.stdout is not None  # noqa: S101 - a pipe was asked for
        while some := dump.stdout.read(_CHUNK):
            yield some
        _refuse(dump.wait(), "pg_dump", said)


def write_register(content: Iterable[bytes], database_url: str) -> None:
    """Fill an empty database from pg_dump's archive, all of it or nothing; raises EmbeddedError."""
    argv = (
        str(find_binary("pg_restore", POSTGRES_WHEEL)), "--no-owner", "--no-privileges",
        "--no-password", "--exit-on-error", "--single-transaction",
        f"--dbname={urlsplit(database_url).path.lstrip('/')}",
    )  # fmt: skip
    with tempfile.TemporaryFile() as said, subprocess.Popen(  # noqa: S603 - as above
        argv, env=_where(database_url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=said,
    ) as restore:  # fmt: skip
        assert restore.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            for some in content:
                restore.stdin.write(some)
        except BrokenPipeError:
            pass  # it says itself why it ended
        except BaseException:
            # What came is not whole: nothing of it may stay.
            restore.kill()
            raise
        restore.stdin.close()
        _refuse(restore.wait(), "pg_restore", said)


def _where(database_url: str) -> dict[str, str]:
    """Name the server by the environment: a command line is there for everyone to read."""
    parts = urlsplit(database_url)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    given = {
        "PGHOST": parts.hostname, "PGPORT": parts.port, "PGUSER": parts.username,
        "PGPASSWORD": parts.password, "PGDATABASE": parts.path.lstrip("/"), "LC_ALL": "C",
    }  # fmt: skip
    return clean | {name: str(value) for name, value in given.items() if value is not None}


def _refuse(status: int, name: str, said: IO[bytes]) -> None:
    if status != 0:
        said.seek(0)
        words = said.read().decode("utf-8", "replace").strip()
        raise EmbeddedError(
            f"{name} ended with status {status}: {words[-300:]}", "correct what it says, try again"
        )
