"""The light on a kit's ground: brighter from above, darker towards the lower corners, the same in both directions."""

from __future__ import annotations

import functools

import numpy as np
from PIL import Image

from portevoix.authoring.brand import BrandKit, Colours
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed, rgb

ABOVE, BELOW = 0.085, 0.24  # how much white, and how much black, the ground takes at its brightest and its darkest
STRENGTHS = (1.0, 0.75, 0.5, 0.25, 0.0)
SOURCE, WIDE, HIGH = 0.02, 0.95, 0.8  # where the light comes from, and how far it reaches, in parts of the frame
GRAIN = 0.5  # levels of 255, on both sides: steps of one level would show as rings; more would cost bytes
SEED = 16


def ground_image(kit: BrandKit, size: tuple[int, int]) -> Image.Image:
    """The kit's ground, opaque, `size` pixels wide and high: its colour, or lit where the kit asks for it."""
    colours = kit.colours
    if kit.cards.light == "none":
        return Image.new("RGBA", size, (*rgb(colours.ground), 255))
    bright, dark = lit_colours(colours)
    return _lit(rgb(bright), rgb(dark), size)


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


@functools.lru_cache(maxsize=8)
def _lit(bright: tuple[int, int, int], dark: tuple[int, int, int], size: tuple[int, int]) -> Image.Image:
    width, height = size
    across = np.abs(np.linspace(-1, 1, width))[None, :] / WIDE
    down = (np.linspace(0, 1, height)[:, None] - SOURCE) / HIGH
    light = np.exp(-(across**2 + down**2))[:, :, None]
    grain = np.random.default_rng(SEED).triangular(-GRAIN, 0, GRAIN, (height, width, 1))
    levels = np.asarray(dark) + (np.asarray(bright) - np.asarray(dark)) * light + grain
    opaque = np.full((height, width, 1), 255.0)
    return Image.fromarray(np.concatenate([levels, opaque], axis=2).round().clip(0, 255).astype(np.uint8), "RGBA")
