"""Shapes with smooth edges: Pillow's own are drawn in whole pixels."""

from __future__ import annotations

import functools

from PIL import Image, ImageDraw

SMOOTH = 8  # drawn so many times larger, then reduced


@functools.cache
def corner(radius: int) -> Image.Image:
    """The upper left quarter of a disc."""
    large = Image.new("L", (radius * SMOOTH, radius * SMOOTH), 0)
    ImageDraw.Draw(large).ellipse((0, 0, 2 * radius * SMOOTH - 1, 2 * radius * SMOOTH - 1), fill=255)
    return large.resize((radius, radius), Image.Resampling.BOX)


def rounded(width: int, height: int, radius: float) -> Image.Image:
    """A mask: white where a box with round corners is."""
    mask = Image.new("L", (width, height), 255)
    radius = min(round(radius), width // 2, height // 2)
    if radius < 1:
        return mask
    quarter = corner(radius)
    mirrored = quarter.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for image, x in ((quarter, 0), (mirrored, width - radius)):
        mask.paste(image, (x, 0))
        mask.paste(image.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (x, height - radius))
    return mask
