"""The formats: their sizes, the margins that stay free of words, and the frame that a card is laid out for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from portevoix.authoring.placement import STORY_ZONE
from portevoix.drawing.frame import Frame

SIZES = {"wide": (1920, 1080), "square": (1080, 1080), "portrait": (1080, 1350), "story": (1080, 1920)}
# Left, top, right, bottom kept free.
MARGINS = {
    "wide": (96, 64, 96, 60),
    "square": (60, 60, 60, 60),
    "portrait": (60, 64, 60, 72),
    "story": (STORY_ZONE.left, STORY_ZONE.top, STORY_ZONE.right, STORY_ZONE.bottom),
}
DRAFT_SHORT_SIDE = 540
FULL_OVER_DRAFT = min(SIZES["wide"]) // DRAFT_SHORT_SIDE  # of a side, in every format


@dataclass(frozen=True)
class Canvas:
    """An output frame: `frame` is what is laid out, reduced to `width` by `height` pixels."""

    format: str
    width: int
    height: int
    frame: Frame

    @classmethod
    def of_format(cls, name: str, draft: bool, margins: tuple[int, int, int, int] | None = None) -> Canvas:
        """A format's frame. `margins`: left, top, right and bottom kept free, where they are not the format's own."""
        width, height = SIZES[name]
        scale = Fraction(DRAFT_SHORT_SIDE, min(width, height)) if draft else Fraction(1)
        frame = _frame(name, width, height, margins)
        return cls(name, 2 * round(width * scale / 2), 2 * round(height * scale / 2), frame)

    @classmethod
    def of_source(cls, width: int, height: int) -> Canvas:
        """A source's own frame, laid out as the format of the nearest shape."""
        shape = width / height
        name = min(SIZES, key=lambda n: abs(shape / (SIZES[n][0] / SIZES[n][1]) - 1))
        short = min(SIZES[name])
        size = (round(short * shape), short) if shape >= 1 else (short, round(short / shape))
        return cls("source", width, height, _frame(name, *size))

    @property
    def unit(self) -> float:
        """A hundredth of the short side, in pixels."""
        return min(self.width, self.height) / 100


def _frame(name: str, width: int, height: int, margins: tuple[int, int, int, int] | None = None) -> Frame:
    left, top, right, bottom = margins or MARGINS[name]
    return Frame(name, width, height, (left, top, width - right, height - bottom))
