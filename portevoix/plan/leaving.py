"""How a card goes piece by piece: its words first, then the box that they stood on, its stripe last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portevoix.drawing.drawn import Drawn, DrawnPiece
from portevoix.drawing.motion import Glide
from portevoix.plan.pace import MovePace

OVERLAP = 2  # frames for which a box closes already while the last of its words go, or a stripe while its box does


@dataclass(frozen=True)
class Going:
    """A piece that goes `at` frames after its card begins to go."""

    drawn: Drawn
    at: int
    glide: Glide

    @property
    def gone(self) -> int:
        """From when on nothing of it is seen."""
        return self.at + self.glide.count


def going(pieces: Sequence[DrawnPiece], pace: MovePace) -> list[Going]:
    """A card's pieces on their way out, in the order in which they lie over each other; none where the kit lets a card
    go at once, or where a figure counted, whose strip of digits would be seen.
    """
    if not pace.out or any(piece.part == "digit" for piece in pieces):
        return []
    words = [piece for piece in pieces if piece.part not in ("ground", "panel", "stripe", "strike")]
    after = pace.after // 2 if pace.after > 1 else pace.after
    last = max(0, len(words) - 1) * after
    closes = max(0, last + pace.out - OVERLAP) if words else 0
    falls = max(closes, closes + pace.out - OVERLAP) if any(piece.part == "panel" for piece in pieces) else closes
    starts = {"ground": closes, "panel": closes, "stripe": falls, "strike": 0}
    turns = iter(range(0, last + 1, after) if after else [0] * len(words))
    return [
        Going(piece.drawn, starts[piece.part] if piece.part in starts else next(turns), pace.way_out(piece))
        for piece in pieces
    ]
