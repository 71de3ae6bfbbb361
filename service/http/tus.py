"""Resumable uploads as tus 1.0.0 has them: its headers, read and written. https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Annotated

from fastapi import Depends, Header
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portevoix.store.uploads import Arrival
from service.gate import Caller
from service.http.auth import Uploader
from service.http.models.uploads import FileName
from service.http.problems import Refused

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS: dict[str, Callable[[], hashlib._Hash]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
BODY_TYPE = "application/offset+octet-stream"
UNNAMED = "unnamed"  # a sender need not say a name
CHECKSUM_MISMATCH = 460
OVERRIDDEN = ("PATCH", "DELETE")  # what a POST may stand for, from senders that can send nothing else

_KEY = re.compile(r"[!-+\--~]+")  # ASCII without spaces and commas
_name = TypeAdapter[str](FileName)


@dataclass(frozen=True)
class Checksum:
    """What a body must hash to."""

    algorithm: str
    digest: bytes


def read_checksum(header: str | None) -> Checksum | None:
    """Read `Upload-Checksum`. Raises Refused (400)."""
    if header is None:
        return None
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refused(400, f"Upload-Checksum: {algorithm!r} is not known here; take one of {', '.join(ALGORITHMS)}")
    return Checksum(algorithm, _decoded("Upload-Checksum", encoded))


def name_of(metadata: str) -> str:
    """What the sender calls the file: `filename` of `Upload-Metadata`, else `name`. Raises Refused (400)."""
    found: dict[str, str] = {}
    for pair in metadata.split(",") if metadata.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise Refused(400, f"Upload-Metadata: {key!r} is no key, or stands twice; send `filename BASE64,…`")
        found[key] = _decoded("Upload-Metadata", encoded).decode("utf-8", "replace")
    name = found.get("filename") or found.get("name") or UNNAMED
    try:
        return _name.validate_python(name)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Refused(400, f"Upload-Metadata: the file's name {name!r}: {said}") from None


def headers_of(arrival: Arrival, lifetime: timedelta) -> dict[str, str]:
    """What every answer says of an upload; `Upload-Digest` is the file's SHA-256, as a job names it."""
    if arrival.sha256:
        return {"Upload-Offset": str(arrival.received), "Upload-Digest": arrival.sha256}
    expires = format_datetime(expiry(arrival, lifetime), usegmt=True)
    return {"Upload-Offset": str(arrival.received), "Upload-Expires": expires}


def expiry(arrival: Arrival, lifetime: timedelta) -> datetime:
    """When an upload is forgotten if nobody goes on with it."""
    return datetime.fromtimestamp(int(arrival.touched_s), UTC) + lifetime


def check_version(
    caller: Uploader,
    version: Annotated[str | None, Header(alias="Tus-Resumable", description=f"Always `{VERSION}`")] = None,
) -> Caller:
    """Who uploads, by our version of the protocol. Raises Refused (412) for another."""
    if version != VERSION:
        raise Refused(
            412, f"uploads speak tus {VERSION}: send `Tus-Resumable: {VERSION}`, not {version!r}", Tus_Version=VERSION
        )
    return caller


TusUploader = Annotated[Caller, Depends(check_version)]


class Tus:
    """What tus asks of every request about uploads and of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_tus(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Tus-Resumable"] = VERSION
            await send(message)

        if scope["type"] != "http" or f"{scope['path']}/".find("/uploads/") != 0:
            await self.app(scope, receive, send)
            return
        stands_for = Headers(scope=scope).get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and stands_for in OVERRIDDEN:
            scope = {**scope, "method": stands_for}
        await self.app(scope, receive, send_tus)


def _decoded(header: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:  # a letter beyond ASCII too
        raise Refused(400, f"{header}: {encoded!r} is not base64") from None
