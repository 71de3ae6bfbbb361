"""Jobs: handed in, watched, started, stopped."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from service.http import changes, listing, submission
from service.http.auth import Eraser, Submitter, Watcher, find_caller, visible_job
from service.http.context import Context, ServiceContext
from service.http.listing import glance, show_job
from service.http.models.jobs import ErasureBody, ErasureView, JobPage, JobQuery, JobView, NewPriority, RetentionBody
from service.http.openapi import NEW_JOB_BODY, STREAM, answers
from service.http.parameters import IdempotencyKey, JobId
from service.http.problems import NO_ANSWER, Refused
from service.ledger import Event, UnknownJob, queries
from service.ledger.states import UNENDED

log = logging.getLogger("portevoix.api")

ASK_AGAIN_EVERY = 20  # looks at the ledger between two looks at what a watcher may see

router = APIRouter(tags=["jobs"])


@router.post("/jobs", status_code=202, responses=answers(409, 413, 429), openapi_extra=NEW_JOB_BODY)
async def submit_job(
    request: Request, context: Context, caller: Submitter, response: Response, key: IdempotencyKey = None
) -> JobView:
    """Hand a job in, as JSON or YAML. Faults that need no media to be seen are answered at once; the others follow on
    the job.
    """
    new = await run_in_threadpool(submission.read_new_job, await request.body())
    entry = await run_in_threadpool(submission.submit, context, caller, new, key)
    response.headers["Location"] = f"/jobs/{entry.id}"
    return await run_in_threadpool(show_job, context, entry)


@router.get("/jobs", responses=answers())
def list_jobs(context: Context, caller: Watcher, query: Annotated[JobQuery, Query()]) -> JobPage:
    """Jobs, the newest first: of some states, of an account, of an owner (`me`: who asks)."""
    return listing.list_page(context, caller, query)


@router.get("/jobs/{job}", name="show_job", responses=answers(404))
def show(job: JobId, context: Context, caller: Watcher) -> JobView:
    """One job as it stands."""
    entry = visible_job(context, caller, job)
    glance(context, caller, job)
    return show_job(context, entry)


def _last_event(
    job: JobId,
    context: Context,
    caller: Watcher,
    last: Annotated[str | None, Header(alias="Last-Event-ID", pattern="^[0-9]{1,18}$")] = None,
    known: Annotated[int, Query(alias="after", ge=0, le=2**53, description="The last event that is known")] = 0,
) -> int:
    """The event after which a watcher goes on: after a cut a browser says it in the header, a page in its address."""
    entry, after = visible_job(context, caller, job), max(known, int(last or 0))
    glance(context, caller, job)
    if entry.state not in UNENDED and not queries.list_events(context.ledger, after, job, 1):
        raise Refused(204, "this job has ended and nothing is left to say")
    return after


@router.get("/jobs/{job}/events", response_class=EventSourceResponse, responses=STREAM)
async def watch_job(
    job: JobId, request: Request, context: Context, after: Annotated[int, Depends(_last_event)]
) -> AsyncIterator[ServerSentEvent]:
    """What happens to a job, until it has ended; after a cut, from `Last-Event-ID` on."""
    try:
        for look in itertools.count(1):
            if look % ASK_AGAIN_EVERY == 0 and not await run_in_threadpool(_may_go_on, context, request, job):
                return
            entry = await run_in_threadpool(queries.find_job, context.ledger, job)
            events = await run_in_threadpool(queries.list_events, context.ledger, after, job)
            for event in events:
                after = event.id
                yield _as_sent(event)
            if events:
                continue
            if entry.state not in UNENDED:
                return
            await asyncio.sleep(context.settings.watch_events_s)
    except NO_ANSWER as error:
        log.warning("a watcher of job %s has to come again: %s", job, type(error).__name__)


def _may_go_on(context: ServiceContext, request: Request, job: str) -> bool:
    """Whether who watches may still know of the job: a session ends, a role is taken."""
    caller = find_caller(context, request)
    try:
        return caller is not None and visible_job(context, caller, job) is not None
    except UnknownJob:
        return False


def _as_sent(event: Event) -> ServerSentEvent:
    return ServerSentEvent(id=str(event.id), event=event.kind, data={"at": event.at_s, **event.detail})


@router.post("/jobs/{job}/start", status_code=202, responses=answers(404, 409))
def start_job(job: JobId, context: Context, caller: Submitter) -> JobView:
    """Have a held job rendered."""
    return show_job(context, changes.start(context, caller, job))


@router.post("/jobs/{job}/cancel", status_code=202, responses=answers(404))
def cancel_job(job: JobId, context: Context, caller: Submitter) -> JobView:
    """Stop a job. One that has ended stays as it is."""
    return show_job(context, changes.cancel(context, caller, job))


@router.post("/jobs/{job}/erasure", status_code=202, responses=answers(404, 409))
def erase_job(job: JobId, body: ErasureBody, context: Context, caller: Eraser) -> ErasureView:
    """Remove every byte of a job that has ended: its words, comments, finished files, artifacts, and inputs that no
    other job uses. Files are gone within seconds. The record of it stays, with the reason.
    """
    return ErasureView.of(changes.erase(context, caller, job, body.why))


@router.put("/jobs/{job}/retention", responses=answers(400, 404))
def keep_job_for(job: JobId, body: RetentionBody, context: Context, caller: Eraser) -> JobView:
    """Erase a job so many days after it has ended, unless it is out then; null: when the house's rule says."""
    return show_job(context, changes.keep_for(context, caller, job, body.days))


@router.post("/jobs/{job}/retry", status_code=202, responses=answers(404, 409))
def retry_job(job: JobId, context: Context, caller: Submitter) -> JobView:
    """Plan a failed job anew; what it made is not made again."""
    return show_job(context, changes.retry(context, caller, job))


@router.put("/jobs/{job}/priority", responses=answers(400, 404, 409))
def change_priority(job: JobId, new: NewPriority, context: Context, caller: Submitter) -> JobView:
    """Make a job more or less urgent."""
    return show_job(context, changes.prioritise(context, caller, job, new.priority))
