from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli import assess, law
from cli.app import build, run

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

Thads = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="thads")
def _thads(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Thads:
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*tokens: str) -> tuple[int, str, str]:
        code = run(build((assess.add_to, law.add_to)), tokens)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture(name="starter")
def _starter() -> Thads:
    def call(*tokens: str, stdin: str = "") -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, str(ROOT / "starter.py"), *tokens],
            input=stdin.encode(),
            capture_output=True,
            check=False,
            timeout=60,
            cwd=ROOT,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return call


@pytest.fixture(name="dossier_file")
def _dossier_file(tmp_path: Path) -> Callable[[object], str]:
    def write(data: object) -> str:
        path = tmp_path / "dossier.json"
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        return str(path)

    return write


@pytest.fixture(name="november")
def _november() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / "dossiers" / "november.json").read_text("utf-8"))
    return data
