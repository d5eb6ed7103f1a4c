"""Write messages as .eml files: where mail goes while no mail server is configured."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from channels.compose import Letter, as_mail


class Outbox:
    """A folder of .eml files, one for each message."""

    name = "outbox"

    def __init__(self, folder: Path, sender: str) -> None:
        """Name the folder; it is made when the first message is written."""
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter, now: datetime) -> str:
        """Write the letter whole; the same token is the same file. Give the file's name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{now:%Y%m%d}-{letter.to.partition('@')[0]}-{letter.token[:12]}.eml"
        draft = path.with_suffix(".part")
        with draft.open("wb") as file:
            file.write(bytes(as_mail(letter, self._sender, now)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return path.name
