"""The HTTP service: take a model in, hand the work on, answer a model. `uvicorn api:app`

Every request but the two about health and the one for the description carries a token. What is not yet out (media,
captions, plans) is given only to tokens that may review, and each such reading is written down, refused ones too.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

import portevoix
from portevoix.captions.files.read import LARGEST_FILE_BYTES
from portevoix.errors import InvalidInput, PortevoixError
from portevoix.library import load_library
from portevoix.plan import wire as handover
from service import logs, relay
from service.access import Access, Upload
from service.http import models as m
from service.http import work as work
from service.http.front import (
    BINARY_BODY,
    CAPTIONS_BODY,
    FILE_ANSWERS,
    METRICS,
    NEW_JOB_BODY,
    NO_ANSWER,
    STREAM,
    Front,
    Herald,
    JobId,
    Key,
    Operator,
    Private,
    Refused,
    Renderer,
    Reviewer,
    Service,
    Uploader,
    UploadId,
    Watcher,
    answers,
    by_the_framework,
    describe,
    invalid,
    log,
    malformed,
    not_done,
    note,
    seen,
    view,
)
from service.http.ledger import FrontLedger, NotNow
from service.ledger.database import migrate, open_database
from service.ledger.states import UNENDED, JobState
from service.metrics import CONTENT_TYPE, Metrics
from workers.reconciler import REPAIRING

LARGEST_BODY_BYTES = 3_000_000  # a document of 2 MB, escaped, and its files
ANY_SIZE = 2**63 - 1  # an upload's own announced size is its limit
SILENT_S = 120.0  # without a reconciler for so long, lost work is not found again
ASK_AGAIN_EVERY = 20  # looks at the ledger between two looks at a watcher's token
TYPES = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
}

FileName = Annotated[m.FileName, Query(examples=["minister.mp4"])]
Language = Annotated[str, InPath(max_length=35, examples=["fr"])]
ClipNumber = Annotated[int, Query(ge=0, le=999, description="Which file, where each clip has one of its own")]
FilePath = Annotated[str, InPath(max_length=m.LONGEST_PATH, examples=["square/essai_square_fr.mp4"])]
Cursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?_[0-9a-f]{32}$")]

# Files on their way in

uploads = APIRouter(tags=["uploads"])


@uploads.post("/uploads", status_code=201, responses=answers(400, 413, 507))
def begin_upload(new: m.NewUpload, front: Service, token: Uploader, response: Response) -> m.UploadView:
    """Announce a file that arrives in pieces."""
    upload = work.begin(front, token, new.name, new.size)
    response.headers["Location"] = f"/uploads/{upload}"
    return m.UploadView(id=upload, name=new.name, size=new.size, offset=0)


@uploads.get("/uploads/{upload}", responses=answers(404))
@uploads.head("/uploads/{upload}", include_in_schema=False)
def show_upload(upload: UploadId, front: Service, token: Uploader, response: Response) -> m.UploadView:
    """How much of an upload has arrived: by HEAD as `Upload-Offset`."""
    mine = work.mine(front, token, upload)
    offset = front.store.received(upload)
    response.headers["Upload-Offset"], response.headers["Upload-Length"] = str(offset), str(mine.bytes)
    return m.UploadView(id=upload, name=mine.name, size=mine.bytes, offset=offset)


@uploads.patch(
    "/uploads/{upload}",
    status_code=204,
    max_body_size=ANY_SIZE,
    responses=answers(404, 409, 507),
    openapi_extra=BINARY_BODY,
)
async def add_to_upload(
    upload: UploadId,
    request: Request,
    front: Service,
    token: Uploader,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53)],
) -> Response:
    """Add bytes from `Upload-Offset` on. A cut connection loses nothing that arrived: ask where to go on."""
    await run_in_threadpool(work.mine, front, token, upload)
    received = await work.take_in(front.store, upload, offset, request)
    return Response(status_code=204, headers={"Upload-Offset": str(received)})


@uploads.post("/uploads/{upload}/finish", responses=answers(404, 409, 507))
def finish_upload(upload: UploadId, front: Service, token: Uploader) -> m.InputView:
    """Make a file that has arrived whole an input. Asked again, the answer is the same."""
    return m.InputView.of(work.finish(front, token, work.mine(front, token, upload)))


@uploads.delete("/uploads/{upload}", status_code=204, responses=answers(404))
def abort_upload(upload: UploadId, front: Service, token: Uploader) -> None:
    """Forget an upload."""
    work.mine(front, token, upload)
    work.abort(front, upload)


@uploads.put(
    "/uploads",
    status_code=201,
    max_body_size=ANY_SIZE,
    responses=answers(409, 411, 413, 507),
    openapi_extra=BINARY_BODY,
)
async def upload_at_once(request: Request, front: Service, token: Uploader, name: FileName) -> m.InputView:
    """Upload a whole file. One that is cut off is forgotten; large files better arrive in pieces."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal():
        raise Refused(411, "say how long the file is: send Content-Length")
    upload = Upload(await run_in_threadpool(work.begin, front, token, name, int(size)), token.id, name, int(size))
    try:
        received = await work.take_in(front.store, upload.id, 0, request)
        if received < upload.bytes:
            raise Refused(409, f"{received} of {size} bytes arrived; send the file again")
        return m.InputView.of(await run_in_threadpool(work.finish, front, token, upload))
    except BaseException:
        work.abort(front, upload.id)
        raise


