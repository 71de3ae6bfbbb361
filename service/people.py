"""Persons and services: who there is, and which roles they have for which accounts.

A person signs in; a service is another program, with tokens alone. Both are asked for anew with each request, so
whoever is removed, or loses a role, has lost it at the next one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service import record
from service.gate import Caller, Grant, Right, Role
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.tables import grants, people, sessions, tokens
from service.record import What

Origin = Literal["house", "provider"]
HOUSE: Literal["house"] = "house"  # a role given by an administrator
PROVIDER: Literal["provider"] = "provider"  # and one by a group of the identity provider

PersonKind = Literal["person", "service"]


class UnknownPerson(PortevoixError):
    """No person or service has this id or name."""


class NameTaken(PortevoixError):
    """Somebody else has this name."""


class NotAllowed(PortevoixError):
    """The caller lacks the right for one of the accounts."""


@dataclass(frozen=True)
class Person:
    """A person or a service as they stand. `subject`: who the identity provider says a person is."""

    id: str
    kind: PersonKind
    name: str
    subject: str | None
    grants: tuple[Grant, ...]
    has_password: bool
    created_s: float
    removed_s: float | None

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts for which they have any role."""
        return frozenset(grant.account for grant in self.grants)


def add(ledger: Ledger, by: Caller, name: str, given: Iterable[Grant], kind: PersonKind = "person") -> Person:
    """A new person or service. Raises NameTaken, and NotAllowed where `by` may not give these roles."""
    given = sorted(set(given))
    with writing(ledger) as db:
        ask(by, {grant.account for grant in given})
        person = insert(db, name, given, HOUSE, kind)
        record.write(db, by, What.PERSON_ADDED, detail={"person": person, "kind": kind, "roles": listed(given)})
        return read(db, person)


def insert(
    db: sa.Connection, name: str, given: Iterable[Grant], origin: Origin, kind: PersonKind, subject: str | None = None
) -> str:
    """Add the row and the roles of somebody new and return the id. Raises NameTaken."""
    _check_name_is_free(db, name)
    person = secrets.token_hex(16)
    db.execute(people.insert().values(id=person, kind=kind, name=name, subject=subject, created_s=now_s()))
    replace_grants(db, person, given, origin)
    return person


def change(ledger: Ledger, by: Caller, person: str, given: Iterable[Grant]) -> Person:
    """Give somebody these roles in place of those they were given here; a person who was removed is back.

    Raises UnknownPerson, NameTaken, and NotAllowed where `by` may not give or take one of these roles.
    """
    given = sorted(set(given))
    with writing(ledger) as db:
        before = read(db, person)
        ask(by, before.accounts | {grant.account for grant in given})
        if before.removed_s is not None:
            _check_name_is_free(db, before.name)
        replace_grants(db, person, given, HOUSE)
        db.execute(people.update().where(people.c.id == person).values(removed_s=None))
        roles = {"before": listed(before.grants), "roles": listed(given)}
        record.write(db, by, What.PERSON_CHANGED, detail={"person": person, **roles})
        return read(db, person)


def remove(ledger: Ledger, by: Caller, person: str) -> None:
    """Take somebody's roles, sessions, tokens and password at once. Raises UnknownPerson and NotAllowed."""
    with writing(ledger) as db:
        before = read(db, person)
        ask(by, before.accounts)
        db.execute(grants.delete().where(grants.c.person == person))
        db.execute(sessions.delete().where(sessions.c.person == person))
        alive = (tokens.c.owner == person) & tokens.c.revoked_s.is_(None)
        db.execute(tokens.update().where(alive).values(revoked_s=now_s()))
        nothing = {"password": None, "setup_hash": None, "setup_until_s": None}
        db.execute(people.update().where(people.c.id == person).values(removed_s=now_s(), **nothing))
        record.write(db, by, What.PERSON_REMOVED, detail={"person": person, "roles": listed(before.grants)})


def replace_grants(db: sa.Connection, person: str, given: Iterable[Grant], origin: Origin) -> None:
    """Put these roles in place of all of this origin."""
    db.execute(grants.delete().where((grants.c.person == person) & (grants.c.origin == origin)))
    for grant in given:
        row = {"person": person, "role": grant.role, "account": grant.account, "origin": origin}
        db.execute(grants.insert().values(**row))


def find(ledger: Ledger, person: str) -> Person:
    """Somebody by their id. Raises UnknownPerson."""
    with reading(ledger) as db:
        return read(db, person)


def named(ledger: Ledger, name: str) -> Person:
    """Somebody by their name or id. Raises UnknownPerson."""
    with reading(ledger) as db:
        if found := find_named(db, name):
            return found
    raise UnknownPerson(f"there is no {name!r}; the list of people names those there are")


def find_named(db: sa.Connection, name: str) -> Person | None:
    """Somebody by their name or id, within a transaction: of several of one name who is there, or was last."""
    known = (sa.func.lower(people.c.name) == name.lower()) | (people.c.id == name)
    newest = sa.select(people.c.id).where(known).order_by(people.c.removed_s.is_not(None), people.c.created_s.desc())
    person = db.execute(newest.limit(1)).scalar_one_or_none()
    return read(db, person) if person else None


def list_people(ledger: Ledger) -> list[Person]:
    """Everybody, the removed too, by name."""
    with reading(ledger) as db:
        given: dict[str, list[Grant]] = {}
        for row in db.execute(sa.select(grants)):
            given.setdefault(row.person, []).append(Grant(Role(row.role), row.account))
        rows = db.execute(sa.select(people).order_by(people.c.name, people.c.id))
        return [_person(row, given.get(row.id, [])) for row in rows]


def read(db: sa.Connection, person: str) -> Person:
    """Somebody, within a transaction. Raises UnknownPerson."""
    row = db.execute(sa.select(people).where(people.c.id == person)).one_or_none()
    if row is None:
        raise UnknownPerson(f"there is no person or service {person!r}; the list of people names those there are")
    return _person(row, grants_of(db, person))


def grants_of(db: sa.Connection, person: str) -> list[Grant]:
    """The roles of somebody, whoever gave them."""
    rows = db.execute(sa.select(grants.c.role, grants.c.account).where(grants.c.person == person))
    return [Grant(Role(role), account) for role, account in rows]


def _check_name_is_free(db: sa.Connection, name: str) -> None:
    same = (sa.func.lower(people.c.name) == name.lower()) & people.c.removed_s.is_(None)
    if db.execute(sa.select(people.c.id).where(same)).first():
        raise NameTaken(f"{name!r} is there already; choose another name")


def _person(row: Any, given: Iterable[Grant]) -> Person:
    roles = tuple(sorted(set(given)))
    signs_in = row.password is not None
    return Person(row.id, row.kind, row.name, row.subject, roles, signs_in, row.created_s, row.removed_s)


def ask(by: Caller, accounts: Iterable[str]) -> None:
    """Raise NotAllowed unless `by` may change people and tokens of all these accounts."""
    if not by.may(Right.PEOPLE, frozenset(accounts) or frozenset({"*"})):
        raise NotAllowed(f"{by.name!r} may not change roles for {', '.join(sorted(accounts)) or 'all accounts'}")


def listed(given: Iterable[Grant]) -> list[str]:
    """Roles as the record names them."""
    return [f"{grant.role} for {grant.account}" for grant in sorted(given)]
