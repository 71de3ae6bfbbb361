"""How dark and how bright the picture is where words will stand over it, and how strong a shade they need."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from portevoix.authoring.brand import SHADE
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed
from portevoix.drawing.canvas import Canvas
from portevoix.framing.greys import LOOKED_AT_PX
from portevoix.plan.faces import Box, FacesShown, PanePicture
from portevoix.plan.people import People

VERSION = 2  # raise when other levels are found
LOOKS_PER_S = Fraction(2)
DARK, BRIGHT = 2, 98  # per cent of the fields
LEAST_SHADE, STEP = 90, 26  # opacity of 255 of the faintest shade; how it grows
Levels = tuple[int, int]


def weakest_shade(picture: Image.Image, box: Box, fronts: tuple[str, ...], ground: str) -> int:
    """The opacity, of 255, of the `ground` under words in a `box` of one picture: no stronger than they need."""
    small = picture.convert("L")
    small.thumbnail((LOOKED_AT_PX, LOOKED_AT_PX))
    width, height = picture.size
    region = box[0] / width, box[1] / height, box[2] / width, box[3] / height
    fields = fields_under(np.asarray(small), region)
    return _weakest([(int(np.percentile(fields, DARK)), int(np.percentile(fields, BRIGHT)))], fronts, ground)


def shade_for(box: Box, fronts: tuple[str, ...], canvas: Canvas, span: tuple[int, int], shown: FacesShown) -> int:
    """The opacity, of 255, of the ground under words in `box` while they stand: no stronger than their contrast asks.

    `fronts`: the words' colours. `span`: the first frame and the one after the last. Every colour keeps 4.5:1 (WCAG 2)
    over the darkest and the brightest of what is seen there; the usual shade is the strongest.
    """
    found = list(_levels(box, canvas, span, shown))
    if not found:
        return SHADE
    return _weakest(found, fronts, shown.people.artist.ground)


def _weakest(found: list[Levels], fronts: tuple[str, ...], ground: str) -> int:
    greys = [f"#{level:02x}{level:02x}{level:02x}" for pair in found for level in pair]
    for opacity in range(LEAST_SHADE, SHADE, STEP):
        if all(contrast(f, mixed(ground, opacity / 255, grey)) >= LEAST_CONTRAST for f in fronts for grey in greys):
            return opacity
    return SHADE


def _levels(box: Box, canvas: Canvas, span: tuple[int, int], shown: FacesShown) -> Iterator[Levels]:
    for scene in shown.timeline.scenes:
        first, end = max(scene.first_frame, span[0]), min(scene.end_frame, span[1])
        if first >= end:
            continue
        for number, of_photo, looks in shown.looks(canvas, scene, first, end, LOOKS_PER_S):
            regions = [(second, region) for second, part in looks if (region := region_under(box, part))]
            if regions and (levels := _measured(shown.people, number, of_photo, regions)):
                yield levels


def region_under(box: Box, part: PanePicture) -> Box | None:
    """The part of a picture that lies under a box, in parts of the picture's width and height."""
    left, top = max(box[0], part.pane[0]), max(box[1], part.pane[1])
    right, bottom = min(box[2], part.pane[2]), min(box[3], part.pane[3])
    (width, height), (x, y) = part.scaled, part.shift
    edges = (left - x) / width, (top - y) / height, (right - x) / width, (bottom - y) / height
    kept = tuple(round(min(max(edge, 0.0), 1.0), 2) for edge in edges)
    return (kept[0], kept[1], kept[2], kept[3]) if kept[0] < kept[2] and kept[1] < kept[3] else None


def _measured(people: People, number: int, of_photo: bool, regions: list[tuple[Fraction, Box]]) -> Levels | None:
    """The levels; None where a film is too short to be looked at."""
    digest = people.order.photos[number].digest if of_photo else people.order.sources[number].digest
    content = f"{digest} {[(str(second), region) for second, region in regions]}"
    key = f"light-under{VERSION}-{hashlib.sha256(content.encode()).hexdigest()}"
    if not people.store.has(key):
        fields = [fields_under(grey, region) for grey, region in _greys(people, number, of_photo, regions)]
        whole = np.concatenate(fields) if fields else None
        found = [int(np.percentile(whole, share)) for share in (DARK, BRIGHT)] if whole is not None else []
        people.store.put(key, {}, {"levels": found})
    levels = people.store.facts(key)["levels"]
    return (levels[0], levels[1]) if levels else None


def _greys(
    people: People, number: int, of_photo: bool, regions: list[tuple[Fraction, Box]]
) -> Iterator[tuple[NDArray[np.uint8], Box]]:
    if of_photo:
        with Image.open(people.store.path(people.small_photo(number), ".png")) as image:
            grey = np.asarray(image.convert("L"))
        yield from ((grey, region) for _, region in regions)
        return
    for second, region in regions:
        shown = people.grey_picture(number, second)
        yield from ((grey, region) for grey in ([shown] if shown is not None else []))


def fields_under(grey: NDArray[np.uint8], region: Box) -> NDArray[np.uint8]:
    """The levels of grey in a part of a picture."""
    height, width = grey.shape
    left, top, right, bottom = region
    rows = slice(int(top * height), max(int(top * height) + 1, int(bottom * height)))
    columns = slice(int(left * width), max(int(left * width) + 1, int(right * width)))
    return grey[rows, columns].ravel()
