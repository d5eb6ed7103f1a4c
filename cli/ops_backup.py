"""Back the embedded engine up while it runs, and restore it: `thads ops backup, restore`."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from cli.backup_files import (
    ARCHIVE,
    LINKS,
    REGISTER,
    TEMPORAL,
    BackupError,
    Manifest,
    Part,
    check_parts,
    open_part,
    read_manifest,
    seal_part,
    write_manifest,
)
from cli.clock import read_now
from cli.live import NotRunningError
from cli.output import OK, print_json, print_lines
from cli.reading import Json, Language
from embedded.copies import one_moment, read_register, read_temporal, write_register
from embedded.errors import EmbeddedError
from embedded.ports import Ports
from embedded.state import find_running
from embedded.supervisor import Supervisor
from i18n.dates import spell_moment
from i18n.texts import Lang, say
from keyfile import SEAL_KEY
from observe import configure_logs
from settings import Settings, read_settings
from store.sealing import Seal, read_seal

Folder = Annotated[Path, Parameter(help="A folder for this backup alone.")]
_CHUNK = 1 << 20


def add_to(group: App) -> None:
    """Add `backup` and `restore`."""
    group.command(backup)
    group.command(restore)


async def backup(folder: Folder, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Copy the running embedded engine into a new folder, of one moment, sealed and hashed.

    The key that seals it, var/seal.key or what THADS_SEAL_KEY names, is not in it: keep that
    elsewhere. Own servers are backed up by their own means.
    """
    settings, now = read_settings(), read_now()
    _refuse_own(settings)
    state = find_running(settings.var)
    if state is None or state.database_url is None or state.find("postgres") is None:
        raise NotRunningError(
            f"no engine runs under {settings.var}/; a stopped one is copied as a whole: "
            f"cp -a {settings.var} elsewhere",
            f"Không có hệ thống nào đang chạy trong {settings.var}/; khi đã dừng, hãy sao chép cả "
            f"thư mục: cp -a {settings.var} sang nơi khác",
        )
    seal = read_seal(settings.sealing_key, settings.var)
    url = state.database_url
    _make_empty(folder)
    try:
        manifest = await asyncio.to_thread(_take, settings, seal, url, folder, now)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _print(manifest, folder, lang, "backup.taken", json=json)
    return OK


