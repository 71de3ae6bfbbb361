"""A picture as the ground of cards: words on it can be read whatever it shows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portevoix.authoring.colours import LEAST_CONTRAST, LEAST_LOGO_CONTRAST, luminance, luminance_contrast
from portevoix.drawing.artist import Artist
from portevoix.drawing.film_ground import Region, film_field
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.identity import Identity
from portevoix.library import ROOT, Library
from portevoix.store import Store

SIZE = 160, 90
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
FIELDS = st.lists(st.lists(st.integers(0, 255), min_size=3, max_size=3), min_size=12, max_size=12)


def drawn(seen: Image.Image, artist: Artist, region: Region = WHOLE) -> npt.NDArray[np.uint8] | None:
    field = film_field(f"{hash(seen.tobytes())}", lambda: seen, region, SIZE, (artist.identity, artist.store))
    if field is None:
        return None
    with Image.open(artist.store.path(field.key, ".png")) as image:
        return np.asarray(image.convert("RGB"))


def luminances(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    parts = pixels / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    found: npt.NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return found


def least_contrast(tone: float, darkest: float, brightest: float) -> float:
    return min(luminance_contrast(tone, darkest), luminance_contrast(tone, brightest))


@pytest.mark.parametrize("kit", ["aster", "rivage"])
@given(fields=FIELDS)
@settings(max_examples=25)
def test_all_that_is_set_on_it_stands_out_whatever_the_picture_shows(
    library: Library, planned_store: Store, kit: str, fields: list[list[int]]
) -> None:
    seen = Image.fromarray(np.array(fields, np.uint8).reshape(3, 4, 3))
    artist = Artist(library, kit, planned_store)
    pixels, colours = drawn(seen, artist), artist.kit.colours
    if pixels is None:  # of one grey
        return
    under = float(luminances(pixels).min()), float(luminances(pixels).max())
    for colour, least in (
        (colours.on_ground, LEAST_CONTRAST),
        (colours.muted, LEAST_CONTRAST),
        (colours.accent_on_ground, LEAST_LOGO_CONTRAST),
    ):
        assert least_contrast(luminance(colour), *under) >= least
    assert least_contrast(artist.identity.tone_on_ground, *under) >= LEAST_LOGO_CONTRAST


def test_what_was_bright_is_brighter_than_the_ground_and_no_edge_is_left(artist: Artist) -> None:
    seen = Image.new("RGB", (160, 90), "#000000")
    seen.paste("#ffffff", (80, 0, 160, 90))
    pixels = drawn(seen, artist)
    assert pixels is not None
    row = pixels[45].astype(int).sum(axis=1)
    assert row[:20].mean() < sum(int(artist.ground[n : n + 2], 16) for n in (1, 3, 5)) < row[-20:].mean()
    assert np.abs(np.diff(row)).max() < (row.max() - row.min()) / 8


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#345678"])
def test_a_picture_that_shows_nothing_is_none(artist: Artist, colour: str) -> None:
    assert drawn(Image.new("RGB", (64, 36), colour), artist) is None


def test_a_region_beyond_the_picture_is_mirrored(artist: Artist) -> None:
    seen = Image.linear_gradient("L").convert("RGB")
    beyond, inside = drawn(seen, artist, (0, -0.5, 1, 0)), drawn(seen, artist, (0, 0, 1, 0.5))
    assert beyond is not None and inside is not None
    assert np.abs(beyond[::-1].astype(int) - inside).mean() < 3


def test_a_logo_of_one_colour_counts_in_the_colour_that_it_has_on_the_ground(library: Library) -> None:
    found = library.kits["aster"]
    logos = {"monochrome": found.logos["monochrome"]}
    identity = Identity(found.values, logos, Fonts(ROOT / "fonts"))
    assert identity.tone_on_ground == luminance(found.values.colours.on_ground)
