"""One line of text as pixels, set by Pango. The one module through which pyvips is used."""

from __future__ import annotations

import functools
import html
import unicodedata
from dataclasses import dataclass

from PIL import Image

from portevoix.drawing.fonts import Fonts

DIRECTION_MARK = {"ltr": "\u200e", "rtl": "\u200f"}  # Pango takes the direction from the first strong letter


@dataclass(frozen=True)
class Style:
    """How a line is set: `size` in pixels, `weight` regular or bold."""

    families: tuple[str, ...]
    weight: str
    size: float
    colour: tuple[int, int, int]
    direction: str


@dataclass(frozen=True)
class Line:
    """A drawn line. `left` and `top`: the ink's place from the line's origin and baseline, in pixels."""

    image: Image.Image
    left: int
    top: int

    @property
    def width(self) -> int:
        return self.image.width


class Typesetter:
    """Draws and measures lines with the fonts of one folder."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.width = functools.lru_cache(maxsize=20_000)(self._width)

    def line(self, text: str, style: Style) -> Line:
        """Draw one line. The baseline is the same whatever letters it holds."""
        image = _set(text, style)
        baseline = self.fonts.ascent(text, style.families, style.weight) * style.size
        pixels = Image.frombuffer("RGBA", (image.width, image.height), image.write_to_memory(), "raw", "RGBA", 0, 1)
        solid = Image.new("RGBA", pixels.size, (*style.colour, 255))
        solid.putalpha(pixels.getchannel("A"))
        return Line(solid, image.xoffset, round(image.yoffset - baseline))

    def _width(self, text: str, style: Style) -> int:
        return int(_set(text, style).width) if text.strip() else 0


def _set(text: str, style: Style):  # type: ignore[no-untyped-def]
    import pyvips  # here, since fontconfig must have been pointed at our folder before it loads

    words = html.escape(text, quote=False)
    weight = " Bold" if style.weight == "bold" else ""
    font = f"{','.join(style.families)}{weight} {style.size:g}"
    mark = DIRECTION_MARK[style.direction if _has_right_to_left(text) else "ltr"]
    return pyvips.Image.text(mark + words, font=font, dpi=72, rgba=True)


def _has_right_to_left(text: str) -> bool:
    """Whether a line has a letter of a right-to-left script; one without (a credit, a number) keeps its own order."""
    return any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)
