"""Find the messages that may have been taken without a look at all the others."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # Every projection asks for them; there are seldom more than a few.
    """
    create index deliveries_unproven on record.deliveries (begun_at)
      where reference is null and state in ('begun', 'sent') and kind = 'alerts'
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("a record is never dropped; restore a backup instead")
