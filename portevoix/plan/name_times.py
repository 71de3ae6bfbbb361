"""When a name stands: from when its speaker's face is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from portevoix.plan.faces import FacesShown, SeenFace
from portevoix.plan.named_again import within_part
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import LowerThird, TimedCard
from portevoix.timing import frame_at

LEAST_NAME_S = Fraction(1)
SEEN_ON_S = Fraction(1)  # a face that is seen again so soon has not gone
SELDOM_S = Fraction(1, 5)  # a name begins so long before its face at most


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
    if run := _run(seen, timed, context):
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


def _run(seen: Sequence[SeenFace], timed: TimedCard, context: OverlayContext) -> tuple[int, int] | None:
    """The first stretch of frames, not before the name's own, in which a face is seen for long enough; else the
    longest one.
    """
    fps = context.timeline.fps
    gap, early, least = (frame_at(seconds, fps) for seconds in (SEEN_ON_S, SELDOM_S, LEAST_NAME_S))
    runs: list[list[int]] = []
    for frame in sorted({face.frame for face in seen}):
        if runs and frame - runs[-1][1] <= gap and not _cut_between(runs[-1][1], frame, context):
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    wanted, scene_end = timed.end_frame - timed.first_frame, [_end(last + early, context, last) for _, last in runs]
    for needed, earliest in ((wanted, timed.first_frame), (least, timed.first_frame), (least, 0)):
        for (seen_first, _), end in zip(runs, scene_end, strict=True):
            first = max(seen_first - early, earliest, _scene_start(seen_first, context))
            if end - first >= needed:
                return first, end
    return None


def _scene_start(frame: int, context: OverlayContext) -> int:
    return max(scene.first_frame for scene in context.timeline.scenes if scene.first_frame <= frame)


def _cut_between(one: int, other: int, context: OverlayContext) -> bool:
    return any(one < scene.first_frame <= other for scene in context.timeline.scenes)


def _end(frame: int, context: OverlayContext, last: int) -> int:
    """A frame a little after a face was last seen, within its scene."""
    return min(frame, next(s.end_frame for s in context.timeline.scenes if last < s.end_frame))
