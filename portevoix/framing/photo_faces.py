"""The faces in a photo, found once, remembered in the store, and where a photo looks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from PIL import Image

from portevoix.framing.faces import sightings
from portevoix.framing.tracks import Sighting, face_read, face_written
from portevoix.sources.photo import Photo, longest_prepared_px, prepare_photo
from portevoix.store import Store

VERSION = 3  # raise when other faces are found
LOOKED_AT_PX = 640
SURE = 0.7  # a photo has one look only: words need not give way to a hand or a lamp
LEAST_GUESS = 0.05  # of the photo's width: so wide is a face that is not sure, and where the photo looks all the same
# Where a photo looks in which nobody was found: heads, gables and spires stand in its upper third.
UPPER_THIRD = 0.5, 1 / 3
LEAST_SHARE = 0.4  # of the largest face's width: smaller ones stand in the background


def faces_in_photo(photo: Photo, ground: str, store: Store) -> list[Sighting]:
    """The people that a photo is about, the largest face first. `ground` is what transparent parts lie on."""
    faces = [face for face in _found(photo, ground, store) if face.score >= SURE]
    return [face for face in faces if face.width >= LEAST_SHARE * faces[0].width]


def focus_of_photo(photo: Photo, frame: tuple[int, int], ground: str, store: Store) -> tuple[float, float]:
    """The point of a photo that a crop to a frame of that size keeps: between the people, else at the largest of what
    may be a face, else in its upper third.
    """
    sure = faces_in_photo(photo, ground, store)
    guessed = [face for face in _found(photo, ground, store) if face.width >= LEAST_GUESS]
    return focus_on(_together(sure, photo, frame) or guessed[:1])


def _together(faces: list[Sighting], photo: Photo, frame: tuple[int, int]) -> list[Sighting]:
    """Those of the faces, the largest first, that a crop to the frame can show at once: a point between others would
    show none.
    """
    shape = frame[0] / frame[1] * photo.height / photo.width
    across, down = min(1.0, shape), min(1.0, 1 / shape)
    kept: list[Sighting] = []
    for face in faces:
        group = [*kept, face]
        wide = max(one.x + one.width / 2 for one in group) - min(one.x - one.width / 2 for one in group)
        high = max(one.y for one in group) - min(one.y for one in group)
        if (wide <= across and high <= down) or not kept:
            kept = group
    return kept


def _found(photo: Photo, ground: str, store: Store) -> list[Sighting]:
    """What the detector takes for faces, the largest first."""
    key = f"photo-faces{VERSION}-{photo.digest}"
    if not store.has(key):
        with Image.open(store.path(small_photo(photo, ground, store), ".png")) as image:
            pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        found = sorted(sightings(Fraction(0), pixels), key=lambda face: -face.width)
        store.put(key, {}, {"faces": [face_written(face) for face in found]})
    return [face_read(Fraction(0), face) for face in store.facts(key)["faces"]]


def small_photo(photo: Photo, ground: str, store: Store) -> str:
    """The key of the photo as it is looked at, prepared."""
    longest = min(LOOKED_AT_PX, longest_prepared_px((photo.width, photo.height)), max(photo.width, photo.height))
    return prepare_photo(photo, longest, ground, store)


def focus_on(faces: list[Sighting]) -> tuple[float, float]:
    """The point between the eyes of the faces; in the upper third where there are none."""
    if not faces:
        return UPPER_THIRD
    xs, ys = [face.x for face in faces], [_eyes(face) for face in faces]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _eyes(face: Sighting) -> float:
    """How low the eyes of a face are: a strip that is too low for a whole face keeps them."""
    return (face.features.eyes[1] + face.features.eyes[3]) / 2 if face.features else face.y
