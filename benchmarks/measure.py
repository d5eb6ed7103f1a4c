"""Measure processes and functions, and keep a figure with its target and its profile."""

from __future__ import annotations

import asyncio
import cProfile
import io
import os
import pstats
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
_TOP = 12
_READY_SECONDS = 60.0
_END_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `met` is nothing where there is no target."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None
    profile: str = ""


def median_seconds(function: Callable[[], object], times: int) -> float:
    """Give the median time of a call, after a tenth of the calls to warm up."""
    for _ in range(times // 10):
        function()
    taken: list[float] = []
    for _ in range(times):
        begun = perf_counter()
        function()
        taken.append(perf_counter() - begun)
    return median(taken)


def profile_of(function: Callable[[], object], times: int) -> str:
    """Give the twelve functions that take the most time of their own."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(times):
        function()
    profile.disable()
    out = io.StringIO()
    pstats.Stats(profile, stream=out).strip_dirs().sort_stats("tottime").print_stats(_TOP)
    lines = [line for line in out.getvalue().splitlines() if line.strip()]
    begin = next(at for at, line in enumerate(lines) if line.lstrip().startswith("ncalls"))
    return "\n".join(lines[begin:])


class WorkerProcess:
    """A worker of its own process, whose processor time is read from the kernel."""

    def __init__(self, mode: str, folder: Path, env: Mapping[str, str]) -> None:
        """Name the mode of `benchmarks.serve`; nothing runs yet."""
        self._mode = mode
        self._ready = folder / f"{mode}.ready"
        self._log = folder / f"{mode}.log"
        self._samples = folder / f"{mode}.samples"
        self._env = {**os.environ, **env}
        self._process: asyncio.subprocess.Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._awaited: dict[str, asyncio.Future[None]] = {}

    async def __aenter__(self) -> Self:
        """Start it and wait until it serves; raises `RuntimeError` with the end of its log."""
        self._ready.unlink(missing_ok=True)
        self._samples.unlink(missing_ok=True)
        files = (str(self._ready), str(self._samples))
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.serve", self._mode, *files,
                cwd=ROOT, env=self._env, stdin=PIPE, stdout=PIPE, stderr=log,
            )  # fmt: skip
        # Whatever comes is read: a worker whose pipe is full stands still.
        self._hearing = asyncio.create_task(self._hear(self._process))
        limit = perf_counter() + _READY_SECONDS
        while not self._ready.exists():
            if self._process.returncode is not None or perf_counter() > limit:
                said = self._log.read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"the worker {self._mode!r} does not serve:\n{said}")
            await asyncio.sleep(0.05)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it, by force where it does not end by itself in half a minute."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            process.kill()

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        while process.stdout is not None and (line := await process.stdout.readline()):
            awaited = self._awaited.pop(line.decode().strip(), None)
            if awaited is not None:
                awaited.set_result(None)

    @property
    def pid(self) -> int:
        """Give its number."""
        return self._started.pid

    def cpu(self) -> float:
        """Give the seconds of processor time that it has used, all threads together."""
        return cpu_of(self._started.pid)

    async def tell(self, line: str, answer: str) -> None:
        """Write a line to its standard input, and wait for the line that answers it."""
        self._awaited[answer] = awaited = asyncio.get_running_loop().create_future()
        if self._started.stdin is not None:
            self._started.stdin.write(line.encode() + b"\n")
        await asyncio.wait_for(awaited, _READY_SECONDS)

    def sample(self) -> None:
        """Have it note from now on where its Python threads are, for `samples`."""
        self._started.send_signal(signal.SIGUSR1)

    async def samples(self) -> str:
        """Give the twelve functions in which its Python threads were seen most often."""
        self._started.send_signal(signal.SIGUSR2)
        for _ in range(100):
            await asyncio.sleep(0.05)
            if self._samples.exists():
                return self._samples.read_text("utf-8")
        return "no samples came"

    @property
    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the worker has not been started")
        return self._process


def cpu_of(pid: int) -> float:
    """Give the seconds of processor time of any process of ours."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def cpu_of_family(pid: int) -> float:
    """Give the seconds of processor time of a process, of its children, and of those that ended."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = path.read_text("utf-8", "replace").rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        if int(number.split()[0]) == pid:
            total += sum(int(ticks) for ticks in fields[11:15])
        elif int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / _TICKS
