"""A lit ground: words stay readable on it, no rings show, and it is the same for all languages."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portevoix import ffmpeg
from portevoix.authoring.brand import BrandKit, Colours
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, rgb
from portevoix.drawing.ground_field import at_rest
from portevoix.drawing.light import ground_image, light_field, lit_colours
from portevoix.library import ROOT, Library
from portevoix.plan.composition import Encoding, Framing, GroundRange
from portevoix.plan.model import Plan
from portevoix.produce import Selection, prepare
from portevoix.render import picture
from portevoix.render.encoding import plain_options
from portevoix.store import Store
from portevoix.timeline.pictures import GroundPicture

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
FRONTS = st.sampled_from(["#ffffff", "#000000", "#b9c6da", "#4a5d55", "#ff6b7f", "#a65a00"]) | COLOURS
SIZE = 640, 360
JOB = (
    "recipe: explainer\ntitle: {fr: Titre, ar: عنوان}\npoints: [{text: {fr: Un point, ar: نقطة}}]\n"
    "formats: [square]\nlanguages: [fr, ar]\n"
)


def coloured(kit: BrandKit, **colours: str) -> Colours:
    return kit.colours.model_copy(update=colours)


@given(COLOURS, FRONTS, FRONTS, FRONTS)
def test_words_that_are_readable_on_the_ground_stay_so_where_it_is_brightest_and_darkest(
    library: Library, ground: str, on_ground: str, muted: str, accent: str
) -> None:
    fronts = (on_ground, muted, accent)
    colours = coloured(
        library.kits["aster"].values, ground=ground, on_ground=on_ground, muted=muted, accent_on_ground=accent
    )
    least = min(LEAST_CONTRAST, *(contrast(front, ground) for front in fronts))
    assert all(contrast(front, end) >= least for front in fronts for end in lit_colours(colours))


def test_it_is_the_same_from_both_sides_brighter_above_and_its_steps_are_broken_by_grain(library: Library) -> None:
    kit = library.kits["aster"].values
    levels = np.asarray(ground_image(kit, (640, 360)).convert("RGB")).astype(int)
    columns = levels.mean(axis=(0, 2))
    assert np.abs(columns - columns[::-1]).max() < 0.5
    rows = levels.mean(axis=(1, 2))
    assert rows[:20].mean() > rows[-20:].mean() + 8
    green = levels[:, :, 1]
    broken = [np.count_nonzero(np.diff(row)) for row in green]
    assert min(broken) > 3 * (green.max() - green.min()), "each step is many small ones"


def test_a_kit_without_light_has_its_colour_alone(library: Library) -> None:
    kit = library.kits["rivage"].values
    assert ground_image(kit, (16, 16)).getcolors() == [(256, (*rgb(kit.colours.ground), 255))]


def planned(kit: str, store: Store, folder: Path) -> Plan:
    (folder / "job.yaml").write_text(f"{JOB}kit: {kit}\n", "utf-8")
    *_, plan = prepare(folder / "job.yaml", store, Selection(), house=ROOT / "examples" / "house")
    return plan


@pytest.mark.parametrize(("kit", "lit"), [("aster", True), ("rivage", False)])
def test_light_starts_no_encoder_more_and_is_one_picture_for_all_languages(
    store: Store, tmp_path: Path, kit: str, lit: bool
) -> None:
    plan = planned(kit, store, tmp_path)
    scenes = plan.timeline.scenes
    grounds = [batch for batch in plan.batches if isinstance(scenes[batch.chunk.scene].picture, GroundPicture)]
    assert grounds and all(batch.clean is None and len(batch.branches) == 2 for batch in grounds)
    pictures = {batch.view.footage.ground for batch in grounds if isinstance(batch.view.footage, GroundRange)}
    assert len(pictures) == (1 if lit else 0)


def test_a_light_that_wanders_goes_on_from_one_card_to_the_next(store: Store, tmp_path: Path) -> None:
    plan = planned("aster", store, tmp_path)
    at = {batch.chunk.first_frame: batch.view.footage for batch in plan.batches}
    assert len({batch.chunk.scene for batch in plan.batches}) == 3  # title, point, closing card
    assert all(isinstance(light, GroundRange) and light.first == frame for frame, light in at.items())


def light_of(kit: BrandKit, store: Store) -> picture.MovingGround:
    field = light_field(kit, SIZE, store)
    return picture.MovingGround(store.path(field.key, ".png").resolve(), field.aside, field.lower, 500, 0)


def frames_of(ground: picture.MovingGround, folder: Path, encoded: bool) -> list[npt.NDArray[np.int16]]:
    """Sixteen pictures from a ground's quickest place on, as raw luma, before an encoder or after it."""
    stream = picture.composed(ground, Framing(*SIZE, "crop", (0.5, 0.5), "#000000"), Fraction(25))
    options = plain_options(Encoding(Fraction(25), 50)) if encoded else {"c:v": "rawvideo", "f": "nut"}
    output = picture.encoded(stream, "light", 16, options)
    ffmpeg.run(["-v", "error", *picture.arguments(output)], folder, 30, encodes=encoded)
    with av.open(str(folder / "light")) as made:
        return [frame.to_ndarray(format="yuv420p")[: SIZE[1]].astype(np.int16) for frame in made.decode(video=0)]


