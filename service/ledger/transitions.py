"""One transaction's parts: each takes the connection of the change that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from portevoix.errors import Fault
from portevoix.plan.wire import DELIVERY, PLANNING
from service.ledger.database import now_s
from service.ledger.records import JobEntry, Lease, UnknownJob
from service.ledger.states import (
    MOST_TRIES,
    MOVING,
    UNENDED,
    ErrorClass,
    JobState,
    Priority,
    WorkState,
    pause_s,
)
from service.ledger.tables import (
    attempts,
    events,
    jobs,
    outbox,
    steps,
    webhooks,
    work,
)

LONGEST_ERROR = 4_000  # characters; ffmpeg's last words are a few lines
LIGHT = [column for column in jobs.c if column.name not in ("plan", "document", "files")]  # a plan is 200 kB and more


def job_row(db: sa.Connection, job: str, columns: Sequence[sa.Column[Any]] = LIGHT) -> Any:
    row = db.execute(sa.select(*columns).where(jobs.c.id == job)).one_or_none()
    if row is None:
        raise UnknownJob(job)
    return row


def entry_of(row: Any) -> JobEntry:
    return JobEntry(
        row.id,
        row.owner,
        row.name,
        Priority(row.priority),
        JobState(row.state),
        row.draft,
        row.held,
        tuple(row.languages),
        tuple(row.formats),
        row.round,
        row.frames,
        row.frames_done,
        tuple(Fault(**f) for f in row.faults),
        tuple(row.failures),
        tuple(row.notes),
        row.created_s,
        row.changed_s,
    )


def lease_of(row: Any, maker: str) -> Lease:
    return Lease(row.id, row.fence, row.job, row.round, row.kind, row.name, row.frames, row.payload, maker)


def held_by(lease: Lease) -> sa.ColumnElement[bool]:
    return (work.c.id == lease.work) & (work.c.fence == lease.fence) & (work.c.state == WorkState.RUNNING)


def still_counts(db: sa.Connection, lease: Lease) -> bool:
    """Whether the job still wants this work's result."""
    row = job_row(db, lease.job)
    return row.round == lease.round and row.state in MOVING


def tell(db: sa.Connection, job: str, kind: str, detail: dict[str, Any]) -> None:
    db.execute(events.insert().values(job=job, at_s=now_s(), kind=kind, detail=detail))


def need(db: sa.Connection, job: str, keys: Mapping[str, str]) -> None:
    """Note artifacts that a job needs: they are kept as long as it is."""
    known = set(db.execute(sa.select(steps.c.key).where(steps.c.job == job)).scalars())
    new = [{"job": job, "key": key, "kind": kind} for key, kind in keys.items() if key not in known]
    if new:
        db.execute(steps.insert(), new)


def set_state(db: sa.Connection, job: str, state: JobState) -> None:
    row = job_row(db, job)
    if row.state == state:
        return
    db.execute(jobs.update().where(jobs.c.id == job).values(state=state, changed_s=now_s()))
    tell(db, job, "state", {"state": state})
    if row.webhook and state not in UNENDED:
        body = {"job": job, "name": row.name, "state": state}
        db.execute(webhooks.insert().values(job=job, url=row.webhook, body=body, due_s=now_s(), tries=0, state="due"))


def begin_round(db: sa.Connection, job: str) -> None:
    """A new piece of planning; older work that has not begun is dropped, and what runs no longer counts."""
    drop_unstarted(db, job)
    cleared = jobs.update().where(jobs.c.id == job)
    row = db.execute(
        cleared.values(round=jobs.c.round + 1, faults=[], failures=[], frames=0, frames_done=0).returning(*LIGHT)
    ).one()
    set_state(db, job, JobState.RECEIVED)
    if row.round == 1:
        tell(db, job, "state", {"state": JobState.RECEIVED})
    item = db.execute(
        work.insert()
        .values(
            job=job,
            round=row.round,
            stage=0,
            kind=PLANNING,
            name=PLANNING,
            frames=0,
            payload="",
            queue=row.priority,
            state=WorkState.QUEUED,
            fence=0,
            not_before_s=0.0,
            offers=0,
        )
        .returning(work.c.id)
    ).scalar_one()
    offer(db, [item])