@uploads.get("/inputs", responses=answers())
def list_inputs(
    front: Service, token: Uploader, sha256: Annotated[list[m.Digest] | None, Query(max_length=100)] = None
) -> m.InputList:
    """The files that this token has uploaded; of `sha256`, those that are here: they need not be sent again."""
    return m.InputList(inputs=[m.InputView.of(found) for found in front.access.inputs(token.id, sha256)])


# Jobs

jobs = APIRouter(tags=["jobs"])


@jobs.post("/jobs", status_code=202, responses=answers(409, 413, 429), openapi_extra=NEW_JOB_BODY)
async def submit(request: Request, front: Service, token: Renderer, response: Response, key: Key = None) -> m.JobView:
    """Hand a job in, as JSON or YAML. Faults that need no media to be seen are answered at once; the others follow on
    the job.
    """
    new = await run_in_threadpool(work.read_new, await request.body())
    job = await run_in_threadpool(work.submit, front, token, new, key)
    response.headers["Location"] = f"/jobs/{job.id}"
    return job


@jobs.get("/jobs", responses=answers())
def list_jobs(
    front: Service,
    token: Watcher,
    state: Annotated[list[JobState] | None, Query()] = None,
    account: Annotated[str | None, Query(max_length=80)] = None,
    owner: Annotated[str | None, Query(pattern="^([0-9a-f]{32}|me)$")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=work.MOST_LISTED)] = 20,
) -> m.JobPage:
    """Jobs, the newest first: of some states, of an account, of a token (`me`: this one)."""
    return work.list_page(front, token, token.id if owner == "me" else owner, account, state or (), cursor, limit)


@jobs.get("/jobs/{job}", responses=answers(404))
def show_job(job: JobId, front: Service, token: Watcher) -> m.JobView:
    """One job as it stands."""
    return view(front, seen(front, token, job))


def _last_heard(
    job: JobId,
    front: Service,
    token: Watcher,
    last: Annotated[str | None, Header(alias="Last-Event-ID", pattern="^[0-9]{1,18}$")] = None,
) -> int:
    entry, after = seen(front, token, job), int(last or 0)
    if entry.state not in UNENDED and not front.ledger.events_after(after, job, 1):
        raise Refused(204, "this job has ended and all was told")
    return after


@jobs.get("/jobs/{job}/events", response_class=EventSourceResponse, responses=STREAM)
async def watch_job(
    job: JobId, request: Request, front: Service, after: Annotated[int, Depends(_last_heard)]
) -> AsyncIterator[ServerSentEvent]:
    """What happens to a job, until it has ended; after a cut, from `Last-Event-ID` on."""
    secret, looks = request.headers["authorization"].partition(" ")[2], 0
    try:
        while True:
            entry = await run_in_threadpool(front.ledger.job, job)
            events = await run_in_threadpool(front.ledger.events_after, after, job)
            for event in events:
                after = event.id
                yield ServerSentEvent(id=str(event.id), event=event.kind, data={"at": event.at_s, **event.detail})
            if events:
                continue
            looks += 1
            gone = looks % ASK_AGAIN_EVERY == 0 and await run_in_threadpool(front.access.who, secret) is None
            if gone or entry.state not in UNENDED:
                return
            await asyncio.sleep(front.settings.watch_events_s)
    except NO_ANSWER as error:
        log.warning("a watcher of job %s has to come again: %s", job, type(error).__name__)


