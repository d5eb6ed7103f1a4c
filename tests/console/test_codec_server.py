"""Payloads are opened for who has the token, for one page and one namespace alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from console.codec import CodecAccess, CodecServer
from law.errors import SpokenError
from store.errors import RegisterAwayError

TOKEN, PAGES = "t" * 32, "http://127.0.0.1:8233"
RIGHT = {"authorization": f"Bearer {TOKEN}", "x-namespace": "default"}
BODY = {"payloads": [{"data": "YQ=="}]}


async def locked(payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"data": f"locked {one['data']}"} for one in payloads]


async def opened(payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    match payloads[0].get("data"):
        case "away":
            raise RegisterAwayError("the register is away", "Kho dữ liệu ngừng")
        case "lost":
            raise SpokenError("the key was destroyed", "Khóa đã bị hủy")
        case 5:
            raise ValueError("payloads")
    return [{"data": f"opened {one['data']}"} for one in payloads]


@pytest.fixture(name="codec")
async def _codec() -> AsyncIterator[httpx2.AsyncClient]:
    server = CodecServer(CodecAccess(TOKEN, PAGES, "default"), locked, opened)
    transport = httpx2.ASGITransport(app=Starlette(routes=server.routes))
    async with httpx2.AsyncClient(transport=transport, base_url="http://codec") as client:
        yield client


async def test_what_is_posted_is_opened_or_locked(codec: httpx2.AsyncClient) -> None:
    told = await codec.post("/codec/decode", json=BODY, headers=RIGHT)
    assert (told.status_code, told.json()) == (200, {"payloads": [{"data": "opened YQ=="}]})
    told = await codec.post("/codec/encode", json=BODY, headers=RIGHT)
    assert told.json() == {"payloads": [{"data": "locked YQ=="}]}


@pytest.mark.parametrize(
    "given", ["", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer khác"]
)
async def test_without_the_token_nothing_is_opened(codec: httpx2.AsyncClient, given: str) -> None:
    headers = [(b"authorization", given.encode()), (b"x-namespace", b"default")]
    told = await codec.post("/codec/decode", json=BODY, headers=headers)
    assert told.status_code == 401
    assert "payloads" not in told.json()


async def test_another_namespace_is_refused(codec: httpx2.AsyncClient) -> None:
    for headers in (RIGHT | {"x-namespace": "other"}, {"authorization": RIGHT["authorization"]}):
        assert (await codec.post("/codec/decode", json=BODY, headers=headers)).status_code == 403


async def test_only_the_named_pages_may_ask_from_a_browser(codec: httpx2.AsyncClient) -> None:
    asked = await codec.options("/codec/decode", headers={"origin": PAGES})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == PAGES
    assert "x-namespace" in asked.headers["access-control-allow-headers"]
    for origin in ("http://127.0.0.1:8233.evil.example", "null", "http://127.0.0.1"):
        asked = await codec.options("/codec/decode", headers={"origin": origin})
        assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"payloads": 5}', b'{"payloads": [5]}', b"\xff", b'{"a": []}']
)
async def test_what_is_no_payload_is_refused(codec: httpx2.AsyncClient, body: bytes) -> None:
    told = await codec.post("/codec/decode", content=body, headers=RIGHT)
    assert told.status_code == 400


async def test_what_cannot_be_opened_says_why(codec: httpx2.AsyncClient) -> None:
    for data, status in (("away", 503), ("lost", 422), (5, 400)):
        told = await codec.post("/codec/decode", json={"payloads": [{"data": data}]}, headers=RIGHT)
        assert told.status_code == status
        assert told.json()["message"]


async def test_too_much_at_once_is_refused(codec: httpx2.AsyncClient) -> None:
    told = await codec.post("/codec/decode", content=b"x" * (8 * 1024 * 1024 + 1), headers=RIGHT)
    assert told.status_code == 413


async def test_it_cannot_be_asked_by_a_link(codec: httpx2.AsyncClient) -> None:
    assert (await codec.get("/codec/decode", headers=RIGHT)).status_code == 405
