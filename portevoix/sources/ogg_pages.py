"""The pages of an Ogg file: one follows the other, each with its number and a sum over its bytes (RFC 3533)."""

from __future__ import annotations

import mmap
import struct
import zlib
from pathlib import Path

CAPTURE = b"OggS"
HEAD = struct.Struct("<4sBBqIIIB")  # capture, version, kind, position, stream, number, sum, count of pieces
SUM_AT = slice(22, 26)
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
ALL_ONES = 0xFFFFFFFF


def breaks_in(path: Path) -> list[int]:
    """The bytes of pages that are damaged, that do not follow the one before, or before which one is missing.

    A part of a page at the end is no break, nor is what comes before the first whole one: a stream may be cut anywhere.
    """
    found: list[int] = []
    numbers: dict[int, int] = {}  # of each stream's page before
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(CAPTURE)
        while at >= 0 and at + HEAD.size <= len(content):
            *_, stream, number, said, pieces = HEAD.unpack_from(content, at)
            table = content[at + HEAD.size : at + HEAD.size + pieces]
            end = at + HEAD.size + pieces + sum(table)
            if end > len(content) and content.find(CAPTURE, at + 1) < 0:
                break
            page = content[at:end]
            if _sum(page) != said:
                found.append(at)
                at = content.find(CAPTURE, at + 1)
                continue
            if number != numbers.get(stream, number - 1) + 1:
                found.append(at)
            numbers[stream] = number
            at = end if content[end : end + len(CAPTURE)] == CAPTURE else content.find(CAPTURE, end)
    return found


def _sum(page: bytes) -> int:
    """A page's sum, with nothing in the sum's own place. Ogg begins with the highest bit of a byte and zlib with the
    lowest, so each byte is turned round, and the sum too.
    """
    blank = bytearray(page)
    blank[SUM_AT] = bytes(4)
    turned = zlib.crc32(bytes(blank).translate(REVERSED), ALL_ONES) ^ ALL_ONES
    return int(f"{turned:032b}"[::-1], 2)
