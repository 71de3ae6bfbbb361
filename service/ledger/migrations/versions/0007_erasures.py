"""Jobs can be erased"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("artifacts", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("asked_s", sa.Double(), nullable=False),
        sa.Column("removed_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_erasures")),
    )


def downgrade() -> None:
    op.drop_table("erasures")
