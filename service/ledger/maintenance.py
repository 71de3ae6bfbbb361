"""Work of workers that died is queued again, and what no job needs any more is thrown away."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portevoix.plan.work import PLANNING
from service.ledger.database import Ledger, batches, delete_rows, now_s, reading, writing
from service.ledger.states import FINAL, PUBLISHING_KINDS, UNENDED, ErrorClass, JobState, WorkState
from service.ledger.tables import artifacts, deliveries, jobs, steps, work
from service.ledger.transitions import fail_try, lease_of


def take_back_silent_work(ledger: Ledger) -> int:
    """Queue the work again of workers that did not renew their lease. Returns how many pieces.

    It counts as a failed try: work that ended three workers is not tried again. A release is not at fault, and is tried
    as often as one that meets an outage (`MOST_TRIES`).
    """
    late = (work.c.state == WorkState.RUNNING) & (work.c.lease_until_s < now_s())
    with writing(ledger) as db:
        rows = db.execute(sa.select(work).where(late)).all()
        for row in rows:
            lease = lease_of(row, "")
            message = f"worker {row.holder} fell silent in the middle of it"
            kind = ErrorClass.INFRASTRUCTURE if row.kind in PUBLISHING_KINDS else ErrorClass.UNKNOWN
            fail_try(db, lease, "expired", kind, message)
        return len(rows)


def needed_artifacts(ledger: Ledger, keep_s: float) -> set[str] | None:
    """Keys that jobs still need: unended and failed ones, and others for `keep_s` seconds after their end. None while a
    job is being planned.

    A plan counts on artifacts before it is recorded; nothing may be thrown away meanwhile.
    """
    planning = (work.c.kind == PLANNING) & (work.c.state == WorkState.RUNNING)
    kept = sa.or_(jobs.c.state.in_((*UNENDED, JobState.FAILED)), jobs.c.changed_s > now_s() - keep_s)
    with reading(ledger) as db:
        if db.execute(sa.select(work.c.id).where(planning)).first():
            return None
        return set(db.execute(sa.select(steps.c.key).join(jobs, jobs.c.id == steps.c.job).where(kept)).scalars())


def jobs_without_deliveries(ledger: Ledger, names: Iterable[str]) -> list[str]:
    """The given jobs that ended without deliveries; their files may be deleted."""
    ended = jobs.c.state.in_(FINAL) & ~sa.exists().where(deliveries.c.job == jobs.c.id)
    with reading(ledger) as db:
        return [
            job
            for some in batches(names)
            for job in db.execute(sa.select(jobs.c.id).where(ended & jobs.c.id.in_(some))).scalars()
        ]


def forget_artifacts(ledger: Ledger, keys: Iterable[str]) -> None:
    """Strike off artifacts that the store no longer has."""
    with writing(ledger) as db:
        delete_rows(db, artifacts.c.key, keys)
