"""What a worker does in the ledger: it claims a piece of work for a time, keeps it, and records how it ended.

A lease ends by itself when nobody renews it. What happens to the work of a worker that died is in `maintenance.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from portevoix.delivery.manifest import Delivery
from portevoix.errors import Fault
from portevoix.plan.wire import WorkItem
from portevoix.plan.work import DELIVERY, PLANNING, VARIANT
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.records import Lease
from service.ledger.states import GIVEN_BACK, KIT_FILE, ErrorClass, JobState, Priority, WorkState
from service.ledger.tables import artifacts, attempts, deliveries, jobs, needs, outbox, variants, words, work
from service.ledger.transitions import (
    add_event,
    begin_round,
    end_work,
    fail_try,
    is_wanted,
    job_row,
    keep_needed,
    lease_holds,
    lease_of,
    queue_again,
    set_state,
    settle,
    still_counts,
    work_row,
)

KEPT_OF_FAULTS = ("file", "line", "column", "message")
REPAIRED = "repaired"  # how a try ended whose job was planned anew, since an artifact was gone


@dataclass(frozen=True)
class MadePlan:
    """A plan as it is recorded. `maker`: the version that made it, `keys`: every artifact that the job needs, and its
    kind, `kit_files`: digests of the inputs that are its brand kit's, `words`: the digest of each language's words.
    """

    maker: str
    text: str
    items: Sequence[WorkItem]
    keys: Mapping[str, str]
    notes: Sequence[str]
    kit_files: Sequence[str] = ()
    words: Mapping[str, str] = field(default_factory=dict)


def claim(ledger: Ledger, item: int, holder: str, lease_s: float) -> Lease | None:
    """Take a piece of work for `lease_s` seconds. None where it is taken, ended, put off or no longer wanted."""
    due = (work.c.id == item) & (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
    taken = (
        work.update()
        .where(due & is_wanted())
        .values(state=WorkState.RUNNING, fence=work.c.fence + 1, holder=holder, lease_until_s=now_s() + lease_s)
    )
    with writing(ledger) as db:
        row = db.execute(taken.returning(work)).one_or_none()
        if row is None:
            return None
        db.execute(attempts.insert().values(work=row.id, fence=row.fence, holder=holder, started_s=now_s()))
        db.execute(outbox.delete().where(outbox.c.work == row.id))
        if row.kind == PLANNING:
            set_state(db, row.job, JobState.PLANNING)
        return lease_of(row, job_row(db, row.job).maker)


def first_due(ledger: Ledger, item: int) -> int | None:
    """What a worker that was pointed to `item` does best: the oldest job's work among what may begin now and is at
    least as urgent. Brokers keep no order between queues, nor between the stages of different jobs. None where
    nothing is due.
    """
    order = [str(priority) for priority in Priority]
    with reading(ledger) as db:
        queue = db.execute(sa.select(work.c.queue).where(work.c.id == item)).scalar_one_or_none()
        if queue is None:
            return None
        due = work.c.queue.in_(order[: order.index(queue) + 1]) & (work.c.state == WorkState.QUEUED)
        rank = sa.case({name: number for number, name in enumerate(order)}, value=work.c.queue)
        first = sa.select(work.c.id).join(jobs).where(due & (work.c.not_before_s <= now_s()))
        return db.execute(first.order_by(rank, jobs.c.created_s, work.c.id).limit(1)).scalar()


def renew(ledger: Ledger, lease: Lease, lease_s: float) -> bool:
    """Keep a lease for another `lease_s` seconds. False: the work is lost or no longer wanted; stop at once.

    Cheap to ask often: it writes only when a quarter of the lease is used up.
    """
    left = sa.select(work.c.lease_until_s - now_s()).where(lease_holds(lease) & is_wanted())
    with reading(ledger) as db:
        left_s = db.execute(left).scalar_one_or_none()
    if left_s is None or left_s > lease_s * 0.75:
        return left_s is not None
    with writing(ledger) as db:
        longer = work.update().where(lease_holds(lease)).values(lease_until_s=now_s() + lease_s)
        return db.execute(longer).rowcount == 1


def record_plan(ledger: Ledger, lease: Lease, made: MadePlan) -> bool:
    """Record a plan and its work, and open the first of it. False: the lease was lost; nothing is recorded."""
    with writing(ledger) as db:
        if not end_work(db, lease, WorkState.DONE, "done"):
            return False
        if still_counts(db, lease):
            job = job_row(db, lease.job)
            _add_work(db, job, made.items)
            keep_needed(db, lease.job, {**made.keys, **dict.fromkeys(made.kit_files, KIT_FILE)})
            said = [{"language": code, "digest": digest} for code, digest in made.words.items()]
            if said:
                db.execute(words.insert().values(job=lease.job, round=lease.round), said)
            frames = sum(item.frames for item in made.items)
            plan = {"maker": made.maker, "plan": made.text, "notes": list(made.notes), "frames": frames}
            db.execute(jobs.update().where(jobs.c.id == lease.job).values(**plan))
        settle(db, lease.job)
        return True


def _add_work(db: sa.Connection, job: Any, items: Sequence[WorkItem]) -> None:
    """Insert a plan's work in its order, and what each piece of it waits for."""
    adding = work.insert().returning(work.c.id, sort_by_parameter_order=True)
    ids = db.execute(adding, [work_row(item, job) for item in items]).scalars().all()
    pairs = [(ids[place], ids[need]) for place, item in enumerate(items) for need in item.needs]
    if pairs:
        db.execute(needs.insert(), [{"work": one, "needs": other} for one, other in pairs])


