"""A frame to lay out for, a drawing in it, and the reasons for which a text is refused."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from portevoix.errors import PortevoixError

MOST_SHOWN = 20  # letters of the last word that fits


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


@dataclass(frozen=True)
class Drawing:
    """An image and the place of its top left corner in the frame."""

    image: Image.Image
    x: int
    y: int


class TextTooLong(PortevoixError):
    """A text that does not fit where it belongs at the smallest size of the house style."""


def too_long(what: str, text: str, place: str, fits: Callable[[str], bool]) -> TextTooLong:
    """The error for `what` (`text`) that does not fit `place`, with the length at which its beginning `fits`, in whole words."""
    ends = [at for at, letter in enumerate(text) if letter.isspace()] or list(range(1, len(text)))
    fitting = bisect_left(ends, True, key=lambda end: not fits(text[:end]))
    kept = text[: ends[fitting - 1]] if fitting else ""
    advice = f"{len(kept)} fit, up to {kept.split()[-1][-MOST_SHOWN:]!r}" if kept else "not even the first word fits"
    return TextTooLong(
        f"{what} {text!r} does not fit {place}; of its {len(text)} characters {advice}; shorten it".lstrip()
    )


class MissingGlyph(PortevoixError):
    """A character that no font holds."""
