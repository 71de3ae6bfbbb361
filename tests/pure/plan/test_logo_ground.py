"""The logo is seen on what is under it, and is the same all through a programme."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan.faces import FacesShown
from portevoix.plan.logo_ground import logo_of
from portevoix.plan.overlays import overlays_of
from portevoix.plan.people import People
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.sources.photo import look_at_photo
from portevoix.timeline.cards import Bug, Opening
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import PhotoPicture

DARK, WHITE, GREY = (np.full((540, 960), level, np.uint8) for level in (20, 255, 110))
STRIPES = np.tile(np.repeat(np.array([0, 255], np.uint8), 30), (540, 16))


def context_of(library: Library, artist: Artist, folder: Path, *photos: np.ndarray, code: str = "fr") -> OverlayContext:
    for number, levels in enumerate(photos):
        Image.fromarray(levels).convert("RGB").save(folder / f"{number}.png")
    points = [{"picture": f"{number}.png", "text": {code: "Un mot"}} for number in range(len(photos))]
    asked = {"recipe": "photo-story", "languages": [code], "title": {code: "Un titre"}}
    order = Order(
        name="a",
        folder=folder,
        job=Job.model_validate({**asked, "points": points}),
        recipe=library.recipes["photo-story"],
        kit=artist.kit.name,
        sources=[],
        photos=[look_at_photo(folder / f"{number}.png") for number in range(len(photos))],
        scripts={},
        audiences=(),
        languages={code: library.languages[code]},
        notes=(),
    )
    scenes = tuple(Scene(100 * number, 100, PhotoPicture(number, total=100)) for number in range(len(photos)))
    timeline = Timeline(Fraction(25), scenes, (), (), ())
    faces = FacesShown(People(order, artist, artist.store, False, []), timeline)
    return OverlayContext(Variant(code, False), Canvas.of_format("wide", False), order, timeline, (), artist, faces)


def only_light(artist: Artist) -> None:
    """The artist's kit without the dark variant of its logo."""
    artist.identity.logos = {name: file for name, file in artist.identity.logos.items() if name != "dark"}


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_light_logo_gives_way_on_a_white_sky_and_stays_on_all_else(
    library: Library, artist: Artist, tmp_path: Path, code: str
) -> None:
    for photo, ground in ((DARK, ""), (GREY, ""), (WHITE, "other"), (STRIPES, "plate")):
        assert logo_of(context_of(library, artist, tmp_path, photo, code=code)) == Bug(ground)
    only_light(artist)
    assert logo_of(context_of(library, artist, tmp_path, WHITE, code=code)) == Bug("plate")


def test_one_logo_stands_through_the_whole_programme(library: Library, artist: Artist, tmp_path: Path) -> None:
    both = context_of(library, artist, tmp_path, DARK, WHITE)
    assert logo_of(both) == Bug("plate"), "neither variant is seen on both"
    assert {x.card for x in overlays_of(both) if isinstance(x.card, Bug)} == {Bug("plate")}
    seldom = context_of(library, artist, tmp_path, *[DARK] * 6, WHITE)
    assert logo_of(seldom) == Bug(), "a single bright shot changes nothing"


def test_the_shade_of_a_title_counts_with_the_picture_under_it(
    library: Library, artist: Artist, tmp_path: Path
) -> None:
    context = context_of(library, artist, tmp_path, WHITE)
    shade = Opening("head")

    def under(first: int, end: int) -> Bug:
        return logo_of(context, [Overlay(first, end, context.card(shade), shade)])

    assert under(0, 0) == Bug("other"), "a dark logo on a white sky"
    assert under(0, 100) == Bug(), "a light one on the dark shade"
    assert under(0, 50) == Bug("plate"), "neither where each would be lost for half of the time"


def test_on_a_plate_or_in_its_other_variant_the_logo_stays_where_it_was(
    library: Library, artist: Artist, tmp_path: Path
) -> None:
    context = context_of(library, artist, tmp_path, DARK)
    boxes = [context.card(Bug(ground)).box for ground in ("", "other", "plate")]
    middles = {((box[0] + box[2]) // 2 // 4, (box[1] + box[3]) // 2 // 4) for box in boxes}
    assert len(middles) == 1
    keys = {context.card(Bug(ground)).key for ground in ("", "other", "plate")}
    assert len(keys) == 3
