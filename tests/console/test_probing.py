"""What watches a process asks it over HTTP, and reads which part is not well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from console.probing import Part, Told, build_watching
from console.serve import serve
from tests.conftest import free_port

WELL: Told = {"loop": Part(ok=True)}


class _Process:
    def __init__(self) -> None:
        self.parts: Told = WELL

    async def told(self) -> Told:
        return self.parts

    async def figures(self) -> bytes:
        return b"# TYPE thads_limits_open gauge\nthads_limits_open 3\n"


@pytest.fixture(name="process")
def _process() -> _Process:
    return _Process()


@pytest.fixture(name="client")
async def _client(process: _Process) -> AsyncIterator[httpx2.AsyncClient]:
    app = build_watching(process.told, process.told, process.figures)
    port, stop = free_port(), asyncio.Event()
    serving = asyncio.create_task(serve(app, "127.0.0.1", port, stop))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for _ in range(100):
            try:
                await client.get("/healthz")
            except httpx2.ConnectError:
                await asyncio.sleep(0.02)
            else:
                break
        yield client
    stop.set()
    await serving


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_process_that_is_well_says_so(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": {"loop": {"ok": True, "reason": ""}}}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_one_part_that_is_not_well_is_named_and_the_whole_is_unavailable(
    client: httpx2.AsyncClient, process: _Process, path: str
) -> None:
    process.parts = {"register": Part(ok=False, reason="does not answer"), "law": Part(ok=True)}
    answer = await client.get(path)
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["parts"]["register"] == {"ok": False, "reason": "does not answer"}
    assert answer.json()["parts"]["law"]["ok"] is True


async def test_figures_are_given_as_prometheus_reads_them(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "thads_limits_open 3" in answer.text


@pytest.mark.parametrize("path", ["/", "/a/x", "/metrics/x"])
async def test_nothing_else_is_served_there(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_nothing_is_written_by_asking(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/healthz")).status_code == 405
