"""A photo of too few pixels for its frame: set on a ground that is made of it, far out of focus."""

from __future__ import annotations

import hashlib
from dataclasses import astuple

from PIL import Image

from portevoix.drawing.film_ground import ground_of, limits_on
from portevoix.drawing.ground_field import with_grain
from portevoix.drawing.identity import Identity
from portevoix.sources.photo import Photo, longest_prepared_px, prepare_photo
from portevoix.store import Store

Box = tuple[int, int, int, int]  # left, top, width, height in pixels of the frame

VERSION = 2  # raise when it looks otherwise


def mount_photo(photo: Photo, frame: tuple[int, int], box: Box, identity: Identity, store: Store) -> str:
    """Draw a photo in its `box` of a frame of that size, as a PNG in the store. Returns its key.

    What is transparent lies over the kit's ground. Raises RenderFailed where the file has changed since it was looked
    at.
    """
    ground = identity.kit.colours.ground
    longest = min(max(photo.width, photo.height), longest_prepared_px((photo.width, photo.height)))
    upright = prepare_photo(photo, longest, ground, store)
    content = f"{upright} {frame} {box} {ground} {astuple(limits_on(identity))}"
    key = f"mounted{VERSION}-{hashlib.sha256(content.encode()).hexdigest()}"
    if not store.has(key):
        with Image.open(store.path(upright, ".png")) as opened, store.workplace() as folder:
            _mounted(opened.convert("RGB"), frame, box, identity).save(folder / "mounted.png")
            store.put(key, {".png": folder / "mounted.png"}, {"width": frame[0], "height": frame[1]})
    return key


def _mounted(photo: Image.Image, frame: tuple[int, int], box: Box, identity: Identity) -> Image.Image:
    left, top, width, height = box
    across, down = photo.width / frame[0], photo.height / frame[1]
    shown = min(across, down)  # of the photo, in a pixel of the frame that it fills
    aside, above = (1 - shown / across) / 2, (1 - shown / down) / 2
    ground = Image.fromarray(
        with_grain(ground_of(photo, (aside, above, 1 - aside, 1 - above), (frame, max(frame)), identity))
    )
    ground.paste(photo.resize((width, height), Image.Resampling.LANCZOS), (left, top))
    return ground
