"""A frame to lay out for, a drawing in it, and the reasons for which a text is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PIL import Image

from portevoix.errors import PortevoixError


@dataclass(frozen=True)
class Frame:
    """A frame to lay out for: `name` a format, sizes in pixels, `zone` left, top, right, bottom of the safe area."""

    name: str
    width: int
    height: int
    zone: tuple[int, int, int, int]

    @property
    def unit(self) -> float:
        """A hundredth of the short side."""
        return min(self.width, self.height) / 100

    def within(self, pane: tuple[float, float, float, float], air: int) -> Frame:
        """The frame with things in a part of it alone: left, top, right and bottom in parts of the frame, and `air`
        pixels at least between them and its edges.
        """
        sides = self.width, self.height, self.width, self.height
        edges = [round(edge * side) for edge, side in zip(pane, sides, strict=True)]
        low = [max(kept, edge + air) for kept, edge in zip(self.zone[:2], edges[:2], strict=True)]
        high = [min(kept, edge - air) for kept, edge in zip(self.zone[2:], edges[2:], strict=True)]
        return replace(self, zone=(low[0], low[1], high[0], high[1]))

    def column(self, pane: tuple[float, float, float, float], air: int) -> Frame:
        """The same for words: beside a picture they keep as far from it as from the frame's edge."""
        left, top, right, bottom = self.within(pane, air).zone
        start, end = (round(edge * self.width) for edge in pane[::2])
        return replace(self, zone=(max(left, start + self.zone[0]), top, min(right, end - self.zone[0]), bottom))


Part = Literal["ground", "panel", "stripe", "rule", "label", "line", "figure", "digit", "logo", "strike"]


@dataclass(frozen=True)
class ImagePiece:
    """One part of a card as an image, and the place of its top left corner in the frame.

    `turn`: which of the words that come one after the other while the card stands; 0: it comes with the card. `cell`:
    the height of each figure of a digit, whose image is all figures up to it, one below the other.
    """

    part: Part
    image: Image.Image
    x: int
    y: int
    turn: int = 0
    cell: int = 0


@dataclass(frozen=True)
class Drawing:
    """An image and the place of its top left corner in the frame.

    `covers`: left, top, right and bottom of what hides the picture (words, panels), where that is not all of the image.
    `pieces`: what a card consists of, the lowest first: one over the other they are the image.
    """

    image: Image.Image
    x: int
    y: int
    covers: tuple[int, int, int, int] | None = None
    pieces: tuple[ImagePiece, ...] = ()


class TextTooLong(PortevoixError):
    """A text that does not fit where it belongs at the smallest size of the identity style."""


class TooManyMarks(TextTooLong):
    """More marks on one letter than a line has room for: not the text's length is at fault."""


class MissingGlyph(PortevoixError):
    """A character that no font holds."""
