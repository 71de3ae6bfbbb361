"""Who is signed in: local passwords, and sessions of which the database holds only the cookie's hash.

A session ends after a while without a request, after its longest time, when it is ended, and with its person. What it
may do is asked for anew with each request.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service import passwords, people, record
from service.gate import NOBODY, Caller, rights_of
from service.ledger import tables
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.tables import sessions, tries
from service.people import Person, UnknownPerson
from service.record import What

SEEN_EVERY_S = 60.0  # how exactly the last request is known; a write for each would queue behind the workers'
WINDOW_S = 900.0
MOST_TRIES_BY_NAME = 10  # in the window; who knows the password needs one
MOST_TRIES_BY_ADDRESS = 50  # a whole office may share one
LINK_S = 2 * 86_400.0  # how long a set-up link can be used


class TooManyTries(PortevoixError):
    """Signing in was tried too often with this name or from this address."""

    def __init__(self, retry_s: int) -> None:
        super().__init__("signing in was tried too often; wait some minutes and try again")
        self.retry_s = retry_s

    def __reduce__(self) -> tuple[type[TooManyTries], tuple[int]]:
        return TooManyTries, (self.retry_s,)


class WrongPassword(PortevoixError):
    """This name and this password do not go together; whether the name is known is not said."""


class SpentLink(PortevoixError):
    """A set-up link that was used, has expired or never was."""


@dataclass(frozen=True)
class Lengths:
    """How long a session lives: without a request, and at most. Seconds."""

    idle_s: float
    longest_s: float


@dataclass(frozen=True)
class Session:
    """One session as it stands."""

    id: str
    person: str
    address: str | None
    created_s: float
    seen_s: float
    until_s: float


# Signing in with a password


def sign_in(ledger: Ledger, name: str, password: str, address: str | None, lengths: Lengths) -> tuple[Person, str]:
    """Whoever has this name and password, and the secret of a new session.

    Raises TooManyTries and WrongPassword. A name that nobody has meets the same statements and the same hashing.
    """
    _count_try(ledger, name, address)
    with reading(ledger) as db:
        row = _with_name(db, name)
    right = passwords.matches(row.password if row else None, password)
    with writing(ledger) as db:
        still = _with_name(db, name)
        if not right or row is None or still is None or still.password != row.password:
            refused = replace(NOBODY, address=address)
            record.write(db, refused, What.SIGN_IN_REFUSED, detail={"person": row.id if row else None})
        else:
            db.execute(tries.delete().where(tries.c.subject == _name_key(name)))
            return people.read(db, row.id), open_session(db, row.id, address, lengths)
    raise WrongPassword("this name and this password do not go together")


def _with_name(db: sa.Connection, name: str) -> Any:
    known = (sa.func.lower(tables.people.c.name) == name.lower()) & tables.people.c.removed_s.is_(None)
    person = known & (tables.people.c.kind == "person")
    return db.execute(sa.select(tables.people.c.id, tables.people.c.password).where(person)).one_or_none()


def _count_try(ledger: Ledger, name: str, address: str | None) -> None:
    """Count it before the password is looked at, so that guesses made at once count too."""
    limits = {_name_key(name): MOST_TRIES_BY_NAME, _address_key(address): MOST_TRIES_BY_ADDRESS}
    with writing(ledger) as db:
        db.execute(tries.delete().where(tries.c.at_s < now_s() - WINDOW_S))
        for subject in limits:
            db.execute(tries.insert().values(subject=subject, at_s=now_s()))
        over = [subject for subject, most in limits.items() if _tries_of(db, subject) > most]
    if over:
        raise TooManyTries(int(WINDOW_S))


def _tries_of(db: sa.Connection, subject: str) -> int:
    return db.execute(sa.select(sa.func.count()).where(tries.c.subject == subject)).scalar_one()


def _name_key(name: str) -> str:
    return passwords.digest(f"name {name.lower()}")


def _address_key(address: str | None) -> str:
    return passwords.digest(f"address {network_of(address)}")


def network_of(address: str | None) -> str:
    """The addresses that count as one: a subscriber of IPv6 has a whole /64. What is no address counts as itself."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((found, 64 if found.version == 6 else 32), strict=False))


# The link with which a person sets a password


def new_link(ledger: Ledger, by: Caller, person: str, lifetime_s: float = LINK_S) -> str:
    """The secret of a link that lets a person set a password once; an earlier link is spent. Raises UnknownPerson and
    NotAllowed.
    """
    secret = passwords.new_secret()
    with writing(ledger) as db:
        found = people.read(db, person)
        if found.kind != "person" or found.removed_s is not None:
            raise UnknownPerson(f"{found.name!r} is a service or was removed; only a person sets a password")
        people.ask(by, found.accounts)
        link = {"setup_hash": passwords.digest(secret), "setup_until_s": now_s() + lifetime_s}
        db.execute(tables.people.update().where(tables.people.c.id == person).values(**link))
        record.write(db, by, What.PERSON_CHANGED, detail={"person": person, "link": True})
    return secret


