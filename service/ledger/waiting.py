"""What a job waits for while nothing of it is being made: its start, room on the disk, another try, its turn."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from service.ledger.database import Ledger, reading, time_of
from service.ledger.records import JobEntry
from service.ledger.states import UNENDED, JobState, Priority, WorkState
from service.ledger.tables import jobs, work
from service.ledger.transitions import is_wanted

LONG_S = 60.0  # after so long at the head of the queue, somebody should look whether there are workers


@dataclass(frozen=True)
class DiskSpace:
    """Bytes that are free where work would write, and those below which none begins."""

    free: int
    needed: int


def waits_for(ledger: Ledger, job: JobEntry, disk: DiskSpace) -> str | None:
    """The sentence that says it; None for a job that has ended or is being worked on at this moment."""
    if job.state not in UNENDED:
        return None
    if job.state == JobState.PLANNED and job.held:
        return "waits until somebody starts it"
    with reading(ledger) as db:
        own = work.c.job == job.id
        if db.execute(sa.select(work.c.id).where(own & (work.c.state == WorkState.RUNNING))).first():
            return None
        queued = sa.select(sa.func.min(work.c.not_before_s)).where(own & (work.c.state == WorkState.QUEUED))
        due_s, now_s = db.execute(queued.where(is_wanted())).scalar_one(), time_of(db)
        if due_s is None:
            return None
        if disk.free < disk.needed:
            return f"waits for room on the disk: {disk.free:,} bytes are free, work begins at {disk.needed:,}"
        if due_s > now_s:
            return f"waits for another try, in {due_s - now_s:,.0f} s: the last one failed"
        return _turn(db, job, now_s - max(due_s, job.changed_s))


def _turn(db: sa.Connection, job: JobEntry, waited_s: float) -> str:
    """The sentence for work that any worker may take."""
    order = [str(priority) for priority in Priority]
    rank = sa.case({name: number for number, name in enumerate(order)}, value=work.c.queue)
    ours = order.index(job.priority)
    first = (rank < ours) | ((rank == ours) & (jobs.c.created_s < job.created_s))
    open_ = work.c.state.in_((WorkState.QUEUED, WorkState.RUNNING)) & (work.c.job != job.id)
    before = sa.select(sa.func.count()).select_from(work.join(jobs, jobs.c.id == work.c.job)).where(open_ & first)
    if count := db.execute(before).scalar_one():
        return f"waits for its turn: {count:,} pieces of work of other jobs come first"
    running = db.execute(sa.select(work.c.id).where(work.c.state == WorkState.RUNNING)).first()
    if running is None and waited_s > LONG_S:
        return f"waits for a worker: none has taken anything for {waited_s:,.0f} s; is one running?"
    return "waits for the next free worker"
