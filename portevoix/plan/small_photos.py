"""Photos of too few pixels for their frames: told to their author, and kept free of titles."""

from __future__ import annotations

from pathlib import Path

from portevoix.drawing.canvas import SIZES
from portevoix.order import Order
from portevoix.plan.faces import Box
from portevoix.plan.photo_move import is_too_small, mounted_box
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.pictures import PhotoPicture


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


def mounted_photos(context: OverlayContext) -> list[tuple[int, int, Box]]:
    """From when to when a photo lies on a ground in an upright or square frame, and where; in a wide one words stand
    beside it.
    """
    canvas, found = context.canvas, list[tuple[int, int, Box]]()
    if context.faces is None or canvas.frame.name == "wide":
        return found
    frame = canvas.width, canvas.height
    for scene in context.timeline.scenes:
        if isinstance(scene.picture, PhotoPicture) and not scene.picture.inset:
            move = context.faces.people.photo_move(scene.picture, frame, context.timeline.fps)
            if box := mounted_box(move.end, frame):
                left, top, width, height = box
                found.append((scene.first_frame, scene.end_frame, (left, top, left + width, top + height)))
    return found
