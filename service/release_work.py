"""What a worker does of a release: decide what goes at this moment, and record what went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from portevoix.delivery.manifest import Delivery
from service import record
from service.approvals import Standing
from service.gate import ITSELF
from service.ledger.database import Ledger, time_of, writing
from service.ledger.records import Lease
from service.ledger.states import (
    GIVEN_BACK,
    RELEASE,
    WITHDRAWAL,
    ReleaseState,
    WorkState,
)
from service.ledger.tables import releases, work
from service.ledger.transitions import add_event, end_release, end_work, job_row, settle
from service.record import Subject, What
from service.releases import Accounts, as_hour, judge, last_release, release_row


@dataclass(frozen=True)
class Decided:
    """What a release is to publish now.

    `deliveries`: as the manifest lists them, each with its round before its path.
    """

    release: str
    job: str
    job_name: str
    account: str
    round: int
    embargo: str | None
    words: Mapping[str, str]
    deliveries: tuple[Mapping[str, Any], ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True)
class ReleaseOutcome:
    """What stands at the destination after a release or withdrawal: the manifest's name, digest and number; None where
    nothing was ever there. `kept`: files that could not be deleted, and why.
    """

    manifest: str | None
    digest: str | None
    number: int | None
    kept: Mapping[str, str]


def begin(ledger: Ledger, lease: Lease, accounts: Accounts) -> Decided | None:
    """Decide, at the moment of doing, what a release publishes. None: nothing, now; what had to be said of it is
    recorded.

    Before the embargo the work waits for it. What is not approved is left out; where nothing is, the release has
    failed.
    """
    with writing(ledger) as db:
        row, release = job_row(db, lease.job), release_row(db, lease.job, lease.payload)
        if row.embargo_s is not None and row.embargo_s > time_of(db):
            if end_work(db, lease, WorkState.QUEUED, GIVEN_BACK):
                db.execute(
                    work.update().where(work.c.id == lease.work).values(not_before_s=row.embargo_s, offered_s=None)
                )
            return None
        going, left_out = judge(db, lease.job, release.account, release.languages, accounts)
        if not going:
            _fail(db, lease, release, left_out)
            return None
        before = last_release(db, lease.job, release.account)
        decided = _decided(row, release, going, left_out, before.deliveries if before else [])
        files = {"deliveries": [dict(one) for one in decided.deliveries], "left_out": left_out}
        db.execute(releases.update().where(releases.c.id == release.id).values(state=ReleaseState.PUBLISHING, **files))
        if release.state == ReleaseState.WAITING:
            facts = {"release": release.id, "account": release.account, "state": ReleaseState.PUBLISHING}
            add_event(db, lease.job, RELEASE, facts)
        return decided


def _fail(db: sa.Connection, lease: Lease, release: Any, left_out: Mapping[str, str]) -> None:
    """End a release of which nothing may go."""
    if end_work(db, lease, WorkState.DONE, "done"):
        error = "nothing was approved: " + "; ".join(f"{code}: {why}" for code, why in left_out.items())
        end_release(db, lease.work, ReleaseState.FAILED, left_out=dict(left_out), error=error)
        detail = {"release": release.id, "left_out": list(left_out)}
        record.write(db, ITSELF, What.RELEASE_FAILED, Subject(lease.job, release.account), detail)


def _decided(
    row: Any, release: Any, going: Sequence[Standing], left_out: Mapping[str, str], before: Sequence[Mapping[str, Any]]
) -> Decided:
    """The languages that go, beside those that are out already and stay as they are."""
    codes = [standing.language for standing in going]
    new = [_listed(file, row.delivered_round) for s in going for file in s.files if file.account == release.account]
    kept = [one for one in before if one["language"] not in codes]
    words = {standing.language: standing.version.words for standing in going}
    embargo, facts = as_hour(row.embargo_s), (row.id, row.name, release.account, row.delivered_round)
    return Decided(release.id, *facts, embargo, words, (*kept, *new), dict(left_out))


def _listed(file: Delivery, round_number: int) -> dict[str, Any]:
    return asdict(replace(file, path=f"{round_number}/{file.path}"))


def begin_withdrawal(ledger: Ledger, lease: Lease) -> tuple[str, str]:
    """The name of the job and the account from which it is taken back."""
    with writing(ledger) as db:
        release = release_row(db, lease.job, lease.payload)
        publishing = releases.update().where(releases.c.id == release.id).values(state=ReleaseState.PUBLISHING)
        db.execute(publishing)
        return job_row(db, lease.job).name, release.account


def finish(ledger: Ledger, lease: Lease, outcome: ReleaseOutcome) -> bool:
    """Record what stands at the destination now. False: the lease was lost, nothing changes."""
    with writing(ledger) as db:
        if not end_work(db, lease, WorkState.DONE, "done"):
            return False
        release = release_row(db, lease.job, lease.payload)
        withdrawn = release.kind == WITHDRAWAL
        facts = {"manifest": outcome.manifest, "digest": outcome.digest, "number": outcome.number, "error": None}
        left_out = dict(outcome.kept) if withdrawn else dict(release.left_out)
        state = ReleaseState.WITHDRAWN if withdrawn else ReleaseState.RELEASED
        end_release(db, lease.work, state, left_out=left_out, **facts)
        subject = Subject(lease.job, release.account, digests={"manifest": outcome.digest} if outcome.digest else None)
        detail = {"release": release.id, "for": release.person, "left_out": list(left_out)}
        record.write(db, ITSELF, What.WITHDRAWN if withdrawn else What.RELEASED, subject, detail)
        settle(db, lease.job)
        return True
