"""Tokens: what a person or a service shows instead of signing in. Only the hash of one is kept.

A token carries those rights of its owner that its scopes and its accounts allow, at the moment of asking: an owner who
loses a role, or is removed, has lost it in all their tokens too.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service import passwords, people, record
from service.gate import ALL, Caller, Grant, Right, Role, Scope, narrowed, rights_of
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.tables import tokens
from service.people import UnknownPerson
from service.record import What

PREFIX = "pvx_"  # so that a leaked one is recognised as ours
USED_EVERY_S = 60.0  # how exactly the last use is known; a write for each request would queue behind the workers'

# The role that a service needs for each scope of its first token.
ROLE_FOR = {
    Scope.UPLOAD: Role.AUTHOR,
    Scope.RENDER: Role.AUTHOR,
    Scope.REVIEW: Role.AUTHOR,
    Scope.APPROVE: Role.REVIEWER,
    Scope.RELEASE: Role.PUBLISHER,
    Scope.METRICS: Role.AUTHOR,
    Scope.ADMIN: Role.ADMINISTRATOR,
}


class UnknownToken(PortevoixError):
    """No token has this id."""


@dataclass(frozen=True)
class NewToken:
    """A token to be made. `accounts`: for these alone, `*` for all; `lifetime_s` None: until it is revoked."""

    name: str
    scopes: Sequence[Scope]
    accounts: Sequence[str]
    lifetime_s: float | None = None


@dataclass(frozen=True)
class Token:
    """A token as it stands. `owner`: the id of a person or a service. Times as everywhere in the ledger."""

    id: str
    owner: str
    name: str
    scopes: tuple[str, ...]
    accounts: tuple[str, ...]
    created_s: float
    expires_s: float | None
    used_s: float | None
    revoked_s: float | None


def issue(ledger: Ledger, by: Caller, owner: str, new: NewToken) -> tuple[Token, str]:
    """A new token and its secret, which nobody can read again. Raises UnknownPerson and NotAllowed."""
    with writing(ledger) as db:
        found = people.read(db, owner)
        if found.removed_s is not None:
            raise UnknownPerson(f"{found.name!r} was removed; give them a role first")
        if owner != by.id:
            people.ask(by, found.accounts | frozenset(new.accounts))
        return _insert(db, by, owner, new)


def issue_to_service(ledger: Ledger, by: Caller, new: NewToken) -> tuple[Token, str]:
    """A token for the service of the same name, new or not, which has the roles that the scopes need from now on.

    Raises NameTaken where a person has this name, and NotAllowed.
    """
    given = {Grant(ROLE_FOR[Scope(scope)], account) for scope in new.scopes for account in new.accounts}
    with writing(ledger) as db:
        known = people.find_named(db, new.name)
        if known is None or known.removed_s is not None or known.kind != "service":
            service = people.add(ledger, by, new.name, given, "service").id
        else:
            service = known.id
            if not given <= set(known.grants):
                people.change(ledger, by, service, given.union(known.grants))
        return _insert(db, by, service, new)


def _insert(db: sa.Connection, by: Caller, owner: str, new: NewToken) -> tuple[Token, str]:
    secret, token = passwords.new_secret(PREFIX), secrets.token_hex(16)
    facts = {"id": token, "owner": owner, "name": new.name, "hash": passwords.digest(secret), "created_s": now_s()}
    allowed = {"scopes": [str(scope) for scope in new.scopes], "accounts": list(new.accounts)}
    expires_s = now_s() + new.lifetime_s if new.lifetime_s is not None else None
    db.execute(tokens.insert().values(**facts, **allowed, expires_s=expires_s))
    record.write(db, by, What.TOKEN_ISSUED, detail={"token": token, "owner": owner, **allowed})
    return _token(db.execute(sa.select(tokens).where(tokens.c.id == token)).one()), secret


def find_caller(ledger: Ledger, secret: str, address: str | None) -> Caller | None:
    """Who shows this token, with what they may do now; None where there is none, or it has expired or was revoked."""
    valid = (tokens.c.hash == passwords.digest(secret)) & tokens.c.revoked_s.is_(None)
    valid &= sa.or_(tokens.c.expires_s.is_(None), tokens.c.expires_s > now_s())
    stale = sa.or_(tokens.c.used_s.is_(None), tokens.c.used_s < now_s() - USED_EVERY_S)
    with reading(ledger) as db:
        row = db.execute(sa.select(tokens, stale.label("stale")).where(valid)).one_or_none()
        owner = people.read(db, row.owner) if row else None
    if row is None or owner is None or owner.removed_s is not None:
        return None
    rights = narrowed(rights_of(owner.grants, owner.kind), row.scopes, row.accounts)
    caller = Caller(owner.id, owner.name, owner.kind, "token", rights, address, row.id)
    if row.stale:
        _note_use(ledger, caller)
    return caller


def _note_use(ledger: Ledger, caller: Caller) -> None:
    with writing(ledger) as db:
        db.execute(tokens.update().where(tokens.c.id == caller.means).values(used_s=now_s()))
        record.write(db, caller, What.TOKEN_USED)


def revoke(ledger: Ledger, by: Caller, token: str) -> None:
    """End a token at once. Raises UnknownToken, also where it is somebody else's whom `by` may not change."""
    with writing(ledger) as db:
        row = db.execute(sa.select(tokens).where(tokens.c.id == token)).one_or_none()
        if row is None or not _may_see(by, row.owner, people.read(db, row.owner).accounts):
            raise UnknownToken(f"there is no token {token!r}; the list of tokens names those there are")
        db.execute(tokens.update().where(tokens.c.id == token).values(revoked_s=now_s()))
        record.write(db, by, What.TOKEN_REVOKED, detail={"token": token, "owner": row.owner})


def list_tokens(ledger: Ledger, by: Caller) -> list[Token]:
    """One's own tokens, and those of everybody whom `by` may change, the oldest first."""
    owners = {person.id: person.accounts for person in people.list_people(ledger)}
    with reading(ledger) as db:
        rows = db.execute(sa.select(tokens).order_by(tokens.c.created_s, tokens.c.id)).all()
    return [_token(row) for row in rows if _may_see(by, row.owner, owners[row.owner])]


def any_token(ledger: Ledger) -> bool:
    """Whether a token was ever issued."""
    with reading(ledger) as db:
        return db.execute(sa.select(tokens.c.id).limit(1)).first() is not None


def _may_see(by: Caller, owner: str, accounts: frozenset[str]) -> bool:
    return owner == by.id or by.may(Right.PEOPLE, accounts or frozenset({ALL}))


def _token(row: Any) -> Token:
    scopes, accounts = tuple(row.scopes), tuple(row.accounts)
    times = (row.created_s, row.expires_s, row.used_s, row.revoked_s)
    return Token(row.id, row.owner, row.name, scopes, accounts, *times)
