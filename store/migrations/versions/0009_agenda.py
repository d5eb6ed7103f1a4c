"""Find the open duties of heads and of those above them in the order in which they are due."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what an agenda of offices reads, and the dossiers that indicators count."""
    op.execute(
        """
        create index limits_of_offices on projection.limits (breaches_at) include (dossier, holder)
          where met_on is null and ended_on is null and holder in ('head', 'agency', 'superior')
        """
    )
    op.execute(
        """
        create index dossiers_no_cases on projection.dossiers (kind, office)
          where kind <> 'enforcement_case'
        """
    )


def downgrade() -> None:
    raise RuntimeError("a register is not taken back; restore a backup instead")
