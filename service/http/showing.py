"""Finished files as a reader is shown them: before an embargo ends, with their name, where the account says so."""

from __future__ import annotations

from pathlib import Path

from portevoix.delivery.manifest import Delivery
from portevoix.delivery.review_copy import has_picture
from service.documents import accounts_of
from service.gate import Caller
from service.http.context import ServiceContext
from service.ledger import queries
from service.ledger.database import reading


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


def shown_to(context: ServiceContext, caller: Caller, job: str, delivery: Delivery, file: Path) -> Path:
    """A delivered file, or the copy of it that this reader sees instead. Raises Refused, as `ReviewCopies.of`."""
    return context.review_copies.of(job, delivery, file, caller) if is_marked(context, job, delivery) else file
