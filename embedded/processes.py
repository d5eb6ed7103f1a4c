"""Start programs on a leash, see whether they live, and end them within a time limit.

Waiting looks at the process many times a second: that works on every event loop, needs no
child watcher, and costs nothing beside the servers themselves.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded.account import Account

_LEASH = str(Path(__file__).with_name("leash.py"))
_GLANCE_SECONDS = 0.03
_LAST_PATIENCE_SECONDS = 5.0
_SETTLE_SECONDS = 10.0
_LOG_LIMIT_BYTES = 20_000_000


class Ending(NamedTuple):
    """One step of stopping a program: a signal, and how long it is given."""

    sign: signal.Signals
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run and how to end it; the first ending also serves when the supervisor dies."""

    name: str
    argv: tuple[str, ...]
    log: Path
    cwd: Path
    env: Mapping[str, str]
    account: Account | None = None
    endings: tuple[Ending, ...] = (Ending(signal.SIGTERM, 15.0),)
    umask: int = -1


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start a program with its output in its log file.

    To be called from a thread that lives as long as the supervisor: the leash is tied to it.
    """
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        program.log.chmod(0o600)
        return _spawn(program, log.fileno())


def _spawn(program: Program, output: int) -> subprocess.Popen[bytes]:
    account = program.account
    owner = ("-", "-") if account is None else (str(account.uid), str(account.gid))
    bond = (str(os.getpid()), str(int(program.endings[0].sign)))
    return subprocess.Popen(  # noqa: S603 - the argument list is ours
        (sys.executable, "-I", "-S", _LEASH, *bond, *owner, *program.argv),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=program.cwd,
        env=dict(program.env),
        # The terminal's Ctrl-C must reach the supervisor alone, which stops in the right order.
        start_new_session=True,
        umask=program.umask,
    )


def rotate_log(log: Path) -> None:
    """Put a log that has grown large aside, keeping one older one."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


async def run(program: Program, seconds: float) -> str:
    """Run a program to its end and give its output.

    Raises EmbeddedError when it fails or takes longer; a cancelled run leaves no process behind.
    """
    with tempfile.TemporaryFile() as output:
        process = _spawn(program, output.fileno())
        try:
            ended = await wait_until(lambda: process.poll() is not None, seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output.seek(0)
        text = output.read().decode("utf-8", "replace").strip()
    if not ended:
        what = f"{program.name} did not end within {seconds:g} s: {text}"
        raise EmbeddedError(what, "see whether the machine is overloaded, try again", program.log)
    if process.returncode != 0:
        what = f"{program.name} failed with status {process.returncode}: {text}"
        raise EmbeddedError(what, "correct what it says and try again", program.log)
    return text


async def wait_until(
    condition: Callable[[], bool], seconds: float, glance: float = _GLANCE_SECONDS
) -> bool:
    """Wait until a condition holds; false when it did not in time."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + seconds
    while not condition():
        if loop.time() >= limit:
            return False
        await asyncio.sleep(glance)
    return True


def read_command(pid: int) -> str | None:
    """Read the command line of a living process; nothing for a dead one or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return None
        return raw.rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace") or None
    try:
        shown = subprocess.run(  # noqa: S603 - a number is the only input
            ("/bin/ps", "-o", "command=", "-p", str(pid)),
            capture_output=True,
            check=False,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return shown.stdout.strip() or None


def is_running(pid: int, command: str) -> bool:
    """Tell whether a process still is that program, or was and has not let go of its files yet."""
    seen = read_command(pid)
    return seen == command or (seen is None and _is_ending(pid))


def _is_ending(pid: int) -> bool:
    # A process loses its command line first and its ports last: until then it is in the way. It
    # may look like a zombie while threads of it remain.
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    except OSError:
        return False
    return threads > 1 or status.rpartition(")")[2].split()[0] not in {"Z", "X"}


async def settle(process: subprocess.Popen[bytes]) -> str:
    """Wait until a started process has become its program and give its command line."""

    def has_become() -> bool:
        command = read_command(process.pid)
        return process.poll() is not None or (command is not None and _LEASH not in command)

    await wait_until(has_become, _SETTLE_SECONDS)
    return read_command(process.pid) or ""


async def end_child(process: subprocess.Popen[bytes], endings: tuple[Ending, ...]) -> bool:
    """End a child of ours; false when it had to be killed."""
    willing = await _end(process.pid, lambda: process.poll() is None, endings)
    process.wait()
    return willing


async def end_stranger(pid: int, command: str, endings: tuple[Ending, ...]) -> bool:
    """End a server that an earlier supervisor left, as long as it still runs that command."""
    return await _end(pid, lambda: is_running(pid, command), endings)


async def _end(pid: int, lives: Callable[[], bool], endings: tuple[Ending, ...]) -> bool:
    for sign, seconds in endings:
        if not lives():
            return True
        _send(os.kill, pid, sign)
        if await wait_until(lambda: not lives(), seconds):
            return True
    if lives():
        # Each child leads its own session: its helpers must not outlive it.
        _send(os.killpg, pid, signal.SIGKILL)
    await wait_until(lambda: not lives(), _LAST_PATIENCE_SECONDS)
    return False


def _send(send: Callable[[int, int], None], pid: int, sign: signal.Signals) -> None:
    try:
        send(pid, sign)
    except ProcessLookupError:
        return
