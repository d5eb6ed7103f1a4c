"""Make a secret's file once, and fetch secrets that are kept in a file or behind a command."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from law.errors import SpokenError

LINK_SECRET, SEAL_KEY = "link.secret", "seal.key"
"""Where under `var` the secrets are kept that are made at first use."""
_COMMAND_SECONDS = 10.0
_MOST_BYTES = 64 * 1024


class KeyFileError(SpokenError):
    """A secret's file or command gives nothing that can be used; it repeats no secret."""


class Given(NamedTuple):
    """A secret as it was given, and where, as a person would say it."""

    text: str
    where: str


def keep_new(path: Path, make: Callable[[], str]) -> None:
    """Write a new secret into a file that is not there yet, for its owner alone.

    Where another process was faster its secret stays. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Another process may have kept its own meanwhile; a link never takes a file's place.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def read_given(path: Path, variable: str) -> Given:
    """Read a secret from the file that a variable names; raise `KeyFileError`."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES)
    except OSError as error:
        raise KeyFileError(
            f"{variable} names {path}, which cannot be read ({error.strerror})",
            f"{variable} chỉ đến {path} nhưng không đọc được tệp này ({error.strerror})",
        ) from error
    return Given(raw.decode("ascii", "replace"), f"{path} ({variable})")


def run_given(command: str, variable: str) -> Given:
    """Run the command of a variable, without a shell, and give what it prints.

    It has ten seconds. Raises `KeyFileError`, which does not repeat what it printed.
    """
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the operator's own command, no shell
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _failed(
            variable, f"took longer than {_COMMAND_SECONDS:g} seconds",
            f"chạy quá {_COMMAND_SECONDS:g} giây",
        ) from error  # fmt: skip
    except (OSError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it does not read as a command"
        raise _failed(
            variable, f"cannot be run ({reason})", f"không chạy được ({reason})"
        ) from error
    if done.returncode != 0 or len(done.stdout) > _MOST_BYTES:
        raise _failed(
            variable, f"ended with {done.returncode}", f"kết thúc với mã {done.returncode}"
        )
    return Given(done.stdout.decode("ascii", "replace"), f"the output of {variable}")


def _failed(variable: str, en: str, vi: str) -> KeyFileError:
    return KeyFileError(
        f"the command of {variable} {en}; run it by hand as the same user and see what it says",
        f"Lệnh trong {variable} {vi}; hãy tự chạy lệnh với cùng người dùng để xem thông báo",
    )
