"""A real worker shows what it does: one scrape, two probes, one trace a report, and no names."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from temporalio.client import Client

from activities.delivery import GatherRequest
from activities.ports import TASK_QUEUE
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from tests.conftest import free_port
from tests.observability import metrics_asked_for, metrics_in
from tests.workflows.conftest import eventually
from workflows.client import connect, deliver_now
from workflows.messages import workflow_id
from workflows.registration import ensure_search_attributes

ROOT = Path(__file__).parents[2]
PLANTED = ("Trồng Thử Tên", "Gieo Thử Họ", "số 7 ngõ Thử", "079123456789", "lời riêng thử")
CASE = {
    "id": "NA-2026-777001",
    "office": "nghe-an/kv1",
    "officer": "cv.an",
    "origin": "on_request",
    "obligations": [{"kind": "money", "amount_vnd": 85_000_000}],
    "parties": {"creditor": [{"name": PLANTED[0]}], "debtor": [{"name": PLANTED[1]}]},
    "facts": [
        {"event": "judgment_received", "on": "2026-10-29"},
        {"event": "request_received", "on": "2026-10-30", "evidence": PLANTED[2]},
        {"event": "enforcement_decision_issued", "on": "2026-11-05", "number": "12/QĐ-THADS"},
        {"event": "officer_assigned", "on": "2026-11-05", "officer": "cv.an"},
    ],
}


class Collector(ThreadingHTTPServer):
    """What traces are sent to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[bytes] = []
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def spans(self) -> list[Span]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in list(self.taken)]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def trace_of(self, name: str) -> list[Span]:
        roots = [span for span in self.spans if span.name == name and not span.parent_span_id]
        return [s for s in self.spans if roots and s.trace_id == roots[-1].trace_id]


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        self.server.taken.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@dataclass
class Scene:
    """A worker with its servers, and whatever watches it."""

    env: dict[str, str]
    folder: Path
    client: Client
    collector: Collector
    worker: Process
    http: httpx2.AsyncClient = field(default_factory=lambda: httpx2.AsyncClient(trust_env=False))

    async def get(self, path: str, port: str = "THADS_METRICS_PORT") -> httpx2.Response:
        return await self.http.get(f"http://127.0.0.1:{self.env[port]}{path}", timeout=20)

    async def scrape(self) -> str:
        await asyncio.sleep(0.6)  # what was counted is kept for half a second
        return (await self.get("/metrics")).text

    async def thads(self, *tokens: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "starter.py"), *tokens,
            env=self.env, cwd=ROOT, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        told, failed = await process.communicate()
        return process.returncode or 0, (told + failed).decode()


async def run_worker(env: dict[str, str], folder: Path) -> Process:
    with (folder / "worker.log").open("ab") as out:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "worker.py"), env=env, cwd=ROOT, stderr=out
        )


def environment(folder: Path, **more: str) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    return env | {
        "THADS_VAR": str(folder / "var"),
        "THADS_LOG_FORMAT": "json",
        "THADS_CONSOLE_PORT": str(free_port()),
        "THADS_METRICS_PORT": str(free_port()),
        "THADS_METRICS_SECONDS": "0.5",
        "THADS_ACTOR": "cv.an",
        **more,
    }


@pytest.fixture(name="scene", scope="module")
async def _scene() -> AsyncIterator[Scene]:
    """Run a worker that replays at every task, with its traces collected; a case is reported."""
    collector = Collector()
    ports = Ports(
        postgres=free_port(), temporal=free_port(), ui=free_port(), http=free_port(),
        metrics=free_port(),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="thads-observed-") as name:
        folder = Path(name)
        async with Supervisor(folder / "var", ports=ports) as supervisor:
            state = supervisor.state
            env = environment(
                folder,
                THADS_DATABASE_URL=state.database_url or "",
                TEMPORAL_ADDRESS=state.temporal_address or "",
                THADS_MAX_CACHED_WORKFLOWS="0",
                OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.server_port}",
                OTEL_BSP_SCHEDULE_DELAY="200",
            )
            client = await connect(state.temporal_address)
            await ensure_search_attributes(client)
            worker = await run_worker(env, folder)
            scene = Scene(env, folder, client, collector, worker)
            await eventually(lambda: _is_ready(scene), 60)
            await _live_through(scene)
            yield scene
            worker.send_signal(signal.SIGTERM)
            assert await worker.wait() == 0
        await scene.http.aclose()
    collector.shutdown()
    collector.server_close()


async def _is_ready(scene: Scene) -> bool:
    try:
        return (await scene.get("/readyz")).status_code == 200
    except httpx2.ConnectError:
        return False


