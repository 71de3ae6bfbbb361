"""Repairs what crashes and outages leave: work of silent workers, lost messages, forgotten files. `python -m
workers.reconciler`

Any number may run; one leads. Run one on each machine: it keeps that machine's own disk tidy. All that it does is
harmless when done twice.
"""

from __future__ import annotations

import logging
import shutil
import signal
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from portevoix.store import Store
from portevoix.store.errors import StoreError
from portevoix.store.working_folders import sweep as sweep_folders
from service import anchors, at_rest, erasure, logs, relay, retention, sessions
from service.deliveries import UNFINISHED, sweep_review_copies
from service.ledger import Ledger, duties, inputs, maintenance, outbox
from service.ledger.database import migrate, open_ledger
from service.ledger.duties import REPAIRS, SWEEPS, WEBHOOKS
from service.relay import Send
from service.settings import Settings, settings
from service.webhooks import MOST_AT_ONCE, TIMEOUT_S, posting, send_due
from workers.context import holder_name

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 600.0  # files are no hurry
KEPT_COPIES = timedelta(days=1)  # made for one reader each; the next day's have the next day's date on them
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
    if late := maintenance.take_back_silent_work(ledger):
        log.warning("%d pieces of work were taken from workers that fell silent", late)
    if offered := outbox.offer_due(ledger):
        log.info("%d pieces of work are offered again", offered)
    relay.publish(ledger, send)


def tidy(store: Store, given: Settings) -> Swept:
    """Remove what dead processes and cut uploads left on this machine, once it is old enough."""
    folders = store.sweep_work(LEFT_WORK) + sweep_folders(given.deliveries / UNFINISHED, LEFT_WORK)
    sweep_review_copies(given.deliveries, KEPT_COPIES)
    return Swept(folders, store.abort_dead_uploads(timedelta(days=given.upload_days)))


def sweep(ledger: Ledger, store: Store, given: Settings) -> Swept:
    """Remove what nothing refers to any more, here and in what all machines share, once it is old enough."""
    keep = timedelta(days=given.keep_days)
    tidied = tidy(store, given)
    if erased := retention.erase_due(ledger, given):
        log.info("%d jobs were kept for their time and are erased", erased)
    sessions.forget_ended(ledger)
    inputs.forget_uploads(ledger, keep.total_seconds())
    delivered = [folder.name for folder in given.deliveries.glob("[!.]*")]
    for job in maintenance.jobs_without_deliveries(ledger, delivered):
        shutil.rmtree(
            given.deliveries / job, ignore_errors=True
        )  # a late worker may still write there; the next round removes it
    needed = maintenance.needed_artifacts(ledger, keep.total_seconds())
    if needed is None:
        return tidied
    keys = list(store.unreferenced(needed, keep))
    for key in keys:
        store.delete(key)
    maintenance.forget_artifacts(ledger, keys)
    digests = list(store.unreferenced_inputs(inputs.needed_inputs(ledger, keep.total_seconds()), keep))
    for digest in digests:
        store.delete_input(digest)
    inputs.forget_inputs(ledger, digests)
    return replace(tidied, artifacts=len(keys), inputs=len(digests))


def erase_due(ledger: Ledger, store: Store, given: Settings, known: Collection[str]) -> set[str]:
    """Remove the files of erased jobs, but for those that this process knows to be gone. Returns which jobs' it did."""
    gone = set()
    for one in erasure.due(ledger, known):
        about = {"facts": {"job": one.job}}
        try:
            erasure.remove(ledger, store, given.deliveries, one)
        except Exception as error:  # whatever one job's files bring about, the others' go
            log.warning("the files of an erased job cannot be removed yet: %s", type(error).__name__, extra=about)
            continue
        log.info("the files of an erased job are gone", extra=about)
        gone.add(one.job)
    return gone


def repair_until(stop: threading.Event, given: Settings, send: Send) -> None:
    """Repair, again and again. An outage of the ledger or the broker is waited for."""
    ledger = open_ledger(given.database)
    migrated = False
    while not stop.is_set():
        try:
            if not migrated:
                migrate(ledger)
                migrated = True
            if duties.lead(ledger, REPAIRS, holder_name(), 6 * given.repair_s):
                repair(ledger, send)
        except (DBAPIError, OSError) as error:
            log.warning("waiting for what does not answer: %s", error)
        stop.wait(given.repair_s)
    _leave(ledger, REPAIRS)


def sweep_until(stop: threading.Event, given: Settings) -> None:
    """Sweep, again and again; apart from the repairs, since a thousand artifacts of a bucket take minutes to delete."""
    ledger, store = open_ledger(given.database), given.open_store()
    swept_s, erased = -SWEEP_EVERY_S, set[str]()
    while not stop.wait(given.repair_s):
        try:
            erased |= erase_due(ledger, store, given, erased)
            if time.monotonic() - swept_s < SWEEP_EVERY_S:
                continue
            leads = duties.lead(ledger, SWEEPS, holder_name(), 2 * SWEEP_EVERY_S)
            log.info("swept: %s", sweep(ledger, store, given) if leads else tidy(store, given))
            swept_s = time.monotonic()
            if leads:
                anchors.publish(ledger, given)
        except Exception as error:
            _failed(ledger, SWEEPS, error)
    _leave(ledger, SWEEPS)


def send_webhooks_until(stop: threading.Event, given: Settings) -> None:
    """Send webhooks, again and again; apart from the repairs, which no slow address may hold up."""
    ledger = open_ledger(given.database)
    longest_s = MOST_AT_ONCE * TIMEOUT_S * 2
    while not stop.wait(given.repair_s):
        try:
            if duties.lead(ledger, WEBHOOKS, holder_name(), longest_s):
                send_due(ledger, given.webhook_secret, posting(given.webhook_intranet))
        except Exception as error:
            _failed(ledger, WEBHOOKS, error)
    _leave(ledger, WEBHOOKS)


def _failed(ledger: Ledger, duty: str, error: Exception) -> None:
    """Say what ended a round of a duty, whatever it was: an error that ended its thread would end the duty, unseen.

    Nobody has it then until the next round, so a duty that always fails is seen not to be held.
    """
    outage = isinstance(error, (DBAPIError, StoreError, OSError))
    words = (getattr(error, "orig", None) or error) if outage else type(error).__name__
    log.warning("%s: later, since: %s", duty, words, exc_info=None if outage else error)
    _leave(ledger, duty)


def _leave(ledger: Ledger, duty: str) -> None:
    try:
        duties.step_down(ledger, duty, holder_name())
    except DBAPIError:
        pass  # the duty falls to another when its time is over


def reconcile(given: Settings, send: Send, stop: threading.Event) -> None:
    """Every duty at once, each in a thread of its own, until `stop`."""
    beside = [
        threading.Thread(target=duty, args=(stop, given), daemon=True) for duty in (sweep_until, send_webhooks_until)
    ]
    for thread in beside:
        thread.start()
    repair_until(stop, given, send)
    for thread in beside:
        thread.join(TIMEOUT_S)


def main() -> int:
    """Run until TERM or INT."""
    from workers.app import send

    at_rest.keep_private()
    logs.set_up()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    reconcile(settings(), send, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
