"""The packets of a transport stream: one follows the other at a fixed distance, and each begins with the same byte."""

from __future__ import annotations

import mmap
from pathlib import Path

SYNC = b"\x47"
DISTANCES = (188, 192, 204)  # ISO/IEC 13818-1; with a time before each (M2TS), with a sum behind each (DVB)
IN_ORDER = 5  # packets that begin where they should: so many are no chance
BLOCK = 100_000  # packets that are looked at together


def breaks_in(path: Path) -> list[int]:
    """The bytes at which a file's packets lose their order: something is missing there, or is not what was sent.

    A part of a packet at the end is no break, nor is what comes before the first whole packets: a stream may be cut
    anywhere.
    """
    found: list[int] = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        begun = _first_in_order(content, 0)
        while begun is not None and (broken := _first_break(content, *begun)) is not None:
            found.append(broken)
            begun = _first_in_order(content, broken)
    return found


def _first_in_order(content: mmap.mmap, at: int) -> tuple[int, int] | None:
    """Where packets in order begin, from a byte on, and their distance."""
    while (at := content.find(SYNC, at)) >= 0:
        for distance in DISTANCES:
            if content[at : at + IN_ORDER * distance : distance] == SYNC * IN_ORDER:
                return at, distance
        at += 1
    return None


def _first_break(content: mmap.mmap, at: int, distance: int) -> int | None:
    while at < len(content):
        block = content[at : at + BLOCK * distance : distance]
        right = len(block) - len(block.lstrip(SYNC))
        if right < len(block):
            return at + right * distance
        at += BLOCK * distance
    return None
