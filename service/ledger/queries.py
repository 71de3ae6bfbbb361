"""How jobs and their work stand: everything that is read of the ledger and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portevoix.delivery.manifest import Delivery
from portevoix.plan.items import languages_of
from portevoix.plan.work import VARIANT
from service.ledger.database import Ledger, now_s, reading
from service.ledger.records import Event, JobEntry, Submission, WorkEntry
from service.ledger.states import UNENDED, ErrorClass, JobState, Priority, WorkState
from service.ledger.tables import attempts, authors, deliveries, events, jobs, people, requests, variants, work
from service.ledger.transitions import LIGHT, entry_of, job_row

MOST_EVENTS = 500


@dataclass(frozen=True)
class ListedJob:
    """A job, the document that it was handed in with, and its owner's name; their id where there is none any more."""

    job: JobEntry
    document: str
    owner_name: str


@dataclass(frozen=True)
class JobFilter:
    """Which jobs a page is to show: of one owner or of all, in some states or in any. `search`: what stands in their
    name or document; capitals count only beyond ASCII.
    """

    owner: str | None = None
    states: Sequence[JobState] = ()
    search: str = ""


def find_job(ledger: Ledger, job: str) -> JobEntry:
    """One job. Raises UnknownJob."""
    with reading(ledger) as db:
        return entry_of(job_row(db, job))


def job_exists(ledger: Ledger, job: str) -> bool:
    """Whether there is a job of this id."""
    with reading(ledger) as db:
        return db.execute(sa.select(jobs.c.id).where(jobs.c.id == job)).first() is not None


def is_embargoed(db: sa.Connection, job: str) -> bool:
    """Whether nothing of a job may leave yet, by the database's clock; False where there is no such job."""
    this = (jobs.c.id == job) & (jobs.c.embargo_s > now_s())
    return db.execute(sa.select(jobs.c.id).where(this)).first() is not None


def list_jobs(
    ledger: Ledger,
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
    with reading(ledger) as db:
        return [entry_of(row) for row in db.execute(wanted)]


def list_page(ledger: Ledger, wanted: JobFilter, after: tuple[float, str] | None, limit: int) -> list[ListedJob]:
    """Jobs, the newest first, from behind the one that `after` names by its time and id."""
    owner = sa.func.coalesce(people.c.name, jobs.c.owner).label("owner_name")
    rows = sa.select(*LIGHT, jobs.c.document, owner).outerjoin(people, people.c.id == jobs.c.owner)
    rows = rows.order_by(jobs.c.created_s.desc(), jobs.c.id).limit(limit)
    if wanted.search:
        named = jobs.c.name.icontains(wanted.search, autoescape=True)
        rows = rows.where(named | jobs.c.document.icontains(wanted.search, autoescape=True))
    if wanted.owner is not None:
        rows = rows.where(jobs.c.owner == wanted.owner)
    if wanted.states:
        rows = rows.where(jobs.c.state.in_(wanted.states))
    if after is not None:
        created_s, job = after
        rows = rows.where(sa.or_(jobs.c.created_s < created_s, (jobs.c.created_s == created_s) & (jobs.c.id > job)))
    with reading(ledger) as db:
        return [ListedJob(entry_of(row), row.document, row.owner_name) for row in db.execute(rows)]


def name_of(ledger: Ledger, person: str) -> str:
    """What somebody is called; their id where there is no such person any more."""
    with reading(ledger) as db:
        name = db.execute(sa.select(people.c.name).where(people.c.id == person)).scalar_one_or_none()
    return person if name is None else str(name)


def request_is_known(ledger: Ledger, owner: str, idempotency_key: str) -> bool:
    """Whether this key has come with a request before."""
    same_key = (requests.c.owner == owner) & (requests.c.key == idempotency_key)
    with reading(ledger) as db:
        return db.execute(sa.select(requests.c.job).where(same_key)).first() is not None


def find_submission(ledger: Ledger, job: str) -> Submission:
    """The job as it was handed in. Raises UnknownJob."""
    with reading(ledger) as db:
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


def find_plan(ledger: Ledger, job: str) -> str | None:
    """The job's plan as `portevoix.plan.wire` wrote it, None before it was made. Raises UnknownJob."""
    with reading(ledger) as db:
        plan: str | None = job_row(db, job, [jobs.c.plan]).plan
        return plan


def list_work(ledger: Ledger, job: str) -> list[WorkEntry]:
    """A job's work, of every round, in the order of the work."""
    failed = sa.select(attempts.c.work, sa.func.max(attempts.c.fence).label("fence"))
    last_failed = failed.where(attempts.c.error.is_not(None)).group_by(attempts.c.work).subquery()
    rows = (
        sa.select(work, attempts.c.error_class, attempts.c.error)
        .outerjoin(last_failed, last_failed.c.work == work.c.id)
        .outerjoin(attempts, (attempts.c.work == work.c.id) & (attempts.c.fence == last_failed.c.fence))
        .where(work.c.job == job)
        .order_by(work.c.round, work.c.id)
    )
    with reading(ledger) as db:
        return [_work_entry(row) for row in db.execute(rows)]


def _work_entry(row: Any) -> WorkEntry:
    return WorkEntry(
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


def list_deliveries(ledger: Ledger, job: str) -> list[Delivery]:
    """The named files of a job, each as it was finished last: those of the round that was delivered, in the manifest's
    order, and in their place those of the round under way whose variants are finished.
    """
    rows = sa.select(deliveries.c.facts).where(deliveries.c.job == job).order_by(deliveries.c.position)
    newer = sa.select(variants.c.facts).where(variants.c.job == job).order_by(variants.c.round)
    with reading(ledger) as db:
        listed = [*db.execute(rows).scalars(), *db.execute(newer).scalars()]
    return [Delivery(**facts) for facts in {facts["path"]: facts for facts in listed}.values()]


def unfinished_languages(ledger: Ledger, job: str) -> list[str]:
    """The languages whose words or files the round under way is still changing; none once it has ended."""
    with reading(ledger) as db:
        row = job_row(db, job)
        if row.state not in UNENDED:
            return []
        variant = (work.c.job == job) & (work.c.round == row.round) & (work.c.kind == VARIANT)
        planned = db.execute(sa.select(work.c.payload, work.c.state).where(variant).order_by(work.c.id)).all()
        if not planned:
            corrected = (authors.c.job == job) & (authors.c.round == row.round)
            return list(db.execute(sa.select(authors.c.language).where(corrected)).scalars())
    unended = [payload for payload, state in planned if state != WorkState.DONE]
    return list(dict.fromkeys(code for payload in unended for code in languages_of(payload)))


def list_events(ledger: Ledger, event: int, job: str | None = None, limit: int = MOST_EVENTS) -> list[Event]:
    """What happened after the event of this id (0: all), to one job or to any, in order."""
    rows = sa.select(events).where(events.c.id > event).order_by(events.c.id).limit(limit)
    if job is not None:
        rows = rows.where(events.c.job == job)
    with reading(ledger) as db:
        return [Event(row.id, row.job, row.at_s, row.kind, row.detail) for row in db.execute(rows)]
