"""A new master key takes over while cases run, and the engine goes on with the new key alone."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from law.calendar import ZONE
from tests.live.whole import Whole, whole_engine

pytestmark = pytest.mark.timeout(300)
CASES = [f"RT-{n}" for n in range(4)]


def _new() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(name="engine")
def _engine(tmp_path: Path) -> Iterator[Whole]:
    """Keep the keys in a file, as an office does, so that a rotation changes that file alone."""
    path = tmp_path / "keys"
    path.write_text(_new())
    with whole_engine(THADS_ACTOR="cv.an", THADS_SEAL_KEY_FILE=str(path)) as engine:
        yield engine


def _open(engine: Whole, folder: Path, case: str) -> None:
    path = folder / f"{case}.json"
    plain = {
        "id": case, "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
        "facts": [{"event": "request_received", "on": "2026-07-06"},
                  {"event": "enforcement_decision_issued", "on": "2026-07-10"}],
    }  # fmt: skip
    path.write_text(json.dumps(plain), "utf-8")
    engine.thads("case", "open", str(path))


def _facts(engine: Whole, case: str) -> int:
    return len(json.loads(engine.thads("case", "show", case, "--json"))["facts"])


def test_a_key_is_changed_during_reports_and_the_new_one_alone_goes_on(
    engine: Whole, tmp_path: Path
) -> None:
    day = datetime.now(ZONE).date()  # noqa: TID251 - the engine runs in the present
    for case in CASES:
        _open(engine, tmp_path, case)
    path = Path(engine.env["THADS_SEAL_KEY_FILE"])
    old, new = path.read_text(), _new()
    path.write_text(f"{new}\n{old}")
    engine.stop()
    engine.start()
    taken: list[str] = []
    over = threading.Event()

    def report() -> None:
        for turn in range(40):
            case = CASES[turn % len(CASES)]
            on = (day - timedelta(days=turn + 1)).isoformat()
            engine.thads("case", "report", case, "means_verified", "--on", on,
                         "--set", "outcome=with_means")  # fmt: skip
            taken.append(case)
            if over.is_set() and turn >= 5:
                return

    reporting = threading.Thread(target=report)
    reporting.start()
    told = json.loads(engine.thads("ops", "keys", "rotate", "--batch", "1", "--json"))
    over.set()
    reporting.join()
    assert told["rotated"] >= len(CASES) + 1
    assert len(taken) >= 5
    # Nothing was left behind, nor made anew under the old key meanwhile.
    again = json.loads(engine.thads("ops", "keys", "rotate", "--json"))
    assert again["rotated"] == 0
    assert len(again["removable"]) == 1
    path.write_text(new)
    engine.stop()
    engine.start()
    for case in CASES:
        engine.thads("case", "report", case, "means_verified", "--on", day.isoformat(),
                     "--set", "outcome=without_means")  # fmt: skip
        assert _facts(engine, case) == 2 + taken.count(case) + 1
    # The old key opens nothing any more.
    path.write_text(old)
    assert "ops keys" not in engine.thads("case", "show", CASES[0], code=2)
