"""Cards over the film's own pictures, where the kit asks for them: one for all languages, of what comes next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix.library import ROOT
from portevoix.plan.composition import GroundRange, PhotoRange
from portevoix.plan.model import Plan
from portevoix.produce import Selection, prepare
from portevoix.store import Store
from portevoix.timeline.pictures import GroundPicture

JOB = (
    "recipe: explainer\ntitle: {fr: Titre, ar: عنوان}\nformats: [square, story]\nlanguages: [fr, ar]\n"
    "points:\n  - {text: {fr: Un, ar: واحد}}\n  - {picture: a.png, text: {fr: Deux, ar: اثنان}}\n"
    "  - {text: {fr: Trois, ar: ثلاثة}}\n  - {picture: b.png, text: {fr: Quatre, ar: أربعة}}\n"
)


def planned(folder: Path, store: Store, kit: str = "aster", flat: bool = False) -> Plan:
    for number, name in enumerate("ab"):
        grey = np.zeros((90, 160), np.uint8) if flat else np.random.default_rng(number).integers(0, 255, (90, 160))
        Image.fromarray(grey.astype(np.uint8)).resize((1600, 900)).save(folder / f"{name}.png")
    (folder / "job.yaml").write_text(f"{JOB}kit: {kit}\n", "utf-8")
    return prepare(folder / "job.yaml", store, Selection(), house=ROOT / "examples" / "house")[-1]


def grounds(plan: Plan, format: str) -> list[GroundRange | None]:
    """What lies under each card, scene after scene."""
    scenes, found = plan.timeline.scenes, {}
    for batch in plan.batches:
        if batch.canvas.format == format and isinstance(scenes[batch.chunk.scene].picture, GroundPicture):
            assert batch.clean is None, "no encoder is started more"
            found[batch.chunk.scene] = batch.view.footage
    assert all(one is None or isinstance(one, GroundRange) for one in found.values())
    return [one if isinstance(one, GroundRange) else None for _, one in sorted(found.items())]


@pytest.mark.parametrize("format", ["square", "story"])
def test_each_card_stands_over_the_picture_that_comes_next_the_closing_one_over_the_last(
    store: Store, tmp_path: Path, format: str
) -> None:
    title, one, three, closing = grounds(planned(tmp_path, store), format)
    assert title and one and three and closing
    assert title.ground == one.ground != three.ground
    assert len({title.ground, three.ground, closing.ground}) == 3, "the last picture has moved until it ends"
    assert store.has(title.ground) and title.aside < 0.1 * 1080


def test_all_languages_share_it_and_no_card_draws_a_ground_over_it(store: Store, tmp_path: Path) -> None:
    plan = planned(tmp_path, store)
    for batch in plan.batches:
        if isinstance(batch.view.footage, GroundRange):
            assert {code for step in batch.branches for code in step.languages} == {"fr", "ar"}
            for overlay in (overlay for step in batch.branches for overlay in step.overlays):
                drawn = overlay.drawn
                whole = (drawn.width, drawn.height) == (batch.canvas.width, batch.canvas.height)
                with Image.open(store.path(drawn.key, ".png")) as image:
                    assert not whole or image.getchannel("A").getextrema()[0] == 0


def test_a_kit_that_does_not_ask_has_its_own_ground(store: Store, tmp_path: Path) -> None:
    assert grounds(planned(tmp_path, store, "rivage"), "square") == [None] * 4


def test_over_pictures_that_show_nothing_cards_stand_on_the_kits_ground(store: Store, tmp_path: Path) -> None:
    found = grounds(planned(tmp_path, store, flat=True), "square")
    assert len({one.ground for one in found if one}) == 1 and found[0] and found[0].ground.startswith("light")


def test_the_film_dissolves_into_the_picture_that_then_lies_behind(store: Store, tmp_path: Path) -> None:
    plan = planned(tmp_path, store)
    closing = grounds(plan, "square")[-1]
    batch = next(
        b for b in reversed(plan.batches) if isinstance(b.view.footage, PhotoRange) and b.canvas.height == 1080
    )
    shown = {overlay.drawn.key: overlay for step in batch.branches for overlay in step.overlays}
    assert closing and (ground := shown[f"{closing.ground}-rest"]).glide and ground.end == batch.chunk.frame_count


def test_what_a_store_has_lost_of_it_is_drawn_again(store: Store, tmp_path: Path) -> None:
    lost = grounds(planned(tmp_path, store), "square")[-1]
    assert lost
    for key in (lost.ground, f"{lost.ground}-rest"):
        store.delete(key)
        planned(tmp_path, store)
        assert store.has(key)
