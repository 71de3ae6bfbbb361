"""Releases: what is approved goes to an account's destination, now or when the embargo ends; and withdrawals.

Each is a piece of work of its own, under a lease like any other. What goes is decided when it goes, by the database's
clock: nothing before the embargo, nothing that is not approved at that moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from portevoix.authoring.account import Account
from portevoix.errors import PortevoixError
from service import approvals, record
from service.approvals import Standing
from service.documents import accounts_of
from service.gate import Caller
from service.ledger.database import Ledger, now_s, reading, time_of, writing
from service.ledger.outbox import offer
from service.ledger.states import OPEN_RELEASE, RELEASE, WITHDRAWAL, JobState, Priority, ReleaseState, WorkState
from service.ledger.tables import jobs, people, releases, work
from service.ledger.transitions import add_event, drop_release, job_row
from service.record import Subject, What

Accounts = Mapping[str, Account]


class NotReleasable(PortevoixError):
    """What is asked for cannot be released, or not yet."""


class UnknownRelease(PortevoixError):
    """The job has no release of this id."""


@dataclass(frozen=True)
class NewRelease:
    """What is to be released to an account.

    `languages`: only these, empty for all; `at_embargo`: when the embargo ends.
    """

    account: str
    languages: tuple[str, ...] = ()
    at_embargo: bool = False


@dataclass(frozen=True)
class Release:
    """A release or a withdrawal as it stands.

    `files`: the digests of what the manifest names, by their names before they were released; `left_out`: each language
    that stayed behind, or file that could not be deleted, and why. Times as everywhere in the ledger.
    """

    id: str
    kind: str
    account: str
    state: ReleaseState
    at_embargo: bool
    languages: tuple[str, ...]
    by: str
    asked_s: float
    ended_s: float | None
    released: tuple[str, ...]
    files: Mapping[str, str]
    left_out: Mapping[str, str]
    manifest: str | None
    digest: str | None
    number: int | None
    error: str | None


def ask(ledger: Ledger, caller: Caller, job: str, new: NewRelease, accounts: Accounts) -> Release:
    """Have approved languages released. Raises NotReleasable with what stands against it."""
    with writing(ledger) as db:
        row = job_row(db, job, [*jobs.c])
        _check_account(db, row, new.account, accounts)
        if row.draft or row.state in (JobState.CANCELLING, JobState.CANCELLED):
            raise NotReleasable(f"job {job} is {'a draft' if row.draft else row.state}; it cannot be released")
        if new.at_embargo and row.embargo_s is None:
            raise NotReleasable(f"job {job} has no embargo to wait for; release it now")
        if not new.at_embargo:
            _check_now(db, row, new, accounts)
        release = _insert(db, caller, row, RELEASE, new)
        asked = {"release": release, "languages": list(new.languages), "at_embargo": new.at_embargo}
        record.write(db, caller, What.RELEASE_ASKED, Subject(job, new.account), asked)
        return _read(db, job, release)


def _check_account(db: sa.Connection, row: Any, account: str, accounts: Accounts) -> None:
    if account not in accounts_of(row.document) or account not in accounts:
        raise NotReleasable(f"job {row.id} is not for the account {account!r}")
    if accounts[account].destination is None:
        raise NotReleasable(f"account {account!r} has no `destination` in accounts.yaml; give it one")
    mine = (releases.c.job == row.id) & (releases.c.account == account) & releases.c.state.in_(OPEN_RELEASE)
    if waiting := db.execute(sa.select(releases.c.id, releases.c.kind).where(mine)).first():
        raise NotReleasable(f"{waiting.kind} {waiting.id} to {account!r} has not ended; wait for it, or cancel it")
    if other := _other_job(db, row, account):
        raise NotReleasable(
            f"job {other} has the same name {row.name!r} and was released to {account!r}; withdraw that one first, "
            "or hand this one in under another name"
        )


def _other_job(db: sa.Connection, row: Any, account: str) -> str | None:
    """Another job of the same name that stands, or is about to stand, at this account's destination."""
    same = (jobs.c.name == row.name) & (jobs.c.id != row.id) & (releases.c.account == account)
    others = db.execute(sa.select(releases.c.job).join(jobs, jobs.c.id == releases.c.job).where(same).distinct())
    for other in others.scalars().all():
        open_one = (releases.c.job == other) & (releases.c.account == account) & releases.c.state.in_(OPEN_RELEASE)
        if last_release(db, other, account) or db.execute(sa.select(releases.c.id).where(open_one)).first():
            return str(other)
    return None


