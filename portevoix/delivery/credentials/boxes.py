"""The boxes of an MP4, and those of credentials: what C2PA leaves out of its hash, and a claim's digest.

ISO/IEC 14496-12 for boxes, ISO/IEC 19566-5 for those of credentials (JUMBF).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

NOT_HASHED = (b"ftyp", b"free", b"skip", b"mfra")  # C2PA leaves these out; changed, they would go unseen
STUFFING = re.compile(rb"cpad\x59(..)", re.DOTALL)  # in CBOR the text "pad", then bytes with their count
CLAIMS = ("c2pa.claim.v2", "c2pa.claim")


def boxes(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Each outer box of a file: its kind, where it begins and where it ends."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            end = size if length == 0 else at + length
            if len(head) < 8 or end <= at:
                return
            yield head[4:8], at, end
            at = end


def outside_digest(path: Path) -> str:
    """SHA-256 of what a signature does not cover: the boxes that C2PA leaves out, in their order."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        for kind, start, end in boxes(path):
            if kind in NOT_HASHED:
                file.seek(start)
                sha256.update(file.read(end - start))
    return sha256.hexdigest()


def stuffing_is_blank(path: Path) -> bool:
    """Whether the room that a signature left free is empty. Nothing signs it, so a byte there would go unseen."""
    uuids = [(start, end) for kind, start, end in boxes(path) if kind == b"uuid"]
    with path.open("rb") as file:
        for start, end in uuids or [(0, path.stat().st_size)]:
            file.seek(start)
            data = file.read(end - start)
            if any(data[m.end() : m.end() + int.from_bytes(m[1], "big")].strip(b"\0") for m in STUFFING.finditer(data)):
                return False
    return True


def claim_digest(store: bytes) -> str:
    """SHA-256 of the claim of the newest credentials in their store, as its bytes are signed."""
    claims = [content for label, content in _labelled(store) if label in CLAIMS]
    return hashlib.sha256(claims[-1]).hexdigest()


def _labelled(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each labelled content of nested boxes: a superbox's first inner box describes it, the next is the content."""
    for kind, content in _inner(data):
        if kind != b"jumb":
            continue
        found = list(_inner(content))
        label = found[0][1][17:].partition(b"\0")[0].decode("utf-8", "replace")
        if len(found) > 1 and found[1][0] != b"jumb":
            yield label, found[1][1]
        yield from _labelled(content)


def _inner(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big") or len(data) - at
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += max(length, 8)