@jobs.post("/jobs/{job}/start", status_code=202, responses=answers(404, 409))
def start(job: JobId, front: Service, token: Renderer) -> m.JobView:
    """Have a held job rendered."""
    entry = seen(front, token, job)
    if not front.ledger.start(job):
        raise NotNow(f"job {job} is {entry.state} and not held; only a held job is started")
    front.herald.wake()
    return view(front, front.ledger.job(job))


@jobs.post("/jobs/{job}/cancel", status_code=202, responses=answers(404))
def cancel(job: JobId, front: Service, token: Renderer) -> m.JobView:
    """Stop a job. One that has ended stays as it is."""
    seen(front, token, job)
    front.ledger.cancel(job)
    return view(front, front.ledger.job(job))


@jobs.post("/jobs/{job}/retry", status_code=202, responses=answers(404, 409))
def retry(job: JobId, front: Service, token: Renderer) -> m.JobView:
    """Plan a failed job anew; what it made is not made again."""
    entry = seen(front, token, job)
    if not front.ledger.retry(job):
        raise NotNow(f"job {job} is {entry.state}; only one that has failed is tried again")
    front.herald.wake()
    return view(front, front.ledger.job(job))


@jobs.put("/jobs/{job}/priority", responses=answers(400, 404, 409))
def change_priority(job: JobId, new: m.NewPriority, front: Service, token: Renderer) -> m.JobView:
    """Make a job more or less urgent."""
    entry = seen(front, token, job)
    if not front.ledger.prioritise(job, new.priority):
        raise NotNow(f"job {job} is {entry.state}; only unended work can be moved")
    front.herald.wake()
    return view(front, front.ledger.job(job))


# What is not out yet

reviews = APIRouter(tags=["review"])


@reviews.get("/jobs/{job}/plan", responses=answers(404, 409))
def show_plan(job: JobId, request: Request, front: Service, token: Reviewer) -> m.PlanView:
    """What is made for a job: scenes, cards, cues, chunks."""
    seen(front, token, job)
    note(request, token, job=job)
    text, submission = front.ledger.plan(job), front.ledger.submission(job)
    if text is None:
        raise NotNow(f"job {job} has no plan yet; watch its events")
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / f"{submission.name}.yaml"
        document.write_text(submission.document, "utf-8")
        _, plan = handover.take_over(text, document, front.library, Path)
    return m.PlanView(plan=json.loads(json.dumps(plan.summary(), default=str)))


@reviews.get("/jobs/{job}/deliveries", responses=answers(404))
def list_deliveries(job: JobId, request: Request, front: Service, token: Reviewer) -> m.DeliveryList:
    """The finished files of a job."""
    seen(front, token, job)
    note(request, token, job=job)
    return m.DeliveryList(deliveries=front.ledger.deliveries(job))


