"""A worker begins with no faulty book, and takes a good one while it runs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.live import reach_register
from codec import open_codec
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from law import calendar, corpus
from law.calendar import ZONE
from settings import Settings
from tests.conftest import free_port
from tests.workflows.conftest import make_dossier, new_fact
from workflows.client import connect, report, start_case

ROOT = Path(__file__).parents[2]
RULE = Path("law-106-2025") / "voluntary" / "2026-07-01.toml"
TERM, FAULTY = "length = 10", 'length = "ten"'


@pytest.fixture(name="env")
def _env(tmp_path: Path) -> dict[str, str]:
    """Copy the law and name the copies; no server is named."""
    shutil.copytree(corpus.FOLDER, tmp_path / "statutes")
    shutil.copytree(calendar.FOLDER, tmp_path / "vn")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    return env | {
        "THADS_STATUTES": str(tmp_path / "statutes"),
        "THADS_CALENDARS": str(tmp_path / "vn"),
        "THADS_VAR": str(tmp_path / "var"),
        "THADS_LOG_FORMAT": "json",
        "THADS_LOOK_SECONDS": "0.2",
    }


def _write(path: Path, old: str, new: str) -> int:
    """Replace a text in a file; give its line."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def _run(program: str, env: dict[str, str], *tokens: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / program), *tokens],
        env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def _fault_in_a_statute(law: Path) -> tuple[str, int]:
    return str(RULE), _write(law / "statutes" / RULE, TERM, FAULTY)


def _fault_in_a_calendar(law: Path) -> tuple[str, int]:
    return "2026.toml", _write(law / "vn" / "2026.toml", "tet = 2026-02-17", "tet = 2026-02-30")


def _fault_in_the_transition(law: Path) -> tuple[str, int]:
    act = Path("law-106-2025") / "act.toml"
    return str(act), _write(law / "statutes" / act, "steps_done_stand", "steps_stand")


_NOWHERE = {
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
    "THADS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
}


@pytest.mark.parametrize(
    ("spoil", "servers"),
    [
        (_fault_in_a_statute, _NOWHERE),
        (_fault_in_a_calendar, {}),
        (_fault_in_the_transition, _NOWHERE),
    ],
)
def test_a_worker_does_not_start_on_a_faulty_file_and_names_its_line(
    env: dict[str, str],
    tmp_path: Path,
    spoil: Callable[[Path], tuple[str, int]],
    servers: dict[str, str],
) -> None:
    file, line = spoil(tmp_path)
    done = _run("worker.py", env | servers)
    assert done.returncode == 1
    logged, *said = done.stderr.splitlines()
    event = json.loads(logged)
    assert (event["event"], event["level"]) == ("not started", "critical")
    assert (event["file"], event["line"]) == (file, line)
    assert said[0].startswith(f"{file}, dòng {line}: ")
    assert said[1].startswith(f"{file}, line {line}: ")
    assert len(said) == 2, "two sentences and no trace"
    assert not (tmp_path / "var").exists(), "nothing was begun"


@pytest.fixture(name="worker")
async def _worker(env: dict[str, str]) -> AsyncIterator[Path]:
    """Run the servers and a real worker; give the file of its log."""
    with tempfile.TemporaryDirectory(prefix="thads-book-") as folder:
        ports = Ports(
            postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
            metrics=free_port(),
        )  # fmt: skip
        supervisor = Supervisor(Path(folder) / "var", ports=ports)
        state = await supervisor.start()
        env |= {
            "THADS_DATABASE_URL": state.database_url or "",
            "TEMPORAL_ADDRESS": state.temporal_address or "",
        }
        log = Path(folder) / "worker.log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(ROOT / "worker.py"), env=env, cwd=ROOT, stderr=out
            )
        yield log
        process.terminate()
        assert await process.wait() == 0
        await supervisor.stop()


async def _told(log: Path, event: str, many: int = 1) -> dict[str, Any]:
    """Wait until the log has an event so many times; give the last."""
    for _ in range(600):
        lines = [line for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
        events: list[dict[str, Any]] = [json.loads(line) for line in lines]
        found = [read for read in events if read["event"] == event]
        if len(found) >= many:
            assert len(found) == many
            return found[-1]
        await asyncio.sleep(0.05)
    raise AssertionError(f"{event!r} was not logged:\n{log.read_text('utf-8')[-3000:]}")


async def _due(env: dict[str, str], case: str) -> str | None:
    settings = Settings(
        database_url=env["THADS_DATABASE_URL"], TEMPORAL_ADDRESS=env["TEMPORAL_ADDRESS"]
    )
    async with reach_register(settings) as (_, reading):
        lines = await reading.limits(case, datetime.now(ZONE))  # noqa: TID251
    (row,) = [line for line in lines if line.rule == "voluntary_period"]
    return row.due


async def test_a_running_worker_keeps_its_book_when_given_a_bad_one_and_takes_a_good_one(
    worker: Path, env: dict[str, str], tmp_path: Path
) -> None:
    rule = tmp_path / "statutes" / RULE
    start = await _told(worker, "starting")
    await _told(worker, "serving")
    codec = open_codec(Settings(var=Path(env["THADS_VAR"])), env["THADS_DATABASE_URL"])
    client = await connect(env["TEMPORAL_ADDRESS"], codec=codec)
    dossier = make_dossier("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")
    await start_case(client, dossier)
    notified = new_fact("decision_validly_notified 2026-07-13 channel=direct")
    await report(client, dossier.id, [notified])
    assert await _due(env, dossier.id) == "2026-07-23"
    line = _write(rule, TERM, FAULTY)
    refused = await _told(worker, "law refused")
    assert (refused["level"], refused["file"], refused["line"]) == ("error", str(RULE), line)
    assert (refused["kept_book"], refused["kept_calendar"]) == (start["book"], start["calendar"])
    shown = await asyncio.to_thread(_run, "starter.py", env, "stuck")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("CẢNH BÁO: ")
    assert f"{RULE}, dòng {line}: " in shown.stdout.splitlines()[0]
    listed = await asyncio.to_thread(_run, "starter.py", env, "stuck", "--json", "--lang", "en")
    assert isinstance(json.loads(listed.stdout), list)
    assert listed.stderr.startswith("WARNING: ")
    await _told(worker, "law refused")
    _write(rule, FAULTY, "length = 11")
    taken = await _told(worker, "law taken")
    assert taken["old_book"] == start["book"] != taken["book"]
    assert (taken["rules_gone"], taken["calendar"]) == ([], start["calendar"])
    shown = await asyncio.to_thread(_run, "starter.py", env, "stuck")
    assert "CẢNH BÁO" not in shown.stdout
    for _ in range(100):
        if await _due(env, dossier.id) == "2026-07-24":
            break
        await asyncio.sleep(0.1)
    assert await _due(env, dossier.id) == "2026-07-24", "the case goes by the new book by itself"
    await codec.dispose()
