"""Open and lock payloads for Temporal's own pages and commands, for who has the token.

The protocol is Temporal's: a POST of payloads as JSON to /codec/encode or /codec/decode, with the
namespace in a header. Whoever has the token reads every dossier: it is a secret like the seal's.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from law.errors import SpokenError
from store.errors import StoreError

Turn = Callable[[list[dict[str, Any]]], Awaitable[list[dict[str, Any]]]]
"""Opens, or locks, payloads as protobuf's JSON has them; raises `ValueError` for what is none."""

_MOST_BYTES = 8 * 1024 * 1024
_AWAY, _LOST, _TOO_LARGE, _UNREADABLE, _NOT_ALLOWED, _ELSEWHERE = 503, 422, 413, 400, 401, 403
_ASKED_WITH = "authorization, content-type, x-namespace"


class CodecAccess(NamedTuple):
    """Who may use the codec: by which token, from which page, for which namespace."""

    token: str
    origin: str | None
    namespace: str


class CodecServer:
    """The two ways of a codec, guarded."""

    def __init__(self, access: CodecAccess, encode: Turn, decode: Turn) -> None:
        """Take who may, and what is done."""
        self._access = access
        self._encode = encode
        self._decode = decode

    @property
    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route("/codec/encode", self.encode, methods=["POST", "OPTIONS"]),
            Route("/codec/decode", self.decode, methods=["POST", "OPTIONS"]),
        ]

    async def encode(self, request: Request) -> Response:
        """Lock what is posted; Temporal's pages send it on."""
        return await self._turn(request, self._encode)

    async def decode(self, request: Request) -> Response:
        """Open what is posted."""
        return await self._turn(request, self._decode)

    async def _turn(self, request: Request, turn: Turn) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=self._cors(request))
        if not self._is_allowed(request):
            return self._say(request, _NOT_ALLOWED, "the token is missing or is not the one set")
        if request.headers.get("x-namespace", "") != self._access.namespace:
            return self._say(request, _ELSEWHERE, "this codec serves another namespace")
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                return self._say(request, _TOO_LARGE, "these are too many payloads at once")
        try:
            turned = await turn(_payloads(body))
        except ValueError:
            return self._say(request, _UNREADABLE, "these are not payloads as JSON")
        except StoreError as error:
            return self._say(request, _AWAY, str(error))
        except SpokenError as error:
            return self._say(request, _LOST, str(error))
        return JSONResponse({"payloads": turned}, headers=self._cors(request))

    def _is_allowed(self, request: Request) -> bool:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(token.strip().encode(), self._access.token.encode())
        return kind.lower() == "bearer" and same

    def _say(self, request: Request, status: int, sentence: str) -> Response:
        return JSONResponse({"message": sentence}, status, headers=self._cors(request))

    def _cors(self, request: Request) -> dict[str, str]:
        origin = self._access.origin
        if origin is None or request.headers.get("origin") != origin:
            return {}
        return {
            "access-control-allow-origin": origin,
            "access-control-allow-headers": _ASKED_WITH,
            "access-control-allow-methods": "POST",
            "access-control-allow-credentials": "true",
            "vary": "origin",
        }


def _payloads(body: bytes) -> list[dict[str, Any]]:
    try:
        plain = json.loads(body)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError from error
    match plain:
        case {"payloads": [*payloads]} if all(isinstance(one, dict) for one in payloads):
            return payloads
    raise ValueError("payloads")
