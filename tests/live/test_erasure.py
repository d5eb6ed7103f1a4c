"""A closed dossier is erased by command, one party first: its people are found nowhere after."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.state import find_running
from tests.conftest import free_port

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).parents[2]
DEBTOR, CREDITOR, ADDRESS, SAID = (
    "Trương Thị Kín Đáo", "Lê Văn Lặng Lẽ", "Số 97, ngõ Giấu Tên", "bà Đáo tự nộp tại trụ sở"
)  # fmt: skip
CASE = {
    "id": "NA-2026-XOA", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
    "obligations": [{"kind": "money", "amount_vnd": 1_000_000}], "note": SAID,
    "parties": {
        "creditor": [{"name": CREDITOR}], "debtor": [{"name": DEBTOR, "address": ADDRESS}],
    },
    "facts": [
        {"event": "request_received", "on": "2026-07-06"},
        {"event": "enforcement_decision_issued", "on": "2026-07-08", "number": "12/QĐ"},
        {"event": "officer_assigned", "on": "2026-07-08"},
        {"event": "decision_sent_to_procuracy", "on": "2026-07-09"},
        {"event": "decision_validly_notified", "on": "2026-07-09", "channel": "direct",
         "evidence": SAID},
        {"event": "case_file_opened", "on": "2026-07-08"},
        {"event": "means_verified", "on": "2026-07-22", "outcome": "with_means"},
        {"event": "money_collected", "on": "2026-07-23", "amount_vnd": 1_000_000},
        {"event": "proceeds_paid", "on": "2026-07-24"},
        {"event": "obligation_performed", "on": "2026-07-24"},
    ],
}  # fmt: skip
ORDER = ("ops", "erase", "NA-2026-XOA", "--reason", "hết thời hạn lưu trữ", "--by", "tt.nghe-an")


@pytest.fixture(name="env")
def _env() -> Iterator[dict[str, str]]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    with tempfile.TemporaryDirectory(prefix="thads-erasure-") as folder:
        var = Path(folder).resolve() / "var"
        env |= {"THADS_VAR": str(var), "THADS_ACTOR": "cv.an", "THADS_LOG_LEVEL": "debug"}
        for name in ("POSTGRES", "TEMPORAL", "UI", "CONSOLE"):
            env[f"THADS_{name}_PORT"] = str(free_port())
        with subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")],
            env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as worker:  # fmt: skip
            _wait_until((var / "ready").exists)
            yield env
            worker.send_signal(signal.SIGINT)
            worker.wait(timeout=60)


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


def _forms(text: str) -> tuple[bytes, bytes]:
    return text.encode(), json.dumps(text)[1:-1].encode()


def _files_telling(folder: Path, planted: tuple[str, ...]) -> set[str]:
    raw = {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "postgres" not in path.relative_to(folder).parts
    }
    return {t for t in planted for text in raw.values() if any(f in text for f in _forms(t))}


def _rows_telling(env: dict[str, str], planted: tuple[str, ...]) -> set[str]:
    state = find_running(Path(env["THADS_VAR"]))
    assert state is not None
    assert state.database_url is not None
    found: set[str] = set()
    with psycopg.connect(state.database_url) as connection:
        for schema, table in connection.execute(
            "select schemaname, tablename from pg_tables"
            " where schemaname in ('record', 'projection')"
        ).fetchall():
            rows = connection.execute(f'select t::text from {schema}."{table}" t').fetchall()
            whole = "\n".join(str(row[0]) for row in rows)
            found |= {text for text in planted if text in whole}
    return found


def test_a_party_and_then_all_people_of_a_closed_case_are_erased(
    env: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE, ensure_ascii=False), "utf-8")
    _thads(env, "case", "open", str(file))
    _wait_until(lambda: "NA-2026-XOA" in _thads(env, "search", "kin dao", "--json"))
    assert _files_telling(Path(env["THADS_VAR"]), (DEBTOR, CREDITOR, ADDRESS)) == set()
    assert _rows_telling(env, (DEBTOR, CREDITOR, ADDRESS)) == set()
    shown = json.loads(_thads(env, "case", "show", "NA-2026-XOA", "--json"))
    assert shown["parties"] == CASE["parties"]

    assert "chỉ xóa được hồ sơ đã kết thúc" in _thads(env, *ORDER, "--write", code=2)
    _thads(env, "case", "report", "NA-2026-XOA", "closed", "--on", "2026-07-27")

    assert "allowed is one of: 1, 2" in _thads(env, *ORDER, "--party", "7", "--lang", "en", code=2)
    assert "--by is 'x'" in _thads(env, *ORDER[:-1], "x", "--lang", "en", code=2)
    would = _thads(env, *ORDER)
    assert DEBTOR in would
    assert "Chưa xóa gì" in would
    assert DEBTOR in _thads(env, "case", "show", "NA-2026-XOA")

    _thads(env, *ORDER, "--party", "2", "--write")
    shown_after = _thads(env, "case", "show", "NA-2026-XOA")
    assert "Người phải thi hành án: (đã xóa)" in shown_after
    assert CREDITOR in shown_after
    assert "Không tìm thấy" in _thads(env, "search", "kin dao")

    _thads(env, *ORDER, "--write")
    _thads(env, *ORDER, "--write")
    assert _rows_telling(env, (DEBTOR, CREDITOR, ADDRESS, SAID)) == set()
    assert "(đã xóa); (đã xóa)" in _thads(env, "search", "NA-2026-XOA")
    for refused in (
        ("case", "report", "NA-2026-XOA", "closed", "--on", "2026-07-21"),
        ("case", "show", "NA-2026-XOA"),
        ("case", "open", str(file)),
    ):
        assert "đã bị xóa" in _thads(env, *refused, code=2)
