"""When a name stands: from when its speaker's face is seen, and for long enough to be read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from portevoix.plan.faces import FacesShown, SeenFace
from portevoix.plan.named_again import within_part
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import LowerThird, TimedCard
from portevoix.timeline.model import Span
from portevoix.timeline.titles import LEAST_NAME_S
from portevoix.timing import frame_at

SEEN_ON_S = Fraction(1)  # a face that is seen again so soon has not gone
SELDOM_S = Fraction(1, 5)  # a name begins so long before its face at most
FrameSpan = tuple[int, int]  # the first frame, and the one after the last


def waiting(
    timed: TimedCard, card: LowerThird, context: OverlayContext, faces: FacesShown, title_end: int
) -> tuple[TimedCard, LowerThird] | None:
    """A name from when its speaker's face is seen, within the speaker's own clip and picture, or where it would only
    flash there, in a later one; None where it would in all. The caption that begins under a title, which goes at
    `title_end`, need not stand above it.
    """
    canvas = context.canvas
    for clip, begun in _clips_of(timed, card, context):
        span = _in_clip(begun, clip, context, faces, title_end)
        if span is None:
            continue
        pane = faces.pane_of_clip(canvas, clip, span[0])
        if pane != (0, 0, canvas.width, canvas.height):
            left, top, right, bottom = pane
            sides = left / canvas.width, top / canvas.height, right / canvas.width, bottom / canvas.height
            card = replace(card, pane=sides)
        return TimedCard(*span, card), card
    return None


def _clips_of(timed: TimedCard, card: LowerThird, context: OverlayContext) -> Iterator[tuple[int, TimedCard]]:
    """The clip in which a name begins, then the later ones of its speaker in the same part of a story; each with the
    name from when it may begin there.
    """
    clips, length = context.timeline.clips, timed.end_frame - timed.first_frame
    own = next((n for n, span in enumerate(clips) if span.first_frame <= timed.first_frame < span.end_frame), None)
    if own is None:
        return
    yield own, timed
    if (planned := context.order.recipe.lower_third) is not None:
        length = frame_at(planned.duration_s, context.timeline.fps)
    _, part_end = within_part(timed.first_frame, Span(0, context.timeline.frame_count), context)
    for number in range(own + 1, len(clips)):
        first = clips[number].first_frame
        if context.order.job.clips[number].speaker == card.speaker and first < part_end:
            yield number, TimedCard(first, min(first + length, clips[number].end_frame, part_end), card)


def _in_clip(
    timed: TimedCard, clip: int, context: OverlayContext, faces: FacesShown, title_end: int
) -> FrameSpan | None:
    """From when and up to when a name stands in a clip; where no face is found in it, at its own time. None where that
    is too short.
    """
    low, high = within_part(timed.first_frame, context.timeline.clips[clip], context)
    least = frame_at(LEAST_NAME_S, context.timeline.fps)
    length = max(least, timed.end_frame - timed.first_frame)
    seen = [face for face in faces.seen(context.canvas, low, high) if face.clip == clip]
    shots = [low, *(frame for frame in faces.shots_begin(clip) if low < frame < high), high]
    earliest = min(max(low, title_end), timed.first_frame)
    run = _run(seen, timed, shots, earliest, context) if seen else (timed.first_frame, timed.end_frame)
    if run is None:
        return None
    first, until = run
    if seen:
        first = _after_caption(first, until - least, context, title_end)
    end = min(first + length, until)
    return (first, end) if end - first >= least else None


def _after_caption(first: int, latest: int, context: OverlayContext, title_end: int) -> int:
    """The frame from which a name stands, so that no caption makes room for it that the title needs; `first` where
    that would be too late.
    """
    cues = context.cues if context.variant.burned else ()
    later = max((cue.end_frame for cue in cues if cue.first_frame < title_end and first < cue.end_frame), default=first)
    return later if later <= latest else first


def _run(
    seen: Sequence[SeenFace], timed: TimedCard, shots: Sequence[int], earliest: int, context: OverlayContext
) -> FrameSpan | None:
    """The first stretch of a shot in which a face is seen for long enough, else the first shot in which it is seen for
    a part of the time. A name begins before its own time, though not before `earliest`, where the shot ends too soon
    after it: who is seen in the next one may be somebody else. `shots`: where they begin, and where the last ends.
    """
    fps = context.timeline.fps
    gap, early, least = (frame_at(seconds, fps) for seconds in (SEEN_ON_S, SELDOM_S, LEAST_NAME_S))
    runs: list[list[int]] = []
    for frame in sorted({face.frame for face in seen}):
        if runs and frame - runs[-1][1] <= gap and _place(runs[-1][1], shots) == _place(frame, shots):
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    ends = [*shots[1:], shots[-1]]
    spans = [
        (max(first - early, shots[_place(first, shots)]), min(last + early, ends[_place(last, shots)]))
        for first, last in runs
    ]
    whole = [
        (max(shots[_place(first, shots)], min(begin, ends[_place(last, shots)] - least)), ends[_place(last, shots)])
        for (first, last), (begin, _) in zip(runs, spans, strict=True)
    ]
    for from_frame in (earliest, 0):
        for first, end in (*spans, *whole):
            begin = max(first, from_frame, min(timed.first_frame, end - least))
            if end - begin >= least:
                return begin, end
    return None


def _place(frame: int, begins: Sequence[int]) -> int:
    """Which of the stretches that begin at these frames holds a frame."""
    return bisect_right(begins, frame) - 1
