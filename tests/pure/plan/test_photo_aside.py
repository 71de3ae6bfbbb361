"""A photo that does not fill a wide frame stands aside, and its words stand beside it, in every language."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.library import ROOT
from portevoix.order import Order
from portevoix.plan.artists import artist_of
from portevoix.plan.composition import PhotoRange
from portevoix.plan.faces import share
from portevoix.plan.model import Plan
from portevoix.plan.photo_move import choose_move, mounted_box, stood_aside
from portevoix.plan.words_beside import photo_aside
from portevoix.produce import Selection, prepare
from portevoix.store import Store
from portevoix.timeline.cards import Opening, Point

FRAME = SIZES["wide"]
SMALL = {"square": (128, 128), "upright": (96, 160), "lying": (300, 120)}
SAID = {"fr": "Un bâtiment, c’est une promesse.", "ar": "المبنى وعد لمن سيأتون من بعدنا."}


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("photo", SMALL.values(), ids=SMALL)
def test_it_is_as_large_as_in_the_middle_and_as_far_from_its_edge_as_from_the_head(
    photo: tuple[int, int], mirrored: bool
) -> None:
    middle = choose_move(photo, FRAME, (0.5, 0.5), 1, Fraction(1)).end
    before, after = mounted_box(middle, FRAME), mounted_box(stood_aside(middle, FRAME, mirrored), FRAME)
    assert before and after and before[2:] == after[2:]
    left, top, width, height = after
    assert abs((left if mirrored else FRAME[0] - left - width) - top) <= 1 and abs(2 * top + height - FRAME[1]) <= 1


def planned(
    folder: Path,
    store: Store,
    *codes: str,
    formats: str = "wide, square",
    more: str = "",
    size: tuple[int, int] = (290, 442),
) -> tuple[Order, Artist, Plan]:
    Image.linear_gradient("L").resize(size).save(folder / "a.png")
    said, longer = (", ".join(f'{code}: "{SAID[code]}{words}"' for code in codes) for words in ("", more))
    (folder / "job.yaml").write_text(
        f"recipe: photo-story\ntitle: {{{said}}}\npoints: [{{picture: a.png, title: {{{said}}}, text: {{{longer}}}}}]\n"
        f"formats: [{formats}]\nlanguages: [{', '.join(codes)}]\nkit: aster\n",
        "utf-8",
    )
    library, order, _, plan = prepare(folder / "job.yaml", store, Selection(), house=ROOT / "examples" / "house")
    return order, artist_of(order, library, store), plan


@pytest.mark.parametrize("codes", [("fr", "ar"), ("ar", "fr")])
def test_title_and_point_leave_the_photo_free_in_every_language(
    store: Store, tmp_path: Path, codes: tuple[str, ...]
) -> None:
    order, artist, plan = planned(tmp_path, store, *codes)
    aside = photo_aside(order, artist, Canvas.of_format("wide", False), 0)
    assert aside
    left, _, width, _ = mounted_box(aside[0], FRAME) or (0, 0, 0, 0)
    assert (left > FRAME[0] / 2) == (codes[0] == "fr"), "where lines end in the job's first language"
    shown = {step: batch for batch in plan.batches for step in batch.steps}
    words = 0
    for step, batch in shown.items():
        dissolves = any(overlay.drawn.width == FRAME[0] for overlay in step.overlays)
        if batch.canvas.format != "wide" or not isinstance(batch.view.footage, PhotoRange) or dissolves:
            continue
        for overlay in step.overlays:
            box = overlay.drawn.box
            logo = box[2] - box[0] < 200 and box[1] < 150
            words += not logo
            apart = box[2] <= left + 1 or box[0] >= left + width - 1
            assert logo or apart, f"{box} runs over the photo"
    assert words > 4
    assert not [f for code in codes for f in plan.findings.get(code, ()) if "contrast" in f.message]


def test_it_stands_in_the_middle_where_words_find_no_room_beside_it(store: Store, tmp_path: Path) -> None:
    order, artist, _ = planned(tmp_path, store, "fr", formats="wide", more=" mot" * 50, size=(300, 120))
    assert photo_aside(order, artist, Canvas.of_format("wide", False), 0) is None
    assert not artist.faults


def test_other_formats_keep_it_above_its_words(store: Store, tmp_path: Path) -> None:
    order, artist, plan = planned(tmp_path, store, "fr")
    assert photo_aside(order, artist, Canvas.of_format("square", False), 0) is None
    cards = [timed.card for timed in plan.timeline.cards if isinstance(timed.card, Opening | Point)]
    assert len(cards) == 2 and all(card.pane is None for card in cards)


def test_an_upright_frames_title_stands_below_it(store: Store, tmp_path: Path) -> None:
    size, square = (300, 200), (1080, 1080)
    _, _, plan = planned(tmp_path, store, "fr", formats="square", size=size)
    window = choose_move(size, square, (0.5, 0.5), 1, Fraction(1)).end
    left, top, width, height = mounted_box(window, square) or (0, 0, 0, 0)
    first = next(batch for batch in plan.batches if isinstance(batch.view.footage, PhotoRange))
    boxes = [one.drawn.box for step in first.steps for one in step.overlays if one.drawn.box[1] > 150]
    photo = left, top, left + width, top + height
    assert boxes and max(share(box, photo) for box in boxes) < 0.3
