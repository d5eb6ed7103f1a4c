"""Prepare, start and check one PostgreSQL server whose cluster lies under a folder.

It listens on loopback only and trusts it, writes durably, and recovers by itself after a kill.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from typing import TYPE_CHECKING

import structlog

from embedded.account import Account, choose_account, open_passage
from embedded.binaries import PostgresBinaries, find_postgres
from embedded.errors import EmbeddedError, ServerDiedError, ServerSilentError
from embedded.ports import HOST
from embedded.processes import Ending, Program, end_stranger, is_running, read_command, run

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

DATABASE = "thads"
SUPERUSER = "postgres"
# Fast shutdown first: the usual SIGTERM would wait for every client. SIGQUIT ends the children too.
POSTGRES_ENDINGS = (Ending(signal.SIGINT, 30.0), Ending(signal.SIGQUIT, 5.0))
_INITDB_SECONDS = 120.0
_READY_SECONDS = 60.0
_QUERY_SECONDS = 10.0
_PAUSE_SECONDS = 0.1
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "logging_collector": "off",
    "log_destination": "stderr",
}
_log = structlog.get_logger("embedded")


class Postgres:
    """One server; the same object starts it again after its death."""

    def __init__(self, var: Path, port: int) -> None:
        """Find the programs; raises BinaryMissingError."""
        self._binaries: PostgresBinaries = find_postgres()
        self._var = var
        self._cluster = var / "postgres"
        self._log = var / "log" / "postgres.log"
        self._port = port
        self._account: Account | None = None
        # PGDATA, PGOPTIONS and their like would redirect our own programs.
        self._env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        self._env |= {"LC_ALL": "C", "PGCONNECT_TIMEOUT": "3"}

    async def prepare(self) -> Program:
        """Make the cluster if there is none, clear what a kill left, and say what to run."""
        self._account = choose_account(self._cluster)
        if self._account is not None:
            for path in (self._cluster, self._binaries.postgres):
                open_passage(path, self._account)
        if not (self._cluster / "PG_VERSION").exists():
            await self._create_cluster()
        await clear_pid_file(self._var)
        settings = {"port": str(self._port), **_SETTINGS}
        options = (part for key, value in settings.items() for part in ("-c", f"{key}={value}"))
        return self._program("postgres", "-D", str(self._cluster), *options)

    async def confirm(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the server accepts connections, and create the database if it is missing."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + _READY_SECONDS
        # Another server may have got the port: the folder tells whose answer it is.
        question = (
            "select current_setting('data_directory'), string_agg(datname, ',') from pg_database"
        )
        while True:
            if process.poll() is not None:
                what = f"PostgreSQL ended with status {process.returncode} before it answered"
                remedy = f"correct what the log says (port {self._port}), then start again"
                raise ServerDiedError(what, remedy, self._log)
            try:
                folder, _, databases = (await self._ask(question)).rpartition("|")
            except EmbeddedError:
                if loop.time() > limit:
                    where = f"{HOST}:{self._port}"
                    what = f"PostgreSQL did not answer on {where} in {_READY_SECONDS:g} s"
                    remedy = "a long recovery may still run: wait for it in the log and start again"
                    raise ServerSilentError(what, remedy, self._log) from None
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            if folder != str(self._cluster):
                what = f"port {self._port} is answered by another PostgreSQL, of {folder}"
                raise ServerDiedError(what, "stop it, or set THADS_POSTGRES_PORT", self._log)
            break
        if DATABASE not in databases.split(","):
            await self._ask(f"create database {DATABASE}")
            _log.info("database_created", database=DATABASE)

    async def _create_cluster(self) -> None:
        # Made beside its place and renamed, so that a kill in between leaves no half cluster.
        draft = self._var / "postgres.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if self._account is not None:
            os.chown(draft, self._account.uid, self._account.gid)
        program = self._program(
            "initdb",
            "--pgdata",
            str(draft),
            "--username",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            # The server's own C.UTF-8 sorts alike on every machine and needs no system locale.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
        await run(program, _INITDB_SECONDS)
        if self._cluster.exists():
            try:
                self._cluster.rmdir()
            except OSError as error:
                what = f"{self._cluster} holds something that is not a PostgreSQL cluster"
                raise EmbeddedError(what, "move it away and start again") from error
        draft.replace(self._cluster)
        _log.info("cluster_created", folder=str(self._cluster))

    async def _ask(self, question: str) -> str:
        where = ("-h", HOST, "-p", str(self._port), "-U", SUPERUSER, "-d", "postgres")
        program = self._program("psql", "-X", "-w", "-q", "-A", "-t", *where, "-c", question)
        return await run(program, _QUERY_SECONDS)

    def _program(self, name: str, *arguments: str) -> Program:
        return Program(
            name=name,
            argv=(str(getattr(self._binaries, name)), *arguments),
            log=self._log,
            cwd=self._var,
            env=self._env,
            account=self._account,
            endings=POSTGRES_ENDINGS,
            umask=0o077,
        )


async def clear_pid_file(var: Path) -> None:
    """End a server that still runs on a folder's cluster, and clear what a dead one left.

    Raises EmbeddedError when an earlier server does not end.
    """
    cluster = var / "postgres"
    pid_file = cluster / "postmaster.pid"
    try:
        first = pid_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    except FileNotFoundError:
        return
    pid = int(first) if re.fullmatch(r"[1-9]\d*", first) else None
    command = None if pid is None else read_command(pid)
    if pid is not None and command is None:
        # The server's own check of a dead one's file also looks for its orphans' memory.
        return
    if pid is not None and command is not None and _is_server(command, cluster):
        _log.warning("server_left_running", service="postgres", pid=pid)
        await end_stranger(pid, command, POSTGRES_ENDINGS)
        if is_running(pid, command):
            what = f"an earlier PostgreSQL (process {pid}) still runs on {cluster}"
            raise EmbeddedError(what, f"end it: kill -INT {pid}", var / "log" / "postgres.log")
        return
    # Empty, or the number went to another program since, as happens in containers: the server
    # that wrote it is dead, and a new one would refuse to start.
    pid_file.unlink()
    _log.warning("stale_pid_file_removed", pid=pid, now_used_by=command)


def _is_server(command: str, cluster: Path) -> bool:
    return "postgres" in command.partition(" ")[0] and f" {cluster} " in f"{command} "
