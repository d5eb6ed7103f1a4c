"""Be a mail server of moods, in a process of its own: python -m simulation.post PORT FOLDER.

A mail that was taken lies in the folder before its answer goes out, so that what was taken is
known through this process's own deaths. The mood is read anew for every mail.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope
from pydantic import BaseModel, ConfigDict, ValidationError

from simulation.points import MOOD, STRUCK

HOST = "127.0.0.1"
TAKEN = "*.eml"
Mood = Literal["calm", "slow", "slow after taking", "hanging up", "refusing", "refusing mail"]


class Temper(BaseModel):
    """How the server meets a mail: its mood, the seconds it takes, the words of a refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mood: Mood = "calm"
    seconds: float = 0.0
    words: str = "451 4.3.0 come back later"


class Post:
    """The hands of the server."""

    def __init__(self, folder: Path) -> None:
        """Take mails into a folder, after those that lie there."""
        self._folder = folder
        self._number = len(list(folder.glob(TAKEN)))

    async def handle_RCPT(  # noqa: N802 - as the server calls it
        self,
        _server: SMTP,
        _session: object,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take a recipient or refuse."""
        temper = read_temper(self._folder)
        if temper.mood == "refusing":
            note_struck(self._folder, temper.mood)
            return temper.words
        envelope.rcpt_tos.append(address)
        return "250 recipient taken"

    async def handle_DATA(  # noqa: N802 - as the server calls it
        self, server: SMTP, _session: object, envelope: Envelope
    ) -> str:
        """Take a mail, slowly, not at all, or without an answer."""
        temper = read_temper(self._folder)
        if temper.mood != "calm":
            note_struck(self._folder, temper.mood)
        if temper.mood == "refusing mail":
            return temper.words
        if temper.mood == "slow":
            await asyncio.sleep(temper.seconds)
        self._take(envelope.original_content or b"")
        if temper.mood == "slow after taking":
            await asyncio.sleep(temper.seconds)
        if temper.mood == "hanging up" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 taken"

    def _take(self, content: bytes) -> None:
        self._number += 1
        path = self._folder / f"{self._number:06}.eml"
        draft = path.with_suffix(".part")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def read_temper(folder: Path) -> Temper:
    """Read the mood; calm where none is given."""
    try:
        return Temper.model_validate(json.loads((folder / MOOD).read_text("utf-8")))
    except (FileNotFoundError, ValueError, ValidationError):
        return Temper()


def write_temper(folder: Path, temper: Temper) -> None:
    """Give the server another mood, from its next mail on."""
    draft = folder / f"{MOOD}.part"
    draft.write_text(temper.model_dump_json(), "utf-8")
    draft.replace(folder / MOOD)


def note_struck(folder: Path, mood: str) -> None:
    """Note that a mail met a mood."""
    with (folder / STRUCK).open("a", encoding="utf-8") as struck:
        struck.write(f"{mood}\n")


async def serve(port: int, folder: Path) -> None:
    """Serve until the process ends."""
    post = Post(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, loop=loop), HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
