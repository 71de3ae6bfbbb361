"""Where the two pictures of a split frame lie: side by side in a wide frame, else one above the other."""

from __future__ import annotations

SPLIT_GAP = 0.008  # between the two halves of a frame, in parts of its short side


def half_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of each half of a frame of this size; the side that is divided comes out even."""
    gap = SPLIT_GAP * min(width, height)
    if width > height:
        return 2 * round((width - gap) / 4), height
    return width, 2 * round((height - gap) / 4)
