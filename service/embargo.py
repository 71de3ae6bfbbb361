"""The embargo: the hour before which nothing of a job leaves, and who may move it."""

from __future__ import annotations

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service import record
from service.gate import Caller
from service.ledger.database import Ledger, writing
from service.ledger.records import NotNow
from service.ledger.states import (
    OPEN_RELEASE,
    ReleaseState,
    WorkState,
)
from service.ledger.tables import jobs, releases, work
from service.ledger.transitions import add_event, job_row
from service.record import Subject, What
from service.releases import as_hour, last_release


class TooEarly(PortevoixError):
    """Moving an embargo to an earlier hour needs the right to release."""


def move(ledger: Ledger, caller: Caller, job: str, embargo_s: float | None, may_release: bool) -> None:
    """Move the hour before which nothing of a job leaves; None: there is none any more.

    Raises TooEarly for an earlier hour where the caller may not release, NotNow for a later one once something is out.
    """
    with writing(ledger) as db:
        before_s = job_row(db, job).embargo_s
        if (embargo_s or 0.0) < (before_s or 0.0):
            if not may_release:
                raise TooEarly(
                    f"{caller.name!r} may move the embargo of job {job} to a later hour, not to an earlier one"
                )
        elif _is_out(db, job):
            raise NotNow(f"something of job {job} is out, or on its way; withdraw it first")
        db.execute(jobs.update().where(jobs.c.id == job).values(embargo_s=embargo_s))
        waiting = (releases.c.job == job) & releases.c.at_embargo & releases.c.state.in_(OPEN_RELEASE)
        items = sa.select(releases.c.work).where(waiting)
        queued = work.c.id.in_(items) & (work.c.state == WorkState.QUEUED)
        db.execute(work.update().where(queued).values(not_before_s=embargo_s or 0.0, offers=0, offered_s=None))
        hours = {"before": as_hour(before_s), "embargo": as_hour(embargo_s)}
        record.write(db, caller, What.EMBARGO_CHANGED, Subject(job), hours)
        add_event(db, job, "embargo", {**hours, "by": caller.name})


def _is_out(db: sa.Connection, job: str) -> bool:
    known = sa.select(releases.c.account, releases.c.state).where(releases.c.job == job)
    return any(
        state == ReleaseState.PUBLISHING or last_release(db, job, account) for account, state in db.execute(known).all()
    )
