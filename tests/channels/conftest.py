"""Servers on loopback that receive what is sent: mail, chat services, webhooks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Box:
    """Take mail, or answer as told; count who connected.

    With `hangs_up` so many mails are taken and the line is dropped before the answer.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.recipients: dict[str, str] = {}
        self.content = "250 taken"
        self.peers: set[Any] = set()
        self.hangs_up = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.peers.add(session.peer)
        answer = self.recipients.get(address, "250 ok")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.content.startswith("2"):
            self.taken.append(envelope.content)
        if self.hangs_up:
            self.hangs_up -= 1
            server.transport.abort()
        return self.content


@contextmanager
def serving_mail(box: Box, port: int) -> Iterator[None]:
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A web server that keeps what it is sent and answers as told."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    taken: list[Request] = field(default_factory=list)
    leave: threading.Event = field(default_factory=threading.Event)


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.taken.append(Request(self.path, headers, body))
            kept.leave.wait(kept.seconds)
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kept
    kept.leave.set()
    server.shutdown()
    thread.join()
    server.server_close()
