"""One picture of a programme with words that are not saved yet, as a viewer would see it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

from PIL import Image

from portevoix.delivery.poster.reader import Reader
from portevoix.drawing.drawn import Drawn
from portevoix.plan.model import ChunkStep
from portevoix.store import Store

QUALITY = 82
LONGEST_SIDE_PX = 1280  # of what is answered: more than a preview is wide


def preview_frame(step: ChunkStep, number: int, fps: Fraction, drawings: Sequence[Drawn], store: Store) -> bytes:
    """Frame `number` of a chunk that is made, with these drawings over it, as WebP. Raises StoreError."""
    with store.workplace(), Reader(store.path(step.key, ".mp4")) as reader:
        picture = reader.picture(number / fps).convert("RGBA")
        for drawn in drawings:
            with Image.open(store.path(drawn.key, ".png"), formats=["PNG"]) as image:
                picture.alpha_composite(image.convert("RGBA"), (max(drawn.x, 0), max(drawn.y, 0)))
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    picture.convert("RGB").save(written, "WEBP", quality=QUALITY, method=2)
    return written.getvalue()
