"""The ground colour behind words over a picture: even as far as they stand, then fading out."""

from __future__ import annotations

from PIL import Image

from portevoix.authoring.brand import SHADE
from portevoix.authoring.colours import rgb
from portevoix.drawing.cards.sheet import Sheet

FADE, FADE_ALONG = 34, 60  # over how much the shade ends, in hundredths of the short side: up or down, along the line


def shade(sheet: Sheet, reach: int, side: str, opacity: int | None = None, fade: float = FADE) -> None:
    """Lay the shade over `reach` pixels from a `side`: start, end, top or bottom.

    `opacity` of 255, else the usual one; `fade`: over how much it ends up or down, in hundredths of the short side, so
    that a face above words in a story stays as bright as in a square.
    """
    if sheet.measured:
        return
    frame = sheet.frame
    along = side in ("start", "end")
    length = frame.width if along else frame.height
    ends = (FADE_ALONG if along else fade) * sheet.u
    ramp = bytes(round((opacity or SHADE) * _ease(min(1.0, 1 - (n - reach) / ends))) for n in range(length))
    strip = Image.frombytes("L", (length, 1) if along else (1, length), ramp)
    if along and (side == "start") == sheet.mirrored:
        strip = strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if side == "bottom":
        strip = strip.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    layer = Image.new("RGBA", (frame.width, frame.height), (*rgb(sheet.identity.kit.colours.ground), 0))
    layer.putalpha(strip.resize((frame.width, frame.height)))
    sheet.lay("ground", layer)


def veil(sheet: Sheet, opacity: int | None = None) -> None:
    """The ground over the whole picture, so that words may stand anywhere on it."""
    if sheet.measured:
        return
    ground = (*rgb(sheet.identity.kit.colours.ground), opacity or SHADE)
    sheet.lay("ground", Image.new("RGBA", sheet.image.size, ground))


def _ease(t: float) -> float:
    """0 to 1 with a soft start and end."""
    t = max(0.0, t)
    return t * t * (3 - 2 * t)
