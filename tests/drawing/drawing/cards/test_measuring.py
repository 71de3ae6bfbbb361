"""What is only laid out covers the same of a frame as what is drawn, and costs no picture."""

from __future__ import annotations

import pytest

from portevoix.cli.sheets.brand import SPECIMENS, load_specimen
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.cards import draw_card, words_of
from portevoix.drawing.cards.sheet import Sheet
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.identity import Identity
from portevoix.library import ROOT, Library

FONTS = Fonts(ROOT / "fonts")
CARDS = list(dict.fromkeys(card for specimen in SPECIMENS for card in specimen.cards))


@pytest.mark.parametrize(("name", "code"), [("wide", "fr"), ("story", "ar")])
@pytest.mark.parametrize("kit", ["aster", "rivage"])
def test_what_is_only_laid_out_covers_what_is_drawn(library: Library, kit: str, name: str, code: str) -> None:
    found = library.kits[kit]
    identity = Identity(found.values, found.logos, FONTS)
    frame, (job, _) = Canvas.of_format(name, draft=False).frame, load_specimen(ROOT)
    assert len(CARDS) > 20
    for card in CARDS:
        laid_out, drawn = (
            draw_card(Sheet(identity, library.languages[code], frame, measured=m), card, words_of(card, job, code))
            for m in (True, False)
        )
        assert laid_out.covers == drawn.covers, card
        assert laid_out.image.size == (1, 1) or laid_out.covers is None, card
        assert laid_out.pieces == (), card
