"""Any text that a translator may paste, in every script that the fonts hold: set, drawn, and nothing lost or outside.

Some hundreds of texts in the suite, always the same ones; PORTEVOIX_LONG=1 tries thousands of new ones.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from portevoix.authoring.caption_style import Look
from portevoix.authoring.language import Language
from portevoix.captions.breaks import words_of
from portevoix.captions.lines import SetLine, flattened, tidy
from portevoix.captions.sense import SOFT_HYPHEN
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.captions import State
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Drawing, Frame, MissingGlyph, TextTooLong
from portevoix.drawing.text import Lit
from portevoix.library import ROOT, Library, load_library
from portevoix.plan.cue_states import FADE_STEPS, POP_STEPS, place_in
from portevoix.store import FolderStore

LONG = bool(os.environ.get("PORTEVOIX_LONG"))
LANGUAGES = load_library().languages
SEEN = 64  # of 255: runs of two colours add where their letters meet, and that is less
LOOKS: tuple[Look, ...] = ("lines", "block", "outline", "shadow")
# Marks of direction, joiners, spaces of every width, selectors: what is in a text and is not seen.
UNSEEN = [
    "\u200e",
    "\u200f",
    "\u061c",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u00a0",
    "\u202f",
    "\u2009",
    "\u3000",
    "\ufe0e",
    "\ufe0f",
    "\u034f",
    "\u0000",
    "\u0007",
    "\u001b",
    "\u0085",
    "\u2028",
    "\u2029",
    "\t",
    "\r",
    "\u000b",
    "\u000c",
]
EMOJI = ["👩🏽‍🚀", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇫🇷", "🇫", "1️⃣", "❤️", "❤", "☎️", "👍🏿", "🏿", "🈁", "⌚", "👩‍", "‍🚀"]
HARD = [
    "https://example.org/a?b=c&d#e",
    "@Aster_AR",
    "#COP31",
    "+33 1 99 00",
    "3,5 km",
    "« Oui »",
    "<b>&amp;",
    "%s {0}",
    "Z" + "\u0301\u0308\u0323" * 9,
    "Z\u0301\u0301\u0301\u0301\u0301",
    "ب\u08d9\u08d9\u08d9\u08d9\u08d9",
    "ฐ\u0e49\u0e49\u0e49\u0e49\u0e49",
    "क्ष्म्य्र",
    "שָּֽׁ֑",
    "ﷺ",
    "ᄀᆞᆫ",
    "Ꭰ",  # in none of the fonts
]


def times(examples: int) -> settings:
    """How many texts a test tries; with PORTEVOIX_LONG twenty times as many, other ones each time."""
    return settings(
        max_examples=examples * 20 if LONG else examples,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
    )


FONTS = Fonts(ROOT / "fonts")
LETTERS = {
    family: [chr(code) for code in sorted(face.characters) if not 0xD800 <= code < 0xE000]
    for (family, weight), face in FONTS.faces.items()
    if weight == "bold"
}


def text_in(language: Language) -> st.SearchStrategy[str]:
    """Words of the language's own letters, between them words of other scripts, signs, emoji, unseen characters."""
    families = FONTS.families(["Inter"], language.script)
    own = st.text(st.sampled_from(LETTERS[families[0]]), min_size=1, max_size=9)
    others = st.sampled_from(families).flatmap(lambda family: st.text(st.sampled_from(LETTERS[family]), max_size=6))
    real = st.sampled_from(language.sample.split() + HARD + EMOJI)
    word = st.one_of(own, real, real, others, st.sampled_from(UNSEEN))
    space = st.sampled_from(["", " ", " ", " ", "\n"])
    return st.lists(st.tuples(word, space), min_size=1, max_size=16).map(lambda words: "".join(w + s for w, s in words))


CASES = st.sampled_from(list(LANGUAGES)).flatmap(lambda code: st.tuples(text_in(LANGUAGES[code]), st.just(code)))
CANVASES = st.builds(Canvas.of_format, st.sampled_from(list(SIZES)), st.booleans())