def link_of(public_url: str, secret: str) -> str:
    """The link as it is given to a person: a page of the service."""
    return f"{public_url.rstrip('/')}/set-up?key={secret}"


def set_password(ledger: Ledger, secret: str, password: str, address: str | None) -> Person:
    """Use a link: set the password and end the person's sessions. Raises SpentLink and WeakPassword."""
    with reading(ledger) as db:
        found = _of_link(db, secret)
    kept = passwords.hashed(password, found.name)
    with writing(ledger) as db:
        person = people.read(db, _of_link(db, secret).id)
        new = {"password": kept, "setup_hash": None, "setup_until_s": None}
        db.execute(tables.people.update().where(tables.people.c.id == person.id).values(**new))
        db.execute(sessions.delete().where(sessions.c.person == person.id))
        record.write(db, _caller(person, address), What.PASSWORD_SET, detail={"person": person.id})
        return replace(person, has_password=True)


def _of_link(db: sa.Connection, secret: str) -> Any:
    valid = (tables.people.c.setup_hash == passwords.digest(secret)) & (tables.people.c.setup_until_s > now_s())
    found = db.execute(sa.select(tables.people.c.id, tables.people.c.name).where(valid)).one_or_none()
    if found is None:
        raise SpentLink("this link was used or has expired; ask an administrator for a new one")
    return found


# Sessions


def open_session(db: sa.Connection, person: str, address: str | None, lengths: Lengths) -> str:
    """Begin a session within a writing transaction and return its secret, the cookie's value."""
    secret, session = passwords.new_secret(), secrets.token_hex(16)
    times = {"created_s": now_s(), "seen_s": now_s(), "until_s": now_s() + lengths.longest_s}
    row = {"id": session, "hash": passwords.digest(secret), "person": person, "address": address}
    db.execute(sessions.insert().values(**row, **times))
    record.write(db, replace(_caller(people.read(db, person), address), means=session), What.SIGNED_IN)
    return secret


def _caller(person: Person, address: str | None) -> Caller:
    return Caller(person.id, person.name, person.kind, "session", rights_of(person.grants), address)


def find_caller(ledger: Ledger, secret: str, address: str | None, lengths: Lengths) -> Caller | None:
    """Who has this session, with what they may do now; None where it has ended."""
    alive = (sessions.c.hash == passwords.digest(secret)) & (sessions.c.until_s > now_s())
    alive &= sessions.c.seen_s > now_s() - lengths.idle_s
    stale = sessions.c.seen_s < now_s() - min(SEEN_EVERY_S, lengths.idle_s / 4)
    with reading(ledger) as db:
        row = db.execute(sa.select(sessions.c.id, sessions.c.person, stale.label("stale")).where(alive)).one_or_none()
        person = people.read(db, row.person) if row else None
    if row is None or person is None or person.removed_s is not None:
        return None
    if row.stale:
        with writing(ledger) as db:
            db.execute(sessions.update().where(sessions.c.id == row.id).values(seen_s=now_s()))
    return replace(_caller(person, address), means=row.id)


def list_sessions(ledger: Ledger, person: str) -> list[Session]:
    """The sessions of a person that have not reached their longest time, the newest first."""
    alive = (sessions.c.person == person) & (sessions.c.until_s > now_s())
    with reading(ledger) as db:
        rows = db.execute(sa.select(sessions).where(alive).order_by(sessions.c.created_s.desc()))
        return [Session(r.id, r.person, r.address, r.created_s, r.seen_s, r.until_s) for r in rows]


def end_sessions(ledger: Ledger, by: Caller, person: str, only: str | None = None) -> int:
    """End all sessions of a person at once, or only one, and return how many there were.

    Raises NotAllowed where they are somebody else's and `by` may not change people of these accounts.
    """
    mine = sessions.c.person == person
    if only is not None:
        mine &= sessions.c.id == only
    with writing(ledger) as db:
        if person != by.id:
            people.ask(by, people.read(db, person).accounts)
        ended = list(db.execute(sessions.delete().where(mine).returning(sessions.c.id)).scalars())
        if ended:
            what = What.SIGNED_OUT if ended == [by.means] else What.SESSIONS_ENDED
            record.write(db, by, what, detail={"person": person, "sessions": ended})
        return len(ended)


def forget_ended(ledger: Ledger) -> None:
    """Remove the rows of sessions past their longest time, and of sign-ins that were never finished."""
    with writing(ledger) as db:
        db.execute(sessions.delete().where(sessions.c.until_s < now_s()))
        db.execute(tables.sign_ins.delete().where(tables.sign_ins.c.until_s < now_s()))
