"""Give the register a disk of its own that can be filled, and fill it.

As root that disk is a small tmpfs, filled by a ballast file. Without the right to mount, the
register's processes are forbidden to let any file grow (RLIMIT_FSIZE), which they meet as a
failing write of another name.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_SIZE = 512 << 20
_BLOCK = 4096


class Disk:
    """The folder in which the register's cluster lies."""

    def __init__(self, folder: Path) -> None:
        """Mount a small disk there, if this process may."""
        self.folder = folder
        folder.mkdir(mode=0o711, parents=True)
        self.way = "rlimit"
        mount = shutil.which("mount")
        if mount is not None and os.geteuid() == 0:
            command = (mount, "-t", "tmpfs", "-o", f"size={_SIZE},mode=0711", "thads", str(folder))
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                self.way = "tmpfs"

    def fill(self, pid: int) -> None:
        """Leave no room for the processes of the server `pid`."""
        if self.way == "tmpfs":
            with (self.folder / "ballast").open("wb") as ballast:
                left = _free(self.folder)
                while left >= _BLOCK:
                    # Others take and give back meanwhile; smaller bites find what is left.
                    try:
                        os.posix_fallocate(ballast.fileno(), ballast.seek(0, 2), left)
                        ballast.seek(0, 2)
                    except OSError:
                        left = left // 2 // _BLOCK * _BLOCK
                    else:
                        left = _free(self.folder)
        else:
            self._bound(pid, 0)

    def clear(self, pid: int | None) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink(missing_ok=True)
        if self.way == "rlimit" and pid is not None:
            self._bound(pid, resource.RLIM_INFINITY)

    def close(self) -> None:
        """Take the disk away; what lies on it goes."""
        umount = shutil.which("umount")
        if self.way == "tmpfs" and umount is not None:
            subprocess.run((umount, "-l", str(self.folder)), capture_output=True, check=False)

    def _bound(self, pid: int, most: int) -> None:
        for one in (pid, *children_of(pid)):
            try:
                _, hard = resource.prlimit(one, resource.RLIMIT_FSIZE)
                resource.prlimit(one, resource.RLIMIT_FSIZE, (min_limit(most, hard), hard))
            except ProcessLookupError:
                continue


def min_limit(wanted: int, hard: int) -> int:
    """Give the wanted bound, or the highest that is allowed."""
    return hard if wanted == resource.RLIM_INFINITY else wanted


def _free(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize // _BLOCK * _BLOCK


def children_of(pid: int) -> Iterator[int]:
    """Find the living children of a process."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            yield int(entry.name)
