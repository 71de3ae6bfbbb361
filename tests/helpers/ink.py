"""How far two drawings of one line agree, counted in pixels of ink."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

INK = 127  # of 255: what is less is a letter's soft edge
REACH = 3  # pixels to each side in which the best place is looked for
SEEN = 64  # of 255: what runs of two colours add where their letters meet is less
Ink = NDArray[np.bool_]


def ink_of(picture: Image.Image) -> Ink:
    """The pixels that are more letter than ground, without the empty ones round them."""
    solid = picture.getchannel("A").point(lambda alpha: 255 * (alpha > INK))
    return np.asarray(solid.crop(solid.getbbox())) > 0


def overlap(ours: Ink, theirs: Ink) -> float:
    """Of all pixels that either inks, the share within one pixel of the other's ink, where the two lie best. 0 to 1."""
    height, width = (max(a, b) + 2 * (REACH + 1) for a, b in zip(ours.shape, theirs.shape, strict=True))
    still = _placed(ours, height, width, 0, 0)
    shifts = product(range(-REACH, REACH + 1), repeat=2)
    moved = max((_placed(theirs, height, width, *shift) for shift in shifts), key=lambda ink: int((ink & still).sum()))
    near = (still & _grown(moved)) | (moved & _grown(still))
    return float(near.sum() / (still | moved).sum())


def _placed(ink: Ink, height: int, width: int, down: int, right: int) -> Ink:
    canvas = np.zeros((height, width), dtype=np.bool_)
    top, left = (height - ink.shape[0]) // 2 + down, (width - ink.shape[1]) // 2 + right
    canvas[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return canvas


def _grown(ink: Ink) -> Ink:
    """With the pixels that touch it, corners too. Its edge is empty."""
    rows = ink | np.roll(ink, 1, axis=0) | np.roll(ink, -1, axis=0)
    return rows | np.roll(rows, 1, axis=1) | np.roll(rows, -1, axis=1)


def coloured(plain: Image.Image, lit: Image.Image) -> tuple[int, int] | None:
    """The first and last column in which two drawings of one line differ, as the eye sees them on black."""
    seen = [np.asarray(_on_black(picture), dtype=np.int16) for picture in (plain, lit)]
    columns = np.flatnonzero((np.abs(seen[0] - seen[1]) > SEEN).any(axis=(0, 2)))
    return (int(columns[0]), int(columns[-1])) if columns.size else None


def _on_black(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", picture.size, "black")
    ground.alpha_composite(picture)
    return ground
