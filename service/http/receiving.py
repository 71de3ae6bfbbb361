"""Files on their way in, from their announcement to the input that they become."""

from __future__ import annotations

import logging

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from portevoix.store import Store, UploadRefused
from service.gate import Caller
from service.http.context import ServiceContext
from service.http.problems import Refused
from service.ledger import inputs
from service.ledger.inputs import Input, Upload

log = logging.getLogger("portevoix.api")

BLOCK = 1 << 20  # what of an upload is in memory at a time


def begin_upload(context: ServiceContext, caller: Caller, name: str, size: int) -> Upload:
    """Announce a file of `size` bytes."""
    if size > context.settings.upload_bytes:
        raise Refused(413, f"{size:,} bytes are more than the {context.settings.upload_bytes:,} that one file may have")
    upload = Upload(context.store.begin_upload(size), caller.id, name, size)
    inputs.add_upload(context.ledger, upload)
    return upload


def own_upload(context: ServiceContext, caller: Caller, upload: str) -> Upload:
    """An upload of this caller, also one that was finished. Raises Refused (404)."""
    if found := inputs.find_upload(context.ledger, upload, caller.id):
        return found
    try:
        digest = context.store.finish(upload)  # its answer is remembered; the row is gone once it was given
    except UploadRefused:
        digest = ""
    if arrived := inputs.list_inputs(context.ledger, caller.id, [digest]):
        return Upload(upload, caller.id, arrived[0].name, arrived[0].bytes)
    raise Refused(404, f"upload {upload!r} is not known: it was aborted or has expired; begin a new one")


def finish_upload(context: ServiceContext, caller: Caller, upload: Upload) -> Input:
    """Make a file that has arrived whole an input of this caller."""
    digest = context.store.finish(upload.id)
    inputs.end_upload(context.ledger, upload.id, digest)
    (found,) = inputs.list_inputs(context.ledger, caller.id, [digest])
    return found


def abort_upload(context: ServiceContext, upload: str) -> None:
    """Forget an upload."""
    context.store.abort(upload)
    inputs.end_upload(context.ledger, upload, None)


async def receive_body(store: Store, upload: str, offset: int, request: Request) -> int:
    """Write a body to the store as it arrives, a block at a time: a slow sender holds no thread."""
    received = await run_in_threadpool(store.append, upload, offset, [])
    block = bytearray()
    try:
        async for piece in request.stream():
            block += piece
            if len(block) >= BLOCK:
                received = await run_in_threadpool(store.append, upload, received, [bytes(block)])
                block.clear()
    except ClientDisconnect:
        log.info("upload %s was cut off", upload)
    return await run_in_threadpool(store.append, upload, received, [bytes(block)])
