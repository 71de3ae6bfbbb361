"""What is done to a job that was handed in: started, stopped, tried again, hurried. Each is recorded."""

from __future__ import annotations

from service import erasure, record, retention
from service.erasure import Erasure
from service.gate import Caller, Right
from service.http.auth import visible_job
from service.http.context import ServiceContext
from service.ledger import JobEntry, NotNow, jobs, queries
from service.ledger.database import writing
from service.ledger.states import Priority
from service.record import Subject, What


def start(context: ServiceContext, caller: Caller, job: str) -> JobEntry:
    """Have a held job rendered. Raises NotNow."""
    entry = visible_job(context, caller, job, Right.SUBMIT)
    with writing(context.ledger) as db:
        if not jobs.start(context.ledger, job):
            raise NotNow(f"job {job} is {entry.state} and not held; only a held job is started")
        record.write(db, caller, What.STARTED, Subject(job))
    context.publisher.wake()
    return queries.find_job(context.ledger, job)


def cancel(context: ServiceContext, caller: Caller, job: str) -> JobEntry:
    """Stop a job. One that has ended stays as it is."""
    visible_job(context, caller, job, Right.SUBMIT)
    with writing(context.ledger) as db:
        jobs.cancel(context.ledger, job)
        record.write(db, caller, What.CANCELLED, Subject(job))
    return queries.find_job(context.ledger, job)


def erase(context: ServiceContext, caller: Caller, job: str, why: str) -> Erasure:
    """Have every byte of a job removed; the reconciler removes its files within seconds. Raises NotNow."""
    visible_job(context, caller, job, Right.ERASE)
    return erasure.begin(context.ledger, caller, job, why)


def keep_for(context: ServiceContext, caller: Caller, job: str, days: float | None) -> JobEntry:
    """Say for how many days a job is kept after it has ended; None: as the house says."""
    visible_job(context, caller, job, Right.ERASE)
    retention.keep_for(context.ledger, caller, job, days)
    return queries.find_job(context.ledger, job)


def retry(context: ServiceContext, caller: Caller, job: str) -> JobEntry:
    """Plan a failed job anew. Raises NotNow."""
    entry = visible_job(context, caller, job, Right.SUBMIT)
    with writing(context.ledger) as db:
        if not jobs.retry(context.ledger, job):
            raise NotNow(f"job {job} is {entry.state}; only one that has failed is tried again")
        record.write(db, caller, What.RETRIED, Subject(job))
    context.publisher.wake()
    return queries.find_job(context.ledger, job)


def prioritise(context: ServiceContext, caller: Caller, job: str, priority: Priority) -> JobEntry:
    """Make a job more or less urgent. Raises NotNow."""
    entry = visible_job(context, caller, job, Right.SUBMIT)
    with writing(context.ledger) as db:
        if not jobs.prioritise(context.ledger, job, priority):
            raise NotNow(f"job {job} is {entry.state}; only unended work can be moved")
        record.write(db, caller, What.PRIORITY_CHANGED, Subject(job), {"priority": priority})
    context.publisher.wake()
    return queries.find_job(context.ledger, job)
