"""Answer those who watch a process: is it alive, can it serve, what does it measure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_AWAY = 503
_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Part(BaseModel):
    """One part of an answer; a reason is a few words of ours, never an address or an error."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    reason: str = ""


Told = Mapping[str, Part]
Asked = Callable[[], Awaitable[Told]]


def probe_routes(health: Asked, readiness: Asked) -> list[Route]:
    """Make /healthz and /readyz: 200 where every part is well, else 503; the body names each."""
    return [
        Route("/healthz", _endpoint(health), methods=["GET"]),
        Route("/readyz", _endpoint(readiness), methods=["GET"]),
    ]


def build_watching(
    health: Asked, readiness: Asked, figures: Callable[[], Awaitable[bytes]]
) -> Starlette:
    """Make the app of the port for those who watch: the probes, and /metrics for Prometheus."""

    async def metrics(_request: Request) -> Response:
        return Response(await figures(), headers=_NO_STORE, media_type=_TEXT)

    return Starlette(
        routes=[*probe_routes(health, readiness), Route("/metrics", metrics, methods=["GET"])]
    )


def _endpoint(ask: Asked) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        parts = await ask()
        well = all(part.ok for part in parts.values())
        body = {
            "status": "ok" if well else "unavailable",
            "parts": {name: part.model_dump() for name, part in parts.items()},
        }
        return JSONResponse(body, 200 if well else _AWAY, headers=_NO_STORE)

    return answer
