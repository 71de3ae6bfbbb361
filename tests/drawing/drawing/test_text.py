"""Which way a line of several scripts is read."""

import numpy as np
import pytest

from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import State
from portevoix.drawing.text import Line, Lit, direction_of
from portevoix.library import Library

RED = (255, 0, 0)


def middle_of(lit: Line) -> float:
    """Where the red letters of a line stand, in pixels from its left."""
    pixels = np.asarray(lit.image, dtype=np.int16)
    return float(np.nonzero((pixels[:, :, 0] > 200) & (pixels[:, :, 1] < 50) & (pixels[:, :, 3] > 200))[1].mean())


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("تابعوا @Aster_AR الآن", "@", "Aster_AR"),
        ("وسم #COP31 اليوم", "#", "COP31"),
        ("على https://example.org/ar/ الآن", "https", "/"),
        ("هاتف +33 1 99 00 هنا", "+33", "99"),
        ("حرارة 12 °C اليوم", "°", "C"),
        ("הטלפון +33 1 99 00 כאן", "+33", "99"),
    ],
)
def test_what_is_read_from_left_to_right_keeps_its_order_between_arabic_words(
    artist: Artist, library: Library, text: str, first: str, second: str
) -> None:
    language = library.languages["he" if "ה" in text else "ar"]
    style = artist.captions.style(language, Canvas.of_format("wide", draft=False).frame)
    places = ((text.index(first), len(first)), (text.rindex(second), len(second)))
    lit = (Lit(at, at + length, RED) for at, length in places)
    left, right = (middle_of(artist.captions.identity.type.line(text, style, light)) for light in lit)
    assert left < right


def test_a_line_without_arabic_letters_ends_where_its_cue_does(artist: Artist, library: Library) -> None:
    frame, language = Canvas.of_format("wide", draft=False).frame, library.languages["ar"]
    stop = len("Paris")
    for lines, left in ((("قالت الوزيرة", "Paris."), True), (("Paris.",), False)):
        style = artist.captions.style(language, frame)
        still, lit = (
            np.asarray(artist.captions.draw(State(lines, "lines", lit=place), language, frame).image, dtype=np.int16)
            for place in (None, (len(lines) - 1, stop, stop + 1))
        )
        where = np.nonzero(np.abs(still - lit).max(axis=2) > 64)[1].mean()
        assert (where < still.shape[1] / 2) == left
        assert direction_of(" ".join(lines), style.direction) == ("rtl" if left else "ltr")


@pytest.mark.parametrize(("code", "text"), [("zh-Hans", "好”。"), ("zh-Hant", "好」。"), ("ja", "（「好")])
def test_a_quotation_that_ends_before_a_stop_leaves_no_gap(
    artist: Artist, library: Library, code: str, text: str
) -> None:
    style = artist.captions.style(library.languages[code], Canvas.of_format("wide", draft=False).frame)
    assert artist.identity.type.advance(text, style) == pytest.approx(2.5 * style.size, abs=3)
