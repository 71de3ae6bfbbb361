"""Drawings in the store."""

from __future__ import annotations

from dataclasses import dataclass

from portevoix.drawing.frame import Part


@dataclass(frozen=True)
class Drawn:
    """A drawing in the store: the PNG under `key`, `width` by `height` pixels at `x`, `y` of the output frame.

    `covers`: left, top, right and bottom of what hides the picture, where that is not all of it.
    """

    key: str
    x: int
    y: int
    width: int = 0
    height: int = 0
    covers: tuple[int, int, int, int] | None = None

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The part of the output frame that it hides: left, top, right and bottom."""
        return self.covers or (self.x, self.y, self.x + self.width, self.y + self.height)


@dataclass(frozen=True)
class DrawnPiece:
    """A piece of a card in the store, which covers what the whole card covers. `turn`, `cell`: as a piece's."""

    part: Part
    drawn: Drawn
    turn: int = 0
    cell: int = 0
