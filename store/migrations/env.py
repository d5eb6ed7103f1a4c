"""Run the register's migrations on the connection that `store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from store.records import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="register_version",
    version_table_schema="public",
)
context.run_migrations()
