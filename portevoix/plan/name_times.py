"""When a name stands: from when its speaker's face is seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from portevoix.plan.faces import FacesShown, SeenFace
from portevoix.plan.named_again import within_part
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import LowerThird, TimedCard
from portevoix.timeline.titles import LEAST_NAME_S
from portevoix.timing import frame_at

SEEN_ON_S = Fraction(1)  # a face that is seen again so soon has not gone
SELDOM_S = Fraction(1, 5)  # a name begins so long before its face at most
Span = tuple[int, int]  # the first frame, and the one after the last


def waiting(
    timed: TimedCard, card: LowerThird, context: OverlayContext, faces: FacesShown, title_end: int
) -> tuple[TimedCard, LowerThird]:
    """A name from when its speaker's face is seen, within the speaker's own clip and picture; the caption that begins
    under a title, which goes at `title_end`, need not stand above it.
    """
    canvas, timeline = context.canvas, context.timeline
    spans = list(enumerate(timeline.clips))
    clip, span = next(((n, s) for n, s in spans if s.first_frame <= timed.first_frame < s.end_frame), (None, None))
    if clip is None or span is None:
        return timed, card
    low, high = within_part(timed.first_frame, span, context)
    seen = [face for face in faces.seen(canvas, low, high) if face.clip == clip]
    length = timed.end_frame - timed.first_frame
    first, end = timed.first_frame, timed.end_frame
    if run := _run(seen, timed, faces.shots_begin(clip), context):
        until = min(run[1], high)
        first = _after_caption(run[0], until - length, context, title_end)
        end = min(max(first + length, first + 1), until)
    pane = faces.pane_of_clip(canvas, clip, first)
    if pane != (0, 0, canvas.width, canvas.height):
        left, top, right, bottom = pane
        sides = left / canvas.width, top / canvas.height, right / canvas.width, bottom / canvas.height
        card = replace(card, pane=sides)
    return TimedCard(first, end, card), card


def _after_caption(first: int, latest: int, context: OverlayContext, title_end: int) -> int:
    """The frame from which a name stands, so that no caption makes room for it that the title needs; `first` where
    that would be too late.
    """
    cues = context.cues if context.variant.burned else ()
    later = max((cue.end_frame for cue in cues if cue.first_frame < title_end and first < cue.end_frame), default=first)
    return later if later <= latest else first


def _run(seen: Sequence[SeenFace], timed: TimedCard, shots: Sequence[int], context: OverlayContext) -> Span | None:
    """The first stretch of frames, not before the name's own, in which a face is seen for long enough; else the
    longest one. It begins and ends within `shots` in which the face is seen: never over somebody of the shot before
    or after.
    """
    fps = context.timeline.fps
    gap, early, least = (frame_at(seconds, fps) for seconds in (SEEN_ON_S, SELDOM_S, LEAST_NAME_S))
    scenes = [scene.first_frame for scene in context.timeline.scenes]
    runs: list[list[int]] = []
    for frame in sorted({face.frame for face in seen}):
        if runs and frame - runs[-1][1] <= gap and _go_on(runs[-1][1], frame, shots, scenes):
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    ends = [*shots[1:], context.timeline.frame_count]
    spans = [
        (max(first - early, shots[_place(first, shots)]), min(last + early, ends[_place(last, shots)]))
        for first, last in runs
    ]
    wanted = timed.end_frame - timed.first_frame
    for needed, earliest in ((wanted, timed.first_frame), (least, timed.first_frame), (least, 0)):
        for first, end in spans:
            if end - max(first, earliest) >= needed:
                return max(first, earliest), end
    return None


def _go_on(one: int, other: int, shots: Sequence[int], scenes: Sequence[int]) -> bool:
    """Whether a face that is seen at two frames is there between them: in one scene, with no shot of others between."""
    return _place(other, scenes) == _place(one, scenes) and _place(other, shots) - _place(one, shots) <= 1


def _place(frame: int, begins: Sequence[int]) -> int:
    """Which of the stretches that begin at these frames holds a frame."""
    return bisect_right(begins, frame) - 1