@pytest.fixture(scope="module")
def artist(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Artist:
    return Artist(library, "aster", FolderStore(tmp_path_factory.mktemp("any") / "store"))


def shown(text: str) -> str:
    return text.replace(SOFT_HYPHEN, "").strip()


def ink_that_moved(one: Image.Image, other: Image.Image) -> float:
    """The share of the pixels that letters cover in one drawing of a line and not in the other."""
    alphas = [np.asarray(image.getchannel("A"), dtype=np.int16) for image in (one, other)]
    return float((np.abs(alphas[0] - alphas[1]) > SEEN).sum() / max(1, (alphas[0] > SEEN).sum()))


def middle(drawing: Drawing) -> tuple[float, float]:
    return drawing.x + drawing.image.width / 2, drawing.y + drawing.image.height / 2


def set_in(artist: Artist, case: tuple[str, str], frame: Frame) -> tuple[str, list[list[SetLine]], Language]:
    """The text in one line, its cues (none where it is refused by name) and its language."""
    text, language = case[0], LANGUAGES[case[1]]
    flat, _ = flattened(tidy(text, language), language)
    try:
        return flat, artist.captions.cues(text, language, frame), language
    except (TextTooLong, MissingGlyph):
        return flat, [], language


@times(300)
@given(case=CASES, canvas=CANVASES)
def test_any_text_is_refused_by_name_or_set_with_no_letter_lost_or_doubled(
    artist: Artist, case: tuple[str, str], canvas: Canvas
) -> None:
    flat, cues, language = set_in(artist, case, canvas.frame)
    lines = [line for cue in cues for line in cue]
    assert not lines or [0, *(line.end for line in lines)] == [*(line.start for line in lines), len(flat)]
    style, limit = artist.captions.style(language, canvas.frame), artist.captions.limit(canvas.frame)
    for line in lines:
        parted = line.end < len(flat) and not flat[line.end].isspace()
        assert line.text in (shown(flat[line.start : line.end]), shown(flat[line.start : line.end]) + "-" * parted)
        assert artist.captions.identity.type.width(line.text, style) <= limit


@times(200)
@given(case=CASES, canvas=CANVASES)
def test_what_lights_up_is_the_word_that_is_spoken(artist: Artist, case: tuple[str, str], canvas: Canvas) -> None:
    flat, cues, language = set_in(artist, case, canvas.frame)
    for lines in cues:
        for start, end in words_of(flat, language):
            if lines[0].start <= start < lines[-1].end:
                place = place_in(flat, lines, start, end)
                assert place is not None
                line = lines[place[0]]
                assert shown(line.text[place[1] : place[2]]) == shown(flat[start : min(end, line.end)])


@times(60)
@given(case=CASES, canvas=CANVASES, look=st.sampled_from(LOOKS), top=st.booleans())
def test_any_caption_lies_in_the_frame_and_its_box_in_the_zone(
    artist: Artist, case: tuple[str, str], canvas: Canvas, look: Look, top: bool
) -> None:
    _, cues, language = set_in(artist, case, canvas.frame)
    for lines in cues:
        state = State(tuple(line.text for line in lines), look, top=top)
        drawing = artist.captions.draw(state, language, canvas.frame)
        right, foot = drawing.x + drawing.image.width, drawing.y + drawing.image.height
        assert drawing.x >= 0 and right <= canvas.frame.width
        assert drawing.y >= 0 and foot <= canvas.frame.height
        if look in ("lines", "block"):
            assert canvas.frame.zone[0] <= drawing.x and right <= canvas.frame.zone[2]
        kept = artist.caption(state, language, canvas, "here")
        assert kept.x >= 0 and kept.x + kept.width <= canvas.width
        assert kept.y >= 0 and kept.y + kept.height <= canvas.height


@times(60)
@given(case=CASES, canvas=CANVASES)
def test_letters_keep_their_place_while_a_cue_comes_and_goes_and_its_words_light_up(
    artist: Artist, case: tuple[str, str], canvas: Canvas
) -> None:
    _, cues, language = set_in(artist, case, canvas.frame)
    setter, style = artist.captions.identity.type, artist.captions.style(language, canvas.frame)
    for lines in cues:
        state = State(tuple(line.text for line in lines), "outline")
        still = artist.captions.draw(state, language, canvas.frame)
        for alpha in FADE_STEPS:
            faint = artist.captions.draw(replace(state, alpha=alpha), language, canvas.frame)
            assert (faint.x, faint.y, faint.image.size) == (still.x, still.y, still.image.size)
        for alpha, scale in POP_STEPS:
            pop = artist.captions.draw(replace(state, alpha=alpha, scale=scale), language, canvas.frame)
            for one, other in zip(middle(pop), middle(still), strict=True):
                assert abs(one - other) <= 0.5
        for number, line in enumerate(lines):
            plain = setter.line(line.text, style)
            for start, end in words_of(line.text, language)[:3]:
                lit = artist.captions.draw(replace(state, lit=(number, start, end)), language, canvas.frame)
                assert (lit.x, lit.y, lit.image.size) == (still.x, still.y, still.image.size)
                assert (
                    ink_that_moved(plain.image, setter.line(line.text, style, Lit(start, end, (255, 0, 0))).image)
                    <= 0.01
                )
