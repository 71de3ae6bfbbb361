"""Who may ask for what: tokens, of which only the hash is kept, and whose the uploads and inputs are."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service.ledger.database import now_s, reading, writing
from service.ledger.states import UNENDED, JobState
from service.ledger.tables import inputs, jobs, tokens, uploads

PREFIX = "pvx_"  # so that a leaked one is recognised as ours
SECRET_BYTES = 32  # 256 bits cannot be guessed, so a plain SHA-256 keeps them; a password would need a slow hash
USED_EVERY_S = 60.0  # how exactly the last use is known; a write for each request would queue behind the workers'


class UnknownToken(PortevoixError):
    """No token has this id."""


@dataclass(frozen=True)
class Token:
    """Who asks. `accounts`: the only ones it may work for; empty for all. Times as everywhere in the ledger."""

    id: str
    name: str
    scopes: tuple[str, ...]
    accounts: tuple[str, ...]
    created_s: float
    expires_s: float | None
    used_s: float | None
    revoked_s: float | None


@dataclass(frozen=True)
class Upload:
    """A file on its way in. `name` is what its owner calls it: shown, never used as a path."""

    id: str
    owner: str
    name: str
    bytes: int


@dataclass(frozen=True)
class Input:
    """A file that has arrived."""

    digest: str
    owner: str
    name: str
    bytes: int
    created_s: float


class Access:
    """Tokens, and the owners of uploads and inputs."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def issue(
        self, name: str, scopes: Sequence[str], accounts: Sequence[str] = (), lifetime_s: float | None = None
    ) -> tuple[Token, str]:
        """A new token and its secret, which nobody can read again."""
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        token = secrets.token_hex(16)
        with writing(self.engine) as db:
            db.execute(
                tokens.insert().values(
                    id=token,
                    name=name,
                    hash=_hash(secret),
                    scopes=list(scopes),
                    accounts=list(accounts),
                    created_s=now_s(),
                    expires_s=now_s() + lifetime_s if lifetime_s is not None else None,
                )
            )
            row = db.execute(sa.select(tokens).where(tokens.c.id == token)).one()
        return _token(row), secret

    def who(self, secret: str) -> Token | None:
        """The token of a secret; None where there is none, or it has expired or was revoked."""
        valid = (tokens.c.hash == _hash(secret)) & tokens.c.revoked_s.is_(None)
        valid &= sa.or_(tokens.c.expires_s.is_(None), tokens.c.expires_s > now_s())
        stale = sa.or_(tokens.c.used_s.is_(None), tokens.c.used_s < now_s() - USED_EVERY_S)
        with reading(self.engine) as db:
            row = db.execute(sa.select(tokens, stale.label("stale")).where(valid)).one_or_none()
        if row is None:
            return None
        if row.stale:
            with writing(self.engine) as db:
                db.execute(tokens.update().where(tokens.c.id == row.id).values(used_s=now_s()))
        return _token(row)

    def revoke(self, token: str) -> None:
        """End a token at once. Raises UnknownToken."""
        known = tokens.c.id == token
        with writing(self.engine) as db:
            if not db.execute(tokens.update().where(known).values(revoked_s=now_s())).rowcount:
                raise UnknownToken(f"there is no token {token!r}; the list of tokens names those there are")

    def tokens(self) -> list[Token]:
        """Every token that was ever issued, the oldest first."""
        with reading(self.engine) as db:
            return [_token(row) for row in db.execute(sa.select(tokens).order_by(tokens.c.created_s, tokens.c.id))]

    def upload_begun(self, upload: Upload) -> None:
        """Note whose an upload is that the store has opened."""
        values = {"id": upload.id, "owner": upload.owner, "name": upload.name, "bytes": upload.bytes}
        with writing(self.engine) as db:
            db.execute(uploads.insert().values(**values, begun_s=now_s()))

    def upload(self, upload: str, owner: str) -> Upload | None:
        """An upload that is on its way, of this owner."""
        mine = (uploads.c.id == upload) & (uploads.c.owner == owner)
        with reading(self.engine) as db:
            row = db.execute(sa.select(uploads).where(mine)).one_or_none()
        return Upload(row.id, row.owner, row.name, row.bytes) if row else None

    def upload_ended(self, upload: str, digest: str | None) -> None:
        """An upload is an input now, or (`digest` None) was aborted. Told twice, nothing changes."""
        with writing(self.engine) as db:
            row = db.execute(uploads.delete().where(uploads.c.id == upload).returning(uploads)).one_or_none()
            if row is None or digest is None:
                return
            mine = (inputs.c.digest == digest) & (inputs.c.owner == row.owner)
            if not db.execute(inputs.update().where(mine).values(created_s=now_s())).rowcount:
                values = {"digest": digest, "owner": row.owner, "name": row.name, "bytes": row.bytes}
                db.execute(inputs.insert().values(**values, created_s=now_s()))

    def forget_uploads(self, keep_s: float) -> None:
        """Strike off uploads that began more than `keep_s` seconds ago and were never told to have ended."""
        with writing(self.engine) as db:
            db.execute(uploads.delete().where(uploads.c.begun_s < now_s() - keep_s))

    def inputs(self, owner: str, digests: Sequence[str] | None = None) -> list[Input]:
        """The inputs of an owner, the newest first; only these digests where some are given."""
        rows = sa.select(inputs).where(inputs.c.owner == owner).order_by(inputs.c.created_s.desc(), inputs.c.digest)
        if digests is not None:
            rows = rows.where(inputs.c.digest.in_(digests))
        with reading(self.engine) as db:
            return [Input(*row) for row in db.execute(rows)]

    def referenced_inputs(self, keep_s: float) -> set[str]:
        """Digests that unended jobs need, that jobs needed or that arrived within the last `keep_s` seconds."""
        kept = sa.or_(jobs.c.state.in_((*UNENDED, JobState.FAILED)), jobs.c.changed_s > now_s() - keep_s)
        with reading(self.engine) as db:
            named = {
                digest
                for files in db.execute(sa.select(jobs.c.files).where(kept)).scalars()
                for digest in files.values()
            }
            young = sa.select(inputs.c.digest).where(inputs.c.created_s > now_s() - keep_s)
            return named | set(db.execute(young).scalars())

    def forget_inputs(self, digests: Sequence[str]) -> None:
        """Strike off inputs that the store no longer has."""
        with writing(self.engine) as db:
            db.execute(inputs.delete().where(inputs.c.digest.in_(digests)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: sa.Row[tuple[object, ...]]) -> Token:
    return Token(
        row.id,
        row.name,
        tuple(row.scopes),
        tuple(row.accounts),
        row.created_s,
        row.expires_s,
        row.used_s,
        row.revoked_s,
    )
