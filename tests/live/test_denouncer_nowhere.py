"""Who denounces is found nowhere: not in a list, an export, a message, a log, nor in any file."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from activities.delivery import GatherRequest
from cases.secrecy import folded
from embedded.state import find_running
from law.calendar import ZONE
from tests.conftest import free_port
from workflows.client import connect, deliver_now, leave

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).parents[2]
NAME, ADDRESS, NUMBER = "Trương Thị Kín Đáo", "Số 97, ngõ Giấu Tên, Nghệ An", "049912340987"
SAID = "Lời tố cáo chỉ người gửi biết"
PLANTED = (NAME, ADDRESS, NUMBER, SAID)


@pytest.fixture(name="env")
def _env() -> Iterator[dict[str, str]]:
    """Run a whole engine under a folder of its own; give what commands need."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    with tempfile.TemporaryDirectory(prefix="thads-secret-") as folder:
        var = Path(folder).resolve() / "var"
        env |= {"THADS_VAR": str(var), "THADS_ACTOR": "tt.nghe-an", "THADS_LOG_LEVEL": "debug"}
        for name in ("POSTGRES", "TEMPORAL", "UI", "CONSOLE"):
            env[f"THADS_{name}_PORT"] = str(free_port())
        with subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")],
            env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as worker:  # fmt: skip
            _wait_until((var / "ready").exists)
            yield env
            worker.send_signal(signal.SIGINT)
            out, _ = worker.communicate(timeout=60)
        assert not _telling(out), "the worker's own output"


def _wait_until(there: Callable[[], object], seconds: float = 90) -> None:
    for _ in range(int(seconds / 0.2)):
        if there():
            return
        time.sleep(0.2)
    raise AssertionError(f"did not come about in {seconds} s")


def _thads(env: dict[str, str], *tokens: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *tokens],
        env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, (tokens, done.stdout, done.stderr)
    return done.stdout + done.stderr


def _telling(raw: bytes) -> list[str]:
    """Name what was planted and stands in these bytes, in either form of Unicode."""
    forms = [form for text in PLANTED for form in (text, folded(text))]
    return [
        form
        for form in forms
        if form.encode() in raw or form.encode("utf-16-le") in raw or _spelled(form) in raw
    ]


def _spelled(text: str) -> bytes:
    return json.dumps(text).strip('"').encode()


def _files_telling(folder: Path) -> list[str]:
    found: list[str] = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                raw += b"".join(book.read(name) for name in book.namelist())
        found += [f"{path.relative_to(folder)}: {told}" for told in _telling(raw)]
    return found


def _rows_telling(env: dict[str, str]) -> list[str]:
    """Look at every row of every table as text, for pages in a file may be compressed."""
    state = find_running(Path(env["THADS_VAR"]))
    assert state is not None
    assert state.database_url is not None
    found: list[str] = []
    with psycopg.connect(state.database_url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables "
            "where schemaname in ('record', 'projection')"
        ).fetchall()
        assert len(tables) > 20
        for schema, table in tables:
            rows = connection.execute(f'select t::text from {schema}."{table}" t').fetchall()
            whole = "\n".join(str(row[0]) for row in rows)
            found += [f"{schema}.{table}: {told}" for told in _telling(whole.encode())]
    return found


def _delivered(env: dict[str, str]) -> bool:
    """Have what waits delivered, whatever the hour and the day."""
    state = find_running(Path(env["THADS_VAR"]))
    assert state is not None

    async def deliver() -> None:
        client = await connect(state.temporal_address)
        await deliver_now(client, GatherRequest(regardless=True))
        await leave(client)

    asyncio.run(deliver())
    time.sleep(1)
    return True


def _letter(folder: Path, received: datetime) -> Path:
    path = folder / "letter.json"
    sender = {"name": NAME, "address": ADDRESS, "id_number": NUMBER, "signed": True}
    contents = [
        {"type": "denunciation", "title": "Tố cáo hành vi nhũng nhiễu", "text": SAID,
         "against": "officer"},
        {"type": "petition", "title": "Đề nghị niêm yết lịch tiếp", "text": SAID},
    ]  # fmt: skip
    plain = {
        "office": "nghe-an", "received_on": received.date().isoformat(), "channel": "post",
        "sent_to": "agency", "sender": sender, "contents": contents,
    }  # fmt: skip
    path.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
    return path


def test_who_denounces_is_found_nowhere(env: dict[str, str], tmp_path: Path) -> None:
    now = datetime.now(ZONE)  # noqa: TID251 - the engine runs in the present
    var, letter = Path(env["THADS_VAR"]), _letter(tmp_path, now - timedelta(days=21))
    _thads(env, "letter", "receive", str(letter))
    # The planting is good: whoever may, reads it.
    _thads(
        env, "letter", "grant", "cv.an", "--office", "nghe-an", "--reason", "kiểm thử",
        "--as", "tt.nghe-an",
    )  # fmt: skip
    number = f"nghe-an-{(now - timedelta(days=21)).year}-0001"
    shown = _thads(env, "letter", "identity", number, "--reason", "kiểm thử", "--as", "cv.an")
    assert NAME in shown
    assert NUMBER in shown
    _thads(env, "letter", "identity", number, "--reason", "tò mò", "--as", "cv.binh", code=4)
    dossier = f"denunciation/{number}-1"
    day = (now - timedelta(days=1)).date().isoformat()
    _thads(env, "case", "report", dossier, "officer_assigned", "--on", day,
           "--set", "officer=cv.an")  # fmt: skip
    _thads(env, "case", "report", dossier, "denunciation_accepted", "--on", day,
           "--set", f"number={NAME}", code=2)  # fmt: skip
    _thads(env, "letter", "decide", number, "accept", "--part", "1", "--on", day)
    # Accepted late and never announced to the sender: alerts go out.
    _thads(env, "alerts")
    _wait_until(lambda: _delivered(env) and any((var / "outbox").glob("*.eml")))
    books = {name: tmp_path / f"{name}.xlsx" for name in ("stuck", "agenda", "indicators")}
    told = [
        _thads(env, "stuck", "--xlsx", str(books["stuck"])),
        _thads(env, "stuck", "--json"),
        _thads(env, "agenda", "--person", "tt.nghe-an", "--all", "--xlsx", str(books["agenda"])),
        _thads(env, "indicators", "--xlsx", str(books["indicators"])),
        _thads(env, "breaches", "list", "--json"),
        _thads(env, "alerts", "--json"),
        _thads(env, "digest", "show", "--office", "nghe-an"),
        _thads(env, "case", "show", dossier),
        _thads(env, "case", "show", dossier, "--json"),
        _thads(env, "case", "show", f"petition/{number}-2", "--json"),
        _thads(env, "letter", "list"),
        _thads(env, "letter", "list", "--json"),
        _thads(env, "letter", "show", number),
        _thads(env, "letter", "show", number, "--json"),
        _thads(env, "search", folded(NAME).split()[0]),
        _thads(env, "check"),
    ]
    assert dossier in "".join(told)
    assert not _telling("".join(told).encode())
    assert _telling(letter.read_bytes()), "the search finds what is there"
    letter.unlink()
    assert not _files_telling(tmp_path)
    assert not _rows_telling(env)
    assert not _files_telling(var)
