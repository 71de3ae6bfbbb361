"""Where one shot ends and the next begins. The one module that uses PySceneDetect."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from scenedetect.common import FrameTimecode  # type: ignore[import-untyped]
from scenedetect.detectors import ContentDetector, ThresholdDetector  # type: ignore[import-untyped]

from portevoix.framing.pictures import Pixels, Stretch
from portevoix.timing import frames_within

WIDTH_PX = 256  # a cut changes the whole picture: detail costs time and helps nobody
SHORTEST_S = Fraction(1, 3)  # a shorter change is a flash, not a shot
BLACK = 12  # of 255, PySceneDetect's own default: a fade passes below it


def shots(stretch: Stretch, shown: Iterable[Pixels]) -> tuple[tuple[Fraction, Fraction], ...]:
    """First and last second of each shot, end to end over the stretch: hard cuts, and fades through black.

    `shown`: its pictures at the source's rate, WIDTH_PX wide.
    """
    rate = stretch.source.fps
    shortest = max(1, frames_within(SHORTEST_S, rate))
    detectors = (
        ContentDetector(min_scene_len=shortest),
        ThresholdDetector(threshold=BLACK, min_scene_len=shortest),
    )
    found: set[int] = set()
    last = FrameTimecode(0, fps=float(rate))
    for number, picture in enumerate(shown):
        last = FrameTimecode(number, fps=float(rate))
        for detector in detectors:
            found.update(cut.frame_num for cut in detector.process_frame(last, picture))
    for detector in detectors:
        found.update(cut.frame_num for cut in detector.post_process(last))
    edges = [stretch.start_s]
    for number in sorted(found):
        second = stretch.start_s + number / rate
        if second - edges[-1] >= SHORTEST_S and stretch.end_s - second > 0:
            edges.append(second)
    return tuple(zip(edges, [*edges[1:], stretch.end_s], strict=True))
