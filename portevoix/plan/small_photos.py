"""Photos of too few pixels for their frames, told to their author."""

from __future__ import annotations

from pathlib import Path

from portevoix.drawing.canvas import SIZES
from portevoix.order import Order
from portevoix.plan.photo_move import is_too_small


def small_photos(order: Order) -> list[str]:
    """A sentence for each photo that is set on a ground, and in which formats."""
    formats = [name for name in SIZES if name in {audience.format for audience in order.audiences}]
    found: dict[Path, str] = {}
    for photo in order.photos:
        small = [name for name in formats if is_too_small((photo.width, photo.height), SIZES[name])]
        if small:
            found[photo.path] = (
                f"{photo.path.name} has {photo.width} x {photo.height} pixels, too few to fill {', '.join(small)}; "
                "it is set on a ground: send a larger one"
            )
    return list(found.values())
