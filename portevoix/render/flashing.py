"""Flashes that can harm: more than three within a second (WCAG 2.2, success criterion 2.3.1).

A general flash is a pair of opposing changes of relative luminance by a tenth of the most that there is, the darker
picture below 0.80; a red flash one to and from a saturated red, by more than 0.2 in the CIE 1976 chromaticity diagram.
Either counts over more than a quarter of any ten degrees of what is seen: here of a third of the width by a third of
the height, as WCAG counts for a screen of 1024 by 768
(https://www.w3.org/WAI/WCAG22/Understanding/three-flashes-or-below-threshold).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

COLUMNS, ROWS = 48, 27  # cells in which a picture is compared
FILTER = f"scale={COLUMNS}:{ROWS}:flags=area:out_range=full,format=rgb24"
CHANGE, DARKER_BELOW = 0.1, 0.8  # of relative luminance, 0 to 1
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of the three colours, WCAG 2.2
SATURATED, RED_CHANGE = 0.8, 0.2  # red's share of the three colours' light; a distance in the diagram
TO_XYZ = np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]], np.float32)  # sRGB
WHITE = np.array([0.1978, 0.4683], np.float32)  # u' and v' of D65
UNSEEN = 0.02  # light of the three colours together, of 3: below it a colour is black
AREA = 0.25  # of a third by a third of the picture
MOST = 3  # flashes within a second
HEIGHT, WIDTH = ROWS // 3, COLUMNS // 3  # of what is looked at alone, at 25 places that overlap by half
TOPS, LEFTS = range(0, ROWS - HEIGHT + 1, HEIGHT // 2), range(0, COLUMNS - WIDTH + 1, WIDTH // 2)
PLACES = [(top, left) for top in TOPS for left in LEFTS]

Cells = npt.NDArray[np.float32]
Turned = npt.NDArray[np.bool_]
Stretch = tuple[float, float, int]
LIGHT = (np.arange(256) / 255.0) ** 2.2  # of a value, near enough to the sRGB curve for a tenth of it


@dataclass(frozen=True)
class Flashes:
    """Each stretch with too many flashes, in seconds, and how many there are in its worst second."""

    general: tuple[Stretch, ...]
    red: tuple[Stretch, ...]


def harmful_flashes(pictures: Path, fps: Fraction) -> Flashes:
    """What flashes too often. `pictures`: what `FILTER` wrote."""
    if not pictures.stat().st_size:
        return Flashes((), ())
    raw = np.memmap(pictures, np.uint8, "r")
    frames = raw[: raw.size // (COLUMNS * ROWS * 3) * COLUMNS * ROWS * 3].reshape(-1, ROWS, COLUMNS, 3)
    return Flashes(
        _found(_general(LIGHT[frame].astype(np.float32) @ LUMINANCE for frame in frames), fps),
        _found(_red(LIGHT[frame].astype(np.float32) for frame in frames), fps),
    )


def _found(turns: Iterable[tuple[Turned, Turned]], fps: Fraction) -> tuple[Stretch, ...]:
    """The stretches of one kind of flash, from the cells that turned one way and the other in each picture."""
    places: list[list[tuple[int, int]]] = [[] for _ in PLACES]
    for number, ways in enumerate(turns):
        for direction, turned in enumerate(ways):
            if not turned.any():
                continue
            for place, found in zip(PLACES, places, strict=True):
                if (not found or found[-1][1] != direction) and _is_large(turned, *place):
                    found.append((number, direction))
    stretches = [stretch for place in places for stretch in _stretches([number for number, _ in place], fps)]
    return tuple(_joined(sorted(stretches)))


def _general(pictures: Iterable[Cells]) -> Iterator[tuple[Turned, Turned]]:
    """Which cells have turned brighter, and which darker, in each picture's relative luminance."""
    lowest = highest = None
    way = np.zeros((ROWS, COLUMNS), np.int8)
    for cells in pictures:
        lowest, highest = (cells, cells) if lowest is None or highest is None else (lowest, highest)
        up = (cells - lowest >= CHANGE) & (lowest < DARKER_BELOW) & (way <= 0)
        down = (highest - cells >= CHANGE) & (cells < DARKER_BELOW) & (way >= 0)
        yield up, down
        turned = up | down
        way[up], way[down] = 1, -1
        lowest = np.where(turned, cells, np.minimum(lowest, cells))
        highest = np.where(turned, cells, np.maximum(highest, cells))


def _red(pictures: Iterable[Cells]) -> Iterator[tuple[Turned, Turned]]:
    """Which cells have turned to a saturated red, and which from one, in each picture's light of three colours.

    A cell is compared with what it was when it last turned, while one of the two is red; else with the picture before.
    """
    before = was_red = None
    for light in pictures:
        place, is_red = _chromaticity(light), _is_red(light)
        before, was_red = (place, is_red) if before is None or was_red is None else (before, was_red)
        far = ((place - before) ** 2).sum(axis=2) > RED_CHANGE**2
        to_red, from_red = far & is_red & ~was_red, far & was_red & ~is_red
        yield to_red, from_red
        anew = to_red | from_red | ~(is_red | was_red)
        before = np.where(anew[..., None], place, before)
        was_red = np.where(anew, is_red, was_red)


def _is_red(light: Cells) -> Turned:
    whole = light.sum(axis=2)
    red: Turned = (whole >= UNSEEN) & (light[..., 0] >= SATURATED * whole)
    return red


def _chromaticity(light: Cells) -> Cells:
    """Where each cell's colour lies in the CIE 1976 diagram: u' and v'. What is as good as black is taken for grey."""
    x, y, z = np.moveaxis(light @ TO_XYZ, 2, 0)
    whole = np.maximum(x + 15 * y + 3 * z, 1e-6)
    place: Cells = np.stack([4 * x / whole, 9 * y / whole], axis=2)
    return np.where((light.sum(axis=2) < UNSEEN)[..., None], WHITE, place)


def _is_large(turned: npt.NDArray[np.bool_], top: int, left: int) -> bool:
    return int(turned[top : top + HEIGHT, left : left + WIDTH].sum()) > AREA * HEIGHT * WIDTH


def _stretches(places: list[int], fps: Fraction) -> list[Stretch]:
    """Where more than three flashes, of two changes each, fall into one second."""
    found = []
    for first, start in enumerate(places):
        inside = [place for place in places[first:] if place - start < fps]
        if len(inside) // 2 > MOST:
            found.append((float(start / fps), float(inside[-1] / fps), len(inside) // 2))
    return found


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for one in stretches:
        if joined and one[0] <= joined[-1][1]:
            before = joined.pop()
            joined.append((before[0], max(one[1], before[1]), max(one[2], before[2])))
        else:
            joined.append(one)
    return joined
