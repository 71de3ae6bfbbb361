"""Flashes that can harm: more than three within a second (WCAG 2.2, success criterion 2.3.1).

A flash is a pair of opposing changes of relative luminance by a tenth of the most that there is, the darker picture
below 0.80, over more than a quarter of any ten degrees of what is seen: here of a third of the width by a third of the
height, as WCAG counts for a screen of 1024 by 768
(https://www.w3.org/WAI/WCAG22/Understanding/three-flashes-or-below-threshold). Saturated red is not looked for by
itself.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

COLUMNS, ROWS = 48, 27  # cells in which a picture is compared
FILTER = f"scale={COLUMNS}:{ROWS}:flags=area:out_range=full,format=gray"
CHANGE, DARKER_BELOW = 0.1, 0.8  # of relative luminance, 0 to 1
AREA = 0.25  # of a third by a third of the picture
MOST = 3  # flashes within a second
HEIGHT, WIDTH = ROWS // 3, COLUMNS // 3  # of what is looked at alone, at 25 places that overlap by half
TOPS, LEFTS = range(0, ROWS - HEIGHT + 1, HEIGHT // 2), range(0, COLUMNS - WIDTH + 1, WIDTH // 2)
PLACES = [(top, left) for top in TOPS for left in LEFTS]

Cells = npt.NDArray[np.float32]


def harmful_flashes(pictures: Path, fps: Fraction) -> list[tuple[float, float, int]]:
    """Each stretch with too many flashes, in seconds, and how many there are in its worst second. `pictures`: what
    `FILTER` wrote.
    """
    raw = np.fromfile(pictures, np.uint8)
    frames = raw[: raw.size // (COLUMNS * ROWS) * COLUMNS * ROWS].reshape(-1, ROWS, COLUMNS)
    luminance = ((frames / 255.0) ** 2.2).astype(np.float32)  # near enough to the sRGB curve for a tenth of it
    found = [stretch for places in _changes(luminance) for stretch in _stretches(places, fps)]
    return _joined(sorted(found))


def _changes(luminance: Cells) -> list[list[int]]:
    """For each place of the picture the frames at which enough of it has turned, brighter and darker in turn."""
    turns: list[list[tuple[int, int]]] = [[] for _ in PLACES]
    lowest = highest = luminance[0].copy() if len(luminance) else np.zeros((ROWS, COLUMNS), np.float32)
    way = np.zeros((ROWS, COLUMNS), np.int8)
    for number, cells in enumerate(luminance):
        up = (cells - lowest >= CHANGE) & (lowest < DARKER_BELOW) & (way <= 0)
        down = (highest - cells >= CHANGE) & (cells < DARKER_BELOW) & (way >= 0)
        for turned, direction in ((up, 1), (down, -1)):
            for place, found in zip(PLACES, turns, strict=True):
                if (not found or found[-1][1] != direction) and _is_large(turned, *place):
                    found.append((number, direction))
        turned = up | down
        way[up], way[down] = 1, -1
        lowest = np.where(turned, cells, np.minimum(lowest, cells))
        highest = np.where(turned, cells, np.maximum(highest, cells))
    return [[number for number, _ in found] for found in turns]


def _is_large(turned: npt.NDArray[np.bool_], top: int, left: int) -> bool:
    return int(turned[top : top + HEIGHT, left : left + WIDTH].sum()) > AREA * HEIGHT * WIDTH


def _stretches(places: list[int], fps: Fraction) -> list[tuple[float, float, int]]:
    """Where more than three flashes, of two changes each, fall into one second."""
    found = []
    for first, start in enumerate(places):
        inside = [place for place in places[first:] if place - start < fps]
        if len(inside) // 2 > MOST:
            found.append((float(start / fps), float(inside[-1] / fps), len(inside) // 2))
    return found


def _joined(stretches: list[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    joined: list[tuple[float, float, int]] = []
    for one in stretches:
        if joined and one[0] <= joined[-1][1]:
            before = joined.pop()
            joined.append((before[0], max(one[1], before[1]), max(one[2], before[2])))
        else:
            joined.append(one)
    return joined
