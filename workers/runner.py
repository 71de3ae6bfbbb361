"""One piece of work from claim to record, watched: a worker that lost its lease stops at once and changes nothing."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from portevoix.errors import PortevoixError
from portevoix.plan import wire as handover
from portevoix.store import ArtifactDamaged, Store
from service import crash, logs, metrics
from service.ledger import Lease, Ledger
from service.ledger.states import ErrorClass
from service.settings import Settings
from workers.failures import OtherMaker, classify, needs_new_plan
from workers.handlers import Bench, do

log = logging.getLogger(__name__)


class LeaseLost(PortevoixError):
    """Another worker has this work now, or nobody wants it any more."""


MOST_ROUNDS = 10  # plans that one job gets by itself; a store that loses what it was given would need ever more


@dataclass(frozen=True)
class Workshop:
    """What a worker's process has for all its work. `holder`: what the ledger calls it."""

    ledger: Ledger
    store: Store
    settings: Settings
    holder: str


def look(item: int, shop: Workshop) -> None:
    """Do one piece of work: the one that a message points to, or what goes before it."""
    if shop.store.free_bytes() < shop.settings.free_bytes:
        log.warning("less than %d bytes are free; work %d waits", shop.settings.free_bytes, item)
        return
    first = shop.ledger.first_due(item)
    if first is not None:
        work_on(first, shop)
    if first != item:
        shop.ledger.offer_again(item)


def work_on(item: int, shop: Workshop) -> bool:
    """Claim a piece of work, do it, record how it ended. False where it was not to be had."""
    lease = shop.ledger.claim(item, shop.holder, shop.settings.lease_s)
    if lease is None:
        return False
    crash.point("claimed")
    with logs.about(lease, shop.holder), _watched(lease, shop) as watch:
        store = WatchedStore(shop.store, watch)
        bench = Bench(shop.ledger, store, shop.settings.deliveries)
        try:
            with metrics.counted(lease, shop.ledger, store.asked), logs.timed(log):
                _attempt(lease, bench, watch)
        except Exception as error:
            _record(lease, error, bench, watch)
        except BaseException:  # this worker is shutting down
            _persist(lambda: shop.ledger.release(lease), watch)
            raise
    crash.point("finished")
    return True


def _attempt(lease: Lease, bench: Bench, watch: Watch) -> None:
    if lease.kind != handover.PLANNING and lease.maker != handover.maker():
        raise OtherMaker(f"{lease.name} was planned by another version of Portevoix")
    bench.store.send_waiting()  # what an outage kept here; were it away still, new work would end here too
    if not do(lease, bench):
        log.warning("%s of job %s was finished too late; the result is not recorded", lease.name, lease.job)


def _record(lease: Lease, error: Exception, bench: Bench, watch: Watch) -> None:
    """Tell the ledger how it went wrong."""
    ledger = bench.ledger
    if watch.lost:
        # Refused where another has it; a cancelled job's work is cancelled by it.
        _persist(lambda: ledger.release(lease), watch)
    elif lease.kind != handover.PLANNING and lease.round < MOST_ROUNDS and needs_new_plan(error):
        log.warning("%s of job %s: %s; it is planned anew", lease.name, lease.job, type(error).__name__)
        if isinstance(error, ArtifactDamaged) and error.key:
            bench.store.delete(error.key)  # else the next plan counts on it too
        _persist(lambda: ledger.replan(lease), watch)
    else:
        kind = classify(error)
        # The sentence, which may quote what an author wrote, goes to the ledger alone.
        said = type(error).__name__
        log.warning("%s of job %s: %s (%s)", lease.name, lease.job, said, kind, exc_info=kind == ErrorClass.UNKNOWN)
        _persist(lambda: ledger.fail(lease, kind, str(error) or type(error).__name__), watch)


def _persist(tell: Callable[[], object], watch: Watch) -> None:
    """Tell the ledger something, also when it is away for a while. Afterwards the lease runs out and says it."""
    patiently(tell, lambda: watch.lost or watch.ended.wait(watch.settings.watch_s))


def patiently(ask: Callable[[], object], give_up: Callable[[], bool]) -> None:
    """Ask the ledger again and again while it does not answer, until `give_up`, which waits a little, says so."""
    while True:
        try:
            ask()
            return
        except DBAPIError as unsaid:
            log.warning("the ledger does not answer: %s", unsaid.orig)
            if give_up():
                return


class Watch:
    """Asks the ledger from a thread of its own whether the work may go on, and ends the encoders when it may not."""

    def __init__(self, lease: Lease, ledger: Ledger, settings: Settings) -> None:
        self.lease, self.ledger, self.settings = lease, ledger, settings
        self.lost = False
        self.others = children()  # what runs already belongs to no work
        self.ended = threading.Event()

    def run(self) -> None:
        """Until the work ends. A ledger that does not answer is asked again as long as the lease holds."""
        asked_s = time.monotonic()
        while not self.ended.wait(self.settings.watch_s):
            if not self.lost:
                now_s = time.monotonic()
                try:
                    self.lost = not self.ledger.renew(self.lease, self.settings.lease_s)
                    asked_s = now_s
                except DBAPIError:
                    # Three quarters of a lease may be left at the last answer; after that nobody can know.
                    self.lost = time.monotonic() - asked_s > self.settings.lease_s * 0.75
            if self.lost:  # again and again: the engine may just be between two encoders
                end(children() - self.others)

    def check(self) -> None:
        """Raise LeaseLost where the work must stop."""
        if self.lost:
            raise LeaseLost(f"{self.lease.name} of job {self.lease.job} is no longer this worker's")


@contextmanager
def _watched(lease: Lease, shop: Workshop) -> Iterator[Watch]:
    watch = Watch(lease, shop.ledger, shop.settings)
    thread = threading.Thread(target=watch.run, name=f"lease-{lease.work}", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.ended.set()
        thread.join()


class WatchedStore:
    """The store as one piece of work sees it: it takes nothing from a worker that lost its lease."""

    def __init__(self, store: Store, watch: Watch) -> None:
        self._store, self._watch = store, watch
        self.asked: dict[str, bool] = {}  # the first answer of `has` for each key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def has(self, key: str) -> bool:
        found = self._store.has(key)
        self.asked.setdefault(key, found)
        return found

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        self._watch.check()
        crash.point("artifact")
        self._store.put(key, files, facts)
        crash.point("stored")


def children() -> set[int]:
    """The processes that this one has started and that still run, or wait to be looked after."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which may hold spaces and brackets, come the state and the parent.
            parent = int(stat.read_text("ascii", "replace").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == os.getpid():
            found.add(int(stat.parent.name))
    return found


def end(processes: set[int]) -> None:
    """Kill processes; those that have ended meanwhile are no matter."""
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
