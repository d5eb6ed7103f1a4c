"""Run a whole engine as an office does, under a folder of its own, and give it commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.state import RunState, find_running
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]


class Whole:
    """An engine that can be stopped and started again with other settings."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.var = folder.resolve() / "var"
        own = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
        self.env = own | {"THADS_VAR": str(self.var), "THADS_LOG_LEVEL": "debug"} | more
        for name in ("POSTGRES", "TEMPORAL", "UI", "CONSOLE"):
            self.env.setdefault(f"THADS_{name}_PORT", str(free_port()))
        self.said = b""
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.var / "ready").unlink(missing_ok=True)
        self._worker = subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")],
            env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        wait_until((self.var / "ready").exists)

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.send_signal(signal.SIGINT)
            out, _ = self._worker.communicate(timeout=60)
            self.said += out
            self._worker = None

    def thads(self, *tokens: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, str(ROOT / "starter.py"), *tokens],
            env=self.env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == code, (tokens, done.stdout, done.stderr)
        return done.stdout + done.stderr

    @property
    def state(self) -> RunState:
        found = find_running(self.var)
        assert found is not None
        return found


@contextmanager
def whole_engine(**more: str) -> Iterator[Whole]:
    with tempfile.TemporaryDirectory(prefix="thads-whole-") as folder:
        engine = Whole(Path(folder), **more)
        try:
            engine.start()
            yield engine
        finally:
            engine.stop()


def wait_until(there: Callable[[], object], seconds: float = 90) -> None:
    for _ in range(int(seconds / 0.2)):
        if there():
            return
        time.sleep(0.2)
    raise AssertionError(f"did not come about in {seconds} s")


def telling(raw: bytes, planted: Iterable[str]) -> list[str]:
    """Name what was planted and stands in these bytes, in whatever spelling."""
    return [
        text
        for text in planted
        if text.encode() in raw
        or text.encode("utf-16-le") in raw
        or json.dumps(text).strip('"').encode() in raw
    ]
