"""Where the two pictures of a split frame lie: side by side in a wide frame, else one above the other."""

from __future__ import annotations

Box = tuple[int, int, int, int]  # left, top, right and bottom, in pixels
Panes = tuple[Box, Box]

SPLIT_GAP = 0.008  # between the two halves of a frame, in parts of its short side


def half_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of each half of a frame of this size; the side that is divided comes out even."""
    gap = SPLIT_GAP * min(width, height)
    if width > height:
        return 2 * round((width - gap) / 4), height
    return width, 2 * round((height - gap) / 4)


def halves(width: int, height: int, mirrored: bool) -> Panes:
    """The halves of a frame, the first picture's first: on the left, or where it is `mirrored` on the right; above."""
    across, down = half_size(width, height)
    if width <= height:
        return (0, 0, width, down), (0, height - down, width, height)
    left, right = (0, 0, across, height), (width - across, 0, width, height)
    return (right, left) if mirrored else (left, right)


def inset(width: int, height: int, share: float, mirrored: bool) -> Panes:
    """A picture that has a `share` of the frame, and the words' part of it: where lines end in a wide frame, so that
    the words begin at its edge; above them in others.
    """
    if width <= height:
        edge = 2 * round(height * share / 2)
        return (0, 0, width, edge), (0, edge, width, height)
    taken = 2 * round(width * share / 2)
    if mirrored:
        return (0, 0, taken, height), (taken, 0, width, height)
    return (width - taken, 0, width, height), (0, 0, width - taken, height)
