"""Files on their way in, from their announcement to the input that they become."""

from __future__ import annotations

import asyncio
import hmac
import logging
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from portevoix import sandbox
from portevoix.store import Store, StoreFull, UploadRefused
from portevoix.store.uploads import Arrival, blocks
from portevoix.store.working_folders import enough_room
from service import room
from service.gate import Caller, Right
from service.http import tus
from service.http.context import ServiceContext
from service.http.problems import Refused
from service.http.tus import Checksum
from service.ledger import inputs
from service.ledger.inputs import Upload

log = logging.getLogger("portevoix.api")

_LATER = "files go some days after the last job that needs them (`PORTEVOIX_KEEP_DAYS`)"
BLOCK = 1 << 20  # of an upload in memory at a time


@dataclass(frozen=True)
class Piece:
    """What one request adds to an upload, from `offset` on."""

    upload: str
    offset: int
    checksum: Checksum | None


def begin_upload(context: ServiceContext, caller: Caller, size: int, metadata: str) -> str:
    """Announce a file of `size` bytes. Returns the upload's id."""
    if sandbox.way() == sandbox.Way.NONE and not context.settings.without_sandbox:
        raise Refused(
            503,
            "no file is taken in: nothing here confines what reads it; whoever runs this machine sees more in "
            "`portevoix doctor`, and may set PORTEVOIX_WITHOUT_SANDBOX=true",
        )
    most = context.settings.upload_bytes
    if size > most:
        raise Refused(413, f"{size:,} bytes are more than the {most:,} that one file may have")
    name = tus.name_of(metadata)
    _check_budget(context, caller, size)
    _check_accounts(context, caller, size)
    _check_room(context, size)
    upload = Upload(context.store.begin_upload(size, metadata), caller.id, name, size)
    inputs.add_upload(context.ledger, upload)
    return upload.id


def _check_budget(context: ServiceContext, caller: Caller, size: int) -> None:
    """Raise Refused (413) where a caller would have more files or bytes here than one may have."""
    files, held = inputs.files_of_owner(context.ledger, caller.id)
    most_files, most = context.settings.held_files, context.settings.held_bytes
    if files >= most_files:
        raise Refused(413, f"{caller.name!r} has {files:,} files here; {most_files:,} are the most: {_LATER}")
    if held + size > most:
        raise Refused(413, f"{caller.name!r} has {held:,} bytes here, and {size:,} more are over {most:,}: {_LATER}")


def _check_accounts(context: ServiceContext, caller: Caller, size: int) -> None:
    """Raise Refused (413) where a caller works for named accounts, and none of them has room for what they have sent,
    have announced and announce now.
    """
    named = caller.rights.get(Right.UPLOAD, frozenset())
    rooms = {name: account.room for name, account in context.library.accounts.items() if name in named and account.room}
    if not named or len(rooms) < len(named):
        return  # it may be for an account without a limit
    coming = {found.digest: found.bytes for found in inputs.list_inputs(context.ledger, caller.id)}
    coming |= {one.id: one.bytes for one in inputs.announced(context.ledger) if one.owner == caller.id}
    coming |= {"": size}
    said = [
        room.too_much(name, most, room.files_of_account(context.ledger, name), coming) for name, most in rooms.items()
    ]
    if all(said):
        raise Refused(413, "; ".join(filter(None, said)))


def _check_room(context: ServiceContext, size: int) -> None:
    """Raise StoreFull where work would lack room once all that is announced has arrived: uploads stop before it."""
    coming = sum(_missing(context, upload) for upload in inputs.announced(context.ledger))
    free, kept = context.store.free_bytes(), context.settings.free_bytes
    if size + coming + kept > free:
        raise StoreFull(
            f"an upload of {size:,} bytes does not fit: {free:,} are free, {coming:,} are announced, {kept:,} are kept "
            "for work; try again when jobs have ended, or free the disk"
        )


def _missing(context: ServiceContext, upload: Upload) -> int:
    """The part of an announced upload that has not come yet."""
    try:
        return upload.bytes - context.store.arrival(upload.id).received
    except UploadRefused:
        return 0  # it has expired


