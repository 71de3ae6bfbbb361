"""Jobs as they are shown to a caller, one by one and by the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.documents import accounts_of
from service.gate import Caller, Right
from service.http.audit import record_glance
from service.http.context import ServiceContext
from service.http.models.jobs import MOST_LISTED, JobPage, JobQuery, JobView
from service.ledger import JobEntry, queries, waiting
from service.ledger.database import reading, time_of
from service.ledger.queries import JobFilter, ListedJob
from service.ledger.waiting import DiskSpace
from service.record import Subject

MOST_LOOKED_AT = 1_000  # jobs gone through for one page
MOST_ASKED = 300  # the same where each has to be asked about

Kept = Callable[[ListedJob], bool]


def show_job(context: ServiceContext, entry: JobEntry) -> JobView:
    """A job as it is answered."""
    accounts = accounts_of(queries.find_submission(context.ledger, entry.id).document)
    return JobView.of(entry, accounts, waits_for(context, entry))


def waits_for(context: ServiceContext, entry: JobEntry) -> str | None:
    """Why nothing of an unended job is being made at this moment; None where something is, or it has ended."""
    disk = DiskSpace(context.store.free_bytes(), context.settings.free_bytes)
    return waiting.waits_for(context.ledger, entry, disk)


def glance(context: ServiceContext, caller: Caller, job: str) -> None:
    """Record that a job is shown, where it is embargoed."""
    with reading(context.ledger) as db:
        embargoed = queries.is_embargoed(db, job)
    if embargoed:
        record_glance(context, caller, Subject(job))


def list_page(context: ServiceContext, caller: Caller, query: JobQuery) -> JobPage:
    """The jobs that a caller may know of, as a page is answered."""
    found, following = find_page(context, caller, query)
    views = [JobView.of(one.job, accounts_of(one.document), waits_for(context, one.job)) for one in found]
    return JobPage(jobs=views, next=following)


def find_page(
    context: ServiceContext, caller: Caller, query: JobQuery, kept: Kept | None = None
) -> tuple[list[ListedJob], str | None]:
    """The jobs that a caller may know of, from behind the query's cursor: the time and the id of the last one
    looked at; and the cursor of the next page, None at the end. `kept`: which of them are wanted.
    """
    wanted_of = _Wanted(caller, query.account, kept)
    wanted = JobFilter(caller.id if query.owner == "me" else query.owner, query.state or (), query.search)
    created, _, last = (query.cursor or "").partition("_")
    after = (float(created), last) if query.cursor else None
    found: list[ListedJob] = []
    looked_at, more = 0, True
    while more and len(found) < query.limit and looked_at < (MOST_ASKED if kept else MOST_LOOKED_AT):
        page = queries.list_page(context.ledger, wanted, after, MOST_LISTED)
        count, shown = _visible(page, wanted_of, query.limit - len(found))
        found += shown
        looked_at += count
        more = count < len(page) or len(page) == MOST_LISTED
        after = (page[count - 1].job.created_s, page[count - 1].job.id) if page else after
    _record_page(context, caller, found)
    return found, f"{after[0]!r}_{after[1]}" if more and after else None


@dataclass(frozen=True)
class _Wanted:
    """Whose list it is, of which account, and what else is asked of a job."""

    caller: Caller
    account: str | None
    kept: Kept | None

    def __call__(self, listed: ListedJob) -> bool:
        accounts = accounts_of(listed.document)
        seen = self.caller.may(Right.LIST, accounts, listed.job.owner)
        return seen and (self.account is None or self.account in accounts) and (not self.kept or self.kept(listed))


def _visible(page: Sequence[ListedJob], wanted: _Wanted, most: int) -> tuple[int, list[ListedJob]]:
    """How many jobs of a page were looked at until `most` were found, and those that were."""
    found: list[ListedJob] = []
    for number, listed in enumerate(page, 1):
        if wanted(listed):
            found.append(listed)
        if len(found) == most:
            return number, found
    return len(page), found


def _record_page(context: ServiceContext, caller: Caller, page: Sequence[ListedJob]) -> None:
    with reading(context.ledger) as db:
        now_s = time_of(db)
    if embargoed := [listed.job.id for listed in page if (listed.job.embargo_s or 0.0) > now_s]:
        record_glance(context, caller, Subject(), jobs=embargoed)
