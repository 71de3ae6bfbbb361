"""Every card in every format and both directions looks as it was approved, within a tolerance.

Where a change is meant: `PORTEVOIX_RENEW=1 .venv/bin/pytest tests/drawing/drawing/cards/test_golden_pictures.py`,
then look at what `git diff --stat tests/golden/cards` names before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix.authoring.colours import rgb
from portevoix.cli.sheets.brand import SPECIMENS, cell, load_specimen
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.identity import Identity
from portevoix.library import ROOT, Library

GOLDEN = ROOT / "tests" / "golden" / "cards"
REDUCED = 3  # to a third of the size
COLUMNS = 5
FIELD = (
    8  # pixels of the reduced picture that are compared as one: a letter's edge may fall otherwise on another machine
)
# levels of 255 by which a field may differ: a card that moves by 1 pixel of the frame makes 6 to 10, by 3 at least 16
MOST = 12.0
RENEW = bool(os.environ.get("PORTEVOIX_RENEW"))
FONTS = Fonts(ROOT / "fonts")


@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("kit", ["aster", "rivage"])
def test_every_card_looks_as_it_was_approved(library: Library, kit: str, name: str, code: str) -> None:
    found = library.kits[kit]
    identity = Identity(found.values, found.logos, FONTS)
    frame, (job, _) = Canvas.of_format(name, draft=False).frame, load_specimen(ROOT)
    picture = Image.new("RGB", (frame.width, frame.height), "#8A8A8A")
    ground = Image.new("RGB", picture.size, rgb(identity.kit.colours.ground))
    size = (frame.width // REDUCED, frame.height // REDUCED)
    drawn = [
        cell(s, identity, job, library.languages[code], frame, picture if s.over_picture else ground).resize(
            size, Image.Resampling.BOX
        )
        for s in SPECIMENS
    ]
    file = GOLDEN / f"{kit}-{name}-{code}.webp"
    if RENEW:
        _keep(drawn, size, file)
    with Image.open(file) as kept:
        approved = kept.convert("RGB")
    different = []
    for number, (specimen, image) in enumerate(zip(SPECIMENS, drawn, strict=True)):
        x, y = _place(number, size)
        place = _differs(image, approved.crop((x, y, x + size[0], y + size[1])))
        if place:
            different.append(f"{specimen.label}: {place}")
    assert not different, f"{file.relative_to(ROOT)} shows otherwise:\n" + "\n".join(different)


def test_a_picture_that_changed_a_little_is_noticed_and_told_where() -> None:
    before = Image.new("RGB", (120, 80), "white")
    after = before.copy()
    after.paste((120, 120, 120), (60, 32, 68, 36))
    assert _differs(before, before) == ""
    assert _differs(before, after) == "from (168, 96) to (216, 120) of the frame, by up to 34 levels of 255"


def _place(number: int, size: tuple[int, int]) -> tuple[int, int]:
    return number % COLUMNS * size[0], number // COLUMNS * size[1]


def _keep(drawn: list[Image.Image], size: tuple[int, int], file: Path) -> None:
    sheet = Image.new("RGB", (COLUMNS * size[0], -(-len(drawn) // COLUMNS) * size[1]))
    for number, image in enumerate(drawn):
        sheet.paste(image, _place(number, size))
    file.parent.mkdir(exist_ok=True)
    sheet.save(file, lossless=True, method=6)


def _differs(one: Image.Image, other: Image.Image) -> str:
    """Where two pictures differ, in pixels of the frame, and by how much; nothing where they agree."""
    width, height = one.width // FIELD * FIELD, one.height // FIELD * FIELD
    fields = [
        np.asarray(image, dtype=np.float32)[:height, :width]
        .reshape(height // FIELD, FIELD, width // FIELD, FIELD, 3)
        .mean((1, 3))
        for image in (one, other)
    ]
    apart = np.abs(fields[0] - fields[1]).max(axis=2)
    rows, columns = np.nonzero(apart > MOST)
    if not len(rows):
        return ""
    scale = FIELD * REDUCED
    left, top, right, bottom = (v * scale for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return f"from ({left}, {top}) to ({right}, {bottom}) of the frame, by up to {apart.max():.0f} levels of 255"
