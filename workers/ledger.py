"""The ledger: which jobs there are, what is to be done for them, who does it, what came out. The truth, in SQL.

A message of the broker only says where to look. Work is claimed here under a lease, for a time on the database's clock, with
a fence that grows with every claim: whoever comes back with an older one is refused. What finishes last opens what comes
next, in the same transaction.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from portevoix.deliver import Delivery
from portevoix.errors import Fault, PortevoixError
from portevoix.handover import DELIVERY, PLANNING, WorkItem
from workers.database import now_s, reading, writing
from workers.states import (
    FINAL,
    FIRST_OFFER_S,
    MOST_TRIES,
    MOVING,
    UNENDED,
    ErrorClass,
    JobState,
    Priority,
    WorkState,
    offer_pause_s,
    pause_s,
)
from workers.tables import (
    artifacts,
    attempts,
    deliveries,
    events,
    jobs,
    leaders,
    outbox,
    requests,
    steps,
    webhooks,
    work,
)

MOST_EVENTS = 500
MOST_WEBHOOK_TRIES = 50  # by the pauses of an outage: about four hours
LONGEST_ERROR = 4_000  # characters; ffmpeg's last words are a few lines


class UnknownJob(PortevoixError):
    """No job has this id."""

    def __init__(self, job: str) -> None:
        super().__init__(f"there is no job {job!r}; the list of jobs names those there are")
        self.job = job

    def __reduce__(self) -> tuple[type[UnknownJob], tuple[str]]:
        return UnknownJob, (self.job,)


class KeyReused(PortevoixError):
    """An idempotency key came again with another request."""


@dataclass(frozen=True)
class Submission:
    """What a team hands in. `files`: each relative file name of the document and the digest of the input that it is."""

    owner: str
    name: str
    document: str
    files: Mapping[str, str] = field(default_factory=dict)
    priority: Priority = Priority.BULK
    draft: bool = False
    languages: tuple[str, ...] = ()  # only these; empty: all
    formats: tuple[str, ...] = ()
    webhook: str | None = None
    hold: bool = False  # plan it, and render when it is started

    def fingerprint(self) -> str:
        """A hash that only the same request has."""
        said = asdict(self)
        if not self.hold:  # requests from before there was a choice keep theirs
            del said["hold"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class JobEntry:
    """A job as it stands. Times in seconds since 1970 by the database's clock; `frames` are those still to be encoded."""

    id: str
    owner: str
    name: str
    priority: Priority
    state: JobState
    draft: bool
    held: bool
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    round: int
    frames: int
    frames_done: int
    faults: tuple[Fault, ...]
    failures: tuple[str, ...]
    notes: tuple[str, ...]
    created_s: float
    changed_s: float


@dataclass(frozen=True)
class WorkEntry:
    """A piece of a job's work as it stands, with the error of its last failed try."""

    id: int
    job: str
    round: int
    stage: int
    kind: str
    name: str
    frames: int
    queue: Priority
    state: WorkState
    tries: int
    holder: str | None
    error_class: ErrorClass | None
    error: str | None


@dataclass(frozen=True)
class Lease:
    """The right to do one piece of work until it ends, is lost or runs out."""

    work: int
    fence: int
    job: str
    round: int
    kind: str
    name: str
    frames: int
    payload: str
    maker: str  # whose plan it is; see `portevoix.handover.maker`


