"""The chunks of an AVI: one follows the other, each with its name and its length (Microsoft's RIFF, OpenDML 1.02)."""

from __future__ import annotations

import mmap
import re
import struct
from pathlib import Path

HEAD = struct.Struct("<4sI")  # a chunk's name, and the bytes after this head
KIND = 4  # bytes of a list's own name, which come first of its content
OPENED = (b"RIFF", b"LIST")
MEDIA = (b"AVI ", b"AVIX", b"movi", b"rec ")  # lists that hold what is seen and heard; others are passed over
NAME = re.compile(rb"\d\d[0-9a-zA-Z]{2}|ix\d\d|[A-Za-z][0-9A-Za-z]{3}|rec ")


def breaks_in(path: Path) -> list[int]:
    """The byte at which no chunk begins though one should: something is missing before it, or there twice.

    What comes after it is not looked at, nor is what somebody put behind the film. A film that was cut short has no
    break.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at, film_end = 0, len(content)
        while at + HEAD.size <= len(content):
            name, length = HEAD.unpack_from(content, at)
            if not NAME.fullmatch(name):
                return [at] if at < film_end else []
            inside = at + HEAD.size
            if name == b"RIFF":
                film_end = inside + length if length else len(content)  # 0: its writer never came to its end
            if name in OPENED and content[inside : inside + KIND] in MEDIA:
                at = inside + KIND
            else:
                at = _next(content, inside + length)
    return []


def _next(content: mmap.mmap, end: int) -> int:
    """Where the chunk after one begins: at an even byte, though some writers forget it."""
    if end % 2 == 0 or NAME.fullmatch(content[end + 1 : end + 5]):
        return end + end % 2
    return end
