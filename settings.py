"""Read the settings: where Temporal, PostgreSQL and the mail server are; embedded by default."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from the environment, each with its name in capitals.

    `THADS_DATABASE_URL`: PostgreSQL; left out, an embedded one is started. `TEMPORAL_ADDRESS`
    (with `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`):
    Temporal; left out, an embedded one. `THADS_SMTP_URL` such as smtp://user:pass@host:587:
    where mail goes; left out, messages are written to `var/outbox/`.
    """

    model_config = SettingsConfigDict(env_prefix="THADS_", extra="ignore", frozen=True)

    var: Path = Path("var")
    database_url: str | None = None
    temporal_address: str | None = Field(default=None, validation_alias="TEMPORAL_ADDRESS")
    temporal_profile: str | None = Field(default=None, validation_alias="TEMPORAL_PROFILE")
    smtp_url: str | None = None
    smtp_sender: str = "thads@example.invalid"
    directory: Path = Path(__file__).parent / "samples" / "directory.toml"
    log_format: str | None = None
    log_level: str = "info"
    max_cached_workflows: int = 2000
    statement_timeout_ms: int = 1000

    @property
    def temporal_is_given(self) -> bool:
        """Tell whether an address or a profile names a Temporal of one's own."""
        return self.temporal_address is not None or self.temporal_profile is not None
