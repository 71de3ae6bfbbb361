"""The mark of a part: small, inside the safe zone, clear of what else stands at the head of a picture."""

from __future__ import annotations

import itertools

import pytest

from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.cards import draw_card
from portevoix.drawing.cards.sheet import Sheet
from portevoix.drawing.frame import Drawing
from portevoix.library import Library
from portevoix.timeline.cards import Bug, Headline, PartMark, PictureSource

Box = tuple[int, int, int, int]


def _box(drawing: Drawing) -> Box:
    """Where it is more than a shadow."""
    left, top, right, bottom = drawing.image.getchannel("A").point(lambda a: 255 * (a > 150)).getbbox() or (0, 0, 0, 0)
    return left + drawing.x, top + drawing.y, right + drawing.x, bottom + drawing.y


def _gap(one: Box, other: Box) -> int:
    """Pixels between two boxes; negative where they overlap."""
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])


@pytest.mark.parametrize(("name", "code"), list(itertools.product(SIZES, ["fr", "ar", "fa"])))
def test_a_part_mark_is_clear_of_logo_headline_and_source(
    artist: Artist, library: Library, name: str, code: str
) -> None:
    frame, language = Canvas.of_format(name, draft=False).frame, library.languages[code]
    words = "Wasserstoffpartnerschaft Nordseeküstenländer"
    logo = _box(draw_card(Sheet(artist.identity, language, frame), Bug(), ()))
    headline = _box(draw_card(Sheet(artist.identity, language, frame), Headline(), (words,)))
    source = _box(draw_card(Sheet(artist.identity, language, frame), PictureSource(), (words, "")))
    for place, others in (("beside", [logo, source]), ("below", [logo, headline]), ("corner", [source])):
        for number, count in ((1, 3), (10, 12)):
            figures = language.figures(number), language.figures(count)
            mark = _box(draw_card(Sheet(artist.identity, language, frame), PartMark(*figures, place), ()))
            assert min(_gap(mark, other) for other in others) >= frame.unit * 0.8
            assert frame.zone[0] <= mark[0] and mark[2] <= frame.zone[2]
            assert frame.zone[1] <= mark[1] and mark[3] <= frame.zone[3]
            assert (mark[2] - mark[0] <= 18 * frame.unit) and (mark[3] - mark[1] <= 6 * frame.unit), "small"


def test_a_part_mark_is_mirrored_but_its_figures_are_not(artist: Artist, library: Library) -> None:
    frame = Canvas.of_format("story", draft=False).frame
    french, arabic = (
        draw_card(Sheet(artist.identity, library.languages[code], frame), PartMark("1", "3", "beside"), ())
        for code in ("fr", "ar")
    )
    assert french.image.tobytes() == arabic.image.tobytes()
    assert french.x + french.image.width == frame.width - arabic.x


def test_figures_are_the_languages_own(library: Library) -> None:
    assert [library.languages[code].figures(12) for code in ("fr", "ar", "fa")] == ["12", "12", "۱۲"]
