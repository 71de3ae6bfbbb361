"""When else a title may stand, where it covers a face at its own time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from portevoix.authoring.language import reading_seconds
from portevoix.drawing.cards import words_of
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import TimedCard
from portevoix.timing import frame_at

LATEST_TITLE_S, TITLE_STEP_S = Fraction(4), Fraction(1, 8)  # how long a title waits for a free place
LEAST_TITLE_S = Fraction(2)


def other_times(timed: TimedCard, context: OverlayContext) -> Iterator[tuple[int, int]]:
    """When else a title may stand, from its first frame up to its end: the longest and the earliest first."""
    fps, code = context.timeline.fps, context.variant.language
    words = " ".join(filter(None, words_of(timed.card, context.order.job, code)))
    needs = frame_at(reading_seconds({code: words}, {code: context.language}), fps) + 1
    length, step = timed.end_frame - timed.first_frame, frame_at(TITLE_STEP_S, fps)
    least = min(length, max(needs, frame_at(LEAST_TITLE_S, fps)))
    for later in range(0, frame_at(LATEST_TITLE_S, fps) + 1, step):
        for shorter in dict.fromkeys((0, (length - least) // 2, length - least)):
            first, end = timed.first_frame + later, timed.end_frame + later - shorter
            if end <= context.timeline.frame_count and (later or shorter):
                yield first, end
