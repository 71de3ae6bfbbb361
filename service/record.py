"""The record: who did, read or was refused what, each row hashed with the one before. Rows are only ever added.

A row is written in the same transaction as what it records, so neither stands without the other. The database itself
refuses to change or remove a row. If somebody removes that guard and rewrites rows, the hashes that were published
meanwhile show it. Rows hold ids and digests, never the words of a film.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service.gate import Caller
from service.ledger.database import now_s, time_of
from service.ledger.tables import record

FIRST = "0" * 64  # what the first row names as the one before it


class What(StrEnum):
    """What a row can say."""

    READ = "read"  # of what is not out yet
    REFUSED = "refused"
    SUBMITTED = "submitted"
    STARTED = "started"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    PRIORITY_CHANGED = "priority changed"
    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    SESSIONS_ENDED = "sessions ended"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    PERSON_REMOVED = "person removed"
    PASSWORD_SET = "password set"
    TOKEN_ISSUED = "token issued"
    TOKEN_USED = "token used"
    TOKEN_REVOKED = "token revoked"
    RECORD_READ = "record read"
    COMMENTED = "commented"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPROVAL_TAKEN_BACK = "approval taken back"
    EMBARGO_CHANGED = "embargo changed"
    RELEASE_ASKED = "release asked"
    RELEASED = "released"
    RELEASE_FAILED = "release failed"
    RELEASE_CANCELLED = "release cancelled"
    WITHDRAWAL_ASKED = "withdrawal asked"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    RETENTION_CHANGED = "retention changed"


@dataclass(frozen=True)
class Subject:
    """What a row is about. `digests`: SHA-256 of the words or files, by what each is: `{"file": …}`."""

    job: str | None = None
    account: str | None = None
    language: str | None = None
    digests: Mapping[str, str] | None = None


NOTHING = Subject()


@dataclass(frozen=True)
class RecordRow:
    """One row, in the order of its fields. `at_ms`: since 1970, by the database's clock."""

    id: int
    at_ms: int
    caller_kind: str
    caller: str
    caller_name: str
    via: str
    means: str | None
    address: str | None
    what: str
    job: str | None
    account: str | None
    language: str | None
    digests: Mapping[str, str]
    detail: Mapping[str, Any]
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """The hash that this row must have: SHA-256 of all other fields as JSON, names sorted, without spaces."""
        said = asdict(self)
        del said["hash"]
        return _hash(said)


@dataclass(frozen=True)
class RowFilter:
    """Which rows: behind the row `after`, none from before `since_ms`, of one kind, about one job."""

    after: int = 0
    since_ms: int = 0
    what: What | None = None
    job: str | None = None


EVERY_ROW = RowFilter()


class BrokenChain(PortevoixError):
    """A row of the record was changed, removed or put in between, or is not what was published."""


def write(
    db: sa.Connection, caller: Caller, what: What, subject: Subject = NOTHING, detail: Mapping[str, Any] | None = None
) -> RecordRow:
    """Add a row, within a writing transaction: its lock keeps the chain in one line. `detail`: ids, counts and digests
    alone.
    """
    last = db.execute(sa.select(record.c.id, record.c.hash).order_by(record.c.id.desc()).limit(1)).one_or_none()
    said: dict[str, Any] = {
        "id": last.id + 1 if last else 1,
        "at_ms": round(time_of(db) * 1000),
        "caller_kind": caller.kind,
        "caller": caller.id,
        "caller_name": caller.name,
        "via": caller.via,
        "means": caller.means,
        "address": caller.address,
        "what": what.value,
        "job": subject.job,
        "account": subject.account,
        "language": subject.language,
        "digests": dict(subject.digests or {}),
        "detail": {**(detail or {}), **({"asked": caller.asked} if caller.asked else {})},
        "previous": last.hash if last else FIRST,
    }
    row = RecordRow(**said, hash=_hash(said))
    db.execute(record.insert().values(**asdict(row)))
    return row


def _hash(said: Mapping[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def count(db: sa.Connection, what: What, job: str, seconds: float) -> int:
    """How many rows of the last `seconds` say this of a job."""
    young = record.c.at_ms > (now_s() - seconds) * 1000
    this = (record.c.what == what.value) & (record.c.job == job)
    return db.execute(sa.select(sa.func.count()).where(this & young)).scalar_one()


def read_lately(db: sa.Connection, caller: Caller, job: str | None, seconds: float) -> bool:
    """Whether a row of the last `seconds` says that this caller read of this job, or (None) of the list of jobs."""
    young = record.c.at_ms > (now_s() - seconds) * 1000
    this = (record.c.what == What.READ.value) & (record.c.caller == caller.id) & record.c.job.is_not_distinct_from(job)
    return db.execute(sa.select(record.c.id).where(this & young).limit(1)).first() is not None


def rows(db: sa.Connection, wanted: RowFilter = EVERY_ROW, limit: int | None = None) -> Iterator[RecordRow]:
    """The rows that are wanted, the oldest first."""
    these = (record.c.id > wanted.after) & (record.c.at_ms >= wanted.since_ms)
    if wanted.what is not None:
        these &= record.c.what == wanted.what.value
    if wanted.job is not None:
        these &= record.c.job == wanted.job
    found = sa.select(record).where(these).order_by(record.c.id).limit(limit)
    for row in db.execute(found.execution_options(yield_per=1_000)):
        yield RecordRow(**row._mapping)


def verify(db: sa.Connection, published: Mapping[int, str] | None = None) -> int:
    """Go through the whole chain and return how many rows it has. `published`: the hash of some rows by their ids.

    Raises BrokenChain at the first row that is not as it was written.
    """
    previous, count = FIRST, 0
    missing = dict(published or {})
    for row in rows(db):
        count += 1
        if row.id != count or row.previous != previous:
            raise BrokenChain(f"row {row.id} does not follow the row before it: rows were removed or put in between")
        if row.computed_hash() != row.hash:
            raise BrokenChain(f"row {row.id} is not as it was written")
        if missing.pop(row.id, row.hash) != row.hash:
            raise BrokenChain(f"row {row.id} is not the one whose hash was published: the rows up to it were rewritten")
        previous = row.hash
    if missing:
        raise BrokenChain(f"row {min(missing)} was published and is no longer there: the end was cut off")
    return count
