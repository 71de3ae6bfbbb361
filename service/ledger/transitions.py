"""What changes a job or its work within a transaction: each function takes the connection of the change it
belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from portevoix.errors import Fault
from portevoix.plan.wire import WorkItem
from portevoix.plan.work import DELIVERY, PLANNING
from service.ledger.database import delete_rows, now_s, time_of
from service.ledger.outbox import add_webhook, offer
from service.ledger.records import JobEntry, Lease, UnknownJob
from service.ledger.states import (
    MOST_TRIES,
    MOVING,
    OPEN_RELEASE,
    PUBLISHING_KINDS,
    UNENDED,
    ErrorClass,
    JobState,
    Priority,
    ReleaseState,
    WorkState,
    pause_s,
)
from service.ledger.tables import attempts, events, jobs, needs, outbox, releases, steps, variants, work

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
        row.embargo_s,
    )


def lease_of(row: Any, maker: str) -> Lease:
    return Lease(row.id, row.fence, row.job, row.round, row.kind, row.name, row.frames, row.payload, maker)


def lease_holds(lease: Lease) -> sa.ColumnElement[bool]:
    return (work.c.id == lease.work) & (work.c.fence == lease.fence) & (work.c.state == WorkState.RUNNING)


def is_wanted() -> sa.ColumnElement[bool]:
    """SQL condition: the job or the release still wants this work."""
    moving = (jobs.c.id == work.c.job) & (jobs.c.round == work.c.round) & jobs.c.state.in_(MOVING)
    asked = (releases.c.work == work.c.id) & releases.c.state.in_(OPEN_RELEASE)
    return sa.or_(sa.exists().where(moving), sa.exists().where(asked))


def still_counts(db: sa.Connection, lease: Lease) -> bool:
    """Whether this work's result is still wanted."""
    return db.execute(sa.select(work.c.id).where((work.c.id == lease.work) & is_wanted())).first() is not None


def add_event(db: sa.Connection, job: str, kind: str, detail: dict[str, Any]) -> None:
    db.execute(events.insert().values(job=job, at_s=now_s(), kind=kind, detail=detail))


def keep_needed(db: sa.Connection, job: str, keys: Mapping[str, str]) -> None:
    """Write down what a job needs, by key and kind: artifacts and its kit's files. It is kept as long as the job is."""
    known = set(db.execute(sa.select(steps.c.key).where(steps.c.job == job)).scalars())
    new = [{"job": job, "key": key, "kind": kind} for key, kind in keys.items() if key not in known]
    if new:
        db.execute(steps.insert(), new)


def set_state(db: sa.Connection, job: str, state: JobState) -> None:
    row = job_row(db, job)
    if row.state == state:
        return
    db.execute(jobs.update().where(jobs.c.id == job).values(state=state, changed_s=now_s()))
    add_event(db, job, "state", {"state": state})
    if state not in UNENDED:
        _tell(db, row, {"state": state})


def _tell(db: sa.Connection, job: Any, what: Mapping[str, object]) -> None:
    """Have another system told of a job, where it asked to be. Before an embargo ends the job's name is not said."""
    if job.webhook:
        embargoed = job.embargo_s is not None and job.embargo_s > time_of(db)
        name = {} if embargoed else {"name": job.name}
        add_webhook(db, job.id, job.webhook, {"job": job.id, **name, **what})


def begin_round(db: sa.Connection, job: str) -> None:
    """A new piece of planning; older work that has not begun is dropped, and what runs no longer counts."""
    drop_unstarted(db, job)
    cleared = jobs.update().where(jobs.c.id == job)
    row = db.execute(
        cleared.values(round=jobs.c.round + 1, faults=[], failures=[], frames=0, frames_done=0).returning(*LIGHT)
    ).one()
    set_state(db, job, JobState.RECEIVED)
    if row.round == 1:
        add_event(db, job, "state", {"state": JobState.RECEIVED})
    planning = WorkItem(stage=0, kind=PLANNING, name=PLANNING, frames=0, payload="")
    first = {**work_row(planning, row), "state": WorkState.QUEUED}
    offer(db, [db.execute(work.insert().values(**first).returning(work.c.id)).scalar_one()])


def work_row(item: WorkItem, job: Any) -> dict[str, Any]:
    """A piece of work of the job of this row, as it is inserted: waiting, never claimed."""
    begun = {"state": WorkState.WAITING, "fence": 0, "not_before_s": 0.0, "offers": 0}
    given = {name: value for name, value in asdict(item).items() if name != "needs"}
    return {"job": job.id, "round": job.round, "queue": job.priority, **begun, **given}


def drop_unstarted(db: sa.Connection, job: str) -> None:
    unstarted = (work.c.job == job) & work.c.state.in_((WorkState.WAITING, WorkState.QUEUED))
    unstarted &= work.c.kind.not_in(PUBLISHING_KINDS)
    items = (
        db.execute(work.update().where(unstarted).values(state=WorkState.CANCELLED).returning(work.c.id))
        .scalars()
        .all()
    )
    delete_rows(db, outbox.c.work, items)


