"""Choose the account that PostgreSQL runs under, because its programs refuse root.

The wheel's own way is kept: a system account without privileges owns the cluster and runs the
server. Less is changed than the wheel changes: an account that exists is preferred, and folders
above the cluster are only made passable, never readable.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT_NAMES = ("embedded_postgres", "postgres")
_log = structlog.get_logger("embedded")


@dataclass(frozen=True, slots=True)
class Account:
    """A system account."""

    name: str
    uid: int
    gid: int


def choose_account(cluster: Path) -> Account | None:
    """Choose the account for a cluster: nothing unless we are root; its owner once it exists."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        try:
            return _to_account(pwd.getpwuid(owner))
        except KeyError:
            what = f"{cluster} belongs to user {owner}, and this machine has no such account"
            remedy = f"give it to one that exists: chown -R {ACCOUNT_NAMES[0]} {cluster}"
            raise EmbeddedError(what, remedy) from None
    for name in ACCOUNT_NAMES:
        try:
            return _to_account(pwd.getpwnam(name))
        except KeyError:
            continue
    return _create_account(ACCOUNT_NAMES[0])


def _to_account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create_account(name: str) -> Account:
    remedy = f"add a system account named {name}, or run as an ordinary user"
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        what = "PostgreSQL refuses to run as root, and there is no useradd to make an account"
        raise EmbeddedError(what, remedy)
    command = (useradd, "--system", "--no-create-home", "--shell", "/bin/false", name)
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or error
        what = f"PostgreSQL refuses to run as root, and the account {name} was not made: {said}"
        raise EmbeddedError(what, remedy) from error
    _log.warning("account_created", account=name, reason="PostgreSQL refuses to run as root")
    return _to_account(pwd.getpwnam(name))


def open_passage(target: Path, account: Account) -> None:
    """Let an account pass through the folders above a path, without letting it list them."""
    for folder in target.parents:
        mode = folder.stat().st_mode
        if folder.stat().st_uid == account.uid or mode & stat.S_IXOTH:
            continue
        try:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
        except OSError as error:
            what = f"the account {account.name} cannot pass through {folder}: {error.strerror}"
            raise EmbeddedError(what, f"allow it: chmod o+x {folder}") from error
        _log.warning("folder_made_passable", folder=str(folder), account=account.name)