async def restore(folder: Folder, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Fill an empty THADS_VAR from a backup; the engine is started afterwards.

    The key that sealed it must be there first, as seal.key in that folder or in the settings.
    Everything is checked before anything is written; a restore that fails leaves nothing.
    """
    settings = read_settings()
    _refuse_own(settings)
    var = settings.var.resolve()
    there = [one.name for one in var.iterdir()] if var.exists() else []
    if others := sorted(set(there) - {SEAL_KEY}):
        raise BackupError(
            f"{settings.var}/ is not empty ({', '.join(others[:3])}); name another folder with "
            "THADS_VAR, or move what is there away",
            f"{settings.var}/ không trống ({', '.join(others[:3])}); hãy chỉ thư mục khác bằng "
            "THADS_VAR hoặc chuyển những gì đang có đi nơi khác",
        )
    # What the servers log while they are filled is no answer.
    configure_logs(level="error")
    manifest = read_manifest(folder)
    seal = _sealed_with(settings)
    await asyncio.to_thread(check_parts, folder, manifest, seal)
    try:
        await _fill(settings, seal, folder, manifest)
    except BaseException:
        _clear(var)
        raise
    _print(manifest, folder, lang, "backup.restored", json=json)
    return OK


def _take(settings: Settings, seal: Seal, url: str, folder: Path, now: datetime) -> Manifest:
    var = settings.var.resolve()
    parts: list[Part] = []
    with _spoken(), one_moment(var, url) as moment:
        parts.append(seal_part(seal, folder, TEMPORAL, now, read_temporal(moment, folder)))
        parts.append(seal_part(seal, folder, REGISTER, now, read_register(moment)))
    if (var / LINKS).exists():
        parts.append(seal_part(seal, folder, LINKS, now, _read(var / LINKS)))
    # Archived dossiers are sealed already, and written once.
    archive = settings.archive_folder
    for path in sorted(archive.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = f"{ARCHIVE}/{path.relative_to(archive)}"
            parts.append(seal_part(seal, folder, name, now, _read(path)))
    return write_manifest(folder, Manifest(taken_at=now, release=_release(), parts=tuple(parts)))


async def _fill(settings: Settings, seal: Seal, folder: Path, manifest: Manifest) -> None:
    var = settings.var.resolve()
    ports = Ports(
        postgres=settings.postgres_port, temporal=settings.temporal_port, ui=settings.ui_port
    )
    with _spoken():
        supervisor = Supervisor(settings.var, ports=ports)
        state = await supervisor.start(temporal=False)
        try:
            assert state.database_url is not None  # noqa: S101 - it was just started
            content = open_part(seal, folder, REGISTER, manifest)
            await asyncio.to_thread(write_register, content, state.database_url)
        finally:
            await supervisor.stop()
    for part in manifest.parts:
        if part.name == REGISTER:
            continue
        target = var / part.name
        if part.name.startswith(f"{ARCHIVE}/"):
            target = settings.archive_folder / part.name.removeprefix(f"{ARCHIVE}/")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(target, open_part(seal, folder, part.name, manifest))


def _sealed_with(settings: Settings) -> Seal:
    """Give the seal; no new key is made, which would open nothing."""
    if settings.sealing_key is None and not (settings.var / SEAL_KEY).exists():
        raise BackupError(
            f"the key is missing: put seal.key into {settings.var}/, or set THADS_SEAL_KEY",
            f"Thiếu khóa niêm phong: hãy đặt seal.key vào {settings.var}/ hoặc đặt THADS_SEAL_KEY",
        )
    return read_seal(settings.sealing_key, settings.var)


def _refuse_own(settings: Settings) -> None:
    if settings.database_url is not None or settings.temporal_is_given:
        raise BackupError(
            "THADS_DATABASE_URL or TEMPORAL_ADDRESS names a server of your own; back it up and "
            "restore it by its own means, as docs/operations/backup.md says",
            "THADS_DATABASE_URL hoặc TEMPORAL_ADDRESS chỉ tới máy chủ riêng; hãy sao lưu, phục hồi "
            "bằng công cụ của máy chủ đó, xem docs/operations/backup.md",
        )


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if not folder.is_dir() or any(folder.iterdir()):
            raise BackupError(
                f"{folder} is there already and not empty; name a new folder",
                f"{folder} đã có và không trống; hãy chỉ một thư mục mới",
            ) from None
        folder.chmod(0o700)
    except OSError as error:
        raise BackupError(
            f"{folder} cannot be made ({error.strerror})",
            f"Không tạo được {folder} ({error.strerror})",
        ) from error


def _clear(var: Path) -> None:
    """Take a restore that failed away, all but the key."""
    with suppress(OSError):
        for path in var.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != SEAL_KEY:
                path.unlink()


@contextmanager
def _spoken() -> Iterator[None]:
    """Say in both languages what the embedded servers refuse."""
    try:
        yield
    except EmbeddedError as error:
        vi = f"Máy chủ kèm theo không thực hiện được: {error}"
        raise BackupError(str(error), vi) from error


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while some := file.read(_CHUNK):
            yield some


def _write(path: Path, content: Iterable[bytes]) -> None:
    # A folder of archives may have outlived the engine's: what it holds is never written into.
    draft = path.with_name(f".{path.name}.restored")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for some in content:
            file.write(some)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _release() -> str:
    try:
        return version("thads")
    except PackageNotFoundError:
        return "?"


def _print(manifest: Manifest, folder: Path, lang: Lang, key: str, *, json: bool) -> None:
    if json:
        print_json(manifest.model_dump(mode="json"))
        return
    total = sum(part.size for part in manifest.parts)
    when = spell_moment(manifest.taken_at, lang)
    print_lines([say(lang, key, folder=folder, when=when, mb=f"{total / 1e6:.1f}")])