def _check_now(db: sa.Connection, row: Any, new: NewRelease, accounts: Accounts) -> None:
    """Raise NotReleasable unless every language asked for by name, and at least one language, may go at this moment."""
    if row.embargo_s is not None and row.embargo_s > time_of(db):
        raise NotReleasable(f"job {row.id} is embargoed until {as_hour(row.embargo_s)}; ask for it at the embargo")
    going, left_out = judge(db, row.id, new.account, new.languages, accounts)
    if (new.languages and left_out) or not going:
        why = "; ".join(f"{language}: {reason}" for language, reason in left_out.items())
        raise NotReleasable(f"nothing was released to {new.account!r}: {why or 'it has no finished files'}")


def judge(
    db: sa.Connection, job: str, account: str, languages: Sequence[str], accounts: Accounts
) -> tuple[list[Standing], dict[str, str]]:
    """The languages of an account that may go at this moment, and why the others may not."""
    needed = accounts[account].approval.people
    standing = {code: s for code, s in approvals.read(db, job).items() if account in s.accounts}
    left_out = {code: f"job has no files in it for {account!r}" for code in languages if code not in standing}
    going = []
    for code in languages or standing:
        if code in standing:
            if why := standing[code].missing(needed):
                left_out[code] = why
            else:
                going.append(standing[code])
    return going, left_out


def ready(
    ledger: Ledger, caller: Caller, job: str, account: str, accounts: Accounts
) -> tuple[list[Standing], dict[str, str]]:
    """The languages of an account that may leave at this moment, and why others may not, with a row of the record.

    Raises NotReleasable before the embargo ends, and where none may.
    """
    with writing(ledger) as db:
        row = job_row(db, job, [*jobs.c])
        if account not in accounts_of(row.document) or account not in accounts:
            raise NotReleasable(f"job {job} is not for the account {account!r}")
        _check_now(db, row, NewRelease(account), accounts)
        going, left_out = judge(db, job, account, (), accounts)
        words = {standing.language: standing.version.words for standing in going}
        record.write(db, caller, What.READ, Subject(job, account, digests=words), {"package": list(words)})
        return going, left_out


def _insert(db: sa.Connection, caller: Caller, row: Any, kind: str, new: NewRelease) -> str:
    """Add a release or withdrawal with its work, and offer that where it is due."""
    release, due_s = secrets.token_hex(16), (row.embargo_s or 0.0) if new.at_embargo else 0.0
    begun = {"state": WorkState.QUEUED, "fence": 0, "not_before_s": due_s, "offers": 0}
    item = {"kind": kind, "stage": 0, "name": f"{kind} of {new.account}", "frames": 0, "payload": release}
    # A release has round 0, which no plan has: a job that is planned anew keeps its releases.
    adding = work.insert().values(job=row.id, round=0, queue=Priority.URGENT, **begun, **item).returning(work.c.id)
    number = db.execute(adding).scalar_one()
    said = {"id": release, "job": row.id, "account": new.account, "kind": kind, "state": ReleaseState.WAITING}
    wanted = {"at_embargo": new.at_embargo, "languages": list(new.languages), "person": caller.id, "work": number}
    db.execute(releases.insert().values(**said, **wanted, asked_s=now_s(), deliveries=[], left_out={}))
    add_event(db, row.id, kind, {"release": release, "account": new.account, "state": ReleaseState.WAITING})
    if due_s <= time_of(db):
        offer(db, [number])
    return release


