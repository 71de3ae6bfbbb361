"""A contact sheet: every cue as it will look, with its number, time and reading speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from PIL import Image, ImageOps

from portevoix.authoring.colours import rgb
from portevoix.authoring.language import Language
from portevoix.captions.cue import Cue
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import State
from portevoix.drawing.text import Style
from portevoix.framing.pictures import Stretch, pictures
from portevoix.sources.bars import picture_area
from portevoix.sources.probe import Source
from portevoix.store import Store
from portevoix.timing import clock

COLUMNS = {"wide": 3, "square": 4, "portrait": 5, "story": 6}
ROWS = {"wide": 5, "square": 4, "portrait": 3, "story": 3}
PAGE_WIDTH, MARGIN, HEAD = 2000, 32, 44  # pixels
PAPER, INK, FAST = "#F4F5F7", "#10182A", "#B3001B"


def contact_sheets(
    cues: Sequence[Cue], language: Language, canvas: Canvas, artist: Artist, source: Source | None
) -> Iterator[Image.Image]:
    """Pages with a cell for each cue as it is shown; over the source's own picture where there is one.

    Raises InvalidInput, with all of them, for cues that cannot be set.
    """
    cells: list[tuple[Cue, int, int, tuple[str, ...]]] = []
    for cue in cues:
        shown = artist.cues(cue.text, language, canvas, f"cue at {clock(cue.start_s)}")
        cells += [(cue, n, len(shown), tuple(line.text for line in lines)) for n, lines in enumerate(shown, 1)]
    artist.raise_faults()
    columns, rows = COLUMNS[canvas.format], ROWS[canvas.format]
    width = (PAGE_WIDTH - MARGIN * (columns + 1)) // columns
    height = width * canvas.frame.height // canvas.frame.width
    numbers = {id(cue): number for number, cue in enumerate(cues, 1)}
    for first in range(0, len(cells), columns * rows):
        here = cells[first : first + columns * rows]
        used = -(-len(here) // columns)
        page = Image.new("RGB", (PAGE_WIDTH, MARGIN + used * (height + HEAD + MARGIN)), PAPER)
        for place, (cue, number, count, lines) in enumerate(here):
            x = MARGIN + place % columns * (width + MARGIN)
            y = MARGIN + place // columns * (height + HEAD + MARGIN)
            picture = _picture(cue, Fraction(2 * number - 1, 2 * count), source, canvas, artist.store)
            state = State(lines, artist.kit.captions.look, top=artist.kit.captions_edge(canvas.frame.name) == "top")
            drawing = artist.captions.draw(state, language, canvas.frame)
            picture.paste(drawing.image, (drawing.x, drawing.y), drawing.image)
            page.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (x, y + HEAD))
            speed = language.length(cue.text) / float(cue.end_s - cue.start_s)
            mark = f"·{number}" if count > 1 else ""
            words = f"{numbers[id(cue)]}{mark}   {clock(cue.start_s)[3:]}   {speed:.0f}/s"
            label(page, words, x, y, artist, FAST if speed > language.reading_speed_cps else INK)
        yield page


def label(page: Image.Image, text: str, x: int, y: int, artist: Artist, colour: str) -> None:
    """Write a cell's heading over its picture, whose upper left corner lies HEAD below x, y."""
    identity = artist.identity
    families = identity.fonts.families(list(identity.kit.fonts.text.values()), "Latn")
    line = identity.type.line(text, Style(families, "bold", 24, rgb(colour), "ltr"))
    page.paste(line.image, (x, y + 30 + line.top), line.image)


def _picture(cue: Cue, share: Fraction, source: Source | None, canvas: Canvas, store: Store) -> Image.Image:
    size = (canvas.frame.width, canvas.frame.height)
    if source is None:
        # From light to dark: captions must hold on both.
        ramp = Image.linear_gradient("L").resize(size).point(lambda v: 60 + v * 150 // 255)
        return Image.merge("RGB", (ramp, ramp, ramp))
    second = cue.start_s + (cue.end_s - cue.start_s) * share
    at_s = max(Fraction(0), min(second, source.duration_s - 1 / source.fps))
    shown = Stretch(source, at_s, at_s + 1 / source.fps, picture_area(source, store))
    longest_px = ceil(max(shown.size) * max(wanted / has for wanted, has in zip(size, shown.size, strict=True)))
    picture = next(picture for _, picture in pictures(shown, source.fps, longest_px, "rgb24", store))
    return ImageOps.fit(Image.fromarray(picture), size)
