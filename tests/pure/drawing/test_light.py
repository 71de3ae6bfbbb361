"""A lit ground: words stay readable on it, no rings show, and it is the same for all languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.authoring.brand import BrandKit, Colours
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, rgb
from portevoix.drawing.light import ground_image, lit_colours
from portevoix.library import ROOT, Library
from portevoix.plan.composition import PhotoRange
from portevoix.produce import Selection, prepare
from portevoix.store import Store
from portevoix.timeline.pictures import GroundPicture

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
FRONTS = st.sampled_from(["#ffffff", "#000000", "#b9c6da", "#4a5d55", "#ff6b7f", "#a65a00"]) | COLOURS
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


@pytest.mark.parametrize(("kit", "lit"), [("aster", True), ("rivage", False)])
def test_light_starts_no_encoder_more_and_is_one_picture_for_all_languages(
    store: Store, tmp_path: Path, kit: str, lit: bool
) -> None:
    (tmp_path / "job.yaml").write_text(f"{JOB}kit: {kit}\n", "utf-8")
    *_, plan = prepare(tmp_path / "job.yaml", store, Selection(), house=ROOT / "examples" / "house")
    scenes = plan.timeline.scenes
    grounds = [batch for batch in plan.batches if isinstance(scenes[batch.chunk.scene].picture, GroundPicture)]
    assert grounds and all(batch.clean is None and len(batch.branches) == 2 for batch in grounds)
    pictures = {batch.view.footage.photo for batch in grounds if isinstance(batch.view.footage, PhotoRange)}
    assert len(pictures) == (1 if lit else 0)
