"""A secret of the settings is repeated nowhere; what the engine writes is for its owner alone."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from activities.delivery import GatherRequest
from channels.letter import Letter
from channels.mail import Mail, MailAddressError
from channels.outbox import Outbox
from channels.webhook import Webhook, WebhookSecretError
from console.links import SecretError, read_secret
from embedded.state import find_running
from settings import Settings, SettingsError, read_settings
from store.sealing import SealError, read_seal
from tests.conftest import free_port
from workflows.client import connect, deliver_now, leave

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).parents[2]
PASSWORD = "pl4nted-Mat-Khau"
SEALS = (base64.b64encode(b"planted-seal-key-of-thirtytwo-by").decode(),)
LINK = "planted-link-secret-of-more-than-32-signs"
WEBHOOK = "whsec_" + base64.b64encode(b"planted webhook secret, long").decode()
API_KEY = "planted-api-key"
PLANTED = (PASSWORD, *SEALS, LINK, WEBHOOK, API_KEY, "nted-Mat", "S3cret", "planted")


def told(raw: bytes | str) -> list[str]:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return [secret for secret in PLANTED if secret in text]


def env_of(var: Path, **settings: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "THADS_"))}
    ports = {f"THADS_{name}_PORT": str(free_port()) for name in ("POSTGRES", "TEMPORAL", "UI")}
    return {
        **clean, **ports, "THADS_VAR": str(var), "THADS_CONSOLE_PORT": "0",
        "THADS_LOG_LEVEL": "debug", **settings,
    }  # fmt: skip


def said_within(env: dict[str, str], seconds: float) -> str:
    """Run a worker until it ends by itself, or for so long; give all that it says."""
    with subprocess.Popen(
        [sys.executable, str(ROOT / "worker.py")],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as worker:  # fmt: skip
        try:
            out, _ = worker.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGTERM)
            out, _ = worker.communicate(timeout=60)
    return out.decode("utf-8", "replace")


def thads(env: dict[str, str], *tokens: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *tokens],
        env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "smtp://engine:S3cret/x@127.0.0.1:25",
        "smtp://engine:S3cret#x@127.0.0.1",
        "smtp://engine:[S3cret@127.0.0.1",
        f"engine:{PASSWORD}@mail",
    ],
)
def test_a_mail_address_that_is_mistaken_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(MailAddressError) as refused:
        Mail(url, "thads@example.invalid")
    assert told(str(refused.value)) == []


@pytest.mark.parametrize(
    "address",
    [
        f"mysql://u:{PASSWORD}@h/d",
        f"postgresql://u:{PASSWORD}@h",
        f"postgresql://u:{PASSWORD}@h:x/d",
    ],
)
def test_a_database_address_that_is_mistaken_is_refused_without_its_password(
    address: str, tmp_path: Path
) -> None:
    given = {"THADS_DATABASE_URL": address, "TEMPORAL_ADDRESS": "127.0.0.1:1"}
    said = thads(env_of(tmp_path / "var", **given), "stuck")
    assert said.count("\n") == 1
    assert told(said) == []


def test_keys_that_are_mistaken_are_refused_without_being_repeated(tmp_path: Path) -> None:
    for refuse in (
        lambda: Webhook("whsec_planted"),
        lambda: read_secret("planted", tmp_path),
        lambda: read_seal("planted", tmp_path),
    ):
        with pytest.raises((WebhookSecretError, SecretError, SealError)) as refused:
            refuse()
        assert told(str(refused.value)) == []


async def test_letters_in_the_outbox_are_for_their_owner_alone(tmp_path: Path) -> None:
    letter = Letter(to="a@x.invalid", subject="s", html="h", text="t", brief=(), token="k")
    await Outbox(tmp_path / "outbox", "thads@x.invalid").send(
        letter, datetime(2026, 11, 24, tzinfo=UTC)
    )
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "outbox").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700


def test_servers_that_do_not_answer_are_named_without_their_passwords(tmp_path: Path) -> None:
    env = env_of(
        tmp_path / "var",
        THADS_DATABASE_URL=f"postgresql://engine:{PASSWORD}@127.0.0.1:1/thads",
        TEMPORAL_ADDRESS="127.0.0.1:1",
        TEMPORAL_API_KEY=API_KEY,
        THADS_SEAL_KEY=SEALS[0],
    )
    said = said_within(env, 6)
    assert "waiting" in said
    said += thads(env, "stuck") + thads(env, "case", "show", "X-1")
    assert "127.0.0.1:1" in said
    assert told(said) == []


def test_settings_that_are_printed_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THADS_DATABASE_URL", f"postgresql://engine:{PASSWORD}@host/thads")
    monkeypatch.setenv("THADS_SMTP_URL", f"smtp://engine:{PASSWORD}@host")
    monkeypatch.setenv("THADS_WEBHOOK_SECRET", WEBHOOK)
    monkeypatch.setenv("THADS_LINK_SECRET", LINK)
    monkeypatch.setenv("THADS_SEAL_KEY", SEALS[0])
    settings = read_settings()
    assert settings.database_url is not None
    assert PASSWORD in settings.database_url
    assert told(repr(settings) + str(settings) + f"{settings}") == []


def test_settings_are_read_from_files_and_a_variable_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "thads_smtp_url").write_text(f"smtp://engine:{PASSWORD}@host\n", "utf-8")
    (tmp_path / "THADS_LINK_SECRET").write_text(LINK, "utf-8")
    monkeypatch.setenv("THADS_SECRETS", str(tmp_path))
    monkeypatch.setenv("THADS_LINK_SECRET", "another")
    settings = read_settings()
    assert settings.smtp_url == f"smtp://engine:{PASSWORD}@host"
    assert settings.link_key == "another"
    monkeypatch.setenv("THADS_SECRETS", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="allowed is a folder that is there"):
        read_settings()


def test_a_wrong_setting_is_repeated_only_where_it_is_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THADS_UI_PORT", "planted")
    with pytest.raises(SettingsError, match="THADS_UI_PORT is 'planted'"):
        read_settings()
    secret = {"database_url", "smtp_url", "webhook_secret", "link_secret", "seal_key"}
    fields = Settings.model_fields
    for name in secret:
        assert not fields[name].repr or "SecretStr" in str(fields[name].annotation), name
    named = [n for n in fields if n.endswith(("secret", "token", "password", "seal_key"))]
    assert named
    assert [n for n in named if "Secret" not in str(fields[n].annotation)] == []


@pytest.fixture(name="running")
def _running(server: str) -> Iterator[dict[str, str]]:
    """Run an engine with every secret set, over a database of its own and a mail server away."""
    with tempfile.TemporaryDirectory(prefix="thads-secrets-") as folder:
        var = Path(folder).resolve() / "var"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            name = f"secrets_{os.getpid()}"
            admin.execute(f"create database {name}".encode())
            admin.execute("do $$ begin create role engine superuser login; "
                          "exception when duplicate_object then null; end $$")  # fmt: skip
        host = server.rpartition("@")[2]
        env = env_of(
            var,
            THADS_DATABASE_URL=f"postgresql://engine:{PASSWORD}@{host}/{name}",
            THADS_SMTP_URL=f"smtp://engine:{PASSWORD}@127.0.0.1:1",
            THADS_WEBHOOK_SECRET=WEBHOOK, THADS_LINK_SECRET=LINK, THADS_SEAL_KEY=SEALS[0],
            THADS_CONSOLE_PORT=str(free_port()),
        )  # fmt: skip
        with (Path(folder) / "out").open("wb") as out, subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py"), "--with-sample"],
            env=env, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
        ) as worker:  # fmt: skip
            for _ in range(450):
                if "Ctrl-C" in (Path(folder) / "out").read_text("utf-8", "replace"):
                    break
                assert worker.poll() is None
                time.sleep(0.2)
            yield env | {"OUT": str(Path(folder) / "out")}
            worker.send_signal(signal.SIGINT)
            worker.wait(60)
        assert told((Path(folder) / "out").read_bytes()) == []


def _deliver(var: Path) -> None:
    state = find_running(var)
    assert state is not None

    async def deliver() -> None:
        client = await connect(state.temporal_address)
        await deliver_now(client, GatherRequest(regardless=True))
        await leave(client)

    asyncio.run(deliver())
    time.sleep(3)


def test_an_engine_at_work_writes_no_secret_and_no_file_for_others(
    running: dict[str, str], tmp_path: Path
) -> None:
    var = Path(running["THADS_VAR"])
    _deliver(var)
    export = tmp_path / "stuck.xlsx"
    said = thads(running, "stuck", "--xlsx", str(export)) + thads(running, "alerts", "list")
    directory = tmp_path / "directory.xlsx"
    said += thads(running, "people", "export", str(directory))
    said += thads(running | {"THADS_DATABASE_URL": f"postgresql://e:{PASSWORD}@127.0.0.1:1/x"},
                  "stuck")  # fmt: skip
    assert "127.0.0.1:1" in said
    assert told(said) == []
    log = (var / "log" / "worker.log").read_text("utf-8", "replace")
    assert "mail server 127.0.0.1:1" in log
    files = [path for path in var.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"worker.log", "temporal.db", "run.json"}
    assert {path.name: told(path.read_bytes()) for path in files if told(path.read_bytes())} == {}
    open_to_others = {"run.json", "ready", "register.xlsx"}
    for path in [*files, export, directory]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0 or path.name in open_to_others, f"{path}: {mode:o}"
    state = find_running(var)
    assert state is not None
    for child in state.children:
        line = Path(f"/proc/{child.pid}/cmdline").read_bytes()
        assert told(line) == []
