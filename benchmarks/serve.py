"""Serve one side of a comparison as a worker of its own: ours, the bare workflow, or DBOS.

python -m benchmarks.serve ours|bare|dbos READY_FILE SAMPLES_FILE
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections import Counter
from datetime import date
from pathlib import Path
from types import CodeType, FrameType

from benchmarks.life import FIRST_DAY, Life, answers_of
from law.calendar import load_calendar
from observe import configure_logs
from settings import Settings

_EVERY = 0.001
_TOP = 12
_IDLE = ("selectors.py", "threading.py", "thread.py")
_OUTSIDE = "outside of Python: the SDK's core, the driver, the kernel"


class Sampler:
    """Notes where the Python threads are, at every millisecond of processor time."""

    def __init__(self, out: Path) -> None:
        """Name the file of the result; it is written when asked for."""
        self._out = out
        self._own: Counter[str] = Counter()
        self._within: Counter[str] = Counter()

    def start(self) -> None:
        """Look from now on; the kernel's clock of used processor time says when."""
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)

    def _look(self, _number: int, main: FrameType | None) -> None:
        frames = sys._current_frames()  # noqa: SLF001 - the interpreter has no other way
        # This very function runs in the main thread, on top of what was interrupted.
        frames.pop(threading.main_thread().ident or 0, None)
        leaves = [leaf for leaf in (main, *frames.values()) if leaf and not _is_idle(leaf)]
        if not leaves:
            self._own[_OUTSIDE] += 1
        for leaf in leaves:
            self._note(leaf)

    def _note(self, leaf: FrameType) -> None:
        seen: set[str] = set()
        frame: FrameType | None = leaf
        while frame is not None:
            seen.add(_name(frame.f_code))
            frame = frame.f_back
        self._own[_name(leaf.f_code)] += 1
        self._within.update(seen)

    def write(self) -> None:
        """Write the functions seen most often, with and without what they call."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        total = max(sum(self._own.values()), 1)
        lines = [f"{total} samples by processor time; own % | with callees %"]
        for (name, own), (outer, within) in zip(
            self._own.most_common(_TOP), self._ours().most_common(_TOP), strict=False
        ):
            left, right = f"{own / total:5.1%} {name}", f"{within / total:5.1%} {outer}"
            lines.append(f"{left:<64} | {right}")
        draft = self._out.with_suffix(".new")
        draft.write_text("\n".join(lines), "utf-8")
        draft.replace(self._out)

    def _ours(self) -> Counter[str]:
        loop = ("asyncio/", "concurrent/", "futures/", "benchmarks/serve", "python3.11/", "/<")
        return Counter({n: c for n, c in self._within.items() if not n.startswith(loop)})


def _is_idle(frame: FrameType) -> bool:
    return Path(frame.f_code.co_filename).name in _IDLE


def _name(code: CodeType) -> str:
    path = Path(code.co_filename)
    return f"{path.parent.name}/{path.name}:{code.co_name}"


async def _serve(mode: str, ready: Path, samples: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    sampler = Sampler(samples)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, sampler.start)
    loop.add_signal_handler(signal.SIGUSR2, sampler.write)
    settings = Settings()
    if mode == "ours":
        # Each side loads its own engine alone.
        from cli.edition import shelf_of  # noqa: PLC0415
        from law.edition import Watch  # noqa: PLC0415
        from worker import serve  # noqa: PLC0415

        await serve(settings, Watch(shelf_of(settings)), stop, ready)
    elif mode == "bare":
        from benchmarks.bare import serve_bare  # noqa: PLC0415

        first = date.fromisoformat(os.environ[FIRST_DAY])
        await serve_bare(answers_of(Life(first, load_calendar())), stop, ready)
    else:
        from benchmarks.on_dbos import DBOS_URL, serve_dbos  # noqa: PLC0415

        await serve_dbos(settings, os.environ[DBOS_URL], stop, ready)


def main() -> None:
    """Serve until SIGTERM; SIGUSR1 starts the sampling, SIGUSR2 writes it down."""
    mode, ready, samples = sys.argv[1:4]
    configure_logs(form="json", level=os.environ.get("THADS_LOG_LEVEL", "info"))
    asyncio.run(_serve(mode, Path(ready), Path(samples)))
    os._exit(0)


if __name__ == "__main__":
    main()
