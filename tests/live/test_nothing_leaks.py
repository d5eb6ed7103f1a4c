"""Names, addresses and numbers are found neither at Temporal nor in any log."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from temporalio.client import Client

from cases.secrecy import folded
from law.calendar import ZONE
from tests.live.whole import Whole, telling, whole_engine

pytestmark = pytest.mark.timeout(300)
DEBTOR, HOME = "Đặng Thị Phải Trả", "Số 114, ngõ Giấu Nhà, xã Mẫu"
CREDITOR, NUMBER = "Lò Văn Được Nhận", "040199001234"
SAID, BODY = "Giấy tờ do người hàng xóm Tô Kín Miệng giữ", "Khiếu nại của Vi Thị Không Lộ"
PLANTED = tuple(
    form for text in (DEBTOR, HOME, CREDITOR, NUMBER, SAID, BODY) for form in (text, folded(text))
)
TOKEN = "a token of the codec, thirty-two signs"


@pytest.fixture(name="engine", scope="module")
def _engine() -> Iterator[Whole]:
    with whole_engine(THADS_ACTOR="tt.nghe-an", THADS_CODEC_TOKEN=TOKEN) as engine:
        yield engine
        engine.stop()
        assert b"serving" in (engine.var / "log" / "worker.log").read_bytes()
        assert telling(engine.said, PLANTED) == []


def _write(folder: Path, name: str, **plain: object) -> str:
    path = folder / name
    path.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
    return str(path)


def _tell(engine: Whole, folder: Path) -> list[str]:
    """Open a case and a complaint about it, report to both, and have one report refused."""
    today = datetime.now(ZONE).date()  # noqa: TID251 - the engine runs in the present
    day = [(today - timedelta(days=n)).isoformat() for n in range(60)]
    case = _write(
        folder, "case.json", id="LK-1", office="nghe-an/kv1", officer="cv.an", origin="on_request",
        note=f"{SAID}, {NUMBER}",
        parties={"debtor": [{"name": DEBTOR, "address": HOME}], "creditor": [{"name": CREDITOR}]},
        facts=[{"event": "request_received", "on": day[50]},
               {"event": "enforcement_decision_issued", "on": day[48]}],
    )  # fmt: skip
    complaint = _write(
        folder, "complaint.json", kind="complaint", id="complaint/LK-2", office="nghe-an",
        about="LK-1", title=BODY, note=f"{BODY}, {HOME}",
        facts=[{"event": "complaint_received", "on": day[20], "object": "coercion"}],
    )  # fmt: skip
    engine.thads("case", "open", case)
    engine.thads("case", "open", complaint)
    engine.thads("case", "report", "LK-1", "decision_validly_notified", "--on", day[40],
                 "--set", "channel=direct", f"document={SAID}")  # fmt: skip
    engine.thads("case", "report", "LK-1", "means_verified", "--on", day[60 - 45],
                 "--set", "outcome=with_means", f"document={SAID} {NUMBER}")  # fmt: skip
    engine.thads("case", "correct", "LK-1", "4", "--on", day[39], "--reason", SAID)
    engine.thads("case", "report", "complaint/LK-2", "complaint_accepted", "--on", day[10])
    engine.thads("case", "show", "LK-1")
    return ["case/LK-1", "complaint/LK-2"]


async def _seen(address: str, workflows: list[str]) -> bytes:
    """Read histories and descriptions as anybody at Temporal does who has no keys."""
    client = await Client.connect(address)
    raw = b""
    for name in workflows:
        async for run in client.list_workflows(f"WorkflowId = '{name}'"):
            handle = client.get_workflow_handle(name, run_id=run.run_id)
            told = (await handle.fetch_history()).to_json()
            about = (await handle.describe()).raw_description
            raw += told.encode() + repr(run.search_attributes).encode() + about.SerializeToString()
            raw += b"\n".join(base64.b64decode(x) for x in re.findall(r'"data": "([^"]*)"', told))
    await asyncio.sleep(0.1)
    return raw


def test_what_was_planted_is_found_at_temporal_and_in_logs_nowhere(
    engine: Whole, tmp_path: Path
) -> None:
    workflows = _tell(engine, tmp_path)
    address = engine.state.temporal_address or ""
    raw = asyncio.run(_seen(address, workflows))
    assert len(raw) > 10_000
    assert b"LK-1" in raw
    assert telling(raw, PLANTED) == []
    found = {path.name: path.read_bytes() for path in engine.var.glob("temporal.db*")}
    assert len(found) >= 2, "the write-ahead log is looked at too"
    found |= {path.name: path.read_bytes() for path in (engine.var / "log").rglob("*.log")}
    assert "worker.log" in found
    assert {
        name: telling(raw, PLANTED) for name, raw in found.items() if telling(raw, PLANTED)
    } == {}
    # What is looked for can be found: the file that was read, and the dossier as it is shown.
    assert telling((tmp_path / "case.json").read_bytes(), (DEBTOR, HOME, SAID)) == [
        DEBTOR, HOME, SAID,
    ]  # fmt: skip


def test_whoever_has_the_token_reads_it_at_the_codec_and_nobody_else(
    engine: Whole, tmp_path: Path
) -> None:
    body = _write(
        tmp_path, "other.json", id="LK-9", office="nghe-an/kv1", origin="on_request", note=SAID,
        facts=[{"event": "request_received", "on": "2026-07-06"}],
    )  # fmt: skip
    engine.thads("case", "open", body)
    client = httpx2.Client(base_url=f"http://127.0.0.1:{engine.env['THADS_CONSOLE_PORT']}")
    plain = asyncio.run(_first_payload(engine.state.temporal_address or "", "case/LK-9"))
    headers = {"authorization": f"Bearer {TOKEN}", "x-namespace": "default"}
    with client:
        told = client.post("/codec/decode", json={"payloads": [plain]}, headers=headers)
        assert SAID in base64.b64decode(told.json()["payloads"][0]["data"]).decode()
        headers["authorization"] = "Bearer another"
        told = client.post("/codec/decode", json={"payloads": [plain]}, headers=headers)
        assert (told.status_code, telling(told.content, PLANTED)) == (401, [])


async def _first_payload(address: str, name: str) -> dict[str, object]:
    client = await Client.connect(address)
    history = json.loads((await client.get_workflow_handle(name).fetch_history()).to_json())
    first = history["events"][0]["workflowExecutionStartedEventAttributes"]
    payload: dict[str, object] = first["input"]["payloads"][0]
    await asyncio.sleep(0.1)
    return payload
