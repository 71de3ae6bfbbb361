"""Faces in a picture. The one module that uses OpenCV.

A cascade alone errs in every few pictures. Four of them (two frontal, a profile and its mirror image) vote with every window
that they would pass: a face collects votes from several of them, a pattern that deceives one does not. The cascades are
files of the opencv package; nothing else is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import cv2
import cv2.data
import numpy as np

from portevoix.framing.pictures import Picture, Stretch, pictures
from portevoix.framing.tracks import Sighting
from portevoix.store import Store

LONGEST_PX = 512
SMALLEST_FACE = 0.05  # of the longer side
SCALE_STEP = 1.1
LOOKS_PER_S = Fraction(2)  # a head takes longer to cross its own width
LEAST_LOOKS = 8  # in a shot
LIKENESS = 0.3  # how far windows of one face may differ, in parts of their size


def look(stretch: Stretch, store: Store) -> list[list[Sighting]]:
    """What may be faces in each of a shot's pictures, `LOOKS_PER_S` of them or more. Raises RenderFailed."""
    rate = max(LOOKS_PER_S, LEAST_LOOKS / (stretch.end_s - stretch.start_s))
    return [sightings(second, picture) for second, picture in pictures(stretch, rate, LONGEST_PX, "gray", store)]


def sightings(second: Fraction, picture: Picture) -> list[Sighting]:
    """What may be faces in a grey picture, each with its votes."""
    height, width = picture.shape
    smallest = round(max(picture.shape) * SMALLEST_FACE)

    def windows(name: str, seen: Picture) -> list[list[int]]:
        found = _cascade(name).detectMultiScale(seen, SCALE_STEP, 0, minSize=(smallest, smallest))
        return [[int(number) for number in window] for window in found]

    mirrored = windows("profileface", np.ascontiguousarray(picture[:, ::-1]))
    voters = {
        "frontal": windows("frontalface_alt2", picture),
        "frontal too": windows("frontalface_default", picture),
        "profile": windows("profileface", picture),
        "mirrored": [[width - x - w, y, w, h] for x, y, w, h in mirrored],
    }
    faces, counts = cv2.groupRectangles([w for found in voters.values() for w in found], 1, LIKENESS)
    return [
        Sighting(
            second, (x + w / 2) / width, (y + h / 2) / height, w / width, int(count),
            frozenset(name for name, found in voters.items() if any(_alike((x, y, w, h), window) for window in found)),
        )
        for (x, y, w, h), count in zip(faces, np.ravel(counts), strict=True)
    ]  # fmt: skip


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    cv2.setNumThreads(1)  # a worker has its share of the machine and takes no more
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))


def _alike(one: Sequence[int], other: Sequence[int]) -> bool:
    return all(abs(a - b) < LIKENESS * one[2] for a, b in zip(one, other, strict=True))
