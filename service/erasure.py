"""Erasing a job: every byte of it goes, and the record of it stays.

It takes two steps, so that a kill between them loses nothing. First the ledger forgets the job and keeps a list of
what has to go; then the files go, here and, by the next round of each machine's reconciler, everywhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from portevoix.store import Store
from service import record
from service.deliveries import folders_of
from service.gate import Caller
from service.ledger.database import Ledger, batches, delete_rows, drop_traces, now_s, present, reading, writing
from service.ledger.records import NotNow
from service.ledger.states import KIT_FILE, OPEN_RELEASE, UNENDED, ReleaseState, WorkState
from service.ledger.tables import erasures, inputs, jobs, releases, steps, work
from service.ledger.transitions import job_row
from service.record import RowFilter, Subject, What

SEEN_BY_ALL_S = 86_400.0  # every machine's reconciler has looked within it, and its own copies are gone


@dataclass(frozen=True)
class Erasure:
    """What is deleted with an erased job: its artifacts by their keys, its inputs by their SHA-256."""

    job: str
    artifacts: tuple[str, ...]
    inputs: tuple[str, ...]


def begin(ledger: Ledger, caller: Caller, job: str, why: str) -> Erasure:
    """Forget a job: its words, files, comments, approvals and events. Only the record knows of it from now on.

    What another job needs stays. Raises UnknownJob, and NotNow where the job has not ended, or is still out somewhere.
    """
    with writing(ledger) as db:
        _check_ended(db, job)
        found = Erasure(job, tuple(sorted(_own_artifacts(db, job))), tuple(sorted(_own_inputs(db, job))))
        counts = {"why": why, "artifacts": len(found.artifacts), "inputs": len(found.inputs)}
        record.write(db, caller, What.ERASED, Subject(job), counts)
        lists = {"artifacts": list(found.artifacts), "inputs": list(found.inputs)}
        db.execute(erasures.insert().values(job=job, **lists, asked_s=now_s()))
        delete_rows(db, inputs.c.digest, found.inputs)
        db.execute(jobs.delete().where(jobs.c.id == job))
    return found


def _check_ended(db: sa.Connection, job: str) -> None:
    state = job_row(db, job).state
    if state in UNENDED:
        raise NotNow(f"job {job} is {state}; cancel it first")
    running = (work.c.job == job) & (work.c.state == WorkState.RUNNING)
    if db.execute(sa.select(work.c.id).where(running)).first():
        raise NotNow(f"a worker is still at job {job}; ask again in a minute")
    if out := _out_at(db, job):
        raise NotNow(f"job {job} is out, or will be, at {', '.join(out)}; withdraw it or cancel its release first")


def _out_at(db: sa.Connection, job: str) -> list[str]:
    """The accounts where something of a job stands, or will."""
    said = sa.select(releases.c.account, releases.c.state).where(releases.c.job == job).order_by(releases.c.asked_s)
    out: dict[str, bool] = {}
    for account, state in db.execute(said):
        if state in (*OPEN_RELEASE, ReleaseState.RELEASED, ReleaseState.WITHDRAWN):
            out[account] = state != ReleaseState.WITHDRAWN
    return sorted(account for account, stands in out.items() if stands)


def _own_artifacts(db: sa.Connection, job: str) -> set[str]:
    """Keys that this job needed, in whatever version, and no other does."""
    ours = sa.select(steps.c.key).where((steps.c.job == job) & (steps.c.kind != KIT_FILE))
    theirs = steps.alias("theirs")
    shared = sa.exists().where((theirs.c.key == steps.c.key) & (theirs.c.job != job))
    return set(db.execute(ours.where(~shared)).scalars())


def _own_inputs(db: sa.Connection, job: str) -> set[str]:
    """Digests of what this job was made from, captions that were corrected since too, and nothing else is.

    The record names what was corrected. A file that somebody else sent as well is theirs.
    """
    row = job_row(db, job, [jobs.c.owner, jobs.c.files])
    corrections = list(record.rows(db, RowFilter(job=job, what=What.CORRECTED)))
    corrected = {digest for one in corrections for digest in one.digests.values()}  # some are of documents
    senders = {row.owner, *(one.caller for one in corrections)}
    ours = set(row.files.values()) | present(db, inputs.c.digest, corrected)
    sent = [
        found
        for some in batches(ours)
        for found in db.execute(sa.select(inputs.c.digest, inputs.c.owner).where(inputs.c.digest.in_(some)))
    ]
    return ours - _named_by_jobs(db, job) - {one.digest for one in sent if one.owner not in senders}


def _named_by_jobs(db: sa.Connection, but: str) -> set[str]:
    """Digests of all inputs and kits' files that jobs name, but for one job."""
    files = db.execute(sa.select(jobs.c.files).where(jobs.c.id != but)).scalars()
    of_kits = sa.select(steps.c.key).where((steps.c.job != but) & (steps.c.kind == KIT_FILE))
    return {digest for each in files for digest in each.values()} | set(db.execute(of_kits).scalars())


def due(ledger: Ledger, but: Iterable[str] = ()) -> list[Erasure]:
    """What has to go: where nobody removed it yet, and what this machine may have copies of. `but`: these not."""
    young = (erasures.c.removed_s.is_(None)) | (erasures.c.removed_s > now_s() - SEEN_BY_ALL_S)
    with reading(ledger) as db:
        left = set(db.execute(sa.select(erasures.c.job).where(young)).scalars()) - set(but)
        wanted = (sa.select(erasures).where(erasures.c.job.in_(some)) for some in batches(sorted(left)))
        rows = [row for some in wanted for row in db.execute(some)]
    return [Erasure(row.job, tuple(row.artifacts), tuple(row.inputs)) for row in rows]


def remove(ledger: Ledger, store: Store, deliveries: Path, erasure: Erasure) -> None:
    """Remove an erased job's files. Done twice, nothing changes. What another job has come to need meanwhile stays.

    Raises StoreError and OSError where something cannot be removed; it is due again then.
    """
    for folder in folders_of(deliveries, erasure.job):
        while folder.exists():
            with suppress(FileNotFoundError):  # another machine removes the same
                shutil.rmtree(folder)
    with reading(ledger) as db:
        needed = present(db, steps.c.key, erasure.artifacts)
        sent = present(db, inputs.c.digest, erasure.inputs)
        kept = needed | sent | _named_by_jobs(db, erasure.job)
    for key in erasure.artifacts:
        if key not in kept:
            store.delete(key)
    for digest in erasure.inputs:
        if digest not in kept:
            store.delete_input(digest)
    with writing(ledger) as db:
        this = (erasures.c.job == erasure.job) & erasures.c.removed_s.is_(None)
        db.execute(erasures.update().where(this).values(removed_s=now_s()))
    drop_traces(ledger)