def withdraw(ledger: Ledger, caller: Caller, job: str, account: str, accounts: Accounts) -> Release:
    """Withdraw what was released to an account; a release that waits is cancelled.

    Raises NotReleasable where nothing of it can stand there, where the account has no destination any more, and while a
    release is being published.
    """
    with writing(ledger) as db:
        row = job_row(db, job, [*jobs.c])
        mine = (releases.c.job == job) & (releases.c.account == account)
        # One that failed in the middle may have put files there; one that was cancelled before it began put none.
        begun_or_open = releases.c.state.in_(OPEN_RELEASE) | (work.c.fence > 0)
        found = sa.select(releases.c.work, releases.c.state).join(work, work.c.id == releases.c.work)
        begun = db.execute(found.where(mine & begun_or_open).order_by(releases.c.work)).all()
        if not begun or begun[-1].state == ReleaseState.WITHDRAWN:
            raise NotReleasable(f"nothing of job {job} was released to {account!r}")
        if account not in accounts or accounts[account].destination is None:
            raise NotReleasable(
                f"account {account!r} has no `destination` in accounts.yaml any more; give it its old one"
            )
        for one in begun:
            if one.state in OPEN_RELEASE:
                _drop(db, one.work)
        release = _insert(db, caller, row, WITHDRAWAL, NewRelease(account))
        record.write(db, caller, What.WITHDRAWAL_ASKED, Subject(job, account), {"release": release})
        return _read(db, job, release)


def cancel(ledger: Ledger, caller: Caller, job: str, release: str) -> Release:
    """Cancel a release that has not begun. Raises UnknownRelease, and NotReleasable for one that has."""
    with writing(ledger) as db:
        found = release_row(db, job, release)
        if found.state != ReleaseState.WAITING:  # a part of it may be at the destination already
            raise NotReleasable(f"{found.kind} {release} is {found.state}; only one that waits is cancelled")
        _drop(db, found.work)
        record.write(db, caller, What.RELEASE_CANCELLED, Subject(job, found.account), {"release": release})
        return _read(db, job, release)


def _drop(db: sa.Connection, item: int) -> None:
    if db.execute(sa.select(work.c.state).where(work.c.id == item)).scalar_one() == WorkState.RUNNING:
        raise NotReleasable("it is being published at this moment; withdraw it when that has ended")
    drop_release(db, item)


def list_releases(ledger: Ledger, job: str) -> list[Release]:
    """The releases and withdrawals of a job, the oldest first."""
    with reading(ledger) as db:
        rows = db.execute(_named().where(releases.c.job == job).order_by(releases.c.work))
        return [_release(row) for row in rows]


def find(ledger: Ledger, job: str, release: str) -> Release:
    """One of them. Raises UnknownRelease."""
    with reading(ledger) as db:
        return _read(db, job, release)


def last_release(db: sa.Connection, job: str, account: str) -> Any | None:
    """The release that readers of an account's destination see; None before the first and after a withdrawal."""
    mine = (releases.c.job == job) & (releases.c.account == account)
    mine &= releases.c.state.in_((ReleaseState.RELEASED, ReleaseState.WITHDRAWN))
    last = db.execute(sa.select(releases).where(mine).order_by(releases.c.work.desc()).limit(1)).one_or_none()
    return last if last is not None and last.state == ReleaseState.RELEASED else None


def released_manifest(ledger: Ledger, job: str, account: str) -> str | None:
    """The digest of the manifest that an account's readers see; None before the first release and after a
    withdrawal.
    """
    with reading(ledger) as db:
        last = last_release(db, job, account)
        return last.digest if last else None


def release_row(db: sa.Connection, job: str, release: str) -> Any:
    this = (releases.c.id == release) & (releases.c.job == job)
    row = db.execute(_named().where(this)).one_or_none()
    if row is None:
        raise UnknownRelease(f"job {job} has no release {release}; its releases list those it has")
    return row


def _read(db: sa.Connection, job: str, release: str) -> Release:
    return _release(release_row(db, job, release))


def _named() -> sa.Select[Any]:
    by = sa.func.coalesce(people.c.name, releases.c.person).label("by")
    return sa.select(releases, by).outerjoin(people, people.c.id == releases.c.person)


def _release(row: Any) -> Release:
    return Release(
        id=row.id,
        kind=row.kind,
        account=row.account,
        state=ReleaseState(row.state),
        at_embargo=row.at_embargo,
        languages=tuple(row.languages),
        by=row.by,
        asked_s=row.asked_s,
        ended_s=row.ended_s,
        released=tuple(dict.fromkeys(one["language"] for one in row.deliveries)),
        files={one["path"]: one["sha256"] for one in row.deliveries},
        left_out=row.left_out,
        manifest=row.manifest,
        digest=row.digest,
        number=row.number,
        error=row.error,
    )


def as_hour(seconds: float | None) -> str | None:
    """A moment in ISO 8601, UTC; None for none."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
