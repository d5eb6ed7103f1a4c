"""Write messages as .eml files: where mail goes while no mail server is configured."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from channels.letter import Letter, as_mail

_NO_NAME = re.compile(r"[^\w.+-]")


class Outbox:
    """A folder of .eml files, one for each message."""

    name = "outbox"

    def __init__(self, folder: Path, sender: str) -> None:
        """Name the folder; it is made when the first message is written."""
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter, now: datetime) -> str:
        """Write the letter whole; the same token is the same file. Give the file's name."""
        mail = bytes(as_mail(letter, self._sender, now))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        box = _NO_NAME.sub("_", letter.to.partition("@")[0])
        path = self._folder / f"{now:%Y%m%d}-{box}-{letter.token[:12]}.eml"
        _keep(path, mail)
        return path.name


def _keep(path: Path, mail: bytes) -> None:
    """Write a letter whole; it names people, and is for the engine's own account alone."""
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(mail)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