@reviews.get("/jobs/{job}/deliveries/{path:path}", response_class=FileResponse, responses=FILE_ANSWERS)
@reviews.head("/jobs/{job}/deliveries/{path:path}", include_in_schema=False)
def download(
    job: JobId,
    path: FilePath,
    request: Request,
    front: Service,
    token: Reviewer,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """One finished file, whole or in ranges."""
    entry = seen(front, token, job)
    delivery = next((d for d in front.ledger.deliveries(job) if d.path == path), None)
    if delivery is None:
        raise Refused(404, f"job {job} has no file {path!r}; its deliveries list those it has")
    note(request, token, job=job, sha256=delivery.sha256)
    tag = f'"{delivery.sha256}"'
    if tag in (if_none_match or ""):
        return Response(status_code=304, headers={"ETag": tag})
    file = work.file_of(front.settings.deliveries, entry, delivery)
    return FileResponse(file, headers={"ETag": tag}, media_type=TYPES.get(file.suffix), filename=file.name)


@reviews.get("/jobs/{job}/captions/{language}", response_class=FileResponse, responses=FILE_ANSWERS)
def show_captions(
    job: JobId, language: Language, request: Request, front: Service, token: Reviewer, clip: ClipNumber = 0
) -> Response:
    """The captions of a job as they were handed in or last replaced."""
    seen(front, token, job)
    name, digest = work.captions_of(front.ledger.submission(job), language, clip)
    note(request, token, job=job, sha256=digest)
    kind, shown_as = TYPES.get(Path(name).suffix, "application/octet-stream"), Path(name).name
    return FileResponse(
        front.store.input_path(digest), headers={"ETag": f'"{digest}"'}, media_type=kind, filename=shown_as
    )


@reviews.put(
    "/jobs/{job}/captions/{language}",
    status_code=202,
    max_body_size=LARGEST_FILE_BYTES,
    openapi_extra=CAPTIONS_BODY,
    responses=answers(404, 409, 412, 413, 507),
)
async def replace_captions(
    job: JobId,
    language: Language,
    request: Request,
    front: Service,
    token: Renderer,
    clip: ClipNumber = 0,
    if_match: Annotated[
        str | None, Header(max_length=100, description="The ETag of the text that is corrected")
    ] = None,
) -> m.JobView:
    """Replace the captions of a language, in any kind of file that is read. Only the seconds that change are made
    again.
    """
    return await run_in_threadpool(work.correct, front, token, job, language, clip, await request.body(), if_match)


# How the service is

health = APIRouter(tags=["health"])


@health.get("/healthz")
async def healthz() -> m.Alive:
    """Whether the process lives."""
    return m.Alive()


@health.get("/metrics", response_class=Response, responses=METRICS)
def metrics(front: Service, token: Operator) -> Response:
    """The service's numbers, for Prometheus. They tell how much there is to do, so they need a token too."""
    return Response(front.metrics.exposition(), media_type=CONTENT_TYPE)


@health.get("/readyz", responses={503: {"model": m.Ready, "description": "A part does not answer"}})
def readyz(front: Service, response: Response) -> m.Ready:
    """Whether everything that the service needs answers."""
    parts = {name: _state_of(look, front) for name, look in PARTS.items()}
    ready = set(parts.values()) == {"ok"}
    response.status_code = 200 if ready else 503
    return m.Ready(ready=ready, parts=parts)


def _disk(front: Front) -> str | None:
    free, needed = front.store.free_bytes(), front.settings.free_bytes
    return None if free >= needed else f"{free:,} bytes are free; work begins at {needed:,}"


def _reconciler(front: Front) -> str | None:
    return None if front.ledger.led(REPAIRING, SILENT_S) else f"none was seen for {SILENT_S:.0f} s"


def _database(front: Front) -> None:
    front.ledger.led(REPAIRING, SILENT_S)


def _store(front: Front) -> None:
    front.store.has_input("0" * 64)


PARTS: dict[str, Callable[[Front], str | None]] = {
    "database": _database,
    "store": _store,
    "disk": _disk,
    "reconciler": _reconciler,
}


def _state_of(look: Callable[[Front], str | None], front: Front) -> str:
    try:
        return look(front) or "ok"
    except NO_ANSWER:
        return "the database does not answer"
    except (PortevoixError, OSError) as error:
        return str(error)


# The application


def make_app(settings: m.HttpSettings, send: relay.Send | None = None) -> FastAPI:
    """The application for these settings. Nothing is connected to before it starts. `send`: in the broker's place."""
    ledger = FrontLedger(open_database(settings.database))
    herald = Herald(ledger, send or _broker(settings))
    store = settings.open_store()
    front = Front(
        settings, ledger, Access(ledger.engine), store, load_library(settings.house), herald, Metrics(ledger, store)
    )

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        if not logging.getLogger().handlers:
            logs.set_up()
        try:
            await run_in_threadpool(migrate, ledger.engine)
        except NO_ANSWER as error:  # the reconciler does it when the database is back
            log.warning("the ledger does not answer: %s", type(error).__name__)
        herald.start()
        herald.wake()
        yield
        herald.stop()
        ledger.engine.dispose()

    app = FastAPI(
        title="Portevoix",
        version=portevoix.__version__,
        description=__doc__ or "",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        max_body_size=LARGEST_BODY_BYTES,
    )
    app.state.front = front
    for router in (uploads, jobs, reviews, health):
        app.include_router(router)
    app.add_middleware(Private)
    app.add_exception_handler(InvalidInput, invalid)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, by_the_framework)
    for kind in (PortevoixError, *NO_ANSWER):
        app.add_exception_handler(kind, not_done)
    describe(app)
    return app


def _broker(settings: m.HttpSettings) -> relay.Send:
    from workers.app import LOOK
    from workers.app import make_app as make_celery

    celery = make_celery(settings)
    return lambda message: celery.send_task(LOOK, [message.work], queue=message.queue, retry=False)


def __getattr__(name: str) -> Any:
    """`api:app`, made when a server asks for it: importing this module opens nothing."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = made = make_app(m.HttpSettings())
    return made
