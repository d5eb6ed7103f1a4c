"""Bring a database to the register's present form; safe when two processes do it at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from store.engine import read_address
from store.errors import told_plainly

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_418_201_106
"""The advisory lock that one upgrade holds; any number will do that nobody else uses."""


def upgrade(database_url: str) -> None:
    """Apply what is missing, in one transaction; a database that is up to date stays as it is.

    Raises DatabaseAddressError, RegisterAwayError.
    """
    url = read_address(database_url)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    config = Config()
    # A percent sign would be read as the start of a name.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with told_plainly(url), engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest_version() -> str:
    """Give the migration that this release brings a database to."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return str(ScriptDirectory.from_config(config).get_current_head())