def record_refusal(ledger: Ledger, lease: Lease, faults: Iterable[Fault]) -> bool:
    """Record that a job cannot be accepted, with every fault of its files. False: the lease was lost."""
    found = list(faults)
    with writing(ledger) as db:
        text = "\n".join(map(str, found))
        if not end_work(db, lease, WorkState.FAILED, "failed", ErrorClass.INPUT, text):
            return False
        if still_counts(db, lease):
            plain = [{name: getattr(fault, name) for name in KEPT_OF_FAULTS} for fault in found]
            db.execute(jobs.update().where(jobs.c.id == lease.job).values(faults=plain))
            set_state(db, lease.job, JobState.REFUSED)
        settle(db, lease.job)
        return True


def finish(
    ledger: Ledger, lease: Lease, keys: Sequence[str] = (), made: Sequence[Delivery] = (), failures: Sequence[str] = ()
) -> bool:
    """Record that work is done, with the artifacts that it made, and open what comes next.

    A variant's work brings its files; the last work of a job all deliveries, and a sentence for each check that one of
    them failed. False: the lease was lost, nothing changes.
    """
    with writing(ledger) as db:
        if not end_work(db, lease, WorkState.DONE, "done"):
            return False
        _record_artifacts(db, lease, keys)
        if still_counts(db, lease):
            if lease.kind == DELIVERY:
                _record_deliveries(db, lease, made, failures)
            elif lease.kind == VARIANT:
                _record_variant(db, lease, made)
            _record_progress(db, lease)
        settle(db, lease.job)
        return True


def _record_artifacts(db: sa.Connection, lease: Lease, keys: Sequence[str]) -> None:
    known = set(db.execute(sa.select(artifacts.c.key).where(artifacts.c.key.in_(keys))).scalars())
    if new := [{"key": key, "work": lease.work} for key in keys if key not in known]:
        db.execute(artifacts.insert().values(made_s=now_s()), new)


def _record_variant(db: sa.Connection, lease: Lease, made: Sequence[Delivery]) -> None:
    """Have the files of a finished variant shown, before the round that they belong to is delivered."""
    this = (variants.c.job == lease.job) & (variants.c.round == lease.round)
    db.execute(variants.delete().where(this & variants.c.path.in_([file.path for file in made])))
    rows = [{"job": lease.job, "round": lease.round, "path": file.path, "facts": asdict(file)} for file in made]
    if rows:
        db.execute(variants.insert(), rows)
    keep_needed(db, lease.job, {file.key: file.kind for file in made})
    told = {"files": {file.path: file.sha256 for file in made}}
    add_event(db, lease.job, "variant", {"work": lease.name, "round": lease.round, **told})


def _record_deliveries(db: sa.Connection, lease: Lease, made: Sequence[Delivery], failures: Sequence[str]) -> None:
    db.execute(deliveries.delete().where(deliveries.c.job == lease.job))
    db.execute(variants.delete().where(variants.c.job == lease.job))
    rows = [{"job": lease.job, "path": d.path, "position": n, "facts": asdict(d)} for n, d in enumerate(made)]
    if rows:
        db.execute(deliveries.insert(), rows)
    keep_needed(db, lease.job, {d.key: d.kind for d in made})
    delivered_round = 0 if failures else lease.round
    ended = {"failures": list(failures), "delivered_round": delivered_round}
    db.execute(jobs.update().where(jobs.c.id == lease.job).values(**ended))


def _record_progress(db: sa.Connection, lease: Lease) -> None:
    done = jobs.update().where(jobs.c.id == lease.job).values(frames_done=jobs.c.frames_done + lease.frames)
    row = db.execute(done.returning(jobs.c.frames_done, jobs.c.frames)).one()
    detail = {"work": lease.name, "frames_done": row.frames_done, "frames": row.frames}
    add_event(db, lease.job, "progress", detail)


def fail(ledger: Ledger, lease: Lease, error: ErrorClass, message: str) -> bool:
    """Record a failed try. The work is queued again while another try may help, else its job has failed.

    False: the lease was lost, nothing changes.
    """
    with writing(ledger) as db:
        return fail_try(db, lease, "failed", error, message)


def give_back(ledger: Ledger, lease: Lease) -> bool:
    """Give work back untried, for any worker, at once: this one is shutting down. False: the lease was lost."""
    with writing(ledger) as db:
        if not end_work(db, lease, WorkState.QUEUED, GIVEN_BACK):
            return False
        queue_again(db, lease, 0.0)
        return True


def replan(ledger: Ledger, lease: Lease, is_repair: bool = True) -> bool:
    """Plan the job anew, since an artifact of its plan is gone (`is_repair`), or since this worker would make other
    bytes than its plan says. False: the lease was lost.
    """
    with writing(ledger) as db:
        if not end_work(db, lease, WorkState.CANCELLED, REPAIRED if is_repair else GIVEN_BACK):
            return False
        if still_counts(db, lease):
            begin_round(db, lease.job)
        settle(db, lease.job)
        return True


def repairs_in_a_row(ledger: Ledger, lease: Lease, most: int) -> int:
    """How many rounds directly before this work's own ended in a repair; `most` at most."""
    repaired = (work.c.job == lease.job) & (work.c.round < lease.round) & (attempts.c.outcome == REPAIRED)
    rounds = sa.select(work.c.round).join(attempts, attempts.c.work == work.c.id).where(repaired).distinct()
    with reading(ledger) as db:
        found = db.execute(rounds.order_by(work.c.round.desc()).limit(most)).scalars().all()
    return sum(number == lease.round - before for before, number in enumerate(found, 1))
