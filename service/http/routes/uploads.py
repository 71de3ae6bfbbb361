"""Files on their way in, by tus 1.0.0, and those that have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from portevoix.store.uploads import Arrival
from service.http import receiving, tus
from service.http.auth import Anybody, Uploader
from service.http.context import Context, ServiceContext
from service.http.models.uploads import Digest, InputList, InputView, UploadView
from service.http.openapi import FIRST_UPLOAD_BODY, UPLOAD_BODY, answers, tus_answers
from service.http.parameters import UploadChecksum, UploadId, UploadLength, UploadMetadata, UploadOffset
from service.http.problems import Refused
from service.http.receiving import Piece
from service.http.tus import TusUploader
from service.ledger.inputs import list_inputs as find_inputs


@dataclass(frozen=True)
class AnnouncedFile:
    """What is said of a file before it comes: its bytes, its metadata, the checksum of a body that is sent with it."""

    length: int | None
    metadata: str
    checksum: str | None


def _announced(
    length: UploadLength = None, metadata: UploadMetadata = "", checksum: UploadChecksum = None
) -> AnnouncedFile:
    return AnnouncedFile(length, metadata, checksum)


Announced = Annotated[AnnouncedFile, Depends(_announced)]
ANY_SIZE = 2**63 - 1  # an upload's own announced size is its limit

router = APIRouter(tags=["uploads"])


@router.options("/uploads", status_code=204, responses={})
def say_what_is_spoken(context: Context, caller: Anybody) -> Response:
    """The part of tus that is understood here: its version, extensions, algorithms of checksums, the largest file."""
    spoken = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(context.settings.upload_bytes),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    }
    return Response(status_code=204, headers=spoken)


@router.post(
    "/uploads",
    status_code=201,
    max_body_size=ANY_SIZE,
    responses=tus_answers(400, 409, 413, 460, 507),
    openapi_extra=FIRST_UPLOAD_BODY,
)
async def begin_upload(
    request: Request, response: Response, context: Context, caller: TusUploader, announced: Announced
) -> UploadView:
    """Announce a file, and send it at once where there is a body: by `Content-Type: application/offset+octet-stream`.

    `Location` is where the rest goes. A first body that is cut off is forgotten, since its sender never heard of a
    place to go on.
    """
    if announced.length is None:
        raise Refused(400, "say how long the file is: send `Upload-Length`")
    expected = tus.read_checksum(announced.checksum)
    upload = await run_in_threadpool(receiving.begin_upload, context, caller, announced.length, announced.metadata)
    if request.headers.get("content-type") == tus.BODY_TYPE:
        arrival = await receiving.receive_at_once(context, Piece(upload, 0, expected), request)
    else:
        arrival = await run_in_threadpool(receiving.own_upload, context, caller, upload)
    response.headers["Location"] = f"/uploads/{upload}"
    response.headers.update(tus.headers_of(arrival, _lifetime(context)))
    return _view(context, upload, arrival)


@router.head("/uploads/{upload}", response_class=Response, responses=tus_answers(404, 410))
def ask_where_to_go_on(upload: UploadId, context: Context, caller: TusUploader) -> Response:
    """Where to go on: `Upload-Offset` of `Upload-Length`. When the file has arrived, `Upload-Digest` is its SHA-256."""
    arrival = receiving.own_upload(context, caller, upload)
    headers = {**tus.headers_of(arrival, _lifetime(context)), "Upload-Length": str(arrival.size)}
    if arrival.metadata:
        headers["Upload-Metadata"] = arrival.metadata
    return Response(headers=headers)


@router.get("/uploads/{upload}", responses=answers(404, 410))
def show_upload(upload: UploadId, context: Context, caller: Uploader) -> UploadView:
    """An upload as it stands, for readers of JSON."""
    return _view(context, upload, receiving.own_upload(context, caller, upload))


@router.patch(
    "/uploads/{upload}",
    status_code=204,
    max_body_size=ANY_SIZE,
    responses=tus_answers(400, 404, 409, 410, 415, 460, 507),
    openapi_extra=UPLOAD_BODY,
)
async def add_to_upload(
    upload: UploadId,
    request: Request,
    context: Context,
    caller: TusUploader,
    offset: UploadOffset,
    checksum: UploadChecksum = None,
) -> Response:
    """Add bytes from `Upload-Offset` on; the last of them make the file an input, whose SHA-256 is `Upload-Digest`.

    A cut connection loses nothing that arrived, but for a body with a checksum, which counts whole or not at all.
    """
    if request.headers.get("content-type") != tus.BODY_TYPE:
        raise Refused(415, f"send the bytes as `Content-Type: {tus.BODY_TYPE}`")
    piece = Piece(upload, offset, tus.read_checksum(checksum))
    arrival = await run_in_threadpool(receiving.own_upload, context, caller, upload)
    if arrival.sha256 and offset != arrival.size:
        raise Refused(409, f"upload {upload!r} has arrived whole", Upload_Offset=str(arrival.size))
    try:
        arrival = arrival if arrival.sha256 else await receiving.receive(context, piece, request)
    except ClientDisconnect:
        pass  # nobody hears the answer
    return Response(status_code=204, headers=tus.headers_of(arrival, _lifetime(context)))


@router.delete("/uploads/{upload}", status_code=204, responses=tus_answers(404, 410))
def abort_upload(upload: UploadId, context: Context, caller: TusUploader) -> None:
    """Forget an upload. The file stays where it has arrived whole."""
    receiving.own_upload(context, caller, upload)
    receiving.abort_upload(context, upload)


@router.get("/inputs", responses=answers())
def list_inputs(
    context: Context, caller: Uploader, sha256: Annotated[list[Digest] | None, Query(max_length=100)] = None
) -> InputList:
    """The files that this caller has uploaded; of `sha256`, those that are here: they need not be sent again."""
    return InputList(inputs=[InputView.of(found) for found in find_inputs(context.ledger, caller.id, sha256)])


def _view(context: ServiceContext, upload: str, arrival: Arrival) -> UploadView:
    return UploadView(
        id=upload,
        size=arrival.size,
        offset=arrival.received,
        expires=None if arrival.sha256 else tus.expiry(arrival, _lifetime(context)),
        sha256=arrival.sha256 or None,
    )


def _lifetime(context: ServiceContext) -> timedelta:
    return timedelta(days=context.settings.upload_days)
