"""Stills: a card as a JPEG within the platform's size."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from portevoix.authoring.placement import Placement
from portevoix.drawing.drawn import Drawn
from portevoix.errors import RenderFailed
from portevoix.plan import PhotoStill, key_of
from portevoix.plan.photo_move import Window
from portevoix.store import Store

QUALITIES = (95, 90, 85, 80, 70)
SMALLEST_LIMIT_BYTES = 2_000_000  # the strictest of the known placements, for stills that go to nobody in particular


def picture_limit(placement: Placement | None) -> int:
    """How many bytes a still or a poster may have."""
    return (placement and placement.max_picture_bytes) or SMALLEST_LIMIT_BYTES


def _card_still(drawn: Drawn, placement: Placement | None, store: Store) -> tuple[str, Path]:
    """The JPEG of a full-frame card, at the best quality that fits. Returns its key and its file in the store."""
    limit = picture_limit(placement)
    key = key_of("still", {"drawing": drawn.key, "limit": limit})
    if not store.has(key):
        with Image.open(store.path(drawn.key, ".png"), formats=["PNG"]) as image:
            picture = image.convert("RGB")
        with store.workplace() as folder:
            file = folder / "still.jpg"
            file.write_bytes(within(picture, limit))
            store.put(key, {".jpg": file}, {"limit": limit})
    return key, store.path(key, ".jpg")


def write_still(still: PhotoStill, placement: Placement | None, store: Store) -> tuple[str, Path]:
    """The JPEG of words on a card, over a photo or beside it, at the best quality that fits. Returns its key and its
    file in the store.
    """
    if still.photo is None and not still.over:
        return _card_still(still.drawn, placement, store)
    limit, layers = picture_limit(placement), (still.drawn, *still.over)
    shown: dict[str, object] = {"photo": still.photo, "window": still.window, "size": still.size}
    shown |= {"pane": still.pane} if still.pane else {}
    key = key_of("still", {**shown, "drawings": [layer.key for layer in layers], "limit": limit})
    if not store.has(key):
        picture = Image.new("RGBA", still.size)
        if still.photo and still.window:
            picture = _photo_under(still, still.window, store.path(still.photo, ".png"))
        for layer in layers:
            with Image.open(store.path(layer.key, ".png"), formats=["PNG"]) as image:
                picture.alpha_composite(image.convert("RGBA"), (max(0, layer.x), max(0, layer.y)))
        with store.workplace() as folder:
            (folder / "still.jpg").write_bytes(within(picture.convert("RGB"), limit))
            store.put(key, {".jpg": folder / "still.jpg"}, {"limit": limit})
    return key, store.path(key, ".jpg")


def _photo_under(still: PhotoStill, window: Window, file: Path) -> Image.Image:
    """What a still shows of its photo, in its part of the still."""
    pane = still.pane or (0, 0, *still.size)
    with Image.open(file, formats=["PNG"]) as photo:
        width, height = photo.size
        left, top = window.x * width, window.y * height
        box = left, top, left + window.width * width, top + window.height * height
        size = pane[2] - pane[0], pane[3] - pane[1]
        shown = photo.convert("RGB").resize(size, Image.Resampling.LANCZOS, box)
    picture = Image.new("RGBA", still.size)
    picture.paste(shown, pane[:2])
    return picture


def within(picture: Image.Image, limit: int) -> bytes:
    """A picture as a JPEG of at most `limit` bytes, at the best quality that fits. Raises RenderFailed."""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, subsampling=0, optimize=True)
        if buffer.tell() <= limit:
            return buffer.getvalue()
    raise RenderFailed(f"the still does not fit {limit:,} bytes; use a plainer card")
