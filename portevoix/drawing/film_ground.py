"""A picture of the film itself as the ground of cards: held, far out of focus, in the kit's colours.

Words on it stay readable whatever it shows: it lies between two luminances, from which all that is set on it
stands out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from portevoix.authoring.colours import LEAST_CONTRAST, LEAST_LOGO_CONTRAST, luminance, mixed, rgb
from portevoix.drawing.ground_field import GroundField, Levels, Size, is_kept, keep_field, way
from portevoix.drawing.identity import Identity
from portevoix.store import Store

VERSION = 1  # raise when it looks otherwise
WAY = (0.08, 0.05)  # how far it wanders aside and down, in parts of the frame: less than a light, since it has shapes
REDUCED = 4  # what has no edge is drawn at a quarter of its size, and enlarged in fractions of a level
BLUR = 0.045  # of the frame's longer side: what was a face is a patch
BRIGHTER, DARKER = 0.4, 0.4  # how much white, and how much black, the ground takes at most
STEPS = 40  # in which less of it is tried
LEAST_SPREAD = 0.4  # of grey, between what becomes the darkest and the brightest: a dull picture stays calm
FLAT = 0.04  # of grey: a picture of less, as after a fade to black, shows nothing
DARK, BRIGHT = 2, 98  # per cent of the pixels
COLOUR = 0.3  # what is left of the picture's own colours
SPARE = 1.08  # times the least contrast: what grain, rounding and an encoder may take
GREY = np.array([0.2126, 0.7152, 0.0722])

Region = tuple[float, float, float, float]  # left, top, right, bottom
Look = Callable[[], Image.Image | None]


def film_field(of: str, look: Look, region: Region, size: Size, made: tuple[Identity, Store]) -> GroundField | None:
    """The ground that the picture `of` that name makes under a frame of `size` pixels; None where it shows nothing.

    `look` reads it, once. `region`: what of it the field shows, in parts of it; beyond its edges it is mirrored.
    """
    identity, store = made
    limits, (aside, lower) = limits_on(identity), way(size, WAY)
    content = [VERSION, of, region, size, identity.kit.colours.ground, astuple(limits)]
    field = GroundField(f"film{hashlib.sha256(json.dumps(content).encode()).hexdigest()}", aside, lower)
    if store.has(field.key) and not store.facts(field.key).get("shows", True):
        return None
    if not is_kept(field, store):
        seen = look()
        if seen is None or _is_flat(seen):
            store.put(field.key, {}, {"shows": False})
            return None
        whole = size[0] + 2 * aside, size[1] + lower
        keep_field(field, size, ground_of(seen, region, (whole, max(size)), identity), store)
    return field


def ground_of(seen: Image.Image, region: Region, sizes: tuple[Size, int], identity: Identity) -> Levels:
    """The region of a picture as a ground, in levels of 255. `sizes`: its own width and height, and the longer side of
    the frame.
    """
    size, longest = sizes
    small = size[0] // REDUCED, size[1] // REDUCED
    blurred = _blurred(_levels(_part(seen, region, small)), BLUR * longest / REDUCED)
    found: Levels = _enlarged(_graded(blurred, identity.kit.colours.ground, limits_on(identity)), size) * 255
    return found


def _is_flat(seen: Image.Image) -> bool:
    low, high = np.percentile(_levels(seen) @ GREY, (DARK, BRIGHT))
    return bool(high - low < FLAT)


@dataclass(frozen=True)
class Limits:
    """The luminances between which a ground lies."""

    lowest: float
    highest: float


def limits_on(identity: Identity) -> Limits:
    """Between which words in the kit's colours keep 4.5:1 (WCAG 2, 1.4.3), its large figures and its logo 3:1."""
    colours = identity.kit.colours
    under = luminance(colours.ground)
    fronts = [(luminance(colour), LEAST_CONTRAST) for colour in (colours.on_ground, colours.muted)]
    fronts += [(tone, LEAST_LOGO_CONTRAST) for tone in (luminance(colours.accent_on_ground), identity.tone_on_ground)]
    above = [(tone + 0.05) / ratio / SPARE - 0.05 for tone, ratio in fronts if tone > under]
    below = [(tone + 0.05) * ratio * SPARE - 0.05 for tone, ratio in fronts if tone < under]
    return Limits(max([0.0, *below]), min([1.0, *above]))


