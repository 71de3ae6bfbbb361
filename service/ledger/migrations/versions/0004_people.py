"""People, their roles and sessions; the record; every token belongs to somebody"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROLES = {"upload": "author", "render": "author", "review": "author", "metrics": "author", "admin": "administrator"}


def upgrade() -> None:
    _make_people()
    _make_sessions()
    _make_record()
    refuse_changes_of_record()
    _give_tokens_to_services()


def _make_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(400), nullable=True),
        sa.Column("password", sa.String(200), nullable=True),
        sa.Column("setup_hash", sa.String(64), nullable=True),
        sa.Column("setup_until_s", sa.Double(), nullable=True),
        sa.Column("created_s", sa.Double(), nullable=False),
        sa.Column("removed_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("subject", name=op.f("uq_people_subject")),
        sa.UniqueConstraint("setup_hash", name=op.f("uq_people_setup_hash")),
    )
    op.create_index(op.f("ix_people_name"), "people", ["name"], unique=False)
    op.create_table(
        "grants",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_grants_person")),
        sa.PrimaryKeyConstraint("person", "role", "account", "origin", name=op.f("pk_grants")),
    )


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("created_s", sa.Double(), nullable=False),
        sa.Column("seen_s", sa.Double(), nullable=False),
        sa.Column("until_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_sessions_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("hash", name=op.f("uq_sessions_hash")),
    )
    op.create_index(op.f("ix_sessions_person"), "sessions", ["person"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("until_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sign_ins")),
    )
    op.create_table(
        "tries",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tries")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tries_subject_at_s"), "tries", ["subject", "at_s"], unique=False)


def _make_record() -> None:
    op.create_table(
        "record",
        sa.Column("id", _COUNT, autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("caller_kind", sa.String(16), nullable=False),
        sa.Column("caller", sa.String(32), nullable=False),
        sa.Column("caller_name", sa.String(80), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("means", sa.String(32), nullable=True),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("job", sa.String(32), nullable=True),
        sa.Column("account", sa.String(80), nullable=True),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_at_ms"), "record", ["at_ms"], unique=False)
    op.create_index(op.f("ix_record_job_what"), "record", ["job", "what"], unique=False)


def refuse_changes_of_record() -> None:
    """Have the database itself refuse to change or remove a row of the record."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'the record is only ever added to'); END"
        op.execute(f"CREATE TRIGGER record_update BEFORE UPDATE ON record {refuse}")
        op.execute(f"CREATE TRIGGER record_delete BEFORE DELETE ON record {refuse}")
        # INSERT OR REPLACE removes a row without asking the trigger above.
        known = "WHEN EXISTS (SELECT 1 FROM record WHERE id = NEW.id)"
        op.execute(f"CREATE TRIGGER record_replace BEFORE INSERT ON record {known} {refuse}")
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the record is only ever added to'; END $$"
    )
    change = "EXECUTE FUNCTION refuse_change_of_record()"
    op.execute(f"CREATE TRIGGER record_change BEFORE UPDATE OR DELETE ON record FOR EACH ROW {change}")
    op.execute(f"CREATE TRIGGER record_truncate BEFORE TRUNCATE ON record FOR EACH STATEMENT {change}")


def _give_tokens_to_services() -> None:
    """Each token is that of a service of its name from now on, whose jobs and inputs stay its own: it has the token's
    id.

    A token without accounts was for all of them; now that has to be said.
    """
    tokens = sa.table("tokens", *(sa.column(name, sa.JSON()) for name in ("scopes", "accounts")), *_columns("id name"))
    tokens.append_column(sa.column("created_s", sa.Double()))
    people = sa.table("people", *_columns("id kind name"), sa.column("created_s", sa.Double()))
    grants = sa.table("grants", *_columns("person role account origin"))
    db = op.get_bind()
    names: set[str] = set()
    for token in db.execute(sa.select(tokens)).all():
        name = token.name if token.name.lower() not in names else f"{token.name[:65]} ({token.id[:12]})"
        names.add(name.lower())
        db.execute(people.insert().values(id=token.id, kind="service", name=name, created_s=token.created_s))
        accounts = token.accounts or ["*"]
        db.execute(tokens.update().where(tokens.c.id == token.id).values(accounts=accounts))
        for role in sorted({_ROLES[scope] for scope in token.scopes}):
            for account in accounts:
                row = {"person": token.id, "role": role, "account": account, "origin": "house"}
                db.execute(grants.insert().values(**row))
    with op.batch_alter_table("tokens") as table:
        table.add_column(sa.Column("owner", sa.String(32), nullable=True))
    db.execute(sa.text("UPDATE tokens SET owner = id"))
    with op.batch_alter_table("tokens") as table:
        table.alter_column("owner", existing_type=sa.String(32), nullable=False)
        table.create_foreign_key(op.f("fk_tokens_owner"), "people", ["owner"], ["id"])


def _columns(names: str) -> list[sa.ColumnClause[str]]:
    return [sa.column(name, sa.String()) for name in names.split()]


def downgrade() -> None:
    raise NotImplementedError("the record is not thrown away; restore the backup from before")
