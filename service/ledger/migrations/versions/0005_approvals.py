"""Approvals and comments per language, releases per account; the embargo on the database's clock"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.documents import embargo_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("embargo_s", sa.Double(), nullable=True))
    op.add_column("jobs", sa.Column("delivered_round", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _keep_embargoes()
    _make_comments()
    _make_approvals()
    _make_releases()


def _keep_embargoes() -> None:
    """Jobs from before keep the embargo of their documents."""
    jobs = sa.table("jobs", sa.column("id", sa.String()), sa.column("document", sa.Text()), sa.column("embargo_s"))
    db = op.get_bind()
    for job, document in db.execute(sa.select(jobs.c.id, jobs.c.document)).all():
        if (embargo_s := embargo_of(document)) is not None:
            db.execute(jobs.update().where(jobs.c.id == job).values(embargo_s=embargo_s))


def _make_approvals() -> None:
    op.create_table(
        "words",
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_words_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "round", "language", name=op.f("pk_words")),
    )
    op.create_table(
        "authors",
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_authors_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "language", name=op.f("pk_authors")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(64), nullable=False),
        sa.Column("files", sa.String(64), nullable=False),
        sa.Column("comment", _COUNT, nullable=True),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("taken_back_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_decisions_job"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["comment"], ["comments.id"], name=op.f("fk_decisions_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decisions_job_language"), "decisions", ["job", "language"], unique=False)


def _make_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("second", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("created_s", sa.Double(), nullable=False),
        sa.Column("resolved_by", sa.String(32), nullable=True),
        sa.Column("resolved_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_comments_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comments_job_id"), "comments", ["job", "id"], unique=False)


def _make_releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at_embargo", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("asked_s", sa.Double(), nullable=False),
        sa.Column("work", _COUNT, nullable=False),
        sa.Column("deliveries", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.String(200), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("ended_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_releases_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("work", name=op.f("uq_releases_work")),
    )
    op.create_index(op.f("ix_releases_job_account"), "releases", ["job", "account"], unique=False)


def downgrade() -> None:
    for table in ("releases", "decisions", "comments", "authors", "words"):
        op.drop_table(table)
    op.drop_column("jobs", "delivered_round")
    op.drop_column("jobs", "embargo_s")
