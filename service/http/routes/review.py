"""What is not out yet: plans, finished files, captions, posts.

Only readers with the right get them, and each reading is recorded first.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response

from portevoix.captions.files.read import LARGEST_FILE_BYTES
from portevoix.delivery.manifest import Delivery
from portevoix.plan import wire
from service.deliveries import delivered_in, rounds_of
from service.gate import Right
from service.http import corrections
from service.http.audit import record_reading
from service.http.auth import Reader, Submitter, visible_job
from service.http.context import Context, ServiceContext
from service.http.corrections import find_captions
from service.http.listing import show_job
from service.http.models.jobs import JobView
from service.http.models.posts import PostBody, PostView
from service.http.models.review import DeliveryList, PlanView
from service.http.openapi import CAPTIONS_BODY, FILE_ANSWERS, answers, kind_of_file
from service.http.parameters import FilePath, JobId, Language, RoundNumber, Which
from service.http.problems import Refused
from service.http.showing import delivered_file, is_marked
from service.ledger import NotNow, queries
from service.record import Subject

router = APIRouter(tags=["review"])


@router.get("/jobs/{job}/plan", responses=answers(404, 409))
def show_plan(job: JobId, context: Context, caller: Reader) -> PlanView:
    """What is made for a job: scenes, cards, cues, chunks."""
    visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job))
    text, submission = queries.find_plan(context.ledger, job), queries.find_submission(context.ledger, job)
    if text is None:
        raise NotNow(f"job {job} has no plan yet; watch its events")
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / f"{submission.name}.yaml"
        document.write_text(submission.document, "utf-8")
        try:
            _, plan = wire.plan_from_json(text, document, context.library, Path)
        except wire.OtherShape as error:
            raise NotNow(f"job {job} has a plan of another version: {error}") from error
    return PlanView(plan=json.loads(json.dumps(plan.summary(), default=str)))


@router.get("/jobs/{job}/deliveries", responses=answers(404))
def list_deliveries(job: JobId, context: Context, caller: Reader, version: RoundNumber = None) -> DeliveryList:
    """The finished files of a job: each variant's as soon as it is finished, in place of those of the round before."""
    visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job))
    unfinished = queries.unfinished_languages(context.ledger, job) if version is None else []
    rounds = rounds_of(context.settings.deliveries, job)
    return DeliveryList(deliveries=_listed(context, job, version), unfinished=unfinished, rounds=rounds)


def _listed(context: ServiceContext, job: str, version: int | None) -> list[Delivery]:
    if version is None:
        return queries.list_deliveries(context.ledger, job)
    return delivered_in(context.settings.deliveries, job, version)


@router.get("/jobs/{job}/deliveries/{path:path}", response_class=FileResponse, responses=FILE_ANSWERS)
@router.head("/jobs/{job}/deliveries/{path:path}", include_in_schema=False)
def download_delivery(
    job: JobId,
    path: FilePath,
    request: Request,
    context: Context,
    caller: Reader,
    version: RoundNumber = None,
) -> Response:
    """One finished file, whole or in ranges."""
    entry = visible_job(context, caller, job, Right.READ)
    delivery = next((d for d in _listed(context, job, version) if d.path == path), None)
    if delivery is None:
        raise Refused(404, f"job {job} has no file {path!r}; its deliveries list those it has")
    marked = is_marked(context, job, delivery)
    file_read = Subject(job, delivery.account, delivery.language, {"file": delivery.sha256})
    how = {"range": request.headers.get("range"), "marked": "with the reader's name" if marked else None}
    record_reading(context, caller, file_read, **how)
    tag = f'"{delivery.sha256}"'
    if tag in request.headers.get("if-none-match", "") and not marked:
        return Response(status_code=304, headers={"ETag": tag})
    file, shown_as = delivered_file(context, entry, delivery), Path(delivery.path)  # the file lies under its digest
    if marked:  # its ETag is that of the copy
        file, headers = context.review_copies.of(job, delivery, file, caller), {"Cache-Control": "private"}
    else:
        headers = {"ETag": tag}
    return FileResponse(file, headers=headers, media_type=kind_of_file(shown_as), filename=shown_as.name)


@router.get("/jobs/{job}/captions/{language}", response_class=FileResponse, responses=FILE_ANSWERS)
def show_captions(which: Which, context: Context, caller: Reader) -> Response:
    """The captions of a job as they were handed in or last replaced."""
    visible_job(context, caller, which.job, Right.READ)
    name, digest = find_captions(context, which)
    record_reading(context, caller, Subject(which.job, language=which.language, digests={"captions": digest}))
    file, headers, shown_as = context.store.input_path(digest), {"ETag": f'"{digest}"'}, Path(name)
    return FileResponse(file, headers=headers, media_type=kind_of_file(shown_as), filename=shown_as.name)


@router.put(
    "/jobs/{job}/captions/{language}",
    status_code=202,
    max_body_size=LARGEST_FILE_BYTES,
    openapi_extra=CAPTIONS_BODY,
    responses=answers(404, 409, 412, 413, 507),
)
async def replace_captions(
    which: Which,
    request: Request,
    context: Context,
    caller: Submitter,
    if_match: Annotated[
        str | None, Header(max_length=100, description="The ETag of the text that is corrected")
    ] = None,
) -> JobView:
    """Replace the captions of a language, in any kind of file that is read. Only the seconds that change are made
    again.
    """
    instead_of = if_match.strip().removeprefix("W/").strip('"') if if_match else None
    text = await request.body()
    entry = await run_in_threadpool(corrections.replace_captions, context, caller, which, text, instead_of)
    return await run_in_threadpool(show_job, context, entry)


@router.get("/jobs/{job}/post/{language}", responses=answers(404))
def show_post(job: JobId, language: Language, context: Context, caller: Reader, response: Response) -> PostView:
    """What a job says beside its film in a language. Its ETag is that of the whole document."""
    visible_job(context, caller, job, Right.READ)
    post, digest = corrections.find_post(context, job, language)
    record_reading(context, caller, Subject(job, language=language, digests={"document": digest}))
    response.headers["ETag"] = f'"{digest}"'
    return PostView.of_language(post, language)


@router.put("/jobs/{job}/post/{language}", status_code=202, responses=answers(400, 404, 409, 412))
def replace_post(
    job: JobId,
    language: Language,
    new: PostBody,
    context: Context,
    caller: Submitter,
    if_match: Annotated[str | None, Header(max_length=100, description="The ETag of what is corrected")] = None,
) -> JobView:
    """Replace what is said beside the film in a language. Its approvals end, as with captions; no picture is made
    again.
    """
    instead_of = if_match.strip().removeprefix("W/").strip('"') if if_match else None
    return show_job(context, corrections.replace_post(context, caller, job, language, new, instead_of))
