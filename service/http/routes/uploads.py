"""Files on their way in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from service.http import receiving
from service.http.auth import Uploader
from service.http.context import Context
from service.http.models.uploads import Digest, InputList, InputView, NewUpload, UploadView
from service.http.openapi import BINARY_BODY, answers
from service.http.parameters import FileName, UploadId
from service.http.problems import Refused
from service.ledger.inputs import list_inputs as find_inputs

ANY_SIZE = 2**63 - 1  # an upload's own announced size is its limit

router = APIRouter(tags=["uploads"])


@router.post("/uploads", status_code=201, responses=answers(400, 413, 507))
def begin_upload(new: NewUpload, context: Context, caller: Uploader, response: Response) -> UploadView:
    """Announce a file that arrives in pieces."""
    upload = receiving.begin_upload(context, caller, new.name, new.size)
    response.headers["Location"] = f"/uploads/{upload.id}"
    return UploadView(id=upload.id, name=new.name, size=new.size, offset=0)


@router.get("/uploads/{upload}", responses=answers(404))
@router.head("/uploads/{upload}", include_in_schema=False)
def show_upload(upload: UploadId, context: Context, caller: Uploader, response: Response) -> UploadView:
    """How much of an upload has arrived: by HEAD as `Upload-Offset`."""
    found = receiving.own_upload(context, caller, upload)
    offset = context.store.received(upload)
    response.headers["Upload-Offset"], response.headers["Upload-Length"] = str(offset), str(found.bytes)
    return UploadView(id=upload, name=found.name, size=found.bytes, offset=offset)


@router.patch(
    "/uploads/{upload}",
    status_code=204,
    max_body_size=ANY_SIZE,
    responses=answers(404, 409, 507),
    openapi_extra=BINARY_BODY,
)
async def add_to_upload(
    upload: UploadId,
    request: Request,
    context: Context,
    caller: Uploader,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53)],
) -> Response:
    """Add bytes from `Upload-Offset` on. A cut connection loses nothing that arrived: ask where to go on."""
    await run_in_threadpool(receiving.own_upload, context, caller, upload)
    received = await receiving.receive_body(context.store, upload, offset, request)
    return Response(status_code=204, headers={"Upload-Offset": str(received)})


@router.post("/uploads/{upload}/finish", responses=answers(404, 409, 507))
def finish_upload(upload: UploadId, context: Context, caller: Uploader) -> InputView:
    """Make a file that has arrived whole an input. Asked again, the answer is the same."""
    found = receiving.own_upload(context, caller, upload)
    return InputView.of(receiving.finish_upload(context, caller, found))


@router.delete("/uploads/{upload}", status_code=204, responses=answers(404))
def abort_upload(upload: UploadId, context: Context, caller: Uploader) -> None:
    """Forget an upload."""
    receiving.own_upload(context, caller, upload)
    receiving.abort_upload(context, upload)


@router.put(
    "/uploads",
    status_code=201,
    max_body_size=ANY_SIZE,
    responses=answers(409, 411, 413, 507),
    openapi_extra=BINARY_BODY,
)
async def upload_at_once(request: Request, context: Context, caller: Uploader, name: FileName) -> InputView:
    """Upload a whole file. One that is cut off is forgotten; large files better arrive in pieces."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal():
        raise Refused(411, "say how long the file is: send Content-Length")
    upload = await run_in_threadpool(receiving.begin_upload, context, caller, name, int(size))
    try:
        received = await receiving.receive_body(context.store, upload.id, 0, request)
        if received < upload.bytes:
            raise Refused(409, f"{received} of {size} bytes arrived; send the file again")
        return InputView.of(await run_in_threadpool(receiving.finish_upload, context, caller, upload))
    except BaseException:
        receiving.abort_upload(context, upload.id)
        raise


@router.get("/inputs", responses=answers())
def list_inputs(
    context: Context, caller: Uploader, sha256: Annotated[list[Digest] | None, Query(max_length=100)] = None
) -> InputList:
    """The files that this caller has uploaded; of `sha256`, those that are here: they need not be sent again."""
    return InputList(inputs=[InputView.of(found) for found in find_inputs(context.ledger, caller.id, sha256)])
