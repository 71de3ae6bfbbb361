"""What a team asks of the ledger: jobs taken in, stopped, tried again, and how they stand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from portevoix.delivery.manifest import Delivery
from service.ledger.database import now_s, reading, writing
from service.ledger.records import (
    Event,
    JobEntry,
    KeyReused,
    Submission,
    WorkEntry,
)
from service.ledger.states import (
    MOVING,
    ErrorClass,
    JobState,
    Priority,
    WorkState,
)
from service.ledger.tables import (
    attempts,
    deliveries,
    events,
    jobs,
    requests,
    work,
)
from service.ledger.transitions import (
    LIGHT,
    begin_round,
    drop_unstarted,
    entry_of,
    job_row,
    offer,
    set_state,
    settle,
    tell,
)

MOST_EVENTS = 500


class Jobs:
    """The jobs."""

    engine: sa.Engine

    def submit(self, submission: Submission, idempotency_key: str | None = None) -> str:
        """Take a job in and return its id. The same key again gives the first id. Raises KeyReused for another request."""
        fingerprint = submission.fingerprint()
        with writing(self.engine) as db:
            if idempotency_key is not None:
                mine = (requests.c.owner == submission.owner) & (requests.c.key == idempotency_key)
                known = db.execute(sa.select(requests).where(mine)).one_or_none()
                if known and known.fingerprint != fingerprint:
                    raise KeyReused(f"key {idempotency_key!r} came with another request before; use a new key for it")
                if known:
                    return str(known.job)
            job = secrets.token_hex(16)
            db.execute(
                jobs.insert().values(
                    id=job,
                    owner=submission.owner,
                    name=submission.name,
                    priority=submission.priority,
                    state=JobState.RECEIVED,
                    draft=submission.draft,
                    held=submission.hold,
                    document=submission.document,
                    files=dict(submission.files),
                    languages=list(submission.languages),
                    formats=list(submission.formats),
                    webhook=submission.webhook,
                    round=0,
                    maker="",
                    frames=0,
                    frames_done=0,
                    faults=[],
                    failures=[],
                    notes=[],
                    created_s=now_s(),
                    changed_s=now_s(),
                )
            )
            if idempotency_key is not None:
                db.execute(
                    requests.insert().values(
                        owner=submission.owner, key=idempotency_key, fingerprint=fingerprint, job=job, created_s=now_s()
                    )
                )
            begin_round(db, job)
            return job

    def cancel(self, job: str) -> JobState:
        """Stop a job. Returns `cancelled`, `cancelling` while workers are still at it, or the state that it ended in
        before.
        """
        with writing(self.engine) as db:
            state = job_row(db, job).state
            if state not in MOVING:
                return JobState(state)
            drop_unstarted(db, job)
            set_state(db, job, JobState.CANCELLING)
            settle(db, job)
            return JobState(job_row(db, job).state)

    def retry(self, job: str) -> bool:
        """Plan a failed job anew; what it made stands in the store and is not made again. False unless it has failed."""
        with writing(self.engine) as db:
            if job_row(db, job).state != JobState.FAILED:
                return False
            begin_round(db, job)
            return True

    def start(self, job: str) -> bool:
        """Have a held job rendered as soon as it is planned. False where it is not held or has ended."""
        with writing(self.engine) as db:
            row = job_row(db, job)
            if not row.held or row.state not in MOVING:
                return False
            db.execute(jobs.update().where(jobs.c.id == job).values(held=False))
            settle(db, job)
            return True

    def prioritise(self, job: str, priority: Priority) -> bool:
        """Move a job's unstarted work to another queue. False where the job has ended."""
        with writing(self.engine) as db:
            if job_row(db, job).state not in MOVING:
                return False
            db.execute(jobs.update().where(jobs.c.id == job).values(priority=priority))
            unstarted = (work.c.job == job) & work.c.state.in_((WorkState.WAITING, WorkState.QUEUED))
            db.execute(work.update().where(unstarted).values(queue=priority))
            due = (work.c.job == job) & (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
            offer(db, db.execute(sa.select(work.c.id).where(due)).scalars().all())
            tell(db, job, "priority", {"priority": priority})
            return True

    # What can be seen

    def job(self, job: str) -> JobEntry:
        """One job. Raises UnknownJob."""
        with reading(self.engine) as db:
            return entry_of(job_row(db, job))

    def jobs(
        self,
        owners: Sequence[str] | None = None,
        states: Sequence[JobState] = (),
        before_s: float | None = None,
        limit: int = 100,
    ) -> list[JobEntry]:
        """Jobs, the newest first. `owners` None: everybody's; `before_s`: only those received earlier."""
        wanted = sa.select(*LIGHT).order_by(jobs.c.created_s.desc(), jobs.c.id).limit(limit)
        if owners is not None:
            wanted = wanted.where(jobs.c.owner.in_(owners))
        if states:
            wanted = wanted.where(jobs.c.state.in_(states))
        if before_s is not None:
            wanted = wanted.where(jobs.c.created_s < before_s)
        with reading(self.engine) as db:
            return [entry_of(row) for row in db.execute(wanted)]

    def submission(self, job: str) -> Submission:
        """The job as it was handed in. Raises UnknownJob."""
        with reading(self.engine) as db:
            row = job_row(db, job, list(jobs.c))
        return Submission(
            row.owner,
            row.name,
            row.document,
            row.files,
            Priority(row.priority),
            row.draft,
            tuple(row.languages),
            tuple(row.formats),
            row.webhook,
            row.held,
        )

    def plan(self, job: str) -> str | None:
        """The job's plan as `portevoix.plan.wire` wrote it, None before it was made. Raises UnknownJob."""
        with reading(self.engine) as db:
            plan: str | None = job_row(db, job, [jobs.c.plan]).plan
            return plan

    def work(self, job: str) -> list[WorkEntry]:
        """A job's work, of every round, in the order of the work."""
        last = sa.select(attempts.c.work, sa.func.max(attempts.c.fence).label("fence")).where(
            attempts.c.error.is_not(None)
        )
        last = last.group_by(attempts.c.work)
        last_failed = last.subquery()
        rows = (
            sa.select(work, attempts.c.error_class, attempts.c.error)
            .outerjoin(last_failed, last_failed.c.work == work.c.id)
            .outerjoin(attempts, (attempts.c.work == work.c.id) & (attempts.c.fence == last_failed.c.fence))
            .where(work.c.job == job)
            .order_by(work.c.round, work.c.stage, work.c.id)
        )
        with reading(self.engine) as db:
            return [
                WorkEntry(
                    row.id,
                    row.job,
                    row.round,
                    row.stage,
                    row.kind,
                    row.name,
                    row.frames,
                    Priority(row.queue),
                    WorkState(row.state),
                    row.fence,
                    row.holder,
                    ErrorClass(row.error_class) if row.error_class else None,
                    row.error,
                )
                for row in db.execute(rows)
            ]

    def deliveries(self, job: str) -> list[Delivery]:
        """The named files of a job, in the manifest's order; none before all of them are there."""
        rows = sa.select(deliveries.c.facts).where(deliveries.c.job == job).order_by(deliveries.c.position)
        with reading(self.engine) as db:
            return [Delivery(**facts) for facts in db.execute(rows).scalars()]

    def events_after(self, event: int, job: str | None = None, limit: int = MOST_EVENTS) -> list[Event]:
        """What happened after the event of this id (0: all), to one job or to any, in order."""
        rows = sa.select(events).where(events.c.id > event).order_by(events.c.id).limit(limit)
        if job is not None:
            rows = rows.where(events.c.job == job)
        with reading(self.engine) as db:
            return [Event(row.id, row.job, row.at_s, row.kind, row.detail) for row in db.execute(rows)]
