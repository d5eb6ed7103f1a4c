"""Read the settings: where Temporal, PostgreSQL and the mail server are; embedded by default."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from law import calendar, corpus
from law.errors import SpokenError


class SettingsError(SpokenError):
    """A setting in the environment cannot be used."""


class Settings(BaseSettings):
    """Settings from the environment, each with its name in capitals.

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
    out, `cases/escalation.toml`.
    `THADS_CONSOLE_PORT`: where the page behind the links in messages is
    served, at `THADS_CONSOLE_HOST`; port 0: nowhere, and messages have no links.
    `THADS_LINK_BASE`: what links begin with, such as https://thads.example; left out, the page's
    own address. `THADS_LINK_SECRET`: what links are signed with, 32 signs at least, the same in
    every process; left out, one is made once and kept in `var/link.secret`. `THADS_SEAL_KEY`:
    what citizens' letters are sealed with, base64 of 32 bytes, the same in every process, older
    ones after it; left out, one is made once and kept in `var/seal.key`. `THADS_ARCHIVE`: the
    folder that closed dossiers are archived to, the same for every process; left out,
    `var/archive/`.
    """

    model_config = SettingsConfigDict(env_prefix="THADS_", extra="ignore", frozen=True)

    var: Path = Path("var")
    database_url: str | None = None
    temporal_address: str | None = Field(default=None, validation_alias="TEMPORAL_ADDRESS")
    temporal_profile: str | None = Field(default=None, validation_alias="TEMPORAL_PROFILE")
    smtp_url: str | None = None
    smtp_sender: str = "thads@example.invalid"
    webhook_secret: SecretStr | None = None
    directory: Path = Path(__file__).parent / "samples" / "directory.xlsx"
    statutes: Path = corpus.FOLDER
    calendars: Path = calendar.FOLDER
    look_seconds: float = Field(default=60, gt=0)
    readings: Path | None = None
    ladder: Path | None = None
    postgres_port: int = Field(default=54329, ge=1, le=65535)
    temporal_port: int = Field(default=7233, ge=1, le=65535)
    ui_port: int = Field(default=8233, ge=1, le=65535)
    console_host: str = "127.0.0.1"
    console_port: int = Field(default=8080, ge=0, le=65535)
    link_base: str | None = None
    link_secret: SecretStr | None = None
    seal_key: SecretStr | None = None
    archive: Path | None = None
    log_format: Literal["json", "console"] | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    max_cached_workflows: int = Field(default=2000, ge=0)
    statement_timeout_ms: int = Field(default=1000, ge=100)

    @property
    def link_key(self) -> str | None:
        """Give what links are signed with, where it is set."""
        return None if self.link_secret is None else self.link_secret.get_secret_value()

    @property
    def sealing_key(self) -> str | None:
        """Give what letters are sealed with, where it is set."""
        return None if self.seal_key is None else self.seal_key.get_secret_value()

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
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = name if name.isupper() else f"THADS_{name.upper()}"
        message = first["msg"].removeprefix("Input should be ")
        raise SettingsError(
            f"{variable} is {first['input']!r}; allowed is {message}",
            f"{variable} là {first['input']!r}; giá trị cho phép: {message}",
        ) from error
