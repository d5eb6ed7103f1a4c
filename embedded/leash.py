"""Become the given program, tied to the life of the process that asked for it.

Run as a script: ``leash.py PARENT SIGNAL UID GID PROGRAM ARGUMENT...`` (UID and GID may be ``-``).
A script and not a hook between fork and exec, because the caller has threads. The process number
stays the same. On Linux the kernel sends SIGNAL when the caller ends, however it ends; elsewhere
the next supervisor finds and stops what was left.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
_NOT_STARTED = 127


def become(parent: int, death: int, account: tuple[int, int] | None, command: list[str]) -> None:
    """Replace this process by the command; return only when that is not possible."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM):
        # The interpreter ignores the first two, and a background shell the third: the program
        # would inherit it.
        signal.signal(number, signal.SIG_DFL)
    if account is not None:
        uid, gid = account
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After the change of account, which would clear it.
        ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, death, 0, 0, 0)
    if os.getppid() != parent:
        sys.stderr.write("the supervisor ended before its server began\n")
        return
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be run: {error}\n")


if __name__ == "__main__":
    _parent, _death, _uid, _gid, *_command = sys.argv[1:]
    become(
        int(_parent),
        int(_death),
        None if _uid == "-" else (int(_uid), int(_gid)),
        _command,
    )
    sys.exit(_NOT_STARTED)