def own_upload(context: ServiceContext, caller: Caller, upload: str) -> Arrival:
    """An upload of this caller as it stands, also one that is an input. Raises Refused (404; 410 for an expired one).

    One that has arrived whole becomes an input here, where a kill or an outage kept it from being one.
    """
    known = inputs.find_upload(context.ledger, upload, caller.id)
    try:
        arrival = context.store.arrival(upload)
    except UploadRefused:
        if known:
            raise Refused(410, f"upload {upload!r} has expired; begin a new one") from None
        raise _unknown(upload) from None
    if known:
        return finished(context, upload, arrival)
    if arrival.sha256 and inputs.list_inputs(context.ledger, caller.id, [arrival.sha256]):
        return arrival
    raise _unknown(upload)


def finished(context: ServiceContext, upload: str, arrival: Arrival) -> Arrival:
    """Make an upload that has arrived whole an input of its owner; nothing happens to one that has not."""
    if arrival.received < arrival.size:
        return arrival
    digest = context.store.finish(upload)
    inputs.end_upload(context.ledger, upload, digest)
    return replace(arrival, sha256=digest)


def abort_upload(context: ServiceContext, upload: str) -> None:
    """Forget an upload."""
    context.store.abort(upload)
    inputs.end_upload(context.ledger, upload, None)


async def receive(context: ServiceContext, piece: Piece, request: Request) -> Arrival:
    """Add a request's body to an upload. Raises ClientDisconnect where it was cut off, after keeping what arrived."""
    if piece.checksum is None:
        await _receive_as_it_comes(context.store, piece, request)
    else:
        await _receive_checked(context.store, piece, piece.checksum, request)
    arrival = await run_in_threadpool(context.store.arrival, piece.upload)
    return await run_in_threadpool(finished, context, piece.upload, arrival)


async def receive_at_once(context: ServiceContext, piece: Piece, request: Request) -> Arrival:
    """The same for the body that came with the announcement: whatever goes wrong, the upload is forgotten."""
    try:
        return await receive(context, piece, request)
    except ClientDisconnect:
        await _forget(context, piece.upload)
        raise Refused(409, "the file was cut off; send it again") from None
    except BaseException:
        await _forget(context, piece.upload)
        raise


async def _forget(context: ServiceContext, upload: str) -> None:
    """Forget an upload in a thread, since the store and the ledger may have to be waited for; to its end, also where
    the request is cancelled meanwhile.
    """
    await asyncio.shield(asyncio.ensure_future(run_in_threadpool(abort_upload, context, upload)))


async def _receive_as_it_comes(store: Store, piece: Piece, request: Request) -> None:
    """Write a body to the store a block at a time: a slow sender holds no thread, a cut costs nothing that came."""
    received = await run_in_threadpool(store.append, piece.upload, piece.offset, [])
    async for block in _blocks(request):
        received = await run_in_threadpool(store.append, piece.upload, received, [block])


async def _receive_checked(store: Store, piece: Piece, checksum: Checksum, request: Request) -> None:
    """Keep a body apart until it is whole and is what its sender says; nobody sees less of it than all."""
    received = await run_in_threadpool(store.append, piece.upload, piece.offset, [])
    room = (await run_in_threadpool(store.arrival, piece.upload)).size - received
    found = tus.ALGORITHMS[checksum.algorithm]()
    with enough_room(store.local), tempfile.TemporaryFile(dir=store.local) as file:
        async for block in _blocks(request):
            await run_in_threadpool(file.write, block)
            await run_in_threadpool(found.update, block)
            if file.tell() > room:
                raise UploadRefused(f"upload {piece.upload} gets more bytes than it was announced with", received)
        if not hmac.compare_digest(found.digest(), checksum.digest):
            raise Refused(
                tus.CHECKSUM_MISMATCH,
                f"the bytes from {received} on are not what Upload-Checksum says, and were not kept; send them again",
            )
        file.seek(0)
        await run_in_threadpool(store.append, piece.upload, received, blocks(file))


async def _blocks(request: Request) -> AsyncIterator[bytes]:
    """A body's bytes, about a megabyte at a time, and what was left when it was cut off."""
    block = bytearray()
    try:
        async for piece in request.stream():
            block += piece
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
    except ClientDisconnect:
        log.info("an upload was cut off")
        yield bytes(block)
        raise
    yield bytes(block)


def _unknown(upload: str) -> Refused:
    return Refused(404, f"upload {upload!r} is not known: it was aborted or has expired; begin a new one")
