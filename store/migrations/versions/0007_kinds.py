"""Let dossiers of every kind into the register: without an origin, about another."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let `origin` be empty; keep what a dossier is about, and find who is about one."""
    op.execute("alter table projection.dossiers alter column origin drop not null")
    op.execute("alter table projection.dossiers add column about text")
    op.execute("create index dossiers_about on projection.dossiers (about) where about is not null")


def downgrade() -> None:
    raise RuntimeError("a register is not taken back; restore a backup instead")
