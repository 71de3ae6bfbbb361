"""Jobs as they are shown to a token, one by one and by the page."""

from __future__ import annotations

from collections.abc import Sequence

from service.access import Token
from service.http.auth import may_see
from service.http.context import ServiceContext
from service.http.intake import accounts_of
from service.http.models.jobs import MOST_LISTED, JobPage, JobQuery, JobView
from service.ledger import JobEntry, queries
from service.ledger.queries import JobFilter, ListedJob

MOST_LOOKED_AT = 1_000  # jobs gone through for one page


def show_job(context: ServiceContext, entry: JobEntry) -> JobView:
    """A job as it is answered."""
    return JobView.of(entry, accounts_of(queries.find_submission(context.ledger, entry.id).document))


def list_page(context: ServiceContext, token: Token, query: JobQuery) -> JobPage:
    """The jobs that a token may know of, from behind the query's cursor: the time and the id of the last one looked at."""
    wanted = JobFilter(token.id if query.owner == "me" else query.owner, query.state or ())
    created, _, last = (query.cursor or "").partition("_")
    after = (float(created), last) if query.cursor else None
    found: list[JobView] = []
    looked_at, more = 0, True
    while more and len(found) < query.limit and looked_at < MOST_LOOKED_AT:
        page = queries.list_page(context.ledger, wanted, after, MOST_LISTED)
        count, views = _visible(page, token, query.account, query.limit - len(found))
        found += views
        looked_at += count
        more = count < len(page) or len(page) == MOST_LISTED
        after = (page[count - 1].job.created_s, page[count - 1].job.id) if page else after
    return JobPage(jobs=found, next=f"{after[0]!r}_{after[1]}" if more and after else None)


def _visible(page: Sequence[ListedJob], token: Token, account: str | None, most: int) -> tuple[int, list[JobView]]:
    """How many jobs of a page were looked at until `most` were found, and those that were."""
    found: list[JobView] = []
    for number, listed in enumerate(page, 1):
        accounts = accounts_of(listed.document)
        if may_see(token, accounts, listed.job.owner) and (account is None or account in accounts):
            found.append(JobView.of(listed.job, accounts))
        if len(found) == most:
            return number, found
    return len(page), found
