"""Finished files as a reader is shown them: before an embargo ends, with their name, where the account says so."""

from __future__ import annotations

import logging
from pathlib import Path

from portevoix.delivery.manifest import Delivery
from portevoix.delivery.review_copy import has_picture
from service.deliveries import find_file, has_set
from service.documents import accounts_of
from service.gate import Caller
from service.http.context import ServiceContext
from service.http.problems import RETRY_S, Refused
from service.ledger import JobEntry, jobs, queries
from service.ledger.database import reading

log = logging.getLogger("portevoix.api")


def is_marked(context: ServiceContext, job: str, delivery: Delivery) -> bool:
    """Whether readers see their name over this file: before the embargo ends, where its account says so; a file of no
    account's, where any account of the job does.
    """
    if not has_picture(delivery.path):
        return False
    with reading(context.ledger) as db:
        if not queries.is_embargoed(db, job):
            return False
    of_job = accounts_of(queries.find_submission(context.ledger, job).document)
    accounts = [context.library.accounts.get(name) for name in ([delivery.account] if delivery.account else of_job)]
    return any(account is not None and account.mark_reviews for account in accounts)


def delivered_file(context: ServiceContext, entry: JobEntry, delivery: Delivery) -> Path:
    """Where a finished file lies. Raises Refused (503) where this machine does not have it; one that was lost or spoilt
    here is made again.
    """
    deliveries = context.settings.deliveries
    try:
        return find_file(deliveries, entry.id, entry.round, delivery)
    except FileNotFoundError:
        stands = any(one.sha256 == delivery.sha256 for one in queries.list_deliveries(context.ledger, entry.id))
    if not stands or not has_set(deliveries, entry.id):
        raise Refused(503, f"{delivery.path} is not in {deliveries.name} of this machine", Retry_After=RETRY_S)
    if jobs.deliver_again(context.ledger, entry.id):
        log.warning("a finished file of job %s was lost or spoilt; the job is made again", entry.id)
        context.publisher.wake()
    raise Refused(503, f"{delivery.path} was lost or spoilt and is being made again", Retry_After=RETRY_S)


def shown_to(context: ServiceContext, caller: Caller, job: str, delivery: Delivery, file: Path) -> Path:
    """A delivered file, or the copy of it that this reader sees instead. Raises Refused, as `ReviewCopies.of`."""
    return context.review_copies.of(job, delivery, file, caller) if is_marked(context, job, delivery) else file