async def _live_through(scene: Scene) -> None:
    """Open a case, report what is right and what is refused, break a dossier, send alerts."""
    file = scene.folder / "case.json"
    file.write_text(json.dumps(CASE, ensure_ascii=False), "utf-8")
    case = str(CASE["id"])
    assert await scene.thads("case", "open", str(file)) == (0, f"Đã mở hồ sơ {case}.\n")
    code, said = await scene.thads(
        "case", "report", case, "decision_validly_notified", "--on", "2026-11-14",
        "--set", "channel=direct", f"evidence={PLANTED[3]}",
    )  # fmt: skip
    assert code == 0, said
    code, said = await scene.thads("case", "correct", case, "99", "--reason", PLANTED[4])
    assert code == 2, said
    await scene.client.start_workflow(
        "EnforcementCase", {"broken": PLANTED[4]}, id=workflow_id("X-1"), task_queue=TASK_QUEUE
    )
    await deliver_now(scene.client, GatherRequest(regardless=True))


async def test_one_scrape_gives_every_metric_that_alerts_and_panels_ask_for(scene: Scene) -> None:
    async def complete() -> bool:
        return not metrics_asked_for() - metrics_in(await scene.scrape())

    try:
        await eventually(complete, 2)
    except AssertionError:
        pytest.fail(f"never exported: {metrics_asked_for() - metrics_in(await scene.scrape())}")


async def test_a_scrape_tells_what_stands(scene: Scene) -> None:
    def value(page: str, sample: str) -> float:
        (found,) = re.findall(rf"^{re.escape(sample)} (\S+)$", page, re.MULTILINE)
        return float(found)

    async def failing() -> bool:
        return value(await scene.scrape(), "thads_cases_failing") == 1

    # The server reports a task that fails after its fifth time, nearly a minute later.
    await eventually(failing, 8)
    page = await scene.scrape()
    assert value(page, 'thads_dossiers_open{kind="enforcement_case"}') == 1
    assert value(page, "thads_limits_open") >= 1
    assert value(page, 'thads_assessment_seconds_count{outcome="done"}') >= 2
    assert value(page, 'thads_projections_total{outcome="written"}') >= 2
    assert value(page, "thads_register_up") == value(page, "thads_temporal_up") == 1
    assert value(page, "thads_worker_polling") == 1
    assert value(page, 'thads_run_silence_seconds{run="deliver-alerts"}') < 300
    assert value(page, "thads_figures_age_seconds") < 30
    assert len(re.findall(r"^thads_law_info\{", page, re.MULTILINE)) == 1


async def test_an_alert_that_goes_out_is_measured_from_when_it_was_due_and_known(
    scene: Scene,
) -> None:
    async def sent() -> list[str]:
        found = r'^thads_messages_total\{channel="outbox",outcome="sent"\} (\S+)$'
        return re.findall(found, await scene.scrape(), re.MULTILINE)

    assert await eventually(sent, 2) == ["1.0"]
    page = await scene.scrape()
    measured = re.findall(r"^thads_alert_latency_seconds_sum\{\S+\} (\S+)$", page, re.MULTILINE)
    assert 0 < sum(map(float, measured)) < 600, "the alert was known since the case was opened"
    assert "thads_alerts_oldest_seconds 0.0" in page


@pytest.mark.parametrize("port", ["THADS_METRICS_PORT", "THADS_CONSOLE_PORT"])
async def test_probes_answer_on_both_ports(scene: Scene, port: str) -> None:
    health, ready = await scene.get("/healthz", port), await scene.get("/readyz", port)
    assert (health.status_code, ready.status_code) == (200, 200)
    assert set(health.json()["parts"]) == {"loop", "polling"}
    assert set(ready.json()["parts"]) == {"temporal", "register", "migrations", "law", "serving"}


async def test_figures_are_not_served_where_links_lead(scene: Scene) -> None:
    assert (await scene.get("/metrics", "THADS_CONSOLE_PORT")).status_code == 404


async def test_one_report_is_one_trace_from_the_command_to_the_register(scene: Scene) -> None:
    wanted = [
        "thads case report", "StartWorkflowUpdate:report", "HandleUpdate:report",
        "StartActivity:assess", "RunActivity:assess", "register",
    ]  # fmt: skip

    def complete() -> bool:
        names = {span.name for span in scene.collector.trace_of("thads case report")}
        return set(wanted) <= names

    await eventually(complete, 20)
    trace = scene.collector.trace_of("thads case report")
    assert len({span.span_id for span in trace}) == len(trace)
    for name in wanted[:5]:
        assert [span.name for span in trace].count(name) == 1, f"{name} shows again at a replay"
    by_id = {span.span_id: span for span in trace}
    (activity,) = (span for span in trace if span.name == "RunActivity:assess")
    writing = [span for span in trace if span.parent_span_id == activity.span_id]
    assert [span.name for span in writing] == ["register"]
    (statements,) = (a for a in writing[0].attributes if a.key == "thads.statements")
    named = [value.string_value for value in statements.value.array_value.values]
    assert named == ["by_key", "take", "spread", "lock_alerts", "raise", "breach"]
    above = activity
    while above.parent_span_id:
        above = by_id[above.parent_span_id]
    assert above.name == "thads case report"