def _part(seen: Image.Image, region: Region, size: Size) -> Image.Image:
    """The region of a picture, mirrored at its edges, in `size` pixels."""
    pixels = np.asarray(seen.convert("RGB"))
    height, width = pixels.shape[:2]
    padded = Image.fromarray(np.pad(pixels, ((height, height), (width, width), (0, 0)), "symmetric"))
    left, top, right, bottom = region
    box = (1 + left) * width, (1 + top) * height, (1 + right) * width, (1 + bottom) * height
    return padded.resize(size, Image.Resampling.BICUBIC, box)


def _enlarged(levels: Levels, size: Size) -> Levels:
    planes = (
        np.asarray(Image.fromarray(levels[:, :, n]).resize(size, Image.Resampling.BICUBIC))
        for n in range(levels.shape[2])
    )
    found: Levels = np.stack(list(planes), axis=2)
    return found


def _levels(picture: Image.Image) -> Levels:
    found: Levels = np.asarray(picture.convert("RGB")).astype(np.float32) / np.float32(255)
    return found


def _blurred(levels: Levels, sigma: float) -> Levels:
    """Out of focus, in fractions of a level: Pillow's blur has whole ones, which would show as rings."""
    reach = round(3 * sigma)
    kernel = np.exp(-((np.arange(-reach, reach + 1) / sigma) ** 2) / 2)
    kernel /= kernel.sum()
    blurred: npt.NDArray[np.float64] = levels.astype(np.float64)
    for axis in (0, 1):
        beyond = [(reach, reach) if n == axis else (0, 0) for n in range(3)]
        padded = np.pad(blurred, beyond, "symmetric")
        blurred = np.apply_along_axis(lambda line: np.convolve(line, kernel, "valid"), axis, padded)
    found: Levels = blurred.astype(np.float32)
    return found


def _graded(seen: Levels, ground: str, limits: Limits) -> Levels:
    """In the ground's colour, which is where the picture is neither bright nor dark, with some of its own."""
    dark, middle, bright = (
        np.array(rgb(colour)) / 255
        for colour in (_end("#000000", DARKER, ground, limits), ground, _end("#ffffff", BRIGHTER, ground, limits))
    )
    grey = (seen @ GREY)[:, :, None]
    low, high = np.percentile(grey, (DARK, BRIGHT))
    part = np.clip(0.5 + (grey - (low + high) / 2) / max(high - low, LEAST_SPREAD), 0, 1)
    toned = np.where(part < 0.5, dark + (middle - dark) * 2 * part, middle + (bright - middle) * (2 * part - 1))
    return _within(np.clip(toned + COLOUR * (seen - grey), 0, 1), limits)


def _end(towards: str, most: float, ground: str, limits: Limits) -> str:
    """The ground as far towards white or black as the limits allow."""
    for step in range(STEPS, 0, -1):
        end = mixed(towards, most * step / STEPS, ground)
        if limits.lowest <= luminance(end) <= limits.highest:
            return end
    return ground


def _within(levels: Levels, limits: Limits) -> Levels:
    """Each pixel at a luminance that it may have, mixed with black or white as much as that needs, in linear light."""
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    light = (linear @ GREY)[:, :, None]
    darker = linear * np.minimum(1, limits.highest / np.maximum(light, 1e-6))
    lack = np.clip((limits.lowest - light) / np.maximum(1 - light, 1e-6), 0, 1)
    linear = np.where(light > limits.highest, darker, linear + (1 - linear) * lack)
    levels = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    found: Levels = levels.astype(np.float32)
    return found
