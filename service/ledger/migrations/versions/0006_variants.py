"""Work waits for what it needs, not for whole stages; finished variants are shown before their round is delivered"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "needs",
        sa.Column("work", _COUNT, nullable=False),
        sa.Column("needs", _COUNT, nullable=False),
        sa.ForeignKeyConstraint(["work"], ["work.id"], name=op.f("fk_needs_work"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["needs"], ["work.id"], name=op.f("fk_needs_needs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("work", "needs", name=op.f("pk_needs")),
    )
    op.create_index(op.f("ix_needs_needs"), "needs", ["needs"], unique=False)
    op.create_table(
        "variants",
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_variants_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "round", "path", name=op.f("pk_variants")),
    )
    op.create_table(
        "editors",
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("seen_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_editors_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "language", "person", name=op.f("pk_editors")),
    )
    op.add_column("comments", sa.Column("until_s", sa.Double(), nullable=True))
    _keep_the_order_of_what_waits()


def _keep_the_order_of_what_waits() -> None:
    """Work from before, which waits for its stage, waits for all of the earlier ones."""
    table = sa.table("work", *map(sa.column, ("id", "job", "round", "stage", "state")))
    waiting, earlier = table.alias("waiting"), table.alias("earlier")
    before = (earlier.c.job == waiting.c.job) & (earlier.c.round == waiting.c.round)
    before &= (earlier.c.stage < waiting.c.stage) & earlier.c.state.not_in(("done", "cancelled"))
    pairs = sa.select(waiting.c.id, earlier.c.id).where((waiting.c.state == "waiting") & before)
    op.execute(sa.table("needs", sa.column("work"), sa.column("needs")).insert().from_select(["work", "needs"], pairs))


def downgrade() -> None:
    op.drop_column("comments", "until_s")
    op.drop_table("editors")
    op.drop_table("variants")
    op.drop_table("needs")