async def test_neither_figures_nor_traces_tell_who_or_what_was_said(scene: Scene) -> None:
    refused = [s for s in scene.collector.spans if s.name == "thads case correct"]
    assert refused, "the refusal was traced"
    page = (await scene.scrape()).encode()
    for planted in (*PLANTED, "NA-2026-777001"):
        assert planted.encode() not in page, planted
    for planted in PLANTED:
        assert all(planted.encode() not in body for body in scene.collector.taken), planted


async def test_no_label_grows_with_dossiers_people_or_offices(scene: Scene) -> None:
    page = await scene.scrape()
    ours = [line for line in page.splitlines() if line.startswith("thads_")]
    labels = {label for line in ours for label in re.findall(r'[{,](\w+)="', line)}
    assert labels - {"channel"} == {
        "book", "build", "calendar", "kind", "le", "outcome", "place", "practice", "reason",
        "run", "severity", "state",
    }  # fmt: skip


async def test_log_lines_of_a_trace_carry_its_id(scene: Scene) -> None:
    (root,) = (s for s in scene.collector.spans if s.name == "thads case report")
    lines = (scene.folder / "worker.log").read_text("utf-8").splitlines()
    read: list[dict[str, Any]] = [json.loads(line) for line in lines if line.startswith("{")]
    assessed = [e for e in read if e.get("trace_id") == root.trace_id.hex()]
    assert [e["event"] for e in assessed] == ["assessed"]


async def test_a_failing_task_is_logged_without_what_was_typed(scene: Scene) -> None:
    log = (scene.folder / "worker.log").read_text("utf-8")
    assert "Failing workflow task" in log, "by Temporal's own library"
    assert "Failed activation on workflow" in log, "and by its Python part, with a traceback"
    assert "input_value=(hidden), input_type=dict]" in log
    for planted in PLANTED:
        assert planted not in log


async def test_a_worker_without_its_servers_lives_and_is_not_ready(tmp_path: Path) -> None:
    env = environment(
        tmp_path,
        THADS_DATABASE_URL="postgresql://nobody:geheim@127.0.0.1:1/nothing",
        TEMPORAL_ADDRESS="127.0.0.1:1",
    )
    root = f"http://127.0.0.1:{env['THADS_METRICS_PORT']}"
    worker = await run_worker(env, tmp_path)
    async with httpx2.AsyncClient(base_url=root, trust_env=False) as http:

        async def health() -> httpx2.Response | None:
            try:
                return await http.get("/healthz")
            except httpx2.ConnectError:
                return None

        alive = await eventually(health, 30)
        ready = await http.get("/readyz")
        page = (await http.get("/metrics")).text
    worker.send_signal(signal.SIGTERM)
    assert await worker.wait() == 0
    assert alive.status_code == 200, "a worker is not ended because its servers are away"
    assert ready.status_code == 503
    parts = ready.json()["parts"]
    assert [name for name, part in parts.items() if not part["ok"]] == [
        "temporal", "register", "migrations", "serving",
    ]  # fmt: skip
    assert "geheim" not in ready.text
    assert "nobody" not in ready.text
    assert "thads_projections_total" in page


async def test_nothing_is_served_at_port_0(tmp_path: Path) -> None:
    env = environment(
        tmp_path,
        THADS_METRICS_PORT="0",
        THADS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
        TEMPORAL_ADDRESS="127.0.0.1:1",
    )
    worker = await run_worker(env, tmp_path)
    log = tmp_path / "worker.log"
    await eventually(lambda: "waiting" in log.read_text("utf-8"), 30)
    listening = Path(f"/proc/{worker.pid}/net/tcp").read_text("ascii")
    inodes = {str(fd.readlink()) for fd in Path(f"/proc/{worker.pid}/fd").iterdir()}
    held = [line for line in listening.splitlines()[1:] if f"socket:[{line.split()[9]}]" in inodes]
    worker.send_signal(signal.SIGTERM)
    assert await worker.wait() == 0
    assert [line for line in held if line.split()[3] == "0A"] == []
