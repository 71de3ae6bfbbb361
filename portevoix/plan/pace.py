"""A kit's motion in frames: how each piece of a card comes, and how it goes the same way back, quicker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from portevoix.authoring.brand import Curve
from portevoix.drawing.drawn import DrawnPiece
from portevoix.drawing.motion import SOFT, Glide
from portevoix.plan.variant import OverlayContext
from portevoix.timing import frames_of_move

SLIDE = 4  # how far a card slides, in hundredths of the short side
POWERS: dict[Curve, int] = {"even": 1, "soft": SOFT, "firm": 5}
EDGE = 0.03  # of a box's width: what it has beyond its words
HURRY = 2 / 3  # of a move's time, of a card that stands briefly
COUNTS = 3  # times as long as other pieces a number is on its way


@dataclass(frozen=True)
class MovePace:
    """Frames of a piece's way in, of its way out, and from one piece to the next. `side`: 1 where lines start at the
    left, -1 at the right. `slide`: how far a card slides, in pixels.
    """

    into: int
    out: int
    after: int
    power: int
    words: Literal["rise", "slide", "fade"]
    side: int
    slide: int

    @classmethod
    def of(cls, context: OverlayContext) -> MovePace:
        motion = context.artist.kit.motion
        into, out, after = (
            frames_of_move(seconds, context.timeline.fps)
            for seconds in (motion.enter_s, motion.leave_s, motion.after_s)
        )
        side = -1 if context.language.direction == "rtl" else 1
        return cls(into, out, after, POWERS[motion.curve], motion.words, side, round(SLIDE * context.canvas.unit))

    @property
    def opened(self) -> int:
        """Frames from when a box begins to open until words may come: it then covers what lies under them, however
        the card hurries.
        """
        share: float = 1 - EDGE ** (1 / self.power)
        return max(0, ceil(share * (self.into + 1)) - 1)

    @property
    def hurried(self) -> Iterator[MovePace]:
        """This pace, then those of a card that stands briefly: all pieces together, then quicker as well."""
        yield self
        together = replace(self, after=0)
        yield together
        yield replace(together, into=round(self.into * HURRY), out=round(self.out * HURRY))

    def way_in(self, piece: DrawnPiece) -> Glide:
        """How a piece comes: grounds fade, strokes and boxes are drawn from where reading starts, figures count, words
        rise.
        """
        if piece.part == "digit":
            return Glide(0, COUNTS * self.into, False, 0, piece.drawn.height - piece.cell, True, self.power, piece.cell)
        return self._way(piece, self.into, leaving=False, power=self.power)

    def way_out(self, piece: DrawnPiece) -> Glide:
        """How a piece that is no digit goes: back to where it came from. It starts softly, whatever the curve: in so
        few frames a firm one would stand still and then be gone.
        """
        return self._way(piece, self.out, leaving=True, power=min(self.power, SOFT))

    def _way(self, piece: DrawnPiece, frames: int, leaving: bool, power: int) -> Glide:
        part, drawn = piece.part, piece.drawn
        if part == "ground":
            return faded(frames, leaving)
        if part in ("panel", "rule", "label", "strike"):
            return Glide(0, frames, leaving, -self.side * drawn.width, 0, True, power)
        if part == "stripe" or self.words == "rise":
            return Glide(0, frames, leaving, 0, drawn.height, True, power)
        aside = -self.side * self.slide if self.words == "slide" else 0
        return Glide(0, frames, leaving, aside, 0, power=power)


def faded(frames: int, leaving: bool = False) -> Glide:
    """Something that appears, or goes, where it is."""
    return Glide(0, frames, leaving, 0, 0)