def smoothed(frame: npt.NDArray[np.int16], side: int = 40) -> npt.NDArray[np.float64]:
    height, width = frame.shape
    means: npt.NDArray[np.float64] = frame.reshape(height // side, side, width // side, side).mean(axis=(1, 3))
    return means


def test_a_light_that_wanders_begins_as_the_ground_of_a_still_and_moves_by_less_than_a_level(
    library: Library, store: Store, tmp_path: Path
) -> None:
    kit = library.kits["aster"].values
    frames = frames_of(light_of(kit, store), tmp_path, encoded=False)
    still = np.asarray(ground_image(kit, SIZE))[:, :, :3] @ np.array([0.2126, 0.7152, 0.0722]) * 219 / 255 + 16
    assert np.abs(smoothed(frames[0]) - smoothed(still)).max() < 0.5
    assert max(np.abs(smoothed(one) - smoothed(other)).max() for one, other in pairwise(frames)) < 0.5
    sides = [frame[:, :120].mean() - frame[:, -120:].mean() for frame in frames]
    assert all(later > before - 0.02 for before, later in pairwise(sides)) and sides[-1] > sides[0] + 0.5


def test_no_rings_of_one_level_are_left_by_the_encoder_where_light_wanders(
    library: Library, store: Store, tmp_path: Path
) -> None:
    for frame in frames_of(light_of(library.kits["aster"].values, store), tmp_path, encoded=True)[::5]:
        broken = [np.count_nonzero(np.diff(row)) for row in frame[: SIZE[1] // 2]]
        assert np.median(broken) > 3 * (frame.max() - frame.min())


def test_an_encoder_carries_the_grain_of_a_ground_on_from_frame_to_frame_so_that_no_streaks_are_left(
    library: Library, store: Store, tmp_path: Path
) -> None:
    ground = light_of(library.kits["aster"].values, store)
    made = frames_of(ground, tmp_path, encoded=True)
    with av.open(str(tmp_path / "light")) as film:
        first, *others = [packet.size for packet in film.demux(video=0) if packet.size]
    assert sum(others) < first, "what moves is found in the frame before"
    whole = frames_of(ground, tmp_path, encoded=False)
    apart = [np.abs(smoothed(one, 8) - smoothed(other, 8)).mean() for one, other in zip(made, whole, strict=True)]
    assert max(apart) < apart[0] + 0.01, "the last of them is as near to what was drawn as the first"


def test_what_a_film_dissolves_into_is_the_first_picture_of_its_ground(library: Library, store: Store) -> None:
    field = light_field(library.kits["aster"].values, SIZE, store)
    rest = at_rest(field, SIZE)
    with Image.open(store.path(field.key, ".png")) as whole, Image.open(store.path(rest.key, ".png")) as image:
        box = field.aside, field.lower, field.aside + SIZE[0], field.lower + SIZE[1]
        assert (image.size, whole.crop(box).tobytes()) == (SIZE, image.tobytes())
