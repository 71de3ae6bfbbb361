"""Repairs what crashes and outages leave: work of silent workers, lost messages, forgotten files. `python -m
workers.reconciler`

Any number may run; one leads. Run one on each machine: it keeps that machine's own disk tidy. All that it does is
harmless when done twice.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from portevoix.store import Store
from portevoix.store.errors import StoreError
from portevoix.store.work import sweep as sweep_folders
from service import logs, relay
from service.access import Access
from service.ledger import Ledger
from service.ledger.database import migrate, open_database
from service.relay import Send
from service.settings import Settings, settings
from service.webhooks import MOST_AT_ONCE, TIMEOUT_S, send_due
from workers.handlers import UNFINISHED

log = logging.getLogger(__name__)

REPAIRING, SWEEPING, TELLING = "repairs", "sweeps", "webhooks"
SWEEP_EVERY_S = 600.0  # files are no hurry
LEFT_WORK = timedelta(hours=1)  # a working folder whose process is dead; younger ones may not be locked yet


@dataclass(frozen=True)
class Swept:
    """What a sweep removed."""

    folders: int = 0
    uploads: int = 0
    artifacts: int = 0
    inputs: int = 0


def repair(ledger: Ledger, send: Send) -> None:
    """Take work from silent workers, offer again what may be lost, publish what waits."""
    if late := ledger.expired():
        log.warning("%d pieces of work were taken from workers that fell silent", late)
    if offered := ledger.offer_due():
        log.info("%d pieces of work are offered again", offered)
    relay.publish(ledger, send)


def tidy(store: Store, given: Settings) -> Swept:
    """Remove what dead processes and cut uploads left on this machine, once it is old enough."""
    folders = store.sweep_work(LEFT_WORK) + sweep_folders(given.deliveries / UNFINISHED, LEFT_WORK)
    return Swept(folders, store.abort_dead_uploads(timedelta(days=given.upload_days)))


def sweep(ledger: Ledger, access: Access, store: Store, given: Settings) -> Swept:
    """Remove what nothing refers to any more, here and in what all machines share, once it is old enough."""
    keep = timedelta(days=given.keep_days)
    tidied = tidy(store, given)
    access.forget_uploads(keep.total_seconds())
    for job in ledger.undelivered(folder.name for folder in given.deliveries.glob("[!.]*")):
        shutil.rmtree(given.deliveries / job, ignore_errors=True)  # a late worker may be at it; next time, then
    needed = ledger.referenced(keep.total_seconds())
    if needed is None:
        return tidied
    artifacts = list(store.unreferenced(needed, keep))
    for key in artifacts:
        store.delete(key)
    ledger.forget_artifacts(artifacts)
    inputs = list(store.unreferenced_inputs(access.referenced_inputs(keep.total_seconds()), keep))
    for digest in inputs:
        store.delete_input(digest)
    access.forget_inputs(inputs)
    return replace(tidied, artifacts=len(artifacts), inputs=len(inputs))


def watch_over(given: Settings, send: Send, stop: threading.Event) -> None:
    """Repair until `stop`. An outage of the ledger or the broker is waited for."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    engine = open_database(given.database)
    ledger = Ledger(engine)
    migrated = False
    while not stop.is_set():
        try:
            if not migrated:
                migrate(engine)
                migrated = True
            if ledger.lead(REPAIRING, holder, 6 * given.repair_s):
                repair(ledger, send)
        except (DBAPIError, OSError) as error:
            log.warning("waiting for what does not answer: %s", error)
        stop.wait(given.repair_s)
    _leave(ledger, REPAIRING, holder)


def keep_tidy(given: Settings, stop: threading.Event) -> None:
    """Sweep until `stop`; apart from the repairs, since a thousand artifacts of a bucket take minutes to delete."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    engine = open_database(given.database)
    ledger, access, store = Ledger(engine), Access(engine), given.open_store()
    swept_s = -SWEEP_EVERY_S
    while not stop.wait(given.repair_s):
        if time.monotonic() - swept_s < SWEEP_EVERY_S:
            continue
        try:
            leads = ledger.lead(SWEEPING, holder, 2 * SWEEP_EVERY_S)
            log.info("swept: %s", sweep(ledger, access, store, given) if leads else tidy(store, given))
            swept_s = time.monotonic()
        except (DBAPIError, StoreError, OSError) as error:
            log.warning("sweeping later: %s", error)
    _leave(ledger, SWEEPING, holder)


def tell_others(given: Settings, stop: threading.Event) -> None:
    """Send webhooks until `stop`; apart from the repairs, which no slow address may hold up."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    ledger = Ledger(open_database(given.database))
    longest_s = MOST_AT_ONCE * TIMEOUT_S * 2
    while not stop.wait(given.repair_s):
        try:
            if ledger.lead(TELLING, holder, longest_s):
                send_due(ledger, given.webhook_secret)
        except DBAPIError as error:
            log.warning("waiting for the ledger: %s", error.orig)
    _leave(ledger, TELLING, holder)


def _leave(ledger: Ledger, duty: str, holder: str) -> None:
    try:
        ledger.step_down(duty, holder)
    except DBAPIError:
        pass  # the duty falls to another when its time is over


def reconcile(given: Settings, send: Send, stop: threading.Event) -> None:
    """Every duty at once, each in a thread of its own, until `stop`."""
    beside = [threading.Thread(target=duty, args=(given, stop), daemon=True) for duty in (keep_tidy, tell_others)]
    for thread in beside:
        thread.start()
    watch_over(given, send, stop)
    for thread in beside:
        thread.join(TIMEOUT_S)


def main() -> int:
    """Run until TERM or INT."""
    from workers.app import send

    logs.set_up()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    reconcile(settings(), send, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
