"""A shade is no stronger than the words over it need, whatever is seen under them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from portevoix.authoring.brand import SHADE
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed
from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan.faces import FacesShown
from portevoix.plan.light_under import LEAST_SHADE, STEP, shade_for
from portevoix.plan.people import People
from portevoix.plan.photo_move import choose_move, near_its_end
from portevoix.sources.photo import look_at_photo
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import PhotoPicture

WORDS = (100.0, 100.0, 900.0, 500.0)


def shown(library: Library, artist: Artist, folder: Path, left: int, right: int) -> FacesShown:
    """A photo whose halves have two levels of grey, for four seconds."""
    image = Image.new("RGB", (1920, 1080), (left, left, left))
    image.paste((right, right, right), (960, 0, 1920, 1080))
    image.save(folder / "a.png")
    job = Job.model_validate({"recipe": "photo-story", "languages": ["fr"], "points": [{"picture": "a.png"}]})
    languages = {"fr": library.languages["fr"]}
    recipe = library.recipes["photo-story"]
    photos = [look_at_photo(folder / "a.png")]
    order = Order(
        name="a",
        folder=folder,
        job=job,
        recipe=recipe,
        kit="aster",
        sources=[],
        photos=photos,
        scripts={},
        audiences=(),
        languages=languages,
        notes=(),
    )
    timeline = Timeline(Fraction(25), (Scene(0, 100, PhotoPicture(0, total=100)),), (), (), ())
    return FacesShown(People(order, artist, artist.store, False, []), timeline)


@pytest.mark.parametrize(("left", "right"), [(10, 250), (120, 0), (200, 0), (255, 0)])
def test_a_shade_is_as_strong_as_what_is_under_the_words_asks(
    library: Library, artist: Artist, tmp_path: Path, left: int, right: int
) -> None:
    colours, canvas = artist.kit.colours, Canvas.of_format("wide", draft=False)
    fronts = colours.on_ground, colours.muted
    found = shade_for(WORDS, fronts, canvas, (0, 100), shown(library, artist, tmp_path, left, right))

    def readable(opacity: int) -> bool:
        under = mixed(colours.ground, opacity / 255, f"#{left:02x}{left:02x}{left:02x}")
        return all(contrast(front, under) >= LEAST_CONTRAST for front in fronts)

    assert found == SHADE or readable(found)
    assert found == LEAST_SHADE or not readable(found - STEP)


def test_words_over_the_ground_alone_have_the_usual_shade(library: Library, artist: Artist, tmp_path: Path) -> None:
    faces = shown(library, artist, tmp_path, 0, 0)
    faces.timeline = replace(faces.timeline, scenes=(Scene(0, 100, PhotoPicture(0, total=100)),))
    assert shade_for(WORDS, ("#ffffff",), Canvas.of_format("wide", draft=False), (200, 300), faces) == SHADE


@pytest.mark.parametrize("shape", [(1080, 1920), (1080, 1080), (1920, 1080)])
def test_a_move_over_a_portrait_never_leaves_the_face(shape: tuple[int, int]) -> None:
    move = near_its_end(choose_move((4000, 3000), shape, (0.25, 0.4), 100, Fraction(25)))
    for frame in range(0, 100, 5):
        window = move.at(frame)
        assert window.x < 0.25 < window.x + window.width and window.y < 0.4 < window.y + window.height