@dataclass(frozen=True)
class Event:
    """Something that happened to a job. `id` only grows, in the order in which events can be seen."""

    id: int
    job: str
    at_s: float
    kind: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Webhook:
    """A message that another system is to have."""

    id: int
    job: str
    url: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A row of the outbox: tell queue `queue` to look at `work`."""

    id: int
    work: int
    queue: str


class Ledger:
    """Every change of a job or its work is one method here, and one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    # What a team asks for

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
                    id=job, owner=submission.owner, name=submission.name, priority=submission.priority, state=JobState.RECEIVED,
                    draft=submission.draft, held=submission.hold, document=submission.document, files=dict(submission.files),
                    languages=list(submission.languages), formats=list(submission.formats), webhook=submission.webhook,
                    round=0, maker="", frames=0, frames_done=0, faults=[], failures=[], notes=[], created_s=now_s(), changed_s=now_s(),
                )
            )  # fmt: skip
            if idempotency_key is not None:
                db.execute(
                    requests.insert().values(
                        owner=submission.owner, key=idempotency_key, fingerprint=fingerprint, job=job, created_s=now_s()
                    )
                )
            _begin_round(db, job)
            return job

    def cancel(self, job: str) -> JobState:
        """Stop a job. Returns `cancelled`, `cancelling` while workers are still at it, or the state that it ended in before."""
        with writing(self.engine) as db:
            state = _job(db, job).state
            if state not in MOVING:
                return JobState(state)
            _drop_unstarted(db, job)
            _set_state(db, job, JobState.CANCELLING)
            _settle(db, job)
            return JobState(_job(db, job).state)

    def retry(self, job: str) -> bool:
        """Plan a failed job anew; what it made stands in the store and is not made again. False unless it has failed."""
        with writing(self.engine) as db:
            if _job(db, job).state != JobState.FAILED:
                return False
            _begin_round(db, job)
            return True

    def start(self, job: str) -> bool:
        """Have a held job rendered as soon as it is planned. False where it is not held or has ended."""
        with writing(self.engine) as db:
            row = _job(db, job)
            if not row.held or row.state not in MOVING:
                return False
            db.execute(jobs.update().where(jobs.c.id == job).values(held=False))
            _settle(db, job)
            return True

    def prioritise(self, job: str, priority: Priority) -> bool:
        """Move a job's unstarted work to another queue. False where the job has ended."""
        with writing(self.engine) as db:
            if _job(db, job).state not in MOVING:
                return False
            db.execute(jobs.update().where(jobs.c.id == job).values(priority=priority))
            unstarted = (work.c.job == job) & work.c.state.in_((WorkState.WAITING, WorkState.QUEUED))
            db.execute(work.update().where(unstarted).values(queue=priority))
            due = (work.c.job == job) & (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
            _offer(db, db.execute(sa.select(work.c.id).where(due)).scalars().all())
            _tell(db, job, "priority", {"priority": priority})
            return True

    # What can be seen

    def job(self, job: str) -> JobEntry:
        """One job. Raises UnknownJob."""
        with reading(self.engine) as db:
            return _entry(_job(db, job))

    def jobs(
        self,
        owners: Sequence[str] | None = None,
        states: Sequence[JobState] = (),
        before_s: float | None = None,
        limit: int = 100,
    ) -> list[JobEntry]:
        """Jobs, the newest first. `owners` None: everybody's; `before_s`: only those received earlier."""
        wanted = sa.select(*_LIGHT).order_by(jobs.c.created_s.desc(), jobs.c.id).limit(limit)
        if owners is not None:
            wanted = wanted.where(jobs.c.owner.in_(owners))
        if states:
            wanted = wanted.where(jobs.c.state.in_(states))
        if before_s is not None:
            wanted = wanted.where(jobs.c.created_s < before_s)
        with reading(self.engine) as db:
            return [_entry(row) for row in db.execute(wanted)]

    def submission(self, job: str) -> Submission:
        """The job as it was handed in. Raises UnknownJob."""
        with reading(self.engine) as db:
            row = _job(db, job, list(jobs.c))
        return Submission(
            row.owner, row.name, row.document, row.files, Priority(row.priority), row.draft,
            tuple(row.languages), tuple(row.formats), row.webhook, row.held,
        )  # fmt: skip

    def plan(self, job: str) -> str | None:
        """The job's plan as `portevoix.handover` wrote it, None before it was made. Raises UnknownJob."""
        with reading(self.engine) as db:
            plan: str | None = _job(db, job, [jobs.c.plan]).plan
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
                    row.id, row.job, row.round, row.stage, row.kind, row.name, row.frames, Priority(row.queue), WorkState(row.state),
                    row.fence, row.holder, ErrorClass(row.error_class) if row.error_class else None, row.error,
                )
                for row in db.execute(rows)
            ]  # fmt: skip

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

    # What a worker does

    def claim(self, item: int, holder: str, lease_s: float) -> Lease | None:
        """Take a piece of work for `lease_s` seconds. None where it is taken, ended, put off or no longer wanted."""
        wanted = sa.exists().where(
            (jobs.c.id == work.c.job) & (jobs.c.round == work.c.round) & jobs.c.state.in_(MOVING)
        )
        free = (work.c.id == item) & (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s()) & wanted
        taken = work.update().where(free).values(
            state=WorkState.RUNNING, fence=work.c.fence + 1, holder=holder, lease_until_s=now_s() + lease_s
        )  # fmt: skip
        with writing(self.engine) as db:
            row = db.execute(taken.returning(work)).one_or_none()
            if row is None:
                return None
            db.execute(attempts.insert().values(work=row.id, fence=row.fence, holder=holder, started_s=now_s()))
            db.execute(outbox.delete().where(outbox.c.work == row.id))
            if row.kind == PLANNING:
                _set_state(db, row.job, JobState.PLANNING)
            return _lease(row, _job(db, row.job).maker)

    def first_due(self, item: int) -> int | None:
        """What a worker that was pointed to `item` does best: the oldest job's work among what may begin now and is at least
        as urgent. Brokers keep no order between queues, nor between the stages of different jobs. None where nothing is due.
        """
        order = [str(priority) for priority in Priority]
        with reading(self.engine) as db:
            mine = db.execute(sa.select(work.c.queue).where(work.c.id == item)).scalar_one_or_none()
            if mine is None:
                return None
            due = work.c.queue.in_(order[: order.index(mine) + 1]) & (work.c.state == WorkState.QUEUED)
            rank = sa.case({name: number for number, name in enumerate(order)}, value=work.c.queue)
            first = sa.select(work.c.id).join(jobs).where(due & (work.c.not_before_s <= now_s()))
            return db.execute(first.order_by(rank, jobs.c.created_s, work.c.id).limit(1)).scalar()

    def offer_again(self, item: int) -> None:
        """Put work back into the outbox whose message was used up for other work."""
        said = sa.exists().where(outbox.c.work == work.c.id)
        with writing(self.engine) as db:
            queued = (work.c.id == item) & (work.c.state == WorkState.QUEUED) & ~said
            _offer(db, db.execute(sa.select(work.c.id).where(queued)).scalars().all())

    def renew(self, lease: Lease, lease_s: float) -> bool:
        """Keep a lease for another `lease_s` seconds. False: the work is lost or no longer wanted; stop at once.

        Cheap to ask often: it writes only when a quarter of the lease is used up.
        """
        left = sa.select(work.c.lease_until_s - now_s()).join(jobs, jobs.c.id == work.c.job)
        left = left.where(_held(lease) & (jobs.c.round == work.c.round) & jobs.c.state.in_(MOVING))
        with reading(self.engine) as db:
            left_s = db.execute(left).scalar_one_or_none()
        if left_s is None or left_s > lease_s * 0.75:
            return left_s is not None
        with writing(self.engine) as db:
            longer = work.update().where(_held(lease)).values(lease_until_s=now_s() + lease_s)
            return db.execute(longer).rowcount == 1

    def planned(
        self,
        lease: Lease,
        maker: str,
        plan: str,
        items: Iterable[WorkItem],
        keys: Mapping[str, str],
        notes: Iterable[str],
    ) -> bool:
        """Record a plan and its work, and open the first of it. `keys`: every artifact that the job needs, and its kind.

        False: the lease was lost; nothing is recorded.
        """
        with writing(self.engine) as db:
            if not _end(db, lease, WorkState.DONE, "done"):
                return False
            if not _counts(db, lease):
                _settle(db, lease.job)
                return True
            rows = [
                {"job": lease.job, "round": lease.round, "queue": _job(db, lease.job).priority, "state": WorkState.WAITING,
                 "fence": 0, "not_before_s": 0.0, "offers": 0, **asdict(item)}
                for item in items
            ]  # fmt: skip
            db.execute(work.insert(), rows)
            _need(db, lease.job, keys)
            frames = sum(int(row["frames"]) for row in rows)
            db.execute(
                jobs.update()
                .where(jobs.c.id == lease.job)
                .values(maker=maker, plan=plan, notes=list(notes), frames=frames)
            )
            _settle(db, lease.job)
            return True

    def refused(self, lease: Lease, faults: Iterable[Fault]) -> bool:
        """Record that a job cannot be accepted, with every fault of its files. False: the lease was lost."""
        found = list(faults)
        with writing(self.engine) as db:
            text = "\n".join(map(str, found))
            if not _end(db, lease, WorkState.FAILED, "failed", ErrorClass.INPUT, text):
                return False
            if _counts(db, lease):
                plain = [asdict(fault) for fault in found]
                db.execute(jobs.update().where(jobs.c.id == lease.job).values(faults=plain))
                _set_state(db, lease.job, JobState.REFUSED)
            _settle(db, lease.job)
            return True

    def finish(
        self, lease: Lease, keys: Sequence[str] = (), made: Sequence[Delivery] = (), failures: Sequence[str] = ()
    ) -> bool:
        """Record that work is done, with the artifacts that it made, and open what comes next.

        The last work of a job brings its deliveries, and a sentence for each check that one of them failed.
        False: the lease was lost, nothing changes.
        """
        with writing(self.engine) as db:
            if not _end(db, lease, WorkState.DONE, "done"):
                return False
            known = set(db.execute(sa.select(artifacts.c.key).where(artifacts.c.key.in_(keys))).scalars())
            if new := [{"key": key, "work": lease.work} for key in keys if key not in known]:
                db.execute(artifacts.insert().values(made_s=now_s()), new)
            if not _counts(db, lease):
                _settle(db, lease.job)
                return True
            if lease.kind == DELIVERY:
                db.execute(deliveries.delete().where(deliveries.c.job == lease.job))
                rows = [
                    {"job": lease.job, "path": d.path, "position": n, "facts": asdict(d)} for n, d in enumerate(made)
                ]
                if rows:
                    db.execute(deliveries.insert(), rows)
                _need(db, lease.job, {d.key: d.kind for d in made})
                db.execute(jobs.update().where(jobs.c.id == lease.job).values(failures=list(failures)))
            done = jobs.update().where(jobs.c.id == lease.job).values(frames_done=jobs.c.frames_done + lease.frames)
            row = db.execute(done.returning(jobs.c.frames_done, jobs.c.frames)).one()
            _tell(db, lease.job, "progress", {"work": lease.name, "frames_done": row.frames_done, "frames": row.frames})
            _settle(db, lease.job)
            return True

    def fail(self, lease: Lease, error: ErrorClass, message: str) -> bool:
        """Record a failed try. The work is queued again while another try may help, else its job has failed.

        False: the lease was lost, nothing changes.
        """
        with writing(self.engine) as db:
            return _failed_try(db, lease, "failed", error, message)

    def release(self, lease: Lease) -> bool:
        """Give work back untried, for any worker, at once: this one is shutting down. False: the lease was lost."""
        with writing(self.engine) as db:
            if not _end(db, lease, WorkState.QUEUED, "released"):
                return False
            _queue_again(db, lease, 0.0)
            return True

    def replan(self, lease: Lease) -> bool:
        """Plan the job anew, since this worker would make other bytes than its plan says. False: the lease was lost."""
        with writing(self.engine) as db:
            if not _end(db, lease, WorkState.CANCELLED, "released"):
                return False
            if _counts(db, lease):
                _begin_round(db, lease.job)
            _settle(db, lease.job)
            return True

    # What is handed to the broker, and what is repaired

    def unpublished(self, limit: int = 100) -> list[Message]:
        """The outbox, the oldest first."""
        with reading(self.engine) as db:
            rows = db.execute(sa.select(outbox).order_by(outbox.c.id).limit(limit))
            return [Message(row.id, row.work, row.queue) for row in rows]

    def mark_published(self, messages: Iterable[Message]) -> None:
        """Strike messages off the outbox once the broker has them. Published twice is harmless: a claim is not."""
        with writing(self.engine) as db:
            db.execute(outbox.delete().where(outbox.c.id.in_([message.id for message in messages])))

    def expired(self) -> int:
        """Take work from workers that fell silent. Counts as a failed try: what ends three workers is not tried again."""
        late = (work.c.state == WorkState.RUNNING) & (work.c.lease_until_s < now_s())
        with writing(self.engine) as db:
            rows = db.execute(sa.select(work).where(late)).all()
            for row in rows:
                lease = _lease(row, "")
                message = f"worker {row.holder} fell silent in the middle of it"
                _failed_try(db, lease, "expired", ErrorClass.UNKNOWN, message)
            return len(rows)

    def offer_due(self) -> int:
        """Put into the outbox what is queued and may have been lost, or waited for its next try. Returns how many."""
        due = (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
        silent_s = now_s() - work.c.offered_s
        unsaid = sa.or_(work.c.offered_s.is_(None), silent_s >= FIRST_OFFER_S)
        waiting = ~sa.exists().where(outbox.c.work == work.c.id)
        with writing(self.engine) as db:
            rows = db.execute(sa.select(work.c.id, work.c.offers, silent_s).where(due & unsaid & waiting)).all()
            lost = [item for item, offers, silent in rows if silent is None or silent >= offer_pause_s(offers)]
            _offer(db, lost)
            return len(lost)

    def due_webhooks(self, limit: int = 100) -> list[Webhook]:
        """Messages for other systems whose time has come, the oldest first."""
        due = (webhooks.c.state == "due") & (webhooks.c.due_s <= now_s())
        with reading(self.engine) as db:
            rows = db.execute(sa.select(webhooks).where(due).order_by(webhooks.c.due_s, webhooks.c.id).limit(limit))
            return [Webhook(row.id, row.job, row.url, row.body) for row in rows]

    def webhook_answered(self, webhook: int, error: str | None) -> None:
        """Note that a message was taken, or (`error`) was not: then it is due again later, until its tries are used up."""
        this = webhooks.c.id == webhook
        with writing(self.engine) as db:
            tries = db.execute(sa.select(webhooks.c.tries).where(this)).scalar_one() + 1
            state = "sent" if error is None else "due" if tries < MOST_WEBHOOK_TRIES else "given_up"
            pause = pause_s(ErrorClass.INFRASTRUCTURE, tries)
            noted = {"state": state, "tries": tries, "error": error, "due_s": now_s() + pause}
            db.execute(webhooks.update().where(this).values(**noted))

    def lead(self, duty: str, holder: str, lease_s: float) -> bool:
        """Whether `holder` has this duty alone for the next `lease_s` seconds."""
        with writing(self.engine) as db:
            mine = leaders.update().where(
                (leaders.c.name == duty) & ((leaders.c.holder == holder) | (leaders.c.until_s < now_s()))
            )
            if db.execute(mine.values(holder=holder, until_s=now_s() + lease_s)).rowcount:
                return True
            if db.execute(sa.select(leaders.c.name).where(leaders.c.name == duty)).first():
                return False
            db.execute(leaders.insert().values(name=duty, holder=holder, until_s=now_s() + lease_s))
            return True

    def step_down(self, duty: str, holder: str) -> None:
        """Leave a duty to others at once."""
        with writing(self.engine) as db:
            db.execute(leaders.delete().where((leaders.c.name == duty) & (leaders.c.holder == holder)))

    def referenced(self, keep_s: float) -> set[str] | None:
        """Keys that jobs still need: unended ones, and ended ones for `keep_s` seconds. None while a job is being planned.

        A plan counts on artifacts before it is recorded; nothing may be thrown away meanwhile.
        """
        planning = (work.c.kind == PLANNING) & (work.c.state == WorkState.RUNNING)
        kept = sa.or_(jobs.c.state.in_((*UNENDED, JobState.FAILED)), jobs.c.changed_s > now_s() - keep_s)
        with reading(self.engine) as db:
            if db.execute(sa.select(work.c.id).where(planning)).first():
                return None
            return set(db.execute(sa.select(steps.c.key).join(jobs, jobs.c.id == steps.c.job).where(kept)).scalars())

    def undelivered(self, jobs_named: Iterable[str]) -> list[str]:
        """Those of these jobs that have ended for good without deliveries: what lies under their names is nobody's."""
        named = jobs.c.id.in_(list(jobs_named)) & jobs.c.state.in_(FINAL)
        delivered = sa.exists().where(deliveries.c.job == jobs.c.id)
        with reading(self.engine) as db:
            return list(db.execute(sa.select(jobs.c.id).where(named & ~delivered)).scalars())

    def forget_artifacts(self, keys: Iterable[str]) -> None:
        """Strike off artifacts that the store no longer has."""
        with writing(self.engine) as db:
            db.execute(artifacts.delete().where(artifacts.c.key.in_(list(keys))))


# One transaction's parts: each takes the connection of the change that it belongs to.


_LIGHT = [column for column in jobs.c if column.name not in ("plan", "document", "files")]  # a plan is 200 kB and more


def _job(db: sa.Connection, job: str, columns: Sequence[sa.Column[Any]] = _LIGHT) -> Any:
    row = db.execute(sa.select(*columns).where(jobs.c.id == job)).one_or_none()
    if row is None:
        raise UnknownJob(job)
    return row


def _entry(row: Any) -> JobEntry:
    return JobEntry(
        row.id, row.owner, row.name, Priority(row.priority), JobState(row.state), row.draft, row.held, tuple(row.languages),
        tuple(row.formats), row.round, row.frames, row.frames_done, tuple(Fault(**f) for f in row.faults),
        tuple(row.failures), tuple(row.notes), row.created_s, row.changed_s,
    )  # fmt: skip


def _lease(row: Any, maker: str) -> Lease:
    return Lease(row.id, row.fence, row.job, row.round, row.kind, row.name, row.frames, row.payload, maker)


def _held(lease: Lease) -> sa.ColumnElement[bool]:
    return (work.c.id == lease.work) & (work.c.fence == lease.fence) & (work.c.state == WorkState.RUNNING)


def _counts(db: sa.Connection, lease: Lease) -> bool:
    """Whether the job still wants this work's result."""
    row = _job(db, lease.job)
    return row.round == lease.round and row.state in MOVING


def _tell(db: sa.Connection, job: str, kind: str, detail: dict[str, Any]) -> None:
    db.execute(events.insert().values(job=job, at_s=now_s(), kind=kind, detail=detail))


def _need(db: sa.Connection, job: str, keys: Mapping[str, str]) -> None:
    """Note artifacts that a job needs: they are kept as long as it is."""
    known = set(db.execute(sa.select(steps.c.key).where(steps.c.job == job)).scalars())
    new = [{"job": job, "key": key, "kind": kind} for key, kind in keys.items() if key not in known]
    if new:
        db.execute(steps.insert(), new)


def _set_state(db: sa.Connection, job: str, state: JobState) -> None:
    row = _job(db, job)
    if row.state == state:
        return
    db.execute(jobs.update().where(jobs.c.id == job).values(state=state, changed_s=now_s()))
    _tell(db, job, "state", {"state": state})
    if row.webhook and state not in UNENDED:
        body = {"job": job, "name": row.name, "state": state}
        db.execute(webhooks.insert().values(job=job, url=row.webhook, body=body, due_s=now_s(), tries=0, state="due"))


def _begin_round(db: sa.Connection, job: str) -> None:
    """A new piece of planning; older work that has not begun is dropped, and what runs no longer counts."""
    _drop_unstarted(db, job)
    cleared = jobs.update().where(jobs.c.id == job)
    row = db.execute(
        cleared.values(round=jobs.c.round + 1, faults=[], failures=[], frames=0, frames_done=0).returning(*_LIGHT)
    ).one()
    _set_state(db, job, JobState.RECEIVED)
    if row.round == 1:
        _tell(db, job, "state", {"state": JobState.RECEIVED})
    item = db.execute(
        work.insert().values(
            job=job, round=row.round, stage=0, kind=PLANNING, name=PLANNING, frames=0, payload="", queue=row.priority,
            state=WorkState.QUEUED, fence=0, not_before_s=0.0, offers=0,
        ).returning(work.c.id)
    ).scalar_one()  # fmt: skip
    _offer(db, [item])


def _drop_unstarted(db: sa.Connection, job: str) -> None:
    unstarted = (work.c.job == job) & work.c.state.in_((WorkState.WAITING, WorkState.QUEUED))
    items = (
        db.execute(work.update().where(unstarted).values(state=WorkState.CANCELLED).returning(work.c.id))
        .scalars()
        .all()
    )
    db.execute(outbox.delete().where(outbox.c.work.in_(items)))


def _offer(db: sa.Connection, items: Sequence[int]) -> None:
    for item in items:
        offered = work.update().where(work.c.id == item).values(offers=work.c.offers + 1, offered_s=now_s())
        queue = db.execute(offered.returning(work.c.queue)).scalar_one()
        db.execute(outbox.insert().values(work=item, queue=queue, created_s=now_s()))


def _end(
    db: sa.Connection, lease: Lease, state: WorkState, outcome: str, error: ErrorClass | None = None, message: str | None = None
) -> bool:  # fmt: skip
    """End a lease. False where it is no longer this one's: then nothing is changed."""
    ended = work.update().where(_held(lease)).values(state=state, holder=None, lease_until_s=None)
    if db.execute(ended).rowcount != 1:
        return False
    mine = (attempts.c.work == lease.work) & (attempts.c.fence == lease.fence)
    said = message[:LONGEST_ERROR] if message else None
    db.execute(attempts.update().where(mine).values(ended_s=now_s(), outcome=outcome, error_class=error, error=said))
    return True


def _failed_try(db: sa.Connection, lease: Lease, outcome: str, error: ErrorClass, message: str) -> bool:
    if not _end(db, lease, WorkState.FAILED, outcome, error, message):
        return False
    alike = (attempts.c.work == lease.work) & (attempts.c.error_class == error)
    tries = db.execute(sa.select(sa.func.count()).where(alike)).scalar_one()
    again = tries < MOST_TRIES[error]
    if _counts(db, lease):
        detail = {"work": lease.name, "class": error, "error": message[:LONGEST_ERROR], "tries": tries, "again": again}
        _tell(db, lease.job, "failed_try", detail)
    if again:
        # A worker that died took no time that could be waited for; an error may need some to pass.
        _queue_again(db, lease, 0.0 if outcome == "expired" else pause_s(error, tries))
        return True
    if _counts(db, lease):
        sentence = f"{lease.name}: {message[:LONGEST_ERROR]}"
        db.execute(jobs.update().where(jobs.c.id == lease.job).values(failures=[sentence]))
        _drop_unstarted(db, lease.job)
        _set_state(db, lease.job, JobState.FAILED)
    _settle(db, lease.job)
    return True


def _queue_again(db: sa.Connection, lease: Lease, pause: float) -> None:
    """Back into the queue in `pause` seconds; not at all where the job no longer wants it."""
    mine = work.update().where(work.c.id == lease.work)
    if not _counts(db, lease):
        db.execute(mine.values(state=WorkState.CANCELLED))
        _settle(db, lease.job)
        return
    db.execute(mine.values(state=WorkState.QUEUED, not_before_s=now_s() + pause, offers=0, offered_s=None))
    if not pause:
        _offer(db, [lease.work])


def _settle(db: sa.Connection, job: str) -> None:
    """Move a job on as far as its work allows: open the next stage, or end it."""
    row = _job(db, job)
    mine = (work.c.job == job) & (work.c.round == row.round)
    if row.state == JobState.CANCELLING:
        running = (work.c.job == job) & (work.c.state == WorkState.RUNNING)
        if not db.execute(sa.select(work.c.id).where(running)).first():
            _set_state(db, job, JobState.CANCELLED)
        return
    if row.state not in MOVING:
        return
    stage = db.execute(sa.select(sa.func.min(work.c.stage)).where(mine & (work.c.state != WorkState.DONE))).scalar_one()
    if stage is None:
        _set_state(db, job, JobState.FAILED if row.failures else JobState.DONE)
        return
    if row.held and stage > 0:
        _set_state(db, job, JobState.PLANNED)
        return
    opened = mine & (work.c.stage == stage) & (work.c.state == WorkState.WAITING)
    opening = work.update().where(opened).values(state=WorkState.QUEUED).returning(work.c.id, work.c.kind)
    items = db.execute(opening).all()
    _offer(db, [item for item, _ in items])
    if items:
        _set_state(db, job, JobState.CHECKING if items[0].kind == DELIVERY else JobState.RENDERING)