def drop_unstarted(db: sa.Connection, job: str) -> None:
    unstarted = (work.c.job == job) & work.c.state.in_((WorkState.WAITING, WorkState.QUEUED))
    items = (
        db.execute(work.update().where(unstarted).values(state=WorkState.CANCELLED).returning(work.c.id))
        .scalars()
        .all()
    )
    db.execute(outbox.delete().where(outbox.c.work.in_(items)))


def offer(db: sa.Connection, items: Sequence[int]) -> None:
    for item in items:
        offered = work.update().where(work.c.id == item).values(offers=work.c.offers + 1, offered_s=now_s())
        queue = db.execute(offered.returning(work.c.queue)).scalar_one()
        db.execute(outbox.insert().values(work=item, queue=queue, created_s=now_s()))


def end_work(
    db: sa.Connection,
    lease: Lease,
    state: WorkState,
    outcome: str,
    error: ErrorClass | None = None,
    message: str | None = None,
) -> bool:
    """End a lease. False where it is no longer this one's: then nothing is changed."""
    ended = work.update().where(held_by(lease)).values(state=state, holder=None, lease_until_s=None)
    if db.execute(ended).rowcount != 1:
        return False
    mine = (attempts.c.work == lease.work) & (attempts.c.fence == lease.fence)
    said = message[:LONGEST_ERROR] if message else None
    db.execute(attempts.update().where(mine).values(ended_s=now_s(), outcome=outcome, error_class=error, error=said))
    return True


def failed_try(db: sa.Connection, lease: Lease, outcome: str, error: ErrorClass, message: str) -> bool:
    if not end_work(db, lease, WorkState.FAILED, outcome, error, message):
        return False
    alike = (attempts.c.work == lease.work) & (attempts.c.error_class == error)
    tries = db.execute(sa.select(sa.func.count()).where(alike)).scalar_one()
    again = tries < MOST_TRIES[error]
    if still_counts(db, lease):
        detail = {"work": lease.name, "class": error, "error": message[:LONGEST_ERROR], "tries": tries, "again": again}
        tell(db, lease.job, "failed_try", detail)
    if again:
        # A worker that died took no time that could be waited for; an error may need some to pass.
        queue_again(db, lease, 0.0 if outcome == "expired" else pause_s(error, tries))
        return True
    if still_counts(db, lease):
        sentence = f"{lease.name}: {message[:LONGEST_ERROR]}"
        db.execute(jobs.update().where(jobs.c.id == lease.job).values(failures=[sentence]))
        drop_unstarted(db, lease.job)
        set_state(db, lease.job, JobState.FAILED)
    settle(db, lease.job)
    return True


def queue_again(db: sa.Connection, lease: Lease, pause: float) -> None:
    """Back into the queue in `pause` seconds; not at all where the job no longer wants it."""
    mine = work.update().where(work.c.id == lease.work)
    if not still_counts(db, lease):
        db.execute(mine.values(state=WorkState.CANCELLED))
        settle(db, lease.job)
        return
    db.execute(mine.values(state=WorkState.QUEUED, not_before_s=now_s() + pause, offers=0, offered_s=None))
    if not pause:
        offer(db, [lease.work])


def settle(db: sa.Connection, job: str) -> None:
    """Move a job on as far as its work allows: open the next stage, or end it."""
    row = job_row(db, job)
    mine = (work.c.job == job) & (work.c.round == row.round)
    if row.state == JobState.CANCELLING:
        running = (work.c.job == job) & (work.c.state == WorkState.RUNNING)
        if not db.execute(sa.select(work.c.id).where(running)).first():
            set_state(db, job, JobState.CANCELLED)
        return
    if row.state not in MOVING:
        return
    stage = db.execute(sa.select(sa.func.min(work.c.stage)).where(mine & (work.c.state != WorkState.DONE))).scalar_one()
    if stage is None:
        set_state(db, job, JobState.FAILED if row.failures else JobState.DONE)
        return
    if row.held and stage > 0:
        set_state(db, job, JobState.PLANNED)
        return
    opened = mine & (work.c.stage == stage) & (work.c.state == WorkState.WAITING)
    opening = work.update().where(opened).values(state=WorkState.QUEUED).returning(work.c.id, work.c.kind)
    items = db.execute(opening).all()
    offer(db, [item for item, _ in items])
    if items:
        set_state(db, job, JobState.CHECKING if items[0].kind == DELIVERY else JobState.RENDERING)
