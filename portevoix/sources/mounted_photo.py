"""A photo of too few pixels for its frame: set on a ground that is made of it, large, out of focus and darker."""

from __future__ import annotations

import hashlib

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from portevoix.sources.photo import Photo, longest_prepared_px, prepare_photo
from portevoix.store import Store

Box = tuple[int, int, int, int]  # left, top, width, height in pixels of the frame

BLUR = 0.03  # of the frame's longer side: no edge of the photo is found again
DARKER = 0.5  # of the light


def mount_photo(photo: Photo, frame: tuple[int, int], box: Box, ground: str, store: Store) -> str:
    """Draw a photo in its `box` of a frame of that size, as a PNG in the store. Returns its key.

    What is transparent lies over `ground` (#rrggbb). Raises RenderFailed where the file has changed since it was looked
    at.
    """
    longest = min(max(photo.width, photo.height), longest_prepared_px((photo.width, photo.height)))
    upright = prepare_photo(photo, longest, ground, store)
    key = f"mounted1-{hashlib.sha256(f'{upright} {frame} {box}'.encode()).hexdigest()}"
    if not store.has(key):
        with Image.open(store.path(upright, ".png")) as opened, store.workplace() as folder:
            _mounted(opened.convert("RGB"), frame, box).save(folder / "mounted.png")
            store.put(key, {".png": folder / "mounted.png"}, {"width": frame[0], "height": frame[1]})
    return key


def _mounted(photo: Image.Image, frame: tuple[int, int], box: Box) -> Image.Image:
    left, top, width, height = box
    ground = ImageOps.fit(photo, frame, Image.Resampling.BICUBIC)
    ground = ground.filter(ImageFilter.GaussianBlur(BLUR * max(frame)))
    ground = ImageEnhance.Brightness(ground).enhance(DARKER)
    ground.paste(photo.resize((width, height), Image.Resampling.LANCZOS), (left, top))
    return ground
