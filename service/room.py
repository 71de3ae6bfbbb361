"""How much room an account's jobs take: what they were made from and what they deliver, each file counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from portevoix.authoring.account import Room
from portevoix.library import Library
from service.documents import accounts_of
from service.ledger.database import Ledger, batches, reading
from service.ledger.tables import deliveries, grants, inputs, jobs, uploads

Files = Mapping[str, int]  # the bytes of each file, by its SHA-256


@dataclass(frozen=True)
class Filled:
    """An account with a limit, and what its jobs hold."""

    account: str
    room: Room
    files: int
    bytes: int

    @property
    def full(self) -> bool:
        """Whether there is room for no file more."""
        return self.files >= self.room.files or self.bytes >= self.room.bytes


def filled(ledger: Ledger, library: Library) -> list[Filled]:
    """Every account of the house that has a limit."""
    limits = {name: one.room for name, one in library.accounts.items() if one.room}
    found = {name: files_of_account(ledger, name) for name in limits}
    return [Filled(name, room, len(found[name]), sum(found[name].values())) for name, room in limits.items()]


def too_much(account: str, room: Room, held: Files, more: Files) -> str | None:
    """Why these files do not fit beside those that an account holds; None where they do."""
    new = {digest: size for digest, size in more.items() if digest not in held}
    files, size = len(held) + len(new), sum(held.values()) + sum(new.values())
    where = "the account's `room` in accounts.yaml; erase jobs that are done with, or have it raised"
    if files > room.files:
        return f"account {account!r} holds {len(held):,} files, and {len(new):,} more are over {room.files:,}: {where}"
    if size > room.bytes:
        return (
            f"account {account!r} holds {sum(held.values()):,} bytes, and {sum(new.values()):,} more are over "
            f"{room.bytes:,}: {where}"
        )
    return None


def files_of_account(ledger: Ledger, account: str) -> dict[str, int]:
    """The files of the jobs that are for an account, and what those who work for no other have sent or announced.

    A file that two of them share is one.
    """
    with reading(ledger) as db:
        own = _jobs_for(db, account)
        made_from = {digest for files in own.values() for digest in files.values()}
        return _bound(db, account) | _sent(db, sorted(made_from)) | _delivered(db, sorted(own))


def _jobs_for(db: sa.Connection, account: str) -> dict[str, Mapping[str, str]]:
    """The files of each job for an account. Few documents are read that are another's."""
    text = jobs.c.document
    may_name_it = text.contains(account, autoescape=True) | text.contains("\\", autoescape=True)  # a letter's number
    rows = db.execute(sa.select(jobs.c.id, text, jobs.c.files).where(may_name_it))
    return {row.id: row.files for row in rows if account in accounts_of(row.document)}


def _bound(db: sa.Connection, account: str) -> dict[str, int]:
    one = (sa.func.count(grants.c.account.distinct()) == 1) & (sa.func.min(grants.c.account) == account)
    who = sa.select(grants.c.person).group_by(grants.c.person).having(one)
    sent = sa.select(inputs.c.digest, inputs.c.bytes).where(inputs.c.owner.in_(who))
    announced = sa.select(uploads.c.id, uploads.c.bytes).where(uploads.c.owner.in_(who))
    return _sizes(db, sent) | _sizes(db, announced)


def _sizes(db: sa.Connection, asked: sa.Select[str, int]) -> dict[str, int]:
    return {name: int(size) for name, size in db.execute(asked)}


def _sent(db: sa.Connection, digests: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in batches(digests):
        found |= _sizes(db, sa.select(inputs.c.digest, inputs.c.bytes).where(inputs.c.digest.in_(some)))
    return found


def _delivered(db: sa.Connection, own: list[str]) -> dict[str, int]:
    facts = deliveries.c.facts
    asked = sa.select(facts["sha256"].as_string(), facts["bytes"].as_string())
    found: dict[str, int] = {}
    for some in batches(own):
        found |= _sizes(db, asked.where(deliveries.c.job.in_(some)))
    return found
