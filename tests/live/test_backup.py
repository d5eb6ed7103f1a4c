"""An engine at work is backed up, destroyed and restored, and goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli import backup_files
from embedded.copies import TEMPORAL_FILE
from keyfile import LINK_SECRET
from tests.conftest import free_port

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).parents[2]
NAME = "Người mẫu Sao Lưu"


@pytest.fixture(name="env")
def _env() -> Iterator[dict[str, str]]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    ports = {
        f"THADS_{name}_PORT": str(free_port()) for name in ("POSTGRES", "TEMPORAL", "UI", "CONSOLE")
    }
    with tempfile.TemporaryDirectory(prefix="thads-backup-") as folder:
        yield clean | ports | {"THADS_VAR": str(Path(folder).resolve() / "var")}


@contextmanager
def running(env: dict[str, str]) -> Iterator[None]:
    var = Path(env["THADS_VAR"])
    out = var.parent / "out"
    with (
        out.open("ab") as said,
        subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")], env=env, cwd=ROOT, stdout=said, stderr=said
        ) as worker,
    ):
        try:
            for _ in range(450):
                if (var / "ready").exists():
                    break
                assert worker.poll() is None, out.read_text("utf-8", "replace")
                time.sleep(0.2)
            yield
        finally:
            worker.send_signal(signal.SIGINT)
            worker.wait(60)


def thads(env: dict[str, str], *tokens: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *tokens],
        env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == code, (tokens, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


def shown(env: dict[str, str], case: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(thads(env, "case", "show", case, "--json"))
    return found


def open_case(env: dict[str, str], folder: Path, case: str) -> None:
    dossier = json.loads((ROOT / "docs/examples/november.json").read_text("utf-8"))
    dossier |= {"id": case, "parties": {"debtor": [{"name": NAME}]}}
    path = folder / f"{case}.json"
    path.write_text(json.dumps(dossier, ensure_ascii=False), "utf-8")
    thads(env, "case", "open", str(path))


def test_an_engine_is_backed_up_destroyed_and_restored(env: dict[str, str], tmp_path: Path) -> None:
    var, saved = Path(env["THADS_VAR"]), tmp_path / "backup"
    # The archive need not lie under var/.
    kept = tmp_path / "kept"
    env = env | {"THADS_ARCHIVE": str(kept)}
    with running(env):
        open_case(env, tmp_path, "NA-2026-000901")
        archived = kept / "2026/NA-2026-000903.run.hash.jsonl.gz.sealed"
        archived.parent.mkdir(parents=True)
        archived.write_bytes(b"sealed already")
        before = shown(env, "NA-2026-000901")
        thads(env, "ops", "backup", str(saved))
        open_case(env, tmp_path, "NA-2026-000902")
        assert "không trống" in thads(env, "ops", "backup", str(saved), code=2)
        assert "không trống" in thads(env, "ops", "restore", str(saved), code=2)
    for path in [saved, *saved.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, path
        raw = b"" if path.is_dir() else path.read_bytes()
        assert NAME.encode() not in raw
        assert json.dumps(NAME).strip('"').encode() not in raw
        assert b"NA-2026-000901" not in raw
    key = (var / "seal.key").read_bytes()
    shutil.rmtree(var)
    shutil.rmtree(kept)

    assert "Thiếu khóa" in thads(env, "ops", "restore", str(saved), code=2)
    assert not var.exists()
    var.mkdir(mode=0o711)
    (var / "seal.key").write_bytes(key)
    _refuses_what_is_spoiled(env, saved, tmp_path)
    told = json.loads(thads(env, "ops", "restore", str(saved), "--json"))
    assert {part["name"] for part in told["parts"]} >= {"temporal.db", "register.dump"}

    assert [path for path in kept.rglob("*") if path.is_file()] == [archived]
    assert archived.read_bytes() == b"sealed already"
    with running(env):
        assert json.loads(thads(env, "ops", "verify", "--json"))["differences"] == []
        assert shown(env, "NA-2026-000901") == before
        thads(env, "case", "show", "NA-2026-000902", code=2)
        assert json.loads(thads(env, "check", "--json"))["findings"] == []
        thads(
            env, "case", "report", "NA-2026-000901", "means_verified", "--on", "2026-11-20",
            "--set", "outcome=without_means",
        )  # fmt: skip
        assert shown(env, "NA-2026-000901") != before


def _refuses_what_is_spoiled(env: dict[str, str], saved: Path, folder: Path) -> None:
    """See each kind of damage refused, with nothing left under var but the key."""
    var = Path(env["THADS_VAR"])

    def refused(spoil: str) -> str:
        copy = folder / "spoiled"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(saved, copy)
        part = copy / "register.dump.sealed"
        manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
        if spoil == "no manifest":
            (copy / "manifest.json").unlink()
        elif spoil == "a part is gone":
            part.unlink()
        elif spoil == "a byte is changed":
            raw = bytearray(part.read_bytes())
            raw[-5] ^= 1
            part.write_bytes(bytes(raw))
        elif spoil == "a part leads elsewhere":
            manifest["parts"][0]["name"] = "archive/../../x"
            (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        elif spoil == "the moment is changed":
            for one in manifest["parts"]:
                one["place"] = one["place"].replace("2026", "2025")
            (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        said = thads(env, "ops", "restore", str(copy), "--lang", "en", code=2)
        assert said.count("\n") == 1
        assert [path.name for path in var.iterdir()] == ["seal.key"]
        return said

    assert "no whole backup" in refused("no manifest")
    assert "is missing or is not what was backed up" in refused("a part is gone")
    assert "is missing or is not what was backed up" in refused("a byte is changed")
    assert "is missing or is not what was backed up" in refused("a part leads elsewhere")
    assert "belongs elsewhere" in refused("the moment is changed")


def test_parts_bear_the_names_of_the_files_that_they_are_put_back_as() -> None:
    assert (backup_files.TEMPORAL, backup_files.LINKS) == (TEMPORAL_FILE, LINK_SECRET)


def test_servers_of_ones_own_are_backed_up_by_their_own_means(
    env: dict[str, str], tmp_path: Path
) -> None:
    own = env | {"THADS_DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}
    said = thads(own, "ops", "backup", str(tmp_path / "b"), "--lang", "en", code=2)
    assert "docs/operations/backup.md" in said
    assert (ROOT / "docs/operations/backup.md").exists()
    assert "no engine runs" in thads(
        env, "ops", "backup", str(tmp_path / "b"), "--lang", "en", code=2
    )
    assert not (tmp_path / "b").exists()