def end_work(
    db: sa.Connection,
    lease: Lease,
    state: WorkState,
    outcome: str,
    error: ErrorClass | None = None,
    message: str | None = None,
) -> bool:
    """End a lease. False where it is no longer this one's: then nothing is changed."""
    ended = work.update().where(lease_holds(lease)).values(state=state, holder=None, lease_until_s=None)
    if db.execute(ended).rowcount != 1:
        return False
    this_try = (attempts.c.work == lease.work) & (attempts.c.fence == lease.fence)
    text = message[:LONGEST_ERROR] if message else None
    ending = {"outcome": outcome, "error_class": error, "error": text}
    db.execute(attempts.update().where(this_try).values(ended_s=now_s(), **ending))
    return True


def fail_try(db: sa.Connection, lease: Lease, outcome: str, error: ErrorClass, message: str) -> bool:
    """End a try that failed: the work is queued again while another try may help, else its job has failed."""
    if not end_work(db, lease, WorkState.FAILED, outcome, error, message):
        return False
    alike = (attempts.c.work == lease.work) & (attempts.c.error_class == error)
    tries = db.execute(sa.select(sa.func.count()).where(alike)).scalar_one()
    again = tries < MOST_TRIES[error]
    if still_counts(db, lease):
        detail = {"work": lease.name, "class": error, "error": message[:LONGEST_ERROR], "tries": tries, "again": again}
        add_event(db, lease.job, "failed_try", detail)
    if again:
        if lease.kind in PUBLISHING_KINDS:
            db.execute(releases.update().where(releases.c.work == lease.work).values(error=message[:LONGEST_ERROR]))
        # A worker that died took no time that could be waited for; an error may need some to pass.
        queue_again(db, lease, 0.0 if outcome == "expired" else pause_s(error, tries))
        return True
    if lease.kind in PUBLISHING_KINDS:
        end_release(db, lease.work, ReleaseState.FAILED, error=message[:LONGEST_ERROR])
    elif still_counts(db, lease):
        sentence = f"{lease.name}: {message[:LONGEST_ERROR]}"
        db.execute(jobs.update().where(jobs.c.id == lease.job).values(failures=[sentence]))
        drop_unstarted(db, lease.job)
        set_state(db, lease.job, JobState.FAILED)
    settle(db, lease.job)
    return True


def end_release(db: sa.Connection, item: int, state: ReleaseState, **facts: object) -> None:
    """End the release or withdrawal whose work this is, where it has not ended, with its event."""
    this = (releases.c.work == item) & releases.c.state.in_(OPEN_RELEASE)
    ended = releases.update().where(this).values(state=state, ended_s=now_s(), **facts)
    if row := db.execute(ended.returning(releases.c.id, releases.c.job, releases.c.account, releases.c.kind)).first():
        more = {name: value for name, value in facts.items() if name in ("error", "left_out", "number", "digest")}
        told = {"release": row.id, "account": row.account, "state": state}
        add_event(db, row.job, row.kind, {**told, **more})
        _tell(db, job_row(db, row.job), {"kind": row.kind, **told})


def drop_release(db: sa.Connection, item: int) -> None:
    """Cancel a release that waits, and its work."""
    db.execute(work.update().where(work.c.id == item).values(state=WorkState.CANCELLED))
    db.execute(outbox.delete().where(outbox.c.work == item))
    end_release(db, item, ReleaseState.CANCELLED)


def queue_again(db: sa.Connection, lease: Lease, pause: float) -> None:
    """Back into the queue in `pause` seconds; not at all where the job no longer wants it."""
    this_work = work.update().where(work.c.id == lease.work)
    if not still_counts(db, lease):
        db.execute(this_work.values(state=WorkState.CANCELLED))
        settle(db, lease.job)
        return
    db.execute(this_work.values(state=WorkState.QUEUED, not_before_s=now_s() + pause, offers=0, offered_s=None))
    if not pause:
        offer(db, [lease.work])


def settle(db: sa.Connection, job: str) -> None:
    """Move a job on as far as its work allows: open what waits for nothing any more, or end it."""
    row = job_row(db, job)
    if row.state == JobState.CANCELLING:
        running = (work.c.job == job) & (work.c.state == WorkState.RUNNING)
        if not db.execute(sa.select(work.c.id).where(running)).first():
            db.execute(variants.delete().where(variants.c.job == job))
            set_state(db, job, JobState.CANCELLED)
        return
    if row.state not in MOVING:
        return
    unended = (work.c.job == job) & (work.c.round == row.round) & (work.c.state != WorkState.DONE)
    stage = db.execute(sa.select(sa.func.min(work.c.stage)).where(unended)).scalar_one()
    if stage is None:
        set_state(db, job, JobState.FAILED if row.failures else JobState.DONE)
    elif row.held and stage > 0:
        set_state(db, job, JobState.PLANNED)
    else:
        _open_ready(db, job, row.round)


def _open_ready(db: sa.Connection, job: str, round_number: int) -> None:
    """Queue what waits, where all that it needs is done. The job is checked once nothing but its delivery is left."""
    earlier = work.alias()
    unmet = sa.exists().where((needs.c.work == work.c.id) & (earlier.c.id == needs.c.needs))
    unmet = unmet.where(earlier.c.state != WorkState.DONE)
    waiting = (work.c.job == job) & (work.c.round == round_number) & (work.c.state == WorkState.WAITING) & ~unmet
    opening = work.update().where(waiting).values(state=WorkState.QUEUED).returning(work.c.id, work.c.kind)
    items = sorted(db.execute(opening).all())  # what is asked for first has the smallest number
    offer(db, [item for item, _ in items])
    if items:
        set_state(db, job, JobState.CHECKING if items[0].kind == DELIVERY else JobState.RENDERING)
