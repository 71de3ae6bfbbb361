"""One piece of work from claim to record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from portevoix.errors import RenderFailed, sentence_of
from portevoix.plan import wire
from portevoix.plan.work import PLANNING
from portevoix.store import ArtifactDamaged
from service import crash_points, logs, noted_store, tallies
from service.ledger import Lease, Ledger, leases, outbox
from service.ledger.states import PUBLISHING_KINDS, ErrorClass
from workers.context import WorkerContext
from workers.error_classes import OtherMaker, classify, is_of_another_version, needs_new_plan
from workers.handlers import do
from workers.lease_watch import LeaseWatch, WatchedStore, watched

log = logging.getLogger(__name__)

MOST_REPAIRS = 10  # plans in a row that a job gets by itself; a store that loses what it was given would need ever more


def do_next(item: int, context: WorkerContext) -> None:
    """Do one piece of work: the one that a message names, or one that is more urgent."""
    if context.store.free_bytes() < context.settings.free_bytes:
        log.warning("less than %d bytes are free; work %d waits", context.settings.free_bytes, item)
        return
    first = leases.first_due(context.ledger, item)
    if first is not None:
        work_on(first, context)
    if first != item:
        outbox.offer_again(context.ledger, item)


def work_on(item: int, context: WorkerContext) -> bool:
    """Claim a piece of work, do it, record how it ended. False where it was not to be had."""
    lease = leases.claim(context.ledger, item, context.holder, context.settings.lease_s)
    if lease is None:
        return False
    crash_points.reach("claimed")
    with logs.about(lease, context.holder), watched(lease, context) as watch:
        store = WatchedStore(context.store, watch)
        try:
            computes = watch.interrupted_when_lost() if lease.kind == PLANNING else nullcontext()
            with tallies.counted(lease, context.ledger, store.asked), logs.timed(log), computes:
                _attempt(lease, replace(context, store=store, still_held=watch.ask))
        except Exception as error:
            _record_failure(lease, error, context, watch)
        except BaseException:  # this worker is shutting down
            _record(lambda: leases.give_back(context.ledger, lease), watch)
            raise
        _record(lambda: noted_store.note(context.ledger, lease.job, store.asked), watch)
    crash_points.reach("finished")
    return True


def _attempt(lease: Lease, context: WorkerContext) -> None:
    if lease.kind not in (PLANNING, *PUBLISHING_KINDS) and lease.maker != wire.maker():
        raise OtherMaker(f"{lease.name} was planned by another version of Portevoix")
    context.store.send_waiting()  # what an outage held back: if the store is still away, fail before new work
    if not do(lease, context):
        log.warning("%s of job %s was finished too late; the result is not recorded", lease.name, lease.job)


def _record_failure(lease: Lease, error: Exception, context: WorkerContext, watch: LeaseWatch) -> None:
    """Record in the ledger how it went wrong."""
    ledger = context.ledger
    if watch.lost:
        # Refused where another has it; a cancelled job's work is cancelled by it.
        _record(lambda: leases.give_back(ledger, lease), watch)
    elif lease.kind not in (PLANNING, *PUBLISHING_KINDS) and needs_new_plan(error):
        if isinstance(error, ArtifactDamaged) and error.key:
            context.store.delete(error.key)  # else the next plan counts on it too
        _record(lambda: _plan_anew(ledger, lease, error), watch)
    else:
        _record(lambda: _fail(ledger, lease, error), watch)


def _plan_anew(ledger: Ledger, lease: Lease, error: Exception) -> None:
    """Plan the job anew, unless that was done too often in a row. Neither an author's rounds count nor those of another
    version of Portevoix: each of these ends by itself.
    """
    is_repair = not is_of_another_version(error)
    if is_repair and leases.repairs_in_a_row(ledger, lease, MOST_REPAIRS) >= MOST_REPAIRS:
        _fail(ledger, lease, error)
    else:
        log.warning("%s of job %s: %s; it is planned anew", lease.name, lease.job, type(error).__name__)
        leases.replan(ledger, lease, is_repair)


def _fail(ledger: Ledger, lease: Lease, error: Exception) -> None:
    kind = classify(error)
    # The sentence, which may quote what an author wrote, goes to the ledger alone.
    name = type(error).__name__
    log.warning(
        "%s of job %s: %s (%s)",
        lease.name,
        lease.job,
        name,
        kind,
        exc_info=error if kind == ErrorClass.UNKNOWN else None,
    )
    if isinstance(error, RenderFailed) and error.said:
        log.warning("%s of job %s: %s", lease.name, lease.job, error.said)
    leases.fail(ledger, lease, kind, sentence_of(error))


def _record(change: Callable[[], object], watch: LeaseWatch) -> None:
    """Make a change in the ledger; wait where it is away, until the lease has run out."""
    retry_while_away(change, watch.lost_after_a_while)


def retry_while_away(change: Callable[[], object], give_up: Callable[[], bool]) -> None:
    """Ask the ledger again and again while it does not answer, until `give_up`, which waits a little, says so."""
    while True:
        try:
            change()
            return
        except DBAPIError as error:
            log.warning("the ledger does not answer: %s", error.orig)
            if give_up():
                return
