"""The service's numbers for Prometheus. When it asks, states and outcomes are read from the ledger.

The workers count what has no row in the ledger (`tallies.py`). No number here decides anything.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

import portevoix
from portevoix.plan.work import STAGES
from portevoix.store import Store
from service.ledger import Ledger
from service.ledger.database import now_s, reading
from service.ledger.states import (
    MOVING,
    OPEN_RELEASE,
    OPEN_WORK,
    PUBLISHING_KINDS,
    ErrorClass,
    JobState,
    Priority,
    ReleaseState,
    WorkState,
)
from service.ledger.tables import attempts, jobs, leaders, needs, outbox, releases, tallies, webhooks, work
from service.tallies import EMBARGO_ALARMS, ENCODER_STARTS, HITS, MISSES

CONTENT_TYPE = CONTENT_TYPE_LATEST
# a batch takes 5 to 10
BOUNDS_S = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1280.0, 2560.0, 5120.0)
KINDS = (*STAGES, *PUBLISHING_KINDS)


class Metrics(Collector):
    """The service's numbers over one ledger. Safe for several threads.

    Attempts of work that has ended never change, so they are added up once and remembered: the first answer reads them
    all, later ones only what came since.
    """

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self._ledger, self._store = ledger, store
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        self._lock = threading.Lock()
        # Up to which work everything has ended, and those attempts.
        self._ended: deque[tuple[int, _Attempts]] = deque([(0, _Attempts())], maxlen=1)

    def exposition(self) -> bytes:
        """Everything, in Prometheus's text format (`CONTENT_TYPE`).

        Raises DBAPIError where the ledger does not answer.
        """
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        with reading(self._ledger) as db:
            yield from _build()
            yield from _jobs(db)
            yield from _work(db)
            yield from _releases(db)
            yield from _queues(db)
            yield from _messages(db)
            yield from _duties(db)
            yield from self._attempts(db).families()
            yield from _tallies(db)
        yield _gauge(
            "portevoix_store_free_bytes",
            "Room for the store's local files on this machine",
            {(): self._store.free_bytes()},
        )

    def _attempts(self, db: sa.Connection) -> _Attempts:
        """All attempts that have ended."""
        first_unended = sa.select(sa.func.min(work.c.id)).where(work.c.state.in_(OPEN_WORK))
        last = sa.select(sa.func.max(work.c.id))
        below = db.execute(first_unended).scalar() or (db.execute(last).scalar() or 0) + 1
        with self._lock:
            before, ended = self._ended[0]
            if below > before:
                ended = ended.plus(_read_attempts(db, before, below))
                self._ended.append((below, ended))
            return ended.plus(_read_attempts(db, max(before, below), None))


class _Attempts:
    """Attempts added up: by kind, outcome, class of the error, and how many of `BOUNDS_S` they took longer than."""

    def __init__(self, counts: Mapping[tuple[str, str, str, int], int] = {}, seconds: Mapping[str, float] = {}) -> None:
        self.counts, self.seconds = Counter(counts), dict(seconds)

    def plus(self, other: _Attempts) -> _Attempts:
        kinds = {*self.seconds, *other.seconds}
        seconds = {kind: self.seconds.get(kind, 0.0) + other.seconds.get(kind, 0.0) for kind in kinds}
        return _Attempts(self.counts + other.counts, seconds)

    def families(self) -> Iterator[Metric]:
        ended: Counter[tuple[str, ...]] = Counter()
        failures: Counter[tuple[str, ...]] = Counter({(kind, error): 0 for kind in KINDS for error in ErrorClass})
        buckets = {kind: [0] * (len(BOUNDS_S) + 1) for kind in KINDS}
        for (kind, outcome, error, bucket), count in self.counts.items():
            ended[kind, outcome] += count
            if error:
                failures[kind, error] += count
            if outcome == "done":
                buckets[kind][bucket] += count
        yield _counter("portevoix_attempts", "Attempts at work that have ended", ended, "kind", "outcome")
        yield _counter("portevoix_failures", "Attempts that failed, by whose fault it was", failures, "kind", "class")
        family = HistogramMetricFamily("portevoix_work_seconds", "What work that was done took", labels=["kind"])
        for kind, counts in buckets.items():
            reached = [sum(counts[: n + 1]) for n in range(len(counts))]
            bounds = [*(str(bound) for bound in BOUNDS_S), "+Inf"]
            family.add_metric([kind], list(zip(bounds, reached, strict=True)), self.seconds.get(kind, 0.0))
        yield family


def _read_attempts(db: sa.Connection, start: int, end: int | None) -> _Attempts:
    took_s = attempts.c.ended_s - attempts.c.started_s
    bucket = sa.case(*((took_s <= bound, n) for n, bound in enumerate(BOUNDS_S)), else_=len(BOUNDS_S))
    error = sa.func.coalesce(attempts.c.error_class, "").label("error")
    columns = (work.c.kind, attempts.c.outcome, error, bucket.label("bucket"), took_s.label("took_s"))
    ended = attempts.c.outcome.is_not(None) & (attempts.c.work >= start)
    rows = sa.select(*columns).join(work, work.c.id == attempts.c.work).where(ended)
    if end is not None:
        rows = rows.where(attempts.c.work < end)
    each = rows.subquery()
    by = (each.c.kind, each.c.outcome, each.c.error, each.c.bucket)
    counts: dict[tuple[str, str, str, int], int] = {}
    seconds: Counter[str] = Counter()
    for *key, count, took in db.execute(sa.select(*by, sa.func.count(), sa.func.sum(each.c.took_s)).group_by(*by)):
        counts[tuple(key)] = count
        if key[1] == "done":
            seconds[key[0]] += took
    return _Attempts(counts, seconds)


def _build() -> Iterator[Metric]:
    yield _gauge("portevoix_build_info", "The version at work, always 1", {(portevoix.__version__,): 1}, "version")


def _jobs(db: sa.Connection) -> Iterator[Metric]:
    found = {
        (state,): count for state, count in db.execute(sa.select(jobs.c.state, sa.func.count()).group_by(jobs.c.state))
    }
    yield _gauge("portevoix_jobs", "Jobs by state", {(state,): 0 for state in JobState} | found, "state")


def _work(db: sa.Connection) -> Iterator[Metric]:
    unended = work.c.state.in_(OPEN_WORK) & work.c.kind.not_in(PUBLISHING_KINDS)  # a release is no workers' load
    count = sa.select(work.c.queue, work.c.state, sa.func.count()).where(unended)
    found = {(queue, state): n for queue, state, n in db.execute(count.group_by(work.c.queue, work.c.state))}
    every = {(queue, state): 0 for queue in Priority for state in OPEN_WORK}
    yield _gauge("portevoix_work", "Work of jobs that has not ended", every | found, "queue", "state")
    late = sa.select(sa.func.count()).where((work.c.state == WorkState.RUNNING) & (work.c.lease_until_s < now_s()))
    yield _gauge(
        "portevoix_leases_expired",
        "Leases of silent workers, not yet taken from them",
        {(): db.execute(late).scalar_one()},
    )


def _releases(db: sa.Connection) -> Iterator[Metric]:
    count = sa.select(releases.c.kind, releases.c.state, sa.func.count()).group_by(releases.c.kind, releases.c.state)
    found = {(kind, state): n for kind, state, n in db.execute(count)}
    every = {(kind, state): 0 for kind in PUBLISHING_KINDS for state in ReleaseState}
    yield _gauge("portevoix_releases", "Releases and withdrawals by state", every | found, "kind", "state")


def _queues(db: sa.Connection) -> Iterator[Metric]:
    """Work may begin when its job has its state, or its release was asked for, what it waits for has ended, and its
    pause is over.
    """
    wanted = ((jobs.c.round == work.c.round) & jobs.c.state.in_(MOVING)) | releases.c.state.in_(OPEN_RELEASE)
    due = (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
    ended = sa.select(needs.c.work, sa.func.max(attempts.c.ended_s).label("ended_s"))
    ended_s = ended.join(attempts, attempts.c.work == needs.c.needs).group_by(needs.c.work).subquery()
    asked_s = sa.func.coalesce(releases.c.asked_s, jobs.c.changed_s)
    waiting = sa.select(work.c.queue, asked_s, work.c.not_before_s, ended_s.c.ended_s)
    waiting = waiting.join(jobs, jobs.c.id == work.c.job).outerjoin(releases, releases.c.work == work.c.id)
    now = db.execute(sa.select(now_s())).scalar_one()
    ages: dict[tuple[str], float] = {(queue,): 0.0 for queue in Priority}
    for queue, *since_s in db.execute(waiting.outerjoin(ended_s, ended_s.c.work == work.c.id).where(due & wanted)):
        ages[queue,] = max(ages[queue,], now - max(since for since in since_s if since is not None))
    yield _gauge("portevoix_queue_age_seconds", "How long the oldest work that may begin has waited", ages, "queue")


def _messages(db: sa.Connection) -> Iterator[Metric]:
    waiting, oldest_s = db.execute(
        sa.select(sa.func.count(), now_s() - sa.func.min(outbox.c.created_s)).select_from(outbox)
    ).one()
    yield _gauge("portevoix_outbox_messages", "Messages that the broker has not taken yet", {(): waiting})
    yield _gauge("portevoix_outbox_age_seconds", "How long the oldest of them has waited", {(): oldest_s or 0.0})
    found = {
        (state,): n for state, n in db.execute(sa.select(webhooks.c.state, sa.func.count()).group_by(webhooks.c.state))
    }
    every = {(state,): 0 for state in ("due", "sent", "given_up")}
    yield _gauge("portevoix_webhooks", "Messages to other systems by state", every | found, "state")


def _duties(db: sa.Connection) -> Iterator[Metric]:
    held = {(name,): int(left > 0) for name, left in db.execute(sa.select(leaders.c.name, leaders.c.until_s - now_s()))}
    yield _gauge("portevoix_duty_held", "Whether a reconciler has this duty now", held, "duty")


def _tallies(db: sa.Connection) -> Iterator[Metric]:
    found = {name: Counter[tuple[str, ...]]() for name in (ENCODER_STARTS, HITS, MISSES, EMBARGO_ALARMS)}
    for name, kind, count in db.execute(sa.select(tallies)):
        found[name][kind,] += count
    starts = {(kind,): 0 for kind in KINDS} | found[ENCODER_STARTS]
    yield _counter("portevoix_encoder_starts", "Processes with an encoder that work has started", starts, "kind")
    yield _counter(
        "portevoix_cache_hits", "Artifacts that plannings wanted and the store had", {(): found[HITS].total()}
    )
    yield _counter(
        "portevoix_cache_misses", "Artifacts that plannings wanted and nobody had made", {(): found[MISSES].total()}
    )
    alarms = {(): found[EMBARGO_ALARMS].total()}
    yield _counter("portevoix_embargo_alarms", "Times that five readings of an embargoed job were refused", alarms)


def _gauge(name: str, says: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, says, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counter(name: str, says: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = CounterMetricFamily(name, says, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
