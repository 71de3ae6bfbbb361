"""The light on a kit's ground: brighter from above, darker towards the lower corners, the same in both directions.

It stands, or wanders: aside and back, then to the other side, a little lower on its way. The picture of it is larger
than the frame by this way.
"""

from __future__ import annotations

import functools
import hashlib
import json

import numpy as np
import numpy.typing as npt
from PIL import Image

from portevoix.authoring.brand import BrandKit, Colours
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed, rgb
from portevoix.drawing.ground_field import GroundField, Levels, Size, is_kept, keep_field, way
from portevoix.store import Store

ABOVE, BELOW = 0.085, 0.24  # how much white, and how much black, the ground takes at its brightest and its darkest
STRENGTHS = (1.0, 0.75, 0.5, 0.25, 0.0)
SOURCE = 0.02  # the height from which the light comes, in parts of the frame
REACH = {"soft": (0.95, 0.8), "drift": (0.72, 0.8)}  # how wide (of half the width) and how far down it reaches
GRAIN = 0.5  # of a light that stands, levels of 255, on both sides: steps of one level would show as rings
SEED = 16
WAY = (0.22, 0.1)  # how far the light wanders from the middle, and how far down, in parts of the frame
VERSION = 2  # raise when the light that wanders looks otherwise


def ground_image(kit: BrandKit, size: Size) -> Image.Image:
    """The kit's ground, opaque, `size` pixels wide and high: its colour, or lit where the kit asks for it."""
    colours, light = kit.colours, kit.cards.light
    if light == "none":
        return Image.new("RGBA", size, (*rgb(colours.ground), 255))
    bright, dark = lit_colours(colours)
    return _lit(rgb(bright), rgb(dark), size, REACH[light])


def light_field(kit: BrandKit, size: Size, store: Store) -> GroundField:
    """The light that wanders over a frame of `size` pixels."""
    (width, height), ends, (aside, lower) = size, lit_colours(kit.colours), way(size, WAY)
    content = [VERSION, *ends, width, height, aside, lower, REACH["drift"]]
    field = GroundField(f"light{hashlib.sha256(json.dumps(content).encode()).hexdigest()}", aside, lower)
    if not is_kept(field, store):
        across, down = np.arange(-aside, width + aside) / (width - 1), np.arange(-lower, height) / (height - 1)
        levels = _levels(rgb(ends[0]), rgb(ends[1]), (across * 2 - 1, down), REACH["drift"])
        keep_field(field, size, levels, store)
    return field


def lit_colours(colours: Colours) -> tuple[str, str]:
    """The ground at its brightest and darkest: no further apart than all words on it allow, at 4.5:1 (WCAG 2)."""
    fronts = colours.on_ground, colours.muted, colours.accent_on_ground
    for strength in STRENGTHS:
        ends = (
            mixed("#ffffff", ABOVE * strength, colours.ground),
            mixed("#000000", BELOW * _of_dark(colours) * strength, colours.ground),
        )
        if all(contrast(front, end) >= LEAST_CONTRAST for front in fronts for end in ends):
            return ends
    return colours.ground, colours.ground


def _of_dark(colours: Colours) -> float:
    """A light ground takes less black: there it looks like dirt."""
    return 1.0 if contrast("#ffffff", colours.ground) > contrast("#000000", colours.ground) else 0.2


def _levels(
    bright: tuple[int, int, int],
    dark: tuple[int, int, int],
    at: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    reach: tuple[float, float],
) -> Levels:
    """Levels of 255 at places across (-1 to 1) and down (0 to 1) the frame."""
    across, down = np.exp(-((at[0] / reach[0]) ** 2)), np.exp(-(((at[1] - SOURCE) / reach[1]) ** 2))
    light = np.outer(down, across).astype(np.float32)
    found: Levels = np.empty((*light.shape, 3), np.float32)
    for n, (high, low) in enumerate(zip(bright, dark, strict=True)):  # a plane at a time: a third of the time
        found[:, :, n] = light * np.float32(high - low) + np.float32(low)
    return found


@functools.lru_cache(maxsize=8)
def _lit(
    bright: tuple[int, int, int], dark: tuple[int, int, int], size: Size, reach: tuple[float, float]
) -> Image.Image:
    width, height = size
    grain = np.random.default_rng(SEED).triangular(-GRAIN, 0, GRAIN, (height, width, 1))
    levels = _levels(bright, dark, (np.linspace(-1, 1, width), np.linspace(0, 1, height)), reach) + grain
    opaque = np.full((height, width, 1), 255.0)
    return Image.fromarray(np.concatenate([levels, opaque], axis=2).round().clip(0, 255).astype(np.uint8), "RGBA")
