"""A comment may have a drawing on its frame"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("drawing", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("comments", "drawing")
