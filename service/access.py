"""Who may ask for what: tokens, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.tables import tokens

PREFIX = "pvx_"  # so that a leaked one is recognised as ours
SECRET_BYTES = 32  # 256 bits cannot be guessed, so a plain SHA-256 keeps them; a password would need a slow hash
USED_EVERY_S = 60.0  # how exactly the last use is known; a write for each request would queue behind the workers'


class UnknownToken(PortevoixError):
    """No token has this id."""


class Scope(StrEnum):
    """What a token may do. `admin` may do everything; each account-bound token does it for its accounts alone."""

    UPLOAD = "upload"
    RENDER = "render"  # submit, correct, cancel, retry
    REVIEW = "review"  # see and hear what is not out yet: deliveries, captions, plans
    METRICS = "metrics"  # numbers alone, for Prometheus
    ADMIN = "admin"


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


def issue(
    ledger: Ledger, name: str, scopes: Sequence[str], accounts: Sequence[str] = (), lifetime_s: float | None = None
) -> tuple[Token, str]:
    """A new token and its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = secrets.token_hex(16)
    with writing(ledger) as db:
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


def find_token(ledger: Ledger, secret: str) -> Token | None:
    """The token of a secret; None where there is none, or it has expired or was revoked."""
    valid = (tokens.c.hash == _hash(secret)) & tokens.c.revoked_s.is_(None)
    valid &= sa.or_(tokens.c.expires_s.is_(None), tokens.c.expires_s > now_s())
    stale = sa.or_(tokens.c.used_s.is_(None), tokens.c.used_s < now_s() - USED_EVERY_S)
    with reading(ledger) as db:
        row = db.execute(sa.select(tokens, stale.label("stale")).where(valid)).one_or_none()
    if row is None:
        return None
    if row.stale:
        with writing(ledger) as db:
            db.execute(tokens.update().where(tokens.c.id == row.id).values(used_s=now_s()))
    return _token(row)


def revoke(ledger: Ledger, token: str) -> None:
    """End a token at once. Raises UnknownToken."""
    known = tokens.c.id == token
    with writing(ledger) as db:
        if not db.execute(tokens.update().where(known).values(revoked_s=now_s())).rowcount:
            raise UnknownToken(f"there is no token {token!r}; the list of tokens names those there are")


def list_tokens(ledger: Ledger) -> list[Token]:
    """Every token that was ever issued, the oldest first."""
    with reading(ledger) as db:
        return [_token(row) for row in db.execute(sa.select(tokens).order_by(tokens.c.created_s, tokens.c.id))]


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
