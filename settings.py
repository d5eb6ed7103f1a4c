"""Read the settings: where Temporal, PostgreSQL and the mail server are; embedded by default."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from keyfile import Given, read_given, run_given
from law import calendar, corpus
from law.errors import SpokenError

QueueName = Literal["urgent", "routine", "bulk"]
QUEUE_NAMES: tuple[QueueName, ...] = ("urgent", "routine", "bulk")


class SettingsError(SpokenError):
    """A setting in the environment cannot be used."""


class Settings(BaseSettings):
    """Settings from the environment, each with its name in capitals.

    `THADS_SECRETS`: a folder with a file for each setting that is kept in no variable, named as the
    variable in either case, such as `thads_database_url`.
    `THADS_DATABASE_URL`: PostgreSQL; left out, an embedded one is started. `TEMPORAL_ADDRESS`
    (with `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`):
    Temporal; left out, an embedded one. `THADS_SMTP_URL` such as smtp://user:pass@host:587:
    where mail goes; left out, messages are written to `var/outbox/`. `THADS_WEBHOOK_SECRET`:
    what webhooks are signed with (whsec_…), two with a space between while one replaces the
    other; left out, no webhook is sent. `THADS_STATUTES` and
    `THADS_CALENDARS`: folders of the law to go by; left out, those of the package.
    `THADS_LOOK_SECONDS`: how often a running worker looks whether they changed.
    `THADS_READINGS`: the file in which the agency settles what can be read in several ways;
    left out, none is. `THADS_LADDER`: the file that says when who is told of a due date; left
    out, `cases/escalation.toml`. `THADS_RETENTION`: the file that says how long closed dossiers
    and filed letters are kept; left out, `cases/retention.toml`.
    `THADS_MAKE_CURRENT`: whether a worker that starts makes its version the current one and moves
    what runs to it; false leaves both to `thads ops release`.
    `THADS_QUEUES`: what a process serves, of urgent, routine, bulk; dossiers live on routine.
    `THADS_MAX_CACHED_WORKFLOWS`: dossiers kept in memory, some 50 kB each; others are read anew at
    each task. `THADS_POLLERS`: polls that wait at once, auto or a number. `THADS_SLOTS`: tasks of
    a kind at once, a number, or resources: as many as `THADS_TARGET_MEMORY` and
    `THADS_TARGET_CPU`, shares of the machine, allow. `THADS_GRACE_SECONDS`: how long work in
    flight may take at a stop; less than whoever stops the process waits.
    `THADS_CONSOLE_PORT`: where the page behind the links in messages is
    served, at `THADS_CONSOLE_HOST`; port 0: nowhere, and messages have no links.
    `THADS_LINK_BASE`: what links begin with, such as https://thads.example; left out, the page's
    own address. `THADS_LINK_SECRET`: what links are signed with, 32 signs at least, the same in
    every process; left out, one is made once and kept in `var/link.secret`. `THADS_SEAL_KEY`:
    what citizens' letters and the keys of dossiers are sealed with, base64 of 32 bytes, the same
    in every process, older ones after it; or `THADS_SEAL_KEY_FILE`: a file that holds them; or
    `THADS_SEAL_KEY_COMMAND`: a command that prints them, run without a shell; all left out, one
    is made once and kept in `var/seal.key`. `THADS_CODEC_TOKEN`: what Temporal's pages and
    commands show to have payloads opened at the console's port under /codec, 32 signs at least;
    left out, none are. `THADS_CODEC_ORIGIN`: the address of those pages, which alone may ask.
    `THADS_ARCHIVE`: the folder that closed dossiers are archived to, the same for every process;
    left out, `var/archive/`. `THADS_METRICS_PORT`: where /metrics, /healthz and /readyz of a
    worker are served, at `THADS_METRICS_HOST`; port 0: nowhere. `THADS_METRICS_SECONDS`: how old
    the counts of the register in them may grow.
    """

    model_config = SettingsConfigDict(
        env_prefix="THADS_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    var: Path = Path("var")
    secrets: Path | None = None
    database_url: str | None = Field(default=None, repr=False)
    temporal_address: str | None = Field(default=None, validation_alias="TEMPORAL_ADDRESS")
    temporal_profile: str | None = Field(default=None, validation_alias="TEMPORAL_PROFILE")
    smtp_url: str | None = Field(default=None, repr=False)
    smtp_sender: str = "thads@example.invalid"
    webhook_secret: SecretStr | None = None
    directory: Path = Path(__file__).parent / "samples" / "directory.xlsx"
    statutes: Path = corpus.FOLDER
    calendars: Path = calendar.FOLDER
    look_seconds: float = Field(default=60, gt=0)
    readings: Path | None = None
    ladder: Path | None = None
    retention: Path | None = None
    postgres_port: int = Field(default=54329, ge=1, le=65535)
    temporal_port: int = Field(default=7233, ge=1, le=65535)
    ui_port: int = Field(default=8233, ge=1, le=65535)
    console_host: str = "127.0.0.1"
    console_port: int = Field(default=8080, ge=0, le=65535)
    link_base: str | None = None
    link_secret: SecretStr | None = None
    seal_key: SecretStr | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=9464, ge=0, le=65535)
    metrics_seconds: float = Field(default=45, gt=0)
    seal_key_file: Path | None = None
    seal_key_command: str | None = None
    codec_token: SecretStr | None = Field(default=None, min_length=32)
    codec_origin: str | None = None
    archive: Path | None = None
    log_format: Literal["json", "console"] | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    max_cached_workflows: int = Field(default=2000, ge=0)
    queues: str = "urgent,routine,bulk"
    pollers: Annotated[int, Field(ge=2)] | Literal["auto"] = "auto"
    slots: Annotated[int, Field(ge=2)] | Literal["resources"] = 100
    target_memory: float = Field(default=0.8, gt=0, le=1)
    target_cpu: float = Field(default=0.9, gt=0, le=1)
    grace_seconds: float = Field(default=10, ge=0)
    make_current: bool = True
    statement_timeout_ms: int = Field(default=1000, ge=100)

    @field_validator("queues")
    @classmethod
    def _check_queues(cls, given: str) -> str:
        names = [name.strip() for name in given.split(",")]
        if not set(names) <= set(QUEUE_NAMES) or len(set(names)) != len(names):
            raise ValueError(f"a list of {', '.join(QUEUE_NAMES)}, each once")
        return given

    @property
    def queue_names(self) -> tuple[QueueName, ...]:
        """Give what the process serves."""
        given = {name.strip() for name in self.queues.split(",")}
        return tuple(name for name in QUEUE_NAMES if name in given)

    @property
    def link_key(self) -> str | None:
        """Give what links are signed with, where it is set."""
        return None if self.link_secret is None else self.link_secret.get_secret_value()

    @cached_property
    def sealing_key(self) -> Given | None:
        """Give the master keys where they are set; raise `SettingsError`, `KeyFileError`."""
        places = {
            "THADS_SEAL_KEY": self.seal_key,
            "THADS_SEAL_KEY_FILE": self.seal_key_file,
            "THADS_SEAL_KEY_COMMAND": self.seal_key_command,
        }
        named = [name for name, value in places.items() if value is not None]
        if len(named) > 1:
            raise SettingsError(
                f"{' and '.join(named)} are both set; allowed is one of them",
                f"{' và '.join(named)} cùng được đặt; chỉ cho phép một",
            )
        if self.seal_key is not None:
            return Given(self.seal_key.get_secret_value(), "THADS_SEAL_KEY")
        if self.seal_key_file is not None:
            return read_given(self.seal_key_file, "THADS_SEAL_KEY_FILE")
        if self.seal_key_command is not None:
            return run_given(self.seal_key_command, "THADS_SEAL_KEY_COMMAND")
        return None

    @property
    def codec_address(self) -> str | None:
        """Give where payloads are opened for Temporal's pages; None where they are not."""
        served = self.codec_token is not None and self.console_port != 0
        return f"{self.link_root}/codec" if served else None

    @property
    def archive_folder(self) -> Path:
        """Give the folder of archives."""
        return self.archive or self.var / "archive"

    @property
    def link_root(self) -> str:
        """Give what the links in messages begin with."""
        return (self.link_base or f"http://127.0.0.1:{self.console_port}").rstrip("/")

    @property
    def temporal_is_given(self) -> bool:
        """Tell whether an address or a profile names a Temporal of one's own."""
        return self.temporal_address is not None or self.temporal_profile is not None


def read_settings() -> Settings:
    """Read the environment; raise `SettingsError` naming the variable, its value, the allowed."""
    folder = os.environ.get("THADS_SECRETS")
    if folder and not Path(folder).is_dir():
        raise SettingsError(
            f"THADS_SECRETS is {folder!r}; allowed is a folder that is there",
            f"THADS_SECRETS là {folder!r}; giá trị cho phép: một thư mục có sẵn",
        )
    try:
        return Settings(_secrets_dir=folder or None)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = name if name.isupper() else f"THADS_{name.upper()}"
        told = (e["msg"] for e in error.errors() if e["loc"][0] == first["loc"][0])
        message = " or ".join(
            text.removeprefix("Input should be ").removeprefix("Value error, ") for text in told
        )
        # An address or a key is never repeated, however it is mistaken.
        shown = "(…)" if _is_secret(name) else repr(first["input"])
        raise SettingsError(
            f"{variable} is {shown}; allowed is {message}",
            f"{variable} là {shown}; giá trị cho phép: {message}",
        ) from error


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and (not field.repr or "Secret" in str(field.annotation))
