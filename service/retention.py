"""How long an ended job is kept, by the house's rule for drafts and finished sets, or by its own; then it is erased."""

from __future__ import annotations

import sqlalchemy as sa

from service import erasure, record
from service.gate import ITSELF, Caller
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.records import NotNow, UnknownJob
from service.ledger.states import ENDED
from service.ledger.tables import events, jobs
from service.ledger.transitions import add_event, job_row
from service.record import Subject, What
from service.settings import Settings

RETENTION = "retention"  # the event that says for how many days a job is kept; the last one counts
DAY_S = 86_400.0


def keep_for(ledger: Ledger, caller: Caller, job: str, days: float | None) -> None:
    """Keep a job for so many days after it has ended; None: as the house's rule says. Raises UnknownJob."""
    with writing(ledger) as db:
        job_row(db, job, [jobs.c.id])
        add_event(db, job, RETENTION, {"days": days})
        record.write(db, caller, What.RETENTION_CHANGED, Subject(job), {"days": days})


def due(ledger: Ledger, given: Settings) -> list[tuple[str, float]]:
    """Jobs that have been kept for their time, and for how many days that was."""
    of_job = sa.select(events.c.detail).where((events.c.job == jobs.c.id) & (events.c.kind == RETENTION))
    own = of_job.order_by(events.c.id.desc()).limit(1).correlate(jobs).scalar_subquery()
    ended = sa.select(jobs.c.id, jobs.c.draft, now_s() - jobs.c.changed_s, own).where(jobs.c.state.in_(ENDED))
    with reading(ledger) as db:
        rows = db.execute(ended).all()
    kept = [
        (job, _days(detail, given.keep_draft_days if draft else given.keep_final_days), age_s / DAY_S)
        for job, draft, age_s, detail in rows
    ]
    return [(job, days) for job, days, age in kept if days is not None and age > days]


def _days(detail: dict[str, float | None] | None, by_rule: float | None) -> float | None:
    own = (detail or {}).get("days")
    return by_rule if own is None else own


def erase_due(ledger: Ledger, given: Settings) -> int:
    """Have the jobs erased whose time is over. What is out somewhere stays. Returns how many it was."""
    count = 0
    for job, days in due(ledger, given):
        try:
            erasure.begin(ledger, ITSELF, job, f"kept for {days:g} days after its end")
        except (NotNow, UnknownJob):
            continue  # it is out at an account, or will be; or somebody else has erased it
        count += 1
    return count
