"""A worker that lost its lease stops at once: its encoders are ended, and the store takes nothing from it any more."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from portevoix import sandbox
from portevoix.errors import PortevoixError
from portevoix.store import Store
from service import crash_points
from service.ledger import Lease, leases
from service.noted_store import NotedStore
from workers.context import WorkerContext


class LeaseLost(PortevoixError):
    """Another worker has this work now, or nobody wants it any more."""


class Interrupted(LeaseLost):
    """The same, in the middle of a computation."""

    def __init__(self) -> None:
        super().__init__("nobody wants this work any more")


class LeaseWatch:
    """Asks the ledger from a thread of its own whether the work may go on, and ends the encoders when it may not."""

    def __init__(self, lease: Lease, context: WorkerContext) -> None:
        self._lease, self._ledger, self._settings = lease, context.ledger, context.settings
        self._lost, self._ended = threading.Event(), threading.Event()
        self._computing: list[int] = []  # the thread that is interrupted
        self._interrupting = threading.Lock()
        self._others = children()  # processes that run already belong to no work
        self._thread = threading.Thread(target=self._run, name=f"lease-{lease.work}", daemon=True)

    @property
    def lost(self) -> bool:
        """Whether the work must stop."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raise LeaseLost where the work must stop."""
        if self.lost:
            raise LeaseLost(f"{self._lease.name} of job {self._lease.job} is no longer this worker's")

    def ask(self) -> None:
        """Ask the ledger now, and raise LeaseLost where the work must stop; for steps that others see at once."""
        if not leases.renew(self._ledger, self._lease, self._settings.lease_s):
            self._lost.set()
        self.check()

    def lost_after_a_while(self) -> bool:
        """Wait as long as between two looks at the ledger, then say whether the work must stop."""
        return self._lost.wait(self._settings.watch_s)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        """Until the work ends. A ledger that does not answer is asked again as long as the lease holds."""
        answered_s = time.monotonic()
        while not self._ended.wait(self._settings.watch_s):
            if not self.lost:
                answered_s = self._renew(answered_s)
            if self.lost:  # again and again: the engine may just be between two encoders
                kill(children() - self._others)
                sandbox.end_all()
                self._interrupt()

    @contextmanager
    def interrupted_when_lost(self) -> Iterator[None]:
        """Raise Interrupted in the block where the work must stop: planning computes for long without an encoder."""
        self._computing.append(threading.get_ident())
        try:
            yield
        finally:
            with self._interrupting:
                self._computing.clear()
                if self.lost:
                    let_arrive(Interrupted)  # one that is on its way is not wanted any more

    def _interrupt(self) -> None:
        with self._interrupting:
            for thread in self._computing:
                raise_in(thread, Interrupted)

    def _renew(self, answered_s: float) -> float:
        """Renew the lease. Returns when the ledger was last asked with success."""
        asked_s = time.monotonic()
        try:
            held = leases.renew(self._ledger, self._lease, self._settings.lease_s)
            answered_s = asked_s
        except DBAPIError:
            # Three quarters of a lease may be left at the last answer; after that nobody can know.
            held = time.monotonic() - answered_s <= self._settings.lease_s * 0.75
        if not held:
            self._lost.set()
        return answered_s


@contextmanager
def watched(lease: Lease, context: WorkerContext) -> Iterator[LeaseWatch]:
    """Watch over a lease until the end of the block."""
    watch = LeaseWatch(lease, context)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


class WatchedStore(NotedStore):
    """The store as one piece of work sees it: it takes nothing from a worker that lost its lease."""

    def __init__(self, store: Store, watch: LeaseWatch) -> None:
        super().__init__(store)
        self._watch = watch

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        self._watch.check()
        crash_points.reach("artifact")
        self._store.put(key, files, facts)
        crash_points.reach("stored")


def raise_in(thread: int, error: type[Exception]) -> None:
    """Raise an error in a thread, between two of its instructions, in the place of one that is on its way."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def let_arrive(error: type[Exception]) -> None:
    """Meet here what may be on its way to this thread.

    Taken back unmet (by NULL), it leaves Python 3.11 looking for it at every call from then on, and a function that is
    traced or profiled never begins.
    """
    try:
        raise_in(threading.get_ident(), error)
        while True:
            pass
    except error:
        pass


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


def kill(processes: set[int]) -> None:
    """Kill processes; those that have ended meanwhile are no matter."""
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
