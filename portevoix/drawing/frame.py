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

    def within(self, pane: tuple[float, float, float, float], air: int, beside: int = 0) -> Frame:
        """The frame with things in a part of it alone: left, top, right and bottom in parts of the frame, and `air`
        pixels at least between them and its edges; `beside` at least to an edge inside the frame at its side.
        """
        left, right = (round(edge * self.width) for edge in pane[::2])
        top, bottom = (round(edge * self.height) for edge in pane[1::2])
        start = left + (max(air, beside) if left else air)
        end = right - (max(air, beside) if right < self.width else air)
        low = max(self.zone[0], start), max(self.zone[1], top + air)
        return replace(self, zone=(*low, min(self.zone[2], end), min(self.zone[3], bottom - air)))


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
