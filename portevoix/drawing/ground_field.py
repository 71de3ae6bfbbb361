"""The picture of a ground that moves under cards: larger than its frame by the way that it goes.

Its steps of one level are broken by grain, which is part of the picture and goes with it: an encoder carries it on from
frame to frame as it is. Grain that stood still while the ground moves would be lost, and rings and streaks be left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from portevoix.drawing.drawn import Drawn
from portevoix.drawing.text import write_png
from portevoix.store import Store

GRAIN = 0.6  # levels of 255, its deviation
SMOOTHED = (
    2  # how often grain is made wider by a pixel: so it costs a fifth of the bytes, and an encoder finds it again
)
SEED = 16

Levels = npt.NDArray[np.float32]
Size = tuple[int, int]


@dataclass(frozen=True)
class GroundField:
    """It lies in the store under `key`. `aside`: pixels on both sides of the frame; `lower`: above it."""

    key: str
    aside: int
    lower: int


def way(size: Size, parts: tuple[float, float]) -> Size:
    """The pixels beside and above a frame for a way of these `parts` of its width and height; even, for the planes of
    colour.
    """
    across, down = (2 * round(side * part / 2) for side, part in zip(size, parts, strict=True))
    return across, down


def keep_field(field: GroundField, size: Size, levels: Levels, store: Store) -> None:
    """Keep the picture of a ground, in levels of 255, and what a frame of `size` pixels shows of it before it moves."""
    grained = with_grain(levels)
    rest = grained[field.lower :, field.aside : field.aside + size[0]]
    with store.workplace() as folder:
        for key, pixels in ((_rest_key(field), rest), (field.key, grained)):
            write_png(Image.fromarray(pixels).convert("RGBA"), folder / "ground.png")
            store.put(key, {".png": folder / "ground.png"}, {})


def is_kept(field: GroundField, store: Store) -> bool:
    """Whether all of a ground is there: a store may have lost a part of it."""
    return store.has(field.key) and store.has(_rest_key(field))


def at_rest(field: GroundField, size: Size) -> Drawn:
    """What a frame shows of a kept ground before it moves."""
    return Drawn(_rest_key(field), 0, 0, *size)


def with_grain(levels: Levels) -> npt.NDArray[np.uint8]:
    """Levels of 255 in whole ones, their steps broken."""
    found: npt.NDArray[np.uint8] = (levels + _grain(*levels.shape[:2])).round().clip(0, 255).astype(np.uint8)
    return found


def _rest_key(field: GroundField) -> str:
    return f"{field.key}-rest"


def _grain(height: int, width: int) -> Levels:
    edge = 2 * SMOOTHED
    grain = np.random.default_rng(SEED).standard_normal((height + edge, width + edge), np.float32)
    for _ in range(SMOOTHED):
        grain = grain[:-2] + 2 * grain[1:-1] + grain[2:]
        grain = grain[:, :-2] + 2 * grain[:, 1:-1] + grain[:, 2:]
    found: Levels = (grain * (GRAIN / grain.std()))[:, :, None]
    return found
