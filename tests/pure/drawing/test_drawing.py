from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from set_lines import break_lines

from portevoix.authoring.colours import contrast
from portevoix.captions.lines import tidy
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.captions import State
from portevoix.drawing.cards import draw_card
from portevoix.drawing.cards.sheet import Sheet
from portevoix.drawing.fonts import OF_ANY_FONT
from portevoix.drawing.frame import MissingGlyph
from portevoix.drawing.text import Style
from portevoix.library import Library
from portevoix.timeline.cards import LowerThird


def test_chinese_breaks_between_words(library: Library) -> None:
    lines = break_lines("图书馆今天开放到很晚", library.languages["zh-Hans"], lambda t: len(t) * 10, 60, 3)
    assert lines and all(
        word not in "".join(a[-1] + b[0] for a, b in pairwise(lines)) for word in ("图书", "书馆", "今天", "开放")
    )


def test_a_line_does_not_end_with_an_article(library: Library) -> None:
    lines = break_lines(
        "Nous verrons demain la ministre du climat", library.languages["fr"], lambda t: len(t) * 10, 260, 2
    )
    assert lines == ["Nous verrons demain", "la ministre du climat"]


def test_french_punctuation_keeps_its_narrow_space(library: Library) -> None:
    assert tidy("Vraiment ? « Oui »", library.languages["fr"]) == "Vraiment\u202f? «\u202fOui\u202f»"


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.text("abcdéèà،ابتдежз中文字。,", min_size=1, max_size=12), min_size=1, max_size=14),
    code=st.sampled_from(["fr", "ar", "ru", "zh-Hans"]),
)
def test_breaking_loses_no_letter(library: Library, words: list[str], code: str) -> None:
    text = " ".join(words)
    lines = break_lines(text, library.languages[code], lambda t: len(t) * 10, 150, 30)
    if lines:
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(len(line) * 10 <= 150 for line in lines)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "Qui gêne-t-il ?"),
        ("ar", "UN تعلن (2026) خطة 24/7"),
        ("zh-Hans", "孤身的猎人，踏上旅程"),
        ("ru", "Одинокая охотница"),
    ],
)
def test_a_caption_stays_inside_the_safe_zone_on_one_bottom_line(
    artist: Artist, library: Library, name: str, code: str, text: str
) -> None:
    frame, language = Canvas.of_format(name, draft=False).frame, library.languages[code]
    for words in (text, text + "\n" + text):
        for lines in artist.captions.cues(words, language, frame):
            drawing = artist.captions.draw(State(tuple(line.text for line in lines), "lines"), language, frame)
            left, top, right, bottom = frame.zone
            assert left <= drawing.x and drawing.x + drawing.image.width <= right
            assert top <= drawing.y and drawing.y + drawing.image.height == bottom


UNSEEN = {f"x{mark}": f"U+{ord(mark):04X}" for mark in sorted(OF_ANY_FONT)}


@pytest.mark.parametrize("family", ["Inter", "Spectral", "Work Sans", "Public Sans"])
def test_the_baseline_is_the_same_whatever_the_letters_and_marks(artist: Artist, family: str) -> None:
    style = Style(artist.fonts.families([family], "Latn"), "bold", 64, (255, 255, 255), "ltr")
    x = artist.identity.type.line("x", style)

    def foot(text: str) -> int:
        """The foot of the `x` with which the text begins."""
        line = artist.identity.type.line(text, style)
        column = line.image.crop((0, 0, x.width, line.image.height)).getbbox()
        return line.top + (column[3] if column else 0)

    found = {other: foot(f"{other}x") for other in ("xم", "x中", "xÉ", *UNSEEN)}
    assert {UNSEEN.get(other, other): at for other, at in found.items() if abs(at - foot("x")) > 1} == {}


def test_the_speakers_name_stands_where_reading_starts(artist: Artist, library: Library) -> None:
    frame = Canvas.of_format("wide", draft=False).frame
    left = draw_card(Sheet(artist.identity, library.languages["fr"], frame), LowerThird("ada"), ("Ada", ""))
    right = draw_card(Sheet(artist.identity, library.languages["ar"], frame), LowerThird("ada"), ("أدا", ""))
    assert left.x == frame.zone[0]
    assert right.x + right.image.width == frame.zone[2]


def test_a_letter_that_no_font_holds_is_named(artist: Artist, library: Library) -> None:
    with pytest.raises(MissingGlyph, match=r"U\+13000"):
        artist.captions.cues(
            "Un hiéroglyphe \U00013000", library.languages["fr"], Canvas.of_format("wide", False).frame
        )


@pytest.mark.parametrize(("text", "named"), [("بسم \ufdfd", r"U\+FDFD"), ("가\u3164나", r"U\+3164"), ("ﷺ 가 的 é", "")])
def test_a_letter_of_which_nothing_is_drawn_is_named(artist: Artist, library: Library, text: str, named: str) -> None:
    style = artist.identity.style(library.languages["ko"], "text", 40, "#000000")
    if named:
        with pytest.raises(MissingGlyph, match=f"nothing is drawn of .*{named}"):
            artist.identity.check(text, style)
    else:
        artist.identity.check(text, style)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
