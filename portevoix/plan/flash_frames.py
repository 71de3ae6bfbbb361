"""Flash frames: a moment of another shot at the begin or the end of a clip, which the eye sees as a fault."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from portevoix.captions.rules import Finding, of_plan
from portevoix.plan.variant import OverlayContext
from portevoix.timing import clock, seconds_at

FLASH_S = Fraction(1, 5)  # a shot of less is seen as a fault and not as a shot


def flash_frames(context: OverlayContext) -> list[Finding]:
    """A finding for each end of a clip at which another shot of its film, or a picture cut in, is seen for a moment."""
    return list(_found(context)) if context.faces else []


def _found(context: OverlayContext) -> Iterator[Finding]:
    assert context.faces
    fps = context.timeline.fps
    for number, span in enumerate(context.timeline.clips):
        begins = [frame for frame in context.faces.shots_begin(number) if span.first_frame < frame < span.end_frame]
        if not begins:
            continue
        first, last = (seconds_at(frame, fps) for frame in (span.first_frame, begins[-1]))
        early, late = seconds_at(begins[0] - span.first_frame, fps), seconds_at(span.end_frame - begins[-1], fps)
        if early <= FLASH_S:
            message = (
                f"clip {number + 1} shows another shot in its first {float(early):.2f} s, at {clock(first)}; "
                "begin it later"
            )
            yield of_plan("flash frame", context.language, first, f"clip {number + 1}", message)
        if late <= FLASH_S:
            message = (
                f"clip {number + 1} shows another shot in its last {float(late):.2f} s, at {clock(last)}; "
                "end it earlier"
            )
            yield of_plan("flash frame", context.language, last, f"clip {number + 1}", message)
