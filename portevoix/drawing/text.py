"""One line of text as pixels, set by Pango. pyvips draws words and writes drawings here alone; `sources/photo.py`
reads files with it.
"""

from __future__ import annotations

import functools
import html
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from portevoix.captions.holding import isolated
from portevoix.drawing.fonts import Fonts, is_seen
from portevoix.drawing.full_width import halved

DIRECTION_MARK = {"ltr": "\u200e", "rtl": "\u200f"}  # Pango takes the direction from the first strong letter
INK_SIZE = 16  # pixels, at which a letter is asked for its ink
LATIN_ENDS = "\u024f"
FENCE = "|"  # stands on both sides of a measured stretch, so that its spaces count
WIDEST_PX = 32_767  # a surface of Cairo; what is wider fits no frame
# What no markup may hold or Pango would end a line at: drawn as the space that it may stand for, else left out.
# A space that does not break is as wide as one that does, which not every font keeps to.
CONTROLS = {0xA0: " "} | {
    code: " " if chr(code).isspace() else None for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
}

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Style:
    """How a line is set: `size` in pixels, `weight` regular or bold. `language` chooses between forms of a letter."""

    families: tuple[str, ...]
    weight: str
    size: float
    colour: Colour
    direction: str
    language: str = ""


@dataclass(frozen=True)
class Lit:
    """The stretch of a line, `start` up to, not including, `end`, that has another colour."""

    start: int
    end: int
    colour: Colour


@dataclass(frozen=True)
class Line:
    """A drawn line. `left` and `top`: the ink's place from the line's origin and baseline, in pixels."""

    image: Image.Image
    left: int
    top: int

    @property
    def width(self) -> int:
        return self.image.width


class _TooWide(Exception):
    """A line that Cairo has no surface for."""


class Typesetter:
    """Draws and measures lines with the fonts of one folder."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.width = functools.lru_cache(maxsize=20_000)(self._width)
        self.advance = functools.lru_cache(maxsize=20_000)(self._advance)
        self._has_ink = functools.lru_cache(maxsize=50_000)(self._draws)

    def line(self, text: str, style: Style, lit: Lit | None = None) -> Line:
        """Draw one line. The baseline is the same whatever letters it holds, and no letter moves for being `lit`."""
        own_colours = self.fonts.in_colour(text, style.families, style.weight)
        image = _set(_marked_up(text, style, lit, coloured=lit is not None or own_colours), style)
        if image is None:
            return Line(Image.new("RGBA", (1, 1)), 0, 0)
        baseline = self.fonts.ascent(text, style.families, style.weight) * style.size
        pixels = Image.frombuffer("RGBA", (image.width, image.height), image.write_to_memory(), "raw", "RGBA", 0, 1)
        place = image.xoffset, round(image.yoffset - baseline)
        if own_colours or lit:
            return Line(pixels, *place)
        solid = Image.new("RGBA", pixels.size, (*style.colour, 255))
        solid.putalpha(pixels.getchannel("A"))
        return Line(solid, *place)

    def without_ink(self, text: str, families: tuple[str, ...], weight: str) -> list[str]:
        """Characters of which nothing is drawn although a font holds them: a font's table of letters promises more than
        its drawings hold. Each is drawn once; those of Latin alphabets are taken as they are.
        """
        asked = (c for c in dict.fromkeys(text) if c > LATIN_ENDS and is_seen(c) and unicodedata.category(c)[0] != "M")
        return [c for c in asked if not self._has_ink(c, families, weight)]

    def _draws(self, character: str, families: tuple[str, ...], weight: str) -> bool:
        drawn = self.line(character, Style(families, weight, INK_SIZE, (0, 0, 0), "ltr"))
        return drawn.image.getchannel("A").getbbox() is not None

    def _width(self, text: str, style: Style) -> int:
        try:
            image = _set(_marked_up(text, style), style) if text.strip() else None
        except _TooWide:
            return WIDEST_PX
        return int(image.width) if image else 0

    def _advance(self, text: str, style: Style) -> int:
        """Pixels from the start of `text` to the start of what would follow it, its spaces included."""
        return self.width(FENCE + text + FENCE, style) - self.width(FENCE + FENCE, style)


def write_png(image: Image.Image, file: Path) -> None:
    """Write an RGBA image. In a third of Pillow's time and as small: drawn letters gain nothing from a filter on each
    row.
    """
    import pyvips

    pixels = pyvips.Image.new_from_memory(image.tobytes(), image.width, image.height, len("RGBA"), "uchar")
    pixels.copy(interpretation="srgb").pngsave(str(file), compression=1, filter="none", keep="none")


def direction_of(text: str, direction: str) -> str:
    """How a text is read in a language of that `direction`: with no letter of a right-to-left script (a credit, a
    number) it keeps its own order.
    """
    return direction if any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text) else "ltr"


def _marked_up(text: str, style: Style, lit: Lit | None = None, coloured: bool = False) -> str:
    characters = [html.escape(c.translate(CONTROLS), quote=False) for c in isolated(text, style.direction)]
    for place in halved(text, style.language):
        characters[place] = f'<span font_features="halt">{characters[place]}</span>'

    def plain(start: int, end: int) -> str:
        return "".join(characters[start:end])

    if lit:
        words = plain(0, lit.start) + _coloured(plain(lit.start, lit.end), lit.colour) + plain(lit.end, len(text))
    else:
        words = plain(0, len(text))
    if coloured:
        words = _coloured(words, style.colour)
    return f'<span lang="{style.language}">{words}</span>' if style.language else words


def _coloured(words: str, colour: Colour) -> str:
    red, green, blue = colour
    return f'<span foreground="#{red:02x}{green:02x}{blue:02x}">{words}</span>'


def _set(markup: str, style: Style):  # type: ignore[no-untyped-def]
    """The line as pyvips draws it; None where it has no ink."""
    import pyvips  # here and above, since fontconfig must have been pointed at our folder before it loads

    weight = " Bold" if style.weight == "bold" else ""
    font = f"{','.join(style.families)}{weight} {style.size:g}"
    try:
        return pyvips.Image.text(DIRECTION_MARK[style.direction] + markup, font=font, dpi=72, rgba=True)
    except pyvips.Error as error:
        if "no text to render" in str(error):
            return None
        if "too big" in str(error):
            raise _TooWide from None
        raise
