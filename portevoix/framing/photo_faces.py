"""The faces in a photo, found once, remembered in the store."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from PIL import Image

from portevoix.framing.faces import sightings
from portevoix.framing.tracks import Sighting, face_read, face_written
from portevoix.sources.photo import Photo, longest_prepared_px, prepare_photo
from portevoix.store import Store

VERSION = 2  # raise when other faces are found
LOOKED_AT_PX = 640
SURE = 0.7  # a photo has one look only: a hand or a lamp must not move it
LEAST_SHARE = 0.4  # of the largest face's width: smaller ones stand in the background


def faces_in_photo(photo: Photo, ground: str, store: Store) -> list[Sighting]:
    """The people that a photo is about, the largest face first. `ground` is what transparent parts lie on."""
    key = f"photo-faces{VERSION}-{photo.digest}"
    if not store.has(key):
        with Image.open(store.path(small_photo(photo, ground, store), ".png")) as image:
            pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        found = [face for face in sightings(Fraction(0), pixels) if face.score >= SURE]
        store.put(key, {}, {"faces": [face_written(s) for s in sorted(found, key=lambda face: -face.width)]})
    faces = [face_read(Fraction(0), face) for face in store.facts(key)["faces"]]
    return [face for face in faces if face.width >= LEAST_SHARE * faces[0].width]


def small_photo(photo: Photo, ground: str, store: Store) -> str:
    """The key of the photo as it is looked at, prepared."""
    longest = min(LOOKED_AT_PX, longest_prepared_px((photo.width, photo.height)), max(photo.width, photo.height))
    return prepare_photo(photo, longest, ground, store)


def focus_on(faces: list[Sighting]) -> tuple[float, float]:
    """The point between the faces; the middle where there are none."""
    if not faces:
        return 0.5, 0.5
    xs, ys = [face.x for face in faces], [face.y for face in faces]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
