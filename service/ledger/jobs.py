"""What a team does to its jobs: hand them in, stop them, try them again, correct them."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from service.documents import embargo_of
from service.ledger.database import Ledger, now_s, writing
from service.ledger.outbox import offer
from service.ledger.records import ChangedMeanwhile, KeyReused, NotNow, Submission
from service.ledger.states import MOVING, PUBLISHING_KINDS, JobState, Priority, ReleaseState, WorkState
from service.ledger.tables import jobs, releases, requests, work
from service.ledger.transitions import (
    add_event,
    begin_round,
    drop_release,
    drop_unstarted,
    job_row,
    set_state,
    settle,
)


def submit(ledger: Ledger, submission: Submission, idempotency_key: str | None = None) -> str:
    """Take a job in and return its id. The same key again gives the first id. Raises KeyReused for another request."""
    with writing(ledger) as db:
        if idempotency_key is not None and (known := _job_of_request(db, submission, idempotency_key)):
            return known
        job = secrets.token_hex(16)
        db.execute(jobs.insert().values(id=job, **_first_values(submission), created_s=now_s(), changed_s=now_s()))
        if idempotency_key is not None:
            request = {"owner": submission.owner, "key": idempotency_key, "fingerprint": submission.fingerprint()}
            db.execute(requests.insert().values(**request, job=job, created_s=now_s()))
        begin_round(db, job)
        return job


def _job_of_request(db: sa.Connection, submission: Submission, key: str) -> str | None:
    """The job that was made when this key came first. Raises KeyReused where it came with another request."""
    same_key = (requests.c.owner == submission.owner) & (requests.c.key == key)
    known = db.execute(sa.select(requests).where(same_key)).one_or_none()
    if known and known.fingerprint != submission.fingerprint():
        raise KeyReused(f"key {key!r} came with another request before; use a new key for it")
    return str(known.job) if known else None


def _first_values(submission: Submission) -> dict[str, object]:
    """A new job's row, but for its id and its times."""
    return {
        "owner": submission.owner,
        "name": submission.name,
        "priority": submission.priority,
        "state": JobState.RECEIVED,
        "draft": submission.draft,
        "held": submission.hold,
        "document": submission.document,
        "files": dict(submission.files),
        "languages": list(submission.languages),
        "formats": list(submission.formats),
        "webhook": submission.webhook,
        "round": 0,
        "maker": "",
        "frames": 0,
        "frames_done": 0,
        "faults": [],
        "failures": [],
        "notes": [],
        "embargo_s": embargo_of(submission.document),
    }


def cancel(ledger: Ledger, job: str) -> JobState:
    """Stop a job. Returns `cancelled`, `cancelling` while workers are still at it, or the state that it ended in
    before.
    """
    with writing(ledger) as db:
        state = job_row(db, job).state
        if state not in MOVING:
            return JobState(state)
        drop_unstarted(db, job)
        waiting = (releases.c.job == job) & (releases.c.state == ReleaseState.WAITING)
        for item in db.execute(sa.select(releases.c.work).where(waiting)).scalars().all():
            drop_release(db, item)
        set_state(db, job, JobState.CANCELLING)
        settle(db, job)
        return JobState(job_row(db, job).state)


def retry(ledger: Ledger, job: str) -> bool:
    """Plan a failed job anew; what it made stands in the store and is not made again. False unless it has failed."""
    with writing(ledger) as db:
        if job_row(db, job).state != JobState.FAILED:
            return False
        begin_round(db, job)
        return True


def deliver_again(ledger: Ledger, job: str) -> bool:
    """Plan a finished job anew, since a file of its set was lost or spoilt: what the store still has is not made again,
    and what comes out as it was stays approved. False unless it is done.
    """
    with writing(ledger) as db:
        if job_row(db, job).state != JobState.DONE:
            return False
        begin_round(db, job)
        return True


def start(ledger: Ledger, job: str) -> bool:
    """Have a held job rendered as soon as it is planned. False where it is not held or has ended."""
    with writing(ledger) as db:
        row = job_row(db, job)
        if not row.held or row.state not in MOVING:
            return False
        db.execute(jobs.update().where(jobs.c.id == job).values(held=False))
        settle(db, job)
        return True


def prioritise(ledger: Ledger, job: str, priority: Priority) -> bool:
    """Move a job's unstarted work to another queue; its releases stay urgent. False where the job has ended."""
    with writing(ledger) as db:
        if job_row(db, job).state not in MOVING:
            return False
        db.execute(jobs.update().where(jobs.c.id == job).values(priority=priority))
        own = (work.c.job == job) & work.c.kind.not_in(PUBLISHING_KINDS)
        unstarted = own & work.c.state.in_((WorkState.WAITING, WorkState.QUEUED))
        db.execute(work.update().where(unstarted).values(queue=priority))
        due = own & (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
        offer(db, db.execute(sa.select(work.c.id).where(due)).scalars().all())
        add_event(db, job, "priority", {"priority": priority})
        return True


def revise(ledger: Ledger, job: str, name: str, digest: str, instead_of: str | None = None) -> None:
    """Put another input behind a file name of a job and plan it anew; what the change does not touch is not made
    again.

    What was delivered stays until the new files are there. Somebody waits for them: it goes before bulk work. Raises
    UnknownJob, NotNow for a cancelled job, and ChangedMeanwhile where the input is no longer `instead_of`.
    """
    with writing(ledger) as db:
        row = job_row(db, job, [jobs.c.state, jobs.c.files, jobs.c.priority])
        if row.state in (JobState.CANCELLING, JobState.CANCELLED):
            raise NotNow(f"job {job} was cancelled; hand it in again")
        if instead_of is not None and row.files.get(name) != instead_of:
            raise ChangedMeanwhile(f"{name} was replaced meanwhile; read it again and correct that")
        files = {**row.files, name: digest}
        _plan_corrected(db, job, row.priority, files=files)


def rewrite(ledger: Ledger, job: str, document: str, instead_of: str) -> None:
    """Put another document in the place of a job's, and plan it anew, before bulk work.

    Raises as `revise`, ChangedMeanwhile where the document is no longer `instead_of`.
    """
    with writing(ledger) as db:
        row = job_row(db, job, [jobs.c.state, jobs.c.document, jobs.c.priority])
        if row.state in (JobState.CANCELLING, JobState.CANCELLED):
            raise NotNow(f"job {job} was cancelled; hand it in again")
        if row.document != instead_of:
            raise ChangedMeanwhile("the job's document was changed meanwhile; read it again and correct that")
        _plan_corrected(db, job, row.priority, document=document)


def _plan_corrected(db: sa.Connection, job: str, priority: Priority, **corrected: object) -> None:
    waited_for = Priority.INTERACTIVE if priority == Priority.BULK else priority
    db.execute(jobs.update().where(jobs.c.id == job).values(priority=waited_for, **corrected))
    begin_round(db, job)
