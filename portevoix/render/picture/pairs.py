"""Two pictures as one: side by side, or the first going over into the second."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import ffmpeg

from portevoix.plan.composition import Transition
from portevoix.render.picture.graph import tagged
from portevoix.timing import decimal


def side_by_side(one: Any, other: Any, side: str, size: tuple[int, int], ground: str) -> Any:
    """Two pictures in one frame of `size`, the `other` on its `side`, the ground's colour between them."""
    width, height = size
    pictures = [other, one] if side == "left" else [one, other]
    if side == "below":
        return tagged(pictures[0].filter("pad", width, height, 0, 0, ground).overlay(pictures[1], x=0, y="H-h"))
    return tagged(pictures[0].filter("pad", width, height, 0, 0, ground).overlay(pictures[1], x="W-w", y=0))


def blended(first: Any, second: Any, transition: Transition, fps: Fraction) -> Any:
    """The first picture going over into the second."""
    if transition.how == "dip":
        half = transition.frame_count // 2
        out = first.filter("fade", type="out", start_frame=0, nb_frames=half, color=transition.ground)
        into = second.filter(
            "fade", type="in", start_frame=half, nb_frames=transition.frame_count - half, color=transition.ground
        )
        return tagged(out.overlay(into, enable=f"gte(n,{half})", format="yuv420"))
    kind = "fade" if transition.how == "crossfade" else ("wipeleft" if transition.leftwards else "wiperight")
    duration = decimal(Fraction(transition.frame_count) / fps)
    joined = ffmpeg.filter([first, second], "xfade", transition=kind, duration=duration, offset=0)
    return tagged(joined.filter("format", "yuv420p"))
